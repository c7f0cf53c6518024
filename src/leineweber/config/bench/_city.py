"""What benches and crash tests share: a city of its own with server and mail sink, and people who apply."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from leineweber.config.language import say

SEED = 20261123
START_SECONDS = 120
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_STATE = re.compile(rb'name="stand" value="(\d+)"')
_REFERENCE = re.compile(rb"WH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


def add_number(parser: argparse.ArgumentParser, name: str, default: int, german: str, english: str) -> None:
    """Add an option that takes a number."""
    parser.add_argument(
        name,
        type=int,
        default=default,
        metavar="N",
        help=say(f"{german} ({default})", f"{english} ({default})"),
    )


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add `--database`: a bench makes a database of its own and never touches that of DATABASE_URL."""
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help=say(
            "PostgreSQL, auf dem eine eigene Datenbank entsteht; sonst SQLite",
            "PostgreSQL on which a database of its own is made; else SQLite",
        ),
    )


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_database(url: str) -> Iterator[str]:
    """Give a PostgreSQL database of its own on the server of `url`, and drop it at the end; "" stays "" (SQLite)."""
    if not url.startswith("postgres"):
        yield url
        return
    import psycopg

    parts = urlsplit(url)
    name = f"leineweber_bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _wait_until_free(port: int) -> None:
    """Wait until the last of the killed processes has let go of the port."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.02)
            else:
                return


@dataclass(slots=True)
class City:
    """A running city: where it listens, where its files are, and the process that looks after it."""

    port: int
    data: Path
    database: str
    mail_port: int
    processes: int
    worker: str
    server: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """Return the environment in which its commands run."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LEINEWEBER_", "DJANGO_"))
        }
        environment |= {
            "LEINEWEBER_DATA": str(self.data),
            "DATABASE_URL": self.database,
            "LEINEWEBER_DEMO": "1",
            "LEINEWEBER_DEMO_CASES": "0",
            "LEINEWEBER_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "LEINEWEBER_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
        }
        return environment

    def command(self, *words: str) -> list[str]:
        """Return a command line of the program in this city."""
        return [sys.executable, "-m", "leineweber.config.cli", *words, "--data", str(self.data)]

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it does not answer in time.
        """
        log = (self.data / "server.log").open("ab")
        self.server = subprocess.Popen(
            self.command(
                "start",
                "--port",
                str(self.port),
                "--processes",
                str(self.processes),
                "--worker",
                self.worker,
            ),
            env=self.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.server.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.data / "server.log").read_text(errors="replace")[-3000:])

    def kill(self) -> None:
        """Kill every process of the server at once, as a power cut would."""
        if self.server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, 9)
            self.server.wait()
            self.server = None
            _wait_until_free(self.port)

    def stop(self) -> None:
        """End the server in good order."""
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
            self.server = None

    def ask(self, code: str) -> object:
        """Run a few lines of Python inside the program and return the JSON they print."""
        done = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + code],
            env=self.environment() | {"DJANGO_SETTINGS_MODULE": "leineweber.config.settings"},
            check=True,
            capture_output=True,
        )
        return json.loads(done.stdout)


@contextlib.contextmanager
def city(database: str = "", *, processes: int = 1, worker: str = "thread") -> Iterator[City]:
    """Make a city in a directory of its own, with a mail sink; nothing of it is left afterwards."""
    data = Path(tempfile.mkdtemp(prefix="leineweber-bench-"))
    mail_port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "-m", "leineweber.config.bench._sink", str(mail_port), str(data / "mails")]
    )
    with own_database(database) as url:
        made = City(free_port(), data, url, mail_port, processes, worker)
        try:
            yield made
        finally:
            made.stop()
            sink.terminate()
            sink.wait()
            shutil.rmtree(data, ignore_errors=True)


class Refused(RuntimeError):
    """The server answered otherwise than a person would expect."""


def _answer(connection: socket.socket) -> tuple[int, list[tuple[str, str]], bytes]:
    """Read an answer of HTTP/1.1 that gives its length: status, headers (names in lower case) and body.

    As lean as can be: on the machine that is measured the client's work is work that the server cannot do.

    Raises:
        ConnectionError: the connection ended, or the answer is of another kind.
    """
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _more(connection)
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
    length = next((int(value) for name, value in headers if name == "content-length"), None)
    if length is None:
        raise ConnectionError(f"an answer without its length: {first}")
    while len(data) < end + 4 + length:
        data += _more(connection)
    return int(first.split(" ", 2)[1]), headers, bytes(data[end + 4 :])


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(1 << 17)
    if not part:
        raise ConnectionError("the server has gone")
    return part


@dataclass(slots=True)
class Person:
    """Somebody who applies: a browser's connection with cookies, and answers drawn from a seed."""

    port: int
    random: random.Random
    pages: dict[str, dict[str, list[str]]]
    cookies: dict[str, str] = field(default_factory=dict)
    connection: socket.socket | None = None

    def fetch(
        self, method: str, path: str, form: list[tuple[str, str]] | None = None
    ) -> tuple[int, str, bytes]:
        """Send a request; return status, place of redirection and body."""
        body = urlencode(form or []).encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
            status, headers, content = _answer(self.connection)
        except OSError:
            self.leave()
            raise
        place = ""
        for name, value in headers:
            if name == "set-cookie":
                cookie, _, content_of = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content_of
            elif name == "location":
                place = value
            elif name == "connection" and value == "close":
                self.leave()
        return status, place, content

    def leave(self) -> None:
        """Close the connection; the next request opens another."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def read(self, path: str) -> bytes:
        """Open a page.

        Raises:
            Refused: it cannot be opened.
        """
        status, _, content = self.fetch("GET", path)
        if status != 200:
            raise Refused(f"GET {path}: {status}")
        return content

    def send(self, path: str, page: bytes, values: list[tuple[str, str]]) -> str:
        """Post the form of a page; return where it leads.

        Raises:
            Refused: it is not accepted.
        """
        token = _TOKEN.search(page)
        state = _STATE.search(page)
        if token is None:
            raise Refused(f"{path}: the page has no form")
        form = [("csrfmiddlewaretoken", token[1].decode()), *values]
        if state is not None:
            form.append(("stand", state[1].decode()))
        status, place, _ = self.fetch("POST", path, form)
        if status != 302:
            raise Refused(f"POST {path}: {status}")
        return place

    def apply(self) -> str:
        """Walk the whole way of an application; return the reference number that was handed out."""
        self.cookies.clear()
        service = "/leistungen/wahlhelfer/"
        path = self.send("/antrag/wahlhelfer/", self.read(service), [])
        for key, values in self.pages.items():
            if not path.endswith(f"/{key}/"):
                raise Refused(f"expected {key}, got {path}")
            posted = [(name, value) for name, several in values.items() for value in several]
            path = self.send(path, self.read(path), self.varied(posted))
        path = self.send(path, self.read(path), [])
        reference = _REFERENCE.search(self.read(path))
        if reference is None:
            raise Refused(f"{path}: no reference number")
        receipt = self.read(path.partition("?")[0] + "eingangsbestaetigung.pdf")
        if not receipt.startswith(b"%PDF"):
            raise Refused("the receipt is no PDF")
        return reference[0].decode()

    def varied(self, values: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Give the person a name of their own, so that no two applications are alike."""
        syllables = ("lin", "wo", "ber", "gar", "tuch", "na", "spin", "del", "hei", "ra")
        name = "".join(self.random.choice(syllables) for _ in range(4)).capitalize()
        return [(key, name if key == "person.familienname" else value) for key, value in values]


