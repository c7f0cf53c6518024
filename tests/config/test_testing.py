"""The tools of the suite and of the launcher, by themselves."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from leineweber.config.operations import fetch_pip
from leineweber.config.testing import licences, postgresql, suite


def a_wheel(says: str) -> bytes:
    """A stand-in for pip's wheel: a zip whose `pip` is a program."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("pip/__main__.py", f"import sys; print({says!r}, *sys.argv[1:])")
    return data.getvalue()


@contextmanager
def index(wheel: bytes, digest: str | None = None) -> Iterator[str]:
    """A package index on this machine, with one wheel in three versions, one of them withdrawn."""
    name = "pip-26.1-py3-none-any.whl"
    page = {
        "files": [
            {"filename": "pip-9.0-py3-none-any.whl", "url": "/files/old", "hashes": {"sha256": "0"}},
            {
                "filename": name,
                "url": "/files/" + name,
                "hashes": {"sha256": digest or hashlib.sha256(wheel).hexdigest()},
            },
            {
                "filename": "pip-99.0-py3-none-any.whl",
                "url": "/x",
                "hashes": {"sha256": "0"},
                "yanked": "broken",
            },
            {"filename": "pip-27.0b1-py3-none-any.whl", "url": "/x", "hashes": {"sha256": "0"}},
            {"filename": "pip-28.0.tar.gz", "url": "/x", "hashes": {"sha256": "0"}},
        ]
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/simple/pip/": json.dumps(page).encode(), f"/files/{name}": wheel}
            body = answers.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
        server.shutdown()


def fetch(address: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", fetch_pip.__file__, "install", "uv"],
        env={**os.environ, "PIP_INDEX_URL": address},
        capture_output=True,
        text=True,
        timeout=60,
    )


class TestFetchPip:
    def test_the_newest_final_wheel_is_run(self) -> None:
        with index(a_wheel("pip says")) as address:
            done = fetch(address)
        assert done.returncode == 0, done.stderr
        assert done.stdout == "pip says install uv\n"

    def test_a_changed_wheel_is_not_run(self) -> None:
        with index(a_wheel("evil"), digest="0" * 64) as address:
            done = fetch(address)
        assert done.returncode == 1
        assert "verändert" in done.stderr
        assert "evil" not in done.stdout

    def test_no_index_is_said(self) -> None:
        assert "nicht zu bekommen" in fetch("http://127.0.0.1:1/simple").stderr
        assert "Nur https" in fetch("http://mirror.example/simple").stderr

    def test_an_index_without_pip(self) -> None:
        with pytest.raises(ValueError, match="kein pip"):
            fetch_pip.newest([{"filename": "pip-1.0.tar.gz"}])


class TestLicences:
    def test_everything_at_run_time_goes_with_the_eupl(self) -> None:
        every = licences.packages(extras=("city",))
        assert {"django", "granian", "lxml", "psycopg"} <= {package.name for package in every}
        assert [package for package in every if not package.compatible] == []

    @pytest.mark.parametrize(
        ("offered", "fits"),
        [
            (("MIT",), True),
            (("LGPL-3.0-only",), True),
            (("Apache-2.0 AND CNRI-Python",), True),
            (("MIT AND GPL-3.0-only",), False),
            (("GPL-3.0-only",), False),
            (("GPL-3.0-only", "MIT"), True),
            (("GPL",), False),
            (("Proprietary",), False),
            ((), False),
        ],
    )
    def test_one_compatible_licence_suffices(self, offered: tuple[str, ...], fits: bool) -> None:
        assert licences.Package("x", "1", offered).compatible is fits


class TestSuite:
    def run(self, *steps: suite.Step) -> tuple[suite.Run, list[suite.Outcome]]:
        run = suite.Run(Path.cwd())
        return run, [suite._take(run, "step", "Schritt", step) for step in steps]

    def test_a_step_that_fails_does_not_end_the_run(self, capsys: pytest.CaptureFixture[str]) -> None:
        def fails(run: suite.Run) -> None:
            raise suite.Failed("So nicht.")

        def passes(run: suite.Run) -> None:
            return

        run, outcomes = self.run(fails, passes)
        run.outcomes = outcomes
        assert suite._report(run, 1) == 1
        assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"

    def test_no_test_run_is_a_failure(self, capsys: pytest.CaptureFixture[str]) -> None:
        run, outcomes = self.run(lambda run: (0, 0, 0))
        run.outcomes = outcomes
        assert "Kein Test" in outcomes[0].problem
        assert suite._report(run, 1) == 1
        assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"

    def test_single_tests_are_counted(self, capsys: pytest.CaptureFixture[str]) -> None:
        run, outcomes = self.run(lambda run: (10, 0, 2), lambda run: None, lambda run: (5, 0, 0))
        run.outcomes = outcomes
        assert suite._report(run, 1) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "16 passed, 0 failed, 2 skipped"

    def test_a_missing_program_is_named(self) -> None:
        _, outcomes = self.run(lambda run: run.call("no-such-program-here") and None)
        assert "no-such-program-here" in outcomes[0].problem

    def test_counts_of_a_report(self, tmp_path: Path) -> None:
        report = tmp_path / "report.xml"
        report.write_text(
            '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3"/></testsuites>'
        )
        assert suite._counts(report) == (3, 3, 3)

    def test_the_environment_of_steps_holds_no_configuration_of_here(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/city")
        monkeypatch.setenv("LEINEWEBER_SECRET_KEY", "of the city")
        environment = suite.Run(Path.cwd()).environment
        assert "DATABASE_URL" not in environment
        assert "LEINEWEBER_SECRET_KEY" not in environment


class TestPostgreSQL:
    def test_one_that_does_not_answer_is_replaced_aloud(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv(postgresql.VARIABLE, "postgres://nobody@127.0.0.1:1/none")
        with postgresql.server() as url:
            assert postgresql.reachable(url) is None
            assert url != os.environ[postgresql.VARIABLE]
        assert "antwortet nicht" in capsys.readouterr().err
        assert postgresql.reachable(url) is not None
