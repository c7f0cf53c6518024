"""What can be done: put, read, verify, sweep."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.db import transaction

from leineweber.kernel import clock
from leineweber.kernel.storage.backends import CHUNK, as_stream, backend
from leineweber.kernel.storage.blobs import Blob, BlobDamaged, BlobMissing, StorageError, checked, is_hash

if TYPE_CHECKING:
    from leineweber.kernel.storage.models import StoredBlob, SweepCandidate

SMALL = 1 << 20
GRACE = timedelta(days=1)
_BATCH = 500


def _stored() -> type[StoredBlob]:
    """Return the model; the room is imported by others before Django's models are ready."""
    from leineweber.kernel.storage.models import StoredBlob

    return StoredBlob


def _candidate() -> type[SweepCandidate]:
    from leineweber.kernel.storage.models import SweepCandidate

    return SweepCandidate


def _measure(source: BinaryIO) -> tuple[str, int]:
    """Return hash and size of a seekable stream."""
    digest = hashlib.sha512()
    size = 0
    source.seek(0)
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def put(data: bytes | BinaryIO, media_type: str) -> Blob:
    """Store a file durably and write its row in the open transaction (one query for new content).

    Raises:
        StorageFull: there is no room; nothing was stored.
        StorageUnavailable: the store does not answer.
    """
    return put_many([(data, media_type)])[0]


def put_many(files: Sequence[tuple[bytes | BinaryIO, str]]) -> list[Blob]:
    """Store several files as `put` does, with one row statement for all.

    The same content may come twice; the row keeps the media type with which it came first.

    Raises:
        StorageFull: there is no room for one of them.
        StorageUnavailable: the store does not answer.
    """
    store = backend()
    result: list[Blob] = []
    there: list[tuple[Blob, BinaryIO]] = []
    for data, media_type in files:
        source = as_stream(data)
        blob = Blob(*_measure(source), media_type)
        if not store.write(blob.sha512, source, blob.size):
            there.append((blob, source))
        result.append(blob)
    if not there:
        _write_rows(result)
        return result
    with transaction.atomic():
        for blob, source in there:
            # It may be about to be swept: withdraw it, which waits for a sweep under way, and look again.
            _candidate().objects.filter(sha512=blob.sha512).delete()
            store.write(blob.sha512, source, blob.size)
        _write_rows(result)
    return result


def _write_rows(result: Sequence[Blob]) -> None:
    """Write the rows that are not there yet, in one order, so that two writers never wait for each other."""
    moment = clock.now()
    by_hash = {blob.sha512: blob for blob in result}
    _stored().objects.bulk_create(
        [
            _stored()(sha512=sha512, size=blob.size, media_type=blob.media_type, created=moment)
            for sha512, blob in sorted(by_hash.items())
        ],
        ignore_conflicts=True,
    )


def put_file(source: BinaryIO, media_type: str) -> Blob:
    """Store bytes without a row: for a restore, whose rows come with the database.

    Raises:
        StorageFull: there is no room.
        StorageUnavailable: the store does not answer.
    """
    stream = as_stream(source)
    sha512, size = _measure(stream)
    backend().write(sha512, stream, size)
    return Blob(sha512, size, media_type)


def open(sha512: str) -> BinaryIO:
    """Return a seekable stream of a file, verified before the first byte is handed out.

    Files over one MiB are verified in the share STORAGE_VERIFY_SHARE of readings (0 to 1, default 1).

    Raises:
        BlobMissing: it is not in the store.
        BlobDamaged: its bytes were changed behind the program's back.
        ValueError: the hash is not written as one.
    """
    stream = backend().open(checked(sha512))
    size = stream.seek(0, io.SEEK_END)
    share = float(getattr(settings, "STORAGE_VERIFY_SHARE", 1))
    if (size <= SMALL or random.random() < share) and _measure(stream)[0] != sha512:  # noqa: S311  # sampling
        stream.close()
        raise BlobDamaged(f"Die abgelegte Datei {sha512[:16]}… wurde verändert.")
    stream.seek(0)
    return stream


def read(sha512: str) -> bytes:
    """Return a file's bytes; errors as for `open`."""
    with open(sha512) as stream:
        return stream.read()


def exists(sha512: str) -> bool:
    """Tell whether the bytes are in the store.

    Raises:
        ValueError: the hash is not written as one.
    """
    return backend().exists(checked(sha512))


def count() -> int:
    """Return how many files the database knows."""
    return _stored().objects.count()


def blobs(hashes: Iterable[str]) -> dict[str, Blob]:
    """Return the rows of several hashes in one query; unknown ones are left out."""
    rows = _stored().objects.filter(sha512__in=list(hashes))
    return {row.sha512: Blob(row.sha512, row.size, row.media_type) for row in rows}


def probe() -> None:
    """Write, read and remove a small file.

    Raises:
        StorageFull: there is no room.
        StorageUnavailable: the store does not answer or cannot be written.
    """
    backend().probe()


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that is not as it should be. `message` is German, for the operator."""

    sha512: str
    message: str


def verify(*, limit: int | None = None) -> Iterator[Finding]:
    """Read every file the database knows and yield what is missing or damaged.

    Args:
        limit: verify this many, chosen at random; None for all.
    """
    rows = _stored().objects.order_by("sha512" if limit is None else "?").values_list("sha512", "size")
    store = backend()
    for sha512, size in rows[:limit].iterator(chunk_size=_BATCH):
        try:
            with store.open(sha512) as stream:
                found = _measure(stream)
        except BlobMissing:
            yield Finding(sha512, f"Die abgelegte Datei {sha512[:16]}… fehlt.")
            continue
        except StorageError as error:
            yield Finding(sha512, str(error))
            continue
        if found != (sha512, size):
            yield Finding(sha512, f"Die abgelegte Datei {sha512[:16]}… wurde verändert.")


def sweep() -> int:
    """Remove files that no row names, a day after they were found; return how many.

    Found are files older than a day. One stored again meanwhile is withdrawn by `put_many` through the
    candidate's row, whose lock orders the two, so a file in use is never removed. What a program left half written
    when it was killed goes as well.
    """
    store = backend()
    store.tidy(clock.now() - GRACE)
    removed = 0
    due = _candidate().objects.filter(found__lte=clock.now() - GRACE).order_by("sha512")
    for sha512 in list(due.values_list("sha512", flat=True)):
        with transaction.atomic():
            taken, _ = _candidate().objects.filter(sha512=sha512, found__lte=clock.now() - GRACE).delete()
            if taken and not _stored().objects.filter(sha512=sha512).exists():
                store.remove(sha512)
                removed += 1
    old = (name for name, moment in store.listing() if is_hash(name) and moment <= clock.now() - GRACE)
    while batch := list(islice(old, _BATCH)):
        known = set(_stored().objects.filter(sha512__in=batch).values_list("sha512", flat=True))
        _candidate().objects.bulk_create(
            [_candidate()(sha512=sha512, found=clock.now()) for sha512 in sorted(set(batch) - known)],
            ignore_conflicts=True,
        )
    return removed
