"""What can be done: send, receive, mark as read, queue letters and take them to print, settle e-mails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from leineweber.capabilities.messages import rules, texts
from leineweber.capabilities.messages.delivery import domain_of
from leineweber.capabilities.messages.models import Attachment, Email, LetterItem, PostboxEntry
from leineweber.capabilities.messages.tasks import send as send_job
from leineweber.kernel import clock, ids, storage
from leineweber.kernel.access import Actor, check
from leineweber.kernel.audit.services import record_reading
from leineweber.kernel.jobs import enqueue
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

SUBJECT_LIMIT = 200
BODY_LIMIT = 20_000
ATTACHMENT_LIMIT = 20
_BATCH = 500
_SALUTATIONS = {"de": "Guten Tag", "en": "Hello"}


class MessagesError(Exception):
    """What was asked cannot be done. The message is German."""


def is_email(text: str) -> bool:
    """Tell whether a text is an address to which an e-mail can go."""
    return rules.normal_address(text) is not None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a message: an account's postbox, or the thread of a case for somebody without; an address to tell.

    At least one of `account_id` and `case` is given; without `email` nobody is told.
    """

    account_id: UUID | None = None
    email: str = ""
    case: Ref | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sending wrote."""

    entry_id: UUID
    email_id: UUID | None


def _entry(
    actor: Actor, direction: PostboxEntry.Direction, to: Recipient, subject: str, body: str
) -> PostboxEntry:
    subject, body = " ".join(subject.split()), body.strip()
    if not subject or not body:
        raise MessagesError("Eine Nachricht braucht einen Betreff und einen Text.")
    if len(subject) > SUBJECT_LIMIT or len(body) > BODY_LIMIT:
        raise MessagesError(
            f"Der Betreff hat höchstens {SUBJECT_LIMIT} Zeichen, der Text höchstens {BODY_LIMIT}."
        )
    if to.account_id is None and to.case is None:
        raise MessagesError("Eine Nachricht braucht ein Postfach oder einen Vorgang.")
    return PostboxEntry(
        account_id=to.account_id,
        case=str(to.case or ""),
        direction=direction,
        subject=subject,
        body=body,
        sender_label=actor.label[:200],
        sent_at=clock.now(),
    )


def _attach(entry: PostboxEntry, attachments: Sequence[tuple[str, str]]) -> None:
    if len(attachments) > ATTACHMENT_LIMIT:
        raise MessagesError(f"Eine Nachricht hat höchstens {ATTACHMENT_LIMIT} Anhänge.")
    if attachments:
        Attachment.objects.bulk_create(
            [Attachment(entry=entry, blob_id=sha512, name=name[:200]) for sha512, name in attachments]
        )


def _email(
    to: str,
    template: str,
    context: Mapping[str, str],
    language: str,
    case: Ref | None,
    calendar: str = "",
) -> Email:
    address = rules.normal_address(to)
    if address is None:
        raise MessagesError("Die E-Mail-Adresse ist nicht vollständig.")
    values = {"salutation": _SALUTATIONS["en" if language == "en" else "de"], **context}
    subject, body = rules.fill(texts.load(template, language), values)
    return _queue(address, subject, body, template, case, calendar)


def _queue(
    address: str, subject: str, body: str, template: str, case: Ref | None, calendar: str = ""
) -> Email:
    """Write the e-mail and its job in the open transaction: two queries."""
    key, moment = ids.new_id(), clock.now()
    email = Email(
        id=key,
        to=address,
        subject=subject[:SUBJECT_LIMIT],
        body=body,
        calendar=calendar,
        message_id=f"<{key.hex}@{domain_of(settings.PUBLIC_URL)}>",
        template=template,
        case=str(case or ""),
        created_at=moment,
        due=moment,
    )
    email.save(force_insert=True)
    enqueue(send_job, email_id=str(key))
    return email


def send(
    actor: Actor,
    *,
    to: Recipient,
    subject: str,
    body: str,
    attachments: Sequence[tuple[str, str]] = (),
    template: str = "new_message",
    context: Mapping[str, str] | None = None,
    language: str = "de",
) -> Sent:
    """Put a message into a postbox or thread, and tell the person by e-mail if there is an address.

    The e-mail is made of `template` and `context` (salutation, reference, link, office, until) and holds
    nothing of subject and body. Four queries at most beside the act's own.

    Args:
        actor: who sends.
        to: where it goes and who is told.
        subject: at most 200 characters.
        body: plain text, at most 20,000 characters.
        attachments: hash and shown name of stored files.
        template: the e-mail's text, `emails/<name>.<language>.txt` of a room.
        context: values of its placeholders; a neutral salutation stands in for a missing one.
        language: of the e-mail; German where the text has no other.

    Raises:
        MessagesError: no place to put it, empty, too long, or the address is none.
        rules.TemplateError: the text is not there, or its values do not fit.
    """
    entry = _entry(actor, PostboxEntry.Direction.OUT, to, subject, body)
    about = to.case or Ref("message", entry.id)
    with act(actor, "message.sent", about, {"message": str(entry.id)}) as current:
        entry.save(force_insert=True)
        _attach(entry, attachments)
        email = _email(to.email, template, context or {}, language, to.case) if to.email else None
        if email is not None:
            current.detail["email"] = str(email.id)
    return Sent(entry.id, email.id if email else None)


def send_email(
    actor: Actor,
    *,
    to: str,
    template: str,
    context: Mapping[str, str],
    language: str = "de",
    case: Ref | None = None,
    calendar: str = "",
) -> UUID:
    """Send an e-mail without a postbox entry, such as a link; return its id. Errors as for `send`.

    `calendar` is a calendar object (RFC 5545) that goes along as `termin.ics`.
    """
    with act(actor, "email.queued", case or Ref("email", UUID(int=0)), {"template": template}) as current:
        email = _email(to, template, context, language, case, calendar)
        current.detail["email"] = str(email.id)
    return email.id


def receive(
    actor: Actor,
    *,
    case: Ref,
    subject: str,
    body: str,
    account_id: UUID | None = None,
    attachments: Sequence[tuple[str, str]] = (),
) -> UUID:
    """Put a person's message to the city into the thread of a case; return its id. Emits `message.received`.

    Raises:
        MessagesError: empty or too long.
    """
    to = Recipient(account_id=account_id, case=case)
    entry = _entry(actor, PostboxEntry.Direction.IN, to, subject, body)
    with act(actor, "message.received", case, {"message": str(entry.id)}) as current:
        entry.save(force_insert=True)
        _attach(entry, attachments)
        current.emit("message.received", {"message": str(entry.id)})
    return entry.id


def _owner(account_id: UUID | None, case: Ref | None) -> Q:
    """Return the condition that a message lies where somebody may look."""
    condition = Q()
    if account_id is not None:
        condition |= Q(account_id=account_id)
    if case is not None:
        condition |= Q(case=str(case))
    if not condition:
        raise ValueError("Whose message it is must be said.")
    return condition


def mark_read(
    actor: Actor, entry_id: UUID, *, account_id: UUID | None = None, case: Ref | None = None
) -> bool:
    """Mark a message of a postbox or thread as read; return whether it was unread and is there.

    Raises:
        ValueError: neither account nor case is given.
    """
    rows = PostboxEntry.objects.filter(_owner(account_id, case), id=entry_id, read_at__isnull=True)
    if not rows.exists():
        return False
    with act(actor, "message.read", Ref("message", entry_id)):
        return rows.update(read_at=clock.now()) > 0


def move_to_account(actor: Actor, case: Ref, account_id: UUID) -> None:
    """Put the thread of a case that lay in no postbox into that of an account."""
    with act(actor, "message.moved_to_account", case):
        PostboxEntry.objects.filter(case=str(case), account_id=None).update(account_id=account_id)


def read_attachment(
    actor: Actor, attachment_id: UUID, *, account_id: UUID | None = None, case: Ref | None = None
) -> tuple[Attachment, BinaryIO] | None:
    """Return an attachment in a postbox or thread with its bytes, None if it is not there; the reading is recorded.

    Raises:
        storage.StorageError: its bytes are missing or damaged.
        ValueError: neither account nor case is given.
    """
    entries = PostboxEntry.objects.filter(_owner(account_id, case))
    attachment = (
        Attachment.objects.select_related("entry", "blob").filter(id=attachment_id, entry__in=entries).first()
    )
    if attachment is None:
        return None
    stream = storage.open(attachment.blob_id)
    record_reading(actor, Ref("message", attachment.entry_id), "message.attachment")
    return attachment, stream


def queue_letter(
    actor: Actor, *, blob: storage.Blob, title: str, recipient: str, case: Ref | None = None
) -> UUID:
    """Queue a stored PDF for the next print batch; return its id.

    Args:
        actor: who sends.
        blob: the letter.
        title: what it is.
        recipient: name for the list that goes with the batch.
        case: what it is about.
    """
    item = LetterItem(
        blob_id=blob.sha512,
        title=title[:200],
        recipient=recipient[:300],
        case=str(case or ""),
        created_at=clock.now(),
    )
    with act(actor, "letter.queued", case or Ref("letter", item.id), {"letter": str(item.id)}):
        item.save(force_insert=True)
    return item.id


def take_print_batch(
    actor: Actor, *, limit: int = 200, letters: Collection[UUID] | None = None
) -> tuple[UUID, list[LetterItem]] | None:
    """Take the letters waiting longest as one batch and mark them printed; None if none wait.

    With `letters` only of these: an office prints its own.

    The caller merges them (`documents.merge`) in the same transaction, so that a failure leaves them waiting.
    Two takers never get the same letter.
    """
    with transaction.atomic():
        waiting = LetterItem.objects.select_for_update(skip_locked=True).filter(
            status=LetterItem.Status.QUEUED
        )
        if letters is not None:
            waiting = waiting.filter(id__in=list(letters))
        items = list(waiting.order_by("id")[: max(1, min(limit, 1000))])
        if not items:
            return None
        batch_id, moment = ids.new_id(), clock.now()
        with act(actor, "letters.printed", Ref("print_batch", batch_id), {"letters": len(items)}):
            LetterItem.objects.filter(id__in=[item.id for item in items]).update(
                status=LetterItem.Status.PRINTED, batch_id=batch_id, printed_at=moment
            )
        for item in items:
            item.status, item.batch_id, item.printed_at = LetterItem.Status.PRINTED, batch_id, moment
    return batch_id, items


def put_back_batch(actor: Actor, batch_id: UUID) -> int:
    """Let the letters of a batch wait again, if the printer failed; return how many."""
    with act(actor, "letters.put_back", Ref("print_batch", batch_id)) as current:
        count = LetterItem.objects.filter(batch_id=batch_id).update(
            status=LetterItem.Status.QUEUED, batch_id=None, printed_at=None
        )
        current.detail["letters"] = count
    return count


def retry_email(actor: Actor, email_id: UUID) -> bool:
    """Send an e-mail that failed, or whose fate is unknown, once more; return False if it is neither.

    It bears the same Message-ID, so that a reader's program can tell a second copy.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    with act(actor, "email.retried", Ref("email", email_id)):
        changed = Email.objects.filter(
            id=email_id, status__in=[Email.Status.FAILED, Email.Status.UNCERTAIN]
        ).update(status=Email.Status.QUEUED, attempts=0, error="", due=clock.now())
        if changed:
            enqueue(send_job, email_id=str(email_id))
    return bool(changed)


