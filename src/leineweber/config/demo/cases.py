"""Invented applications of the demo city, played through by the program: in every state, over twelve weeks.

The clock is moved while they are played, so dates, deadlines and figures are those of a city that has been working.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes import services as process_services
from leineweber.domains.applications import queries, services
from leineweber.domains.applications.models import Application, Channel, Procedure
from leineweber.domains.applications.procedures import registry
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.identity.demo import PERSONAS
from leineweber.people.organisation import queries as organisation

SEED = 20261123
WEEKS = 12
GIVEN = (
    "Alma", "Benno", "Carla", "Deniz", "Elif", "Fritz", "Greta", "Hakan", "Ida", "Jonas", "Klara", "Leo",
    "Mina", "Nils", "Oya", "Paul", "Rosa", "Selma", "Till", "Vera", "Yusuf", "Zoe",
)  # fmt: skip
FAMILY = (
    "Flachsmann", "Leinentuch", "Spindler-Muster", "Webstuhl", "Garnberg", "Haspelmann", "Kettfaden",
    "Schussfaden", "Tuchhagen", "Zwirnstein", "Bleichwiese", "Musterweber", "Spulenfeld", "Knotenbrink",
)  # fmt: skip
STREETS = ("Niederwall", "Detmolder Straße", "Stapenhorststraße", "Jöllenbecker Straße", "Heeper Straße")
AREAS = {
    "mitte": ("33602", 14), "schildesche": ("33611", 9), "heepen": ("33719", 6), "brackwede": ("33647", 7),
    "gadderbaum": ("33617", 4), "dornberg": ("33619", 5), "joellenbeck": ("33739", 4),
    "stieghorst": ("33605", 4), "sennestadt": ("33689", 2), "senne": ("33659", 2),
}  # fmt: skip


def _answers(draw: random.Random, area: str, number: int) -> dict[str, Any]:
    given, family = draw.choice(GIVEN), draw.choice(FAMILY)
    experienced = draw.random() < 0.35
    answers: dict[str, Any] = {
        "person": {
            "vorname": given,
            "familienname": family,
            "geburtsdatum": f"{draw.randint(1955, 2006)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
            "staatsangehoerigkeit": "deutsch",
            "strasse": draw.choice(STREETS),
            "hausnummer": str(draw.randint(1, 180)),
            "plz": AREAS[area][0],
            "ort": "Bielefeld",
        },
        "erreichbarkeit": {
            "email": f"person{number}@buerger.example",
            "kontaktweg": "post" if draw.random() < 0.15 else "postfach",
        },
        "verfuegbarkeit": {
            "wahlen": ["landtagswahl"],
            "einsatzzeit": draw.choice(("ganztags", "ganztags", "vormittag", "nachmittag")),
            "wunschbezirk": area,
            "wohnortnah": True,
        },
        "erfahrung": {
            "vorhanden": "ja" if experienced else "nein",
            "wunschfunktion": draw.choice(("beisitz", "beisitz", "schriftfuehrung", "wahlvorsteher", "egal")),
            "oeffentlicher_dienst": draw.random() < 0.2,
        },
        "bank": {"auszahlung": "verzicht"},
        "einwilligung": {
            "wahlberechtigt": True,
            "datenschutz": True,
            "kuenftige_wahlen": draw.random() < 0.5,
        },
    }
    if experienced:
        answers["erfahrung"]["frueher"] = ["beisitz"]
    return answers


def _actor(label: str) -> Actor:
    persona = next(one for one in PERSONAS if one.label.startswith(label))
    person = organisation.person_by_email(persona.username)
    assert person is not None
    return Actor("staff", person.id, person.name, organisation.standing(person.id).grants)


@dataclass(frozen=True, slots=True)
class _Staff:
    clerk: Actor
    head: Actor


def _open_task(subject: Ref) -> UUID | None:
    return next((one.id for one in processes.tasks_of(subject) if one.status in {"open", "claimed"}), None)


def _decide(staff: _Staff, application: Application, outputs: dict[str, Any]) -> None:
    task = _task_of(application)
    process_services.claim(task, staff.clerk)
    services.complete_task(staff.clerk, task, application.case.id, outputs)


def _task_of(application: Application) -> UUID:
    view = queries.application_by_id(application.id)
    assert view is not None
    task = _open_task(Ref("case", view.case.id))
    assert task is not None
    return task


def _assign(staff: _Staff, application: Application, area: str) -> None:
    need = queries.open_needs(application.procedure.key, area)[0]
    _decide(staff, application, {"need": str(need.id)})


def _sign(staff: _Staff, application: Application) -> None:
    services.complete_task(staff.head, _task_of(application), application.case.id, {"freigabe": True})


def load() -> None:
    """Play the cases; the same city each time (fixed seed), counted back from today.

    LEINEWEBER_DEMO_CASES bounds their number, for benches and tests that bring their own.
    """
    draw = random.Random(SEED)  # invented people, nothing secret
    staff = _Staff(_actor("Sachbearbeitung Wahlen"), _actor("Leitung Wahlen"))
    procedure = registry.in_force()["wahlhelfer"]
    finish = clock.now()
    wanted = int(os.environ.get("LEINEWEBER_DEMO_CASES", "1000"))
    planned = sorted(
        (finish - timedelta(days=draw.uniform(0.2, WEEKS * 7 - 1)), area)
        for area, (_, count) in AREAS.items()
        for _ in range(count)
    )
    planned = planned[-wanted:] if wanted else []
    deeds: list[tuple[datetime, Callable[[], None]]] = []
    for number, (moment, area) in enumerate(planned):
        deeds = _do_until(moment, deeds)
        with clock.moved(moment):
            application = services.submit(
                Actor.anonymous(),
                procedure,
                _answers(draw, area, number),
                channel=Channel.PAPER if draw.random() < 0.12 else Channel.ONLINE,
            )
            run_until_idle()
        deeds += _course(draw, staff, application, area, moment)
    _do_until(finish, deeds)
    run_until_idle()
    if wanted:
        _leave_work(draw, staff, procedure, finish)


def _do_until(
    moment: datetime, deeds: list[tuple[datetime, Callable[[], None]]]
) -> list[tuple[datetime, Callable[[], None]]]:
    """Do what is due by a moment, each at its time; return what is still to come."""
    for due, deed in sorted((one for one in deeds if one[0] <= moment), key=lambda one: one[0]):
        with clock.moved(due):
            deed()
            run_until_idle()
    return [one for one in deeds if one[0] > moment]


Deed = tuple[timedelta, Callable[[], None]]


def _course(
    draw: random.Random, staff: _Staff, application: Application, area: str, start: datetime
) -> list[tuple[datetime, Callable[[], None]]]:
    """Return what happens to a case and when: most are accepted, some refused, asked back or withdrawn."""

    def accept() -> None:
        _decide(staff, application, {"entscheidung": "annehmen"})

    def refuse() -> None:
        reason = "Für Ihre Wunschzeit ist kein Wahlvorstand mehr zu besetzen."
        _decide(staff, application, {"entscheidung": "ablehnen", "begruendung": reason})

    def ask() -> None:
        question = "Können Sie am Wahltag auch bis zum Ende der Auszählung bleiben?"
        _decide(staff, application, {"entscheidung": "rueckfragen", "frage": question})

    def answer() -> None:
        services.answer_question(Actor.anonymous(), application.id, "Ja, ich bleibe bis zum Schluss.")

    def assign() -> None:
        _assign(staff, application, area)

    def sign() -> None:
        _sign(staff, application)

    def withdraw() -> None:
        services.withdraw(Actor.anonymous(), application.id)

    decided = timedelta(days=draw.uniform(1, 8))
    soon, later = decided + timedelta(hours=3), decided + timedelta(hours=6)
    kind = draw.random()
    deeds: list[Deed]
    if kind < 0.74:
        deeds = [(decided, accept), (soon, assign), (later, sign)]
    elif kind < 0.81:
        deeds = [(decided, refuse), (later, sign)]
    elif kind < 0.93:
        answered = decided + timedelta(days=draw.uniform(1, 6))
        hours = [answered + timedelta(hours=number) for number in (4, 6, 9)]
        deeds = [(decided, ask), (answered, answer), (hours[0], accept), (hours[1], assign), (hours[2], sign)]
    else:
        deeds = [(decided, withdraw)]
    return [(start + after, deed) for after, deed in deeds]


def _leave_work(draw: random.Random, staff: _Staff, procedure: Procedure, finish: datetime) -> None:
    """Leave something on the desks: overdue, twice the same person, claimed, to be assigned, to be signed, new."""

    def arrive(days: float, number: int, answers: dict[str, Any] | None = None) -> Application:
        with clock.moved(finish - timedelta(days=days)):
            application = services.submit(
                Actor.anonymous(),
                procedure,
                answers or _answers(draw, "mitte", 900 + number),
                channel=Channel.ONLINE,
            )
            run_until_idle()
        return application

    arrive(19, 0)
    twice = _answers(draw, "schildesche", 901)
    arrive(6, 1, twice)
    arrive(2, 2, twice)
    claimed = arrive(3, 3)
    assigning = arrive(4, 4)
    signing, refusing = arrive(5, 5), arrive(5.5, 6)
    arrive(0.4, 7)
    with clock.moved(finish - timedelta(hours=5)):
        process_services.claim(_task_of(claimed), staff.clerk)
        _decide(staff, assigning, {"entscheidung": "annehmen"})
        _decide(staff, signing, {"entscheidung": "annehmen"})
        _assign(staff, signing, "mitte")
        reason = "Sie sind am Wahltag nach Ihren Angaben verreist."
        _decide(staff, refusing, {"entscheidung": "ablehnen", "begruendung": reason})
        process_services.mark_overdue()
        run_until_idle()
