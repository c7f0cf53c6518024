"""Storage: files named by what they contain (SHA-512), on disk or in any S3-compatible store.

A stored file cannot change: its name is the hash of its bytes, and reading verifies it. A file is on the
disk before the row that names it is committed; what a rolled back transaction leaves behind is swept later.
"""

from leineweber.kernel.storage import inspect
from leineweber.kernel.storage.blobs import (
    Blob,
    BlobDamaged,
    BlobMissing,
    MissingLibrary,
    StorageError,
    StorageFull,
    StorageUnavailable,
)
from leineweber.kernel.storage.services import (
    Finding,
    blobs,
    count,
    exists,
    open,
    probe,
    put,
    put_file,
    put_many,
    read,
    sweep,
    verify,
)

__all__ = [
    "Blob",
    "BlobDamaged",
    "BlobMissing",
    "Finding",
    "MissingLibrary",
    "StorageError",
    "StorageFull",
    "StorageUnavailable",
    "blobs",
    "count",
    "exists",
    "inspect",
    "open",
    "probe",
    "put",
    "put_file",
    "put_many",
    "read",
    "sweep",
    "verify",
]
