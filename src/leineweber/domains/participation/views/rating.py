"""Rating: one page a proposal, or all in a table; both work by keyboard and without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from leineweber.domains.participation.models import Criterion, Proposal, Rating
from leineweber.domains.participation.queries import proposals as queries
from leineweber.domains.participation.queries.rounds import RoundView, bounds
from leineweber.domains.participation.queries.units import acting_units
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.services import ParticipationError, rating
from leineweber.domains.participation.services.rating import Sheet, SheetError, rater_of
from leineweber.domains.participation.views.common import (
    Form,
    led_to,
    page_of,
    round_or_404,
    show,
    tabs,
    uuid_of,
)
from leineweber.kernel.access import Actor, actor_of, requires
from leineweber.people.organisation.models import Unit

PAGE_SIZE = 10
POINTS = {
    "benefit": [("1", "1, gar nicht"), ("2", "2"), ("3", "3, teils"), ("4", "4"), ("5", "5, voll und ganz")],
    "effort": [("1", "1, sehr gering"), ("2", "2"), ("3", "3, mittel"), ("4", "4"), ("5", "5, sehr hoch")],
}


def _unit(request: HttpRequest, actor: Actor) -> tuple[Unit | None, list[Unit]]:
    """Return the unit somebody rates for: the one the address or the form names, else her first."""
    units = acting_units(actor)
    wanted = uuid_of(request.POST.get("einheit", "") or request.GET.get("einheit", ""))
    return next((unit for unit in units if unit.id == wanted), units[0] if units else None), units


def _criteria(view: RoundView) -> list[Criterion]:
    return list(view.round.criteria.criteria.all()) if view.round.criteria else []


def _points(form: Form, name: str) -> int | None:
    typed = form.text(name, 2)
    return int(typed) if typed in {"1", "2", "3", "4", "5"} else None


def _kept(prefix: str, criteria: Sequence[Criterion], sheet: Rating | None) -> dict[str, Any]:
    """Return the values of a sheet's fields as they are kept; `prefix` names the proposal in the table."""
    scores = {score.criterion_id: score for score in sheet.scores.all()} if sheet else {}
    values: dict[str, Any] = {
        f"{prefix}begruendung": sheet.justification if sheet else "",
        f"{prefix}version": sheet.version if sheet else 0,
    }
    for criterion in criteria:
        score = scores.get(criterion.id)
        values[f"{prefix}punkte-{criterion.id}"] = str(score.points) if score else ""
        values[f"{prefix}notiz-{criterion.id}"] = score.note if score else ""
    return values


@requires("participation.take_part")
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """All proposals a unit rates, in a table of ten a page; saved together or not at all."""
    view = round_or_404(request, round_id)
    actor = actor_of(request)
    unit, units = _unit(request, actor)
    criteria = _criteria(view)
    rows: list[Proposal] = []
    total, number, pages, done = 0, 1, 1, 0
    values: dict[str, Any] = {}
    form = Form(request)
    sheets: Mapping[UUID, Rating] = {}
    if unit is not None:
        rater = rater_of(view.round, actor)
        todo = queries.to_rate(view, unit)
        total = todo.count()
        number, pages, offset = bounds(total, page_of(request), PAGE_SIZE)
        rows = list(todo.select_related("unit")[offset : offset + PAGE_SIZE])
        sheets = queries.sheets(unit, rater, [row.id for row in rows])
        done = queries.rated_count(view, unit, rater)
        for row in rows:
            values |= _kept(f"{row.id}.", criteria, sheets.get(row.id))
        if request.method == "POST":
            answer = _save_table(request, view, unit, rows, criteria, values, form, number, pages)
            if answer is not None:
                return answer
            values |= form.values
    elif request.method == "POST":
        raise Http404
    return show(
        request,
        "rating_table",
        {
            "view": view,
            "tabs": tabs(view, "rating"),
            "unit": unit,
            "units": [(one.id, str(one)) for one in units],
            "rows": rows,
            "criteria": criteria,
            "values": values,
            "sheets": sheets,
            "total": total,
            "number": number,
            "pages": pages,
            "done": done,
            "open": view.may("rate"),
            "closed": phases.refusal(view.spans, "rate", view.day) if not view.may("rate") else "",
        },
        form=form,
        status=422 if form.errors else 200,
    )


