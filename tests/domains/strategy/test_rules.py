"""The SMART check, the courses, numbers in order, and two papers compared: pure rules by worked vectors."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.drawing import wrap
from leineweber.domains.strategy.rules import Course, Facts
from leineweber.domains.strategy.rules.smart import has_object, has_verb, slope

START, END = date(2026, 1, 1), date(2026, 4, 11)  # one hundred days
ON = date(2026, 2, 20)
GOOD = Facts(
    title="Urkunden online",
    result="Acht von zehn Urkunden werden online bestellt.",
    owner=True,
    indicator="Online bestellte Urkunden",
    unit="Prozent",
    direction="up",
    baseline=Decimal(20),
    baseline_on=START,
    target=Decimal(80),
    source="Bestellungen",
    attainable="Das Nachbaramt hat es geschafft.",
    serves=1,
    start=START,
    end=END,
)


def codes(**changes: object) -> list[str]:
    return [one.code for one in rules.check_goal(replace(GOOD, **changes), ON)]


def test_a_goal_that_says_everything_is_smart():
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"result": ""}, ["specific.result"]),
        ({"result": "Einführung der Urkunden"}, ["specific.verb"]),
        ({"result": "es wird besser"}, ["specific.object"]),
        ({"result": "Urkunden werden möglichst online bestellt, alle Ämter."}, ["specific.vague"]),
        ({"owner": False}, ["specific.owner"]),
        ({"indicator": " "}, ["measurable.indicator"]),
        ({"unit": ""}, ["measurable.unit"]),
        ({"baseline": None}, ["measurable.baseline"]),
        ({"baseline_on": None}, ["measurable.date"]),
        ({"baseline_on": ON + timedelta(days=1)}, ["measurable.future"]),
        ({"target": None}, ["measurable.target"]),
        ({"source": ""}, ["measurable.source"]),
        ({"target": Decimal(20)}, ["achievable.direction"]),
        ({"target": Decimal(10)}, ["achievable.direction"]),
        ({"direction": "down", "target": Decimal(10)}, []),
        ({"attainable": ""}, ["achievable.unfounded"]),
        ({"serves": 0}, ["relevant.edge"]),
        ({"end": None}, ["timed.period"]),
        ({"end": START}, ["timed.order", "timed.past"]),
        ({"end": START + timedelta(days=7 * 366)}, ["timed.long"]),
        ({"end": ON - timedelta(days=1)}, ["timed.past"]),
        ({"end": ON - timedelta(days=1), "finished": True}, []),
        ({"trajectory": "steps"}, ["timed.points"]),
        ({"trajectory": "table", "points": ((END + timedelta(days=1), Decimal(70)),)}, ["timed.outside"]),
        ({"trajectory": "table", "points": ((ON, Decimal(70)),)}, []),
    ],
)
def test_what_is_open_is_told(changes, expected):
    assert codes(**changes) == expected


def test_every_finding_says_why_and_where():
    empty = Facts("", "", False, "", "", "up", None, None, None, "", "", 0, None, None)
    found = rules.check_goal(empty, ON)
    assert {one.criterion for one in found} == {"specific", "measurable", "relevant", "timed"}
    assert len({one.code for one in found}) == len(found) == 10
    assert all(one.reason.endswith((".", "?")) and one.field for one in found)


def test_the_slope_ahead_is_held_against_that_behind():
    """From 20 to 30 in 50 days is 0.2 a day; to 80 in the 50 days left needs 1.0 a day: five times as steep."""
    history = ((START, Decimal(20)), (ON, Decimal(30)))
    assert slope(history) == Decimal("0.2")
    (finding,) = rules.check_goal(replace(GOOD, attainable="", history=history), ON)
    assert finding.code == "achievable.slope"
    assert "30 Prozent in 30 Tagen, bisher waren es 6." in finding.reason
    assert codes(attainable="", history=((START, Decimal(20)), (ON, Decimal(60)))) == []
    assert codes(attainable="", history=((START, Decimal(20)), (ON, Decimal(15)))) == ["achievable.slope"]
    assert slope(((START, Decimal(20)), (START + timedelta(days=27), Decimal(30)))) is None


@pytest.mark.parametrize(
    "text",
    ["Neun von zehn melden sich online.", "Alle Ämter führen Akten elektronisch.", "Die Stelle ist besetzt.",
     "25 Abläufe wurden untersucht.", "Das Portal bietet 120 Dienste an.", "Anträge lassen sich online stellen."],
)  # fmt: skip
def test_verbs_are_found(text):
    assert has_verb(text)
    assert has_object(text) == (text != "Neun von zehn melden sich online.")


@pytest.mark.parametrize(
    "text", ["Einführung DMS", "Umsetzung OZG", "Ein Portal für alle", "Weiterentwicklung", ""]
)
def test_nouns_made_of_verbs_are_no_deeds(text):
    assert not has_verb(text)


POINTS = ((date(2026, 1, 21), Decimal(30)), (date(2026, 3, 2), Decimal(60)))  # days 20 and 60


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        ("linear", -5, 20), ("linear", 0, 20), ("linear", 50, 50), ("linear", 100, 80), ("linear", 500, 80),
        ("steps", 0, 20), ("steps", 19, 20), ("steps", 20, 30), ("steps", 59, 30), ("steps", 60, 60), ("steps", 99, 60),
        ("steps", 100, 80), ("table", 0, 20), ("table", 10, 25), ("table", 20, 30), ("table", 40, 45),
        ("table", 60, 60), ("table", 80, 70), ("table", 100, 80),
    ],
)  # fmt: skip
def test_the_three_courses(kind, day, expected):
    course = Course(kind, START, END, Decimal(20), Decimal(80), POINTS)
    assert rules.planned(course, START + timedelta(days=day)) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["linear", "steps", "table"]),
    st.lists(st.integers(0, 100), max_size=6, unique=True),
    st.integers(-50, 200),
)
def test_a_course_stays_between_its_values(kind, days, at):
    points = tuple((START + timedelta(days=one), Decimal(one)) for one in sorted(days))
    value = rules.planned(
        Course(kind, START, END, Decimal(0), Decimal(100), points), START + timedelta(days=at)
    )
    assert 0 <= value <= 100


def test_numbers_stand_in_the_order_of_the_paper():
    numbers = [
        "A.I",
        "A.II.1",
        "A.III.1",
        "A.V.2",
        "A.V.10",
        "B.I.1.9",
        "B.I.2.1",
        "B.II.2.4",
        "B.II.2.10",
        "",
    ]
    assert sorted(sorted(numbers), key=rules.number_key) == numbers


def part(key: str, **fields: object) -> dict[str, object]:
    return {"id": key, "number": "B.I.1.1", "title": "DMS", "text": "Alt"} | fields


def test_papers_are_compared_field_by_field_in_words():
    before = {"measure": [part("1"), part("2", title="Weg")], "goal": []}
    after = {"measure": [part("1", text="Neu", serves=["A", "B"]), part("3", title="Dazu")]}
    changed, added, removed = rules.differences(before, after)
    assert changed.sentence == "Maßnahme B.I.1.1 „DMS“: Geändert sind Text und Dient."
    assert [(one.before, one.after) for one in changed.changes] == [("Alt", "Neu"), ("keine Angabe", "A; B")]
    assert added.sentence == "Maßnahme B.I.1.1 „Dazu“ ist neu."
    assert removed.sentence == "Maßnahme B.I.1.1 „Weg“ ist entfallen."
    assert rules.differences(before, before) == []


def test_values_read_as_people_write_them():
    assert rules.shown("target", "1250.50") == "1.250,5"
    assert rules.shown("target", "50.00") == "50" and rules.shown("target", "50") == "50"
    assert rules.shown("end", "2027-03-31") == "31.03.2027"
    assert rules.shown("text", None) == "keine Angabe"


def test_words_tell_what_went_and_what_came():
    assert rules.words("45 Gebäude bieten WLAN", "52 Gebäude bieten freies WLAN") == [
        ("out", "45"), ("in", "52"), ("same", "Gebäude bieten"), ("in", "freies"), ("same", "WLAN"),
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_words_keep_both_texts(before, after):
    parts = rules.words(before, after)
    assert " ".join(text for how, text in parts if how != "in") == before
    assert " ".join(text for how, text in parts if how != "out") == after


def test_a_paper_is_written_in_one_way_only():
    one = {"goal": [{"id": "1", "title": "Größe"}], "vision": []}
    other = {"vision": [], "goal": [{"title": "Größe", "id": "1"}]}
    text = rules.canonical(one)
    assert text == rules.canonical(other) == '{"goal":[{"id":"1","title":"Größe"}],"vision":[]}'
    assert rules.digest(text) == hashlib.sha512(text.encode()).hexdigest()


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab -", max_size=200), st.integers(60, 400))
def test_words_of_a_box_fit(text, width):
    lines = wrap(text, width)
    assert len(lines) <= 4
    assert all(len(line) <= max(8, width // 7) for line in lines)
