"""Worked vectors: references and retention."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.capabilities.records import rules
from leineweber.capabilities.records.rules import FileReference


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (FileReference("12.20", 2026), "12.20-2026"),
        (FileReference("12.20", 2026, 123), "12.20-2026/000123"),
        (FileReference("1", 1999, 999_999), "1-1999/999999"),
    ],
)
def test_references_are_written_and_read(reference, text):
    assert str(reference) == text
    assert FileReference.parse(f" {text} ") == reference


@given(
    st.lists(st.integers(0, 999), min_size=1, max_size=5),
    st.integers(1900, 2199),
    st.none() | st.integers(1, 999_999),
)
def test_every_reference_survives_writing(groups, year, number):
    reference = FileReference(".".join(str(group) for group in groups), year, number)
    assert FileReference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12.20",
        "12.20-26/000001",
        "12.20-2026/1",
        "12.20-2026/000000",
        "a-2026",
        "１-2026",
        "12-2026/0000001",
    ],
)
def test_other_texts_are_no_references(text):
    with pytest.raises(ValueError, match=r"Aktenzeichen|laufende|Aktenplan"):
        FileReference.parse(text)


@pytest.mark.parametrize(
    ("code", "year", "number"), [("x", 2026, 1), ("12", 1800, 1), ("12", 2026, 1_000_000)]
)
def test_impossible_references(code, year, number):
    with pytest.raises(ValueError, match=r"ist|liegt"):
        FileReference(code, year, number)


@pytest.mark.parametrize(
    ("closed", "years", "begin", "end"),
    [
        # Beginning with the end of the calendar year: KGSt-Bericht 4/2006; § 147 (4) AO for accounting records.
        (date(2026, 11, 23), 10, date(2027, 1, 1), date(2036, 12, 31)),
        (date(2026, 1, 1), 5, date(2027, 1, 1), date(2031, 12, 31)),
        (date(2026, 12, 31), 5, date(2027, 1, 1), date(2031, 12, 31)),
        (date(2027, 1, 1), 5, date(2028, 1, 1), date(2032, 12, 31)),
        (date(2024, 2, 29), 1, date(2025, 1, 1), date(2025, 12, 31)),
        (date(2026, 6, 1), 0, date(2027, 1, 1), date(2026, 12, 31)),
        (date(2026, 6, 1), None, date(2027, 1, 1), None),
    ],
)
def test_retention(closed, years, begin, end):
    assert rules.retention_begin(closed) == begin
    assert rules.retention_end(closed, years) == end


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="negativ"):
        rules.retention_end(date(2026, 1, 1), -1)


def test_expiry_is_the_day_after():
    assert not rules.is_expired(date(2036, 12, 31), date(2036, 12, 31))
    assert rules.is_expired(date(2036, 12, 31), date(2037, 1, 1))
    assert not rules.is_expired(None, date(2999, 1, 1))
