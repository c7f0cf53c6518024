"""How other rooms show bodies, meetings, papers and resolutions."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from leineweber.domains.resolutions.models import FollowUp
from leineweber.domains.resolutions.queries.scope import visible_meetings, visible_papers, visible_resolutions
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card
from leineweber.kernel.ui.jinja import date_de
from leineweber.people.organisation.models import Committee


def _committees(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if actor.kind not in {"staff", "system"}:
        return {}
    rows = Committee.objects.filter(id__in=identifiers)
    return {row.id: Card(row.name, f"/steuerung/gremien/{row.key}/", row.get_kind_display()) for row in rows}


def _meetings(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = visible_meetings(actor).filter(id__in=identifiers).select_related("committee")
    return {
        row.id: Card(
            f"{row.committee.name}, {date_de(row.starts_at)}",
            f"/steuerung/gremien/sitzungen/{row.id}/",
            row.get_status_display(),
        )
        for row in rows
    }


def _papers(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = visible_papers(actor).filter(id__in=identifiers)
    return {
        row.id: Card(
            f"{row.number} {row.title}".strip(), f"/steuerung/vorlagen/{row.id}/", row.get_status_display()
        )
        for row in rows
    }


def _resolutions(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = visible_resolutions(actor).filter(id__in=identifiers)
    return {
        row.id: Card(
            f"{row.number} {row.title}",
            f"/steuerung/beschluesse/{row.id}/",
            f"{row.get_outcome_display()} am {date_de(row.on)}",
        )
        for row in rows
    }


def _follow_ups(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = FollowUp.objects.filter(id__in=identifiers, resolution__in=visible_resolutions(actor))
    return {
        row.id: Card(
            f"{row.resolution.number}: {row.text}",
            f"/steuerung/beschluesse/{row.resolution_id}/#wv-{row.id}",
            f"bis {date_de(row.due)}",
        )
        for row in rows.select_related("resolution")
    }


def _every_paper(actor: Actor) -> list[UUID]:
    return list(visible_papers(actor).exclude(status="withdrawn").values_list("id", flat=True))


def _every_resolution(actor: Actor) -> list[UUID]:
    return list(visible_resolutions(actor).values_list("id", flat=True))


links.register("committee", label="Gremium", resolve=_committees)
links.register("meeting", label="Sitzung", resolve=_meetings)
links.register("decision_paper", label="Beschlussvorlage", resolve=_papers, every=_every_paper)
links.register("resolution", label="Beschluss", resolve=_resolutions, every=_every_resolution)
links.register("follow_up", label="Wiedervorlage", resolve=_follow_ups)
