"""The cockpit: with no goal, no case, a goal in time and one that is over; the way down only for those who may."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from faces.conftest import City
from faces.helpers import main_text
from leineweber.domains.applications.models import Channel
from leineweber.domains.strategy import queries, services
from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.access import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
ALL: Mapping[str, Decimal | None] = {
    "applications.registrations": None,
    "applications.online_share": Decimal(90),
    "applications.days_to_notice": Decimal(10),
}
GOAL = "/steuerung/ziele/wahlhelfer-online/"


def adopt(
    slug: str = "wahlhelfer-online",
    *,
    start: date | None = None,
    end: date | None = None,
    measurements: Mapping[str, Decimal | None] = ALL,
) -> SmartGoal:
    """Adopt a goal that began four weeks ago and ends in four."""
    today = clock.today()
    return services.adopt_goal(
        SYSTEM,
        slug=slug,
        number="B.3",
        title="Wahlhelfer online",
        purpose="Alle Wahlvorstände sind besetzt.",
        field_of_action="Digitale Dienste",
        responsible="Bürgeramt",
        procedure_key="wahlhelfer",
        start=start or today - timedelta(weeks=4),
        end=end or today + timedelta(weeks=4),
        measurements=measurements,
    )


def test_without_a_goal_it_says_what_will_stand_here(city: City) -> None:
    answer = city.browser("henrike.").get("/steuerung/")
    assert answer.status_code == 200
    assert "Es ist noch kein Ziel angelegt." in answer.content.decode()
    assert "sobald sie beschlossen sind" in main_text(answer)


def test_without_a_case_figures_are_honest(city: City) -> None:
    adopt()
    head = city.browser("henrike.")
    text = main_text(head.get(GOAL))
    assert "Meldungen 0" in text
    assert "noch keine Werte" in text
    assert head.get("/steuerung/").status_code == 200
    view = queries.goal_view("wahlhelfer-online")
    assert view is not None
    lights = {one.indicator.key: one.light for one in view.measured}
    assert lights == {
        "applications.registrations": "red",
        "applications.online_share": "grey",
        "applications.days_to_notice": "grey",
    }
    assert view.light == "red"


def test_figures_come_from_the_cases(city: City) -> None:
    adopt()
    city.apply()
    city.apply(channel=Channel.PAPER, person__vorname="Ida", verfuegbarkeit__wunschbezirk="senne")
    view = queries.goal_view("wahlhelfer-online")
    assert view is not None
    registrations, online, days = (one.figure for one in view.measured)
    assert registrations.value == 2
    assert {part.key: part.value for part in registrations.breakdown if part.value} == {
        "heepen": 1,
        "senne": 1,
    }
    assert registrations.series[-1].value == 2
    assert online.value == Decimal("50.0")
    assert days.value is None
    text = main_text(city.browser("henrike.").get(GOAL))
    assert "50" in text and "Heepen" in text
    assert "Anteil online: die Eingangswege" in text


def test_first_comes_the_sentence(city: City) -> None:
    adopt()
    city.apply()
    head = city.browser("henrike.")
    text = main_text(head.get(GOAL))
    said = re.search(
        r"Meldungen: 1 von (\d+); heute sollten es (\d+) sein\. Am größten ist die Lücke in (\S+): (\d+)\.",
        text,
    )
    assert said is not None, text
    assert int(said[4]) > 0
    assert text.index(said[0]) < text.index("Wie es heute steht") < text.index("Meldungen im Verlauf")
    assert said[0] in main_text(head.get("/steuerung/"))
    # A target says in which direction it is meant, and of what.
    assert "Ziel: mindestens 90 Prozent" in text
    assert "Ziel: höchstens 10 Tage" in text


@pytest.mark.parametrize(
    ("measurements", "said"),
    [
        ({"applications.online_share": Decimal(90)}, "Die Kennzahl ist auf Kurs."),
        (
            {"applications.online_share": Decimal(101)},
            "Anteil online: 100 Prozent; das Ziel ist mindestens 101 Prozent.",
        ),
        ({"applications.days_to_notice": Decimal(10)}, "Zu diesem Ziel gibt es noch keine Werte."),
        (
            {"applications.registrations": Decimal(1), "applications.online_share": Decimal(90)},
            "Alle 2 Kennzahlen sind auf Kurs.",
        ),
    ],
)
def test_the_sentence_says_what_is_most_urgent(
    city: City, measurements: Mapping[str, Decimal | None], said: str
) -> None:
    adopt(measurements=measurements)
    city.apply()
    assert said in main_text(city.browser("henrike.").get(GOAL))


def test_registrations_against_need_per_district_over_time(city: City) -> None:
    adopt()
    start = clock.today() - timedelta(weeks=3)
    with time_machine.travel(start):
        city.apply()
    city.apply(person__vorname="Ida")
    view = queries.goal_view("wahlhelfer-online")
    assert view is not None
    (heepen,) = (part for part in view.measured[0].figure.breakdown if part.key == "heepen")
    totals = {point.on: point.value for point in heepen.series}
    assert totals[clock.today()] == 2
    assert all(value == (1 if day >= start else 0) for day, value in totals.items() if day != clock.today())
    text = main_text(city.browser("henrike.").get(GOAL))
    assert "Meldungen je Bezirk im Verlauf" in text
    assert f"2 von {heepen.need}" in text


def test_what_lies_outside_of_the_period_does_not_count(city: City) -> None:
    city.apply()
    today = clock.today()
    adopt("vorbei", start=today - timedelta(weeks=9), end=today - timedelta(weeks=1))
    adopt("spaeter", start=today + timedelta(weeks=1), end=today + timedelta(weeks=9))
    for slug in ("vorbei", "spaeter"):
        view = queries.goal_view(slug)
        assert view is not None and view.measured[0].figure.value == 0
        assert city.browser("henrike.").get(f"/steuerung/ziele/{slug}/").status_code == 200


def test_a_goal_that_is_over_is_measured_against_its_target(city: City) -> None:
    adopt(measurements={"applications.registrations": Decimal(2)})
    city.apply()
    with time_machine.travel(clock.now() + timedelta(weeks=20), tick=True):
        view = queries.goal_view("wahlhelfer-online")
        assert view is not None
        (measured,) = view.measured
        assert (measured.figure.value, measured.expected, measured.light) == (1, 2, "red")
        assert measured.figure.series[-1].on == view.goal.end
        assert city.browser("henrike.").get(GOAL).status_code == 200


@pytest.mark.parametrize(("target", "light"), [(1, "green"), (2, "green"), (10, "red")])
def test_the_light_follows_the_course(city: City, target: int, light: str) -> None:
    adopt(measurements={"applications.registrations": Decimal(target)})
    city.apply()
    view = queries.goal_view("wahlhelfer-online")
    assert view is not None and view.light == light
    words = {"green": "auf Kurs", "yellow": "knapp", "red": "gefährdet"}
    assert words[light] in main_text(city.browser("henrike.").get("/steuerung/"))


def test_the_way_leads_down_to_the_filtered_cases_for_those_who_may(city: City) -> None:
    adopt()
    here = city.apply()
    there = city.apply(person__vorname="Ida", verfuegbarkeit__wunschbezirk="senne")
    clerk = city.browser("frieda.")
    link = re.search(r'href="(/arbeit/vorgaenge/\?bezirk=heepen[^"]*)"', clerk.get(GOAL).content.decode())
    assert link is not None
    listed = main_text(clerk.get(link[1]))
    assert here.reference in listed and there.reference not in listed


@pytest.mark.parametrize("who", ["jasper.", "tjark."])
def test_others_of_the_staff_see_the_figures_and_no_way_down(city: City, who: str) -> None:
    adopt()
    city.apply()
    other = city.browser(who)
    answer = other.get(GOAL)
    assert answer.status_code == 200
    assert "/arbeit/vorgaenge/" not in answer.content.decode().split("<main", 1)[1]
    assert "sehen nur die Stellen, die sie bearbeiten oder prüfen" in main_text(answer)
    assert other.get("/arbeit/vorgaenge/?bezirk=heepen").status_code == 403


def test_the_steering_is_for_the_staff(city: City) -> None:
    adopt()
    for address in ("/steuerung/", GOAL):
        assert city.browser("martha").get(address).status_code == 403
        assert Browser().get(address).status_code in {302, 403}
    assert city.browser("henrike.").get("/steuerung/ziele/keines/").status_code == 404


def test_more_cases_cost_no_more_queries(
    city: City, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    adopt()
    city.apply()
    head = city.browser("henrike.")
    head.get("/steuerung/")
    costs = []
    for address in ("/steuerung/", GOAL):
        with django_assert_max_num_queries(60) as few:
            head.get(address)
        costs.append((address, len(few)))
    for area in ("senne", "mitte", "brackwede"):
        city.apply(person__vorname=area.capitalize(), verfuegbarkeit__wunschbezirk=area)
    for address, cost in costs:
        with django_assert_num_queries(cost):
            head.get(address)


def test_a_goal_is_renewed_and_unknown_indicators_are_refused(city: City) -> None:
    first = adopt()
    second = adopt(measurements={"applications.online_share": Decimal(80)})
    assert first.id == second.id and SmartGoal.objects.count() == 1
    (measurement,) = GoalMeasurement.objects.all()
    assert (measurement.indicator, measurement.target) == ("applications.online_share", Decimal(80))
    with pytest.raises(KeyError):
        adopt(measurements={"niemand.zaehlt": None})
    assert GoalMeasurement.objects.count() == 1
