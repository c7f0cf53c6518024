"""Cases: the list, and one case with its answers, its course, its file and its messages."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.capabilities import documents, forms
from leineweber.capabilities.messages import queries as message_queries
from leineweber.capabilities.messages import services as message_services
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.records import queries as records
from leineweber.capabilities.records import services as record_services
from leineweber.domains.applications import explaining, letters, queries
from leineweber.domains.applications.models import AnswersVersion, CaseState, Channel, NoticeStatus
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.queries import CaseFilter, CaseView
from leineweber.faces.desk import story
from leineweber.faces.desk.views.common import clean, give_out, note_of, page_of, text_of
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.audit.services import record_listing, record_reading
from leineweber.kernel.refs import Ref
from leineweber.kernel.storage import StorageError
from leineweber.kernel.ui.jinja import date_de

SORTS: Mapping[str, str] = {
    "-eingang": "-opened_at",
    "eingang": "opened_at",
    "name": "applicant",
    "-name": "-applicant",
    "nummer": "reference",
}
STATE_KINDS = {
    "received": "info",
    "in_review": "info",
    "question_open": "warning",
    "accepted": "success",
    "refused": "neutral",
    "withdrawn": "neutral",
}


def _areas() -> list[tuple[str, str]]:
    """Return the areas of all procedures in force, each once."""
    found: dict[str, str] = {}
    for procedure in registry.in_force().values():
        found |= dict(registry.package_of(procedure).areas)
    return list(found.items())


def _columns(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    """Return the columns of the list, with the addresses that sort by them."""

    def sorting(up: str, down: str = "") -> dict[str, str]:
        parameters = request.GET.copy()
        parameters.pop("seite", None)
        parameters["sort"] = down if down and sort == up else up
        entry = {"sort_href": f"?{parameters.urlencode()}"}
        if sort in {up, down}:
            entry["sorted"] = "ascending" if sort == up else "descending"
        return entry

    return [
        {"key": "applicant", "label": "Name", **sorting("name", "-name")},
        {"key": "reference", "label": "Vorgangsnummer", "nowrap": True, **sorting("nummer")},
        {"key": "state", "label": "Stand"},
        {"key": "area", "label": "Bezirk"},
        {"key": "opened", "label": "Eingang", "nowrap": True, **sorting("eingang", "-eingang")},
        {"key": "channel", "label": "Weg"},
        {"key": "file", "label": "Aktenzeichen", "nowrap": True},
    ]


@requires("applications.case.view")
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """List the cases one may see."""
    sort = request.GET.get("sort", "-eingang")
    sort = sort if sort in SORTS else "-eingang"
    areas = _areas()
    labels = dict(areas)
    narrow = CaseFilter(
        text=text_of(request),
        state=request.GET.get("zustand", "")[:20],
        area=clean(request.GET.get("bezirk", ""))[:60],
        channel=request.GET.get("weg", "")[:20],
        sort=SORTS[sort],
    )
    actor = actor_of(request)
    page = queries.list_cases(actor, narrow, page_of(request))
    record_listing(
        actor,
        "cases.listed",
        shown=len(page.rows),
        found=[row.id for row in page.rows] if narrow.text else None,
    )
    rows = [
        {
            "href": reverse("desk:case", args=[row.id]),
            "cells": {
                "applicant": row.applicant,
                "reference": row.reference,
                "state": {
                    "badge": row.get_state_display(),
                    "badge_kind": STATE_KINDS.get(row.state, "neutral"),
                },
                "area": labels.get(row.wished_area, row.wished_area),
                "opened": date_de(row.opened_on),
                "channel": row.get_channel_display(),
                "file": row.file_reference,
            },
        }
        for row in page.rows
    ]
    return render(
        request,
        "desk/cases.html",
        {
            "columns": _columns(request, sort),
            "rows": rows,
            "page": page,
            "narrow": narrow,
            "sort": sort,
            "states": CaseState.choices,
            "channels": Channel.choices,
            "areas": areas,
            "filtered": any((narrow.text, narrow.state, narrow.area, narrow.channel)),
        },
    )


def case_of(request: HttpRequest, case_id: UUID) -> CaseView:
    """Return a case.

    Raises:
        Http404: there is none that the actor may see.
    """
    view = queries.case_for(actor_of(request), case_id)
    if view is None:
        raise Http404
    return view


def _tabs(view: CaseView, current: str) -> list[dict[str, Any]]:
    pages = (
        ("case", "Angaben"),
        ("case_course", "Verlauf"),
        ("case_file", "Akte"),
        ("case_messages", "Nachrichten"),
    )
    return [
        {"label": label, "href": reverse(f"desk:{name}", args=[view.case.id]), "current": name == current}
        for name, label in pages
    ]


def _show(request: HttpRequest, view: CaseView, current: str, **more: Any) -> HttpResponse:
    """Return a page of a case below its head; the reading is recorded."""
    actor, subject = actor_of(request), Ref("case", view.case.id)
    record_reading(actor, subject, f"case.{current.removeprefix('case_')}")
    tasks, status = more.pop("tasks", None), more.pop("status", 200)
    if tasks is None:
        tasks = processes.tasks_of(subject, actor)
    drafts = [one for one in view.notices if one.status == NoticeStatus.DRAFT]
    return render(
        request,
        f"desk/{current}.html",
        {
            "view": view,
            "case": view.case,
            "state_kind": STATE_KINDS.get(view.case.state, "neutral"),
            "area": view.package.areas.get(view.case.wished_area, view.case.wished_area),
            "case_tabs": _tabs(view, current),
            "todo": [one for one in tasks if one.status in {"open", "claimed"}],
            "draft": drafts[-1] if drafts else None,
            "question": next((one for one in view.questions if one.answered_at is None), None),
            "note": note_of(request),
            "broken": "",
            **more,
        },
        status=status,
    )


def _changes(view: CaseView) -> list[dict[str, Any]]:
    """Return the corrections, newest first: for each changed question what stood there before and after."""

    def texts(answers: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        return {
            row.path: (row.label, row.text)
            for section in forms.summary(view.package.schema, answers, "de", output=True)
            for row in section.rows
        }

    def rows(version: AnswersVersion, after: Mapping[str, Any]) -> list[dict[str, str]]:
        old, new = texts(version.answers), texts(after)
        return [
            {
                "label": (new.get(path) or old.get(path) or (path, ""))[0],
                "before": old.get(path, ("", "entfiel"))[1],
                "after": new.get(path, ("", "entfällt"))[1],
            }
            for path in version.changed_paths
        ]

    result, after = [], view.application.answers
    for version in view.versions:
        result.append({"number": version.number + 1, "at": version.replaced_at, "rows": rows(version, after)})
        after = version.answers
    return result


@requires("applications.case.view")
@require_safe
def answers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show what was applied for: the answers, and what was corrected."""
    view = case_of(request, case_id)
    sections = forms.summary(view.package.schema, view.application.answers, "de", output=True)
    return _show(request, view, "case", sections=sections, changes=_changes(view))


