"""What can be asked of the graph as a whole: its edges, and the things that lack the edge they should have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leineweber.kernel.links.registry import Card, Expectation, expectations, kinds, resolve
from leineweber.kernel.refs import Ref

if TYPE_CHECKING:
    from uuid import UUID

    from leineweber.kernel.access.actors import Actor


@dataclass(frozen=True, slots=True)
class Edge:
    """A typed edge: `kind` names what the source does for the target."""

    source: Ref
    kind: str
    target: Ref


@dataclass(frozen=True, slots=True)
class Orphans:
    """Things that lack an edge: under which German label, how many, and the first of them as cards."""

    label: str
    total: int
    cards: tuple[tuple[Ref, Card], ...]


def edges(edge_kinds: Iterable[str]) -> list[Edge]:
    """Return all edges of these kinds in order of making, in one query.

    The edges name things the reader may not be allowed to see: show only those whose ends `resolve` gives a card.
    """
    from leineweber.kernel.links.models import Link

    rows = Link.objects.filter(kind__in=set(edge_kinds)).order_by("id")
    return [
        Edge(Ref.parse(source), kind, Ref.parse(target))
        for source, kind, target in rows.values_list("source", "kind", "target")
    ]


def orphans(actor: Actor, limit: int = 50) -> list[Orphans]:
    """Return for each expectation the things that do not meet it, `limit` cards of each.

    One query for the edges, one per kind for its things, one per kind for the cards, however many things there are.
    """
    expected = expectations()
    known = edges({one.edge for one in expected})
    alive: dict[str, list[UUID]] = {}
    for kind in kinds():
        if kind.every is not None and any(one.kind == kind.name for one in expected):
            alive[kind.name] = list(kind.every(actor))
    lacking = [(one, _lacking(one, alive[one.kind], known)) for one in expected if one.kind in alive]
    cards = resolve({ref for _, refs in lacking for ref in refs[:limit]}, actor)
    return [
        Orphans(one.label, len(refs), tuple((ref, cards[ref]) for ref in refs[:limit] if ref in cards))
        for one, refs in lacking
    ]


def _lacking(expected: Expectation, alive: Iterable[UUID], known: Iterable[Edge]) -> list[Ref]:
    """Return the living things of the expected kind without the edge, in the order of the census."""
    having = {
        (edge.source if expected.outgoing else edge.target).id
        for edge in known
        if edge.kind == expected.edge
        and (edge.source if expected.outgoing else edge.target).kind == expected.kind
        and (edge.target if expected.outgoing else edge.source).kind == expected.other
    }
    return [Ref(expected.kind, key) for key in alive if key not in having]
