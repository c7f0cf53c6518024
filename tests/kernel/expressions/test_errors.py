"""Mistakes are told where they are, in both languages, before anything runs."""

from __future__ import annotations

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import FeelError


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("1 +", 1, 4, "nicht vollständig"),
        ("1 + * 2", 1, 5, "„*“"),
        ("if a then b", 1, 12, "„else“"),
        ('"abc', 1, 1, "kein Ende"),
        ("a $ b", 1, 3, "„$“"),
        ("[1, 2", 1, 6, "„]“"),
        ("{a 1}", 1, 2, "„a“"),
        ("1\n + (2", 2, 6, "„)“"),
        ('@"2020-13-01"', 1, 1, "kein Datum"),
        ("f(a: 1, a: 2)", 1, 1, "doppelt"),
        ("1 /* nie zu Ende", 1, 3, "Kommentar"),
        ("a instance of number of things", 1, 15, "Typ"),
        ("function(a) external {java: {}}", 1, 1, "Fremde Funktionen"),
        ("", 1, 1, "nicht vollständig"),
    ],
)
def test_syntax_errors_have_a_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert says in error.message_de
    assert error.message_en


def test_an_unknown_name_is_an_error_when_names_are_declared() -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile("alter >= 18 and\n wohnrot = 1", names={"alter", "wohnort"})
    assert (caught.value.line, caught.value.column) == (2, 2)
    assert "„wohnrot“" in caught.value.message_de
    assert "Meinten Sie „wohnort“?" in caught.value.message_de


@pytest.mark.parametrize(
    "text",
    [
        "for x in alle return x + 1",
        "some x in alle satisfies x > 0",
        "{a: 1, b: a}",
        "function(p) p + 1",
        "alle[preis > 3]",
        "alle[item.preis > 3]",
        "count(alle)",
        "for i in 1..3 return partial",
    ],
)
def test_names_declared_in_the_text_are_known(text: str) -> None:
    assert feel.compile(text, names={"alle"}).names <= {"alle"}


def test_free_names_are_reported() -> None:
    expression = feel.compile('for x in liste return x + aufschlag + string length("a")')
    assert expression.names == {"liste", "aufschlag"}
    assert feel.compile("liste[preis > grenze]", names={"liste", "grenze"}).names == {"liste", "grenze"}


def test_diagnoses_point_into_the_text() -> None:
    outcome = feel.compile('1 +\n  (2 * "x")').evaluate_with_diagnosis()
    assert outcome.value is None
    first, second = outcome.diagnoses
    assert (first.line, first.column) == (2, 6)
    assert "eine Zahl und eine Zeichenkette" in first.message_de
    assert (second.line, second.column) == (1, 3)


def test_a_missing_value_is_said() -> None:
    outcome = feel.compile("alter >= 18").evaluate_with_diagnosis({})
    assert outcome.value is None
    assert outcome.diagnoses[0].message_de == "Der Wert „alter“ ist nicht angegeben."


def test_equal_texts_are_compiled_once() -> None:
    assert feel.compile("a + 1", names={"a"}) is feel.compile("a + 1", names=["a"])
    assert feel.compile("a + 1", names={"a"}) is not feel.compile("a + 1", names={"a", "b"})


def test_a_value_that_is_no_value_of_feel_is_refused_with_a_reason() -> None:
    outcome = feel.compile("a").evaluate_with_diagnosis({"a": object()})
    assert outcome.value is None
    assert "object" in outcome.diagnoses[-1].message_de