ANSWERS = {
    "person": {
        "vorname": "Lina",
        "familienname": "Leinweberin",
        "geburtsdatum": "1990-05-17",
        "staatsangehoerigkeit": "deutsch",
        "strasse": "Niederwall",
        "hausnummer": "23",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "erreichbarkeit": {"email": "lina@example.org", "telefon": "", "kontaktweg": "postfach"},
    "verfuegbarkeit": {
        "wahlen": ["landtagswahl"],
        "einsatzzeit": "ganztags",
        "wunschbezirk": "mitte",
        "wohnortnah": True,
    },
    "erfahrung": {"vorhanden": "nein", "wunschfunktion": "beisitz", "oeffentlicher_dienst": False},
    "bank": {
        "auszahlung": "ueberweisung",
        "kontoinhaber": "Lina Leinweberin",
        "iban": "DE89370400440532013000",
    },
    "einwilligung": {"wahlberechtigt": True, "datenschutz": True, "kuenftige_wahlen": False},
}
"""A set of answers that the form for election helpers accepts."""


def posted_pages() -> dict[str, dict[str, list[str]]]:
    """Return the answers page by page as a browser sends them (needs Django set up)."""
    from leineweber.capabilities import forms
    from leineweber.config.procedures import shipped
    from leineweber.domains.applications.procedures import read_folder
    from leineweber.domains.applications.procedures.reading import build

    folder = next(path for path in shipped() if path.name == "wahlhelfer")
    schema = build(read_folder(folder)).schema
    return {page.key: forms.to_posted(schema, page.key, ANSWERS) for page in schema.pages(ANSWERS)}


WHOLE = """
import json
from leineweber.domains.applications.models import Case
from leineweber.capabilities.processes.models import Task
from leineweber.capabilities.records.models import Document
tasks = set(Task.objects.values_list("subject", flat=True))
filed = set(Document.objects.values_list("subfile_id", flat=True))
print(json.dumps(sorted(
    case.reference for case in Case.objects.exclude(subfile_id=None)
    if f"case:{case.id}" in tasks and case.subfile_id in filed
)))
"""
"""Prints the references of the cases that are whole: with file, document and task."""

NOT_ONCE = """
import json
from collections import Counter
from leineweber.domains.applications.models import Case
from leineweber.capabilities.messages.models import Email, PostboxEntry
from leineweber.capabilities.processes.models import Task
from leineweber.capabilities.records.models import Document
by_case = [
    Counter(Email.objects.values_list("case", flat=True)),
    Counter(PostboxEntry.objects.values_list("case", flat=True)),
    Counter(Task.objects.values_list("subject", flat=True)),
]
documents = Counter(Document.objects.values_list("subfile_id", flat=True))
print(json.dumps([
    case.reference for case in Case.objects.all()
    if [*(counts[f"case:{case.id}"] for counts in by_case), documents[case.subfile_id]] != [1, 1, 1, 1]
]))
"""
"""Prints the references of the cases just submitted that have not exactly one e-mail, message, task and document."""

SENT = """
import json
from leineweber.capabilities.messages.models import Email
print(json.dumps(list(Email.objects.filter(status="sent").values_list("message_id", flat=True))))
"""
"""Prints the Message-IDs of the e-mails that count as sent."""

OWED = """
import json
from django.db import connection, transaction
from leineweber.kernel.events.queries import failed as undelivered, waiting_count
from leineweber.kernel.jobs.queries import failed, unfinished_count
from leineweber.capabilities.messages.queries import waiting_emails as mails
with transaction.atomic():
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    owed = [waiting_count(), unfinished_count(), failed().count() + undelivered().count(), mails()]
print(json.dumps(owed))
"""
"""Prints what is still owed at one moment: deliveries, jobs that wait or run, what was given up of both, mails."""
