"""Meetings: plan, show, invite, move, call off; who was there; minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.resolutions.calendar import calendar
from leineweber.domains.resolutions.documents import minutes_pdf
from leineweber.domains.resolutions.models import AgendaItem
from leineweber.domains.resolutions.queries.meetings import MeetingView, meeting_view
from leineweber.domains.resolutions.services import meetings as services
from leineweber.domains.resolutions.services.errors import NotPossible
from leineweber.domains.resolutions.views.committees import body_of
from leineweber.domains.resolutions.views.reading import Form, at, back, note_of, pdf, uuid_of
from leineweber.kernel import clock, storage
from leineweber.kernel.access import actor_of, allowed, requires
from leineweber.people.organisation.models import Committee


def shown(request: HttpRequest, meeting_id: UUID) -> MeetingView:
    """Return a meeting the actor may see.

    Raises:
        Http404: there is none.
    """
    view = meeting_view(actor_of(request), meeting_id)
    if view is None:
        raise Http404
    return view


def show(request: HttpRequest, meeting_id: UUID, form: Form | None = None, status: int = 200) -> HttpResponse:
    """Return the page of a meeting, perhaps with a form that could not be done."""
    view = shown(request, meeting_id)
    starts = clock.local(view.meeting.starts_at)
    minutes, rows = starts, []
    for item in view.items:
        rows.append((item, minutes))
        minutes = minutes + _minutes(item)
    return render(
        request,
        "resolutions/meeting.html",
        {
            "view": view,
            "meeting": view.meeting,
            "rows": rows,
            "kinds": AgendaItem.Kind.choices,
            "papers": [(one.id, f"{one.number} {one.title}") for one in view.waiting],
            "present": {row.person_id: row.present for row in view.attended},
            "may_manage": allowed(actor_of(request), "resolutions.manage"),
            "begun": starts.date() <= clock.today(),
            "note": note_of(request),
            "form": form or Form(),
        },
        status=status,
    )


def _minutes(item: AgendaItem) -> Any:
    from datetime import timedelta

    return timedelta(minutes=item.minutes)


def _address(meeting_id: UUID) -> str:
    return reverse("resolutions:meeting", args=[meeting_id])


@requires("resolutions.view")
@require_safe
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Show a meeting to those who belong to it or look after it."""
    return show(request, meeting_id)


def _read(form: Form) -> dict[str, Any] | None:
    day = form.day("tag", needed="Geben Sie den Tag an, zum Beispiel 24 11 2026.")
    begin = form.time("beginn", needed="Geben Sie den Beginn an, zum Beispiel 09:00.")
    end = form.time("ende", needed="Geben Sie das Ende an, zum Beispiel 11:00.")
    place = form.text("ort", 200, needed="Geben Sie den Ort an.")
    if form.errors or day is None or begin is None or end is None:
        return None
    return {"starts_at": at(day, begin), "ends_at": at(day, end), "place": place}


def _form(
    request: HttpRequest, body: Committee, view: MeetingView | None, form: Form, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "resolutions/meeting_form.html",
        {"body": body, "meeting": view.meeting if view else None, "form": form},
        status=status,
    )


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Plan a meeting of a board."""
    body = body_of(key)
    if body.kind != Committee.Kind.BOARD:
        raise Http404
    if request.method != "POST":
        return _form(request, body, None, Form(values={"beginn": "09:00", "ende": "11:00"}))
    form, status = Form(request), 422
    values = _read(form)
    if values is not None:
        try:
            made = services.plan(actor_of(request), committee=body, **values)
            return back(_address(made.id), "angelegt")
        except NotPossible as error:
            status = form.refused(error, dates=("tag",))
    return _form(request, body, None, form, status)


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Move a meeting; who was invited hears of it."""
    view = shown(request, meeting_id)
    found = view.meeting
    starts, ends = clock.local(found.starts_at), clock.local(found.ends_at)
    if request.method != "POST":
        values = {
            "tag": starts.date(),
            "beginn": f"{starts:%H:%M}",
            "ende": f"{ends:%H:%M}",
            "ort": found.place,
            "version": found.version,
        }
        return _form(request, found.committee, view, Form(values=values))
    form, status = Form(request), 422
    typed, version = _read(form), form.version()
    if typed is not None:
        try:
            services.change(actor_of(request), meeting_id=meeting_id, version=version, **typed)
            return back(_address(meeting_id), "geaendert" if found.status == "invited" else "gespeichert")
        except NotPossible as error:
            status = form.refused(error, dates=("tag",))
            form.values["version"] = found.version
    return _form(request, found.committee, view, form, status)


