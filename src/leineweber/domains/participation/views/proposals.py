"""Proposals and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.participation.models import Proposal
from leineweber.domains.participation.queries import proposals as queries
from leineweber.domains.participation.queries import results as result_queries
from leineweber.domains.participation.queries import rounds as round_queries
from leineweber.domains.participation.queries.rounds import RoundView, view_of
from leineweber.domains.participation.queries.units import acting_units, taking_part
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.services import ParticipationError, PhaseClosed, proposals
from leineweber.domains.participation.services.proposals import Content
from leineweber.domains.participation.views.common import (
    Form,
    led_to,
    page_of,
    paper_address,
    round_or_404,
    show,
    tabs,
    text_of,
    uuid_of,
)
from leineweber.kernel.access import actor_of, requires
from leineweber.people.organisation.models import Unit

OUTCOMES = [*Proposal.Outcome.choices, ("withdrawn", "zurückgezogen")]
OUTCOME_KINDS = {"accept": "success", "reject": "neutral", "postpone": "warning", "open": "info"}


@requires("participation.view")
@require_safe
def listing(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The proposals of a round, searched and filtered."""
    view = round_or_404(request, round_id)
    units = acting_units(actor_of(request))
    text, outcome = text_of(request), request.GET.get("stand", "")
    outcome = outcome if outcome in dict(OUTCOMES) else ""
    chosen = uuid_of(request.GET.get("einheit", ""))
    own = request.GET.get("eigene") == "1"
    page = queries.proposals(
        view, units, text=text, unit_id=chosen, outcome=outcome, own=own, page=page_of(request)
    )
    return show(
        request,
        "proposals",
        {
            "view": view,
            "tabs": tabs(view, "proposals"),
            "page": page,
            "text": text,
            "outcome": outcome,
            "outcomes": OUTCOMES,
            "kinds": OUTCOME_KINDS,
            "unit": str(chosen or ""),
            "units": [(unit.id, str(unit)) for unit in taking_part(view.day)],
            "own": own,
            "filtered": bool(text or outcome or chosen or own),
            "may_propose": view.may("propose") and bool(units),
        },
    )


def _one(request: HttpRequest, proposal_id: UUID) -> tuple[Proposal, RoundView, list[Unit]]:
    units = acting_units(actor_of(request))
    found = queries.proposal(units, proposal_id)
    if found is None:
        raise Http404
    return found, view_of(found.round), units


