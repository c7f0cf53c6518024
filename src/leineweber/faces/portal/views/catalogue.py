"""Finding and reading: home, search, services, life situations, and the pages every site owes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leineweber.domains.services import queries
from leineweber.kernel.access import requires

PAGE = 20
QUERY_LIMIT = 100


def language_of(request: HttpRequest) -> str:
    """Return the language of the page: de, en or leicht."""
    return str(getattr(request, "language", "de"))


def page_number(request: HttpRequest) -> int:
    """Return the page asked for in the address, the first where that makes no sense."""
    text = request.GET.get("seite", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@requires("public")
def home(request: HttpRequest) -> HttpResponse:
    """A search field, the most used services, life situations."""
    language = language_of(request)
    return render(
        request,
        "portal/home.html",
        {"services": queries.most_used(language), "situations": queries.situations(language)},
    )


@requires("public")
def search(request: HttpRequest) -> HttpResponse:
    """Results of a search, best first."""
    text = request.GET.get("q", "").strip()[:QUERY_LIMIT]
    page = page_number(request)
    total = 0
    cards: list[queries.ServiceCard] = []
    if text:
        total, cards = queries.find(text, language_of(request), limit=PAGE, offset=(page - 1) * PAGE)
    return render(
        request,
        "portal/search.html",
        {"q": text, "total": total, "cards": cards, "page": page, "pages": max(1, -(-total // PAGE))},
    )


@requires("public")
def services(request: HttpRequest) -> HttpResponse:
    """All services from A to Z."""
    return render(request, "portal/services.html", {"cards": queries.catalogue(language_of(request))})


@requires("public")
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service: what, who, documents, cost, duration, legal basis, office."""
    page = queries.service_page(slug, language_of(request))
    if page is None:
        raise Http404
    return render(request, "portal/service.html", {"page": page, "text": page.text, "service": page.service})


@requires("public")
def situations(request: HttpRequest) -> HttpResponse:
    """All life situations."""
    return render(request, "portal/situations.html", {"situations": queries.situations(language_of(request))})


@requires("public")
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """The services of a life situation."""
    found = queries.situation(slug, language_of(request))
    if found is None:
        raise Http404
    card, cards = found
    return render(request, "portal/situation.html", {"situation": card, "cards": cards})


@requires("public")
def imprint(request: HttpRequest) -> HttpResponse:
    """Who is responsible for the site (§ 5 DDG)."""
    return render(request, "portal/imprint.html")


@requires("public")
def privacy(request: HttpRequest) -> HttpResponse:
    """How personal data are handled (Art. 13 DSGVO)."""
    return render(request, "portal/privacy.html")


@requires("public")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (§ 10e BGG NRW, BITVNRW)."""
    return render(request, "portal/accessibility.html")
