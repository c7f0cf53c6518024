"""Where the bytes are: a directory, or a bucket of an S3-compatible store. Neither ever rewrites a file."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from leineweber.kernel.storage.blobs import (
    BlobDamaged,
    BlobMissing,
    MissingLibrary,
    StorageError,
    StorageFull,
    StorageUnavailable,
    checked,
)

CHUNK = 1 << 20
SPOOL = 8 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Backend(Protocol):
    """What a store can do. Hashes are 128 lower-case hexadecimal digits, checked by the caller."""

    def write(self, sha512: str, source: BinaryIO, size: int) -> bool:
        """Store the bytes of a seekable source durably; return False if the file was there already."""
        ...

    def open(self, sha512: str) -> BinaryIO:
        """Return a seekable stream at its start, not yet verified."""
        ...

    def exists(self, sha512: str) -> bool:
        """Tell whether a file of this hash is there."""
        ...

    def remove(self, sha512: str) -> None:
        """Remove a file; removing none changes nothing."""
        ...

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Yield hash and moment of storing of every file."""
        ...

    def probe(self) -> None:
        """Write, read and remove a small file."""
        ...

    def tidy(self, before: datetime) -> None:
        """Remove what writing left half done before a moment."""
        ...


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn errors of the operating system into errors of the store."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"Der Speicher ist voll; die Datei wurde nicht abgelegt ({what}).") from error
        raise StorageUnavailable(f"{what} ist gescheitert: {error.strerror or error}.") from error


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class LocalBackend:
    """A directory: `ab/cd/<hash>`, written beside and renamed, read-only from then on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / "tmp"

    def path(self, sha512: str) -> Path:
        """Return where the file of a hash is."""
        checked(sha512)
        return self.root / sha512[:2] / sha512[2:4] / sha512

    def _directory(self, path: Path) -> None:
        """Make a directory and those above it, each durable in the one that holds it."""
        if path.is_dir():
            return
        self._directory(path.parent)
        path.mkdir(mode=0o750, exist_ok=True)
        _sync_directory(path.parent)

    def write(self, sha512: str, source: BinaryIO, size: int) -> bool:
        """Store durably: temporary file, fsync, read-only, rename, fsync of the directory.

        Raises:
            StorageFull: there is no room; the temporary file is gone again.
            StorageUnavailable: the directory cannot be written.
            BlobDamaged: a file of this name but another size is there.
        """
        target = self.path(sha512)
        with _told("Das Ablegen"):
            try:
                there = target.stat().st_size
            except FileNotFoundError:
                pass
            else:
                if there != size:
                    raise BlobDamaged(f"Die abgelegte Datei {sha512[:16]}… hat nicht mehr ihre Größe.")
                return False
            self._directory(target.parent)
            self._directory(self.scratch)
            temporary = self.scratch / secrets.token_hex(16)
            try:
                handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
                with os.fdopen(handle, "wb", buffering=0) as stream:
                    source.seek(0)
                    while chunk := source.read(CHUNK):
                        view = memoryview(chunk)
                        while view:
                            view = view[stream.write(view) or 0 :]
                    os.fsync(stream.fileno())
                temporary.rename(target)
            finally:
                temporary.unlink(missing_ok=True)
            _sync_directory(target.parent)
        return True

    def open(self, sha512: str) -> BinaryIO:
        """Return the file opened for reading.

        Raises:
            BlobMissing: it is not there.
        """
        with _told("Das Lesen"):
            try:
                return self.path(sha512).open("rb")
            except FileNotFoundError as error:
                raise BlobMissing(f"Die abgelegte Datei {sha512[:16]}… fehlt.") from error

    def exists(self, sha512: str) -> bool:
        """Tell whether the file is there."""
        return self.path(sha512).is_file()

    def remove(self, sha512: str) -> None:
        """Remove the file."""
        with _told("Das Entfernen"):
            self.path(sha512).unlink(missing_ok=True)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Yield hash and time of every file, directory by directory."""
        if not self.root.is_dir():
            return
        for first in sorted(self.root.iterdir()):
            if len(first.name) != 2 or not first.is_dir():
                continue
            for second in sorted(first.iterdir()):
                with os.scandir(second) as entries:
                    for entry in entries:
                        yield entry.name, datetime.fromtimestamp(entry.stat().st_mtime, UTC)

    def probe(self) -> None:
        """Write, read and remove a small file in the scratch directory."""
        with _told("Die Probe"):
            self._directory(self.scratch)
            path = self.scratch / f"probe-{secrets.token_hex(8)}"
            try:
                path.write_bytes(b"leineweber")
                if path.read_bytes() != b"leineweber":
                    raise StorageUnavailable("Die Probe hat andere Bytes gelesen als geschrieben.")
            finally:
                path.unlink(missing_ok=True)

    def tidy(self, before: datetime) -> None:
        """Remove the temporary files of programs that were killed while they wrote."""
        if not self.scratch.is_dir():
            return
        with _told("Das Entfernen"):
            for path in self.scratch.iterdir():
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) <= before:
                    path.unlink(missing_ok=True)


