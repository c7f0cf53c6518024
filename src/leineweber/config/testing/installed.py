"""The program as others get it: the wheel in an environment elsewhere, and the launcher of a checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leineweber.config.testing.suite import Run

START_SECONDS = 240
SECOND_START_SECONDS = 3.0


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], cwd: Path, env: Mapping[str, str], port: int) -> Iterator[float]:
    """Run a server for the time of the block; give the seconds until it answered.

    Raises:
        AssertionError: it ended, did not answer in START_SECONDS, or did not stop when asked.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )

        def said() -> str:
            log.seek(0)
            return log.read().decode(errors="replace")[-3000:]

        try:
            while not _answers(port):
                assert process.poll() is None, f"Der Server endete mit {process.returncode}:\n{said()}"
                assert time.monotonic() - began < START_SECONDS, f"Der Server antwortet nicht:\n{said()}"
                time.sleep(0.05)
            yield time.monotonic() - began
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"Der Server hört nicht auf SIGTERM:\n{said()}") from None
        assert process.returncode == 0, f"Nach SIGTERM endete der Server mit {process.returncode}:\n{said()}"


def _answers(port: int) -> bool:
    try:
        return bool(fetch(port, "/gesundheit")[0] == 200)
    except OSError:
        return False


def fetch(port: int, path: str) -> tuple[int, str]:
    """Return status and text of a page of a server on this machine.

    Raises:
        OSError: no answer, or a status of 400 and above.
    """
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return int(answer.status), answer.read().decode(errors="replace")


def _uv() -> str:
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found is not None, "uv fehlt; ./leineweber richtet es ein."
    return found


def check_installed(run: Run) -> None:
    """Build the wheel, install it with the locked libraries elsewhere, and use the program there.

    Raises:
        AssertionError: it does not do there what it does here.
    """
    uv = _uv()
    with tempfile.TemporaryDirectory(prefix="leineweber-wheel-") as name:
        home = Path(name)
        run.call(uv, "build", "--quiet", "--wheel", "--out-dir", home / "dist")
        (wheel,) = (home / "dist").glob("*.whl")
        requirements = home / "requirements.txt"
        run.call(
            *(uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes"),
            *("--output-file", requirements),
        )
        run.call(uv, "venv", "--quiet", "--python", sys.executable, home / "venv")
        python = home / "venv" / "bin" / "python"
        run.call(uv, "pip", "install", "--quiet", "--python", python, "-r", requirements, wheel)
        program = str(home / "venv" / "bin" / "leineweber")
        elsewhere = home / "elsewhere"
        elsewhere.mkdir()
        environment = {key: value for key, value in run.environment.items() if key != "LEINEWEBER_ROOT"}
        _use(program, elsewhere, environment)


def _use(program: str, cwd: Path, environment: Mapping[str, str]) -> None:
    def call(*arguments: str, expect: int = 0, **extra: str) -> str:
        done = subprocess.run(
            [program, *arguments],
            cwd=cwd,
            env={**environment, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, (
            f"leineweber {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    assert "BEFEHL" in call("--help", LC_ALL="de_DE.UTF-8")
    assert "COMMAND" in call("--help", LC_ALL="en_GB.UTF-8")
    assert re.match(r"leineweber \d+\.", call("--version"))
    port = free_port()
    with started([program, "start", "--port", str(port)], cwd, environment, port):
        status, text = fetch(port, "/")
        assert status == 200
        assert "<html" in text
    report = json.loads(call("doctor", "--json"))
    states = {check["key"]: check["state"] for check in report["checks"]}
    assert states["database"] == "ok", report
    assert states["storage"] == "ok", report
    assert json.loads(call("audit", "verify", "--json"))["sound"]
    call("web", expect=3)


def check_launcher(run: Run) -> None:
    """Start the demo by the launcher twice: the second start answers within SECOND_START_SECONDS.

    Raises:
        AssertionError: it takes longer or does not work.
    """
    with tempfile.TemporaryDirectory(prefix="leineweber-start-") as name:
        taken: list[float] = []
        for _ in range(2):
            port = free_port()
            command = [str(run.root / "leineweber"), "start", "--port", str(port), "--data", name]
            with started(command, Path(name), run.environment, port) as seconds:
                taken.append(seconds)
    seconds = taken[1]
    print(f"   zweiter Start nach {seconds:.2f} s", file=sys.stderr)
    assert seconds < SECOND_START_SECONDS, f"Der zweite Start dauerte {seconds:.2f} s."