def proposal_page(
    request: HttpRequest, proposal_id: UUID, form: Form | None = None, values: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Render a proposal with its comments, its result once that is known, and what the actor can do with it."""
    found, view, units = _one(request, proposal_id)
    actor = actor_of(request)
    own = found.unit_id in {unit.id for unit in units}
    submitted = found.status == Proposal.Status.SUBMITTED
    answered = uuid_of((values or {}).get("antwort_auf") or request.GET.get("antwort", ""))
    became = queries.became(actor, found)
    again = own and found.outcome in {"postpone", "reject"}
    threads = queries.threads(found.id, page_of(request))
    if answered not in {comment.id for comment in threads.rows if comment.withdrawn_at is None}:
        answered = None
    return show(
        request,
        "proposal",
        {
            "view": view,
            "proposal": found,
            "own": own,
            "units": units,
            "kinds": OUTCOME_KINDS,
            "may_edit": own and view.may("propose") and found.status != Proposal.Status.WITHDRAWN,
            "may_withdraw": own and view.may("withdraw") and found.status != Proposal.Status.WITHDRAWN,
            "may_comment": submitted and view.may("comment") and bool(units),
            "may_rate": submitted
            and view.may("rate")
            and any(unit.id != found.unit_id or view.round.own_rating for unit in units),
            "may_decide": submitted and view.may("decide") and found.outcome in {"open", "postpone"},
            "threads": threads,
            "answered": answered,
            "me": actor.id,
            "result": result_queries.proposal_result(view, found),
            "became": became,
            "collecting": round_queries.running(("collect",)) if again else [],
            "paper": paper_address("proposal", found.id, "accept")
            if submitted and found.outcome in {"open", "postpone"} and view.scores_known
            else "",
            "papers": [(one, paper_address(one.ref.kind, one.ref.id, "adopt")) for one in became],
            "values": values or {},
        },
        form=form,
        status=422 if form and form.errors else 200,
    )


@requires("participation.view")
@require_safe
def one(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal."""
    return proposal_page(request, proposal_id)


def _form_page(
    request: HttpRequest,
    view: RoundView,
    found: Proposal | None,
    units: list[Unit],
    form: Form | None = None,
    values: Mapping[str, Any] | None = None,
) -> HttpResponse:
    if values is None:
        values = _kept(found) if found else {"version": 0, "einheit": units[0].id if units else ""}
    return show(
        request,
        "proposal_form",
        {
            "view": view,
            "proposal": found,
            "units": [(unit.id, str(unit)) for unit in units],
            "fields": [(choice.ref, choice.label) for choice in queries.field_choices(actor_of(request))],
            "values": values,
            "closed": "" if view.may("propose") else phases.refusal(view.spans, "propose", view.day),
        },
        form=form,
        status=422 if form and form.errors else 200,
    )


def _content(request: HttpRequest, form: Form) -> Content:
    offered = {choice.ref: choice.label for choice in queries.field_choices(actor_of(request))}
    field = form.text("handlungsfeld", 200)
    return Content(
        title=form.text("titel", 160),
        purpose=form.text("zweck"),
        result=form.text("ergebnis", 2000),
        effort=form.text("aufwand", 2000),
        field=offered.get(field, "" if offered else field),
        field_ref=field if field in offered else "",
    )


def _earlier(request: HttpRequest, units: list[Unit]) -> dict[str, Any] | None:
    """Return the text of a proposal of one's unit that is to be proposed again, None if none is named."""
    named = uuid_of(request.GET.get("von", ""))
    found = queries.proposal(units, named) if named else None
    if found is None or found.unit_id not in {unit.id for unit in units}:
        return None
    return {**_kept(found), "version": 0}


def _kept(found: Proposal) -> dict[str, Any]:
    return {
        "titel": found.title,
        "zweck": found.purpose,
        "ergebnis": found.result,
        "aufwand": found.effort,
        "handlungsfeld": found.field_ref or found.field,
        "version": found.version,
        "einheit": found.unit_id,
    }


@requires("participation.take_part")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Propose for one's unit."""
    view = round_or_404(request, round_id)
    units = acting_units(actor_of(request))
    if request.method != "POST":
        return _form_page(request, view, None, units, values=_earlier(request, units))
    form = Form(request)
    content, unit = _content(request, form), form.identifier("einheit")
    submit = "einreichen" in request.POST
    if unit not in {one.id for one in units}:
        form.fault("einheit", "Wählen Sie die Einheit, für die Sie vorschlagen.")
    if not form.errors and unit is not None:
        try:
            made = proposals.propose(
                actor_of(request), round_id=round_id, unit_id=unit, content=content, submit=submit
            )
            return led_to("proposal", made.id, note="eingereicht" if submit else "entwurf")
        except ParticipationError as error:
            form.refused(error, "titel")
    return _form_page(request, view, None, units, form, {**form.values, "version": 0})


@requires("participation.take_part")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Change a proposal of one's unit."""
    found, view, units = _one(request, proposal_id)
    if found.unit_id not in {unit.id for unit in units} or found.status == Proposal.Status.WITHDRAWN:
        raise Http404
    if request.method != "POST":
        return _form_page(request, view, found, units)
    form = Form(request)
    content, version = _content(request, form), form.whole("version")
    submit = "einreichen" in request.POST
    try:
        made = proposals.revise(
            actor_of(request), proposal_id=proposal_id, version=version, content=content, submit=submit
        )
        draft = made.status == Proposal.Status.DRAFT
        fresh = submit and found.status == Proposal.Status.DRAFT
        return led_to(
            "proposal", made.id, note="entwurf" if draft else "eingereicht" if fresh else "geaendert"
        )
    except ParticipationError as error:
        form.refused(error, "titel")
    return _form_page(
        request,
        view,
        found,
        units,
        form,
        {**form.values, "version": found.version, "einheit": found.unit_id},
    )


@requires("participation.take_part")
@require_POST
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Withdraw a proposal of one's unit, or delete its draft."""
    found, view, units = _one(request, proposal_id)
    if found.unit_id not in {unit.id for unit in units}:
        raise Http404
    draft = found.status == Proposal.Status.DRAFT
    form = Form(request)
    try:
        proposals.withdraw(actor_of(request), proposal_id=proposal_id)
    except ParticipationError as error:
        form.refused(error, "vorschlag")
        return proposal_page(request, proposal_id, form)
    if draft:
        return led_to("proposals", view.round.id, note="verworfen")
    return led_to("proposal", proposal_id, note="zurueckgezogen")


@requires("participation.take_part")
@require_POST
def comment(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Comment on a proposal, or answer a comment."""
    found, _, units = _one(request, proposal_id)
    if found.status == Proposal.Status.DRAFT:
        raise Http404
    form = Form(request)
    text, unit, parent = (
        form.text("kommentar", 2000),
        form.identifier("einheit"),
        form.identifier("antwort_auf"),
    )
    if unit not in {one.id for one in units}:
        form.fault("kommentar", "Sie arbeiten in keiner Einheit, für die Sie kommentieren können.")
    if not form.errors and unit is not None:
        try:
            made = proposals.comment(
                actor_of(request), proposal_id=proposal_id, unit_id=unit, text=text, parent_id=parent
            )
            return led_to("proposal", proposal_id, note="kommentar", anchor=f"k-{made.id}")
        except ParticipationError as error:
            form.refused(error, "kommentar")
    return proposal_page(request, proposal_id, form, form.values)


@requires("participation.take_part")
@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Change one's own comment."""
    found = queries.own_comment(actor_of(request), comment_id)
    if found is None:
        raise Http404
    form = Form(request)
    values: Mapping[str, Any] = {"kommentar": found.text, "version": found.version}
    if request.method == "POST":
        text, version = form.text("kommentar", 2000), form.whole("version")
        try:
            proposals.edit_comment(actor_of(request), comment_id=comment_id, version=version, text=text)
            return led_to("proposal", found.proposal_id, note="kommentar-geaendert", anchor=f"k-{comment_id}")
        except ParticipationError as error:
            form.refused(error, "kommentar")
        values = {"kommentar": text, "version": found.version}
    return show(
        request,
        "comment_form",
        {
            "comment": found,
            "proposal": found.proposal,
            "view": view_of(found.proposal.round),
            "values": values,
        },
        form=form,
        status=422 if form.errors else 200,
    )


@requires("participation.take_part")
@require_POST
def comment_withdraw(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Withdraw one's own comment."""
    found = queries.own_comment(actor_of(request), comment_id)
    if found is None:
        raise Http404
    form = Form(request)
    try:
        proposals.withdraw_comment(actor_of(request), comment_id=comment_id)
    except PhaseClosed as error:
        form.refused(error, "kommentare")
        return proposal_page(request, found.proposal_id, form)
    return led_to("proposal", found.proposal_id, note="kommentar-zurueck", anchor="kommentare")
