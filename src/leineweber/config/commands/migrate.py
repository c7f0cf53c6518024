"""`migrate`: bring the database to the state of the program."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import DONE, add_command, add_json, connect, enter, print_json
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands,
        "migrate",
        run,
        say("bringt die Datenbank auf den Stand des Programms", "bring the database to the program's state"),
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Apply what is pending and say what it was."""
    enter(options, create=True)
    connect()
    applied = apply()
    if options.json:
        print_json({"applied": applied})
        return DONE
    for name in applied:
        print(name)
    print(
        say(
            f"{len(applied)} Schritte ausgeführt; die Datenbank ist auf dem Stand des Programms.",
            f"{len(applied)} steps applied; the database is at the program's state.",
        )
        if applied
        else say("Die Datenbank ist auf dem Stand des Programms.", "The database is at the program's state.")
    )
    return DONE


def apply() -> tuple[str, ...]:
    """Apply all pending migrations; return their names."""
    from django.core.management import call_command

    from leineweber.config.operations.schema import state

    pending = state().pending
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
    return pending
