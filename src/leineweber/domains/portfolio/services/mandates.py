"""Mandates: note an idea, write a draft step by step, submit, decide; what is approved becomes a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from leineweber.domains.portfolio import steps
from leineweber.domains.portfolio.fields import Field, day_of, number_of
from leineweber.domains.portfolio.models import Cost, Mandate, Project
from leineweber.domains.portfolio.services import projects
from leineweber.domains.portfolio.services.common import PortfolioError, fresh, numbered
from leineweber.kernel import clock, ids, links, search
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.models import Person, Unit

OPEN = frozenset({Mandate.Status.IDEA, Mandate.Status.DRAFT})


def note_idea(actor: Actor, *, title: str, reason: str) -> Mandate:
    """Note an idea: what may become a mandate.

    Raises:
        Denied: nobody of the staff.
        PortfolioError: no title.
    """
    return _create(actor, Mandate.Status.IDEA, {"title": title, "reason": reason})


def start_mandate(actor: Actor, *, title: str, answers: Mapping[str, Any] | None = None) -> Mandate:
    """Begin a mandate as a draft.

    Raises:
        Denied: nobody of the staff.
        PortfolioError: no title.
    """
    return _create(actor, Mandate.Status.DRAFT, {**(answers or {}), "title": title})


def _create(actor: Actor, status: str, answers: dict[str, Any]) -> Mandate:
    check(actor, "portfolio.mandate.write")
    title = " ".join(str(answers["title"]).split())[:200]
    if not title:
        raise PortfolioError("Geben Sie einen Titel an.", "title")
    mandate = Mandate(
        id=ids.new_id(),
        title=title,
        status=status,
        author_id=actor.id if actor.kind == "staff" else None,
        author_name=actor.label[:250],
        answers=answers,
        created=clock.today(),
    )

    def save(number: str) -> Mandate:
        mandate.number = number
        mandate.save(force_insert=True)
        return mandate

    with act(actor, "portfolio.mandate_started", Ref("mandate", mandate.id), {"status": status}):
        numbered("A", Mandate, save)
    return mandate


def _locked(mandate_id: UUID) -> Mandate:
    return Mandate.objects.select_for_update().get(id=mandate_id)


def save_step(
    actor: Actor, mandate_id: UUID, answers: Mapping[str, Any], *, version: int | None = None
) -> Mandate:
    """Keep what was typed in a step, right or wrong: a draft may be unfinished. An idea becomes a draft by it.

    Raises:
        Denied: the mandate is another's.
        PortfolioError: it is submitted already.
        StaleError: somebody else was quicker.
    """
    with act(actor, "portfolio.mandate_saved", Ref("mandate", mandate_id), {"fields": sorted(answers)}):
        mandate = _locked(mandate_id)
        check(actor, "portfolio.mandate.write", mandate)
        if mandate.status not in OPEN:
            raise PortfolioError("Der Projektauftrag ist eingereicht; er ändert sich nicht mehr.")
        fresh(mandate.version, version)
        mandate.answers = {**mandate.answers, **answers}
        title = " ".join(str(mandate.answers.get("title", "")).split())[:200]
        mandate.title = title or mandate.title
        mandate.status = Mandate.Status.DRAFT
        mandate.version += 1
        mandate.save()
    return mandate


def _missing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not any(value.values())
    return value is None or value == "" or value == []


def day(answers: Mapping[str, Any], name: str) -> date | None:
    """Return a day of a mandate; None if it is not typed yet or no day."""
    typed = answers.get(name)
    if isinstance(typed, Mapping):
        return day_of(f"{typed.get('tag', '')}.{typed.get('monat', '')}.{typed.get('jahr', '')}")
    return day_of(typed) if isinstance(typed, str) else None


def costs(answers: Mapping[str, Any]) -> list[tuple[int, Decimal]]:
    """Return a mandate's costs in euros by fiscal year, from the year of its start on; years without are left out."""
    start = day(answers, "start")
    if start is None:
        return []
    found = []
    for index in range(steps.COST_YEARS):
        amount = number_of(str(answers.get(f"cost_{index}") or ""))
        if amount is not None and amount > 0:
            found.append((start.year + index, amount.quantize(Decimal("0.01"))))
    return found


