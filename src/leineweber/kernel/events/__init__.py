"""Events: something has happened; the subscriber decides what it means.

Events are rows of the transaction that caused them. A worker delivers each to each subscriber at least
once, in order per subject, inside a transaction of its own; a handler that fails is tried again with
growing pauses and at last shown to an operator. Nothing is dropped.
"""

from leineweber.kernel.events.registry import Event, subscribe, subscriptions

__all__ = ["Event", "subscribe", "subscriptions"]
