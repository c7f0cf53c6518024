"""`backup FILE`: one consistent state of database and stored files, while the program runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from leineweber.config.commands.base import (
    BROKEN,
    DONE,
    MISSING,
    Failure,
    add_command,
    add_json,
    connect,
    enter,
    print_json,
    require_schema,
)
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands,
        "backup",
        run,
        say("sichert Datenbank und Dateien im laufenden Betrieb", "back up database and files while running"),
    )
    parser.add_argument(
        "file", type=Path, metavar=say("DATEI", "FILE"), help=say("Zieldatei (.tar)", "target (.tar)")
    )
    add_json(parser)


def summary(manifest: object, file: Path) -> dict[str, object]:
    """Return what a manifest says, for `--json`."""
    from leineweber.config.operations.backup import Manifest

    assert isinstance(manifest, Manifest)
    return {
        "file": str(file),
        "created": manifest.created,
        "engine": manifest.engine,
        "program": manifest.program,
        "members": len(manifest.members),
        "files": manifest.files,
        "bytes": manifest.size,
    }


def run(options: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
    enter(options)
    connect()
    require_schema()
    from leineweber.config.operations.backup import BrokenBackup, create

    file = options.file.absolute()
    try:
        manifest = create(file)
    except BrokenBackup as error:
        raise Failure(BROKEN, str(error)) from error
    except OSError as error:
        raise Failure(
            MISSING,
            say(
                f"{file} lässt sich nicht schreiben: {error.strerror or error}",
                f"{file} cannot be written: {error.strerror or error}",
            ),
            say("Ordner, Rechte und Platz prüfen.", "Check directory, rights and space."),
        ) from error
    if options.json:
        print_json(summary(manifest, file))
    else:
        print(
            say(
                f"Gesichert: {file} ({manifest.files} Dateien, "
                f"{f'{manifest.size / 1e6:.1f}'.replace('.', ',')} MB, {manifest.engine}).",
                f"Backed up: {file} ({manifest.files} files, {manifest.size / 1e6:.1f} MB, {manifest.engine}).",
            )
        )
    return DONE
