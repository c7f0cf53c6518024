"""Figures for monitoring in the text form of OpenMetrics (Prometheus)."""

from __future__ import annotations

from leineweber.config.operations.health import HealthReport

_HELP = {
    "workers": "Worker, die sich in der letzten Minute gemeldet haben",
    "workers_hanging": "Worker, die seit über 30 Minuten an demselben Schritt sind",
    "jobs_waiting": "wartende Aufträge",
    "jobs_due": "fällige Aufträge",
    "jobs_running": "laufende Aufträge",
    "jobs_failed": "aufgegebene Aufträge",
    "jobs_failing": "Aufträge, die immer wieder misslingen und weiter versucht werden",
    "jobs_oldest_due_seconds": "Alter des ältesten fälligen Auftrags in Sekunden",
    "schedules": "Zeitpläne",
    "schedules_failing": "Zeitpläne, deren letzter Lauf gescheitert ist",
    "deliveries_waiting": "wartende Zustellungen von Ereignissen",
    "deliveries_failed": "aufgegebene Zustellungen von Ereignissen",
    "deliveries_failing": "Zustellungen, die immer wieder misslingen und weiter versucht werden",
    "mails_waiting": "wartende E-Mails",
    "mails_failed": "aufgegebene E-Mails",
    "mails_uncertain": "E-Mails, deren Versand ungewiss ist",
    "letters_waiting": "Briefe, die auf den Druck warten",
    "audit_findings": "Auffälligkeiten der letzten Prüfung des Protokolls",
    "stored_files": "abgelegte Dateien",
    "free_bytes": "freier Speicherplatz in Byte",
}


def exposition(report: HealthReport) -> str:
    """Return the numeric figures of a report, and each check as 0 (ok), 1 (warning) or 2 (error)."""
    lines: list[str] = []
    for name, value in sorted(report.figures.items()):
        if isinstance(value, int | float):
            lines.append(f"# HELP leineweber_{name} {_HELP[name]}")
            lines.append(f"# TYPE leineweber_{name} gauge")
            lines.append(f"leineweber_{name} {value}")
    lines.append("# HELP leineweber_check Prüfung: 0 in Ordnung, 1 Hinweis, 2 Fehler")
    lines.append("# TYPE leineweber_check gauge")
    states = ("ok", "warning", "error")
    lines.extend(
        f'leineweber_check{{name="{check.key}"}} {states.index(check.state)}' for check in report.checks
    )
    return "\n".join([*lines, "# EOF", ""])
