"""How other rooms show proposals, and what a resolution may do to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from leineweber.domains.participation.models import Proposal, Round
from leineweber.domains.participation.queries.proposals import visible
from leineweber.domains.participation.queries.units import acting_units
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Brief, Card


def _cards(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, "participation.view"):
        return {}
    rows = Proposal.objects.filter(visible(acting_units(actor)), id__in=identifiers).select_related("unit")
    return {
        row.id: Card(
            str(row),
            f"/steuerung/beteiligung/vorschlaege/{row.id}/",
            f"{row.unit}, {row.get_outcome_display()}",
        )
        for row in rows
    }


def _brief(identifier: UUID, actor: Actor) -> Brief | None:
    if not allowed(actor, "participation.view"):
        return None
    row = (
        Proposal.objects.filter(id=identifier, status=Proposal.Status.SUBMITTED)
        .select_related("unit", "round__criteria", "ranked__ranking__criteria")
        .first()
    )
    if row is None:
        return None
    facts = [("Runde", row.round.title), ("Ergebnis", row.result)]
    if row.field:
        facts.append(("Handlungsfeld", row.field))
    # A line exists only once rating has ended, so the brief tells nothing before its time.
    line = getattr(row, "ranked", None)
    if line is not None and line.rank is not None:
        facts.append(("Rang", f"{line.rank}, nach {line.ranking.criteria}"))
    if row.effort:
        facts.append(("Aufwand", row.effort))
    return Brief(
        title=str(row),
        url=f"/steuerung/beteiligung/vorschlaege/{row.id}/",
        summary=row.purpose,
        owner=str(row.unit),
        facts=tuple(facts),
    )


def _every(actor: Actor) -> Iterable[UUID]:
    if not allowed(actor, "participation.view"):
        return ()
    found = Proposal.objects.filter(status=Proposal.Status.SUBMITTED, round__status=Round.Status.OPEN)
    return found.order_by("id").values_list("id", flat=True)


links.register(
    "proposal",
    label="Vorschlag",
    resolve=_cards,
    brief=_brief,
    every=_every,
    effects=(
        ("accept", "Vorschlag annehmen"),
        ("reject", "Vorschlag ablehnen"),
        ("postpone", "Vorschlag zurückstellen"),
    ),
)
