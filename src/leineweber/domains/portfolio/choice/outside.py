"""Starting the solver outside of this process, waiting for it, and ending it when it is no longer wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

PACKAGE_PARENT = Path(__file__).resolve().parents[4]
LOOK_SECONDS = 0.5
NICENESS = 10


class Cancelled(Exception):
    """The answer is no longer wanted."""


class SolverEnded(Exception):
    """The solver's process ended without an answer: killed, out of memory, or by an error of its own."""


def ask(question: Mapping[str, Any], *, patience: float, unwanted: Callable[[], bool]) -> dict[str, Any]:
    """Return the solver's answer to a question; see `child.answer`.

    Its process is nice to others and is ended after `patience` seconds, or when `unwanted` says so, which is asked
    twice a second.

    Raises:
        Cancelled: `unwanted` said yes.
        SolverEnded: the process ended without an answer, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="leineweber-choice-") as folder:
        place = Path(folder)
        (place / "question").write_text(json.dumps(question), encoding="utf-8")
        with (place / "question").open("rb") as asked, (place / "said").open("wb") as said:
            process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-m", "leineweber.domains.portfolio.choice.child", str(place / "answer")],
                stdin=asked,
                stdout=said,
                stderr=said,
                env={**os.environ, "PYTHONPATH": str(PACKAGE_PARENT)},
                cwd=folder,
            )
            with suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            try:
                _wait(process, patience, unwanted)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.returncode != 0 or not (place / "answer").is_file():
            last = (place / "said").read_text(errors="replace")[-2000:]
            raise SolverEnded(f"Exit {process.returncode}: {last}")
        found = json.loads((place / "answer").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found


def _wait(process: subprocess.Popen[bytes], patience: float, unwanted: Callable[[], bool]) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
        if unwanted():
            raise Cancelled
        if time.monotonic() > end:
            raise SolverEnded("The time was over.")
