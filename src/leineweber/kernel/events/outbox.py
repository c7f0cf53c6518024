"""Writing to the outbox, in the transaction of the act that speaks."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.events.registry import subscriptions
from leineweber.kernel.jobs.wake import wake
from leineweber.kernel.refs import Ref

_INSERT_EVENT = (
    "INSERT INTO events_storedevent (at, name, subject, payload, actor_label) "
    "VALUES (%s, %s, %s, %s, %s) RETURNING id"
)


def write(actor: Actor, name: str, subject: Ref, payload: dict[str, Any]) -> None:
    """Write an event and what is owed to each of its subscribers."""
    at = clock.now()
    # Written for every act of the house: plain SQL takes a fifth of the time of a model being saved.
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_EVENT,
            [
                connection.ops.adapt_datetimefield_value(at),
                name,
                str(subject),
                connection.ops.adapt_json_value(payload, None),
                actor.label[:200],
            ],
        )
        number: int = cursor.fetchone()[0]
    owed = [
        Delivery(event_id=number, subscriber=subscription.name, subject=str(subject), due=at)
        for subscription in subscriptions(name)
    ]
    if owed:
        Delivery.objects.bulk_create(owed)
        transaction.on_commit(wake)
