"""`test`: every check of the house, in a checkout."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from leineweber.config.commands.base import MISSING, Failure
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("führt alle Prüfungen des Programms aus", "run all checks of the program")
    parser = commands.add_parser("test", help=summary, description=summary)
    parser.add_argument(
        "--fast",
        action="store_true",
        help=say(
            "nur Stil, Typen und schnelle Tests auf SQLite", "style, types and fast tests on SQLite only"
        ),
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar=say("SCHRITT", "STEP"),
        help=say(
            "nur diesen Schritt, auch mehrfach: ruff types imports templates migrations dependencies licences "
            "sqlite postgresql coverage wheel launcher html docs",
            "this step only, may be repeated: ruff types imports templates migrations dependencies licences "
            "sqlite postgresql coverage wheel launcher html docs",
        ),
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the suite; exit status 1 if anything failed."""
    root = Path(os.environ.get("LEINEWEBER_ROOT") or Path(__file__).resolve().parents[4])
    if not (root / "tests").is_dir() or not (root / "pyproject.toml").is_file():
        raise Failure(
            MISSING,
            say(
                "Die Prüfungen gehören zum Quelltext; hier ist nur das eingerichtete Programm.",
                "The checks belong to the source; this is the installed program only.",
            ),
            "git clone … && ./leineweber test",
        )
    try:
        from leineweber.config.testing.suite import STEPS, run_suite
    except ModuleNotFoundError as error:
        raise Failure(
            MISSING,
            say(
                f"Ein Werkzeug der Prüfungen fehlt: {error.name}",
                f"A tool of the checks is missing: {error.name}",
            ),
            "./leineweber test",
        ) from error
    unknown = sorted(set(options.only) - {step[0] for step in STEPS})
    if unknown:
        raise Failure(
            2,
            say(f"Diesen Schritt gibt es nicht: {unknown[0]}", f"There is no such step: {unknown[0]}"),
            "--help",
        )
    return run_suite(root, fast=options.fast, only=options.only)
