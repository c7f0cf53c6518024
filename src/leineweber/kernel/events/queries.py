"""What can be asked of the outbox."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from leineweber.kernel.events.models import Delivery
from leineweber.kernel.events.registry import subscription
from leineweber.kernel.events.rules import SHOWN_FROM


def failed() -> QuerySet[Delivery]:
    """Return deliveries that were given up, oldest first."""
    return Delivery.objects.filter(status=Delivery.Status.FAILED).select_related("event").order_by("id")


def failing() -> QuerySet[Delivery]:
    """Return deliveries an operator sees: given up, or failing time after time while still tried; oldest first."""
    seen = Q(status=Delivery.Status.FAILED) | Q(attempts__gte=SHOWN_FROM)
    return Delivery.objects.filter(seen).select_related("event").order_by("id")


def has_no_receiver(delivery: Delivery) -> bool:
    """Tell whether the program no longer has the subscriber, so that only an operator can end the delivery."""
    return subscription(delivery.subscriber) is None


def waiting_count() -> int:
    """Return how many deliveries are owed."""
    return Delivery.objects.filter(status=Delivery.Status.WAITING).count()
