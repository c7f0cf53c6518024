"""The same promises on an S3-compatible store: moto's server as a real process over HTTP."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
import time_machine

from leineweber.kernel import clock, storage
from leineweber.kernel.storage import backends

pytestmark = pytest.mark.django_db

boto3 = pytest.importorskip("boto3")


@pytest.fixture(scope="module")
def server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as knock:
                knock.settimeout(0.2)
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
        client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="eu-central-1",
            aws_access_key_id="k",
            aws_secret_access_key="s",
        )
        client.create_bucket(Bucket="akten", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield address, client
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def bucket(server, settings, request):
    address, client = server
    backends._backend.cache_clear()
    prefix = request.node.name
    settings.STORAGE_URL = f"s3://k:s@akten/{prefix}?endpoint={address}&region=eu-central-1"
    return client, prefix


def key_of(prefix, sha512):
    return f"{prefix}/{sha512[:2]}/{sha512[2:4]}/{sha512}"


def test_put_read_exists(bucket):
    client, prefix = bucket
    blob = storage.put(b"Bescheid", "application/pdf")
    assert client.get_object(Bucket="akten", Key=key_of(prefix, blob.sha512))["Body"].read() == b"Bescheid"
    assert storage.read(blob.sha512) == b"Bescheid"
    assert storage.exists(blob.sha512)
    assert not storage.exists("0" * 128)
    with pytest.raises(storage.BlobMissing):
        storage.read("0" * 128)


def test_a_large_file(bucket):
    data = os.urandom(9 << 20)
    blob = storage.put(io.BytesIO(data), "application/pdf")
    assert storage.put(io.BytesIO(data), "application/pdf") == blob
    with storage.open(blob.sha512) as stream:
        assert stream.read() == data


def test_never_rewritten(bucket):
    client, prefix = bucket
    blob = storage.put(b"Inhalt", "text/plain")
    client.put_object(Bucket="akten", Key=key_of(prefix, blob.sha512), Body=b"Falsch")
    storage.put(b"Inhalt", "text/plain")
    assert client.get_object(Bucket="akten", Key=key_of(prefix, blob.sha512))["Body"].read() == b"Falsch"
    with pytest.raises(storage.BlobDamaged):
        storage.read(blob.sha512)
    assert [finding.sha512 for finding in storage.verify()] == [blob.sha512]


def test_verify_finds_what_is_missing(bucket):
    client, prefix = bucket
    blob = storage.put(b"weg", "text/plain")
    client.delete_object(Bucket="akten", Key=key_of(prefix, blob.sha512))
    assert ["fehlt" in finding.message for finding in storage.verify()] == [True]


def test_sweep(bucket):
    kept = storage.put(b"gebraucht", "text/plain")
    orphan = storage.put_file(io.BytesIO(b"verwaist"), "text/plain")
    storage.probe()
    start = clock.now()
    # The client signs with the clock, and the server does not mind; only our own age of files counts.
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        assert storage.sweep() == 0
    with time_machine.travel(start + timedelta(hours=50), tick=False):
        assert storage.sweep() == 1
    assert storage.exists(kept.sha512)
    assert not storage.exists(orphan.sha512)


def test_a_store_without_the_bucket(server, settings):
    settings.STORAGE_URL = f"s3://k:s@nirgends?endpoint={server[0]}&region=eu-central-1"
    with pytest.raises(storage.StorageUnavailable, match="NoSuchBucket"):
        storage.put(b"x", "text/plain")
    assert storage.count() == 0


def test_a_store_that_does_not_answer(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.STORAGE_URL = f"s3://k:s@akten?endpoint=http://127.0.0.1:{port}&region=eu-central-1"
    with pytest.raises(storage.StorageUnavailable, match="antwortet nicht"):
        storage.exists("0" * 128)


class PlainStore(BaseHTTPRequestHandler):
    """An S3-compatible store that knows no conditional writing, and one whose quota is used up."""

    kept: ClassVar[dict[str, bytes]] = {}
    full: ClassVar[bool] = False

    def _answer(self, status: int, code: str = "") -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode() if code and self.command != "HEAD" else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.full:
            self._answer(403, "QuotaExceeded")
        elif "If-None-Match" in self.headers:
            self._answer(501, "NotImplemented")
        else:
            self.kept[self.path] = data
            self._answer(200)

    def do_HEAD(self):
        self._answer(200 if self.path in self.kept else 404)

    def log_message(self, *_):
        pass


@pytest.fixture
def plain_store(settings):
    PlainStore.kept, PlainStore.full = {}, False
    server = ThreadingHTTPServer(("127.0.0.1", 0), PlainStore)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    backends._backend.cache_clear()
    settings.STORAGE_URL = f"s3://k:s@akten?endpoint=http://127.0.0.1:{server.server_port}&region=r"
    yield PlainStore
    server.shutdown()
    server.server_close()


def test_a_store_without_conditional_writing(plain_store):
    storage.put(b"Inhalt", "text/plain")
    assert list(plain_store.kept.values()) == [b"Inhalt"]
    (key,) = plain_store.kept
    plain_store.kept[key] = b"von anderen"
    storage.put(b"Inhalt", "text/plain")
    assert plain_store.kept[key] == b"von anderen"


def test_a_store_without_room(plain_store):
    plain_store.full = True
    with pytest.raises(storage.StorageFull):
        storage.put(b"Inhalt", "text/plain")
    assert storage.count() == 0


def test_the_missing_extra_is_named(settings):
    script = (
        "import sys; sys.modules['boto3'] = None\n"
        "from django.conf import settings\n"
        "settings.configure(STORAGE_URL='s3://b?endpoint=http://x', DATA_DIR='/nirgends')\n"
        "from leineweber.kernel import storage\n"
        "try:\n storage.exists('0' * 128)\nexcept storage.MissingLibrary as error:\n print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "leineweber[city]" in result.stdout


def test_an_address_without_bucket(settings):
    settings.STORAGE_URL = "s3://"
    with pytest.raises(ValueError, match="Bucket"):
        storage.exists("0" * 128)
