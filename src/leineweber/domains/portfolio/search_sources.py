"""Projects and mandates in the search of the desk: found by the index, misspellings forgiven."""

from __future__ import annotations

from urllib.parse import urlencode

from leineweber.kernel import search
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.search import sources
from leineweber.kernel.search.sources import Found, Source

LABELS = {"project": "Vorhaben", "mandate": "Projektauftrag"}


def _things(actor: Actor, text: str, limit: int) -> Source:
    if not allowed(actor, "portfolio.view"):
        return Source((), 0)
    found = search.find(text, kinds=list(LABELS), audience="staff", grants=actor.grants, limit=limit)
    hits = tuple(Found(hit.title, hit.url, LABELS[hit.kind]) for hit in found.hits)
    return Source(hits, found.total, f"/steuerung/portfolio/?{urlencode({'q': text})}")


sources.register("portfolio", "Vorhaben", _things)
