"""Middleware of the whole house: headers that keep browsers safe, and the language of the page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

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


class SecurityHeadersMiddleware:
    """Sets the headers; pages that are not static are never kept by shared caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the headers set."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response


LANGUAGE_COOKIE = "lw_sprache"
LANGUAGES = ("de", "en", "leicht")


class LanguageMiddleware:
    """Sets `request.language` (de, en, leicht): from `?sprache=`, then the cookie, else German.

    Plain German (Leichte Sprache) uses the German catalogue for fixed words and its own texts for services.
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
        with translation.override("en" if language == "en" else "de"):
            response = self.get_response(request)
        if chosen in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, chosen, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        return response
