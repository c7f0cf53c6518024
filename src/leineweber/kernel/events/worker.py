"""Delivering what is owed."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from leineweber.kernel import clock
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.events.registry import Event, subscription
from leineweber.kernel.events.rules import pause_after
from leineweber.kernel.prepared import Prepared
from leineweber.kernel.refs import Ref
from leineweber.kernel.traces import without_data

log = structlog.get_logger(__name__)


def _ready(now: datetime) -> QuerySet[Delivery]:
    """Deliveries whose time has come and before which nothing is owed to the same subscriber on the same subject."""
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"), subject=OuterRef("subject"), id__lt=OuterRef("id")
    )
    return (
        Delivery.objects.filter(status=Delivery.Status.WAITING, due__lte=now)
        .filter(~Exists(earlier))
        .order_by("id")
    )


# Asked in every turn of the worker's loop.
_EXAMPLE = datetime(2000, 1, 1, tzinfo=UTC)
_waiting = Prepared(lambda now: _ready(now)[:1], now=_EXAMPLE)


def deliver_one() -> bool:
    """Deliver one event to one subscriber; return whether there was one to deliver.

    The handler and the removal of the debt commit together, so effects in the database happen once.
    """
    moment = clock.now()
    if not _waiting(now=moment):
        return False
    with transaction.atomic():
        delivery = (
            _ready(moment).select_for_update(skip_locked=True, of=("self",)).select_related("event").first()
        )
        if delivery is None:
            return False
        stored = delivery.event
        event = Event(
            stored.id,
            stored.name,
            Ref.parse(stored.subject),
            stored.payload,
            stored.at,
            stored.actor_label,
        )
        target = subscription(delivery.subscriber)
        try:
            if target is None:
                raise LookupError(f"Das Programm kennt den Empfänger {delivery.subscriber} nicht mehr.")
            with transaction.atomic():
                target.handler(event)
        except Exception as error:  # whatever a handler raises is kept, retried and shown
            _postpone(delivery, error)
        else:
            delivery.delete()
    return True


def _postpone(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    pause = pause_after(delivery.attempts)
    if pause is None:
        delivery.status = Delivery.Status.FAILED
    else:
        delivery.due = clock.now() + pause
    delivery.error = without_data("".join(traceback.format_exception(error)))[-4000:]
    delivery.save(update_fields=["attempts", "due", "status", "error"])
    log.warning(
        "delivery failed",
        subscriber=delivery.subscriber,
        attempts=delivery.attempts,
        error=without_data(str(error)),
    )


def drain(limit: int = 100_000) -> int:
    """Deliver until nothing is ready; return how many deliveries were made or tried."""
    count = 0
    while count < limit and deliver_one():
        count += 1
    return count
