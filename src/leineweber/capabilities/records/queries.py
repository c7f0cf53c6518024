"""What can be asked: the plan, files and sub-files by pages, a sub-file's contents, a subject's sub-file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Model, Prefetch, Q, QuerySet

from leineweber.capabilities.records.models import (
    Document,
    DocumentVersion,
    FilePlanEntry,
    RecordFile,
    SubFile,
)
from leineweber.kernel.refs import Ref

T = TypeVar("T")
M = TypeVar("M", bound=Model)
PAGE = 50
PAGE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list: how many there are in all, and those from `offset`."""

    total: int
    offset: int
    rows: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as lists show it."""

    id: UUID
    number: int
    sha512: str
    media_type: str
    size: int
    created_by: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in its place, with its versions, newest first."""

    id: UUID
    number: int
    title: str
    kind: str
    on: date
    filed_by: str
    versions: tuple[VersionRow, ...]

    @property
    def current(self) -> VersionRow:
        """The newest version."""
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Contents:
    """A sub-file whole: `file` and `file.entry` are loaded with it."""

    subfile: SubFile
    documents: tuple[DocumentRow, ...]


def plan() -> QuerySet[FilePlanEntry]:
    """Return the file plan by code, with `file_count`. One query."""
    return FilePlanEntry.objects.annotate(file_count=Count("files")).order_by("code")


def _page(rows: QuerySet[M], offset: int, limit: int) -> Page[M]:
    limit = max(1, min(limit, PAGE_LIMIT))
    offset = max(0, offset)
    return Page(rows.count(), offset, tuple(rows[offset : offset + limit]))


def children(entry_id: UUID | None, *, offset: int = 0, limit: int = PAGE) -> Page[FilePlanEntry]:
    """Return a page of the entries below one, or of the top, each with `child_count` and `file_count`."""
    rows = FilePlanEntry.objects.filter(parent_id=entry_id).annotate(
        child_count=Count("children", distinct=True), file_count=Count("files", distinct=True)
    )
    return _page(rows.order_by("code"), offset, limit)


def files(entry_id: UUID | None = None, *, offset: int = 0, limit: int = PAGE) -> Page[RecordFile]:
    """Return a page of the files of an entry, or of all; newest year first."""
    rows = RecordFile.objects.select_related("entry").order_by("-year", "entry__code")
    return _page(rows if entry_id is None else rows.filter(entry_id=entry_id), offset, limit)


def subfiles(
    file_id: UUID, *, status: str | None = None, offset: int = 0, limit: int = PAGE
) -> Page[SubFile]:
    """Return a page of the sub-files of a file, newest first, each with its file and entry."""
    rows = SubFile.objects.filter(file_id=file_id).select_related("file__entry").order_by("-number")
    return _page(rows if status is None else rows.filter(status=status), offset, limit)


def expired(today: date, *, offset: int = 0, limit: int = PAGE) -> Page[SubFile]:
    """Return a page of the closed sub-files whose retention is over, oldest first."""
    rows = SubFile.objects.filter(status=SubFile.Status.CLOSED, retention_end__lt=today)
    return _page(rows.select_related("file__entry").order_by("retention_end", "id"), offset, limit)


def subfile_of(subject: Ref) -> SubFile | None:
    """Return the sub-file about a subject with its file and entry, None if there is none. One query."""
    return SubFile.objects.select_related("file__entry").filter(subject=str(subject)).first()


def subfile_by_reference(reference: str) -> SubFile | None:
    """Return the sub-file of a reference (Aktenzeichen), None if there is none. One query."""
    return SubFile.objects.select_related("file__entry").filter(reference=reference.strip()).first()


def document_of(subfile_id: UUID, kind: str) -> Document | None:
    """Return the first document of a kind in a sub-file, None if there is none. One query."""
    return Document.objects.filter(subfile_id=subfile_id, kind=kind).order_by("number").first()


def contents(subfile: SubFile | UUID | Ref) -> Contents | None:
    """Return a sub-file with its documents in order and their versions, None if there is none. Three queries.

    Args:
        subfile: the sub-file, its id, or the subject it is about.
    """
    if isinstance(subfile, Ref):
        condition = Q(subject=str(subfile))
    else:
        condition = Q(id=subfile if isinstance(subfile, UUID) else subfile.id)
    row = (
        SubFile.objects.filter(condition)
        .select_related("file__entry")
        .prefetch_related(
            Prefetch(
                "documents",
                Document.objects.order_by("number").prefetch_related(
                    Prefetch("versions", DocumentVersion.objects.order_by("-number"))
                ),
            )
        )
        .first()
    )
    if row is None:
        return None
    return Contents(
        row,
        tuple(
            DocumentRow(
                document.id,
                document.number,
                document.title,
                document.kind,
                document.on,
                document.filed_by,
                tuple(
                    VersionRow(
                        version.id,
                        version.number,
                        version.blob_id,
                        version.media_type,
                        version.size,
                        version.created_by,
                    )
                    for version in document.versions.all()
                ),
            )
            for document in row.documents.all()
        ),
    )


def version_of(subject: Ref, version_id: UUID) -> DocumentVersion | None:
    """Return a version if it lies in the sub-file about a subject; so nobody reaches another's by its id."""
    return (
        DocumentVersion.objects.select_related("document")
        .filter(id=version_id, document__subfile__subject=str(subject))
        .first()
    )
