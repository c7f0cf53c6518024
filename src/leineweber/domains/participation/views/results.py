"""Results, decisions and what can be taken away as CSV; all of it only once rating has ended."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from leineweber.domains.participation.models import Comment, Proposal, RankedProposal, Round
from leineweber.domains.participation.queries import exports
from leineweber.domains.participation.queries import proposals as proposal_queries
from leineweber.domains.participation.queries import results as queries
from leineweber.domains.participation.queries.rounds import RoundView, view_of
from leineweber.domains.participation.queries.units import acting_units
from leineweber.domains.participation.services import ParticipationError, results
from leineweber.domains.participation.views import picture
from leineweber.domains.participation.views.common import (
    Form,
    led_to,
    page_of,
    paper_address,
    round_or_404,
    show,
    tabs,
)
from leineweber.domains.participation.views.proposals import OUTCOME_KINDS
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.ui.jinja import number, percent

DECISIONS = [
    (value, label.capitalize()) for value, label in Proposal.Outcome.choices if value != Proposal.Outcome.OPEN
]
CHECKED_AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def widest(row: RankedProposal, names: Mapping[str, str]) -> dict[str, Any] | str:
    """Return the largest standard deviation of a line, and the criterion it belongs to, as a cell."""
    found = [
        (Decimal(spread["deviation"]), names.get(key, ""))
        for key, spread in row.spreads.items()
        if spread["deviation"] is not None
    ]
    if not found:
        return "–"
    deviation, name = max(found)
    return {"text": number(deviation), "note": name}


@requires("participation.view")
@require_safe
def ranking(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The frozen ranking, how firm it is, and benefit against effort."""
    view = round_or_404(request, round_id)
    found = queries.results(view, page_of(request))
    names = {str(one.id): one.name for one in found.criteria} if found else {}
    return show(
        request,
        "results",
        {
            "view": view,
            "tabs": tabs(view, "results"),
            "results": found,
            "sentence": _sentence(view, found),
            "widest": widest,
            "names": names,
            "picture": picture.pareto(found.picture) if found and found.picture else None,
            "kinds": OUTCOME_KINDS,
            "intact": _intact(request, found),
        },
    )


def _intact(request: HttpRequest, found: queries.Results | None) -> bool | None:
    """Return whether the ranking has its digest; None where it is long and nobody asked for the check."""
    if found is None or (found.page.total > CHECKED_AT_ONCE and request.GET.get("pruefen") != "1"):
        return None
    return queries.intact(found.ranking)


def _sentence(view: RoundView, found: queries.Results | None) -> str:
    rate = view.span("rate")
    if not view.scores_known and view.round.status == Round.Status.CANCELLED:
        return "Die Runde wurde abgebrochen, bevor die Bewertung endete. Die Punkte bleiben verdeckt."
    if not view.scores_known:
        until = f" bis zum {rate.last:%d.%m.%Y}" if rate else ""
        return f"Die Punkte sind{until} verdeckt."
    if found is None:
        return "Die Rangliste wird gerade festgeschrieben."
    if found.leader is None or found.leader_share is None:
        return "Kein Vorschlag ist nach allen Kriterien bewertet."
    return (
        f"{found.leader.proposal.label} „{found.leader.proposal.title}“ steht vorn und bleibt es in "
        f"{percent(found.leader_share)} der Versuche mit anderen Gewichten."
    )


@requires("participation.view")
@require_safe
def decisions(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The decisions of a round, each with the criteria and the rank it rests on; and what is still open."""
    view = round_or_404(request, round_id)
    units = acting_units(actor_of(request))
    waiting = proposal_queries.proposals(view, units, outcome="open", page=page_of(request, "offen"))
    return show(
        request,
        "decisions",
        {
            "view": view,
            "tabs": tabs(view, "decisions"),
            "page": queries.decisions(view, page_of(request)),
            "waiting": waiting,
            "kinds": OUTCOME_KINDS,
            "known": view.scores_known,
            "may_decide": view.may("decide"),
        },
    )


@requires("participation.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Decide about a proposal, seeing its rank and how its scores lie."""
    found = proposal_queries.proposal(acting_units(actor_of(request)), proposal_id)
    if found is None or found.status != Proposal.Status.SUBMITTED:
        raise Http404
    view = view_of(found.round)
    if not view.scores_known:
        raise Http404
    form = Form(request)
    values: Mapping[str, Any] = {"gremium": "Verwaltungsvorstand"}
    if request.method == "POST":
        outcome, reason = form.text("entscheidung", 10), form.text("begruendung", 2000)
        body, resolution = form.text("gremium", 200), form.text("beschluss", 80)
        try:
            results.decide(
                actor_of(request),
                proposal_id=proposal_id,
                outcome=outcome,
                reason=reason,
                body=body,
                resolution=resolution.strip(),
            )
            return led_to("decisions", view.round.id, note="entschieden")
        except ParticipationError as error:
            form.refused(error, "entscheidung")
        values = form.values
    return show(
        request,
        "decide",
        {
            "view": view,
            "proposal": found,
            "result": queries.proposal_result(view, found),
            "outcomes": DECISIONS,
            "values": values,
            "paper": paper_address("proposal", found.id, "accept"),
            "open": view.may("decide") and found.outcome in {"open", "postpone"},
        },
        form=form,
        status=422 if form.errors else 200,
    )


def _plain(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = number(value, 4) if isinstance(value, Decimal) else "" if value is None else str(value)
    if text.startswith(FORMULA) and not isinstance(value, int | Decimal):
        return f"'{text}"
    return text.replace("\u00a0", " ")


def _csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Give out a table as spreadsheets here read it: UTF-8 with mark, semicolons, decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@requires("participation.view")
@require_safe
def export(request: HttpRequest, round_id: UUID, what: str) -> HttpResponse:
    """Give out proposals, comments, ranking or decisions; ranking and decisions only once rating has ended."""
    view = round_or_404(request, round_id)
    if what == "vorschlaege":
        return _csv(what, exports.PROPOSALS, (_proposal(row) for row in exports.proposals(view)))
    if what == "kommentare":
        return _csv(what, exports.COMMENTS, (_comment(row) for row in exports.comments(view)))
    if what == "entscheidungen" and view.scores_known:
        return _csv(what, exports.DECISIONS, exports.decisions(view))
    if what == "rangliste" and queries.frozen(view) is not None:
        return _csv(what, *exports.ranking(view))
    raise Http404


def _proposal(row: Proposal) -> Sequence[object]:
    return (
        row.number,
        row.title,
        str(row.unit),
        row.get_status_display(),
        row.get_outcome_display(),
        row.field,
        row.purpose,
        row.result,
        row.effort,
    )


def _comment(row: Comment) -> Sequence[object]:
    when = row.created_at.date().isoformat()
    return (row.proposal.number, row.proposal.title, str(row.unit), when, row.text)
