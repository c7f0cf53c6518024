"""`demo load`: put the invented city into a database that is for trying out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from leineweber.config.commands.base import (
    DONE,
    REFUSED,
    Failure,
    add_common,
    add_json,
    connect,
    data_directory,
    enter,
    is_demo_directory,
    make_demo_secret,
    make_directory,
    print_json,
)
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("lädt die erfundene Stadt", "load the invented city")
    parser = commands.add_parser("demo", help=summary, description=summary)
    actions = parser.add_subparsers(dest="action", required=True, metavar="load")
    load = actions.add_parser("load", help=summary, description=summary)
    add_common(load)
    add_json(load)
    load.set_defaults(run=run)


def refuse_with_a_citys_key(directory: Path) -> None:
    """Refuse where a secret key is set and nothing says that this is for trying out.

    Raises:
        Failure: this is the environment of a real city.
    """
    wanted = os.environ.get("LEINEWEBER_DEMO", "") != ""
    if os.environ.get("LEINEWEBER_SECRET_KEY") and not wanted and not is_demo_directory(directory):
        raise Failure(
            REFUSED,
            say(
                "Abgelehnt: LEINEWEBER_SECRET_KEY ist gesetzt; Demodaten gehören in keine echte Stadt.",
                "Refused: LEINEWEBER_SECRET_KEY is set; demo data does not belong into a real city.",
            ),
            say("Zum Ausprobieren: LEINEWEBER_DEMO=1 setzen.", "To try it out: set LEINEWEBER_DEMO=1."),
        )


def refuse_a_citys_database() -> None:
    """Refuse a database in which a city has worked already; nothing of it is changed, not even its schema.

    Raises:
        Failure: there are entries in the audit trail and the demo's is not among them.
    """
    from leineweber.config.operations import demo

    if demo.in_use_by_a_city():
        raise Failure(
            REFUSED,
            say(
                "Abgelehnt: In der Datenbank arbeitet schon eine Stadt; Demodaten ließen sich nie wieder entfernen.",
                "Refused: a city works with this database already; demo data could never be removed again.",
            ),
            say(
                "Einen leeren Ordner nehmen (--data) und DATABASE_URL prüfen.",
                "Take an empty directory (--data) and check DATABASE_URL.",
            ),
        )


def run(options: argparse.Namespace) -> int:
    """Migrate and load; refused where this is a real city."""
    directory = data_directory(options)
    refuse_with_a_citys_key(directory)
    make_directory(directory)
    if not os.environ.get("LEINEWEBER_SECRET_KEY"):
        make_demo_secret(directory)
    enter(options, demo=True)
    connect()
    refuse_a_citys_database()
    from leineweber.config.commands.migrate import apply
    from leineweber.config.operations import demo

    apply()
    loaded = demo.load()
    if options.json:
        print_json({"loaded": loaded})
        return DONE
    print(
        say("Die Demostadt ist geladen.", "The demo city is loaded.")
        if loaded
        else say("Die Demostadt war schon geladen.", "The demo city was loaded already.")
    )
    return DONE