@requires("applications.case.view")
@require_safe
def course(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Tell the course of a case."""
    view = case_of(request, case_id)
    subject = Ref("case", view.case.id)
    tasks = processes.tasks_of(subject, actor_of(request))
    labels = {
        row.path: row.label
        for section in forms.summary(view.package.schema, view.application.answers, "de", output=True)
        for row in section.rows
    }
    full = request.GET.get("alles") == "1"
    made = [explaining.explained(one) for one in processes.decisions_of(subject)]
    chapters = story.tell(view, processes.history(subject), tasks, labels, made, full=full)
    return _show(request, view, "case_course", chapters=chapters, made=made, full=full, tasks=tasks)


@requires("applications.case.view")
@require_safe
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the electronic file of a case."""
    view = case_of(request, case_id)
    return _show(request, view, "case_file", contents=records.contents(Ref("case", view.case.id)))


@requires("applications.case.view")
@require_safe
def document(request: HttpRequest, case_id: UUID, version_id: UUID) -> HttpResponseBase:
    """Give out a version of a document of the case's file; the reading is recorded.

    Raises:
        Http404: the version lies in another file, or its bytes are gone.
    """
    view = case_of(request, case_id)
    subject = Ref("case", view.case.id)
    if records.version_of(subject, version_id) is None:
        raise Http404
    try:
        version, stream = record_services.read_version(actor_of(request), version_id, purpose="case.document")
    except (record_services.RecordsError, StorageError):
        raise Http404 from None
    name = f"{view.case.reference} {version.document.title}"
    if version.media_type == "application/pdf":
        name += ".pdf"
    return give_out(stream, name, version.media_type, download=request.GET.get("speichern") == "1")


@requires("applications.case.view")
@require_safe
def messages(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the messages between the city and the applicant, and how they were sent."""
    view = case_of(request, case_id)
    subject = Ref("case", view.case.id)
    return _show(
        request,
        view,
        "case_messages",
        thread=message_queries.thread(subject),
        emails=message_queries.emails_of(subject),
        letters=message_queries.letters_of(subject),
    )


@requires("applications.case.view")
@require_safe
def attachment(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """Give out what was attached to a message of the case; the reading is recorded.

    Raises:
        Http404: it belongs to another case, or its bytes are gone.
    """
    view = case_of(request, case_id)
    try:
        found = message_services.read_attachment(
            actor_of(request), attachment_id, case=Ref("case", view.case.id)
        )
    except StorageError:
        raise Http404 from None
    if found is None:
        raise Http404
    row, stream = found
    return give_out(stream, row.name, row.blob.media_type, download=request.GET.get("speichern") == "1")


@requires("applications.case.view")
@require_safe
def draft(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """Give out the newest draft of a notice, typeset with its draft mark.

    Raises:
        Http404: there is no draft.
    """
    view = case_of(request, case_id)
    drafts = [one for one in view.notices if one.status == NoticeStatus.DRAFT]
    if not drafts:
        raise Http404
    notice = drafts[-1]
    letter = view.package.letters[notice.kind]
    record_reading(actor_of(request), Ref("case", view.case.id), "case.draft")
    try:
        pdf = letters.typeset_notice(
            letter,
            {**notice.data, "file_reference": view.case.file_reference},
            clock.today(),
            None,
        )
    except documents.TypesetError as error:
        sections = forms.summary(view.package.schema, view.application.answers, "de", output=True)
        return _show(
            request, view, "case", sections=sections, changes=_changes(view), broken=str(error), status=422
        )
    return give_out(BytesIO(pdf), f"{view.case.reference} Entwurf.pdf", "application/pdf")
