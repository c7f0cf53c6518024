"""A PostgreSQL for tests: the one that is named, else a private one from the system's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

VARIABLE = "LEINEWEBER_TEST_POSTGRES"
START_SECONDS = 60


class Unavailable(RuntimeError):
    """There is no PostgreSQL and none can be had; the text says why and what to do."""


def reachable(url: str) -> str | None:
    """Return None if a server answers at the URL, else why not."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        return str(error).strip()
    return None


def _binaries() -> Path | None:
    places = [
        *sorted(
            Path("/usr/lib/postgresql").glob("*/bin"),
            key=lambda path: path.parent.name.zfill(3),
            reverse=True,
        ),
        *sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True),
        *sorted(Path("/usr/local/opt").glob("postgresql*/bin"), reverse=True),
    ]
    found = shutil.which("initdb")
    if found:
        places.append(Path(found).parent)
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None
    )


def install(package: str) -> None:
    """Install a Debian package.

    Raises:
        Unavailable: there is no apt-get, no right to use it, or it fails.
    """
    if shutil.which("apt-get") is None:
        raise Unavailable(f"Hier gibt es kein apt-get; bitte {package} von Hand einrichten.")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
        print(f"   apt-get {' '.join(arguments)} …", file=sys.stderr, flush=True)
        done = subprocess.run(
            [*prefix, "apt-get", "-q", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unavailable(
                f"apt-get {' '.join(arguments)} ist gescheitert:\n{done.stdout[-800:]}{done.stderr[-800:]}"
            )


def _owner() -> str | None:
    """Return the user that the server runs as: never root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Unavailable(
        "Als root läuft PostgreSQL nicht, und einen Benutzer postgres oder nobody gibt es nicht."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a PostgreSQL for the time of the block.

    LEINEWEBER_TEST_POSTGRES is taken if it answers. Else a server is made in a directory of its own, on
    loopback, and removed afterwards; where there are no binaries, Debian's package is installed first.

    Raises:
        Unavailable: none of this was possible.
    """
    given = os.environ.get(VARIABLE, "")
    if given:
        problem = reachable(given)
        if problem is None:
            yield given
            return
        print(
            f"   {VARIABLE} antwortet nicht ({problem}); es wird ein eigener Server gestartet.",
            file=sys.stderr,
        )
    if _binaries() is None:
        install("postgresql")
    binaries = _binaries()
    if binaries is None:
        raise Unavailable("PostgreSQL ist eingerichtet, aber initdb und postgres fehlen.")
    with tempfile.TemporaryDirectory(prefix="leineweber-pg-") as name:
        yield from _private(binaries, Path(name))


def _private(binaries: Path, home: Path) -> Iterator[str]:
    owner = _owner()
    if owner is not None:
        shutil.chown(home, owner)
    data = home / "data"
    made = subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "leineweber",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ],
        user=owner,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Unavailable(f"initdb ist gescheitert:\n{made.stderr[-1500:]}")
    port = _free_port()
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                binaries / "postgres",
                *("-D", data, "-p", str(port), "-k", home, "-h", "127.0.0.1"),
                # The machine does not lose power during a test; the program's own crashes lose nothing by this.
                *("-c", "fsync=off", "-c", "max_connections=100", "-c", "shared_buffers=256MB"),
            ],
            user=owner,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    url = f"postgres://leineweber@127.0.0.1:{port}/postgres"
    try:
        _await(url, process, home / "log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 5):
        if process.poll() is not None:
            break
        if reachable(url) is None:
            return
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    raise Unavailable(f"PostgreSQL startet nicht:\n{log.read_text(errors='replace')[-1500:]}")
