"""Links: typed edges between things of different rooms; together they are the graph of the steering."""

from leineweber.kernel.links.registry import Brief, Card, brief, kinds, register, resolve
from leineweber.kernel.links.services import connect, disconnect, sources, targets

__all__ = [
    "Brief",
    "Card",
    "brief",
    "connect",
    "disconnect",
    "kinds",
    "register",
    "resolve",
    "sources",
    "targets",
]
