"""The operator's page: health, what fails, is given up or disturbed; each can be tried again. Nothing about people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_tasks import TaskResultStatus

from leineweber.capabilities.messages import queries as messages
from leineweber.capabilities.messages import services as message_services
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes import services as process_services
from leineweber.capabilities.processes.models import ProcessInstance
from leineweber.faces.desk import services
from leineweber.faces.desk.views.common import back, clean, note_of
from leineweber.kernel import clock, health
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.audit import queries as audit
from leineweber.kernel.events import queries as events
from leineweber.kernel.events import services as event_services
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.jobs import queries as jobs
from leineweber.kernel.jobs import services as job_services
from leineweber.kernel.traces import without_data

SHOWN = 50
STATES = {"ok": "green", "warning": "yellow", "error": "red"}
WORDS = {"ok": "in Ordnung", "warning": "Hinweis", "error": "Fehler"}


def _last_line(text: str) -> str:
    """Return the last line of a traceback: what went wrong, without the way there and the data it happened to."""
    lines = without_data(text).strip().splitlines()
    return lines[-1][:300] if lines else ""


def masked(address: str) -> str:
    """Return an address so that an operator sees the mail server and not the person."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _checks() -> list[dict[str, Any]]:
    report = health.report()
    parts: Iterable[health.Check] = report.checks if report else ()
    return [
        {
            "label": part.label,
            "light": STATES[part.state],
            "word": WORDS[part.state],
            "message": part.message,
            "remedy": part.remedy,
            "settings": part.key.startswith("configuration."),
            "order": -["ok", "warning", "error"].index(part.state),
        }
        for part in parts
    ]


@requires("operator")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how the installation is and what needs somebody."""
    checks = sorted(_checks(), key=lambda one: one["order"])
    failed_jobs, failed_deliveries = jobs.failing(), events.failing()
    failed_emails = messages.failed_emails()
    return render(
        request,
        "desk/operations.html",
        {
            "at": clock.now(),
            "checks": [one for one in checks if not one["settings"]],
            "settings": [one for one in checks if one["settings"]],
            "bad": sum(one["light"] == "red" for one in checks),
            "warnings": sum(one["light"] == "yellow" for one in checks),
            "jobs": [
                {
                    "id": job.id,
                    "name": job.task_path.removeprefix("leineweber."),
                    "attempts": len(job.worker_ids),
                    "at": job.enqueued_at,
                    "error": _last_line(job.traceback),
                    "next": job.run_after if job.status == TaskResultStatus.READY else None,
                }
                for job in failed_jobs[:SHOWN]
            ],
            "jobs_total": failed_jobs.count(),
            "deliveries": [
                {
                    "id": row.id,
                    "event": row.event.name,
                    "subscriber": row.subscriber,
                    "attempts": row.attempts,
                    "at": row.event.at,
                    "error": _last_line(row.error),
                    "next": row.due if row.status == Delivery.Status.WAITING else None,
                    "discardable": events.has_no_receiver(row),
                }
                for row in failed_deliveries[:SHOWN]
            ],
            "deliveries_total": failed_deliveries.count(),
            "emails": [
                {
                    "id": row.id,
                    "to": masked(row.to),
                    "template": row.template,
                    "uncertain": row.status == "uncertain",
                    "status": row.get_status_display(),
                    "attempts": row.attempts,
                    "at": row.created_at,
                    "error": row.error.replace(row.to, masked(row.to)),
                }
                for row in failed_emails[:SHOWN]
            ],
            "emails_total": failed_emails.count(),
            "emails_failed": failed_emails.filter(status="failed").count(),
            "reason_limit": event_services.REASON_LIMIT,
            "courses": [
                {
                    "id": row.id,
                    "procedure": row.procedure,
                    "subject": row.subject,
                    "at": row.started_at,
                    "failure": row.failure,
                    "owed": len(row.pending),
                }
                for row in processes.disturbed(SHOWN)
            ],
            "schedules": [
                {
                    "name": row.name,
                    "last_run": row.last_run,
                    "due": row.due,
                    "error": _last_line(row.last_error),
                }
                for row in jobs.schedule_states()
            ],
            "workers": jobs.workers(),
            "waiting": {
                "jobs": jobs.waiting_count(),
                "deliveries": events.waiting_count(),
                "emails": messages.waiting_emails(),
            },
            "verification": audit.last_verification(),
            "note": note_of(request),
        },
    )


def _home(request: HttpRequest, note: str) -> HttpResponse:
    return back(request, reverse("desk:operations"), note)


@requires("operator")
@require_POST
def verify_audit(request: HttpRequest) -> HttpResponse:
    """Have the audit trail verified now."""
    services.request_verification(actor_of(request))
    return _home(request, "pruefung")


@requires("operator")
@require_POST
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Run a job again that was given up."""
    done = job_services.retry(actor_of(request), job_id)
    return _home(request, "wiederholt" if done else "schon-erledigt")


@requires("operator")
@require_POST
def retry_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Deliver an event again that was given up."""
    try:
        event_services.retry(actor_of(request), delivery_id)
    except Delivery.DoesNotExist:
        return _home(request, "schon-erledigt")
    return _home(request, "wiederholt")


@requires("operator")
@require_POST
def retry_all_jobs(request: HttpRequest) -> HttpResponse:
    """Run all jobs again that fail."""
    done = job_services.retry_all(actor_of(request))
    return _home(request, "wiederholt" if done else "schon-erledigt")


@requires("operator")
@require_POST
def retry_all_deliveries(request: HttpRequest) -> HttpResponse:
    """Deliver all events again whose delivery fails."""
    done = event_services.retry_all(actor_of(request))
    return _home(request, "wiederholt" if done else "schon-erledigt")


@requires("operator")
@require_POST
def retry_failed_emails(request: HttpRequest) -> HttpResponse:
    """Send all e-mails once more that failed; those of unknown fate stay."""
    done = message_services.retry_failed_emails(actor_of(request))
    return _home(request, "wiederholt" if done else "schon-erledigt")


@requires("operator")
@require_POST
def discard_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Remove a delivery that nobody is there to take, with the operator's reason."""
    try:
        event_services.discard(actor_of(request), delivery_id, clean(request.POST.get("grund", "")))
    except (Delivery.DoesNotExist, event_services.StillWanted):
        return _home(request, "schon-erledigt")
    except ValueError:
        return _home(request, "grund-fehlt")
    return _home(request, "verworfen")


@requires("operator")
@require_POST
def retry_course(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """Let a disturbed course go on.

    Raises:
        Http404: there is no such course.
    """
    try:
        runs = process_services.retry(instance_id, actor_of(request))
    except ProcessInstance.DoesNotExist:
        raise Http404 from None
    except process_services.Conflict:
        return _home(request, "schon-erledigt")
    return _home(request, "laeuft-weiter" if runs else "noch-gestoert")


@requires("operator")
@require_POST
def retry_email(request: HttpRequest, email_id: UUID) -> HttpResponse:
    """Send an e-mail once more."""
    done = message_services.retry_email(actor_of(request), email_id)
    return _home(request, "wiederholt" if done else "schon-erledigt")


@requires("operator")
@require_POST
def settle_email(request: HttpRequest, email_id: UUID) -> HttpResponse:
    """Take an e-mail off the list; nothing more is done about it."""
    done = message_services.settle_email(actor_of(request), email_id)
    return _home(request, "abgehakt" if done else "schon-erledigt")
