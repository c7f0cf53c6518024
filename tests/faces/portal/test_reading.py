"""Reading: public pages set no session, ask a constant number of queries, and bear any address."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client as Browser

from faces.conftest import City
from leineweber.domains.services import services
from leineweber.kernel.access import Actor

pytestmark = pytest.mark.django_db
PUBLIC = (
    "/",
    "/suche/",
    "/suche/?q=wahlhelfer",
    "/leistungen/",
    "/leistungen/wahlhelfer/",
    "/lebenslagen/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/vorgang/finden/",
)


@pytest.mark.parametrize("language", ["de", "en", "leicht"])
@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_session_in_any_language(city: City, address: str, language: str) -> None:
    browser = Browser()
    browser.cookies["lw_sprache"] = language
    answer = browser.get(address)
    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize(
    "address", ["/leistungen/keine/", "/lebenslagen/keine/", "/antrag/keine/x/y/", "/nirgends/"]
)
def test_what_is_not_there_is_404(city: City, address: str) -> None:
    assert Browser().get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "q=%F0%9F%A7%B5",
        "q=%22+OR+1%3D1--",
        "q=*",
        "q=a&seite=99999",
        "seite=-1",
        "q=%ff%fe",
    ],
)
def test_any_search_is_answered(city: City, query: str) -> None:
    assert Browser().get(f"/suche/?{query}").status_code == 200


def test_lists_cost_a_constant_number_of_queries(city: City, django_assert_num_queries) -> None:
    for number in range(20):
        services.describe(
            Actor.system(),
            slug=f"dienst-{number}",
            key="LW-1",
            texts={"de": {"title": f"Dienst {number}", "summary": "Kurz", "what": "Was"}},
        )
    browser = Browser()
    for address, cost in {
        "/": 2,
        "/leistungen/": 1,
        "/leistungen/wahlhelfer/": 1,
        "/lebenslagen/": 1,
        "/suche/": 0,
        "/impressum/": 0,
        "/vorgang/finden/": 0,
    }.items():
        browser.get(address)
        with django_assert_num_queries(cost):
            browser.get(address)


def test_a_missing_page_speaks_the_language_of_the_reader() -> None:
    browser = Browser()
    browser.get("/?sprache=en")
    page = browser.get("/nirgends/").content.decode()
    assert "<title>This page does not exist" in page
    assert "Diese Seite" not in page
