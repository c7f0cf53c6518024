"""What an operator can do about a failed delivery."""

from __future__ import annotations

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


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
