"""Writing to the outbox, in the transaction of the act that speaks."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.events.registry import subscriptions
from leineweber.kernel.jobs.wake import wake
from leineweber.kernel.refs import Ref


def write(actor: Actor, name: str, subject: Ref, payload: dict[str, Any]) -> None:
    """Write an event and what is owed to each of its subscribers."""
    at = clock.now()
    event = StoredEvent.objects.create(
        at=at, name=name, subject=str(subject), payload=payload, actor_label=actor.label[:200]
    )
    owed = [
        Delivery(event=event, subscriber=subscription.name, subject=str(subject), due=at)
        for subscription in subscriptions(name)
    ]
    if owed:
        Delivery.objects.bulk_create(owed)
        transaction.on_commit(wake)
