"""Editions of the paper: list, differences, decision, files; and the notes of the evaluation."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.strategy import drawing, printing, queries, rules, services
from leineweber.domains.strategy.forms import Form
from leineweber.domains.strategy.models import Edition
from leineweber.domains.strategy.queries.editions import base_of
from leineweber.domains.strategy.queries.profile import paper_href
from leineweber.domains.strategy.services import Conflict, StrategyError
from leineweber.domains.strategy.views.common import error_of, note_of, saved, tabs
from leineweber.domains.strategy.views.elements import ref_in
from leineweber.kernel import links
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de, plural

KIND = {
    "working": "info",
    "proposed": "warning",
    "adopted": "success",
    "superseded": "neutral",
    "rejected": "neutral",
}


@requires("strategy.view")
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """All editions, the latest first."""
    rows = [
        {
            "href": reverse("strategy:edition", args=[one.number]),
            "cells": {
                "edition": str(one),
                "status": {"badge": one.get_status_display(), "badge_kind": KIND[one.status]},
                "proposed": f"{one.proposed_by}, {date_de(one.proposed_on)}" if one.proposed_on else "",
                "decided": f"{one.decided_by}, {date_de(one.decided_on)}" if one.decided_on else "",
            },
        }
        for one in queries.edition_list()
    ]
    return render(
        request, "strategy/editions.html", {"tabs": tabs("editions"), "rows": rows, "note": note_of(request)}
    )


def _found(number: int) -> Edition:
    edition = Edition.objects.filter(number=number).first()
    if edition is None:
        raise Http404
    return edition


def _compared_with(request: HttpRequest, edition: Edition) -> Edition | None:
    typed = request.GET.get("mit", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 7:
        found = Edition.objects.filter(number=int(typed)).exclude(id=edition.id).first()
        if found is not None:
            return found
    return base_of(edition)


def _page(
    request: HttpRequest, edition: Edition, error: StrategyError | None = None, status: int = 200
) -> HttpResponse:
    found = queries.compared(edition, _compared_with(request, edition))
    ref = Ref("edition", edition.id)
    others = [one for one in queries.edition_list() if one.id != edition.id]
    return render(
        request,
        "strategy/edition.html",
        {
            "edition": edition,
            "found": found,
            "sentence": _sentence(found),
            "words": rules.words,
            "status_kind": KIND[edition.status],
            "others": [(str(one.number), f"{one}, {one.get_status_display()}") for one in others],
            "notes": queries.notes_of(ref),
            "note": note_of(request),
            "errors": [error_of(error, "beschluss")] if error else [],
            "open": edition.status in {Edition.Status.WORKING, Edition.Status.PROPOSED},
            "paper_href": paper_href(ref),
        },
        status=status,
    )


def _sentence(found: queries.Compared) -> str:
    edition, count = found.after.edition, len(found.differences)
    if found.before is None:
        return f"{edition} ist die erste Fassung der Strategie."
    if count == 0:
        return f"{edition} gleicht {found.before}."
    return f"{edition} unterscheidet sich von {found.before} in {plural(count, 'Teil', 'Teilen')}."


@requires("strategy.view")
@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition: what differs from the one before it or from another, its seal, who proposed and who decided."""
    return _page(request, _found(number))


@requires("strategy.act")
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Put an edition forward for decision, or adopt it."""
    found = _found(number)
    seen = request.POST.get("pruefsumme", "")[:128]
    try:
        if request.POST.get("tun") == "vorlegen":
            services.propose_edition(actor_of(request), id=found.id, seen=seen)
            return saved(reverse("strategy:edition", args=[number]), "vorgelegt")
        if request.POST.get("tun") == "beschliessen":
            services.adopt_edition(actor_of(request), id=found.id, seen=seen)
            return saved(reverse("strategy:edition", args=[number]), "beschlossen")
        error = StrategyError("Wählen Sie, was mit der Fassung geschehen soll.")
    except StrategyError as refused:
        error = refused
    return _page(request, found, error, 409 if isinstance(error, Conflict) else 422)


@requires("strategy.view")
@require_safe
def edition_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The whole edition as PDF; the picture is that of the data now, so only the working edition has it."""
    found = _found(number)
    working = found.status == Edition.Status.WORKING
    picture = str(drawing.svg(queries.paper())) if working else ""
    answer = HttpResponse(
        printing.pdf(queries.verified(found), picture=picture), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="strategie-fassung-{number}.pdf"'
    return answer


@requires("strategy.view")
@require_safe
def edition_json(request: HttpRequest, number: int) -> HttpResponse:
    """The edition exactly as it was sealed: `sha512sum` of this file is the number on its page."""
    found = _found(number)
    content = found.content or rules.canonical(queries.snapshot())
    answer = HttpResponse(content.encode("utf-8"), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="strategie-fassung-{number}.json"'
    return answer


@requires("strategy.view")
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """The notes on a part or an edition, and the form for another."""
    ref = ref_in(kind, id)
    card = links.resolve([ref], actor_of(request)).get(ref)
    if card is None:
        raise Http404
    form, status = Form(request.POST), 200
    if request.method == "POST":
        check(actor_of(request), "strategy.evaluate")
        text = form.text("notiz", "Notiz", 4000, required=True)
        status = 422
        if not form.errors:
            services.note(actor_of(request), ref, text)
            return saved(reverse("strategy:notes", args=[kind, id]), "notiert")
    return render(
        request,
        "strategy/notes.html",
        {
            "card": card,
            "notes": queries.notes_of(ref),
            "form": form,
            "note": note_of(request),
            "may_write": allowed(actor_of(request), "strategy.evaluate"),
            "here": request.path,
        },
        status=status,
    )