@requires("resolutions.manage")
@require_POST
def invite(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Invite the members, or send them the changed appointment."""
    shown(request, meeting_id)
    form = Form(request)
    try:
        services.invite(actor_of(request), meeting_id=meeting_id, version=form.version())
    except NotPossible as error:
        return show(request, meeting_id, form, form.refused(error))
    return back(_address(meeting_id), "eingeladen")


@requires("resolutions.manage")
@require_POST
def cancel(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Call a meeting off."""
    shown(request, meeting_id)
    form = Form(request)
    try:
        services.cancel(actor_of(request), meeting_id=meeting_id, version=form.version())
    except NotPossible as error:
        return show(request, meeting_id, form, form.refused(error))
    return back(_address(meeting_id), "abgesagt")


@requires("resolutions.view")
@require_safe
def calendar_file(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Give out the appointment as a calendar file."""
    view = shown(request, meeting_id)
    text = calendar(services.appointment(view.meeting, list(view.members)), "PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return response


@requires("resolutions.manage")
@require_POST
def attendance(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Note who is there and open the meeting."""
    shown(request, meeting_id)
    form = Form(request)
    there = {key for key in map(uuid_of, request.POST.getlist("anwesend")[:200]) if key is not None}
    try:
        services.record_attendance(
            actor_of(request),
            meeting_id=meeting_id,
            present=dict.fromkeys(there, True),
            version=form.version(),
        )
    except NotPossible as error:
        return show(request, meeting_id, form, form.refused(error))
    return back(_address(meeting_id), "anwesenheit")


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Write the minutes: the course, and a text for each point."""
    view = shown(request, meeting_id)
    if view.meeting.status != "held":
        raise Http404
    form, status = Form(), 200
    form.values = {f"punkt-{item.id}": item.record for item in view.items}
    form.values.update(
        verlauf=view.minutes.text if view.minutes else "",
        version=view.minutes.version if view.minutes else 0,
    )
    if request.method == "POST":
        form, status = Form(request), 422
        text, version = form.text("verlauf"), form.version()
        records = {item.id: form.text(f"punkt-{item.id}") for item in view.items}
        if not form.errors:
            try:
                services.draft_minutes(
                    actor_of(request), meeting_id=meeting_id, text=text, records=records, version=version
                )
                return back(_address(meeting_id), "gespeichert")
            except NotPossible as error:
                status = form.refused(error)
                form.values["version"] = view.minutes.version if view.minutes else 0
    return render(
        request,
        "resolutions/minutes_form.html",
        {"view": view, "meeting": view.meeting, "form": form},
        status=status,
    )


@requires("resolutions.manage")
@require_POST
def approve(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Approve minutes in a later meeting."""
    shown(request, meeting_id)
    form = Form(request)
    later = uuid_of(form.text("sitzung", 36, needed="Wählen Sie die Sitzung, die genehmigt hat."))
    status = 422
    if later is not None:
        try:
            services.approve_minutes(
                actor_of(request), meeting_id=meeting_id, in_meeting_id=later, version=form.version()
            )
            return back(_address(meeting_id), "genehmigt")
        except NotPossible as error:
            status = form.refused(error)
    else:
        form.fault("sitzung", "Wählen Sie die Sitzung, die genehmigt hat.")
    return show(request, meeting_id, form, status)


@requires("resolutions.view")
@require_safe
def minutes_file(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Give out the minutes as PDF: as approved, else as they stand."""
    view = shown(request, meeting_id)
    if view.minutes is None:
        raise Http404
    day = clock.local(view.meeting.starts_at).date().isoformat()
    name = f"Niederschrift {view.meeting.committee.short} {day}.pdf"
    if view.minutes.blob_id:
        return pdf(storage.read(view.minutes.blob_id), name)
    return pdf(minutes_pdf(view.meeting, view.minutes), name)
