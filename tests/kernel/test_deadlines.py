"""Deadlines by worked vectors; the paragraph stands beside each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel.deadlines import rules
from leineweber.kernel.deadlines.rules import Period

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@pytest.mark.parametrize(
    ("start", "period", "event", "end"),
    [
        (date(2026, 11, 23), "P10D", True, date(2026, 12, 3)),  # § 187 Abs. 1, § 188 Abs. 1: Thursday
        (date(2026, 11, 23), "P1W", True, date(2026, 11, 30)),  # § 188 Abs. 2: same weekday
        (date(2026, 11, 23), "P1M", True, date(2026, 12, 23)),  # § 188 Abs. 2: same number
        (date(2027, 1, 31), "P1M", True, date(2027, 3, 1)),  # § 188 Abs. 3: 28 Feb is a Sunday, § 193: Monday
        (date(2028, 1, 31), "P1M", True, date(2028, 2, 29)),  # § 188 Abs. 3: leap year, Tuesday
        (date(2026, 11, 24), "P1M", True, date(2026, 12, 24)),  # Christmas Eve is a working day in law
        (date(2026, 11, 25), "P1M", True, date(2026, 12, 28)),  # 25 and 26 Dec holidays, 27 Sunday: § 193
        (date(2026, 1, 1), "P1Y", False, date(2026, 12, 31)),  # § 187 Abs. 2, § 188 Abs. 2, second case
        (date(2026, 12, 1), "P30D", False, date(2026, 12, 30)),
        (date(2027, 1, 31), "P1M", False, date(2027, 3, 1)),
    ],
)
def test_periods_end_as_the_code_says(start, period, event, end):
    assert rules.period_end(start, Period.parse(period), event=event) == end


def test_without_shift_a_period_may_end_on_a_sunday():
    assert rules.period_end(date(2026, 11, 22), Period(1, "weeks"), shift=False) == date(2026, 11, 29)


def test_holidays_are_those_of_north_rhine_westphalia():
    assert date(2026, 6, 4) in rules.holidays_nrw(2026)  # Fronleichnam
    assert date(2026, 11, 1) in rules.holidays_nrw(2026)  # Allerheiligen
    assert date(2026, 1, 6) not in rules.holidays_nrw(2026)  # Heilige Drei Könige is none in NRW


def test_working_days_skip_christmas():
    assert rules.add_working_days(date(2026, 12, 23), 2) == date(2026, 12, 28)
    with pytest.raises(ValueError, match="forward"):
        rules.add_working_days(date(2026, 12, 23), -1)


def test_notification_by_post():
    assert rules.deemed_notified(date(2026, 11, 23), 4) == date(2026, 11, 27)
    assert rules.deemed_notified(date(2026, 11, 24), 4) == date(2026, 11, 30)
    assert rules.deemed_notified(date(2026, 11, 24), 4, shift=False) == date(2026, 11, 28)


@pytest.mark.parametrize("text", ["", "P", "10D", "P1H", "P1D2W", "P12345D"])
def test_other_forms_are_no_periods(text):
    with pytest.raises(ValueError, match="Keine Frist"):
        Period.parse(text)


@given(DAYS, st.integers(0, 400))
def test_adding_working_days_adds_exactly_so_many(start, count):
    end = rules.add_working_days(start, count)
    passed = sum(rules.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert passed == count
    assert count == 0 or rules.is_working_day(end)


@given(DAYS, st.integers(1, 60), st.sampled_from(["days", "weeks", "months", "years"]))
def test_a_period_never_ends_before_it_is_due_nor_on_a_spared_day(start, count, unit):
    period = Period(count, unit)
    end = rules.period_end(start, period)
    assert rules.is_working_day(end)
    assert end >= rules.period_end(start, period, shift=False)
