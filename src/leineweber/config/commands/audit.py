"""`audit verify`: find rows of the audit trail that were changed, removed or inserted."""

from __future__ import annotations

import argparse

from leineweber.config.commands.base import (
    DONE,
    FOUND,
    add_common,
    add_json,
    connect,
    enter,
    print_json,
    require_schema,
)
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("prüft das Protokoll auf Eingriffe", "verify the audit trail")
    parser = commands.add_parser("audit", help=summary, description=summary)
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify")
    verify = actions.add_parser("verify", help=summary, description=summary)
    add_common(verify)
    add_json(verify)
    verify.add_argument(
        "--noted",
        default="",
        metavar="SIEGEL",
        help=say(
            "früher notiertes neuestes Siegel, das noch vorkommen muss",
            "newest seal noted earlier that must still be there",
        ),
    )
    verify.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify; exit status 1 if anything was found."""
    enter(options)
    connect()
    require_schema()
    from leineweber.kernel.audit.services import verify

    report = verify(noted=options.noted.strip())
    if options.json:
        print_json(
            {
                "sound": report.sound,
                "entries": report.entries,
                "blocks": report.blocks,
                "newest_seal": report.newest_seal,
                "findings": [
                    {"entry": finding.entry_id, "message": finding.message} for finding in report.findings
                ],
            }
        )
    else:
        for finding in report.findings:
            print(finding.message)
        print(
            say(
                f"{report.entries} Einträge in {report.blocks} Siegelblöcken geprüft, "
                f"{len(report.findings)} Auffälligkeiten.",
                f"{report.entries} entries in {report.blocks} blocks verified, {len(report.findings)} findings.",
            )
        )
        if report.newest_seal:
            print(say(f"Neuestes Siegel: {report.newest_seal}", f"Newest seal: {report.newest_seal}"))
    return DONE if report.sound else FOUND
