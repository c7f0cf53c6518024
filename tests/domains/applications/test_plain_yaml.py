"""YAML as packages may use it: plain values with their lines, nothing that swells, runs or surprises."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leineweber.domains.applications.procedures import plain_yaml

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(alphabet=st.characters(exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcxyz_", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(PLAIN)
def test_what_was_written_is_read(content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, width=1000)
    assert plain_yaml.load(text.removesuffix("...\n")).content == content


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plain_yaml.load(text)
    except plain_yaml.PlainYamlError as error:
        assert error.line >= 1
        assert error.reason.endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("nein", "nein"),
        ("07:30", "07:30"),
        ("2026-11-23", "2026-11-23"),
        ("010", "010"),
        ("0", 0),
        ("-12", -12),
        ("1.50", Decimal("1.50")),
        ("true", True),
        ("False", "False"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"true"', "true"),
        ("1e400", "1e400"),
        (".inf", ".inf"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_values_hold_no_surprise(text: str, value: object) -> None:
    found = plain_yaml.load(f"a: {text}").content["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_always_words() -> None:
    assert plain_yaml.load("true: ja\non: 1\n7: x").content == {"true": "ja", "on": 1, "7": "x"}


def test_every_part_knows_its_line() -> None:
    read = plain_yaml.load("a: 1\nb:\n  - c: x\n    d: |\n      lang\n  - [1,\n     2]\n")
    assert read.line(("b",)) == 2
    assert read.line(("b", 0, "d")) == 4
    assert read.line(("b", 1, 1)) == 7
    assert read.line(("b", 0, "fehlt", "tiefer")) == 3
    assert read.line(()) == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: &x 1\nb: *x", 1, "Anker"),
        ("a: 1\nb: *x", 2, "Anker"),
        ("a: &x [*x]", 1, "Anker"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']", 2, "Typangaben"),
        ("a: !!binary aGFsbG8=", 1, "Typangaben"),
        ("&k a: 1", 1, "einfaches Wort"),
        ("? [a, b]\n: 1", 1, "einfaches Wort"),
        ("a: 1\nb: 2\na: 3", 3, "doppelt"),
        ("a: 1\n---\nb: 2", 2, "mehr als ein Dokument"),
        ("a: [1, 2", 1, "kein gültiges YAML"),
        ("a: 1\n\tb: 2", 2, "kein gültiges YAML"),
        ("a: '\x01'", 1, "kein gültiges YAML"),
    ],
)
def test_more_than_plain_values_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(plain_yaml.PlainYamlError) as caught:
        plain_yaml.load(text)
    assert reason in caught.value.reason
    assert caught.value.line == line


def test_nothing_swells() -> None:
    laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    began = time.monotonic()
    for text in (
        laughs,
        "[" * 100_000,
        "- " * 50_000 + "x",
        "[1," * 30 + "1" + "]" * 30,
        "{a: " * 500 + "1" + "}" * 500,
    ):
        with pytest.raises(plain_yaml.PlainYamlError):
            plain_yaml.load(text)
    with pytest.raises(plain_yaml.PlainYamlError, match="mehr als"):
        plain_yaml.load("- x\n" * (plain_yaml.NODE_LIMIT + 5))
    assert time.monotonic() - began < 20
