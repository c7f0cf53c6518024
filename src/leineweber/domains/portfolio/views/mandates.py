"""Pages of mandates: list, idea, the wizard step by step, hand in, decide, document."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio import documents, services, steps
from leineweber.domains.portfolio.fields import Field, Parsed, read
from leineweber.domains.portfolio.models import Mandate
from leineweber.domains.portfolio.queries import pages
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.services.mandates import OPEN, findings
from leineweber.domains.portfolio.views import common
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.kernel.refs import Ref

DECISION = (
    Field(
        "effect",
        "Entscheidung",
        "choice",
        options=(("approve", "Projektauftrag genehmigen"), ("reject", "Projektauftrag ablehnen")),
    ),
    Field("reason", "Begründung", "area", limit=4000),
    Field("conditions", "Auflagen", "area", required=False, limit=4000),
)
BADGES = {
    "idea": "neutral",
    "draft": "neutral",
    "submitted": "info",
    "approved": "success",
    "rejected": "danger",
}


@requires("portfolio.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show ideas and mandates."""
    status = request.GET.get("stand", "")
    status = status if status in Mandate.Status.values else ""
    text = common.text_of(request)
    page = pages.list_mandates(actor_of(request), status, text, common.page_of(request))
    rows = [
        {
            "href": reverse("portfolio:mandate", args=[row.id]),
            "cells": {
                "title": {"text": row.title, "note": row.number},
                "status": {"badge": row.get_status_display(), "badge_kind": BADGES[row.status]},
                "author": row.author_name,
                "day": f"{row.submitted_on or row.created:%d.%m.%Y}",
                "project": {
                    "text": row.project.number,
                    "href": reverse("portfolio:project", args=[row.project.id]),
                }
                if row.project
                else "–",
            },
        }
        for row in page.rows
    ]
    return render(
        request,
        "portfolio/mandates.html",
        {
            "page": page,
            "rows": rows,
            "text": text,
            "status": status,
            "statuses": Mandate.Status.choices,
            "note": common.note_of(request),
        },
    )


def _new(request: HttpRequest, *, idea: bool) -> HttpResponse:
    fields = steps.IDEA if idea else steps.STEPS[0].fields[:1]
    parsed = None
    if request.method == "POST":
        parsed = read(fields, request.POST)
        if not parsed.errors:
            if idea:
                row = services.note_idea(actor_of(request), **parsed.values)
                return common.lead_to("portfolio:mandate", row.id, note="idee")
            row = services.start_mandate(actor_of(request), **parsed.values)
            return common.lead_to("portfolio:mandate_step", row.id, steps.STEPS[0].key)
    return common.form_page(
        request,
        title="Idee notieren" if idea else "Projektauftrag beginnen",
        fields=fields,
        options={},
        back=(reverse("portfolio:mandates"), "Projektaufträge"),
        button="Idee notieren" if idea else "Projektauftrag beginnen",
        parsed=parsed,
        intro="Aus einer Idee kann ein Projektauftrag werden. Bis dahin sehen nur Sie und die Steuerung sie."
        if idea
        else "Danach gehen Sie die Schritte durch. Jeder Schritt wird gespeichert; Sie können jederzeit unterbrechen.",
        status=422 if parsed else 200,
    )


@requires("portfolio.mandate.write")
@require_http_methods(["GET", "POST"])
def idea(request: HttpRequest) -> HttpResponse:
    """Note an idea."""
    return _new(request, idea=True)


