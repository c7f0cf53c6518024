"""The configuration check: what is set wrongly, and how to mend it. No secret is ever shown."""

from __future__ import annotations

import os
import smtplib
import socket
import sqlite3
import ssl
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseFault
from django.db import connection

if TYPE_CHECKING:
    from leineweber.config.operations.health import Check, State

SECRET_MINIMUM = 40
SMTP_SECONDS = 5
POSTGRESQL_MINIMUM = 14


def findings(*, reach: bool = False) -> tuple[Check, ...]:
    """Check every variable.

    Args:
        reach: also ask the mail server whether it answers (up to SMTP_SECONDS).
    """
    checks = [
        _secret(),
        _debug(),
        _hosts(),
        _public_url(),
        _data_directory(),
        _engine(),
        _demo(),
        _storage_url(),
    ]
    checks.append(_mail(reach=reach))
    return tuple(checks)


def _check(key: str, label: str, state: State, message: str, remedy: str = "") -> Check:
    from leineweber.config.operations.health import Check

    return Check(f"configuration.{key}", label, state, message, remedy)


def secret_key() -> str:
    """Return the key in use, empty if there is none (Django refuses to tell that)."""
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return ""


def _secret() -> Check:
    label = "LEINEWEBER_SECRET_KEY"
    make = "Einen erzeugen: openssl rand -base64 48; getrennt von der Datensicherung aufbewahren."
    key = secret_key()
    if not key:
        return _check("secret", label, "error", "Fehlt; web und worker starten nicht.", make)
    if len(key) < SECRET_MINIMUM or len(set(key)) < 10:
        return _check(
            "secret", label, "error", f"Zu schwach (mindestens {SECRET_MINIMUM} zufällige Zeichen).", make
        )
    if settings.LEINEWEBER_DEMO and not os.environ.get("LEINEWEBER_SECRET_KEY"):
        return _check("secret", label, "ok", "Die Demo nimmt ihren eigenen Schlüssel aus secret.key.")
    return _check("secret", label, "ok", "Gesetzt.")


def _debug() -> Check:
    if settings.DEBUG:
        return _check(
            "debug",
            "LEINEWEBER_DEBUG",
            "error",
            "Gesetzt; Fehlerseiten würden Inneres zeigen.",
            "Variable entfernen.",
        )
    return _check("debug", "LEINEWEBER_DEBUG", "ok", "Nicht gesetzt.")


def _hosts() -> Check:
    label = "LEINEWEBER_ALLOWED_HOSTS"
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        return _check(
            "hosts", label, "error", "Ein Stern erlaubt gefälschte Adressen.", f"Setzen auf: {host}"
        )
    shown = f"[{host}]" if ":" in host else host
    if not any(
        shown == entry or (entry[:1] == "." and shown.endswith(entry)) for entry in settings.ALLOWED_HOSTS
    ):
        return _check(
            "hosts", label, "error", f"{host} aus LEINEWEBER_PUBLIC_URL fehlt.", f"Setzen auf: {shown}"
        )
    return _check("hosts", label, "ok", ", ".join(settings.ALLOWED_HOSTS))


