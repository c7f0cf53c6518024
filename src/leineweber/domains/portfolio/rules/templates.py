"""Pure: three templates of projects by type. Shares and tolerances are samples (Muster) that each project changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class PhaseTemplate:
    """A phase: name, share of the whole time in percent, its work packages, milestone, and the gate's conditions."""

    name: str
    share: int
    packages: tuple[str, ...]
    milestone: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A type of project: its phases (shares add up to 100), typical risks, tolerances."""

    phases: tuple[PhaseTemplate, ...]
    risks: tuple[tuple[str, int, int, str], ...]
    tolerance_days: int
    tolerance_cost: Decimal
    tolerance_scope: Decimal


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "software": Template(
            (
                PhaseTemplate(
                    "Vorbereitung",
                    20,
                    ("Anforderungen aufnehmen", "Markt erkunden"),
                    "Lastenheft abgestimmt",
                    ("Anforderungen sind mit den Fachämtern abgestimmt", "Personalrat ist informiert"),
                ),
                PhaseTemplate(
                    "Beschaffung",
                    25,
                    ("Vergabeunterlagen erstellen", "Angebote werten"),
                    "Zuschlag erteilt",
                    (
                        "Mittel sind freigegeben",
                        "Datenschutz und Informationssicherheit haben Stellung genommen",
                    ),
                ),
                PhaseTemplate(
                    "Pilot",
                    25,
                    ("System einrichten", "Pilotamt schulen und begleiten"),
                    "Pilot abgenommen",
                    ("Abnahme ist ohne schwere Mängel", "Barrierefreiheit ist geprüft"),
                ),
                PhaseTemplate(
                    "Einführung",
                    30,
                    ("Ämter umstellen", "Betrieb übergeben"),
                    "Einführung beendet",
                    ("Betriebskonzept liegt vor", "Dienstvereinbarung gilt"),
                ),
            ),
            (
                (
                    "Fachämter haben zu wenig Zeit für die Einführung",
                    3,
                    4,
                    "Schulungen früh planen, Ansprechpersonen freistellen",
                ),
                ("Schnittstellen zu Fachverfahren fehlen", 3, 3, "Schnittstellen im Lastenheft festhalten"),
            ),
            30,
            Decimal(10),
            Decimal(15),
        ),
        "service": Template(
            (
                PhaseTemplate(
                    "Gestaltung",
                    35,
                    ("Ablauf mit Nutzenden entwerfen", "Formular und Bescheid entwerfen"),
                    "Entwurf erprobt",
                    ("Ablauf ist mit Nutzenden erprobt", "Rechtsgrundlage ist geprüft"),
                ),
                PhaseTemplate(
                    "Umsetzung",
                    40,
                    ("Dienst einrichten", "Sachbearbeitung anbinden"),
                    "Dienst betriebsbereit",
                    ("Abnahme durch das Fachamt", "Barrierefreiheit ist geprüft"),
                ),
                PhaseTemplate(
                    "Start",
                    25,
                    ("Beschäftigte schulen", "Dienst bekannt machen"),
                    "Dienst online",
                    ("Auskunft am Telefon ist vorbereitet",),
                ),
            ),
            (("Anträge kommen weiter auf Papier", 3, 3, "Online-Weg überall zuerst nennen"),),
            21,
            Decimal(10),
            Decimal(20),
        ),
        "organisation": Template(
            (
                PhaseTemplate(
                    "Bestandsaufnahme",
                    30,
                    ("Ist-Stand erheben", "Beteiligte anhören"),
                    "Bestandsaufnahme liegt vor",
                    ("Alle betroffenen Einheiten sind gehört",),
                ),
                PhaseTemplate(
                    "Konzept",
                    40,
                    ("Soll-Konzept schreiben", "Beteiligung nach LPVG vorbereiten"),
                    "Konzept beschlossen",
                    ("Beschluss liegt vor", "Personalrat ist beteiligt"),
                ),
                PhaseTemplate(
                    "Umsetzung",
                    30,
                    ("Regeln einführen", "Wirkung prüfen"),
                    "Regeln in Kraft",
                    ("Zuständigkeiten sind benannt",),
                ),
            ),
            (("Zuständigkeiten bleiben unklar", 2, 4, "Rollen im Konzept benennen und beschließen lassen"),),
            42,
            Decimal(10),
            Decimal(20),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """A phase of a template laid into a project's time, both days inclusive; packages share it one after another."""

    phase: PhaseTemplate
    start: date
    end: date
    packages: tuple[tuple[str, date, date], ...]


def _cut(start: date, end: date, shares: tuple[int, ...]) -> list[tuple[date, date]]:
    """Cut a period into consecutive parts by shares; each part has at least one day while there are days left."""
    days = (end - start).days + 1
    total = sum(shares)
    found: list[tuple[date, date]] = []
    done = 0
    first = start
    for share in shares:
        done += share
        last = start + timedelta(days=max(0, round(days * done / total) - 1))
        last = min(end, max(first, last))
        found.append((first, last))
        first = min(end, last + timedelta(days=1))
    return found


def laid_out(kind: str, start: date, end: date) -> list[Span]:
    """Return the phases of a type of project laid into the days from start to end.

    Raises:
        KeyError: there is no template of that type.
    """
    phases = TEMPLATES[kind].phases
    spans = []
    for phase, (first, last) in zip(
        phases, _cut(start, end, tuple(phase.share for phase in phases)), strict=True
    ):
        cut = _cut(first, last, (1,) * len(phase.packages))
        packages = tuple((name, *days) for name, days in zip(phase.packages, cut, strict=True))
        spans.append(Span(phase, first, last, packages))
    return spans
