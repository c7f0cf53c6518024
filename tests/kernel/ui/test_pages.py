"""Errors, the expired session, the choice of light or dark, the demo's strip, the languages."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation

from leineweber.kernel.ui import views


def test_the_choice_of_dark_is_kept_and_leads_back() -> None:
    response = views.appearance(
        RequestFactory().post("/darstellung/", {"farben": "dark", "next": "/leistungen/?q=x"})
    )
    assert response.status_code == 302
    assert response.headers["Location"] == "/leistungen/?q=x"
    assert response.cookies["lw_farben"].value == "dark"
    assert response.cookies["lw_farben"]["httponly"]


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_it_leads_to_no_other_server(target: str) -> None:
    response = views.appearance(RequestFactory().post("/darstellung/", {"farben": "light", "next": target}))
    assert response.headers["Location"] == "/"


def test_as_the_device_forgets_the_choice() -> None:
    response = views.appearance(RequestFactory().post("/darstellung/", {"farben": "", "next": "/"}))
    assert response.cookies["lw_farben"]["max-age"] == 0
    other = views.appearance(RequestFactory().post("/darstellung/", {"farben": "neon", "next": "/"}))
    assert other.cookies["lw_farben"].value == ""


def test_the_page_follows_the_cookie() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["lw_farben"] = "dark"
    assert 'data-kern-theme="dark"' in render_to_string("ui/portal.html", {}, request)
    request.COOKIES["lw_farben"] = '"><script>'
    assert "data-kern-theme" not in render_to_string("ui/portal.html", {}, request)


def test_errors_are_shown_without_a_request() -> None:
    html = render_to_string(
        "ui/error.html", {"status": 500, "title": "Ein Fehler ist aufgetreten", "text": "Gleich wieder."}
    )
    assert "Ein Fehler ist aufgetreten" in html
    assert "Meldung 500" in html


def test_no_right_says_who_can_give_it() -> None:
    context = {
        "status": 403,
        "title": "Kein Zugriff",
        "text": "-",
        "who": "Die Amtsleitung kann das Recht geben.",
    }
    assert "Die Amtsleitung kann das Recht geben." in render_to_string("ui/error.html", context)


def test_an_expired_session_keeps_what_was_typed() -> None:
    context = {
        "typed": [("name", 'Frau "Muster"'), ("wahl", "a"), ("wahl", "b")],
        "action": "/antrag/?x=1&y=2",
        "without_cookies": False,
    }
    html = render_to_string("ui/expired.html", context, RequestFactory().post("/antrag/"))
    assert "Die Sitzung ist abgelaufen" in html
    assert 'name="name" value="Frau &#34;Muster&#34;"' in html
    assert html.count('name="wahl"') == 2
    assert 'action="/antrag/?x=1&amp;y=2"' in html
    assert "csrfmiddlewaretoken" in html


def test_a_browser_without_cookies_is_told_so() -> None:
    context = {"typed": [], "action": "/", "without_cookies": True}
    assert "Cookies sind nötig" in render_to_string("ui/expired.html", context, RequestFactory().post("/"))


def test_the_demo_says_so_on_every_page() -> None:
    with override_settings(LEINEWEBER_DEMO=True):
        assert "erfunden" in render_to_string("ui/portal.html", {}, RequestFactory().get("/"))
    with override_settings(LEINEWEBER_DEMO=False):
        assert "erfunden" not in render_to_string("ui/portal.html", {}, RequestFactory().get("/"))


def test_the_english_portal_is_english() -> None:
    request = RequestFactory().get("/leistungen/?q=x")
    request.language = "en"  # type: ignore[attr-defined]
    with translation.override("en"):
        html = render_to_string("ui/portal.html", {}, request)
    assert '<html lang="en"' in html
    assert "My account" in html
    assert "Skip to content" in html
    assert "?q=x&amp;sprache=leicht" in html
