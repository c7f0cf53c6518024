"""The parts of the strategy in the search of the desk: found by the index, misspellings forgiven."""

from __future__ import annotations

from urllib.parse import urlencode

from leineweber.domains.strategy import rules
from leineweber.kernel import search
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.search import sources
from leineweber.kernel.search.sources import Found, Source


def _parts(actor: Actor, text: str, limit: int) -> Source:
    if not allowed(actor, "strategy.view"):
        return Source((), 0)
    found = search.find(
        text, kinds=list(rules.KIND_LABELS), audience="staff", grants=actor.grants, limit=limit
    )
    hits = tuple(Found(hit.title, hit.url, rules.KIND_LABELS[hit.kind]) for hit in found.hits)
    return Source(
        hits,
        found.total,
        f"/steuerung/strategie/smarte-ziele/?{urlencode({'q': text})}" if found.total > limit else "",
    )


sources.register("strategy", "Strategie", _parts)
