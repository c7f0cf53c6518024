"""What a stored file is, and what can go wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HASH = re.compile(r"[0-9a-f]{128}\Z")


class StorageError(Exception):
    """Something is wrong with the store. The message is German, for the operator."""


class StorageFull(StorageError):
    """There is no room for the file; nothing was stored and nothing may be acknowledged."""


class StorageUnavailable(StorageError):
    """The store does not answer or refuses."""


class BlobMissing(StorageError):
    """No file of this hash is in the store."""


class BlobDamaged(StorageError):
    """The file's bytes are not those its name was made of."""


class MissingLibrary(StorageError):
    """The chosen store needs a library that is not installed."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: SHA-512 as 128 hexadecimal digits, size in bytes, media type (RFC 6838)."""

    sha512: str
    size: int
    media_type: str


def is_hash(name: str) -> bool:
    """Tell whether a name is written as a hash: 128 lower-case hexadecimal digits."""
    return _HASH.match(name) is not None


def checked(sha512: str) -> str:
    """Return the hash if it is written as one; a name of another form never reaches a path.

    Raises:
        ValueError: it is not 128 lower-case hexadecimal digits.
    """
    if not is_hash(sha512):
        raise ValueError("A stored file is named by 128 lower-case hexadecimal digits.")
    return sha512
