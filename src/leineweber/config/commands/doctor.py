"""`doctor`: check configuration and health, and say how to mend each finding."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import DONE, FOUND, add_command, add_json, enter, print_json
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands,
        "doctor",
        run,
        say(
            "prüft Konfiguration und Zustand und nennt Abhilfe",
            "check configuration and health, name remedies",
        ),
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the report; exit status 1 if there is an error in it (warnings alone give 0)."""
    enter(options)
    from leineweber.config.operations.health import health

    report = health(reach=True)
    if options.json:
        print_json(report.as_dict())
        return FOUND if report.state == "error" else DONE
    signs = {"ok": " ok ", "warning": "  ! ", "error": "FEHL" if say("de", "en") == "de" else "FAIL"}
    for check in report.checks:
        print(f"[{signs[check.state]}] {check.label}: {check.message}")
        if check.remedy and check.state != "ok":
            print(f"       → {check.remedy}")
    errors = sum(check.state == "error" for check in report.checks)
    warnings = sum(check.state == "warning" for check in report.checks)
    print(
        say(
            f"{len(report.checks)} Prüfungen, {errors} Fehler, {warnings} Hinweise.",
            f"{len(report.checks)} checks, {errors} errors, {warnings} warnings.",
        )
    )
    return FOUND if errors else DONE