def findings(answers: Mapping[str, Any]) -> list[tuple[str, Field, str]]:
    """Return what a mandate still lacks: key of the step, the field, and what to do; empty when it can be submitted."""
    found = [
        (step.key, field, f"Füllen Sie „{field.label}“ aus.")
        for step in steps.STEPS
        for field in step.fields
        if field.required and _missing(answers.get(field.name))
    ]
    lacking = {field.name for _, field, _ in found}
    by_name = {field.name: (step.key, field) for step in steps.STEPS for field in step.fields}

    def add(name: str, message: str) -> None:
        if name not in lacking:
            found.append((*by_name[name], message))

    if not Unit.objects.filter(code=str(answers.get("unit", ""))).exists():
        add("unit", "Wählen Sie die federführende Einheit aus.")
    for name in ("lead", "sponsor"):
        if organisation.person_by_email(str(answers.get(name, ""))) is None:
            add(name, f"Unter „{by_name[name][1].label}“ steht niemand aus dem Verzeichnis.")
    if answers.get("kind") not in Project.Kind.values:
        add("kind", "Wählen Sie die Art des Vorhabens aus.")
    start, end = day(answers, "start"), day(answers, "end")
    for name, value in (("start", start), ("end", end)):
        if value is None:
            add(name, f"Geben Sie bei „{by_name[name][1].label}“ Tag, Monat und Jahr an.")
    if start and end and end < start:
        add("end", "Das Ende liegt vor dem Beginn.")
    for index in range(steps.COST_YEARS):
        typed = answers.get(f"cost_{index}")
        if typed and ((amount := number_of(str(typed))) is None or amount < 0):
            add(f"cost_{index}", f"Geben Sie bei „{by_name[f'cost_{index}'][1].label}“ einen Betrag an.")
    if start and not costs(answers):
        add("cost_0", "Geben Sie mindestens für ein Jahr Kosten an.")
    return found


def submit_mandate(actor: Actor, mandate_id: UUID, *, version: int | None = None) -> Mandate:
    """Hand a complete mandate in for decision; from then on it does not change.

    Raises:
        Denied: the mandate is another's.
        PortfolioError: something is missing, or it is submitted already.
        StaleError: somebody else was quicker.
    """
    with act(actor, "portfolio.mandate_submitted", Ref("mandate", mandate_id)) as current:
        mandate = _locked(mandate_id)
        check(actor, "portfolio.mandate.write", mandate)
        if mandate.status not in OPEN:
            raise PortfolioError("Der Projektauftrag ist schon eingereicht.")
        fresh(mandate.version, version)
        if lacking := findings(mandate.answers):
            raise PortfolioError(lacking[0][2])
        mandate.unit_path = Unit.objects.get(code=mandate.answers["unit"]).path
        mandate.status = Mandate.Status.SUBMITTED
        mandate.submitted_on = clock.today()
        mandate.version += 1
        mandate.save()
        own = Ref("mandate", mandate.id)
        for goal in goals(mandate.answers):
            if goal in links.resolve([goal], actor):
                links.connect(own, "serves", goal)
        search.put(
            kind="mandate",
            id=mandate.id,
            title=f"Projektauftrag {mandate}",
            url=f"/steuerung/portfolio/auftraege/{mandate.id}/",
            audience="staff",
            body=f"{mandate.answers.get('reason', '')} {mandate.answers.get('result', '')}",
        )
        current.emit("mandate.submitted", {"title": mandate.title, "unit": mandate.unit_path})
    return mandate


def goals(answers: Mapping[str, Any]) -> list[Ref]:
    """Return the goals that a mandate names; what is no reference is left out."""
    found = []
    for text in answers.get("goals") or []:
        try:
            found.append(Ref.parse(str(text)))
        except ValueError:
            continue
    return [ref for ref in found if ref.kind == "goal"]


