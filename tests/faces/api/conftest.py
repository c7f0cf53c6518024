"""A served program for tests over the wire: real processes, its own data, either engine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from leineweber.config.testing import postgresql

ROOT = Path(__file__).parents[3]
_OURS = ("LEINEWEBER_", "DJANGO_", "DATABASE_URL", "STORAGE_URL")
_FURNISH = """
import django; django.setup()
from pathlib import Path
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.capabilities.records import services as records
from leineweber.domains.applications.procedures import publishing, read_folder
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
program = Actor.system("Test")
load_demo_organisation()
records.put_sample_plan(program)
publishing.publish(program, read_folder(Path("procedures/wahlhelfer")))
run_until_idle()
"""


def _environment(directory: Path, database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **kept,
        "LEINEWEBER_DATA": str(directory),
        "LEINEWEBER_SECRET_KEY": "only-for-tests-of-the-interface-" + "0" * 30,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
    }


@contextmanager
def _served(directory: Path, database: str) -> Iterator[str]:
    environment = _environment(directory, database)
    command = [sys.executable, "-m", "leineweber.config.cli"]
    with (directory / "log").open("wb") as log:

        def run(*arguments: str) -> None:
            done = subprocess.run(arguments, env=environment, cwd=ROOT, stdout=log, stderr=log)
            assert done.returncode == 0, (directory / "log").read_text()

        run(*command, "migrate")
        run(sys.executable, "-c", _FURNISH)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        server = subprocess.Popen(
            [*command, "web", "--port", port, "--processes", "1", "--worker", "none"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(server, address, directory / "log")
            yield address
        finally:
            server.terminate()
            server.wait(40)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/gesundheit", timeout=5).close()
        except OSError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def serve(tmp_path: Path) -> Callable[[str], object]:
    """A context manager that serves a city with one procedure on a database and gives its address."""
    return lambda database: _served(tmp_path, database)


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    given = os.environ.get("LEINEWEBER_TEST_DATABASE_URL") or os.environ.get("LEINEWEBER_TEST_POSTGRES", "")
    if given and postgresql.reachable(given) is None:
        yield from _database(given)
    else:
        with postgresql.server() as url:
            yield from _database(url)


def _database(server: str) -> Iterator[str]:
    name = f"lw_api_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
