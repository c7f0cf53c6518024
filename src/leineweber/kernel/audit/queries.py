"""What can be asked of the audit trail."""

from __future__ import annotations

from django.db.models import QuerySet

from leineweber.kernel.audit.models import Entry, Verification
from leineweber.kernel.refs import Ref


def entries_of(subject: Ref) -> QuerySet[Entry]:
    """Return the entries on one thing, oldest first."""
    return Entry.objects.filter(subject=str(subject)).order_by("id")


def any_entry() -> bool:
    """Tell whether anything was ever recorded."""
    return Entry.objects.exists()


def last_verification() -> Verification | None:
    """Return the most recent verification, or None before the first."""
    return Verification.objects.order_by("-id").first()
