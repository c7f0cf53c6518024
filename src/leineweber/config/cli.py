"""`leineweber COMMAND`: the one way in for people who run the program.

Exit statuses: 0 done · 1 a check found something · 2 wrong usage · 3 refused by configuration or state ·
4 the input is broken · 5 something the command needs is missing · 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from leineweber.config import language
from leineweber.config.commands import COMMANDS, load
from leineweber.config.commands.base import Failure, report_failure
from leineweber.config.language import say


def build_parser() -> argparse.ArgumentParser:
    """Return the parser for all commands, in the language in use."""
    parser = argparse.ArgumentParser(
        prog="leineweber",
        description=say(
            "Leineweber: Antrag, Vorgang, Akte, Bescheid und Steuerung einer Stadtverwaltung in einem Programm.",
            "Leineweber: application, case, file, notice and steering of a city administration in one program.",
        ),
        epilog=say(
            "Rückgabe: 0 erledigt · 1 Prüfung hat etwas gefunden · 2 falscher Aufruf · 3 abgelehnt (Grund wird "
            "genannt) · 4 Eingabe beschädigt · 5 etwas Nötiges fehlt. Datenordner: --data oder LEINEWEBER_DATA "
            "(sonst ./var). Datenbank: --database oder DATABASE_URL (sonst SQLite im Datenordner).",
            "Exit status: 0 done · 1 a check found something · 2 wrong usage · 3 refused (with the reason) · "
            "4 broken input · 5 something needed is missing. Data directory: --data or LEINEWEBER_DATA (else "
            "./var). Database: --database or DATABASE_URL (else SQLite in the data directory).",
        ),
    )
    parser.add_argument(
        "--version",
        action="store_true",
        help=say("Fassung des Programms zeigen", "show the program's version"),
    )
    commands = parser.add_subparsers(dest="command", metavar=say("BEFEHL", "COMMAND"))
    for name in COMMANDS:
        load(name).register(commands)
    return parser


def _run(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    options = parser.parse_args(arguments)
    if options.version:
        from importlib.metadata import version

        print(f"leineweber {version('leineweber')}")
        return 0
    if options.command is None:
        parser.print_help()
        return 2
    try:
        return int(options.run(options))
    except Failure as failure:
        return report_failure(failure, as_json=getattr(options, "json", False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    language.use(language.detect())
    try:
        return _run(build_parser(), sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        print(say("\nAbgebrochen.", "\nInterrupted."), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever was reading has gone (`| head`); what is left in the buffer has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
