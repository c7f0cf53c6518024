"""Pages for when something went wrong; each says what to do next."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse

from leineweber.kernel.access import actor_of
from leineweber.kernel.storage import StorageError
from leineweber.people.organisation import queries as organisation

_TEXTS = {
    400: ("Die Anfrage ist unvollständig", "Gehen Sie zurück und versuchen Sie es noch einmal."),
    403: (
        "Dafür fehlt Ihnen die Berechtigung",
        "Die Rechte hängen an Ihrer Stelle. Ihre Amtsleitung kann sie geben.",
    ),
    404: (
        "Diese Seite gibt es nicht",
        "Prüfen Sie die Adresse oder suchen Sie auf der Startseite.",
    ),
    500: (
        "Ein Fehler ist aufgetreten",
        "Ihre gespeicherten Angaben sind sicher. Versuchen Sie es in einigen Minuten noch einmal.",
    ),
}


def _page(request: HttpRequest, status: int, words: int | None = None) -> HttpResponse:
    title, text = _TEXTS[words or status]
    context: dict[str, object] = {"status": status, "title": title, "text": text}
    if words is None and status in {403, 404} and actor_of(request).kind == "staff":
        context |= _for_staff(request, status)
    return render(request, "ui/error.html", context, status=status)


def _for_staff(request: HttpRequest, status: int) -> dict[str, object]:
    """Return what colleagues read: who can give them the right, and the way back to their work."""
    context: dict[str, object] = {"href": reverse("desk:inbox"), "label": "Zum Eingangskorb"}
    if status == 404:
        return context | {
            "text": "Prüfen Sie die Adresse. Was einer anderen Stelle gehört, wird hier auch nicht gezeigt."
        }
    own = actor_of(request).id
    head = organisation.head_over(own) if own else None
    if head:
        person, post = head
        phone = f", Telefon {person.phone}" if person.phone else ""
        context["who"] = f"Fragen Sie {person.name} ({post.title}, {post.unit}{phone})."
    return context


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may not."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere, or nowhere for this person."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed.

    A database that is locked or away and a store that is full pass: then the answer is 503, and what was typed
    stands in the page to be sent once more.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | StorageError):
        return _busy(request)
    return _page(request, 500)


RETRY_SECONDS = 30


def _busy(request: HttpRequest) -> HttpResponse:
    post = request.method == "POST" and not _from_elsewhere(request)
    response = render(
        request,
        "ui/busy.html",
        {"typed": _typed(request) if post else [], "action": request.get_full_path(), "post": post},
        status=503,
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


_NOT_KEPT = {"csrfmiddlewaretoken", "password", "code"}


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return names and values of a posted form without its secrets; nothing if it cannot be read."""
    if request.method != "POST":
        return []
    try:
        posted = list(request.POST.lists())
    except (SuspiciousOperation, UnreadablePostError):
        return []
    return [
        (name, value)
        for name, values in posted
        if name not in _NOT_KEPT and "password" not in name and "passwort" not in name
        for value in values
    ]


def _from_elsewhere(request: HttpRequest) -> bool:
    """Tell whether a page of another site sent the form; browsers name the page they send from."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if not origin:
        return False
    try:
        own = {request.get_host(), urlsplit(settings.PUBLIC_URL).netloc}
        return urlsplit(origin).netloc not in own
    except (SuspiciousOperation, ValueError):
        return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose cookie is missing or old: keep what was typed and offer to send it again.

    What another site sent is not kept: one click would send it in the name of the person who is logged in here.
    """
    if _from_elsewhere(request):
        return _page(request, 403, words=400)
    return render(
        request,
        "ui/expired.html",
        {
            "typed": _typed(request),
            "action": request.get_full_path(),
            "without_cookies": not request.COOKIES,
        },
        status=403,
    )
