"""Middleware of the whole house: headers that keep browsers safe, and the language of the page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import translation

from leineweber.config.errors import bad_request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
Handler = Callable[[HttpRequest], HttpResponseBase]


# Asked from near by, over plain HTTP and by address: by the proxy in front and by monitoring.
NEAR = frozenset({"/gesundheit", "/metriken"})


class SecurityHeadersMiddleware:
    """Sets the headers; pages that are not static are never kept by shared caches.

    Before anything else: a name the city does not answer to is refused, and plain HTTP led to https where the city is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the headers set."""
        response = self._elsewhere(request) or self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response

    def _elsewhere(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path in NEAR:
            return None
        try:
            request.get_host()
        except DisallowedHost as error:
            return bad_request(request, error)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponsePermanentRedirect(settings.PUBLIC_URL + request.get_full_path())
        return None


LANGUAGE_COOKIE = "lw_sprache"
LANGUAGES = ("de", "en", "leicht")
CATALOGUES = {"de": "de", "en": "en", "leicht": "de-leicht"}


class LanguageMiddleware:
    """Sets `request.language` (de, en, leicht): from `?sprache=`, then the cookie, else German.

    Plain German (Leichte Sprache) has a catalogue of its own for the words that are hard to read; the others are
    German, and Django falls back to it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request in its language; a choice made by `?sprache=` is remembered for the session."""
        chosen = request.GET.get("sprache", "")
        language = chosen if chosen in LANGUAGES else request.COOKIES.get(LANGUAGE_COOKIE, "de")
        if language not in LANGUAGES:
            language = "de"
        request.language = language  # type: ignore[attr-defined]  # read by faces
        with translation.override(CATALOGUES[language]):
            response = self.get_response(request)
        if chosen in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, chosen, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        return response
