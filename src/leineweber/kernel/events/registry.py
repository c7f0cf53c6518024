"""Who listens to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leineweber.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler gets. `id` is stable over repeated deliveries: the key of idempotency."""

    id: int
    name: str
    subject: Ref
    payload: dict[str, Any]
    at: datetime
    actor_label: str


Handler = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler's standing wish for one kind of event. `name` is stable: it is stored with deliveries."""

    event_name: str
    name: str
    handler: Handler


_by_event: dict[str, list[Subscription]] = {}
_by_name: dict[str, Subscription] = {}


def subscribe(event_name: str, *, name: str) -> Callable[[Handler], Handler]:
    """Let a function handle every event of a name.

    Raises:
        ValueError: the subscription's name is taken.
    """

    def register(handler: Handler) -> Handler:
        if name in _by_name:
            raise ValueError(f"The subscription {name} exists twice.")
        subscription = Subscription(event_name, name, handler)
        _by_name[name] = subscription
        _by_event.setdefault(event_name, []).append(subscription)
        return handler

    return register


def subscriptions(event_name: str) -> tuple[Subscription, ...]:
    """Return the subscriptions to an event name."""
    return tuple(_by_event.get(event_name, ()))


def subscription(name: str) -> Subscription | None:
    """Return a subscription by its stored name, None if the program no longer has it."""
    return _by_name.get(name)
