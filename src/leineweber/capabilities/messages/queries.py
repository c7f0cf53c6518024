"""What can be asked: postboxes, threads, e-mails that need somebody, letters that wait."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from leineweber.capabilities.messages.models import Attachment, Email, LetterItem, PostboxEntry
from leineweber.kernel.refs import Ref

PAGE = 25
PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class PostboxPage:
    """A page of a postbox, newest first; attachments are loaded with the entries."""

    total: int
    unread: int
    offset: int
    entries: tuple[PostboxEntry, ...]


def _with_attachments() -> QuerySet[PostboxEntry]:
    return PostboxEntry.objects.prefetch_related(
        Prefetch("attachments", Attachment.objects.select_related("blob").order_by("id"))
    )


def postbox(account_id: UUID, *, offset: int = 0, limit: int = PAGE) -> PostboxPage:
    """Return a page of an account's messages, both directions. Four queries."""
    rows = _with_attachments().filter(account_id=account_id).order_by("-id")
    offset, limit = max(0, offset), max(1, min(limit, PAGE_LIMIT))
    return PostboxPage(rows.count(), unread_count(account_id), offset, tuple(rows[offset : offset + limit]))


def unread_count(account_id: UUID) -> int:
    """Return how many messages from the city an account has not read."""
    return PostboxEntry.objects.filter(
        account_id=account_id, direction=PostboxEntry.Direction.OUT, read_at__isnull=True
    ).count()


def entry(account_id: UUID, entry_id: UUID) -> PostboxEntry | None:
    """Return a message if it lies in the account's postbox, with its attachments."""
    return _with_attachments().filter(account_id=account_id, id=entry_id).first()


def thread(case: Ref) -> list[PostboxEntry]:
    """Return the messages of a case in order, with attachments. Two queries."""
    return list(_with_attachments().filter(case=str(case)).order_by("id"))


def failed_emails() -> QuerySet[Email]:
    """Return e-mails an operator has to look at, failed or of unknown fate, oldest first."""
    fates = [Email.Status.FAILED, Email.Status.UNCERTAIN]
    return Email.objects.filter(status__in=fates, sent_at__isnull=True).order_by("created_at", "id")


def waiting_emails() -> int:
    """Return how many e-mails are on their way."""
    fates = [Email.Status.QUEUED, Email.Status.SENDING]
    return Email.objects.filter(status__in=fates, sent_at__isnull=True).count()


def emails_of(case: Ref) -> list[Email]:
    """Return the e-mails of a case in order; those sent more than a month ago are gone."""
    return list(Email.objects.filter(case=str(case)).order_by("id"))


def print_queue() -> QuerySet[LetterItem]:
    """Return the letters that wait for a print batch, longest first."""
    return LetterItem.objects.filter(status=LetterItem.Status.QUEUED).order_by("id")


def printed_letters() -> QuerySet[LetterItem]:
    """Return the letters handed to the printer, the newest batch first (its id grows with time)."""
    return LetterItem.objects.filter(batch_id__isnull=False).order_by("-batch_id", "id")


def print_batch(batch_id: UUID) -> list[LetterItem]:
    """Return the letters of a batch in order."""
    return list(LetterItem.objects.filter(batch_id=batch_id).order_by("id"))


def letters_of(case: Ref) -> list[LetterItem]:
    """Return the letters of a case in order."""
    return list(LetterItem.objects.filter(case=str(case)).order_by("id"))
