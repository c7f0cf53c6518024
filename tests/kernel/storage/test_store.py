"""Storing on disk: durable, never rewritten, verified, honest when there is no room."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leineweber.kernel import clock, storage
from leineweber.kernel.storage import backends
from leineweber.kernel.storage.models import StoredBlob, SweepCandidate

pytestmark = pytest.mark.django_db


def path_of(root, sha512):
    return root / sha512[:2] / sha512[2:4] / sha512


def test_a_file_is_named_by_its_content(own_store):
    blob = storage.put(b"Bescheid", "application/pdf")
    assert blob.sha512 == hashlib.sha512(b"Bescheid").hexdigest()
    assert (blob.size, blob.media_type) == (8, "application/pdf")
    path = path_of(own_store, blob.sha512)
    assert path.read_bytes() == b"Bescheid"
    assert path.stat().st_mode & 0o777 == 0o440
    assert storage.read(blob.sha512) == b"Bescheid"
    assert storage.exists(blob.sha512)
    assert storage.count() == 1
    assert storage.blobs([blob.sha512, "0" * 128]) == {blob.sha512: blob}
    assert not list((own_store / "tmp").iterdir())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=3000))
def test_what_was_put_is_read(data):
    assert storage.read(storage.put(data, "application/octet-stream").sha512) == data


def test_streams_seekable_or_not():
    class Pipe(io.RawIOBase):
        def __init__(self, data):
            self.rest = data

        def readable(self):
            return True

        def readinto(self, buffer):
            count = min(len(buffer), len(self.rest))
            buffer[:count], self.rest = self.rest[:count], self.rest[count:]
            return count

    data = os.urandom(3_000_000)
    first = storage.put(io.BytesIO(data), "application/pdf")
    second = storage.put(Pipe(data), "application/pdf")
    assert first == second
    with storage.open(first.sha512) as stream:
        assert stream.read() == data


def test_the_same_content_is_stored_once_and_never_rewritten(own_store, django_assert_num_queries):
    first = storage.put(b"Inhalt", "text/plain")
    before = path_of(own_store, first.sha512).stat()
    storage.put(b"Inhalt", "text/plain")
    after = path_of(own_store, first.sha512).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert storage.count() == 1
    with django_assert_num_queries(1):
        storage.put(b"Anderer Inhalt", "text/plain")
    with django_assert_num_queries(1):
        blobs = storage.put_many([(b"a", "text/plain"), (b"b", "text/plain"), (b"c", "text/plain")])
    assert len({blob.sha512 for blob in blobs}) == 3


def test_the_row_belongs_to_the_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        blob = storage.put(b"verloren", "text/plain")
        raise RuntimeError
    assert storage.count() == 0
    assert storage.exists(blob.sha512)


def test_a_changed_file_is_refused(own_store):
    blob = storage.put(b"Bescheid", "application/pdf")
    path = path_of(own_store, blob.sha512)
    path.chmod(0o640)
    path.write_bytes(b"Gefaelsc")
    with pytest.raises(storage.BlobDamaged):
        storage.read(blob.sha512)
    assert [finding.sha512 for finding in storage.verify()] == [blob.sha512]
    path.write_bytes(b"anders lang")
    with pytest.raises(storage.BlobDamaged):
        storage.put(b"Bescheid", "application/pdf")


def test_large_files_are_verified_in_the_share_set(own_store, settings):
    blob = storage.put(b"x" * (storage.services.SMALL + 1), "text/plain")
    path = path_of(own_store, blob.sha512)
    path.chmod(0o640)
    path.write_bytes(b"y" * (storage.services.SMALL + 1))
    settings.STORAGE_VERIFY_SHARE = 0
    assert storage.read(blob.sha512)[:1] == b"y"
    settings.STORAGE_VERIFY_SHARE = 1
    with pytest.raises(storage.BlobDamaged):
        storage.read(blob.sha512)


def test_a_missing_file_is_found(own_store):
    kept, lost = storage.put(b"da", "text/plain"), storage.put(b"weg", "text/plain")
    path_of(own_store, lost.sha512).unlink()
    with pytest.raises(storage.BlobMissing):
        storage.read(lost.sha512)
    findings = list(storage.verify())
    assert [finding.sha512 for finding in findings] == [lost.sha512]
    assert "fehlt" in findings[0].message
    assert storage.exists(kept.sha512)
    assert len(list(storage.verify(limit=1))) <= 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 128, "0" * 127, "0" * 129, "0" * 128 + "\n"])
def test_nothing_but_a_hash_reaches_a_path(name):
    for ask in (storage.open, storage.read, storage.exists):
        with pytest.raises(ValueError, match="hexadecimal"):
            ask(name)


def test_probe(own_store):
    storage.probe()
    assert not list((own_store / "tmp").iterdir())


def test_put_file_writes_no_row():
    blob = storage.put_file(io.BytesIO(b"aus der Sicherung"), "")
    assert storage.exists(blob.sha512)
    assert storage.count() == 0


def test_sweep_takes_orphans_only_and_only_after_its_grace(own_store):
    kept = storage.put(b"gebraucht", "text/plain")
    orphan = storage.put_file(io.BytesIO(b"verwaist"), "text/plain")
    start = clock.now()
    assert storage.sweep() == 0
    assert not SweepCandidate.objects.exists()
    with time_machine.travel(start + timedelta(hours=25)):
        assert storage.sweep() == 0
        assert SweepCandidate.objects.get().sha512 == orphan.sha512
        assert storage.sweep() == 0
    with time_machine.travel(start + timedelta(hours=50)):
        assert storage.sweep() == 1
    assert not storage.exists(orphan.sha512)
    assert storage.exists(kept.sha512)
    assert not SweepCandidate.objects.exists()


KILLED = """
    import io, os, signal, sys
    import django
    from django.conf import settings
    settings.configure(STORAGE_URL="", DATA_DIR=sys.argv[1], USE_TZ=True)
    from leineweber.kernel import storage
    class Source(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 3 << 20 and len(os.listdir(sys.argv[1] + "/blobs/tmp")):
                os.kill(os.getpid(), signal.SIGKILL)
            return super().read(size)
    os.makedirs(sys.argv[1] + "/blobs/tmp")
    storage.put_file(Source(bytes(5 << 20)), "text/plain")
"""


def test_what_a_killed_program_left_half_written_goes(own_store):
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(own_store.parent)], check=False
    )
    assert killed.returncode == -9
    scratch = own_store / "tmp"
    assert len(list(scratch.iterdir())) == 1
    storage.sweep()
    assert len(list(scratch.iterdir())) == 1, "it could still be being written"
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        storage.sweep()
    assert not list(scratch.iterdir())


def test_files_of_others_are_left_alone_and_stop_no_sweep(own_store):
    orphan = storage.put_file(io.BytesIO(b"verwaist"), "text/plain")
    stranger = path_of(own_store, orphan.sha512).parent / ".nfs0001"
    stranger.write_bytes(b"?")
    start = clock.now()
    for hours in (25, 50):
        with time_machine.travel(start + timedelta(hours=hours)):
            storage.sweep()
    assert stranger.exists() and not storage.exists(orphan.sha512)


def test_what_is_stored_again_is_withdrawn_from_the_sweep():
    storage.put_file(io.BytesIO(b"doch gebraucht"), "text/plain")
    start = clock.now()
    with time_machine.travel(start + timedelta(hours=25)):
        storage.sweep()
        blob = storage.put(b"doch gebraucht", "text/plain")
    with time_machine.travel(start + timedelta(hours=50)):
        assert storage.sweep() == 0
    assert storage.read(blob.sha512) == b"doch gebraucht"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "postgresql" not in os.environ.get("DATABASE_URL", "")
    and "postgres" not in os.environ.get("DATABASE_URL", ""),
    reason="SQLite has one writer at a time; the race is PostgreSQL's",
)
def test_a_put_during_the_sweep_waits_and_writes_anew():
    """The sweep holds the candidate's row while it removes; a put of the same content comes after and stays."""
    orphan = storage.put_file(io.BytesIO(b"umstritten"), "text/plain")
    SweepCandidate.objects.create(sha512=orphan.sha512, found=clock.now() - timedelta(days=2))
    removing, go_on = threading.Event(), threading.Event()
    original = backends.LocalBackend.remove

    def slow_remove(self, sha512):
        removing.set()
        assert go_on.wait(10)
        original(self, sha512)

    backends.LocalBackend.remove = slow_remove
    errors: list[BaseException] = []

    def guarded(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    try:
        sweeper = threading.Thread(target=guarded, args=(storage.sweep,))
        sweeper.start()
        assert removing.wait(10)
        putter = threading.Thread(target=guarded, args=(lambda: storage.put(b"umstritten", "text/plain"),))
        putter.start()
        putter.join(0.3)
        assert putter.is_alive(), "the put must wait for the sweep's lock"
        go_on.set()
        sweeper.join(10)
        putter.join(10)
    finally:
        backends.LocalBackend.remove = original
    assert not errors
    assert storage.read(orphan.sha512) == b"umstritten"
    assert StoredBlob.objects.filter(sha512=orphan.sha512).exists()


LIMITED = """
    import io, resource, sys
    import django
    from django.conf import settings
    settings.configure(STORAGE_URL="", DATA_DIR=sys.argv[1], USE_TZ=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    from leineweber.kernel import storage
    storage.put_file(io.BytesIO(b"k" * 50_000), "text/plain")
    try:
        storage.put_file(io.BytesIO(b"g" * 200_000), "text/plain")
    except storage.StorageFull as error:
        print("voll:", error)
"""


def test_no_room_is_said_before_anything_is_acknowledged(tmp_path):
    """A real limit of the operating system on file size (RLIMIT_FSIZE) stops the write midway."""
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path / "data")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith("voll: Der Speicher ist voll")
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in files] == [50_000]


