"""What the figures of the room are computed from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from leineweber.domains.participation.models import Comment, Decision, Proposal, Rating
from leineweber.domains.participation.queries.units import taking_part
from leineweber.kernel import clock


def _moments(start: date, end: date) -> tuple[datetime, datetime]:
    """Return the moments from the first day's beginning up to but not including the day after the last."""
    return (
        datetime.combine(start, time(), tzinfo=clock.BERLIN),
        datetime.combine(end + timedelta(days=1), time(), tzinfo=clock.BERLIN),
    )


def active_units(start: date, end: date) -> int:
    """Count the units that handed in, commented or rated from the first day to the last; three queries.

    Of rating only that it happened is counted, not what.
    """
    first, after = _moments(start, end)
    proposed = Proposal.objects.filter(submitted_at__gte=first, submitted_at__lt=after)
    commented = Comment.objects.filter(created_at__gte=first, created_at__lt=after)
    rated = Rating.objects.filter(updated_at__gte=first, updated_at__lt=after)
    found = {
        *proposed.order_by().values_list("unit_id", flat=True).distinct(),
        *commented.order_by().values_list("unit_id", flat=True).distinct(),
        *rated.order_by().values_list("unit_id", flat=True).distinct(),
    }
    return len(found)


def unit_count(on: date) -> int:
    """Count the units that take part on a day."""
    return taking_part(on).count()


def accepted_days(start: date, end: date) -> list[date]:
    """Return the days on which proposals were accepted, in order; one query."""
    first, after = _moments(start, end)
    found = Decision.objects.filter(
        outcome=Proposal.Outcome.ACCEPT, decided_at__gte=first, decided_at__lt=after
    ).order_by("decided_at")
    return [clock.local(moment).date() for moment in found.values_list("decided_at", flat=True)]
