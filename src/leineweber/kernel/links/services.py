"""Making, removing and following edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leineweber.kernel import clock
from leineweber.kernel.refs import Ref

if TYPE_CHECKING:
    from django.db.models import Manager

    from leineweber.kernel.links.models import Link


def _link() -> type[Link]:
    """Return the model; the room is imported by others before Django's models are ready."""
    from leineweber.kernel.links.models import Link

    return Link


def _edges() -> Manager[Link]:
    return _link().objects


def connect(source: Ref, kind: str, target: Ref) -> None:
    """Make an edge in the open transaction; making it twice changes nothing."""
    _edges().bulk_create(
        [_link()(source=str(source), kind=kind, target=str(target), created=clock.now())],
        ignore_conflicts=True,
    )


def disconnect(source: Ref, kind: str, target: Ref) -> None:
    """Remove an edge in the open transaction; removing none changes nothing."""
    _edges().filter(source=str(source), kind=kind, target=str(target)).delete()


def targets(source: Ref, kind: str | None = None) -> list[tuple[str, Ref]]:
    """Return kind and target of the edges that leave a thing, in order of making."""
    edges = _edges().filter(source=str(source)).order_by("id")
    if kind is not None:
        edges = edges.filter(kind=kind)
    return [(edge.kind, Ref.parse(edge.target)) for edge in edges]


def sources(target: Ref, kind: str | None = None) -> list[tuple[str, Ref]]:
    """Return kind and source of the edges that reach a thing, in order of making."""
    edges = _edges().filter(target=str(target)).order_by("id")
    if kind is not None:
        edges = edges.filter(kind=kind)
    return [(edge.kind, Ref.parse(edge.source)) for edge in edges]
