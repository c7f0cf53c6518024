"""Refusals as other programs read them: application/problem+json (RFC 9457)."""

from __future__ import annotations

from django.http import HttpResponse

from leineweber.faces.api.schemas import FaultOut, ProblemOut

MEDIA_TYPE = "application/problem+json"
FAULTS_SHOWN = 100
INVALID_REQUEST = "urn:leineweber:problem:invalid-request"
INVALID_ANSWERS = "urn:leineweber:problem:invalid-answers"
KEY_REUSED = "urn:leineweber:problem:idempotency-key-reused"
LINK_EXPIRED = "urn:leineweber:problem:token-expired"

TITLES = {
    400: "Nicht lesbar",
    403: "Nicht erlaubt",
    404: "Nicht gefunden",
    405: "Methode nicht erlaubt",
    410: "Abgelaufen",
    413: "Zu groß",
    415: "Falsches Format",
    422: "Nicht annehmbar",
    429: "Zu viele Anfragen",
    500: "Fehler im Programm",
}


def problem(
    status: int, detail: str, *, kind: str = "about:blank", faults: list[FaultOut] | None = None
) -> HttpResponse:
    """Return a refusal.

    Args:
        status: the HTTP status.
        detail: what is wrong and what to do about it, in German.
        kind: the `type`: a name programs can go by, `about:blank` where the status says it all.
        faults: what is wrong in single places, at most `FAULTS_SHOWN` of them are shown.
    """
    body = ProblemOut(
        type=kind, title=TITLES[status], status=status, detail=detail, errors=(faults or [])[:FAULTS_SHOWN]
    )
    response = HttpResponse(body.model_dump_json(), status=status, content_type=MEDIA_TYPE)
    # Addresses carry the token of an application, and Django would log the address of a refusal.
    response._has_been_logged = True  # type: ignore[attr-defined]  # django.utils.log.log_response asks for it
    return response
