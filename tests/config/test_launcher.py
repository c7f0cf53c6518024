"""Which Python the launcher takes: the fastest that it finds, or the one that is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Choose = Callable[..., str]
LAUNCHER = Path(__file__).parents[2] / "leineweber"


@pytest.fixture
def choose(tmp_path: Path) -> Choose:
    """Return a function that asks the launcher for its choice among Pythons that are nothing but their speed."""
    tools = tmp_path / "tools"
    tools.mkdir()
    script = LAUNCHER.read_text()
    part = script[script.index("pace='") : script.index("make_environment() {")]
    # Only what is put into `tools` may be found, not what this machine has.
    part = part.replace("/usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3", "")

    def chosen(speeds: dict[str, int | None], named: str = "") -> str:
        for name, microseconds in speeds.items():
            file = tools / name
            file.write_text(
                "#!/bin/sh\nexit 1\n" if microseconds is None else f"#!/bin/sh\necho {microseconds}\n"
            )
            file.chmod(0o755)
        done = subprocess.run(
            ["/bin/sh", "-euc", part + "\nfind_python || echo none"],
            env={"PATH": str(tools), **({"LEINEWEBER_PYTHON": named} if named else {})},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip().rpartition("/")[2]

    return chosen


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [
        ({"python3": 115_000, "python3.13": 81_000}, "python3.13"),
        ({"python3": 85_000, "python3.13": 81_000}, "python3"),
        ({"python3": None, "python3.12": 150_000}, "python3.12"),
        ({"python3": None}, "none"),
        ({}, "none"),
    ],
    ids=["clearly faster", "hardly faster", "the first is too old", "all too old", "none there"],
)
def test_the_clearly_fastest_python_is_taken(
    choose: Choose, speeds: dict[str, int | None], expected: str
) -> None:
    assert choose(speeds) == expected


def test_a_python_that_is_named_is_taken_without_looking_at_others(choose: Choose, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\necho 900000\n")
    slow.chmod(0o755)
    assert choose({"python3": 80_000}, named=str(slow)) == "slow"


def test_the_work_that_is_measured_runs_and_prints_its_time() -> None:
    script = LAUNCHER.read_text()
    work = script[script.index("pace='") + 6 :].partition("\n'\n")[0]
    done = subprocess.run(
        [sys.executable, "-c", work], check=True, capture_output=True, text=True, env=dict(os.environ)
    )
    assert 1_000 < int(done.stdout) < 60_000_000
