"""Letters that go by post: what waits, make a batch, load it again, put it back."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leineweber.capabilities import documents
from leineweber.capabilities.messages import services as messages
from leineweber.faces.desk import printing
from leineweber.faces.desk.views.common import back, give_out, note_of
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.audit.services import record_listing
from leineweber.kernel.refs import Ref
from leineweber.kernel.storage import StorageError
from leineweber.kernel.ui.jinja import datetime_de


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    rows = [
        {
            "href": reverse("desk:case", args=[Ref.parse(letter.case).id]),
            "cells": {
                "recipient": letter.recipient,
                "title": letter.title,
                "since": datetime_de(letter.created_at),
            },
        }
        for letter in printing.waiting(actor)
    ]
    record_listing(actor, "letters.listed", shown=len(rows))
    return render(
        request,
        "desk/printing.html",
        {
            "letters": rows,
            "batches": printing.batches(actor),
            "limit": printing.BATCH_LIMIT,
            "note": note_of(request),
            "problem": problem,
        },
        status=status,
    )


@requires("applications.case.work")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait and the batches made last."""
    return _page(request)


@requires("applications.case.work")
@require_POST
def print_letters(request: HttpRequest) -> HttpResponse:
    """Make a batch of the letters that wait."""
    try:
        batch_id = printing.take(actor_of(request))
    except (documents.PrintError, StorageError) as error:
        return _page(
            request,
            problem=f"Der Stapel konnte nicht gemacht werden; alle Briefe warten weiter. {error}",
            status=409,
        )
    return back(request, reverse("desk:printing"), "gedruckt" if batch_id else "nichts-zu-drucken")


@requires("applications.case.work")
@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """Give out a batch as one PDF.

    Raises:
        Http404: there is none, or it holds letters of others.
    """
    try:
        pdf = printing.file_of(actor_of(request), batch_id)
    except (documents.PrintError, StorageError) as error:
        return _page(request, problem=str(error), status=409)
    if pdf is None:
        raise Http404
    return give_out(BytesIO(pdf), "Druckstapel.pdf", "application/pdf", download=True)


@requires("applications.case.work")
@require_POST
def put_back(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Let the letters of a batch wait again, if the printer failed.

    Raises:
        Http404: there is none, or it holds letters of others.
    """
    actor = actor_of(request)
    if printing.letters_of(actor, batch_id) is None:
        raise Http404
    messages.put_back_batch(actor, batch_id)
    return back(request, reverse("desk:printing"), "stapel-zurueck")
