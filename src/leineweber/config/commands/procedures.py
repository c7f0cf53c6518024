"""`procedures check|publish DIR`: look a procedure package over, and put it in force."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from leineweber.config.commands.base import (
    BROKEN,
    DONE,
    REFUSED,
    Failure,
    add_common,
    add_json,
    connect,
    enter,
    print_json,
    require_schema,
)
from leineweber.config.language import say

if TYPE_CHECKING:
    from leineweber.domains.applications.procedures import PackageError


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("prüft und veröffentlicht Verfahrenspakete", "check and publish procedure packages")
    parser = commands.add_parser("procedures", help=summary, description=summary)
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|publish")
    for name, run, text in (
        ("check", check, say("prüft ein Paket, verändert nichts", "check a package, change nothing")),
        ("publish", publish, say("setzt ein Paket in Kraft", "put a package in force")),
    ):
        entry = actions.add_parser(name, help=text, description=text)
        entry.add_argument(
            "directory",
            type=Path,
            metavar=say("ORDNER", "DIR"),
            help=say("Ordner des Verfahrenspakets", "directory of the package"),
        )
        add_common(entry)
        add_json(entry)
        entry.set_defaults(run=run)


def _refuse(options: argparse.Namespace, error: PackageError) -> int:
    if options.json:
        print_json({"sound": False, "findings": [asdict(finding) for finding in error.findings]})
    else:
        for finding in error.findings:
            print(f"{options.directory.name}/{finding}")
        number = len(error.findings)
        print(
            say(
                f"{number} {'Beanstandung' if number == 1 else 'Beanstandungen'}; "
                "das Paket wird nicht angenommen, die geltende Fassung bleibt.",
                f"{number} {'finding' if number == 1 else 'findings'}; "
                "the package is refused, the version in force stays.",
            )
        )
    return BROKEN


def check(options: argparse.Namespace) -> int:
    """Check a package whole; exit status 4 with file, line and reason of everything that is wrong."""
    enter(options)
    from leineweber.domains.applications.procedures import PackageError, publishing, read_folder

    try:
        package = publishing.check(read_folder(options.directory))
    except PackageError as error:
        return _refuse(options, error)
    if options.json:
        print_json({"sound": True, "key": package.key, "version": package.version, "findings": []})
    else:
        print(
            say(
                f"{package.key} {package.version}: in Ordnung, {len(package.cases)} Beispiele nachgerechnet.",
                f"{package.key} {package.version}: sound, {len(package.cases)} worked examples agree.",
            )
        )
    return DONE


def publish(options: argparse.Namespace) -> int:
    """Check a package and put it in force; nothing changes if anything is wrong with it."""
    enter(options)
    connect()
    require_schema()
    from leineweber.domains.applications.procedures import PackageError, publishing, read_folder
    from leineweber.kernel.access import Actor

    try:
        procedure = publishing.publish(
            Actor.system(say("Kommandozeile", "command line")), read_folder(options.directory)
        )
    except PackageError as error:
        return _refuse(options, error)
    except publishing.SameVersion as error:
        raise Failure(
            REFUSED,
            str(error),
            say("In procedure.yaml die Fassung erhöhen.", "Raise the version in procedure.yaml."),
        ) from error
    if options.json:
        print_json({"sound": True, "key": procedure.key, "version": procedure.version, "findings": []})
    else:
        print(
            say(
                f"{procedure.key} {procedure.version} ist in Kraft.",
                f"{procedure.key} {procedure.version} is in force.",
            )
        )
    return DONE
