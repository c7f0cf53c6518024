"""Proposals in the search of the desk: those that are handed in, whatever became of them."""

from __future__ import annotations

from leineweber.domains.participation.models import Proposal, Round
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.search import sources
from leineweber.kernel.search.sources import Found, Source
from leineweber.people.organisation.rules import fold


def _proposals(actor: Actor, text: str, limit: int) -> Source:
    if not allowed(actor, "participation.view"):
        return Source((), 0)
    rows = Proposal.objects.filter(status=Proposal.Status.SUBMITTED).exclude(round__status=Round.Status.DRAFT)
    for word in fold(text[:200]).split()[:8]:
        rows = rows.filter(search_text__contains=word)
    found = tuple(
        Found(str(row), f"/steuerung/beteiligung/vorschlaege/{row.id}/", row.get_outcome_display())
        for row in rows.order_by("-submitted_at", "id")[:limit]
    )
    return Source(found, rows.count())


sources.register("proposals", "Vorschläge", _proposals)
