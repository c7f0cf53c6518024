"""What the commands share: exit statuses, refusals, options, and the way into Django."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leineweber.config.language import say
from leineweber.config.loading import without_collector

DONE = 0
FOUND = 1
USAGE = 2
REFUSED = 3
BROKEN = 4
MISSING = 5

SECRET_FILE = "secret.key"  # noqa: S105  # the name of a file
SECRET_MINIMUM = 40


class Failure(Exception):
    """A command cannot do what was asked. `status` is the exit status, `remedy` says how to mend it."""

    def __init__(self, status: int, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.remedy = remedy


def report_failure(failure: Failure, *, as_json: bool) -> int:
    """Print a failure for people or programs; return its exit status."""
    if as_json:
        print_json({"error": failure.message, "remedy": failure.remedy, "status": failure.status})
    else:
        print(failure.message, file=sys.stderr)
        if failure.remedy:
            print(say("Abhilfe: ", "Remedy: ") + failure.remedy, file=sys.stderr)
    return failure.status


def print_json(value: Any) -> None:
    """Print a value as JSON, with dates and ids as text."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
) -> argparse.ArgumentParser:
    """Add a command's parser with the options that every command takes."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    add_common(parser)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add `--data` and `--database`."""
    parser.add_argument(
        "--data",
        metavar=say("ORDNER", "DIR"),
        help=say(
            "Datenordner (sonst LEINEWEBER_DATA, sonst ./var)", "data directory (else LEINEWEBER_DATA, ./var)"
        ),
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help=say("Datenbank (sonst DATABASE_URL, sonst SQLite)", "database (else DATABASE_URL, else SQLite)"),
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help=say("Ausgabe als JSON", "print JSON"))


def data_directory(options: argparse.Namespace) -> Path:
    """Return the data directory as an absolute path; it need not exist."""
    return Path(options.data or os.environ.get("LEINEWEBER_DATA") or "var").resolve()


def is_demo_directory(directory: Path) -> bool:
    """Tell whether `start` has made the directory: only the demo keeps its key beside its data."""
    return (directory / SECRET_FILE).is_file()


def make_demo_secret(directory: Path) -> None:
    """Make the demo's secret key in the directory, readable by its owner only, unless it is there."""
    file = directory / SECRET_FILE
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_urlsafe(64))


def make_directory(directory: Path) -> None:
    """Make the data directory, closed to other users of the machine.

    Raises:
        Failure: it cannot be made.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            MISSING,
            say(
                f"Der Datenordner {directory} lässt sich nicht anlegen: {error.strerror}.",
                f"The data directory {directory} cannot be made: {error.strerror}.",
            ),
            say("Mit --data einen anderen Ordner angeben.", "Give another directory with --data."),
        ) from error


def enter(options: argparse.Namespace, *, demo: bool | None = None, create: bool = False) -> Path:
    """Put the options into the environment and start Django; return the data directory.

    Args:
        options: the parsed options.
        demo: True for the demo, False to leave LEINEWEBER_DEMO alone, None to recognise a demo's directory.
        create: make the data directory if it is missing.

    Raises:
        Failure: the configuration cannot be read.
    """
    directory = data_directory(options)
    os.environ["LEINEWEBER_DATA"] = str(directory)
    if options.database:
        os.environ["DATABASE_URL"] = options.database
    if create:
        make_directory(directory)
    if demo or (
        demo is None and not os.environ.get("LEINEWEBER_SECRET_KEY") and is_demo_directory(directory)
    ):
        os.environ["LEINEWEBER_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leineweber.config.settings")
    with without_collector():
        import django
        from django.core.exceptions import ImproperlyConfigured

        try:
            django.setup()
        except (ValueError, ImproperlyConfigured) as error:
            raise Failure(
                REFUSED,
                say(
                    f"Die Konfiguration ist nicht lesbar: {error}",
                    f"The configuration cannot be read: {error}",
                ),
                say("Alle Variablen prüft: leineweber doctor", "To check all variables: leineweber doctor"),
            ) from error
    return directory


def connect() -> None:
    """Make sure that the database answers.

    Raises:
        Failure: it does not, with the reason.
    """
    from django.db import Error, connection

    try:
        connection.ensure_connection()
    except Error as error:
        raise Failure(
            MISSING,
            say(f"Die Datenbank antwortet nicht: {error}", f"The database does not answer: {error}").strip(),
            say("DATABASE_URL und den Datenordner prüfen.", "Check DATABASE_URL and the data directory."),
        ) from error


def require_schema() -> None:
    """Make sure that the database is at the program's state.

    Raises:
        Failure: migrations are pending, or the database belongs to a later version.
    """
    from leineweber.config.operations.schema import state

    found = state()
    if found.unknown:
        raise Failure(
            REFUSED,
            say(
                "Die Datenbank gehört zu einer neueren Fassung des Programms "
                f"(unbekannt: {', '.join(found.unknown)}).",
                f"The database belongs to a later version of the program (unknown: {', '.join(found.unknown)}).",
            ),
            say("Die neuere Fassung einsetzen.", "Use the later version."),
        )
    if found.pending:
        raise Failure(
            REFUSED,
            say(
                f"Die Datenbank ist nicht auf dem Stand des Programms ({len(found.pending)} Schritte fehlen).",
                f"The database is not at the program's state ({len(found.pending)} steps are missing).",
            ),
            "leineweber migrate",
        )
