"""`bench NAME`: measure, and print the figures as JSON."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import DONE, FOUND, MISSING, Failure, add_common, add_json, print_json
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser, with one of its own for each bench."""
    from leineweber.config.bench import benches

    summary = say("misst und gibt die Zahlen als JSON aus", "measure and print the figures as JSON")
    parser = commands.add_parser("bench", help=summary, description=summary)
    names = parser.add_subparsers(dest="bench", required=True, metavar="NAME")
    for name, module in benches().items():
        summary = say(*module.SUMMARY)
        # A bench may say more exactly what an option means to it. Its figures are JSON with and without --json.
        entry = names.add_parser(name, help=summary, description=summary, conflict_handler="resolve")
        add_common(entry)
        add_json(entry)
        module.add_arguments(entry)
        entry.set_defaults(run=run, measure=module.run)


def run(options: argparse.Namespace) -> int:
    """Measure; exit status 1 if the bench says that its aim was missed."""
    try:
        figures = options.measure(options)
    except ModuleNotFoundError as error:
        raise Failure(
            MISSING,
            say(f"Für diese Messung fehlt: {error.name}", f"This bench needs: {error.name}"),
            say("Im Quelltext aufrufen: ./leineweber bench …", "Call it in a checkout: ./leineweber bench …"),
        ) from error
    print_json(figures)
    return DONE if figures.get("ok", True) else FOUND
