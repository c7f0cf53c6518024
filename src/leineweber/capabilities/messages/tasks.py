"""What the worker does: send one e-mail, look after those left behind, forget those long sent."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from leineweber.capabilities.messages import delivery, rules
from leineweber.capabilities.messages.models import Email
from leineweber.kernel import clock
from leineweber.kernel.jobs import enqueue, schedule, task
from leineweber.kernel.prepared import Prepared

log = structlog.get_logger(__name__)

LOST_AFTER = timedelta(minutes=5)
FORGET_AFTER = timedelta(days=30)
_BATCH = 500
_by_id = Prepared(lambda key: Email.objects.filter(id=key), key=UUID(int=0))


@task()
def send(email_id: str) -> None:
    """Send an e-mail that waits; one that somebody else took, or that is done, is left alone.

    It is marked `sending` and committed before the server hears of it. Whoever dies after that leaves it so,
    and `look_after` calls it uncertain: nothing is sent twice.
    """
    key = UUID(email_id)
    moment = clock.now()
    taken = Email.objects.filter(id=key, status=Email.Status.QUEUED, due__lte=moment).update(
        status=Email.Status.SENDING, sending_since=moment
    )
    if not taken:
        return
    (email,) = _by_id(key=key)
    outcome = delivery.deliver(
        email.to, email.subject, email.body, email.message_id, email.created_at, email.calendar
    )
    _settle(email, outcome)


def _settle(email: Email, outcome: delivery.Outcome) -> None:
    """Write down how it went, and when it is tried again."""
    moment = clock.now()
    attempts = email.attempts + 1
    changes: dict[str, object] = {"attempts": attempts, "error": outcome.error, "sending_since": None}
    pause = rules.pause_after(attempts)
    match outcome.state:
        case "sent":
            # The text may hold a link that lets in; once sent, nobody needs it here.
            changes |= {"status": Email.Status.SENT, "sent_at": moment, "body": "", "calendar": ""}
        case "uncertain":
            changes |= {"status": Email.Status.UNCERTAIN}
        case "later" if pause is not None:
            changes |= {"status": Email.Status.QUEUED, "due": moment + pause}
        case _:
            changes |= {"status": Email.Status.FAILED}
    with transaction.atomic():
        Email.objects.filter(id=email.id, status=Email.Status.SENDING).update(**changes)
        if changes["status"] == Email.Status.QUEUED:
            assert pause is not None  # else it would have failed
            enqueue(send, after=moment + pause, email_id=str(email.id))
    if outcome.state != "sent":
        log.warning("email not sent", email=str(email.id), state=changes["status"], attempts=attempts)


@schedule("messages.look_after", every=timedelta(minutes=1))
def look_after() -> None:
    """Call uncertain what has been `sending` too long; enqueue anew what waits although its job is gone."""
    moment = clock.now()
    Email.objects.filter(
        status=Email.Status.SENDING, sent_at__isnull=True, sending_since__lt=moment - LOST_AFTER
    ).update(
        status=Email.Status.UNCERTAIN,
        sending_since=None,
        error="Das Programm wurde beim Senden beendet. Vielleicht kam die E-Mail an, vielleicht nicht.",
    )
    with transaction.atomic():
        lost = Email.objects.filter(
            status=Email.Status.QUEUED, sent_at__isnull=True, due__lt=moment - LOST_AFTER
        )
        keys = list(lost.order_by("due").values_list("id", flat=True)[:_BATCH])
        Email.objects.filter(id__in=keys, status=Email.Status.QUEUED).update(due=moment)
        for key in keys:
            enqueue(send, email_id=str(key))


@schedule("messages.forget", daily_at=time(2, 45))
def forget() -> None:
    """Remove e-mails sent a month ago: their addresses are no longer needed (Art. 5 (1) e DSGVO)."""
    Email.objects.filter(status=Email.Status.SENT, sent_at__lt=clock.now() - FORGET_AFTER).delete()
