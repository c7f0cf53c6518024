"""The mandate as a document: its answers in German words, typeset as PDF/UA and PDF/A."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from leineweber.capabilities import documents as printing
from leineweber.domains.portfolio import steps
from leineweber.domains.portfolio.fields import Field, number_of
from leineweber.domains.portfolio.models import Mandate, Project
from leineweber.domains.portfolio.services import mandates
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.ui.jinja import date_de, money
from leineweber.people.organisation.queries import person_by_email, unit_by_code


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("mandate.typ").read_bytes()


def _said(field: Field, answers: dict[str, Any], actor: Actor) -> str:
    value = answers.get(field.name)
    if field.kind == "date":
        return date_de(mandates.day(answers, field.name))
    if field.kind == "money":
        amount = number_of(str(value or ""))
        return money(amount) if amount is not None else str(value or "")
    if field.name == "kind":
        return str(dict(Project.Kind.choices).get(value, "")) if isinstance(value, str) else ""
    if field.name == "unit":
        unit = unit_by_code(str(value or ""))
        return str(unit) if unit else ""
    if field.name in {"lead", "sponsor"}:
        person = person_by_email(str(value or ""))
        return person.name if person else str(value or "")
    if field.name == "goals":
        cards = links.resolve(mandates.goals(answers), actor)
        return "\n".join(card.title for card in cards.values())
    return str(value or "")


def _label(field: Field, answers: dict[str, Any]) -> str:
    start = mandates.day(answers, "start")
    if field.name.startswith("cost_") and start is not None:
        return f"Kosten im Haushaltsjahr {start.year + int(field.name.removeprefix('cost_'))}"
    return (
        field.label.removeprefix("E-Mail-Adresse der ").capitalize()
        if field.name in {"lead", "sponsor"}
        else field.label
    )


def sections(mandate: Mandate, actor: Actor) -> list[dict[str, Any]]:
    """Return the answers by step, as (label, text) rows; empty costs of later years are left out."""
    answers = mandate.answers
    return [
        {
            "title": step.title,
            "key": step.key,
            "rows": [
                {"label": _label(field, answers), "text": text}
                for field in step.fields
                if (text := _said(field, answers, actor)) or field.required
            ],
        }
        for step in steps.STEPS
    ]


def mandate_pdf(mandate: Mandate, actor: Actor) -> bytes:
    """Return a mandate as PDF/UA-1 and PDF/A-2a.

    Raises:
        TypesetError: the template is broken.
    """
    facts: list[list[str]] = [
        ["Nummer", mandate.number],
        ["Stand", mandate.get_status_display()],
        ["Verfasst von", mandate.author_name],
        ["Eingereicht am", date_de(mandate.submitted_on)],
        ["Entschieden am", date_de(mandate.decided_on)],
        ["Entschieden von", mandate.decided_by],
        ["Beschluss", mandate.resolution],
        ["Begründung", mandate.reason],
        ["Auflagen", mandate.conditions],
    ]
    total = sum((amount for _, amount in mandates.costs(mandate.answers)), Decimal(0))
    return printing.typeset(
        _template(),
        {
            "title": mandate.title,
            "number": mandate.number,
            "draft": mandate.status in mandates.OPEN,
            "day": clock.today().isoformat(),
            "facts": [row for row in facts if row[1]],
            "total": money(total),
            "sections": [{"title": one["title"], "rows": one["rows"]} for one in sections(mandate, actor)],
        },
    )
