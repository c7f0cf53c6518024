"""What can be done: keep the file plan, open sub-files, file documents and versions, close, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from leineweber.capabilities.records import rules
from leineweber.capabilities.records.models import (
    Disposal,
    Document,
    DocumentVersion,
    FilePlanEntry,
    RecordFile,
    SubFile,
)
from leineweber.capabilities.records.queries import document_of as document_of
from leineweber.kernel import clock, ids, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.services import record_reading
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


class RecordsError(Exception):
    """What was asked cannot be done. The message is German."""


class UnknownCode(RecordsError):
    """The file plan has no entry of this code."""


class SubFileClosed(RecordsError):
    """The sub-file is closed; nothing can be added."""


class AlreadyOpened(RecordsError):
    """There is a sub-file about this subject."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be filed together with the opening of its sub-file."""

    title: str
    kind: str
    blob: storage.Blob
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """An entry as it is put into the file plan; `retention_years` None means kept for ever."""

    code: str
    title: str
    retention_years: int | None
    disposal: Disposal = Disposal.OFFER
    legal_base: str = ""
    is_sample: bool = False


def put_plan(actor: Actor, entries: Iterable[PlanEntry]) -> None:
    """Put entries into the file plan, or renew those of the same code. Files keep what they have.

    Raises:
        RecordsError: a code is not written as one.
    """
    ordered = sorted(
        entries, key=lambda entry: [int(part) for part in entry.code.split(".") if part.isdigit()]
    )
    with act(actor, "records.plan_changed", Ref("file_plan", UUID(int=0)), {"entries": len(ordered)}):
        known = dict(FilePlanEntry.objects.values_list("code", "id"))
        rows = []
        for entry in ordered:
            if not rules.is_code(entry.code):
                raise RecordsError(f"{entry.code!r} ist keine Nummer eines Aktenplans.")
            key = known.setdefault(entry.code, ids.new_id())
            parts = entry.code.split(".")
            parent = next(
                (
                    known[beginning]
                    for length in range(len(parts) - 1, 0, -1)
                    if (beginning := ".".join(parts[:length])) in known
                ),
                None,
            )
            rows.append(
                FilePlanEntry(
                    id=key,
                    code=entry.code,
                    title=entry.title,
                    parent_id=parent,
                    retention_years=entry.retention_years,
                    disposal=entry.disposal,
                    legal_base=entry.legal_base,
                    is_sample=entry.is_sample,
                )
            )
        FilePlanEntry.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["title", "parent", "retention_years", "disposal", "legal_base", "is_sample"],
        )


# Draws the next number in one statement; the row stays locked until the transaction ends, so a number is
# neither drawn twice nor lost (docs/decisions/0083).
_DRAW = (
    "UPDATE records_recordfile SET last_number = last_number + 1 WHERE year = %s AND entry_id = "
    "(SELECT id FROM records_fileplanentry WHERE code = %s) RETURNING id, last_number"
)


def _draw(code: str, year: int) -> tuple[UUID, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [year, code])
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0] if isinstance(row[0], UUID) else UUID(str(row[0])), row[1]


