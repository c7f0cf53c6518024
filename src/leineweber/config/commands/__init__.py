"""The commands, one module each: `register(commands)` adds the parser, `run(options)` returns the exit status.

A module imports Django only when it runs, so that `--help` answers at once and without configuration.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

COMMANDS = (
    "start",
    "web",
    "worker",
    "migrate",
    "doctor",
    "backup",
    "restore",
    "audit",
    "procedures",
    "feel",
    "dmn",
    "demo",
    "bench",
    "test",
)


class Command(Protocol):
    """What a command module offers."""

    def register(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Add this command's parser."""


def load(name: str) -> Command:
    """Return the module of a command."""
    return cast(Command, import_module(f"leineweber.config.commands.{name}"))
