"""How the installation is: one typed report for the operator's page, the command line and monitoring.

Nothing here is about a person's work: figures are of the machine, not of those who use it.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection

from leineweber.kernel import clock
from leineweber.kernel.money import number_de

State = Literal["ok", "warning", "error"]
Figures = dict[str, int | float | str | None]
_ORDER: dict[State, int] = {"ok": 0, "warning": 1, "error": 2}
log = logging.getLogger(__name__)

LATE_JOB = timedelta(minutes=5)
LATE_VERIFICATION = timedelta(hours=36)
LITTLE_SPACE = 1 << 30
VERY_LITTLE_SPACE = 100 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. Texts are German, for the operator; `remedy` says how to mend it."""

    key: str
    label: str
    state: State
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All checks with the figures behind them at one moment."""

    at: datetime
    checks: tuple[Check, ...]
    figures: Figures = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The worst state of all checks."""
        return max((check.state for check in self.checks), key=_ORDER.__getitem__, default="ok")

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "at": self.at.isoformat(),
            "state": self.state,
            "checks": [asdict(check) for check in self.checks],
            "figures": self.figures,
        }


def health(*, reach: bool = False) -> HealthReport:
    """Look at database, storage, workers, jobs, deliveries, mails, audit trail and configuration.

    A part that fails shows as an error of its own; the report itself never fails. With `reach`, the mail
    server is asked whether it answers, which may take seconds.
    """
    from leineweber.config.operations.configuration import findings

    checks: list[Check] = [_database()]
    figures: Figures = {}
    if checks[0].state != "error":
        for key, label, look in _PARTS:
            checks.append(_guarded(key, label, look, figures))
    checks.append(_guarded("storage", "Ablage", lambda _: _storage(), figures))
    checks.append(_guarded("space", "Speicherplatz", _space, figures))
    checks.extend(findings(reach=reach))
    return HealthReport(clock.now(), tuple(checks), figures)


def _guarded(key: str, label: str, look: Callable[[Figures], Check], figures: Figures) -> Check:
    try:
        return look(figures)
    except Exception as fault:  # whatever a part does wrong is what the operator has to see
        log.exception("health check failed: %s", key)
        message = f"Die Prüfung ist gescheitert: {fault}"
        return Check(key, label, "error", message, "Einzelheiten stehen im Log.")


def _database() -> Check:
    label = "Datenbank"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseFault as fault:
        return Check(
            "database",
            label,
            "error",
            f"Sie antwortet nicht: {fault}".strip(),
            "DATABASE_URL und Datenordner prüfen.",
        )
    from leineweber.config.operations.schema import state

    found = state()
    if found.unknown:
        return Check(
            "database",
            label,
            "error",
            "Sie gehört zu einer neueren Fassung des Programms.",
            "Neuere Fassung einsetzen.",
        )
    if found.pending:
        return Check(
            "database",
            label,
            "error",
            f"{len(found.pending)} Schritte fehlen (Migrationen).",
            "leineweber migrate",
        )
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return Check(
        "database", label, "ok", f"{names[connection.vendor]} antwortet und ist auf dem Stand des Programms."
    )


def _workers(figures: Figures) -> Check:
    from leineweber.kernel.jobs import queries

    count = figures["workers"] = queries.workers().count()
    hanging = figures["workers_hanging"] = queries.hanging().count()
    label = "Ausführung (Worker)"
    if hanging:
        return Check(
            "workers",
            label,
            "warning",
            f"{hanging} von {count} seit über 30 Minuten an demselben Schritt.",
            "Im Log und unter „Ausführung“ nachsehen. Hängt er, den Prozess neu starten; seine Arbeit wird wiederholt.",
        )
    if count:
        return Check("workers", label, "ok", f"{count} im Dienst." if count > 1 else "Einer im Dienst.")
    return Check(
        "workers",
        label,
        "warning",
        "Keiner hat sich in der letzten Minute gemeldet; Nachrichten und Aufträge bleiben liegen.",
        "leineweber worker starten (in der Demo und mit --worker thread läuft er mit).",
    )


def _jobs(figures: Figures) -> Check:
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    from leineweber.kernel.jobs import queries

    now = clock.now()
    due = DBTaskResult.objects.ready()
    oldest = due.order_by("enqueued_at").values_list("enqueued_at", "run_after").first()
    figures["jobs_waiting"] = queries.waiting_count()
    figures["jobs_due"] = due.count()
    figures["jobs_running"] = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count()
    failed = figures["jobs_failed"] = queries.failed().count()
    failing = figures["jobs_failing"] = queries.failing().count() - failed
    # The library writes "at once" as the year 9999.
    since = max(moment for moment in oldest if moment <= now) if oldest else now
    age = (now - since).total_seconds()
    figures["jobs_oldest_due_seconds"] = round(age, 1)
    label = "Aufträge"
    if failed or failing:
        return Check(
            "jobs",
            label,
            "error",
            _trouble(failing, failed),
            "Auf der Betriebsseite den Grund ansehen und beheben.",
        )
    if age > LATE_JOB.total_seconds():
        return Check(
            "jobs", label, "warning", "Ein fälliger Auftrag wartet seit über fünf Minuten.", "Worker prüfen."
        )
    return Check("jobs", label, "ok", f"{figures['jobs_waiting']} warten, keiner misslingt.")


