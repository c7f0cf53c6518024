"""Sub-files as others show them."""

from __future__ import annotations

from uuid import UUID

from leineweber.capabilities.records.models import SubFile
from leineweber.kernel import links
from leineweber.kernel.access import Actor


def resolve(keys: list[UUID], actor: Actor) -> dict[UUID, links.Card]:
    """Return cards of sub-files for staff: reference and state, no title, since a title may name a person."""
    if actor.kind != "staff":
        return {}
    rows = SubFile.objects.filter(id__in=keys).only("id", "reference", "status")
    return {row.id: links.Card(row.reference, "", row.get_status_display()) for row in rows}


links.register("subfile", label="Vorgang (Akte)", resolve=resolve)
