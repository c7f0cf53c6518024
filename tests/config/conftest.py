"""The command line as people use it: real processes, a data directory of their own, both databases."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from leineweber.config.testing import postgresql

KEY = "a-key-for-tests-of-the-command-line-0123456789"
_OURS = ("LEINEWEBER_", "DJANGO_", "DATABASE_URL", "STORAGE_URL", "LC_", "LANG")


@dataclass
class Program:
    """`leineweber` with an environment and a working directory of its own."""

    cwd: Path
    env: dict[str, str] = field(default_factory=dict)

    def environment(self, **extra: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {**kept, **self.env, **extra}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "leineweber.config.cli", *arguments]

    def __call__(
        self, *arguments: str, expect: int | None = 0, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.cwd,
            env=self.environment(**extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if expect is not None:
            assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def python(self, code: str, **extra: str) -> subprocess.Popen[str]:
        """Start Python with Django set up in the program's environment."""
        setup = "import django; django.setup()\n"
        return subprocess.Popen(
            [sys.executable, "-c", setup + code],
            cwd=self.cwd,
            env=self.environment(DJANGO_SETTINGS_MODULE="leineweber.config.settings", **extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def at(self, directory: Path, **env: str) -> Program:
        """The same program on another data directory."""
        return Program(self.cwd, {**self.env, "LEINEWEBER_DATA": str(directory), **env})


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program of a city that is configured for SQLite, with nothing in it yet."""
    return Program(tmp_path, {"LEINEWEBER_DATA": str(tmp_path / "data"), "LEINEWEBER_SECRET_KEY": KEY})


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL: the one of this run, else a private one; never left out."""
    given = os.environ.get("LEINEWEBER_TEST_DATABASE_URL")
    if given and postgresql.reachable(given) is None:
        yield given
        return
    with postgresql.server() as url:
        yield url


def _create(server: str, template: str) -> str:
    name = f"lw_cli_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
    return name


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}"


@pytest.fixture
def make_database(postgres_server: str) -> Iterator[Callable[..., str]]:
    """A function that makes a PostgreSQL database, empty or like a template, and returns its URL."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(_create(postgres_server, template))
        return _url(postgres_server, made[-1])

    yield make
    for name in made:
        _drop(postgres_server, name)


@pytest.fixture(scope="session")
def migrated_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a migrated SQLite; tests work on copies."""
    directory = tmp_path_factory.mktemp("migrated") / "data"
    Program(directory.parent, {"LEINEWEBER_DATA": str(directory), "LEINEWEBER_SECRET_KEY": KEY})("migrate")
    return directory


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated PostgreSQL database; tests work on copies."""
    directory = tmp_path_factory.mktemp("migrated")
    name = _create(postgres_server, "template0")
    program = Program(directory, {"LEINEWEBER_DATA": str(directory / "data"), "LEINEWEBER_SECRET_KEY": KEY})
    program("migrate", "--database", _url(postgres_server, name))
    yield name
    _drop(postgres_server, name)


@pytest.fixture
def small_city(program: Program, migrated_directory: Path, tmp_path: Path) -> Program:
    """A migrated city on SQLite."""
    shutil.copytree(migrated_directory, tmp_path / "data")
    (tmp_path / "data").chmod(0o700)
    return program


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, small_city: Program) -> Program:
    """A migrated city on each engine."""
    if request.param == "postgresql":
        template = request.getfixturevalue("migrated_database")
        small_city.env["DATABASE_URL"] = request.getfixturevalue("make_database")(template)
    return small_city
