"""How goals stand: trajectory, light, sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.domains.strategy import rules

START, END = date(2026, 1, 1), date(2026, 4, 11)  # one hundred days


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 12, 1), 0),
        (START, 0),
        (date(2026, 1, 26), 50),
        (date(2026, 2, 20), 100),
        (END, 200),
        (date(2027, 1, 1), 200),
    ],
)
def test_the_trajectory_is_linear_by_days(on, expected):
    assert rules.expected_on(START, END, Decimal(200), on) == expected


@pytest.mark.parametrize(
    ("value", "expected", "direction", "light"),
    [
        (100, 100, "up", "green"),
        (91, 100, "up", "yellow"),
        (90, 100, "up", "yellow"),
        (89, 100, "up", "red"),
        (10, 10, "down", "green"),
        (11, 10, "down", "yellow"),
        (12, 10, "down", "red"),
        (None, 10, "up", "grey"),
        (10, None, "up", "grey"),
    ],
)
def test_the_light_leaves_a_tenth_of_slack(value, expected, direction, light):
    def number(one):
        return None if one is None else Decimal(one)

    assert rules.light(number(value), number(expected), direction) == light


@pytest.mark.parametrize(
    ("lights", "sentence"),
    [
        ([], "Es ist noch kein Ziel angelegt."),
        (["green"], "Das eine Ziel ist auf Kurs."),
        (["green", "grey"], "Alle 2 Ziele sind auf Kurs."),
        (["red"], "Das eine Ziel braucht Sie."),
        (["red", "yellow", "green"], "2 von 3 Zielen brauchen Sie."),
    ],
)
def test_the_sentence_says_how_many_need_attention(lights, sentence):
    assert rules.sentence(lights) == sentence


@given(st.lists(st.sampled_from(["red", "yellow", "green", "grey"]), min_size=1))
def test_the_worst_light_wins(lights):
    worst = rules.worst(lights)
    assert worst in lights
    if "red" in lights:
        assert worst == "red"


def test_without_lights_it_is_grey():
    assert rules.worst([]) == "grey"
