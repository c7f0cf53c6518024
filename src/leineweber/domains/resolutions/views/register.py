"""The register of resolutions, one resolution, and what follows from it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leineweber.capabilities.processes import services as processes
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.documents import decided_words
from leineweber.domains.resolutions.models import Resolution
from leineweber.domains.resolutions.queries import resolutions as queries
from leineweber.domains.resolutions.queries.resolutions import ResolutionFilter
from leineweber.domains.resolutions.services import resolutions as services
from leineweber.domains.resolutions.services.errors import NotPossible
from leineweber.domains.resolutions.views.reading import (
    Form,
    back,
    note_of,
    page_number,
    searched,
    uuid_of,
)
from leineweber.kernel import clock
from leineweber.kernel.access import Denied, actor_of, requires
from leineweber.kernel.ui.jinja import date_de
from leineweber.people.organisation.committee_queries import committees, posts_with_role
from leineweber.people.organisation.roles import UNIT_HEAD

FOLLOWS = (("open", "mit offener Wiedervorlage"), ("overdue", "mit überfälliger Wiedervorlage"))
OUTCOME_KIND = {"adopted": "success", "rejected": "danger"}
# A cell that begins so would be computed by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _filters(request: HttpRequest) -> ResolutionFilter:
    year = request.GET.get("jahr", "")
    return ResolutionFilter(
        text=searched(request),
        body=uuid_of(request.GET.get("gremium", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        outcome=request.GET.get("ergebnis", "")[:10],
        follow=request.GET.get("folge", "")[:10],
    )


@requires("resolutions.view")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Search the resolutions; everything that narrows the list stands in the address."""
    actor, filters = actor_of(request), _filters(request)
    page = queries.list_resolutions(actor, filters, page_number(request))
    rows = [
        {
            "href": reverse("resolutions:resolution", args=[row.id]),
            "cells": {
                "number": row.number,
                "on": date_de(row.on),
                "title": {"text": row.title, "note": row.subject_title},
                "body": row.committee.name,
                "outcome": {
                    "badge": row.get_outcome_display(),
                    "badge_kind": OUTCOME_KIND[row.outcome],
                },
            },
        }
        for row in page.rows
    ]
    chosen = (filters.text, filters.body, filters.year, filters.outcome, filters.follow)
    return render(
        request,
        "resolutions/register.html",
        {
            "page": page,
            "rows": rows,
            "filters": filters,
            "bodies": [(one.id, one.name) for one in committees()],
            "years": [(one, str(one)) for one in queries.years(actor)],
            "outcomes": Resolution.Outcome.choices,
            "follows": FOLLOWS,
            "narrowed": any(chosen),
            "note": note_of(request),
        },
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


@requires("resolutions.view")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Give out the register, narrowed as the address says, as CSV for spreadsheets."""
    rows = queries.export(actor_of(request), _filters(request))

    def lines() -> Iterator[str]:
        buffer = StringIO()
        writer = csv.writer(buffer, delimiter=";")
        yield "\ufeff"
        writer.writerow(
            ["Nummer", "Datum", "Gremium", "Gegenstand", "Ergebnis", "Stimmen", "Wortlaut", "Auflagen"]
        )
        for row in rows:
            values = [
                row.number,
                date_de(row.on),
                row.committee.name,
                row.title,
                row.get_outcome_display(),
                decided_words(row),
                row.text,
                row.conditions,
            ]
            writer.writerow([_cell(value) for value in values])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="beschluesse.csv"'
    return response


def _page(
    request: HttpRequest, resolution_id: UUID, form: Form | None = None, status: int = 200, about: str = ""
) -> HttpResponse:
    view = queries.resolution_view(actor_of(request), resolution_id)
    if view is None:
        raise Http404
    posts = (
        [(post.id, f"{post.title}, {post.unit}") for post in posts_with_role(UNIT_HEAD)]
        if view.may_follow_up
        else []
    )
    return render(
        request,
        "resolutions/resolution.html",
        {
            "view": view,
            "resolution": view.resolution,
            "words": decided_words(view.resolution),
            "outcome_kind": OUTCOME_KIND,
            "due_words": rules.due_words,
            "today": clock.today(),
            "posts": posts,
            "form": form or Form(),
            "about": about,
            "note": note_of(request),
        },
        status=status,
    )


@requires("resolutions.view")
@require_safe
def resolution(request: HttpRequest, resolution_id: UUID) -> HttpResponse:
    """Show a resolution with votes, effect, and what follows from it."""
    return _page(request, resolution_id)


def _address(resolution_id: UUID) -> str:
    return reverse("resolutions:resolution", args=[resolution_id])


def _there(request: HttpRequest, resolution_id: UUID, follow_up_id: UUID | None = None) -> None:
    """Let pass who may say what follows, or (for a follow-up that is there) who has it to do.

    Raises:
        Http404: the actor may not see the resolution, or the follow-up is none of it.
        Denied: it is somebody else's.
    """
    view = queries.resolution_view(actor_of(request), resolution_id)
    if view is None:
        raise Http404
    if follow_up_id is None:
        if not view.may_follow_up:
            raise Denied(services.MANAGE)
        return
    found = next((one for one in view.follow_ups if one.row.id == follow_up_id), None)
    if found is None:
        raise Http404
    if not found.mine and found.row.done_at is None:
        raise Denied(services.MANAGE)


@requires("resolutions.view")
@require_POST
def add_follow_up(request: HttpRequest, resolution_id: UUID) -> HttpResponse:
    """Give a post something to do until a day."""
    _there(request, resolution_id)
    form, status = Form(request), 422
    text = form.text("auftrag", 500, needed="Schreiben Sie den Auftrag.")
    post = uuid_of(form.text("wer", 36))
    due = form.day("bis", needed="Geben Sie an, bis wann: Tag, Monat und Jahr.")
    if post is None:
        form.fault("wer", "Wählen Sie, wer den Auftrag bekommt.")
    if not form.errors and post is not None and due is not None:
        try:
            services.add_follow_up(
                actor_of(request), resolution_id=resolution_id, text=text, post_id=post, due=due
            )
            return back(_address(resolution_id), "wiedervorlage")
        except NotPossible as error:
            status = form.refused(error, dates=("bis",))
    return _page(request, resolution_id, form, status, "neu")


@requires("resolutions.view")
@require_POST
def finish_follow_up(request: HttpRequest, resolution_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """Note that what was asked is done."""
    _there(request, resolution_id, follow_up_id)
    form, status = Form(request), 422
    note = form.text("vermerk", 4000)
    if not form.errors:
        try:
            services.finish_follow_up(actor_of(request), follow_up_id=follow_up_id, note=note)
            return back(_address(resolution_id), "erledigt")
        except NotPossible as error:
            status = form.refused(error)
        except processes.Conflict as error:
            form.problem, status = error.message, 409
    return _page(request, resolution_id, form, status, f"erledigen-{follow_up_id}")


@requires("resolutions.view")
@require_POST
def move_follow_up(request: HttpRequest, resolution_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """Give a follow-up another day."""
    _there(request, resolution_id, follow_up_id)
    form, status = Form(request), 422
    due = form.day("bis", needed="Geben Sie den neuen Tag an: Tag, Monat und Jahr.")
    if due is not None:
        try:
            services.move_follow_up(actor_of(request), follow_up_id=follow_up_id, due=due)
            return back(_address(resolution_id), "verschoben")
        except NotPossible as error:
            status = form.refused(error, dates=("bis",))
    return _page(request, resolution_id, form, status, f"verschieben-{follow_up_id}")
