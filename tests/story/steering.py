"""What the story of a goal needs beside people: time that passes, dull preparation, and long forms."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from leineweber.config.bench._city import City
from leineweber.kernel import clock
from leineweber.kernel.deadlines.rules import is_working_day
from story.people import Visitor

ROUND = "Ziele für bessere Wahlen"
RIVAL = "Wahlräume mit Rampen ausstatten"
Ask = Callable[[str], object]
"""Runs a few lines of Python inside the program and returns the one JSON value they print."""
PHASE = 10
"""How many days each phase of the round lasts."""
_HEAD = """
import json
from datetime import datetime, time, timedelta
from uuid import UUID
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor
from leineweber.people.organisation.models import Unit
program = Actor.system("Geschichte")
today = clock.today()
"""
_ROUND = """
from leineweber.domains.participation.models import CriteriaSet
from leineweber.domains.participation.rules.phases import ORDER, Span
from leineweber.domains.participation.services import proposals, rounds
from leineweber.domains.participation.services.proposals import Content
spans = [
    Span(kind, today + timedelta(days={phase} * step - 1), today + timedelta(days={phase} * (step + 1) - 1))
    for step, kind in enumerate(ORDER)
]
made = rounds.create(
    program, title="{title}", purpose="Was soll bei Wahlen besser werden?", voice="unit", own_rating=False,
    criteria_id=CriteriaSet.objects.filter(fixed_at__isnull=False).latest("fixed_at").id, spans=spans,
)
rounds.publish(program, round_id=made.id, version=made.version)
unit = Unit.objects.get(code="110")
content = Content("{rival}", "Alle kommen hinein.", "Jeder Wahlraum hat eine Rampe.", "", "")
proposals.propose(program, round_id=made.id, unit_id=unit.id, content=content, submit=True)
rounds.advance(program)
print(json.dumps(str(made.id)))
"""


_LOOP = """
import json, sys
import django
django.setup()
for line in sys.stdin:
    exec(json.loads(line), {})
