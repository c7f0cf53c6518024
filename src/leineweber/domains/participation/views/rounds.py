"""Rounds: the list, one round, and preparing, publishing, moving and cancelling it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.participation.models import Round
from leineweber.domains.participation.queries import proposals as proposal_queries
from leineweber.domains.participation.queries import rounds as queries
from leineweber.domains.participation.queries.rounds import RoundView
from leineweber.domains.participation.queries.units import acting_units
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.rules.phases import Span
from leineweber.domains.participation.services import ParticipationError, results, rounds
from leineweber.domains.participation.services.rating import rater_of
from leineweber.domains.participation.views.common import (
    Form,
    led_to,
    page_of,
    round_or_404,
    show,
    tabs,
)
from leineweber.kernel.access import actor_of, requires

STAGE_FILTERS = (("running", "laufende"), ("coming", "kommende"), ("over", "beendete"))
DATES = frozenset(f"{kind}_{end}" for kind in phases.ORDER for end in ("ab", "bis"))
DONE = {
    "collect": "eingereichte Vorschläge",
    "comment": "Kommentare",
    "rate": "Bewertungen",
    "decide": "Entscheidungen",
}


def stage_words(view: RoundView) -> str:
    """Return where a round stands in one German sentence."""
    chosen, current, following = view.round, view.current, view.following
    if chosen.status == Round.Status.DRAFT:
        return "Die Runde ist in Vorbereitung."
    if chosen.status == Round.Status.CANCELLED:
        return "Die Runde ist abgebrochen."
    if current is not None:
        return f"{phases.LABELS[current.kind]}: bis {current.last:%d.%m.%Y}."
    if following is not None:
        return f"{phases.LABELS[following.kind]} beginnt am {following.start:%d.%m.%Y}."
    return "Die Runde ist beendet."


@requires("participation.view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All rounds, and what one's own unit can do today."""
    stage = request.GET.get("stand", "")
    stage = stage if stage in dict(STAGE_FILTERS) else ""
    actor = actor_of(request)
    page = queries.rounds(actor, stage=stage, page=page_of(request))
    units = acting_units(actor)
    running = queries.running(phases.ORDER)
    return show(
        request,
        "rounds",
        {
            "page": page,
            "stage": stage,
            "filters": STAGE_FILTERS,
            "words": stage_words,
            "units": units,
            "running": running,
            "sentence": _sentence(running),
        },
    )


def _sentence(running: list[RoundView]) -> str:
    if not running:
        return "Zurzeit läuft keine Beteiligung."
    first = running[0]
    current = first.current
    assert current is not None
    if len(running) == 1:
        return f"Eine Runde läuft: {phases.LABELS[current.kind]} bis {current.last:%d.%m.%Y}."
    ending = f"„{phases.LABELS[current.kind]}“ am {current.last:%d.%m.%Y}"
    return f"{len(running)} Runden laufen. Als Nächstes endet {ending}."


