"""A browser for tests: Chromium where it is, else Debian's."""

from __future__ import annotations

import os
import shutil

from leineweber.config.testing.postgresql import Unavailable, install

VARIABLE = "LEINEWEBER_TEST_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """Return the path of a Chromium, None if there is none."""
    named = os.environ.get(VARIABLE)
    return next(filter(None, [named, *map(shutil.which, _NAMES), shutil.which(_MAC)]), None)


def chromium() -> str:
    """Return the path of a Chromium; install Debian's if there is none.

    Raises:
        Unavailable: there is none and it cannot be installed.
    """
    if find() is None:
        install("chromium")
    path = find()
    if path is None:
        raise Unavailable("Chromium ist eingerichtet, wird aber nicht gefunden.")
    return path
