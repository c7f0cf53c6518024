"""Search over what a person of the staff may see: cases, colleagues, pages, services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.domains.applications import queries
from leineweber.domains.applications.queries import CaseFilter
from leineweber.faces.desk.views.common import text_of
from leineweber.kernel import ids
from leineweber.kernel import search as catalogue
from leineweber.kernel.access import Actor, actor_of, allowed, requires
from leineweber.kernel.audit.services import record_listing
from leineweber.kernel.search import sources
from leineweber.kernel.ui import navigation
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.rules import fold

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more` leads to all of it."""

    title: str
    hits: list[dict[str, Any]]
    total: int
    more: str = ""


def _cases(actor: Actor, text: str) -> Group:
    page = queries.list_cases(actor, CaseFilter(text=text))
    shown = page.rows[:SHOWN]
    record_listing(actor, "cases.searched", shown=len(shown), found=[row.id for row in shown])
    hits = [
        {
            "label": row.applicant,
            "href": reverse("desk:case", args=[row.id]),
            "note": f"{row.reference}, {row.get_state_display()}",
        }
        for row in shown
    ]
    more = f"{reverse('desk:cases')}?{urlencode({'q': text})}" if page.total > SHOWN else ""
    return Group("Vorgänge", hits, page.total, more)


def _people(text: str) -> Group:
    page = organisation.directory(text)
    hits = [
        {
            "label": person.name,
            "href": f"{reverse('organisation:directory')}?{urlencode({'q': person.name})}",
            "note": ", ".join(
                f"{holding.post.title}, {holding.post.unit}"
                for holding in person.current_holdings  # type: ignore[attr-defined]  # loaded by the query
            ),
        }
        for person in page.persons[:SHOWN]
    ]
    more = f"{reverse('organisation:directory')}?{urlencode({'q': text})}" if page.total > SHOWN else ""
    return Group("Beschäftigte", hits, page.total, more)


def _pages(actor: Actor, text: str) -> Group:
    words = fold(text).split()
    hits = [
        {"label": link.label, "href": link.href, "note": group.title if group.title != "account" else "Konto"}
        for face in ("desk", "cockpit")
        for group in navigation.groups(face, actor)
        for link in group.links
        if all(word in fold(f"{link.label} {group.title}") for word in words)
    ]
    return Group("Seiten", hits[:SHOWN], len(hits))


def _services(text: str) -> Group:
    found = catalogue.find(text, kinds=["service"], audience="public", language="de", limit=SHOWN)
    return Group(
        "Leistungen", [{"label": hit.title, "href": hit.url, "note": ""} for hit in found.hits], found.total
    )


def _rooms(actor: Actor, text: str) -> list[Group]:
    """Return what the rooms find that have registered themselves."""
    return [
        Group(
            title,
            [{"label": one.label, "href": one.url, "note": one.note} for one in source.found],
            source.total,
            source.more if source.total > len(source.found) else "",
        )
        for title, source in sources.search(actor, text, SHOWN)
    ]


@requires("staff")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found; a whole reference leads straight to its case."""
    actor, text = actor_of(request), text_of(request)
    groups: list[Group] = []
    if text:
        may_see_cases = allowed(actor, "applications.case.view")
        if may_see_cases and ids.normalise_reference(text):
            exact = queries.list_cases(actor, CaseFilter(text=text))
            if exact.total == 1:
                return HttpResponseRedirect(reverse("desk:case", args=[exact.rows[0].id]))
        if may_see_cases:
            groups.append(_cases(actor, text))
        if allowed(actor, "organisation.directory.view"):
            groups.append(_people(text))
        groups += [_pages(actor, text), _services(text), *_rooms(actor, text)]
    return render(
        request,
        "desk/search.html",
        {"text": text, "groups": [group for group in groups if group.hits]},
    )
