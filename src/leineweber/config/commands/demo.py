"""`demo load`: put the invented city into a database that is for trying out."""

from __future__ import annotations

import argparse
import os

from leineweber.config.commands.base import (
    DONE,
    REFUSED,
    Failure,
    add_common,
    connect,
    data_directory,
    enter,
    is_demo_directory,
    make_demo_secret,
    make_directory,
)
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("lädt die erfundene Stadt", "load the invented city")
    parser = commands.add_parser("demo", help=summary, description=summary)
    actions = parser.add_subparsers(dest="action", required=True, metavar="load")
    load = actions.add_parser("load", help=summary, description=summary)
    add_common(load)
    load.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Migrate and load; refused where a secret key says that this is a real city."""
    directory = data_directory(options)
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
    make_directory(directory)
    if not os.environ.get("LEINEWEBER_SECRET_KEY"):
        make_demo_secret(directory)
    enter(options, demo=True)
    connect()
    from leineweber.config.commands.migrate import apply
    from leineweber.config.operations import demo

    apply()
    loaded = demo.load()
    print(
        say("Die Demostadt ist geladen.", "The demo city is loaded.")
        if loaded
        else say("Die Demostadt war schon geladen.", "The demo city was loaded already.")
    )
    return DONE
