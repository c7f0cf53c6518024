"""The parts of a project that are lists: what they are called, which fields they have, which columns are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from leineweber.domains.portfolio import models
from leineweber.domains.portfolio.fields import Field
from leineweber.domains.portfolio.models.projects import ProjectPart


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of part: German words, the model, its fields, columns as (attribute, label).

    `key` stands in the address; `new` is the sentence of the button; `empty` says what will stand here.
    """

    key: str
    title: str
    one: str
    new: str
    empty: str
    model: type[ProjectPart]
    fields: Sequence[Field]
    columns: Sequence[tuple[str, str]]


def _scale(name: str, label: str, high: int) -> Field:
    return Field(name, label, "int", low=1, high=high, hint=f"1 ist sehr gering, {high} sehr hoch.")


_ALL = (
    Part(
        "phasen",
        "Phasen und Gates",
        "Phase",
        "Phase hinzufügen",
        "Hier stehen die Phasen. Am Ende jeder Phase entscheidet ein Gate, ob es weitergeht.",
        models.Phase,
        (
            Field("name", "Name"),
            Field("position", "Reihenfolge", "int", low=1, high=999),
            Field("start", "Erster Tag", "date"),
            Field("end", "Letzter Tag, Termin des Gates", "date"),
        ),
        (("name", "Phase"), ("start", "Beginn"), ("end", "Gate am"), ("gate", "Gate")),
    ),
    Part(
        "bedingungen",
        "Bedingungen der Gates",
        "Bedingung",
        "Bedingung hinzufügen",
        "Hier steht, was erfüllt sein muss, damit ein Gate bestanden ist.",
        models.GateCondition,
        (
            Field("phase", "Phase", "choice", source="phases"),
            Field("text", "Bedingung", limit=300),
        ),
        (("text", "Bedingung"), ("phase", "Phase"), ("met", "erfüllt")),
    ),
    Part(
        "arbeitspakete",
        "Arbeitspakete und Meilensteine",
        "Arbeitspaket oder Meilenstein",
        "Arbeitspaket oder Meilenstein hinzufügen",
        "Hier stehen Arbeitspakete und Meilensteine in ihrer Gliederung.",
        models.Activity,
        (
            Field("name", "Name"),
            Field("kind", "Art", "choice", options=models.Activity.Kind.choices),
            Field("parent", "Gehört zu", "choice", required=False, source="activities"),
            Field("phase", "Phase", "choice", required=False, source="phases"),
            Field("position", "Reihenfolge", "int", low=1, high=99999),
            Field("start", "Erster Tag", "date", hint="Bei einem Meilenstein sein Tag."),
            Field("end", "Letzter Tag", "date", hint="Bei einem Meilenstein derselbe Tag."),
            Field("progress", "Fortschritt", "int", low=0, high=100, unit="Prozent"),
            Field("budget", "Budgetanteil", "money", unit="€", hint="Geht in den Leistungswert ein."),
            Field("responsible", "Zuständig", required=False, limit=250),
        ),
        (
            ("name", "Name"),
            ("kind", "Art"),
            ("start", "Beginn"),
            ("end", "Ende"),
            ("progress", "Fortschritt"),
        ),
    ),
    Part(
        "abhaengigkeiten",
        "Abhängigkeiten",
        "Abhängigkeit",
        "Abhängigkeit hinzufügen",
        "Hier steht, was worauf wartet. Daraus rechnet das Programm den kritischen Weg.",
        models.Dependency,
        (
            Field("predecessor", "Vorgänger", "choice", source="activities"),
            Field("successor", "Nachfolger", "choice", source="activities"),
            Field("kind", "Art", "choice", options=models.Dependency.Kind.choices),
            Field(
                "lag",
                "Abstand",
                "int",
                low=-365,
                high=365,
                unit="Tage",
                hint="Mit Minus, wenn sich beide überlappen.",
            ),
        ),
        (
            ("predecessor", "Vorgänger"),
            ("successor", "Nachfolger"),
            ("kind", "Art"),
            ("lag", "Abstand (Tage)"),
        ),
    ),
    Part(
        "kosten",
        "Kosten",
        "Kosten",
        "Kosten hinzufügen",
        "Hier stehen geplante, beauftragte und bezahlte Kosten je Haushaltsjahr und Kostenart.",
        models.Cost,
        (
            Field("year", "Haushaltsjahr", "int", low=2000, high=2100),
            Field("kind", "Kostenart", "choice", options=models.Cost.Kind.choices),
            Field("stage", "Stand", "choice", options=models.Cost.Stage.choices),
            Field("amount", "Betrag", "money", unit="€"),
            Field("booked_on", "Gebucht am", "date", required=False),
            Field("note", "Bemerkung", required=False, limit=300),
        ),
        (
            ("year", "Jahr"),
            ("kind", "Kostenart"),
            ("stage", "Stand"),
            ("amount", "Betrag"),
            ("note", "Bemerkung"),
        ),
    ),
    Part(
        "bedarf",
        "Bedarf an Menschen",
        "Bedarf",
        "Bedarf hinzufügen",
        "Hier steht, welche Fähigkeiten das Vorhaben in welchem Monat braucht.",
        models.Need,
        (
            Field("skill", "Fähigkeit", "choice", source="skills"),
            Field("first_month", "Erster Monat", "month", hint="Zum Beispiel 03.2027."),
            Field("last_month", "Letzter Monat", "month", hint="Zum Beispiel 12.2027."),
            Field("days", "Tage je Monat", "decimal", low=0, high=9999),
            Field(
                "post",
                "Stellennummer",
                required=False,
                limit=40,
                hint="Nur, wenn eine bestimmte Stelle gemeint ist.",
            ),
        ),
        (
            ("skill", "Fähigkeit"),
            ("first_month", "von"),
            ("last_month", "bis"),
            ("days", "Tage je Monat"),
            ("post_title", "Stelle"),
        ),
    ),
    Part(
        "nutzen",
        "Nutzen",
        "Nutzen",
        "Nutzen hinzufügen",
        "Hier steht, was das Vorhaben bringt und woran man es sieht.",
        models.Benefit,
        (
            Field("title", "Nutzen"),
            Field("beneficiary", "Für wen", required=False),
            Field("indicator", "Kennzahl", "choice", required=False, source="indicators"),
            Field("baseline", "Ausgangswert", "decimal", required=False),
            Field("target", "Zielwert", "decimal", required=False),
            Field("unit", "Einheit des Werts", required=False, limit=40),
            Field("due", "Erreicht bis", "date", required=False),
            Field(
                "yearly",
                "Ersparnis im Jahr",
                "money",
                unit="€",
                hint="Null, wenn sie sich nicht in Euro sagen lässt.",
            ),
        ),
        (
            ("title", "Nutzen"),
            ("beneficiary", "Für wen"),
            ("indicator", "Kennzahl"),
            ("target", "Zielwert"),
            ("due", "bis"),
            ("yearly", "Euro im Jahr"),
        ),
    ),
    Part(
        "risiken",
        "Risiken",
        "Risiko",
        "Risiko hinzufügen",
        "Hier stehen die Risiken. Wahrscheinlichkeit mal Auswirkung ergibt die Reihenfolge.",
        models.Risk,
        (
            Field("title", "Risiko"),
            Field("cause", "Ursache", required=False, limit=300),
            _scale("probability", "Wahrscheinlichkeit", 5),
            _scale("effect", "Auswirkung", 5),
            Field("response", "Gegenmaßnahme", required=False, limit=400),
            Field("owner", "Zuständig", required=False, limit=250),
            Field("due", "Bis", "date", required=False),
            Field("status", "Stand", "choice", options=models.Risk.Status.choices),
        ),
        (
            ("title", "Risiko"),
            ("weight", "Gewicht"),
            ("response", "Gegenmaßnahme"),
            ("owner", "Zuständig"),
            ("status", "Stand"),
        ),
    ),
    Part(
        "probleme",
        "Probleme",
        "Problem",
        "Problem hinzufügen",
        "Hier steht, was gerade hakt und wer es löst.",
        models.Issue,
        (
            Field("title", "Problem"),
            Field("description", "Beschreibung", "area", required=False, limit=2000),
            Field("severity", "Schwere", "choice", options=models.Issue.Severity.choices),
            Field("owner", "Zuständig", required=False, limit=250),
            Field("due", "Bis", "date", required=False),
            Field("solution", "Lösung", required=False, limit=400),
            Field("status", "Stand", "choice", options=models.Issue.Status.choices),
        ),
        (
            ("title", "Problem"),
            ("severity", "Schwere"),
            ("owner", "Zuständig"),
            ("due", "bis"),
            ("status", "Stand"),
        ),
    ),
    Part(
        "beteiligte",
        "Beteiligte",
        "Beteiligte Gruppe",
        "Beteiligte hinzufügen",
        "Hier steht, wen das Vorhaben berührt und wie diese Gruppen einbezogen sind.",
        models.Stakeholder,
        (
            Field("name", "Gruppe oder Stelle"),
            Field("concern", "Anliegen", required=False, limit=300),
            Field("interest", "Interesse", "choice", options=models.Stakeholder.Level.choices),
            Field("influence", "Einfluss", "choice", options=models.Stakeholder.Level.choices),
            Field("involvement", "Einbindung", required=False, limit=300),
        ),
        (
            ("name", "Gruppe oder Stelle"),
            ("concern", "Anliegen"),
            ("interest", "Interesse"),
            ("influence", "Einfluss"),
            ("involvement", "Einbindung"),
        ),
    ),
    Part(
        "erfahrungen",
        "Erfahrungen",
        "Erfahrung",
        "Erfahrung festhalten",
        "Hier steht, was andere Vorhaben von diesem lernen können.",
        models.Lesson,
        (
            Field("topic", "Thema", limit=100),
            Field("situation", "Was geschah", "area", limit=2000),
            Field("recommendation", "Was wir empfehlen", "area", limit=2000),
            Field("recorded_on", "Festgehalten am", "date"),
        ),
        (("topic", "Thema"), ("recommendation", "Was wir empfehlen"), ("recorded_on", "Festgehalten am")),
    ),
)
PARTS: Mapping[str, Part] = MappingProxyType({part.key: part for part in _ALL})

DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "arbeitspakete": {"kind": "package", "progress": 0, "budget": Decimal(0), "position": 900},
        "abhaengigkeiten": {"kind": "FS", "lag": 0},
        "nutzen": {"yearly": Decimal(0)},
        "risiken": {"status": "open"},
        "probleme": {"status": "open", "severity": "2"},
        "beteiligte": {"interest": "2", "influence": "2"},
        "phasen": {"position": 9},
        "kosten": {"stage": "planned"},
    }
)
"""What an empty form begins with."""