@requires("participation.view")
@require_safe
def one(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round: its phases, what can be done today, and who takes part."""
    view = round_or_404(request, round_id)
    actor = actor_of(request)
    units = acting_units(actor)
    shares = queries.shares(view)
    own = {unit.id for unit in units}
    open_sheets = 0
    if view.may("rate") and units:
        rater = rater_of(view.round, actor)
        todo = proposal_queries.to_rate(view, units[0]).count()
        open_sheets = todo - proposal_queries.rated_count(view, units[0], rater)
    return show(
        request,
        "round",
        {
            "view": view,
            "tabs": tabs(view, "round"),
            "words": stage_words(view),
            "units": units,
            "own": own,
            "shares": shares,
            "silent": [share for share in shares if not share.proposals and not share.sheets],
            "open_sheets": open_sheets,
            "ranking": view.scores_known,
            "criteria": queries.criteria_view(view.round.criteria_id) if view.round.criteria_id else None,
        },
    )


def _blank(view: RoundView | None) -> dict[str, Any]:
    """Return the values of the form as they are kept."""
    if view is None:
        return {"bewertung": Round.Voice.UNIT.value}
    chosen = view.round
    values: dict[str, Any] = {
        "titel": chosen.title,
        "zweck": chosen.purpose,
        "bewertung": chosen.voice,
        "eigene": chosen.own_rating,
        "kriterien": chosen.criteria_id or "",
        "version": chosen.version,
    }
    for span in view.spans:
        values[f"{span.kind}_ab"], values[f"{span.kind}_bis"] = span.start, span.last
    return values


def _page(
    request: HttpRequest,
    view: RoundView | None,
    form: Form | None = None,
    values: Mapping[str, Any] | None = None,
) -> HttpResponse:
    return show(
        request,
        "round_form",
        {
            "view": view,
            "values": values if values is not None else _blank(view),
            "order": phases.ORDER,
            "sets": queries.criteria_choices(),
            "voices": Round.Voice.choices,
            "done": DONE,
        },
        form=form,
        status=422 if form and form.errors else 200,
    )


def _save(request: HttpRequest, view: RoundView | None) -> HttpResponse:
    form = Form(request)
    version = form.whole("version")
    form.values["version"] = version
    title, purpose = form.text("titel", 160), form.text("zweck")
    voice, own, criteria = form.text("bewertung", 10), form.flag("eigene"), form.identifier("kriterien")
    spans = []
    for kind in phases.ORDER:
        label = phases.LABELS[kind]
        start = form.day(f"{kind}_ab", f"Geben Sie den ersten Tag von „{label}“ an, zum Beispiel 24 11 2026.")
        last = form.day(
            f"{kind}_bis", f"Geben Sie den letzten Tag von „{label}“ an, zum Beispiel 24 11 2026."
        )
        if start and last:
            spans.append(Span(kind, start, last + timedelta(days=1)))
    if not form.errors:
        try:
            if view is None:
                saved = rounds.create(
                    actor_of(request),
                    title=title,
                    purpose=purpose,
                    voice=voice,
                    own_rating=own,
                    criteria_id=criteria,
                    spans=spans,
                )
            else:
                saved = rounds.edit(
                    actor_of(request),
                    round_id=view.round.id,
                    version=version,
                    title=title,
                    purpose=purpose,
                    voice=voice,
                    own_rating=own,
                    criteria_id=criteria,
                    spans=spans,
                )
            return led_to("round", saved.id, note="runde")
        except ParticipationError as error:
            form.refused(error, "titel", DATES)
    return _page(request, view, form, form.values)


@requires("participation.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a round."""
    return _save(request, None) if request.method == "POST" else _page(request, None)


@requires("participation.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Change a round, within what is still possible."""
    view = round_or_404(request, round_id)
    return _save(request, view) if request.method == "POST" else _page(request, view)


@requires("participation.manage")
@require_POST
def publish(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Publish a round."""
    view = round_or_404(request, round_id)
    form = Form(request)
    try:
        rounds.publish(actor_of(request), round_id=round_id, version=form.whole("version"))
    except ParticipationError as error:
        form.refused(error, "titel", DATES)
        return _page(request, view, form, _blank(view))
    return led_to("round", round_id, note="veroeffentlicht")


@requires("participation.manage")
@require_POST
def cancel(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Break a round off, with a reason."""
    view = round_or_404(request, round_id)
    form = Form(request)
    reason = form.text("grund", 1000)
    try:
        rounds.cancel(actor_of(request), round_id=round_id, reason=reason)
    except ParticipationError as error:
        form.refused(error, "grund")
        return _page(request, view, form, {**_blank(view), "grund": reason})
    return led_to("round", round_id, note="abgebrochen")


@requires("participation.manage")
@require_POST
def freeze(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Freeze the ranking at once instead of waiting for the program to do it."""
    view = round_or_404(request, round_id)
    if not view.scores_known:
        raise Http404
    results.freeze(actor_of(request), round_id=round_id)
    return led_to("results", round_id, note="festgeschrieben")
