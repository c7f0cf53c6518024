"""The engine `leineweber.kernel.engines.sqlite`: Django's, but who waits for the writer looks again soon.

SQLite's own waiting sleeps up to a tenth of a second between two looks, while most transactions of the house take a
few milliseconds: under load both cores stood idle for a quarter of the time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any, cast

from django.db.backends.sqlite3 import base

FIRST_PAUSE = 0.0003
LONGEST_PAUSE = 0.005
DEFAULT_PATIENCE = 5.0


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that tries again, up to `patience` seconds, what another connection's writing kept from beginning."""

    patience = DEFAULT_PATIENCE

    def _patiently(self, run: Callable[[], Any]) -> Any:
        """Run a statement, again while the database is locked.

        In a transaction it is not tried again: that has begun as a writer, and nobody can lock it out any more.
        The exceptions of the tries end here, with their frames. Left to the collector of cyclic garbage, a cursor
        would be reset by whichever thread collects; if that thread were the writer, it would wait for this
        connection, and this connection for it.

        Raises:
            sqlite3.OperationalError: still locked after `patience` seconds, or another fault.
        """
        end = 0.0
        pause = FIRST_PAUSE
        while True:
            try:
                return run()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or self.connection.in_transaction:
                    raise
                end = end or time.monotonic() + self.patience
                if time.monotonic() > end:
                    raise
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement as Django does, patiently."""
        return self._patiently(lambda: super(Cursor, self).execute(query, params))

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run a statement for several rows as Django does, patiently."""
        rows = list(param_list)
        return self._patiently(lambda: super(Cursor, self).executemany(query, rows))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors wait in short steps, as long as the option `timeout` says (seconds)."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Connect with SQLite's own waiting, then leave the waiting to the cursors."""
        connection = cast(sqlite3.Connection, super().get_new_connection(conn_params))
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor that waits as long as the options say."""
        cursor = self.connection.cursor(factory=Cursor)
        cursor.patience = float(self.settings_dict["OPTIONS"].get("timeout", DEFAULT_PATIENCE))
        return cast(Cursor, cursor)