def _public_url() -> Check:
    label = "LEINEWEBER_PUBLIC_URL"
    if settings.LEINEWEBER_DEMO:
        return _check("public_url", label, "ok", f"Demo: {settings.PUBLIC_URL}")
    if not os.environ.get("LEINEWEBER_PUBLIC_URL"):
        return _check(
            "public_url",
            label,
            "error",
            "Fehlt; Verweise in Nachrichten führten ins Leere.",
            "Etwa https://stadt.example",
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        return _check(
            "public_url",
            label,
            "error",
            "Kein https; Anmeldungen und Angaben gingen offen durchs Netz.",
            "Adresse mit https:// setzen und den Proxy TLS sprechen lassen.",
        )
    return _check("public_url", label, "ok", settings.PUBLIC_URL)


def _data_directory() -> Check:
    label = "LEINEWEBER_DATA"
    directory = settings.DATA_DIR
    if not directory.is_dir():
        return _check("data", label, "error", f"{directory} gibt es nicht.", f"mkdir -m 700 {directory}")
    if not os.access(directory, os.W_OK | os.X_OK):
        return _check(
            "data", label, "error", f"In {directory} darf nicht geschrieben werden.", "Eigentümer prüfen."
        )
    if directory.stat().st_mode & 0o007:
        return _check(
            "data",
            label,
            "warning",
            f"{directory} ist für alle Benutzer des Rechners offen.",
            f"chmod 700 {directory}",
        )
    return _check("data", label, "ok", str(directory))


def _engine() -> Check:
    label = "DATABASE_URL"
    if connection.vendor == "sqlite":
        with sqlite3.connect(":memory:") as probe:
            options = {row[0] for row in probe.execute("PRAGMA compile_options")}
        if "ENABLE_FTS5" not in options:
            return _check(
                "engine",
                label,
                "error",
                "Dieses SQLite hat keine Volltextsuche (FTS5).",
                "PostgreSQL nehmen.",
            )
        return _check(
            "engine", label, "ok", f"SQLite {sqlite3.sqlite_version} in {connection.settings_dict['NAME']}"
        )
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
            )
            version, encoding = cursor.fetchone()
    except DatabaseFault as fault:
        return _check(
            "engine", label, "error", f"PostgreSQL antwortet nicht: {fault}".strip(), "DATABASE_URL prüfen."
        )
    if version // 10_000 < POSTGRESQL_MINIMUM:
        return _check(
            "engine",
            label,
            "error",
            f"PostgreSQL {version // 10_000} ist zu alt.",
            f"Mindestens {POSTGRESQL_MINIMUM}.",
        )
    if encoding != "UTF8":
        return _check(
            "engine",
            label,
            "error",
            f"Die Datenbank speichert {encoding}.",
            "Neu anlegen mit ENCODING 'UTF8'.",
        )
    return _check("engine", label, "ok", f"PostgreSQL {version // 10_000}")


def _demo() -> Check:
    label = "Demodaten"
    if settings.LEINEWEBER_DEMO:
        return _check("demo", label, "ok", "Das ist eine Demo.")
    from leineweber.config.operations import demo

    try:
        found = demo.present()
    except DatabaseFault:
        return _check("demo", label, "warning", "Nicht prüfbar, solange die Datenbank nicht bereit ist.")
    if found:
        return _check(
            "demo",
            label,
            "error",
            "In der Datenbank stehen Demodaten mit bekannten Passwörtern; web und worker starten nicht.",
            "Eine leere Datenbank nehmen (DATABASE_URL oder --data).",
        )
    return _check("demo", label, "ok", "Keine.")


def _storage_url() -> Check:
    label = "STORAGE_URL"
    if settings.STORAGE_URL.startswith("s3") and find_spec("boto3") is None:
        return _check(
            "storage_url", label, "error", "Für S3 fehlt eine Bibliothek.", 'pip install "leineweber[city]"'
        )
    return _check(
        "storage_url", label, "ok", "Gesetzt." if settings.STORAGE_URL else "Dateien im Datenordner."
    )


def _mail(*, reach: bool) -> Check:
    label = "LEINEWEBER_SMTP_URL"
    if not settings.SMTP_URL:
        if settings.LEINEWEBER_DEMO:
            return _check("mail", label, "ok", "Demo: Nachrichten bleiben im Haus.")
        return _check(
            "mail",
            label,
            "error",
            "Fehlt; keine E-Mail wird verschickt.",
            "Etwa smtp+starttls://benutzer@mail.example:587",
        )
    parts = urlsplit(settings.SMTP_URL)
    if not parts.scheme.startswith("smtp") or not parts.hostname:
        return _check(
            "mail",
            label,
            "error",
            "Keine Adresse der Form smtp://…",
            "smtp://, smtps:// oder smtp+starttls://",
        )
    where = f"{parts.hostname}:{parts.port or (465 if parts.scheme == 'smtps' else 25)}"
    if not reach:
        return _check("mail", label, "ok", where)
    try:
        _greet(parts.scheme, parts.hostname, parts.port)
    except (OSError, smtplib.SMTPException) as fault:
        return _check(
            "mail", label, "error", f"{where} antwortet nicht: {fault}", "Adresse und Firewall prüfen."
        )
    return _check("mail", label, "ok", f"{where} antwortet.")


def _greet(scheme: str, host: str, port: int | None) -> None:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=SMTP_SECONDS)
    with server:
        server.ehlo()
        if "starttls" in scheme:
            server.starttls(context=context)
            server.ehlo()


def machine() -> dict[str, str]:
    """Return versions for a fault report: Python, SQLite, system."""
    return {"python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version, "host": socket.gethostname()}
