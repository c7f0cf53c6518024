"""What can be asked of the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from leineweber.kernel.events.models import Delivery


def failed() -> QuerySet[Delivery]:
    """Return deliveries that were given up, oldest first."""
    return Delivery.objects.filter(status=Delivery.Status.FAILED).select_related("event").order_by("id")


def waiting_count() -> int:
    """Return how many deliveries are owed."""
    return Delivery.objects.filter(status=Delivery.Status.WAITING).count()