def _small_disk(path):
    path.mkdir()
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(path)], capture_output=True, check=False
    )


@pytest.mark.skipif(
    os.geteuid() != 0, reason="mounting a small disk needs root; RLIMIT_FSIZE is tested without"
)
def test_a_full_disk(tmp_path, settings):
    disk = tmp_path / "disk"
    if _small_disk(disk).returncode:
        pytest.skip("this machine allows no mount")
    try:
        settings.STORAGE_URL = f"file://{disk}/blobs"
        storage.put(b"k" * 50_000, "text/plain")
        with pytest.raises(storage.StorageFull), transaction.atomic():
            storage.put(os.urandom(400_000), "text/plain")
        assert storage.count() == 1
        assert not list((disk / "blobs" / "tmp").iterdir())
        storage.put(b"s" * 50_000, "text/plain")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_store_that_cannot_be_written(tmp_path, settings):
    (tmp_path / "blockade").write_text("keine Ablage")
    settings.STORAGE_URL = f"file://{tmp_path}/blockade"
    with pytest.raises(storage.StorageUnavailable):
        storage.put(b"x", "text/plain")
    with pytest.raises(storage.StorageUnavailable):
        storage.probe()


def test_an_unknown_kind_of_store(settings):
    settings.STORAGE_URL = "ftp://server/"
    with pytest.raises(storage.StorageError, match="s3://"):
        storage.put(b"x", "text/plain")


def test_the_nightly_sweep_is_on_the_schedule():
    from leineweber.kernel.jobs import schedules

    (entry,) = [entry for entry in schedules() if entry.name == "storage.sweep"]
    orphan = storage.put_file(io.BytesIO(b"verwaist"), "text/plain")
    SweepCandidate.objects.create(sha512=orphan.sha512, found=clock.now() - timedelta(days=2))
    entry.run()
    assert not storage.exists(orphan.sha512)
