"""`web`: the server of a city, behind its proxy."""

from __future__ import annotations

import argparse
import sys

from leineweber.config.commands.base import add_command, connect, enter, require_schema
from leineweber.config.commands.serving import add_serving, refuse_unsafe, require_free
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands, "web", run, say("bedient Anfragen im Betrieb", "serve requests in production")
    )
    add_serving(parser, processes=2, worker="none")


def run(options: argparse.Namespace) -> int:
    """Check that the configuration is fit for a city, then serve until stopped."""
    enter(options, demo=False)
    connect()
    require_schema()
    refuse_unsafe(options.host)
    require_free(options.host, options.port)
    from leineweber.config.operations.server import serve

    def ready() -> None:
        print(
            say(
                f"Hört auf {options.host}:{options.port}, {options.processes} Prozesse.",
                f"Listening on {options.host}:{options.port}, {options.processes} processes.",
            ),
            file=sys.stderr,
            flush=True,
        )

    return serve(
        options.host,
        options.port,
        processes=options.processes,
        threads=options.threads,
        worker=options.worker,
        on_ready=ready,
    )
