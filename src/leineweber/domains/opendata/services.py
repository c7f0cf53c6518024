"""What can be done: publish and withdraw."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from leineweber.domains.opendata.models import Publication
from leineweber.kernel import clock, ids, indicators
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

TITLE_LIMIT, NOTE_LIMIT, KEY_LIMIT = 200, 1000, 100


class OpenDataError(ValueError):
    """Something that cannot be published; the message is German and may be shown. `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def publish(actor: Actor, *, subject: str, key: str, title: str, note: str = "") -> Publication:
    """Show a figure or a goal to everybody, from today on.

    The caller makes sure that a goal of this slug exists; that an indicator does is checked here.

    Raises:
        Denied: the actor may not publish.
        OpenDataError: no such indicator, a text is missing or too long, or it is public already.
    """
    check(actor, "opendata.publish")
    title, note = title.strip(), note.strip()
    if subject not in Publication.Subject.values or not key or len(key) > KEY_LIMIT:
        raise OpenDataError("key", "Diese Kennzahl oder dieses Ziel gibt es nicht.")
    if subject == Publication.Subject.INDICATOR and not any(
        one.key == key for one in indicators.all_indicators()
    ):
        raise OpenDataError("key", "Diese Kennzahl gibt es nicht.")
    if not title:
        raise OpenDataError("title", "Geben Sie einen Titel ein, den alle verstehen.")
    if len(title) > TITLE_LIMIT:
        raise OpenDataError("title", f"Kürzen Sie den Titel auf {TITLE_LIMIT} Zeichen.")
    if len(note) > NOTE_LIMIT:
        raise OpenDataError("note", f"Kürzen Sie die Erläuterung auf {NOTE_LIMIT} Zeichen.")
    row = Publication(
        id=ids.new_id(),
        subject=subject,
        key=key,
        title=title,
        note=note,
        since=clock.today(),
        created_at=clock.now(),
    )
    detail = {"subject": subject, "key": key}
    try:
        with act(actor, "opendata.published", Ref("publication", row.id), detail) as current:
            with transaction.atomic():
                row.save(force_insert=True)
            current.emit("opendata.published", detail)
    except IntegrityError as error:
        raise OpenDataError("key", "Das ist schon veröffentlicht. Laden Sie die Seite neu.") from error
    return row


def withdraw(actor: Actor, publication_id: UUID) -> Publication | None:
    """Show something to nobody any more; None if there is no such publication, nothing happens if it is withdrawn.

    Raises:
        Denied: the actor may not publish.
    """
    check(actor, "opendata.publish")
    with transaction.atomic():
        row = Publication.objects.select_for_update().filter(id=publication_id).first()
        if row is None or row.until is not None:
            return row
        detail = {"subject": row.subject, "key": row.key}
        with act(actor, "opendata.withdrawn", Ref("publication", row.id), detail) as current:
            row.until = clock.today()
            row.save(update_fields=["until"])
            current.emit("opendata.withdrawn", detail)
    return row
