"""What runs by itself: events that everybody has got are forgotten, so that the table does not grow for ever."""

from __future__ import annotations

from datetime import time, timedelta

from django.db.models import Exists, OuterRef

from leineweber.kernel import clock
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.jobs import schedule

FORGET_AFTER = timedelta(days=30)
_BATCH = 500


@schedule("events.forget", daily_at=time(2, 25))
def forget() -> None:
    """Remove events of a month ago that nobody is owed any more, in small transactions; the audit trail stays."""
    over = StoredEvent.objects.filter(
        ~Exists(Delivery.objects.filter(event=OuterRef("id"))), at__lt=clock.now() - FORGET_AFTER
    ).order_by("id")
    while batch := list(over.values_list("id", flat=True)[:_BATCH]):
        StoredEvent.objects.filter(id__in=batch).delete()
