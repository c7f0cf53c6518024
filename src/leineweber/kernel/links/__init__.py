"""Links: typed edges between things of different rooms; together they are the graph of the steering."""

from leineweber.kernel.links.queries import (
    Edge,
    Orphans,
    around,
    between,
    edges,
    orphans,
    sources_among,
    touching,
)
from leineweber.kernel.links.registry import Brief, Card, Kind, brief, expect, kinds, register, resolve
from leineweber.kernel.links.services import connect, disconnect, sources, targets

__all__ = [
    "Brief",
    "Card",
    "Edge",
    "Kind",
    "Orphans",
    "around",
    "between",
    "brief",
    "connect",
    "disconnect",
    "edges",
    "expect",
    "kinds",
    "orphans",
    "register",
    "resolve",
    "sources",
    "sources_among",
    "targets",
    "touching",
]
