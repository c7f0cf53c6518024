"""Choosing what everybody may see: figures and goals, one by one, by whoever holds the role for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leineweber.domains.opendata import queries, services
from leineweber.domains.opendata.models import Publication
from leineweber.domains.opendata.services import OpenDataError
from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.indicators import all_indicators

# Nothing the page says comes from its address: the address names one of these.
NOTES = {"veroeffentlicht": "Das ist jetzt öffentlich.", "zurueckgezogen": "Das ist nicht mehr öffentlich."}


def _choices(public: list[Publication]) -> list[dict[str, Any]]:
    """Return what could be published and is not, in two groups for a select."""
    taken = {(row.subject, row.key) for row in public}
    figures = [
        (f"indicator:{one.key}", f"{one.label} ({one.source})")
        for one in all_indicators()
        if ("indicator", one.key) not in taken
    ]
    found = [
        (f"goal:{one.slug}", f"{one.number} {one.title}")
        for one in goals.standings(Scope())
        if ("goal", one.slug) not in taken
    ]
    groups = [{"label": "Kennzahlen", "options": figures}, {"label": "Ziele", "options": found}]
    return [group for group in groups if group["options"]]


def _page(
    request: HttpRequest, values: dict[str, str], fault: OpenDataError | None = None, status: int = 200
) -> HttpResponse:
    public = queries.published()
    labels = {f"indicator:{one.key}": one.label for one in all_indicators()} | {
        f"goal:{one.slug}": f"{one.number} {one.title}" for one in goals.standings(Scope())
    }
    rows = [(row, labels.get(f"{row.subject}:{row.key}", "gibt es nicht mehr")) for row in public]
    field = {"key": "was", "title": "titel", "note": "erlaeuterung"}.get(fault.field, "was") if fault else ""
    context = {
        "rows": rows,
        "choices": _choices(public),
        "values": values,
        "errors": [{"message": fault.message, "href": f"#{field}"}] if fault else [],
        "faults": {field: fault.message} if fault else {},
        "note": "" if fault else NOTES.get(request.GET.get("hinweis", ""), ""),
        "licence": queries.licence(),
        "smallest": queries.smallest(),
    }
    return render(request, "cockpit/publishing.html", context, status=status)


@requires("opendata.publish")
@require_safe
def publishing(request: HttpRequest) -> HttpResponse:
    """What is public, and the form to publish more."""
    return _page(request, {"was": "", "titel": "", "erlaeuterung": ""})


@requires("opendata.publish")
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a figure or a goal."""
    values = {name: request.POST.get(name, "")[:2000] for name in ("was", "titel", "erlaeuterung")}
    subject, _, key = values["was"].partition(":")
    try:
        if not values["was"]:
            raise OpenDataError("key", "Wählen Sie aus, was öffentlich werden soll.")
        if subject == "goal" and not any(one.slug == key for one in goals.standings(Scope())):
            raise OpenDataError("key", "Dieses Ziel gibt es nicht.")
        services.publish(
            actor_of(request),
            subject=subject,
            key=key,
            title=values["titel"],
            note=values["erlaeuterung"],
        )
    except OpenDataError as fault:
        return _page(request, values, fault, 422)
    return HttpResponseRedirect(f"{reverse('cockpit:publishing')}?hinweis=veroeffentlicht")


@requires("opendata.publish")
@require_POST
def withdraw(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Withdraw a figure or a goal; twice is as once."""
    if services.withdraw(actor_of(request), publication_id) is None:
        raise Http404
    return HttpResponseRedirect(f"{reverse('cockpit:publishing')}?hinweis=zurueckgezogen")
