"""Decisions made by table in words: for the clerk, for the applicant, and as reasons of a notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from leineweber.capabilities.processes.engine import values
from leineweber.capabilities.processes.queries import MadeByTable
from leineweber.domains.applications import explaining
from leineweber.kernel import ids
from leineweber.kernel.expressions import DaysDuration, MonthsDuration


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "keine Angabe"),
        (True, "ja"),
        (False, "nein"),
        (17, "17"),
        (Decimal("1234567.50"), "1.234.567,50"),
        (date(2026, 11, 24), "24.11.2026"),
        (datetime(2026, 11, 24, 9, 5, tzinfo=UTC), "24.11.2026, 10:05 Uhr"),
        (datetime(2026, 11, 24, 9, 5), "24.11.2026, 09:05 Uhr"),
        (time(7, 30), "07:30 Uhr"),
        (["a", 1], "a, 1"),
        ([], "keine"),
        ({"a": True, "b": None}, "a: ja; b: keine Angabe"),
        ({}, "leer"),
        ("Text", "Text"),
        (MonthsDuration(18), "1 Jahr 6 Monate"),
        (DaysDuration(90_061 * 10**9), "1 Tag 1 Stunde 1 Minute 1 Sekunde"),
        (DaysDuration(-2 * 86_400 * 10**9), "minus 2 Tage"),
        (MonthsDuration(0), "0 Jahre"),
    ],
)
def test_values_in_words(value: Any, words: str) -> None:
    assert explaining.in_words(value) == words


def table(decision: str, *rules: int, value: Any = "x") -> dict[str, Any]:
    """Return an explained table as it is kept."""
    return {
        "decision": decision,
        "question": "Darf die Person?",
        "hit_policy": "COLLECT",
        "inputs": [{"label": "Alter", "value": 17}, {"label": "Tag", "value": values.pack(date(2026, 1, 2))}],
        "rules": [
            {
                "number": number,
                "conditions": [f"< {number}", "-"],
                "notes": [{"name": "Grundlage", "text": f"§ {number}"}, {"name": "", "text": "Rest"}],
                "description": "",
            }
            for number in rules
        ],
        "value": value,
    }


def made(decision: str, *tables: dict[str, Any], value: Any = "x", day: int = 1) -> MadeByTable:
    """Return a decision made on a day."""
    content = {"decision": decision, "value": value, "tables": list(tables), "diagnoses": ["Warnung"]}
    return MadeByTable(ids.new_id(), datetime(2026, 1, day, tzinfo=UTC), "d", "", decision, content)


def test_which_rule_fired_on_which_inputs() -> None:
    found = explaining.explained(made("D", table("L", 1), table("D", 2), value=True))
    assert found.name == "D"
    assert found.short == "Ergebnis: ja. Regel 2 trifft zu."
    assert found.problems == ()
    assert explaining.explained(made("D", table("D"), value=None)).problems == ("Warnung",)
    assert explaining.explained(made("D", value="Ja.")).short == "Ergebnis: Ja."
    last = found.tables[-1]
    assert [(one.label, one.text, one.conditions) for one in last.inputs] == [
        ("Alter", "17", ("< 2",)),
        ("Tag", "02.01.2026", ()),
    ]
    assert last.rules[0].notes == (("Grundlage", "§ 2"), ("", "Rest"))
    assert last.question == "Darf die Person?"


def test_several_rules_or_none() -> None:
    assert (
        explaining.explained(made("D", table("D", 1, 2, 4))).tables[0].short == "Regeln 1, 2 und 4 treffen zu"
    )
    assert explaining.explained(made("D", table("D"))).tables[0].short == "Keine Regel trifft zu"


def test_the_applicant_sees_what_the_procedure_names_as_it_was_decided_last() -> None:
    first, again = (
        made("D", table("L", 1), table("D", 1), day=1),
        made("D", table("L", 1), table("D", 2), day=3),
    )
    other = made("E", table("E", 1), day=2)
    [found] = explaining.for_applicant([first, other, again], ["D"])
    assert [one.decision for one in found.tables] == ["D"]
    assert found.short.endswith("Regel 2 trifft zu.")
    assert found.problems == ()
    assert [one.decision for one in explaining.for_applicant([first, other, again], ["D", "E", "L"])] == [
        "E",
        "D",
    ]
    assert explaining.for_applicant([first], []) == []


def test_letters_see_the_texts_of_the_rules_and_something_of_what_was_not_decided() -> None:
    found = explaining.for_letters(["D", "F"], [made("D", table("L", 7, value=18), table("D", 1, 2))])
    assert found["D"] == {
        "value": "x",
        "rules": [1, 2],
        "reasons": ["§ 1", "Rest", "§ 2", "Rest"],
        "notes": [{"Grundlage": "§ 1"}, {"Grundlage": "§ 2"}],
    }
    assert found["L"]["value"] == 18
    assert found["F"] == {"value": None, "rules": [], "reasons": [], "notes": []}
    assert explaining.for_letters([], [made("G", value=3)])["G"]["value"] == 3
