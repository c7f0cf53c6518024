"""The ranking, frozen once rating has ended; and the decisions, each traceable to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from leineweber.domains.participation.models import (
    Criterion,
    Decision,
    FrozenRanking,
    Proposal,
    RankedProposal,
    Rating,
    Round,
)
from leineweber.domains.participation.queries.results import digest_of, four_places, unit_means
from leineweber.domains.participation.rules import phases, ranking
from leineweber.domains.participation.rules.ranking import Candidate, Measure, Placed, Sensitivity
from leineweber.domains.participation.services.common import (
    DECIDE,
    MANAGE,
    ParticipationError,
    PhaseClosed,
    bounded,
    lock_round,
    open_for,
)
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


def freeze(actor: Actor, *, round_id: UUID) -> FrozenRanking:
    """Compute the ranking once rating has ended and keep it for good; doing it again returns the same one.

    Where each person rated for herself, the sheets forget whose they are.

    Raises:
        PhaseClosed: rating has not ended yet, or never will because the round was cancelled before.
    """
    check(actor, MANAGE)
    known = FrozenRanking.objects.filter(round_id=round_id).first()
    if known is not None:
        return known
    with transaction.atomic():
        chosen, spans = lock_round(round_id)
        # Of two that come at once the second waited for the lock, and finds what the first has made.
        known = FrozenRanking.objects.filter(round_id=round_id).first()
        if known is not None:
            return known
        if chosen.status != Round.Status.OPEN or not phases.over(spans, "rate", clock.today()):
            raise PhaseClosed("Die Rangliste entsteht, wenn die Bewertung beendet ist.")
        with act(actor, "participation.ranking_frozen", Ref("round", round_id)) as current:
            made = _freeze(chosen)
            current.detail["digest"] = made.digest
            current.emit("participation.ranking_frozen", {"ranking": str(made.id), "digest": made.digest})
    return made


def _freeze(chosen: Round) -> FrozenRanking:
    assert chosen.criteria is not None
    criteria = list(chosen.criteria.criteria.all())
    measures = [
        Measure(
            one.id, one.weight or Decimal(0), "effort" if one.axis == Criterion.Axis.EFFORT else "benefit"
        )
        for one in criteria
    ]
    voices = unit_means(chosen.id)
    proposals = list(
        Proposal.objects.filter(round=chosen, status=Proposal.Status.SUBMITTED).order_by("number")
    )
    candidates = [
        Candidate(one.id, one.number or 0, _means(voices.get(one.id, {}), measures)) for one in proposals
    ]
    placed = ranking.rank(candidates, measures)
    found = ranking.sensitivity(candidates, measures)
    front = ranking.efficient(placed)
    made = FrozenRanking(
        id=ids.new_id(),
        round=chosen,
        criteria=chosen.criteria,
        frozen_at=clock.now(),
        units=len({unit for by_unit in voices.values() for unit in by_unit}),
        seed=ranking.SEED,
        draws=found.draws,
        report=_report(found),
    )
    rows = [
        _row(made, position, one, found, one.id in front, voices.get(one.id, {}), measures)
        for position, one in enumerate(placed, start=1)
    ]
    made.digest = digest_of(made, criteria, rows)
    made.save(force_insert=True)
    RankedProposal.objects.bulk_create(rows, batch_size=500)
    _forget_raters(chosen)
    return made


def _forget_raters(chosen: Round) -> None:
    """Cut sheets loose from the persons who filled them in: nothing needs that any more (DSGVO Art. 5 (1) c, e)."""
    sheets = list(Rating.objects.filter(proposal__round=chosen).exclude(rater="").only("id", "rater"))
    for sheet in sheets:
        sheet.rater = str(uuid4())
    Rating.objects.bulk_update(sheets, ["rater"], batch_size=500)


def _scores(by_unit: Mapping[UUID, Mapping[UUID, Decimal]], measure: Measure) -> list[Decimal]:
    return [scores[measure.id] for scores in by_unit.values() if measure.id in scores]


def _means(
    by_unit: Mapping[UUID, Mapping[UUID, Decimal]], measures: Sequence[Measure]
) -> dict[UUID, Decimal]:
    """Return the mean over the units by criterion: each unit has one voice, however many people rated in it."""
    found = {}
    for measure in measures:
        spread = ranking.spread(_scores(by_unit, measure))
        if spread is not None:
            found[measure.id] = spread.mean
    return found


def _row(
    made: FrozenRanking,
    position: int,
    placed: Placed,
    found: Sensitivity,
    efficient: bool,
    by_unit: Mapping[UUID, Mapping[UUID, Decimal]],
    measures: Sequence[Measure],
) -> RankedProposal:
    stability = found.by_candidate.get(placed.id)
    spreads: dict[str, Any] = {}
    for measure in measures:
        spread = ranking.spread(_scores(by_unit, measure))
        if spread is not None:
            spreads[str(measure.id)] = {
                "count": spread.count,
                "minimum": four_places(spread.minimum),
                "lower": four_places(spread.lower),
                "median": four_places(spread.median),
                "upper": four_places(spread.upper),
                "maximum": four_places(spread.maximum),
                "mean": four_places(spread.mean),
                "deviation": None if spread.deviation is None else four_places(spread.deviation),
            }
    return RankedProposal(
        ranking=made,
        proposal_id=placed.id,
        position=position,
        rank=placed.rank,
        value=placed.value,
        benefit=placed.benefit,
        effort=placed.effort,
        efficient=efficient,
        best=stability.best if stability else None,
        worst=stability.worst if stability else None,
        stable=stability.stable if stability else None,
        voices=len(by_unit),
        spreads=spreads,
    )


def _report(found: Sensitivity) -> dict[str, Any]:
    return {
        "leader_share": None if found.leader_share is None else four_places(found.leader_share),
        "reversals": [
            {"first": str(one.first), "second": str(one.second), "share": four_places(one.share)}
            for one in found.reversals
        ],
        "shifts": [
            {
                "criterion": str(one.criterion),
                "factor": str(one.factor),
                "turned": [[str(first), str(second)] for first, second in one.turned],
            }
            for one in found.shifts
        ],
    }


def decide(
    actor: Actor,
    *,
    proposal_id: UUID,
    outcome: str,
    reason: str,
    body: str,
    resolution: str = "",
) -> Decision:
    """Decide about a proposal and say why. What is postponed may be decided again while the phase lasts.

    The decision keeps the version of the criteria and the rank in the frozen ranking. `participation.accepted` tells
    the others of what was accepted. Repeating a resolution by its number changes nothing.

    Raises:
        Denied: the actor neither leads nor coordinates.
        PhaseClosed: the round does not decide today.
        ParticipationError: no such outcome, no reason, nobody named, or it is accepted or rejected already.
    """
    check(actor, DECIDE)
    known = (
        Decision.objects.filter(proposal_id=proposal_id, resolution=resolution).first()
        if resolution
        else None
    )
    if known is not None:
        return known
    with act(actor, "participation.decided", Ref("proposal", proposal_id)) as current:
        proposal = Proposal.objects.get(id=proposal_id)
        chosen, _ = open_for(proposal.round_id, "decide")
        frozen = freeze(Actor.system(), round_id=chosen.id)
        proposal = Proposal.objects.select_for_update(of=("self",)).select_related("unit").get(id=proposal_id)
        earlier = list(proposal.decisions.order_by("number"))
        if proposal.status != Proposal.Status.SUBMITTED:
            raise ParticipationError("Über diesen Vorschlag wird nicht entschieden.")
        if outcome not in set(Proposal.Outcome.values) - {"open"}:
            raise ParticipationError("Wählen Sie, wie entschieden wurde.", "entscheidung")
        if proposal.outcome in {Proposal.Outcome.ACCEPT, Proposal.Outcome.REJECT}:
            raise ParticipationError(
                f"Der Vorschlag ist schon {proposal.get_outcome_display()}; das bleibt so."
            )
        line = RankedProposal.objects.filter(proposal=proposal).first()
        decision = Decision(
            id=ids.new_id(),
            proposal=proposal,
            number=len(earlier) + 1,
            outcome=outcome,
            reason=bounded(reason, 2000, "Begründen Sie die Entscheidung.", "begruendung"),
            body=bounded(body, 200, "Geben Sie an, wer entschieden hat.", "gremium"),
            resolution=bounded(resolution, 80, "", "beschluss", required=False),
            ranking=frozen,
            criteria=frozen.criteria,
            rank=line.rank if line else None,
            decided_at=clock.now(),
        )
        decision.save(force_insert=True)
        proposal.outcome = outcome
        proposal.version += 1
        proposal.save(update_fields=["outcome", "version"])
        current.detail.update(outcome=outcome, rank=decision.rank, criteria=str(frozen.criteria_id))
        current.emit("participation.decided", {"outcome": outcome, "round": str(chosen.id)})
        if outcome == Proposal.Outcome.ACCEPT:
            current.emit(
                "participation.accepted",
                {
                    "proposal": str(proposal.id),
                    "title": proposal.title,
                    "purpose": proposal.purpose,
                    "result": proposal.result,
                    "unit": proposal.unit.path,
                    "field": proposal.field_ref or proposal.field,
                    "rank": decision.rank,
                    "criteria_version": str(frozen.criteria_id),
                },
            )
    return decision
