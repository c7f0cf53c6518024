"""`doctor`: check configuration and health, and say how to mend each finding."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import DONE, FOUND, Failure, add_command, add_json, enter, print_json
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


REMEDY = "Die genannte Variable berichtigen; Beispiele stehen in der Anleitung zur Installation."


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def run(options: argparse.Namespace) -> int:
    """Print the report; exit status 1 if there is an error in it (warnings alone give 0)."""
    from leineweber.config.operations.health import Check, HealthReport, health
    from leineweber.kernel import clock

    try:
        enter(options)
        report = health(reach=True)
    except Failure as failure:
        # Without readable variables nothing else can be looked at; their own message says what they must be.
        unreadable = Check("configuration", "Konfiguration", "error", failure.message, REMEDY)
        report = HealthReport(clock.now(), (unreadable,))
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
            f"{_many(len(report.checks), 'Prüfung', 'Prüfungen')}, {errors} Fehler, "
            f"{_many(warnings, 'Hinweis', 'Hinweise')}.",
            f"{_many(len(report.checks), 'check', 'checks')}, {_many(errors, 'error', 'errors')}, "
            f"{_many(warnings, 'warning', 'warnings')}.",
        )
    )
    return FOUND if errors else DONE
