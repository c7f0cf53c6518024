"""Settings, all from the environment; what is unset is the embedded size (SQLite, files on disk).

Variables: LEINEWEBER_DATA, DATABASE_URL, STORAGE_URL, LEINEWEBER_SECRET_KEY, LEINEWEBER_DEMO, LEINEWEBER_DEBUG,
LEINEWEBER_ALLOWED_HOSTS, LEINEWEBER_PUBLIC_URL, LEINEWEBER_SMTP_URL, LEINEWEBER_TRUSTED_PROXIES,
LEINEWEBER_SQLITE_SYNCHRONOUS, LEINEWEBER_FEEL_LIMITS, LEINEWEBER_OPEN_DATA_LICENCE, LEINEWEBER_OPEN_DATA_SMALLEST.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "ja"}


DATA_DIR = Path(os.environ.get("LEINEWEBER_DATA") or "var").resolve()
LEINEWEBER_DEMO = _flag("LEINEWEBER_DEMO")
DEBUG = _flag("LEINEWEBER_DEBUG")
# An empty key is refused by `web` and `worker`; commands that need none (such as `--help`) still run.
SECRET_KEY = os.environ.get("LEINEWEBER_SECRET_KEY", "")
_key_file = DATA_DIR / "secret.key"
if not SECRET_KEY and LEINEWEBER_DEMO and _key_file.is_file():
    SECRET_KEY = _key_file.read_text().strip()
ALLOWED_HOSTS = [host for host in os.environ.get("LEINEWEBER_ALLOWED_HOSTS", "").split(",") if host] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
PUBLIC_URL = os.environ.get("LEINEWEBER_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
_https = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if _https else []
SMTP_URL = os.environ.get("LEINEWEBER_SMTP_URL", "")
EMAIL_BACKEND = "leineweber.capabilities.messages.backend.OutboxBackend"
# Networks of the proxies in front, for which X-Forwarded-For is believed: "10.0.0.0/8,192.0.2.7".
LEINEWEBER_TRUSTED_PROXIES = tuple(
    network.strip()
    for network in os.environ.get("LEINEWEBER_TRUSTED_PROXIES", "").split(",")
    if network.strip()
)
STORAGE_URL = os.environ.get("STORAGE_URL", "")
# Under which licence figures are public (a key of `domains.opendata.rules.LICENCES`), and the least count shown.
LEINEWEBER_OPEN_DATA_LICENCE = os.environ.get("LEINEWEBER_OPEN_DATA_LICENCE") or "dl-de/by-2-0"
LEINEWEBER_OPEN_DATA_SMALLEST = int(os.environ.get("LEINEWEBER_OPEN_DATA_SMALLEST") or "5")

_ROOMS = [
    "kernel.access",
    "kernel.audit",
    "kernel.events",
    "kernel.indicators",
    "kernel.jobs",
    "kernel.links",
    "kernel.search",
    "kernel.storage",
    "kernel.ui",
    "people.organisation",
    "people.identity",
    "capabilities.forms",
    "capabilities.processes",
    "capabilities.records",
    "capabilities.messages",
    "capabilities.documents",
    "domains.services",
    "domains.applications",
    "domains.strategy",
    "domains.participation",
    "domains.portfolio",
    "domains.portfolio.choice",
    "domains.resolutions",
    "domains.opendata",
    "domains.reports",
    "faces.portal",
    "faces.desk",
    "faces.cockpit",
    "faces.api",
]


def installed_rooms() -> list[str]:
    """Return the Django app path of each room that has an `apps` module, ground floor first."""
    return [
        f"leineweber.{room}" for room in _ROOMS if (PACKAGE / room.replace(".", "/") / "apps.py").is_file()
    ]


IDENTITY = (PACKAGE / "people" / "identity" / "models.py").is_file()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    *installed_rooms(),
    "leineweber.config",
]

MIDDLEWARE = [
    "leineweber.config.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "leineweber.config.middleware.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    *(["leineweber.people.identity.middleware.ActorMiddleware"] if IDENTITY else []),
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "leineweber.config.urls"
WSGI_APPLICATION = "leineweber.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "leineweber.kernel.ui.jinja.LeineweberJinja2", "APP_DIRS": True, "DIRS": [], "OPTIONS": {}},
]
FORM_RENDERER = "django.forms.renderers.Jinja2"


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's database settings for a DATABASE_URL.

    `postgres://user:password@host:port/name?option=value` or `sqlite:////path/file`; empty means SQLite in DATA_DIR.

    Raises:
        ValueError: another scheme.
    """
    parts = urlsplit(url or f"sqlite:///{DATA_DIR / 'leineweber.sqlite3'}")
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "leineweber.kernel.engines.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    if parts.scheme != "sqlite":
        raise ValueError("DATABASE_URL muss mit postgres:// oder sqlite:// beginnen.")
    synchronous = os.environ.get("LEINEWEBER_SQLITE_SYNCHRONOUS", "FULL")
    if synchronous not in {"FULL", "NORMAL", "EXTRA"}:
        raise ValueError("LEINEWEBER_SQLITE_SYNCHRONOUS ist FULL, NORMAL oder EXTRA.")
    return {
        "ENGINE": "leineweber.kernel.engines.sqlite",
        "NAME": "/" + unquote(parts.path).lstrip("/"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-32000;"
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;"
            ),
        },
    }


DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if IDENTITY:
    AUTH_USER_MODEL = "identity.Account"

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": [],
        "OPTIONS": {"id_function": "leineweber.kernel.ids.new_id"},
    }
}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "staticfiles" if (PACKAGE / "staticfiles").is_dir() else DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "leineweber.people.identity.sessions"
SESSION_COOKIE_NAME = "lw_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 60 * 60 * 10
CSRF_COOKIE_NAME = "lw_csrf"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "leineweber.config.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_485_760

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "leineweber.config.logs.SecretlessFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LEINEWEBER_LOG_LEVEL", "WARNING")},
}