def _save_table(
    request: HttpRequest,
    view: RoundView,
    unit: Unit,
    rows: Sequence[Proposal],
    criteria: Sequence[Criterion],
    kept: Mapping[str, Any],
    form: Form,
    number: int,
    pages: int,
) -> HttpResponse | None:
    """Save the rows that were changed; None if something is wrong with one, which the form then tells."""
    changed = []
    for row in rows:
        prefix = f"{row.id}."
        points = {
            criterion.id: value
            for criterion in criteria
            if (value := _points(form, f"{prefix}punkte-{criterion.id}")) is not None
        }
        reason = form.text(f"{prefix}begruendung", 2000)
        before = {
            criterion.id: int(kept[f"{prefix}punkte-{criterion.id}"])
            for criterion in criteria
            if kept[f"{prefix}punkte-{criterion.id}"]
        }
        if points == before and reason.strip() == kept[f"{prefix}begruendung"].strip():
            continue
        changed.append(Sheet(row.id, form.whole(f"{prefix}version"), points, reason))
    try:
        if changed:
            rating.rate(actor_of(request), round_id=view.round.id, unit_id=unit.id, sheets=changed)
    except SheetError as error:
        # A row has no list of radio buttons: what is wrong with its points is told at the first of them.
        first = f"punkte-{criteria[0].id}" if criteria else "begruendung"
        field = f"{error.proposal_id}.{first if error.field in {'punkte', ''} else error.field}"
        wrong = next((one for one in rows if one.id == error.proposal_id), None)
        form.fault(field, f"{wrong.label}: {error}" if wrong else str(error), field.replace(".", "-"))
        return None
    except ParticipationError as error:
        form.fault("tabelle", str(error))
        return None
    address_page = min(number + 1, pages) if "weiter" in request.POST else number
    answer = led_to("rating", view.round.id, note="bewertet")
    answer["Location"] += f"&seite={address_page}&einheit={unit.id}"
    return answer


@requires("participation.take_part")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Rate one proposal for one's unit, with a note to each criterion; then on to the next that lacks a sheet."""
    actor = actor_of(request)
    unit, units = _unit(request, actor)
    found = queries.proposal(units, proposal_id)
    if found is None or found.status != Proposal.Status.SUBMITTED or unit is None:
        raise Http404
    view = round_or_404(request, found.round_id)
    criteria = _criteria(view)
    rater = rater_of(view.round, actor)
    kept = queries.sheets(unit, rater, [proposal_id]).get(proposal_id)
    values = _kept("", criteria, kept)
    form = Form(request)
    if request.method == "POST":
        points = {
            criterion.id: value
            for criterion in criteria
            if (value := _points(form, f"punkte-{criterion.id}")) is not None
        }
        notes = {criterion.id: form.text(f"notiz-{criterion.id}", 500) for criterion in criteria}
        filled = Sheet(proposal_id, form.whole("version"), points, form.text("begruendung", 2000), notes)
        try:
            rating.rate(actor, round_id=view.round.id, unit_id=unit.id, sheets=[filled])
            return _onward(view, unit, rater, found, bool("weiter" in request.POST))
        except ParticipationError as error:
            first = f"punkte-{criteria[0].id}" if criteria else "begruendung"
            form.refused(error, first)
            if error.field == "punkte":
                form.errors[-1] |= {"field": first, "href": f"#{first}"}
        values |= form.values
    return show(
        request,
        "rating_sheet",
        {
            "view": view,
            "proposal": found,
            "unit": unit,
            "units": [(one.id, str(one)) for one in units],
            "criteria": criteria,
            "values": values,
            "points": POINTS,
            "own": found.unit_id == unit.id and not view.round.own_rating,
            "open": view.may("rate"),
            "closed": phases.refusal(view.spans, "rate", view.day) if not view.may("rate") else "",
        },
        form=form,
        status=422 if form.errors else 200,
    )


def _onward(view: RoundView, unit: Unit, rater: str, found: Proposal, onward: bool) -> HttpResponse:
    if onward:
        following = queries.next_to_rate(view, unit, rater, found.number or 0)
        if following is not None:
            answer = led_to("sheet", following, note="bewertet")
            answer["Location"] += f"&einheit={unit.id}"
            return answer
        return led_to("rating", view.round.id, note="alle-bewertet")
    return led_to("proposal", found.id, note="bewertet")
