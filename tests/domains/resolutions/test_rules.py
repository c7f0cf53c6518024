"""Pure rules by worked vectors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from leineweber.capabilities.processes.engine import check
from leineweber.domains.resolutions import routing, rules
from leineweber.domains.resolutions.rules import Votes


def test_numbers() -> None:
    assert rules.resolution_number("VV", 2026, 3) == "VV-2026-003"
    assert rules.resolution_number("BG 1", 2026, 12) == "BG-1-2026-012"
    assert rules.resolution_number("+", 2026, 1) == "B-2026-001"
    assert rules.paper_number(2026, 7) == "BV-2026-0007", "not to be taken for a project"


@pytest.mark.parametrize(
    ("present", "voting", "percent", "more", "expected"),
    [
        (3, 6, 50, True, False),  # half is not more than half
        (4, 6, 50, True, True),
        (3, 6, 50, False, True),
        (4, 7, 50, True, True),
        (2, 3, 67, False, False),  # 66.7 % is less than 67 %
        (0, 0, 50, True, False),
        (6, 6, 100, False, True),
    ],
)
def test_quorum(present: int, voting: int, percent: int, more: bool, expected: bool) -> None:
    assert rules.quorate(present, voting, percent, more=more) is expected


@pytest.mark.parametrize(
    ("votes", "tie", "chair", "expected"),
    [
        (Votes(4, 2, 0), "rejected", "", True),
        (Votes(2, 2, 1), "rejected", "", False),
        (Votes(2, 2, 1), "chair", "", None),
        (Votes(2, 2, 1), "chair", "yes", True),
        (Votes(2, 2, 1), "chair", "no", False),
        (Votes(1, 0, 5), "rejected", "", True),  # abstentions count neither way
        (Votes(0, 0, 6), "chair", "", False),
    ],
)
def test_majority(votes: Votes, tie: str, chair: str, expected: bool | None) -> None:
    assert rules.carried(votes, tie, chair) is expected


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=50)
def test_more_yes_never_hurts(yes: int, no: int, abstained: int) -> None:
    before = rules.carried(Votes(yes, no, abstained), "rejected")
    assert rules.carried(Votes(yes + 1, no, abstained), "rejected") or not before


def test_letters_and_words() -> None:
    assert rules.letters(["decides", "proposes"]) == "V A"
    assert rules.vote_words(Votes(5, 0, 0)) == "einstimmig (5 Ja)"
    assert rules.vote_words(Votes(4, 1, 1)) == "4 Ja, 1 Nein, 1 Enthaltung"
    assert rules.due_words(date(2026, 11, 20), date(2026, 11, 23)) == "seit 3 Tagen überfällig"
    assert rules.due_words(date(2026, 11, 24), date(2026, 11, 23)) == "noch 1 Tag"
    assert rules.department_path("/d1/110/110.6/") == "/d1/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", Decimal("1234.50")),
        ("12500", Decimal("12500")),
        ("80.000 €", Decimal("80000")),
        ("1,5", Decimal("1.5")),
        ("1.23,4", None),
        ("12,345", None),
        ("viel", None),
    ],
)
def test_amounts(text: str, expected: Decimal | None) -> None:
    assert rules.amount(text) == expected


@pytest.mark.parametrize("count", [0, 1, 9])
def test_the_process_of_any_route_is_sound(count: int) -> None:
    steps = [
        routing.Step(f"s_{n}", f"Stelle <{n}>", "staff.council", "", 10, n % 2 == 0) for n in range(count)
    ]
    for department in ("/d1/", ""):
        bpmn = routing.cosigning(steps, department)
        assert (
            check(
                bpmn,
                roles={"staff.council", "unit.head"},
                actions={"resolutions.silence", "resolutions.clear"},
            )
            == []
        )
    assert check(routing.follow_up(), roles={"unit.head"}) == []


def test_a_calendar_object() -> None:
    from datetime import UTC, datetime, timedelta

    from leineweber.domains.resolutions.calendar import Appointment, calendar
    from leineweber.kernel import ids

    start = datetime(2027, 1, 12, 8, tzinfo=UTC)
    shown = Appointment(
        ids.new_id(), 2, "Verwaltungsvorstand", "Rathaus; Zimmer 12, links", start, start + timedelta(hours=2),
        "Tagesordnung", "https://stadt.example/x", ("Büro", "buero@stadt.example"),
        [("Ayşe Baumwollnik", "ayse@stadt.example")], "stadt.example",
    )  # fmt: skip
    for method in ("REQUEST", "CANCEL", "PUBLISH"):
        read = Calendar.from_ical(calendar(shown, method))
        (event,) = read.walk("VEVENT")
        assert str(read["METHOD"]) == method
        assert event["SEQUENCE"] == 2
        assert event.decoded("DTSTART") == start
        assert str(event["LOCATION"]) == "Rathaus; Zimmer 12, links"
        assert str(event["STATUS"]) == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
        assert ("ATTENDEE" in event) == (method != "PUBLISH")


@pytest.mark.parametrize("left_out", ["titel", "vorschlag", "begruendung", "art"])
def test_each_thing_that_a_paper_lacks_is_named_at_its_field(left_out: str) -> None:
    given = {name: "" if name == left_out else "Text" for name in ("titel", "vorschlag", "begruendung")}
    found = rules.lacking(
        title=given["titel"],
        proposal=given["vorschlag"],
        reasons=given["begruendung"],
        has_body=left_out != "art",
    )
    assert [field for field, _ in found] == [left_out]
    assert found[0][1].endswith(".")


def test_a_paper_with_everything_lacks_nothing() -> None:
    assert rules.lacking(title="T", proposal="V", reasons="B", has_body=True) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [(22, "seit gestern überfällig"), (23, "heute fällig"), (25, "noch 2 Tage")],
)
def test_deadlines_in_words(day: int, words: str) -> None:
    assert rules.due_words(date(2026, 11, day), date(2026, 11, 23)) == words