def retry_failed_emails(actor: Actor) -> int:
    """Send all e-mails that failed once more; return how many. Each batch is an act of its own.

    Those of unknown fate are left for the operator to decide one by one: they may have arrived.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    keys = list(Email.objects.filter(status=Email.Status.FAILED).values_list("id", flat=True))
    count = 0
    for start in range(0, len(keys), _BATCH):
        with act(actor, "email.all_retried", Ref("email", UUID(int=0))) as current:
            failed = Email.objects.filter(
                id__in=keys[start : start + _BATCH], status=Email.Status.FAILED
            ).select_for_update()
            batch = list(failed.order_by("id").values_list("id", flat=True))
            Email.objects.filter(id__in=batch).update(
                status=Email.Status.QUEUED, attempts=0, error="", due=clock.now()
            )
            for key in batch:
                enqueue(send_job, email_id=str(key))
            current.detail["emails"] = len(batch)
        count += len(batch)
    return count


def settle_email(actor: Actor, email_id: UUID) -> bool:
    """Take an e-mail of unknown fate, or one that failed, off the list: nothing more is done about it.

    What was uncertain counts as sent; what failed is removed. Return False if it is neither.

    Raises:
        Denied: the actor is no operator.
    """
    check(actor, "operator")
    with act(actor, "email.settled", Ref("email", email_id)):
        settled = Email.objects.filter(id=email_id, status=Email.Status.UNCERTAIN).update(
            status=Email.Status.SENT, sent_at=clock.now(), body="", calendar=""
        )
        removed, _ = Email.objects.filter(id=email_id, status=Email.Status.FAILED).delete()
    return bool(settled or removed)


def queue_plain(to: str, subject: str, body: str) -> UUID:
    """Queue an e-mail whose text another library made (log-in, passwords), in the open transaction; return its id.

    Raises:
        MessagesError: the address is none.
    """
    address = rules.normal_address(to)
    if address is None:
        raise MessagesError("Die E-Mail-Adresse ist nicht vollständig.")
    with transaction.atomic():
        return _queue(address, " ".join(subject.split()), body, "library", None).id