def decide_mandate(
    actor: Actor,
    mandate_id: UUID,
    effect: str,
    *,
    reason: str = "",
    conditions: str = "",
    resolution: str = "",
) -> Mandate:
    """Approve or reject a submitted mandate; approval makes the project, with its template, costs and goals.

    What is decided already stays as it is if the decision is the same (a resolution may arrive twice).

    Args:
        effect: `approve` or `reject`.
        reason: why; without a resolution it must be there.
        resolution: the number of the resolution that decided.

    Raises:
        Denied: the actor does not approve projects, or wrote the mandate.
        PortfolioError: not submitted, decided otherwise, or no reason.
    """
    check(actor, "portfolio.mandate.decide")
    if effect not in {"approve", "reject"}:
        raise PortfolioError("Wählen Sie eine Entscheidung aus.", "effect")
    status = Mandate.Status.APPROVED if effect == "approve" else Mandate.Status.REJECTED
    detail = {"effect": effect, "resolution": resolution[:60]}
    with act(actor, f"portfolio.mandate_{effect}", Ref("mandate", mandate_id), detail) as current:
        mandate = _locked(mandate_id)
        check(actor, "portfolio.mandate.decide", mandate)
        if mandate.status == status:
            return mandate
        if mandate.status != Mandate.Status.SUBMITTED:
            raise PortfolioError("Über diesen Projektauftrag lässt sich nicht entscheiden.")
        if not reason.strip() and not resolution:
            raise PortfolioError("Begründen Sie Ihre Entscheidung.", "reason")
        mandate.status = status
        mandate.decided_on, mandate.decided_by = clock.today(), actor.label[:250]
        mandate.reason, mandate.conditions = reason.strip()[:4000], conditions.strip()[:4000]
        mandate.resolution = resolution[:60]
        if effect == "approve":
            mandate.project = _project(actor, mandate)
            links.connect(Ref("mandate", mandate.id), "became", Ref("project", mandate.project.id))
        mandate.version += 1
        mandate.save()
        current.emit("mandate.decided", {"effect": effect, "resolution": resolution, "title": mandate.title})
    return mandate


def _person(answers: Mapping[str, Any], name: str) -> Person | None:
    return organisation.person_by_email(str(answers.get(name, "")))


def _field(served: list[Ref]) -> str:
    """Return the field of action of the first goal that has one: a goal serves measures, and these belong to fields."""
    for goal in served:
        for _, measure in links.targets(goal, "serves"):
            for _, field in links.targets(measure, "belongs"):
                if field.kind == "field":
                    return str(field)
    return ""


def _project(actor: Actor, mandate: Mandate) -> Project:
    answers = mandate.answers
    start, end = day(answers, "start"), day(answers, "end")
    assert start is not None and end is not None, "a submitted mandate is complete"
    seen = links.resolve(goals(answers), actor)
    served = [goal for goal in goals(answers) if goal in seen]
    project = projects.make(
        actor,
        title=mandate.title,
        kind=answers["kind"],
        purpose=answers["reason"],
        result=answers["result"],
        funding=answers["funding"][:300],
        unit=Unit.objects.get(code=answers["unit"]),
        start=start,
        end=end,
        lead=_person(answers, "lead"),
        sponsor=_person(answers, "sponsor"),
        goals=served,
        from_template=True,
        demo=False,
        field=_field(served),
    )
    if mandate.resolution:
        Project.objects.filter(id=project.id).update(resolution=mandate.resolution)
        project.resolution = mandate.resolution
    Cost.objects.bulk_create(
        Cost(
            project=project,
            year=year,
            kind=Cost.Kind.EXTERNAL,
            stage=Cost.Stage.PLANNED,
            amount=amount,
            note=f"aus Projektauftrag {mandate.number}",
        )
        for year, amount in costs(answers)
    )
    return project
