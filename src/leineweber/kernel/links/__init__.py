"""Links: typed edges between things of different rooms; together they are the graph of the steering."""

from leineweber.kernel.links.registry import Card, register, resolve
from leineweber.kernel.links.services import connect, disconnect, sources, targets

__all__ = ["Card", "connect", "disconnect", "register", "resolve", "sources", "targets"]
