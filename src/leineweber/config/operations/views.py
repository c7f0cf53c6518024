"""What monitoring asks over HTTP."""

from __future__ import annotations

import hmac
import os

from django.db import Error as DatabaseFault
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from leineweber.config.operations.health import health
from leineweber.config.operations.metrics import exposition
from leineweber.kernel.access import requires


@require_safe
@requires("public")
def alive(request: HttpRequest) -> HttpResponse:
    """Tell a load balancer whether this process can answer: 200, or 503 if the database is away. No details."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseFault:
        return JsonResponse({"status": "error"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
@requires("public")
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever shows LEINEWEBER_METRICS_TOKEN as bearer; without that variable there is no page.

    Raises:
        Http404: no token is configured, or the request shows another.
    """
    token = os.environ.get("LEINEWEBER_METRICS_TOKEN", "")
    shown = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise Http404
    return HttpResponse(
        exposition(health()), content_type="application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
