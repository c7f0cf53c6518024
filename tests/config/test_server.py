"""The server as a process: it starts, shares SQLite among processes, ends when told and with its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from leineweber.config.testing.installed import fetch, free_port, started

from .conftest import Program

# What the demo city holds is tested elsewhere; here its mark alone makes `start` quick.
MARK = """
from leineweber.config.operations.demo import DEMO
from leineweber.kernel.access import Actor
from leineweber.kernel.transaction import act
with act(Actor.system(), "demo.loaded", DEMO): pass
"""


@pytest.fixture
def demo(small_city: Program) -> Program:
    """A demo whose database is ready."""
    program = small_city
    program.env["LEINEWEBER_DEMO"] = "1"
    mark = program.python(MARK)
    assert mark.wait(60) == 0
    return program


def children(pid: int) -> set[int]:
    """Return the processes below one."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if parent == pid:
                found |= {int(entry.name)} | children(int(entry.name))
    return found


def gone(pids: set[int], seconds: float = 40) -> bool:
    """Wait until none of some processes is there any more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        alive = {pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists() and _command(pid)}
        if not alive:
            return True
        time.sleep(0.1)
    return False


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def serving(program: Program, *arguments: str, **extra: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the server until the block ends; give process and port."""
    port = free_port()
    process = subprocess.Popen(
        program.command(*arguments, "--port", str(port)),
        cwd=program.cwd,
        env=program.environment(**extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            assert process.poll() is None, f"ended with {process.returncode}"
            try:
                assert fetch(port, "/gesundheit") == (200, '{"status": "ok"}')
                break
            except OSError:
                assert time.monotonic() < until, "no answer"
                time.sleep(0.05)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.parametrize("arguments", [(), ("--processes", "2", "--worker", "process")])
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_and_ends_when_told(demo: Program, arguments: tuple[str, ...], end: signal.Signals) -> None:
    with serving(demo, "start", *arguments) as (process, _):
        below = children(process.pid)
        assert len(below) >= (3 if arguments else 1)
        process.send_signal(end)
        assert process.wait(30) == 0
        assert gone(below)


def test_killed_it_leaves_nobody_behind(demo: Program) -> None:
    with serving(demo, "start", "--processes", "2", "--worker", "process") as (process, port):
        below = children(process.pid)
        process.kill()
        process.wait()
        assert gone(below)
        with pytest.raises(OSError, match="refused"):
            fetch(port, "/gesundheit")


def test_a_web_process_that_dies_is_started_again(demo: Program) -> None:
    with serving(demo, "start") as (process, port):
        (web,) = children(process.pid)
        os.kill(web, signal.SIGKILL)
        until = time.monotonic() + 30
        while True:
            try:
                assert fetch(port, "/gesundheit")[0] == 200
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        assert web not in children(process.pid)


@pytest.mark.parametrize("place", ["thread", "process"])
def test_the_worker_works_where_it_is_put(demo: Program, place: str) -> None:
    with serving(demo, "start", "--worker", place):
        until = time.monotonic() + 30
        while True:
            report = json.loads(demo("doctor", "--json", expect=None).stdout)
            if report["figures"]["workers"] == 1:
                break
            assert time.monotonic() < until
    # Ended by force here: the sign of life outdates by itself, tested with the jobs.


def test_two_processes_write_to_one_sqlite_at_once(demo: Program) -> None:
    writers = [
        demo.python(
            "from uuid import uuid4\n"
            "from leineweber.kernel.access import Actor\n"
            "from leineweber.kernel.refs import Ref\n"
            "from leineweber.kernel.transaction import act\n"
            "for _ in range(100):\n"
            "    with act(Actor.system(), 'thing.made', Ref('thing', uuid4())): pass\n"
        )
        for _ in range(3)
    ]
    for writer in writers:
        _, problem = writer.communicate(timeout=120)
        assert writer.returncode == 0, problem
    assert json.loads(demo("audit", "verify", "--json").stdout)["entries"] == 301


def test_metrics_are_for_those_who_have_the_token(demo: Program) -> None:
    with serving(demo, "start", LEINEWEBER_METRICS_TOKEN="prüf-token") as (_, port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/metriken")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(request, timeout=10)


def test_answers_have_a_length_and_static_files_come_whole(demo: Program) -> None:
    with (
        serving(demo, "start") as (_, port),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/gesundheit", timeout=10) as answer,
    ):
        assert answer.headers["Content-Length"] == "16"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_web_serves_a_city_with_another_worker_beside_it(city: Program) -> None:
    with serving(city, "web", "--processes", "2") as (_, port):
        worker = subprocess.Popen(
            city.command("worker"), cwd=city.cwd, env=city.environment(), stdin=subprocess.DEVNULL
        )
        try:
            until = time.monotonic() + 30
            while json.loads(city("doctor", "--json", expect=None).stdout)["figures"]["workers"] != 1:
                assert time.monotonic() < until
            assert fetch(port, "/gesundheit")[0] == 200
            worker.terminate()
            assert worker.wait(30) == 0
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        # It has said good-bye: nobody waits a minute to see that it has gone.
        assert json.loads(city("doctor", "--json", expect=None).stdout)["figures"]["workers"] == 0


def test_the_helper_of_the_suite_notices_a_server_that_does_not_start(
    program: Program, tmp_path: Path
) -> None:
    port = free_port()
    with (
        pytest.raises(AssertionError, match="endete mit 5"),
        started(program.command("web", "--port", str(port)), tmp_path, program.environment(), port),
    ):
        pass
