"""Trajectories, lights, quality, thinning and the order of formulas: worked by hand, and for whatever there may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leineweber.kernel.indicators import rules
from leineweber.kernel.indicators.rules import Tolerance, Trajectory

D = Decimal
START = date(2026, 1, 1)


def points(*pairs: tuple[int, int]) -> tuple[tuple[date, Decimal], ...]:
    return tuple((START + timedelta(days=day), D(value)) for day, value in pairs)


@pytest.mark.parametrize(
    ("shape", "day", "expected"),
    [
        # Ten days from 0 to 100, with 20 on the fourth: 10 a day by the straight line, 5 a day up to the fourth by table.
        ("linear", 4, D(40)),
        ("table", 4, D(20)),
        ("table", 2, D(10)),
        ("table", 7, D(60)),
        ("steps", 3, D(0)),
        ("steps", 4, D(20)),
        ("steps", 9, D(20)),
        ("steps", 10, D(100)),
        ("linear", 10, D(100)),
        ("linear", 300, D(100)),
        ("table", 0, D(0)),
    ],
)
def test_what_is_expected_on_a_day(shape, day, expected):
    course = Trajectory(shape, points((0, 0), (4, 20), (10, 100)))
    assert course.expected(START + timedelta(days=day)) == expected
    assert course.expected(START - timedelta(days=1)) is None
    assert course.target == 100


def test_linear_by_days_over_a_leap_year():
    """366 days of 2028: the middle is the 2nd of July, the 183rd day after the first."""
    course = Trajectory("linear", ((date(2028, 1, 1), D(0)), (date(2029, 1, 1), D(366))))
    assert course.expected(date(2028, 7, 2)) == 183
    assert course.expected(date(2028, 2, 29)) == 59


@pytest.mark.parametrize("days", [(), (3, 3), (4, 2)])
def test_points_are_in_order(days):
    with pytest.raises(ValueError, match="order"):
        Trajectory("table", points(*((day, 1) for day in days)))


@pytest.mark.parametrize(
    ("value", "expected", "direction", "light"),
    [
        # A tenth of 50 is 5.
        (50, 50, "up", "green"),
        (45, 50, "up", "yellow"),
        (44, 50, "up", "red"),
        (50, 50, "down", "green"),
        (55, 50, "down", "yellow"),
        (56, 50, "down", "red"),
        (55, 50, "none", "green"),
        (41, 50, "none", "yellow"),
        (61, 50, "none", "red"),
        (-45, -50, "up", "green"),
        (-55, -50, "up", "yellow"),
        (None, 50, "up", "grey"),
        (50, None, "up", "grey"),
        (0, 0, "down", "green"),
        (1, 0, "down", "red"),
    ],
)
def test_the_light(value, expected, direction, light):
    decimals = [None if one is None else D(one) for one in (value, expected)]
    assert rules.light(*decimals, direction) == light


def test_a_tolerance_may_be_an_amount():
    assert rules.light(D(1), D(0), "down", Tolerance(D(0), D(2))) == "yellow"
    assert rules.light(D(3), D(0), "down", Tolerance(D(0), D(2))) == "red"
    assert rules.light(D(99), D(100), "up", Tolerance(D(0), D(0))) == "red"


numbers = st.decimals(-(10**6), 10**6, places=2)
shares = st.decimals(0, 1, places=2)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(rules.SHAPES),
    st.lists(st.tuples(st.integers(0, 3000), numbers), min_size=1, max_size=8, unique_by=lambda one: one[0]),
    st.integers(-10, 3200),
)
def test_expected_stays_between_the_points(shape, pairs, day):
    pairs.sort()
    course = Trajectory(shape, tuple((START + timedelta(days=at), value) for at, value in pairs))
    found = course.expected(START + timedelta(days=day))
    if day < pairs[0][0]:
        assert found is None
        return
    values = [value for _, value in pairs]
    assert found is not None and min(values) - D("0.000001") <= found <= max(values) + D("0.000001")
    if day >= pairs[-1][0]:
        assert found == values[-1]


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, numbers, st.sampled_from(["up", "down"]), shares, st.decimals(0, 1000, places=1))
def test_better_never_looks_worse(one, other, expected, direction, share, amount):
    order = ("red", "yellow", "green")
    worse, better = sorted((one, other), reverse=direction == "down")
    lights = [rules.light(value, expected, direction, Tolerance(share, amount)) for value in (worse, better)]
    assert order.index(lights[0]) <= order.index(lights[1])
    assert rules.light(expected, expected, direction, Tolerance(share, amount)) == "green"


@settings(max_examples=40, deadline=None)
@given(numbers, numbers, shares, shares)
def test_more_tolerance_is_never_stricter(value, expected, share, more):
    order = ("red", "yellow", "green")
    narrow, wide = (rules.light(value, expected, "up", Tolerance(one)) for one in sorted((share, more)))
    assert order.index(narrow) <= order.index(wide)


def test_quality():
    day = date(2026, 11, 20)
    assert rules.quality_on("estimated", day, day + timedelta(days=1), 1) == "estimated"
    assert rules.quality_on("complete", day, day + timedelta(days=2), 1) == "outdated"
    assert rules.worst_quality(["complete", "provisional", "estimated"]) == "provisional"
    assert rules.worst_quality([]) == "complete"


@dataclass
class Row:
    on: date


def test_five_years_are_thinned_to_months_and_end_on_the_last_day():
    rows = [Row(START + timedelta(days=number)) for number in range(5 * 365)]
    few = rules.thinned(rows)
    assert len(few) == 60 and few[-1] is rows[-1]
    weekly = rules.thinned(rows[:300])
    assert len(weekly) == 44 and weekly[-1] is rows[299] and weekly[0].on.weekday() == 6
    assert rules.thinned(rows[:120]) == rows[:120]


def test_the_order_of_formulas_and_their_circles():
    inputs = {"f": ["g", "x"], "g": ["y"], "h": ["f", "g"]}
    order = rules.in_order(inputs)
    assert order.index("g") < order.index("f") < order.index("h")
    assert rules.circle(inputs) == []
    assert rules.reads(inputs, ["h"]) == {"h", "f", "g", "x", "y"}
    round_about = inputs | {"g": ["h"], "outside": ["f"]}
    found = rules.circle(round_about)
    assert found[0] == found[-1] and set(found) == {"f", "g", "h"} - ({"f"} - set(found))
    assert rules.in_order(round_about) == []
    assert rules.circle({"f": ["f"]}) == ["f", "f"]


def test_a_long_chain_of_formulas_is_no_circle():
    chain = {f"f{number}": [f"f{number + 1}"] for number in range(1500)}
    assert rules.circle(chain) == [] and len(rules.in_order(chain)) == 1500


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 9), max_size=3), max_size=8))
def test_either_an_order_or_a_circle(graph):
    inputs = {str(key): [str(other) for other in reads] for key, reads in graph.items()}
    found, order = rules.circle(inputs), rules.in_order(inputs)
    assert bool(found) == (len(order) < len(inputs))
    for key, other in pairwise(found):
        assert other in inputs[key]
    for place, key in enumerate(order):
        assert not set(inputs[key]) & set(order[place:])
