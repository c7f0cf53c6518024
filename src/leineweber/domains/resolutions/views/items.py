"""The agenda: put a point on it, order it, and note what came of a point."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import AgendaItem, CastVote
from leineweber.domains.resolutions.queries.meetings import MeetingView
from leineweber.domains.resolutions.services import meetings as services
from leineweber.domains.resolutions.services import resolutions
from leineweber.domains.resolutions.services.errors import NotPossible
from leineweber.domains.resolutions.services.resolutions import Ballot
from leineweber.domains.resolutions.views.meetings import show, shown
from leineweber.domains.resolutions.views.reading import Form, back, note_of, uuid_of
from leineweber.kernel.access import actor_of, requires

RESULTS = (
    ("vote", "abgestimmt"),
    ("postponed", "vertagt"),
    ("returned", "an die Verfasserin oder den Verfasser zurückgegeben"),
)


def _address(meeting_id: UUID) -> str:
    return reverse("resolutions:meeting", args=[meeting_id])


@requires("resolutions.manage")
@require_POST
def add(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Put a point on the agenda."""
    shown(request, meeting_id)
    form, status = Form(request), 422
    paper = uuid_of(form.text("vorlage", 36))
    title, kind = form.text("thema", 200), form.text("art", 20)
    minutes = form.number("dauer", 1, 480, needed="Geben Sie eine Dauer von 1 bis 480 Minuten an.", empty=15)
    if not form.errors:
        try:
            services.add_item(
                actor_of(request),
                meeting_id=meeting_id,
                title=title,
                kind=kind,
                minutes=minutes,
                paper_id=paper,
            )
            return back(_address(meeting_id), "punkt")
        except NotPossible as error:
            status = form.refused(error)
    return show(request, meeting_id, form, status)


@requires("resolutions.manage")
@require_POST
def arrange(request: HttpRequest, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    """Move a point up or down, or take it off."""
    shown(request, meeting_id)
    form = Form(request)
    what = form.text("was", 10)
    try:
        if what == "weg":
            services.remove_item(actor_of(request), meeting_id=meeting_id, item_id=item_id)
            return back(_address(meeting_id), "punkt-weg")
        services.move_item(actor_of(request), meeting_id=meeting_id, item_id=item_id, up=what == "hoch")
    except NotPossible as error:
        return show(request, meeting_id, form, form.refused(error))
    return back(_address(meeting_id), "geordnet")


def _ballot(form: Form, view: MeetingView) -> Ballot:
    chair = form.text("vorsitz", 5)
    if not form.flag("namentlich"):
        counts = [
            form.number(name, 0, 500, needed=f"Geben Sie an, wie viele {label}.", empty=0)
            for name, label in (
                ("ja", "mit Ja stimmten"),
                ("nein", "mit Nein stimmten"),
                ("enthaltung", "sich enthielten"),
            )
        ]
        return Ballot(rules.Votes(*counts), chair=chair)
    said = {}
    for voter in view.voters:
        choice = form.text(f"stimme-{voter.person_id}", 10)
        if choice not in CastVote.Choice.values:
            form.fault(f"stimme-{voter.person_id}", f"Geben Sie an, wie {voter.person.name} gestimmt hat.")
        said[voter.person_id] = choice
    return Ballot(by_name=said, chair=chair)


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    """Note what came of a point: a resolution by vote, postponed, given back, or taken note of."""
    view = shown(request, meeting_id)
    found = next((one for one in view.items if one.id == item_id), None)
    if found is None:
        raise Http404
    deciding = found.kind == AgendaItem.Kind.DECISION
    proposal = found.paper.proposal if found.paper else ""
    form, status = Form(values={"wortlaut": proposal, "ergebnis": "vote", "niederschrift": found.record}), 200
    if request.method == "POST":
        form, status = Form(request), 422
        record = form.text("niederschrift")
        try:
            if not deciding:
                services.conclude_item(
                    actor_of(request), meeting_id=meeting_id, item_id=item_id, record=record
                )
                return back(_address(meeting_id), "behandelt")
            outcome = form.text("ergebnis", 20)
            text, conditions = form.text("wortlaut"), form.text("auflagen")
            ballot = _ballot(form, view) if outcome == "vote" else None
            if not form.errors:
                made = resolutions.decide_item(
                    actor_of(request),
                    meeting_id=meeting_id,
                    item_id=item_id,
                    outcome=outcome,
                    text=text,
                    conditions=conditions,
                    record=record,
                    ballot=ballot,
                )
                if made is not None:
                    return back(reverse("resolutions:resolution", args=[made.id]), "entschieden")
                return back(_address(meeting_id), "behandelt")
        except NotPossible as error:
            status = form.refused(error)
    return render(
        request,
        "resolutions/item.html",
        {
            "view": view,
            "meeting": view.meeting,
            "item": found,
            "deciding": deciding,
            "resolution": view.resolutions.get(found.id),
            "results": [one for one in RESULTS if one[0] != "returned" or found.paper],
            "choices": CastVote.Choice.choices,
            "form": form,
            "note": note_of(request),
        },
        status=status,
    )