def _open_file(code: str, year: int) -> None:
    """Make the file of a plan entry and year, unless somebody else just did.

    Raises:
        UnknownCode: the file plan has no such entry.
    """
    entry = FilePlanEntry.objects.filter(code=code).first()
    if entry is None:
        raise UnknownCode(f"Der Aktenplan hat keinen Eintrag {code}.")
    RecordFile.objects.bulk_create(
        [
            RecordFile(
                entry=entry,
                year=year,
                reference=str(rules.FileReference(code, year)),
                title=entry.title,
                opened_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def open_subfile(
    actor: Actor,
    file_plan_code: str,
    title: str,
    subject: Ref,
    *,
    documents: Iterable[NewDocument] = (),
    year: int | None = None,
) -> SubFile:
    """Open the sub-file about a subject, with its first documents, under the next free reference.

    The number is drawn from the file's counter row, which stays locked until the transaction ends: call this
    late in a long transaction.

    Args:
        actor: who opens it.
        file_plan_code: the entry of the file plan, `12.20`.
        title: the sub-file's title, cut at 300 characters.
        subject: what it is about; there is one sub-file per subject.
        documents: filed at once, without further locking.
        year: of the file; the present year in Berlin if not given.

    Raises:
        UnknownCode: the file plan has no such entry.
        AlreadyOpened: there is a sub-file about this subject.
    """
    moment = clock.now()
    filed = list(documents)
    year = year or clock.today().year
    subfile = SubFile(
        title=title[:300],
        subject=str(subject),
        opened_at=moment,
        opened_by=actor.label[:200],
        last_number=len(filed),
    )
    with act(actor, "subfile.opened", Ref("subfile", subfile.id)) as current:
        drawn = _draw(file_plan_code, year)
        if drawn is None:
            _open_file(file_plan_code, year)
            drawn = _draw(file_plan_code, year)
            assert drawn is not None  # just made, in this transaction or by another that has committed
        subfile.file_id, subfile.number = drawn
        subfile.reference = str(rules.FileReference(file_plan_code, year, subfile.number))
        current.detail["reference"] = subfile.reference
        try:
            subfile.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyOpened(f"Zu {subject} gibt es schon einen Vorgang.") from error
        rows = [
            _document(actor, subfile.id, number, new.title, new.kind, new.on)
            for number, new in enumerate(filed, start=1)
        ]
        if rows:
            Document.objects.bulk_create(rows)
            DocumentVersion.objects.bulk_create(
                [_version(actor, row.id, 1, new.blob) for row, new in zip(rows, filed, strict=True)]
            )
        for row in rows:
            current.emit(
                "document.filed", {"document": str(row.id), "kind": row.kind, "subject": str(subject)}
            )
    return subfile


def _document(
    actor: Actor, subfile_id: UUID, number: int, title: str, kind: str, on: date | None
) -> Document:
    moment = clock.now()
    return Document(
        subfile_id=subfile_id,
        number=number,
        title=title[:300],
        kind=kind,
        on=on or clock.local(moment).date(),
        filed_at=moment,
        filed_by=actor.label[:200],
    )


def _version(actor: Actor, document_id: UUID, number: int, blob: storage.Blob) -> DocumentVersion:
    return DocumentVersion(
        document_id=document_id,
        number=number,
        blob_id=blob.sha512,
        media_type=blob.media_type,
        size=blob.size,
        created_at=clock.now(),
        created_by=actor.label[:200],
    )


def _key(thing: SubFile | Document | UUID) -> UUID:
    return thing if isinstance(thing, UUID) else thing.id


def _next_in_open(subfile_id: UUID) -> tuple[int, str]:
    """Count up the documents of an open sub-file and lock it; return the number and the subject.

    Raises:
        SubFileClosed: it is closed.
        RecordsError: there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_subfile SET last_number = last_number + 1 WHERE id = %s AND status = 'open' "
            "RETURNING last_number, subject",
            [subfile_id if connection.vendor == "postgresql" else subfile_id.hex],
        )
        row = cursor.fetchone()
    if row is None:
        _refuse(subfile_id)
    return row[0], row[1]


def _refuse(subfile_id: UUID) -> None:
    found = SubFile.objects.filter(id=subfile_id).first()
    if found is None:
        raise RecordsError("Diesen Vorgang gibt es nicht.")
    raise SubFileClosed(f"Der Vorgang {found.reference} ist zu den Akten gelegt; er nimmt nichts mehr auf.")


def file_document(
    actor: Actor,
    subfile: SubFile | UUID,
    *,
    title: str,
    kind: str,
    blob: storage.Blob,
    on: date | None = None,
) -> Document:
    """File a stored file as the next document of an open sub-file. Three queries beside the act's own.

    Args:
        actor: who files it.
        subfile: where, or its id.
        title: the document's title, cut at 300 characters.
        kind: a word of the caller's: application, question, answer, notice …
        blob: what `storage.put` returned.
        on: the day the document bears; today if not given.

    Raises:
        SubFileClosed: the sub-file is closed.
        RecordsError: there is no such sub-file.
    """
    key = _key(subfile)
    with act(actor, "document.filed", Ref("subfile", key), {"kind": kind}) as current:
        number, subject = _next_in_open(key)
        document = _document(actor, key, number, title, kind, on)
        document.save(force_insert=True)
        _version(actor, document.id, 1, blob).save(force_insert=True)
        current.detail["document"] = str(document.id)
        current.emit("document.filed", {"document": str(document.id), "kind": kind, "subject": subject})
    return document


def add_version(actor: Actor, document: Document | UUID, blob: storage.Blob) -> DocumentVersion:
    """Add the next version to a document of an open sub-file; earlier ones stay.

    Raises:
        SubFileClosed: the sub-file is closed.
        RecordsError: there is no such document.
    """
    with act(actor, "document.version_added", Ref("document", _key(document))) as current:
        row = (
            Document.objects.select_for_update(of=("self",))
            .select_related("subfile")
            .filter(id=_key(document))
            .first()
        )
        if row is None:
            raise RecordsError("Dieses Dokument gibt es nicht.")
        # Locks the sub-file against closing at the same moment.
        if not SubFile.objects.filter(id=row.subfile_id, status=SubFile.Status.OPEN).update(
            last_number=F("last_number")
        ):
            _refuse(row.subfile_id)
        version = _version(actor, row.id, row.versions.count() + 1, blob)
        version.save(force_insert=True)
        current.detail["version"] = version.number
        current.emit(
            "document.filed",
            {
                "document": str(row.id),
                "kind": row.kind,
                "subject": row.subfile.subject,
                "version": version.number,
            },
            subject=Ref("subfile", row.subfile_id),
        )
    return version


def close(actor: Actor, subfile: SubFile | UUID, *, on: date | None = None) -> SubFile:
    """Close a sub-file (z. d. A.) and compute the end of its retention. Closing twice changes nothing.

    Args:
        actor: who closes it.
        subfile: which, or its id.
        on: the day of closing; today if not given.

    Raises:
        RecordsError: there is no such sub-file.
    """
    key = _key(subfile)
    with transaction.atomic():
        row = (
            SubFile.objects.select_for_update(of=("self",))
            .select_related("file__entry")
            .filter(id=key)
            .first()
        )
        if row is None:
            raise RecordsError("Diesen Vorgang gibt es nicht.")
        if row.status == SubFile.Status.CLOSED:
            return row
        with act(actor, "subfile.closed", Ref("subfile", key)) as current:
            row.status = SubFile.Status.CLOSED
            row.closed_on = on or clock.today()
            row.retention_end = rules.retention_end(row.closed_on, row.file.entry.retention_years)
            row.save(update_fields=["status", "closed_on", "retention_end"])
            end = row.retention_end.isoformat() if row.retention_end else None
            current.detail["retention_end"] = end
            current.emit("subfile.closed", {"subject": row.subject, "retention_end": end})
    return row


def read_version(actor: Actor, version_id: UUID, *, purpose: str) -> tuple[DocumentVersion, BinaryIO]:
    """Return a version and its bytes, verified, and record the reading.

    Whether the actor may is asked by the caller, who knows the subject's policy.

    Args:
        actor: who reads.
        version_id: what is read.
        purpose: the view, for the audit trail.

    Raises:
        RecordsError: there is no such version.
        storage.StorageError: its bytes are missing or damaged.
    """
    version = DocumentVersion.objects.select_related("document__subfile").filter(id=version_id).first()
    if version is None:
        raise RecordsError("Diese Fassung gibt es nicht.")
    stream = storage.open(version.blob_id)
    record_reading(actor, Ref("document", version.document_id), purpose)
    return version, stream


def put_sample_plan(actor: Actor) -> None:
    """Put the sample file plan (Muster) into an empty installation, for the demo city."""
    from leineweber.capabilities.records.sample_plan import SAMPLE_PLAN

    put_plan(actor, SAMPLE_PLAN)
