"""Results: only once rating has ended, and by unit."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Sum

from leineweber.domains.participation.models import (
    Criterion,
    Decision,
    FrozenRanking,
    Proposal,
    RankedProposal,
    Rating,
    Score,
)
from leineweber.domains.participation.queries.rounds import Page, RoundView, bounds
from leineweber.domains.participation.rules.ranking import fulfilment
from leineweber.people.organisation.models import Unit

PAGE_SIZE = 50
PICTURE = 60
Voices = Mapping[UUID, Mapping[UUID, Mapping[UUID, Decimal]]]
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Reversal:
    """Neighbours in the ranking whose order turned with varied weights; `share` of the draws (0 to 1)."""

    first: Proposal
    second: Proposal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Shift:
    """What one weight a fifth larger or smaller changes: which pairs of neighbours change places."""

    criterion: Criterion
    factor: Decimal
    pairs: tuple[tuple[Proposal, Proposal], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The frozen ranking of a round."""

    ranking: FrozenRanking
    criteria: tuple[Criterion, ...]
    page: Page[RankedProposal]
    picture: tuple[RankedProposal, ...]
    reversals: tuple[Reversal, ...]
    shifts: tuple[Shift, ...]
    leader: RankedProposal | None
    leader_share: Decimal | None


def frozen(view: RoundView) -> FrozenRanking | None:
    """Return the frozen ranking of a round, None while scores are hidden or if it does not exist yet."""
    if not view.scores_known:
        return None
    return FrozenRanking.objects.filter(round=view.round).select_related("criteria").first()


def results(view: RoundView, page: int = 1) -> Results | None:
    """Return the ranking with its sensitivity, None as `frozen`; seven queries for any number of proposals.

    The picture shows the first proposals of the ranking and all of the Pareto front, `PICTURE` at most.
    """
    ranking = frozen(view)
    if ranking is None:
        return None
    criteria = tuple(ranking.criteria.criteria.all())
    rows = RankedProposal.objects.filter(ranking=ranking).select_related("proposal__unit")
    total = rows.count()
    number, pages, offset = bounds(total, page, PAGE_SIZE)
    shown = list(rows.order_by("position")[offset : offset + PAGE_SIZE])
    picture = list(
        rows.filter(benefit__isnull=False, effort__isnull=False).order_by("-efficient", "position")[:PICTURE]
    )
    report = ranking.report
    named = {
        UUID(identifier) for entry in report["reversals"] for identifier in (entry["first"], entry["second"])
    } | {UUID(identifier) for entry in report["shifts"] for pair in entry["turned"] for identifier in pair}
    proposals = Proposal.objects.in_bulk(named)
    by_id = {str(criterion.id): criterion for criterion in criteria}
    leader = rows.order_by("position").first()
    return Results(
        ranking,
        criteria,
        Page(shown, total, number, pages),
        tuple(sorted(picture, key=lambda row: row.position)),
        tuple(
            Reversal(
                proposals[UUID(entry["first"])], proposals[UUID(entry["second"])], Decimal(entry["share"])
            )
            for entry in report["reversals"]
        ),
        tuple(
            Shift(
                by_id[entry["criterion"]],
                Decimal(entry["factor"]),
                tuple((proposals[UUID(a)], proposals[UUID(b)]) for a, b in entry["turned"]),
            )
            for entry in report["shifts"]
        ),
        leader if leader is not None and leader.rank is not None else None,
        None if report["leader_share"] is None else Decimal(report["leader_share"]),
    )


def intact(ranking: FrozenRanking) -> bool:
    """Tell whether a frozen ranking still has the digest it was frozen with; two queries."""
    criteria = list(ranking.criteria.criteria.all())
    rows = list(ranking.rows.order_by("position"))
    return digest_of(ranking, criteria, rows) == ranking.digest


@dataclass(frozen=True, slots=True)
class UnitScore:
    """How one unit rated: mean scores by criterion, value from 0 to 100, its reasons, notes by criterion."""

    unit: Unit
    scores: Mapping[UUID, Decimal]
    value: Decimal | None
    reasons: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProposalResult:
    """The line of a proposal in the frozen ranking, with the scores by unit."""

    line: RankedProposal
    criteria: tuple[Criterion, ...]
    units: tuple[UnitScore, ...]


