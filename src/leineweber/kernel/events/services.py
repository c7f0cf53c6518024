"""What an operator can do about deliveries that fail."""

from __future__ import annotations

from uuid import UUID

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.events.queries import failing, has_no_receiver
from leineweber.kernel.jobs.wake import wake
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

BATCH = 500
REASON_LIMIT = 300


class StillWanted(Exception):
    """The program has the subscriber: its delivery is retried, never discarded."""


def retry(actor: Actor, delivery_id: int) -> None:
    """Let a failed delivery be tried again at once.

    Raises:
        Denied: the actor is no operator.
        Delivery.DoesNotExist: it has been delivered meanwhile.
    """
    check(actor, "operator")
    delivery = Delivery.objects.get(id=delivery_id)
    with act(actor, "events.retry", Ref.parse(delivery.subject), {"delivery": delivery_id}):
        Delivery.objects.filter(id=delivery_id).update(
            status=Delivery.Status.WAITING, attempts=0, due=clock.now()
        )


def retry_all(actor: Actor) -> int:
    """Let all deliveries that fail now be tried again at once; return how many. Each batch is an act of its own.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    keys = list(failing().values_list("id", flat=True))
    count = 0
    for start in range(0, len(keys), BATCH):
        with act(actor, "events.retry_all", Ref("delivery", UUID(int=0))) as current:
            changed = current.detail["deliveries"] = Delivery.objects.filter(
                id__in=keys[start : start + BATCH]
            ).update(status=Delivery.Status.WAITING, attempts=0, due=clock.now())
        count += changed
    wake()
    return count


def discard(actor: Actor, delivery_id: int, reason: str) -> None:
    """Remove a delivery whose subscriber the program no longer has; the reason stands in the audit trail.

    Raises:
        Denied: the actor is no operator.
        Delivery.DoesNotExist: it is gone already.
        StillWanted: the subscriber is there.
        ValueError: the reason is empty or too long.
    """
    check(actor, "operator")
    if not 0 < len(reason.strip()) <= REASON_LIMIT:
        raise ValueError(f"A reason of 1 to {REASON_LIMIT} characters is needed.")
    delivery = Delivery.objects.select_related("event").get(id=delivery_id)
    if not has_no_receiver(delivery):
        raise StillWanted
    detail = {
        "delivery": delivery_id,
        "event": delivery.event.name,
        "subscriber": delivery.subscriber,
        "reason": reason.strip(),
    }
    with act(actor, "events.discard", Ref.parse(delivery.subject), detail):
        delivery.delete()