def _trouble(failing: int, failed: int) -> str:
    return f"{failing} misslingen bisher immer wieder und werden weiter versucht, {failed} sind aufgegeben."


def _schedules(figures: Figures) -> Check:
    from leineweber.kernel.jobs import queries

    states = list(queries.schedule_states())
    failing = [state.name for state in states if state.last_error]
    figures["schedules"] = len(states)
    figures["schedules_failing"] = len(failing)
    if failing:
        return Check(
            "schedules",
            "Zeitpläne",
            "error",
            f"Zuletzt gescheitert: {', '.join(failing)}.",
            "Der Grund steht auf der Betriebsseite und im Log.",
        )
    return Check("schedules", "Zeitpläne", "ok", f"{len(states)} laufen.")


def _deliveries(figures: Figures) -> Check:
    from leineweber.kernel.events import queries

    failed = figures["deliveries_failed"] = queries.failed().count()
    failing = figures["deliveries_failing"] = queries.failing().count() - failed
    figures["deliveries_waiting"] = queries.waiting_count()
    if failed or failing:
        return Check(
            "deliveries",
            "Ereignisse",
            "error",
            _trouble(failing, failed),
            "Auf der Betriebsseite den Grund ansehen und beheben.",
        )
    return Check(
        "deliveries", "Ereignisse", "ok", f"{figures['deliveries_waiting']} warten, keine misslingt."
    )


def _mails(figures: Figures) -> Check:
    from leineweber.capabilities.messages import queries

    label = "E-Mails"
    fates = list(queries.failed_emails().values_list("status", flat=True))
    uncertain = figures["mails_uncertain"] = fates.count("uncertain")
    failed = figures["mails_failed"] = len(fates) - uncertain
    waiting = figures["mails_waiting"] = queries.waiting_emails()
    if failed:
        return Check(
            "mails",
            label,
            "error",
            f"{failed} gescheitert, {uncertain} ungewiss.",
            "Mailserver prüfen, dann erneut senden.",
        )
    if uncertain:
        return Check(
            "mails",
            label,
            "warning",
            f"Bei {uncertain} ist ungewiss, ob sie angekommen sind; sie werden nicht von selbst wiederholt.",
            "Im Log des Mailservers nachsehen, dann einzeln entscheiden.",
        )
    return Check("mails", label, "ok", f"{waiting} warten, keine ist gescheitert.")


def _letters(figures: Figures) -> Check:
    from leineweber.capabilities.messages import queries

    waiting = figures["letters_waiting"] = queries.print_queue().count()
    return Check("letters", "Briefe", "ok", f"{waiting} warten auf den Druck.")


def _audit(figures: Figures) -> Check:
    from leineweber.kernel.audit import queries

    label = "Protokoll"
    last = queries.last_verification()
    figures["audit_verified_at"] = last.at.isoformat() if last else None
    figures["audit_findings"] = len(last.findings) if last else None
    if last is None:
        return Check("audit", label, "warning", "Es wurde noch nie geprüft.", "leineweber audit verify")
    when = f"{clock.local(last.at):%d.%m.%Y, %H:%M} Uhr"
    if last.findings:
        return Check(
            "audit",
            label,
            "error",
            f"{len(last.findings)} Auffälligkeiten am {when}.",
            "leineweber audit verify",
        )
    if clock.now() - last.at > LATE_VERIFICATION:
        return Check("audit", label, "warning", f"Zuletzt geprüft am {when}.", "leineweber audit verify")
    return Check(
        "audit", label, "ok", f"{number_de(last.entries, 0)} Einträge, geprüft am {when}, ohne Auffälligkeit."
    )


def _storage() -> Check:
    from leineweber.kernel import storage

    if not settings.STORAGE_URL and not settings.DATA_DIR.is_dir():
        return Check(
            "storage", "Ablage", "error", "Der Datenordner fehlt.", f"mkdir -m 700 {settings.DATA_DIR}"
        )
    try:
        storage.probe()
    except (storage.StorageError, ValueError) as fault:
        return Check("storage", "Ablage", "error", str(fault), "Rechte, Platz und STORAGE_URL prüfen.")
    return Check("storage", "Ablage", "ok", "Schreiben und Lesen gelingen.")


def _files(figures: Figures) -> Check:
    from leineweber.kernel import storage

    count = figures["stored_files"] = storage.count()
    return Check("files", "Abgelegte Dateien", "ok", f"{count}")


def _space(figures: Figures) -> Check:
    free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else "/").free
    figures["free_bytes"] = free
    label = "Speicherplatz"
    text = f"{free / (1 << 30):.1f} GiB sind frei.".replace(".", ",", 1)
    if free < VERY_LITTLE_SPACE:
        return Check("space", label, "error", text, "Platz schaffen; unter 100 MiB droht Stillstand.")
    if free < LITTLE_SPACE:
        return Check("space", label, "warning", text, "Platz schaffen.")
    return Check("space", label, "ok", text)


_PARTS: tuple[tuple[str, str, Callable[[Figures], Check]], ...] = (
    ("workers", "Ausführung (Worker)", _workers),
    ("jobs", "Aufträge", _jobs),
    ("schedules", "Zeitpläne", _schedules),
    ("deliveries", "Ereignisse", _deliveries),
    ("mails", "E-Mails", _mails),
    ("letters", "Briefe", _letters),
    ("audit", "Protokoll", _audit),
    ("files", "Abgelegte Dateien", _files),
)