class S3Backend:
    """A bucket. Keys are `[prefix/]ab/cd/<hash>`; writing is conditional where the store can do that."""

    def __init__(self, url: str) -> None:
        """Connect to `s3://[key:secret@]bucket[/prefix]?endpoint=https://…&region=…`.

        Without key and secret, the environment (AWS_ACCESS_KEY_ID …) or the machine's role gives them.

        Raises:
            MissingLibrary: the extra `city` is not installed.
            ValueError: the address names no bucket.
        """
        try:
            boto3: Any = import_module("boto3")
            botocore: Any = import_module("botocore.config")
            faults: Any = import_module("botocore.exceptions")
        except ImportError as error:
            raise MissingLibrary(
                "STORAGE_URL nennt einen S3-Speicher, aber die Bibliothek dafür fehlt: "
                'pip install "leineweber[city]"'
            ) from error
        parts = urlsplit(url)
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if not parts.hostname:
            raise ValueError("STORAGE_URL nennt keinen Bucket: s3://bucket?endpoint=…&region=…")
        self.bucket = parts.netloc.rpartition("@")[2].partition(":")[0]
        self.prefix = parts.path.strip("/")
        self._refused: Any = (faults.ClientError,)
        self._failed: Any = (faults.BotoCoreError, OSError)
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region"),
            aws_access_key_id=unquote(parts.username) if parts.username else None,
            aws_secret_access_key=unquote(parts.password) if parts.password else None,
            config=botocore.Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 3, "mode": "standard"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path"} if options.get("endpoint") else None,
            ),
        )

    def key(self, sha512: str) -> str:
        """Return the key of a hash."""
        checked(sha512)
        tail = f"{sha512[:2]}/{sha512[2:4]}/{sha512}"
        return f"{self.prefix}/{tail}" if self.prefix else tail

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except self._refused as error:
            code = self._code(error)
            if code in {
                "EntityTooLarge",
                "QuotaExceeded",
                "XMinioStorageFull",
                "InsufficientCapacity",
                "507",
            }:
                raise StorageFull(
                    f"Der Speicher ist voll; die Datei wurde nicht abgelegt ({what})."
                ) from error
            raise StorageUnavailable(f"{what} ist gescheitert: Der S3-Speicher meldet {code}.") from error
        except self._failed as error:
            raise StorageUnavailable(f"{what} ist gescheitert: Der S3-Speicher antwortet nicht.") from error

    @staticmethod
    def _code(error: Any) -> str:
        return str(error.response.get("Error", {}).get("Code", ""))

    def write(self, sha512: str, source: BinaryIO, size: int) -> bool:
        """Store with a checksum of the transfer, on condition that the key is free.

        Raises:
            StorageFull: the store says it has no room.
            StorageUnavailable: it does not answer, or refuses.
        """
        if size > SPOOL and self.exists(sha512):
            return False
        digest = hashlib.md5(usedforsecurity=False)
        source.seek(0)
        while chunk := source.read(CHUNK):
            digest.update(chunk)
        request = {
            "Bucket": self.bucket,
            "Key": self.key(sha512),
            "ContentLength": size,
            "ContentMD5": base64.b64encode(digest.digest()).decode(),
            "ContentType": "application/octet-stream",
        }
        with self._told("Das Ablegen"):
            try:
                source.seek(0)
                self.client.put_object(**request, Body=source, IfNoneMatch="*")
            except self._refused as error:
                if self._code(error) in {"PreconditionFailed", "412"}:
                    return False
                if self._code(error) not in {"NotImplemented", "501"}:
                    raise
                # A store without conditional writing: the same bytes once more change nothing.
                if self.exists(sha512):
                    return False
                source.seek(0)
                self.client.put_object(**request, Body=source)
        return True

    def open(self, sha512: str) -> BinaryIO:
        """Return the bytes in memory, or in a temporary file when they are many.

        Raises:
            BlobMissing: no such key.
        """
        with self._told("Das Lesen"):
            try:
                body = self.client.get_object(Bucket=self.bucket, Key=self.key(sha512))["Body"]
            except self._refused as error:
                if self._code(error) in {"NoSuchKey", "404"}:
                    raise BlobMissing(f"Die abgelegte Datei {sha512[:16]}… fehlt.") from error
                raise
            spool = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115  # handed to the caller
            while chunk := body.read(CHUNK):
                spool.write(chunk)
            spool.seek(0)
            return cast(BinaryIO, spool)

    def exists(self, sha512: str) -> bool:
        """Tell whether the key is there."""
        with self._told("Das Nachsehen"):
            try:
                self.client.head_object(Bucket=self.bucket, Key=self.key(sha512))
            except self._refused as error:
                if self._code(error) in {"NoSuchKey", "NotFound", "404"}:
                    return False
                raise
        return True

    def remove(self, sha512: str) -> None:
        """Remove the key."""
        with self._told("Das Entfernen"):
            self.client.delete_object(Bucket=self.bucket, Key=self.key(sha512))

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Yield hash and time of every key, page by page."""
        with self._told("Das Auflisten"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}/" if self.prefix else ""
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"].rpartition("/")[2]
                    if not name.startswith("probe-"):
                        yield name, entry["LastModified"].astimezone(UTC)

    def probe(self) -> None:
        """Write, read and remove a small key."""
        tail = f"probe-{secrets.token_hex(8)}"
        key = f"{self.prefix}/{tail}" if self.prefix else tail
        with self._told("Die Probe"):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=b"leineweber")
            data = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            self.client.delete_object(Bucket=self.bucket, Key=key)
        if data != b"leineweber":
            raise StorageUnavailable("Die Probe hat andere Bytes gelesen als geschrieben.")

    def tidy(self, before: datetime) -> None:
        """Do nothing: here a file is there whole or not at all."""


@lru_cache(maxsize=8)
def _backend(url: str, default: Path) -> Backend:
    if not url:
        return LocalBackend(default)
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return LocalBackend(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return S3Backend(url)
    raise StorageError("STORAGE_URL muss mit s3:// oder file:/// beginnen oder leer sein.")


def backend() -> Backend:
    """Return the store that STORAGE_URL names; empty is `blobs` in the data directory.

    Raises:
        StorageError: the address is of no known kind, or its library is missing.
    """
    return _backend(settings.STORAGE_URL, Path(settings.DATA_DIR) / "blobs")


def as_stream(data: bytes | BinaryIO) -> BinaryIO:
    """Return a seekable stream of the data."""
    if isinstance(data, bytes | bytearray | memoryview):
        return io.BytesIO(data)
    if data.seekable():
        return data
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115  # handed to the caller
    while chunk := data.read(CHUNK):
        spool.write(chunk)
    return cast(BinaryIO, spool)
