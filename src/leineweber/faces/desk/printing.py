"""Letters on paper: which wait, batches for the printer; only letters of cases the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leineweber.capabilities import documents
from leineweber.capabilities.messages import queries as messages
from leineweber.capabilities.messages import services as message_services
from leineweber.capabilities.messages.models import LetterItem
from leineweber.domains.applications import queries
from leineweber.kernel import storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.services import record_reading
from leineweber.kernel.refs import Ref

BATCH_LIMIT = 200
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was made: when, and how many letters."""

    id: UUID
    printed_at: datetime | None
    letters: int


def _visible(actor: Actor, letters: Iterable[LetterItem]) -> list[LetterItem]:
    """Return the letters whose case the actor may see; one query for all."""
    found = [(letter, _case_id(letter.case)) for letter in letters]
    wanted = {case_id for _, case_id in found if case_id is not None}
    seen = set(queries.visible_cases(actor).filter(id__in=wanted).values_list("id", flat=True))
    return [letter for letter, case_id in found if case_id in seen]


def _case_id(text: str) -> UUID | None:
    if not text:
        return None
    subject = Ref.parse(text)
    return subject.id if subject.kind == "case" else None


def waiting(actor: Actor) -> list[LetterItem]:
    """Return the letters waiting longest, at most `SHOWN`."""
    return _visible(actor, messages.print_queue()[:SHOWN])


def batches(actor: Actor) -> list[Batch]:
    """Return the batches made last, newest first, whose letters the actor may see."""
    found: dict[UUID, Batch] = {}
    for letter in _visible(actor, messages.printed_letters()[:SHOWN]):
        if letter.batch_id is not None:
            before = found.get(letter.batch_id)
            found[letter.batch_id] = Batch(
                letter.batch_id, letter.printed_at, (before.letters if before else 0) + 1
            )
    return list(found.values())


def take(actor: Actor) -> UUID | None:
    """Put the letters waiting longest into a batch and return its id, None if none wait.

    The file is made once in the transaction, so that a letter that cannot be printed leaves all of them waiting.

    Raises:
        documents.PrintError: a letter is no readable PDF.
        storage.StorageError: the bytes of a letter are missing.
    """
    wanted = [letter.id for letter in waiting(actor)[:BATCH_LIMIT]]
    if not wanted:
        return None
    with transaction.atomic():
        taken = message_services.take_print_batch(actor, limit=BATCH_LIMIT, letters=wanted)
        if taken is None:
            return None
        batch_id, items = taken
        documents.merge([storage.read(item.blob_id) for item in items])
    return batch_id


def letters_of(actor: Actor, batch_id: UUID) -> list[LetterItem] | None:
    """Return the letters of a batch, None if there is none or it holds one the actor may not see."""
    items = messages.print_batch(batch_id)
    return items if items and len(_visible(actor, items)) == len(items) else None


def file_of(actor: Actor, batch_id: UUID) -> bytes | None:
    """Return a batch as one PDF, None as for `letters_of`; the reading is recorded."""
    items = letters_of(actor, batch_id)
    if items is None:
        return None
    record_reading(actor, Ref("print_batch", batch_id), "letters.print")
    return documents.merge([storage.read(item.blob_id) for item in items])