def proposal_result(view: RoundView, chosen: Proposal) -> ProposalResult | None:
    """Return how a proposal was rated, None while scores are hidden. No person is named; eight queries."""
    ranking = frozen(view)
    if ranking is None:
        return None
    line = RankedProposal.objects.filter(ranking=ranking, proposal=chosen).first()
    if line is None:
        return None
    criteria = tuple(ranking.criteria.criteria.all())
    reasons: dict[UUID, list[str]] = {}
    units: dict[UUID, Unit] = {}
    # Sorted by the text, not by who wrote it when: in a unit where each rates for herself no order tells of a person.
    for row in (
        Rating.objects.filter(proposal=chosen).select_related("unit").order_by("unit__path", "justification")
    ):
        units[row.unit_id] = row.unit
        reasons.setdefault(row.unit_id, []).append(row.justification)
    notes: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for unit_id, name, note in (
        Score.objects.filter(rating__proposal=chosen)
        .exclude(note="")
        .order_by("criterion__position", "note")
        .values_list("rating__unit_id", "criterion__name", "note")
    ):
        notes[unit_id].append((name, note))
    means = unit_means(chosen.round_id, chosen.id).get(chosen.id, {})
    return ProposalResult(
        line,
        criteria,
        tuple(
            UnitScore(
                unit,
                means.get(key, {}),
                _value(means.get(key, {}), criteria),
                tuple(reasons[key]),
                tuple(notes[key]),
            )
            for key, unit in units.items()
        ),
    )


def _value(scores: Mapping[UUID, Decimal], criteria: Sequence[Criterion]) -> Decimal | None:
    if any(one.id not in scores for one in criteria):
        return None
    total = sum(
        ((one.weight or Decimal(0)) * fulfilment(scores[one.id], one.axis) for one in criteria), Decimal(0)
    )
    return total.quantize(Decimal("0.1"))


def decisions(view: RoundView, page: int = 1) -> Page[Decision]:
    """Return the decisions of a round by rank; two queries."""
    found = Decision.objects.filter(proposal__round=view.round)
    total = found.count()
    number, pages, offset = bounds(total, page, PAGE_SIZE)
    rows = found.select_related("proposal__unit", "criteria", "ranking").order_by(
        "rank", "proposal__number", "number"
    )
    return Page(list(rows[offset : offset + PAGE_SIZE]), total, number, pages)


def unit_means(round_id: UUID, proposal_id: UUID | None = None) -> Voices:
    """Return the score of each unit (the mean of its sheets) by proposal, unit and criterion; one query.

    For the program's own use and for what is shown once rating has ended.
    """
    found: dict[UUID, dict[UUID, dict[UUID, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    chosen = Score.objects.filter(
        rating__proposal__round_id=round_id, rating__proposal__status=Proposal.Status.SUBMITTED
    )
    if proposal_id is not None:
        chosen = chosen.filter(rating__proposal_id=proposal_id)
    rows = (
        chosen.values_list("rating__proposal_id", "rating__unit_id", "criterion_id")
        .annotate(total=Sum("points"), sheets=Count("id"))
        .order_by("rating__proposal_id", "rating__unit_id", "criterion_id")
    )
    for proposal, unit, criterion, total, sheets in rows:
        found[proposal][unit][criterion] = (Decimal(total) / sheets).quantize(_PLACES)
    return found


def four_places(number: Decimal) -> str:
    """Return a number as the frozen ranking writes it."""
    return str(number.quantize(_PLACES))


def digest_of(made: FrozenRanking, criteria: Sequence[Criterion], rows: Sequence[RankedProposal]) -> str:
    """Return the SHA-512 of a ranking with its criteria, weights and report: the same content, the same digest."""

    def text(number: Decimal | None) -> str | None:
        return None if number is None else four_places(number)

    content = {
        "round": str(made.round_id),
        "units": made.units,
        "seed": made.seed,
        "draws": made.draws,
        "report": made.report,
        "criteria": [[str(one.id), one.name, one.axis, str(one.weight)] for one in criteria],
        "rows": [
            [
                str(row.proposal_id),
                row.rank,
                text(row.value),
                text(row.benefit),
                text(row.effort),
                row.efficient,
                row.best,
                row.worst,
                text(row.stable),
                row.voices,
                row.spreads,
            ]
            for row in rows
        ],
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha512(canonical.encode()).hexdigest()