"""


@contextlib.contextmanager
def backstage(town: City) -> Iterator[Ask]:
    """Keep one process of the program at hand, so that asking it something costs no start."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", _LOOP],
        env=town.environment() | {"DJANGO_SETTINGS_MODULE": "leineweber.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    asked, answers = process.stdin, process.stdout

    def ask(code: str) -> object:
        asked.write(json.dumps(code) + "\n")
        asked.flush()
        return json.loads(answers.readline())

    yield ask
    asked.close()
    process.wait(30)


def prepare_round(ask: Ask) -> str:
    """Publish a round that collects today, with a rival's proposal in it; return its address."""
    made = ask(_HEAD + _ROUND.format(phase=PHASE, title=ROUND, rival=RIVAL))
    return f"/steuerung/beteiligung/{made}/"


def to_phase(ask: Ask, here: str, number: int) -> None:
    """Let time pass until a phase of the round (0: collecting) has begun yesterday."""
    ask(
        _HEAD
        + f"""
from leineweber.domains.participation.models import Phase
from leineweber.domains.participation.services import rounds
for step, phase in enumerate(Phase.objects.filter(round_id="{here.split("/")[-2]}").order_by("start")):
    begin = today + timedelta(days={PHASE} * (step - {number}) - 1)
    Phase.objects.filter(id=phase.id).update(start=begin, end=begin + timedelta(days={PHASE}))
rounds.advance(program)
print("0")
"""
    )


def until(visitor: Visitor, address: str, text: str, *, seconds: int = 20) -> Visitor:
    """Open a page again until a text is there: what the program does in the background takes a moment."""
    end = time.monotonic() + seconds
    while text not in visitor.opens(address).page.locator("main").inner_text():
        assert time.monotonic() < end, f"„{text}“ never appeared on {address}"
        visitor.page.wait_for_timeout(200)
    return visitor


def rate(visitor: Visitor, points: tuple[str, ...], why: str) -> None:
    """Fill in the sheet open before somebody: points by criterion in their order, and the reason."""
    groups = visitor.page.locator("main fieldset legend").all_inner_texts()
    for legend, point in zip(groups, points * len(groups), strict=False):
        visitor.chooses(" ".join(legend.split())[:30], point)
    visitor.types("Begründung", why).presses("Bewertung speichern").sees("gespeichert")


def _day(visitor: Visitor, group: str, day: date) -> None:
    visitor.types("Tag", str(day.day), group=group).types("Monat", str(day.month), group=group)
    visitor.types("Jahr", str(day.year), group=group)


def fill_profile(visitor: Visitor) -> None:
    """Fill in what the SMART check asks for, with a live figure that measures the goal."""
    today = clock.today()
    visitor.types("Kennzahl", "Meldungen von Wahlhelfenden").types("Einheit", "Anzahl")
    visitor.types("Ausgangswert", "0")
    _day(visitor, "Ausgangswert vom", today.replace(day=1))
    visitor.types("Zielwert", "400").types("Quelle", "Vorgänge nach Eingangsdatum")
    visitor.types("Warum erreichbar", "Bei der letzten Wahl meldeten sich 380 Menschen.")
    visitor.ticks("Meldungen", group="Gemessen durch")
    _day(visitor, "Beginn", today.replace(day=1))
    _day(visitor, "Ende", date(today.year + 2, 6, 30))
    visitor.ticks("", group="Dient diesen Maßnahmen")


def write_mandate(visitor: Visitor, goal: str) -> None:
    """Go through the steps of a project mandate that serves a goal."""
    year = clock.today().year + 1
    visitor.selects("Art des Vorhabens", "Dienst").types("Anlass", "Meldungen kommen heute auf fünf Wegen.")
    visitor.types("Ergebnis", "Ein Weg für alle Meldungen.").presses("Speichern und weiter")
    visitor.selects("Federführende Einheit", "Bürgeramt")
    visitor.types("E-Mail-Adresse der Projektleitung", "merle.hechelbrink@bielefeld.example")
    visitor.types("E-Mail-Adresse der auftraggebenden", "enno.silberspule@bielefeld.example")
    visitor.presses("Speichern und weiter")
    _day(visitor, "Geplanter Beginn", date(year, 2, 1))
    _day(visitor, "Geplantes Ende", date(year, 11, 30))
    visitor.presses("Speichern und weiter")
    visitor.types("Kosten im 1. Haushaltsjahr", "60.000").types("Finanzierung", "Ergebnisplan (Muster)")
    visitor.presses("Speichern und weiter").types("Nutzen", "Weniger Rückfragen, mehr Helfende.")
    visitor.types("Risiken", "Zu wenig Zeit vor der Wahl.").types("Andere Lösungen", "Weiter mit Papier.")
    visitor.ticks_containing(goal).presses("Speichern und zum Überblick")


def next_working_day() -> date:
    """Return the next day on which a body may meet."""
    day = clock.today() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def to_meeting(ask: Ask, meeting: str) -> None:
    """Let time pass until a meeting has begun: it is put on the last working day."""
    ask(
        _HEAD
        + f"""
from leineweber.domains.resolutions.models import Meeting
from leineweber.kernel.deadlines.rules import is_working_day
day = today - timedelta(days=1)
while not is_working_day(day):
    day -= timedelta(days=1)
start = datetime.combine(day, time(14), tzinfo=clock.BERLIN)
Meeting.objects.filter(id="{meeting.split("/")[-2]}").update(starts_at=start, ends_at=start + timedelta(hours=1))
print("0")
"""
    )


def draft_of_this_half(ask: Ask) -> str:
    """Return the address of the draft of this half-year's report, begun if nobody has."""
    made = ask(
        _HEAD
        + """
from leineweber.domains.reports import rules, services
from leineweber.domains.reports.models import ReportDraft
year, half = rules.half_of(today)
row = ReportDraft.objects.filter(year=year, half=half).first() or services.begin(program, year=year, half=half)
print(json.dumps(str(row.id)))
"""
    )
    return f"/steuerung/berichte/entwurf/{made}/"


def freeze(ask: Ask, draft: str) -> str:
    """Let time pass until the half-year is over, and freeze its report; return its address."""
    made = ask(
        _HEAD
        + f"""
from leineweber.domains.reports import rules, services
from leineweber.domains.reports.models import ReportDraft
row = ReportDraft.objects.get(id="{draft.split("/")[-2]}")
_, end = rules.period(row.year, row.half)
with clock.moved(datetime.combine(end + timedelta(days=5), time(9), tzinfo=clock.BERLIN)):
    frozen = services.freeze(program, row.id, version=row.version)
print(json.dumps(str(frozen.id)))
"""
    )
    return f"/steuerung/berichte/{made}/"
