"""How other rooms show cases and procedures."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Procedure
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card


def _cases(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = queries.visible_cases(actor).filter(id__in=identifiers)
    return {
        row.id: Card(row.reference, f"/arbeit/vorgaenge/{row.id}/", row.get_state_display()) for row in rows
    }


def _procedures(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    rows = Procedure.objects.filter(id__in=identifiers).defer("files")
    return {row.id: Card(row.title, "", f"Version {row.version}") for row in rows}


links.register("case", label="Vorgang", resolve=_cases)
links.register("procedure", label="Verfahren", resolve=_procedures)
