"""schemathesis against the served program: everything it knows to check, on both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _run(address: str, directory: Path, examples: int) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{address}/api/v1/openapi.json", "--checks", "all", "--mode", "all"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(examples)),
            *("--seed", "20261123", "--generation-deterministic"),
            *("--continue-on-failure", "--no-color", "--max-response-time", "5"),
        ],
        cwd=directory,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "checks_of_ours", "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    report = done.stdout + done.stderr
    print(report)
    assert done.returncode == 0, report
    return report


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 40), ("postgresql", 15)])
def test_schemathesis_finds_nothing(engine, examples, serve, tmp_path, request):
    database = "" if engine == "sqlite" else request.getfixturevalue("postgres_database")
    with serve(database) as address:
        report = _run(address, tmp_path, examples)
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert phase in report
