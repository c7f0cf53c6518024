"""`worker`: deliveries, jobs and schedules in a process of its own; any number of them on PostgreSQL."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import DONE, add_command, connect, enter, require_schema
from leineweber.config.commands.serving import number, refuse_unsafe, work_until_stopped
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands, "worker", run, say("führt Zustellungen und Aufträge aus", "run deliveries and jobs")
    )
    parser.add_argument("--parent", type=number(1, 2**31), help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Check that the configuration is fit for a city, then work until stopped."""
    enter(options, demo=False)
    connect()
    require_schema()
    refuse_unsafe()
    work_until_stopped(options.parent)
    return DONE
