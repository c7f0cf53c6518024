"""The engine `leineweber.kernel.engines.postgresql`: Django's, but what lived just now is not asked for its health.

Django asks each kept connection before each request whether it still lives; a page of the portal has three questions
to the database, and that would be a fourth.
"""

from __future__ import annotations

import time
from typing import Any

from django.db.backends.postgresql import base

FRESH_SECONDS = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that counts as living for two seconds after it was found so, unless something failed."""

    _seen = float("-inf")

    def is_usable(self) -> bool:
        """Tell whether the connection lives, asking the server only if that was not known just now."""
        if not self.errors_occurred and time.monotonic() - self._seen < FRESH_SECONDS:
            return True
        usable = bool(super().is_usable())
        if usable:
            self._seen = time.monotonic()
        return usable

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; the new connection lives."""
        connection = super().get_new_connection(conn_params)
        self._seen = time.monotonic()
        return connection
