"""Periods, paths and grants: worked cases and properties."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel.access import Grant
from leineweber.people.organisation import rules
from leineweber.people.organisation.rules import HeldRole, LentRole, Period

DAY = date(2026, 11, 23)
ANNA, BEN, POST, OTHER = (UUID(int=number) for number in (1, 2, 10, 11))
ELECTIONS, OFFICE = "/d5/150/150.4/", "/d5/150/"


def test_a_period_is_half_open() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert period.covers(date(2026, 1, 1)) and period.covers(date(2026, 1, 31))
    assert not period.covers(date(2026, 2, 1)) and not period.covers(date(2025, 12, 31))
    assert Period(DAY).covers(date.max)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="Ende"):
        Period(DAY, DAY - timedelta(days=1))


def test_the_first_day_without_anybody() -> None:
    first, second, third, end = (date(2026, 12, day) for day in (1, 5, 10, 15))
    away = Period(first, end)
    assert rules.first_day_uncovered(away, []) == first
    assert rules.first_day_uncovered(away, [Period(first, second), Period(third, end)]) == second
    assert rules.first_day_uncovered(away, [Period(second, end), Period(first, second)]) is None
    assert rules.first_day_uncovered(away, [Period(DAY)]) is None
    assert rules.first_day_uncovered(away, [Period(second, end)]) == first
    assert rules.first_day_uncovered(Period(first, first), []) is None


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(days)
    end = draw(st.one_of(st.none(), days.filter(lambda day: day >= start)))
    return Period(start, end)


@given(periods(), periods())
def test_two_periods_overlap_exactly_if_a_day_lies_in_both(one: Period, other: Period) -> None:
    window = [date(2025, 12, 30) + timedelta(days=number) for number in range(70)]
    assert one.overlaps(other) is any(one.covers(day) and other.covers(day) for day in window)
    assert one.overlaps(other) is other.overlaps(one)


persons = st.sampled_from([ANNA, BEN])
posts = st.sampled_from([POST, OTHER])
role_names = st.sampled_from(["elections.clerk", "elections.head", None])
paths = st.sampled_from([ELECTIONS, OFFICE, "/"])
held_roles = st.builds(HeldRole, persons, posts, role_names, paths, periods())
lent_roles = st.builds(LentRole, persons, st.one_of(st.none(), persons), posts, role_names, paths, periods())


@given(st.lists(held_roles, max_size=6), st.lists(lent_roles, max_size=6), days)
def test_every_grant_comes_from_a_post_held_or_lent_that_day(
    held: list[HeldRole], lent: list[LentRole], day: date
) -> None:
    grants = rules.grants_on(day, ANNA, held, lent)
    assert len(set(grants)) == len(grants)
    own = {
        (row.role, row.unit_path, row.post_id)
        for row in held
        if row.person_id == ANNA and row.period.covers(day)
    }
    borrowed = {
        (row.role, row.unit_path, row.post_id)
        for row in lent
        if row.deputy_id == ANNA and row.period.covers(day)
    }
    for grant in grants:
        assert (grant.role, grant.unit_path, grant.post_id) in own | borrowed
        if grant.deputising_for is not None:
            assert (grant.role, grant.unit_path, grant.post_id) in borrowed
    assert {step for step in own if step[0]} <= {(g.role, g.unit_path, g.post_id) for g in grants}


@given(st.lists(held_roles, max_size=6), st.lists(lent_roles, max_size=6), days)
def test_whoever_leaves_the_last_post_has_nothing_from_that_day_on(
    held: list[HeldRole], lent: list[LentRole], day: date
) -> None:
    left = [
        HeldRole(
            row.person_id,
            row.post_id,
            row.role,
            row.unit_path,
            Period(
                min(row.period.start, day),
                min(row.period.end or day, day) if row.period.start <= day else day,
            ),
        )
        for row in held
    ]
    assert rules.grants_on(day, ANNA, left, lent) == ()
    assert not rules.holds_a_post(day, ANNA, left)


@given(periods(), days)
def test_a_deputy_acts_in_the_period_and_on_no_other_day(period: Period, day: date) -> None:
    own = [HeldRole(BEN, OTHER, None, OFFICE, Period(date.min))]
    lent = [LentRole(BEN, ANNA, POST, "elections.clerk", ELECTIONS, period)]
    expected = (Grant("elections.clerk", ELECTIONS, POST, ANNA),) if period.covers(day) else ()
    assert rules.grants_on(day, BEN, own, lent) == expected
    assert rules.grants_on(day, ANNA, own, lent) == ()


def test_who_deputises_for_her_own_post_has_it_as_her_own() -> None:
    held = [HeldRole(ANNA, POST, "elections.clerk", ELECTIONS, Period(DAY))]
    lent = [LentRole(ANNA, BEN, POST, "elections.clerk", ELECTIONS, Period(DAY))]
    assert rules.grants_on(DAY, ANNA, held, lent) == (Grant("elections.clerk", ELECTIONS, POST),)


@pytest.mark.parametrize("code", ["d5", "150", "150.4", "400.22", "a-b"])
def test_codes_that_can_be_steps_of_a_path(code: str) -> None:
    assert rules.child_path("/d5/", code) == f"/d5/{code}/"


@pytest.mark.parametrize("code", ["", "A", "15/0", "150.", ".4", "ä", "x" * 41, "a b", "15\n"])
def test_codes_that_cannot(code: str) -> None:
    with pytest.raises(ValueError, match="Kurzzeichen"):
        rules.child_path(None, code)


@pytest.mark.parametrize("name", ["operator", "elections.clerk", "records.file-clerk"])
def test_role_names(name: str) -> None:
    assert rules.is_role_name(name)


@pytest.mark.parametrize("name", ["", "Operator", "elections.", "elections..clerk", "9.clerk", "x" * 81])
def test_no_role_names(name: str) -> None:
    assert not rules.is_role_name(name)


codes = st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True)


@given(
    st.lists(codes, min_size=1, max_size=4),
    st.lists(codes, max_size=3),
    st.lists(codes, min_size=1, max_size=4),
)
def test_a_moved_subtree_keeps_its_shape(old: list[str], below: list[str], new: list[str]) -> None:
    old_root, new_root = (f"/{'/'.join(steps)}/" for steps in (old, new))
    path = old_root + "".join(f"{step}/" for step in below)
    moved = rules.moved_path(path, old_root, new_root)
    assert rules.lies_within(moved, new_root)
    assert rules.moved_path(moved, new_root, old_root) == path


def test_what_is_not_in_the_subtree_does_not_move() -> None:
    with pytest.raises(ValueError, match="liegt nicht"):
        rules.moved_path("/d4/600/", "/d5/", "/d1/")


def test_what_is_above_a_unit() -> None:
    assert rules.path_and_above("/d5/150/150.4/") == ("/", "/d5/", "/d5/150/", "/d5/150/150.4/")
    assert rules.path_and_above("/") == ("/",)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Bürgeramt", "buergeramt"),
        ("  Straße  ÄÖÜ ", "strasse aeoeue"),
        ("Éva Çelik", "eva celik"),
        ("Łukasz", "łukasz"),
        ("Ångström", "angstroem"),
        ("a\0b", "a b"),
    ],
)
def test_folding_for_search(written: str, folded: str) -> None:
    assert rules.fold(written) == folded


@given(days, st.integers(0, 40), st.lists(periods(), max_size=4))
def test_that_day_is_really_the_first(start: date, length: int, others: list[Period]) -> None:
    away = [start + timedelta(days=number) for number in range(length)]
    alone = [day for day in away if not any(other.covers(day) for other in others)]
    period = Period(start, start + timedelta(days=length))
    assert rules.first_day_uncovered(period, others) == next(iter(alone), None)
