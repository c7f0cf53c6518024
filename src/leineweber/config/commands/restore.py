"""`restore FILE`: verify a backup and put it in place."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from leineweber.config.commands.backup import summary
from leineweber.config.commands.base import (
    BROKEN,
    DONE,
    MISSING,
    REFUSED,
    Failure,
    add_command,
    add_json,
    enter,
    print_json,
)
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands,
        "restore",
        run,
        say("prüft eine Sicherung und spielt sie zurück", "verify a backup and put it back"),
    )
    parser.add_argument(
        "file", type=Path, metavar=say("DATEI", "FILE"), help=say("Sicherung (.tar)", "backup (.tar)")
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help=say("eine vorhandene Datenbank ersetzen", "replace the database that is there"),
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help=say("nur prüfen, nichts verändern", "verify only, change nothing"),
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Verify every hash first; nothing is touched before the whole file is known to be sound."""
    enter(options, create=not options.check)
    from leineweber.config.operations.backup import BrokenBackup, NotRestorable, restore, verify

    file = options.file.absolute()
    try:
        manifest = verify(file) if options.check else restore(file, force=options.force)
    except BrokenBackup as error:
        raise Failure(
            BROKEN, str(error), say("Eine andere Sicherung nehmen.", "Take another backup.")
        ) from error
    except NotRestorable as error:
        raise Failure(REFUSED, str(error)) from error
    except OSError as error:
        raise Failure(MISSING, f"{file}: {error.strerror or error}") from error
    if options.json:
        print_json(summary(manifest, file))
    else:
        done = say("Geprüft", "Verified") if options.check else say("Zurückgespielt", "Restored")
        from leineweber.kernel import clock

        made = clock.local(datetime.fromisoformat(manifest.created))
        when = say(f"vom {made:%d.%m.%Y, %H:%M} Uhr", f"of {made:%Y-%m-%d %H:%M}")
        print(f"{done}: {file} ({when}, {manifest.files} {say('Dateien', 'files')}, {manifest.engine}).")
    return DONE
