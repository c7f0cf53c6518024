"""What every address of the interface does alike: methods, media type, size; and addresses that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from leineweber.faces.api import rules
from leineweber.faces.api.interface import NOT_FOUND, TOO_LARGE
from leineweber.faces.api.problems import problem
from leineweber.kernel.access import requires

View = Callable[..., HttpResponseBase]
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def polite(view: View, policies: Mapping[str, str]) -> View:
    """Return the view of an address as HTTP (RFC 9110) wants it.

    HEAD is answered like GET, OPTIONS with the methods, a method that is not offered by 405 with `Allow`, a body of
    another kind by 415, a large one by 413 before it is read. `policies` names the policy of each method; it stays
    on the view, where the suite reads it.
    """
    allowed = rules.allowed_methods(policies)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            answered = HttpResponse(status=204, headers={"Allow": allowed})
            del answered.headers["Content-Type"]
            return answered
        method = "GET" if request.method == "HEAD" else request.method
        if method not in policies:
            refusal = problem(405, f"Diese Adresse kennt nur {allowed}.")
            refusal["Allow"] = allowed
            return refusal
        if method in WITH_BODY:
            wrong = _wrong_body(request)
            if wrong is not None:
                return wrong
        request.method = method  # the server leaves the body of a HEAD away
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return problem(404, NOT_FOUND)

    answer.policies = dict(policies)  # type: ignore[attr-defined]  # read by the suite
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts here: there is nothing to forge
    return answer


def _wrong_body(request: HttpRequest) -> HttpResponse | None:
    if rules.media_type(request.META.get("CONTENT_TYPE", "")) != "application/json":
        refusal = problem(415, "Der Inhalt muss application/json sein.")
        refusal["Accept"] = "application/json"
        return refusal
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > rules.BODY_LIMIT:
        return problem(413, TOO_LARGE)
    return None


@requires("public")
def unknown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer for addresses of the interface that lead nowhere."""
    return problem(404, NOT_FOUND)