@requires("portfolio.mandate.write")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a mandate."""
    return _new(request, idea=False)


def _page(
    request: HttpRequest, row: Mandate, parsed: Parsed | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    lacking = findings(row.answers) if row.status in OPEN else []
    return render(
        request,
        "portfolio/mandate.html",
        {
            "mandate": row,
            "badge_kind": BADGES[row.status],
            "sections": documents.sections(row, actor),
            "open": row.status in OPEN,
            "may_write": row.status in OPEN and allowed(actor, "portfolio.mandate.write", row),
            "may_decide": row.status == Mandate.Status.SUBMITTED
            and allowed(actor, "portfolio.mandate.decide", row),
            "lacking": [(key, steps.BY_KEY[key].title, message) for key, _, message in lacking],
            "steps": steps.STEPS,
            "fields": DECISION,
            "options": {},
            "values": parsed.typed if parsed else {},
            "errors": parsed.errors if parsed else [],
            "faults": parsed.faults if parsed else {},
            "edges": pages.edges_of(Ref("mandate", row.id), actor),
            "note": common.note_of(request),
            "paper": f"/steuerung/vorlagen/neu/?gegenstand=mandate:{row.id}&wirkung=approve",
        },
        status=status,
    )


@requires("portfolio.view")
@require_GET
def mandate(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Show a mandate, what it lacks, and what can be done with it."""
    return _page(request, common.mandate_or_404(actor_of(request), mandate_id))


@requires("portfolio.mandate.write")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, mandate_id: UUID, step: str) -> HttpResponse:
    """Show and keep one step of the wizard; what is unfinished or wrong is kept, too."""
    actor = actor_of(request)
    row = common.mandate_or_404(actor, mandate_id)
    if step not in steps.BY_KEY:
        raise Http404
    check(actor, "portfolio.mandate.write", row)
    if row.status not in OPEN:
        raise Http404
    at = steps.BY_KEY[step]
    number = steps.STEPS.index(at)
    options = common.choices(at.fields, actor)
    parsed = None
    values: dict[str, Any] = row.answers
    if request.method == "POST":
        parsed = read(at.fields, request.POST, options)
        later = request.POST.get("aktion") == "speichern"
        try:
            services.save_step(actor, mandate_id, parsed.typed, version=common.version_of(request))
        except PortfolioError as error:
            parsed.fault(error.field, str(error))
        else:
            if later:
                return common.lead_to("portfolio:mandate", mandate_id, note="entwurf")
            if not parsed.errors:
                if number + 1 < len(steps.STEPS):
                    return common.lead_to("portfolio:mandate_step", mandate_id, steps.STEPS[number + 1].key)
                return common.lead_to("portfolio:mandate", mandate_id, note="entwurf")
            row.refresh_from_db()
    return render(
        request,
        "portfolio/mandate_step.html",
        {
            "mandate": row,
            "step": at,
            "number": number,
            "trail": [
                {"label": one.title, "href": reverse("portfolio:mandate_step", args=[row.id, one.key])}
                for one in steps.STEPS
            ],
            "previous": steps.STEPS[number - 1].key if number else "",
            "last": number + 1 == len(steps.STEPS),
            "fields": at.fields,
            "options": options,
            "values": parsed.typed if parsed else values,
            "errors": parsed.errors if parsed else [],
            "faults": parsed.faults if parsed else {},
            "version": row.version,
        },
        status=422 if parsed else 200,
    )


@requires("portfolio.mandate.write")
@require_POST
def submit(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Hand a mandate in."""
    actor = actor_of(request)
    row = common.mandate_or_404(actor, mandate_id)
    try:
        services.submit_mandate(actor, mandate_id, version=common.version_of(request))
    except PortfolioError as error:
        parsed = Parsed()
        parsed.fault("einreichen", str(error))
        return _page(request, row, parsed, 422)
    return common.lead_to("portfolio:mandate", mandate_id, note="eingereicht")


@requires("portfolio.mandate.decide")
@require_POST
def decide(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Approve or reject a mandate with a reason."""
    actor = actor_of(request)
    row = common.mandate_or_404(actor, mandate_id)
    check(actor, "portfolio.mandate.decide", row)
    parsed = read(DECISION, request.POST)
    if not parsed.errors:
        try:
            services.decide_mandate(actor, mandate_id, **parsed.values)
            return common.lead_to("portfolio:mandate", mandate_id, note="entschieden")
        except PortfolioError as error:
            parsed.fault(error.field or "effect", str(error))
    return _page(request, row, parsed, 422)


@requires("portfolio.view")
@require_GET
def pdf(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Send the mandate as an accessible PDF."""
    actor = actor_of(request)
    row = common.mandate_or_404(actor, mandate_id)
    response = HttpResponse(documents.mandate_pdf(row, actor), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="Projektauftrag-{row.number}.pdf"'
    return response
