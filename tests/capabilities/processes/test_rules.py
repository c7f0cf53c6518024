"""Worked vectors for deadlines and for who may work on a task."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from capabilities.processes.building import UNIT, staff
from leineweber.capabilities.processes import rules
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor

FRIDAY = datetime(2026, 12, 18, 15, 30, tzinfo=clock.BERLIN)


@pytest.mark.parametrize(
    ("text", "counted", "expected"),
    [
        # Working days leave out week-ends, both Christmas days and New Year (Feiertagsgesetz NW § 2).
        ("P10D", "working-days", "2027-01-05T23:59:59+01:00"),
        ("P1D", "working-days", "2026-12-21T23:59:59+01:00"),
        ("P0D", "working-days", "2026-12-18T23:59:59+01:00"),
        # § 188 Abs. 2, § 193 BGB: one week from a Friday ends on Friday the 25th, a holiday, so on Monday the 28th.
        ("P1W", "legal", "2026-12-28T23:59:59+01:00"),
        # One month from 18 December ends on 18 January, a Monday.
        ("P1M", "legal", "2027-01-18T23:59:59+01:00"),
        ("PT12H", "", "2026-12-19T03:30:00+01:00"),
        ("P1DT1H30M5S", "", "2026-12-19T17:00:05+01:00"),
        ("P2W", "", "2027-01-01T15:30:00+01:00"),
        ("P3D", "", "2026-12-21T15:30:00+01:00"),
    ],
)
def test_a_deadline_by_its_way_of_counting(text: str, counted: str, expected: str) -> None:
    assert rules.due_at(text, counted, FRIDAY) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("P1M", "working-days"),
        ("PT5H", "working-days"),
        ("10", ""),
        ("P", ""),
        ("PT", ""),
        ("P1M", ""),
        ("P1DT", ""),
        ("PT5H", "legal"),
        ("P1D", "banktage"),
        ("", ""),
    ],
)
def test_what_is_no_deadline_is_refused(text: str, counted: str) -> None:
    with pytest.raises(ValueError, match=r"„|Frist"):
        rules.due_at(text, counted, FRIDAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-05-09", "2027-05-09T23:59:59+02:00"),
        ("2027-05-09T18:00", "2027-05-09T18:00:00+02:00"),
        ("2027-05-09T18:00:00+00:00", "2027-05-09T18:00:00+00:00"),
        ("PT1H", "2026-11-23T11:00:00+01:00"),
    ],
)
def test_when_a_timer_fires(text: str, expected: str) -> None:
    start = datetime(2026, 11, 23, 10, tzinfo=clock.BERLIN)
    assert rules.timer_at(text, "", start) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["2027-02-30", "2027-05-09T25:00", "9 Tage", ""])
def test_what_is_no_time_for_a_timer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ist kein"):
        rules.timer_at(text, "", datetime(2026, 11, 23, 10, tzinfo=clock.BERLIN))


def test_the_end_of_a_day_knows_summer_time() -> None:
    assert rules.end_of_day(date(2026, 7, 1)).isoformat() == "2026-07-01T23:59:59+02:00"


def test_who_may_work() -> None:
    anna = staff("Anna", "elections.clerk")
    task = rules.Post("elections.clerk", UNIT)
    assert rules.may_work(anna, task)
    assert rules.may_work(staff("Amt", "elections.clerk", "/d5/"), task)
    assert not rules.may_work(staff("Bauamt", "elections.clerk", "/d4/600/"), task)
    assert not rules.may_work(staff("Leitung", "elections.head"), task)
    assert not rules.may_work(Actor.system(), task)
    assert not rules.may_work(Actor("citizen", ids.new_id(), "Bürgerin", anna.grants), task)
    assert not rules.may_work(anna, rules.Post("elections.clerk", UNIT, barred=anna.id))
    assert rules.may_work(anna, rules.Post("elections.clerk", UNIT, post_id=anna.grants[0].post_id))
    assert not rules.may_work(anna, rules.Post("elections.clerk", UNIT, post_id=ids.new_id()))


def test_a_deputy_acts_for_the_holder_in_that_role_only() -> None:
    anna = staff("Anna", "elections.clerk")
    deputy = staff("Dora", "elections.clerk", deputising_for=anna.id)
    task = rules.Post("elections.clerk", UNIT)
    assert rules.acts_for(anna, task, anna.id)
    assert rules.acts_for(deputy, task, anna.id)
    assert not rules.acts_for(deputy, rules.Post("elections.head", UNIT), anna.id)
    assert not rules.acts_for(deputy, rules.Post("elections.clerk", "/d4/"), anna.id)
    assert not rules.acts_for(anna, task, deputy.id)
    assert not rules.acts_for(anna, task, None)


def test_outputs() -> None:
    declared = [("entscheidung", False), ("frage", True)]
    assert rules.missing_outputs(declared, {"entscheidung": "annehmen"}) == []
    assert rules.missing_outputs(declared, {"entscheidung": "", "frage": "?"}) == ["entscheidung"]
    assert rules.missing_outputs(declared, {}) == ["entscheidung"]
    assert rules.missing_outputs([("freigabe", False)], {"freigabe": False}) == []
    assert rules.unknown_outputs(declared, {"entscheidung": 1, "zz": 1, "aa": 1}) == ["aa", "zz"]
