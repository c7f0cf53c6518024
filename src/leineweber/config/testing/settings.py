"""Settings of a test run: a data directory of its own, a fixed key, fast password hashes.

The database is SQLite unless LEINEWEBER_TEST_DATABASE_URL names another; LEINEWEBER_TEST_DB_SUFFIX keeps runs on
one server apart.
"""

from __future__ import annotations

import os
import tempfile

os.environ["LEINEWEBER_DATA"] = tempfile.mkdtemp(prefix="leineweber-test-")
os.environ["LEINEWEBER_SECRET_KEY"] = "only-for-tests-" + "0" * 40
os.environ["DATABASE_URL"] = os.environ.get("LEINEWEBER_TEST_DATABASE_URL", "")
for _name in ("LEINEWEBER_DEMO", "LEINEWEBER_SMTP_URL", "STORAGE_URL", "LEINEWEBER_DEBUG"):
    os.environ.pop(_name, None)

from leineweber.config.settings import *  # noqa: E402, F403
from leineweber.config.settings import ALLOWED_HOSTS, DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
_suffix = os.environ.get("LEINEWEBER_TEST_DB_SUFFIX")
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
elif _suffix:
    DATABASES["default"]["TEST"] = {"NAME": f"test_{_suffix}"}
