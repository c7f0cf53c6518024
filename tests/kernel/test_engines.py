"""Waiting for the one writer of SQLite: in short steps, up to the time that is set, and never as a deadlock."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from django.db import OperationalError

from leineweber.kernel.engines.sqlite.base import DatabaseWrapper

# The connections are made by hand; only the guard of the test run wants the mark.
pytestmark = pytest.mark.django_db


def _connection(path: str, timeout: float) -> DatabaseWrapper:
    settings = {
        "ENGINE": "leineweber.kernel.engines.sqlite", "NAME": path, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "",
        "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None, "TEST": {},
        "OPTIONS": {
            "timeout": timeout, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL",
        },
    }  # fmt: skip
    made = DatabaseWrapper(settings, "other")
    made.inc_thread_sharing()
    return made


@pytest.fixture
def path(tmp_path):
    file = str(tmp_path / "one.sqlite3")
    with sqlite3.connect(file) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE note (text TEXT)")
    return file


@pytest.mark.parametrize("statement", ["INSERT INTO note VALUES (%s)", "BEGIN IMMEDIATE"])
def test_who_waits_goes_on_when_the_writer_has_ended(path, statement):
    writer = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: writer.execute("COMMIT")).start()
    other = _connection(path, 20)
    with other.cursor() as cursor:
        cursor.execute(statement, ["a"] if "%s" in statement else None)
        assert cursor.rowcount in (1, -1)
    other.close()


def test_waiting_ends_after_the_time_that_is_set(path):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    other = _connection(path, 0.1)
    with other.cursor() as cursor, pytest.raises(OperationalError, match="locked"):
        cursor.executemany("INSERT INTO note VALUES (%s)", [["a"], ["b"]])
    writer.execute("ROLLBACK")
    with other.cursor() as cursor:
        cursor.executemany("INSERT INTO note VALUES (%s)", (row for row in [["a"], ["b"]]))
        cursor.execute("SELECT count(*) FROM note")
        assert cursor.fetchone() == (2,)
    other.close()


def test_other_faults_are_told_at_once(path):
    other = _connection(path, 20)
    with other.cursor() as cursor, pytest.raises(OperationalError, match="no such table"):
        cursor.execute("SELECT 1 FROM elsewhere")
    other.close()
