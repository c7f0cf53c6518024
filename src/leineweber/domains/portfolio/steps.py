"""The steps of the wizard by which a mandate is written: fields by step, in the words of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leineweber.domains.portfolio.fields import Field
from leineweber.domains.portfolio.models import Project

IDEA = (
    Field("title", "Wie heißt die Idee?", limit=200),
    Field(
        "reason",
        "Was soll besser werden?",
        "area",
        limit=3000,
        hint="Beschreiben Sie das Problem und für wen es eines ist.",
    ),
)
COST_YEARS = 5
"""How many fiscal years the table of costs in a mandate has."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its place in the address, its heading, its fields."""

    key: str
    title: str
    fields: Sequence[Field]


STEPS = (
    Step(
        "anlass",
        "Anlass und Ergebnis",
        (
            Field("title", "Titel des Vorhabens"),
            Field("kind", "Art des Vorhabens", "choice", options=Project.Kind.choices),
            Field("reason", "Anlass", "area", limit=3000, hint="Warum ist das nötig, und warum jetzt?"),
            Field(
                "result", "Ergebnis", "area", limit=3000, hint="Was ist am Ende da, das es heute nicht gibt?"
            ),
            Field(
                "outside",
                "Was nicht dazugehört",
                "area",
                required=False,
                limit=2000,
                hint="Das erspart spätere Missverständnisse.",
            ),
        ),
    ),
    Step(
        "organisation",
        "Organisation",
        (
            Field("unit", "Federführende Einheit", "choice", source="units"),
            Field(
                "lead",
                "E-Mail-Adresse der Projektleitung",
                limit=254,
                hint="Dienstliche Adresse wie im Verzeichnis.",
            ),
            Field(
                "sponsor",
                "E-Mail-Adresse der auftraggebenden Person",
                limit=254,
                hint="Sie entscheidet über Gates und Ausnahmen.",
            ),
            Field("participants", "Beteiligte", "area", required=False, limit=2000),
        ),
    ),
    Step(
        "zeit",
        "Zeit",
        (
            Field("start", "Geplanter Beginn", "date"),
            Field("end", "Geplantes Ende", "date"),
            Field(
                "milestones",
                "Wichtige Termine",
                "area",
                required=False,
                limit=2000,
                hint="Ein Termin je Zeile.",
            ),
        ),
    ),
    Step(
        "kosten",
        "Kosten und Aufwand",
        (
            *(
                Field(
                    f"cost_{index}",
                    f"Kosten im {index + 1}. Haushaltsjahr",
                    "money",
                    required=False,
                    unit="€",
                )
                for index in range(COST_YEARS)
            ),
            Field(
                "funding", "Finanzierung", limit=300, hint="Produkt und Sachkonto, Förderung, Kostenteilung."
            ),
            Field("effort", "Aufwand der Beschäftigten", "area", required=False, limit=2000),
        ),
    ),
    Step(
        "nutzen",
        "Nutzen, Risiken und Ziele",
        (
            Field("benefit", "Nutzen", "area", limit=3000),
            Field("risks", "Risiken", "area", limit=3000),
            Field(
                "alternatives",
                "Andere Lösungen",
                "area",
                limit=3000,
                hint="Auch: Was geschieht, wenn nichts geschieht?",
            ),
            Field("goals", "Diesen Zielen dient das Vorhaben", "many", required=False, source="goals"),
        ),
    ),
)
BY_KEY: Mapping[str, Step] = {step.key: step for step in STEPS}
