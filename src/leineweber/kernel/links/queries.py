"""What can be asked of the graph as a whole: its edges, and the things that lack the edge they should have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from leineweber.kernel.links.registry import Card, Expectation, expectations, kinds, resolve
from leineweber.kernel.refs import Ref

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from leineweber.kernel.access.actors import Actor
    from leineweber.kernel.links.models import Link


@dataclass(frozen=True, slots=True)
class Edge:
    """A typed edge: `kind` names what the source does for the target."""

    source: Ref
    kind: str
    target: Ref


@dataclass(frozen=True, slots=True)
class Orphans:
    """Things that lack an edge: under which German label, how many, and some of them as cards."""

    label: str
    total: int
    cards: tuple[tuple[Ref, Card], ...]


def edges(edge_kinds: Iterable[str]) -> list[Edge]:
    """Return all edges of these kinds in order of making, in one query.

    The edges name things the reader may not be allowed to see: show only those whose ends `resolve` gives a card.
    """
    from leineweber.kernel.links.models import Link

    return _edges(Link.objects.filter(kind__in=set(edge_kinds)))


def _edges(links: QuerySet[Link]) -> list[Edge]:
    rows = links.order_by("id").values_list("source", "kind", "target")
    return [Edge(Ref.parse(source), kind, Ref.parse(target)) for source, kind, target in rows]


def between(refs: Iterable[Ref], limit: int = 2000) -> list[Edge]:
    """Return the edges whose both ends are among the things, at most `limit`, in one query."""
    from leineweber.kernel.links.models import Link

    ends = sorted({str(ref) for ref in refs})
    return _edges(Link.objects.filter(source__in=ends, target__in=ends))[:limit] if ends else []


def touching(refs: Iterable[Ref], edge_kinds: Iterable[str]) -> list[Edge]:
    """Return the edges of these kinds that leave or reach one of the things, in one query."""
    from leineweber.kernel.links.models import Link

    ends = sorted({str(ref) for ref in refs})
    if not ends:
        return []
    return _edges(
        Link.objects.filter(Q(source__in=ends) | Q(target__in=ends), kind__in=sorted(set(edge_kinds)))
    )


def sources_among(kind: str, edge: str, targets: Iterable[Ref]) -> set[UUID]:
    """Return which things of a kind have an edge to one of the targets, in one query."""
    from leineweber.kernel.links.models import Link

    ends = sorted({str(ref) for ref in targets})
    if not ends:
        return set()
    rows = Link.objects.filter(kind=edge, target__in=ends, source__startswith=f"{kind}:")
    return {UUID(source.partition(":")[2]) for source in set(rows.values_list("source", flat=True))}


def around(centre: Ref, up: int, down: int, limit: int = 500) -> list[Edge]:
    """Return the edges on the ways that lead from a thing and to it.

    Args:
        centre: the thing in the middle.
        up: how many edges a way may leave it along, from source to target (goal → measure → strategic goal).
        down: how many edges a way may come to it along, against their direction (goal ← project).
        limit: how many edges one step may bring; the rest of a step is left out, oldest edges first.

    One query per step, however many things there are. Siblings (other goals of the same measure) are on no such way.
    As with `edges`, show only what `resolve` gives a card for.
    """
    from leineweber.kernel.links.models import Link

    found: dict[tuple[str, str, str], None] = {}
    higher, lower, seen = {str(centre)}, {str(centre)}, {str(centre)}
    for step in range(max(up, down)):
        wanted = Q(pk__in=[])
        if step < up and higher:
            wanted |= Q(source__in=sorted(higher))
        if step < down and lower:
            wanted |= Q(target__in=sorted(lower))
        rows = Link.objects.filter(wanted).order_by("id").values_list("source", "kind", "target")[:limit]
        above, below = set(), set()
        for source, kind, target in rows:
            found[source, kind, target] = None
            if source in higher and step < up:
                above.add(target)
            if target in lower and step < down:
                below.add(source)
        higher, lower = above - seen, below - seen
        seen |= above | below
    return [Edge(Ref.parse(source), kind, Ref.parse(target)) for source, kind, target in found]


def orphans(actor: Actor, limit: int = 50, offset: int = 0) -> list[Orphans]:
    """Return for each expectation the things that do not meet it, `limit` cards of each after the first `offset`.

    One query for the edges, one per kind for its things, one per kind for the cards, however many things there are.
    """
    expected = expectations()
    if not expected:
        return []
    from leineweber.kernel.links.models import Link

    known = list(
        Link.objects.filter(kind__in={one.edge for one in expected}).values_list("source", "kind", "target")
    )
    alive: dict[str, list[UUID]] = {}
    for kind in kinds():
        if kind.every is not None and any(one.kind == kind.name for one in expected):
            alive[kind.name] = list(kind.every(actor))
    lacking = [(one, _lacking(one, alive[one.kind], known)) for one in expected if one.kind in alive]
    page = slice(offset, offset + limit)
    cards = resolve({ref for _, refs in lacking for ref in refs[page]}, actor)
    return [
        Orphans(one.label, len(refs), tuple((ref, cards[ref]) for ref in refs[page] if ref in cards))
        for one, refs in lacking
    ]


def _lacking(
    expected: Expectation, alive: Iterable[UUID], known: Iterable[tuple[str, str, str]]
) -> list[Ref]:
    """Return the living things of the expected kind without the edge, in the order of the census.

    Edges are compared as they are written: parsing the ends of thousands would take longer than all the rest.
    """
    own, other = f"{expected.kind}:", f"{expected.other}:"
    having = set()
    for source, kind, target in known:
        near, far = (source, target) if expected.outgoing else (target, source)
        if kind == expected.edge and near.startswith(own) and far.startswith(other):
            having.add(near.removeprefix(own))
    return [Ref(expected.kind, key) for key in alive if str(key) not in having]
