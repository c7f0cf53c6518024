"""Rating: a unit (or each person of it) gives points by the fixed criteria, unseen by all others until the phase ends.

Neither audit entries nor events carry points or reasons: the trail can be read before the phase ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from leineweber.domains.participation.models import Proposal, Rating, Round, Score
from leineweber.domains.participation.rules.ranking import HIGHEST, LOWEST
from leineweber.domains.participation.services.common import (
    TAKE_PART,
    ParticipationError,
    Stale,
    acting_for,
    bounded,
    open_for,
)
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was filled in for one proposal: points by criterion, the reason, notes by criterion (None: keep them).

    `version` is that of the sheet as it was read, 0 if there was none.
    """

    proposal_id: UUID
    version: int
    points: Mapping[UUID, int]
    justification: str
    notes: Mapping[UUID, str] | None = field(default=None)


class SheetError(ParticipationError):
    """Something is wrong with the sheet of one proposal."""

    def __init__(self, proposal_id: UUID, message: str, field: str = "") -> None:
        super().__init__(message, field)
        self.proposal_id = proposal_id


class SheetStale(SheetError, Stale):
    """A colleague has saved this sheet since it was read."""

    def __init__(self, proposal_id: UUID) -> None:
        Stale.__init__(self)
        self.proposal_id = proposal_id
        self.field = "begruendung"


def rater_of(chosen: Round, actor: Actor) -> str:
    """Return whose sheet it is: the person's where each rates for herself, else nobody's (it is the unit's)."""
    return str(actor.id) if chosen.voice == Round.Voice.PERSON and actor.id is not None else ""


def rate(actor: Actor, *, round_id: UUID, unit_id: UUID, sheets: Sequence[Sheet], rater: str = "") -> int:
    """Save sheets of one round, all or none; return how many. `rater` is for the program only, which has no person.

    Raises:
        Denied: the actor does not work in the unit.
        PhaseClosed: the round does not rate today.
        SheetStale: a colleague saved one of the sheets since it was read.
        SheetError: points that do not exist, none at all, no reason, or one's own proposal where that is excluded.
    """
    check(actor, TAKE_PART)
    with act(actor, "participation.rated", Ref("round", round_id), {"unit": str(unit_id)}) as current:
        chosen, _ = open_for(round_id, "rate")
        unit = acting_for(actor, unit_id)
        mine = rater if actor.kind == "system" else rater_of(chosen, actor)
        assert chosen.criteria is not None
        criteria = {criterion.id for criterion in chosen.criteria.criteria.all()}
        wanted = [sheet.proposal_id for sheet in sheets]
        proposals = {
            proposal.id: proposal
            for proposal in Proposal.objects.filter(
                id__in=wanted, round=chosen, status=Proposal.Status.SUBMITTED
            )
        }
        known = {
            rating.proposal_id: rating
            for rating in Rating.objects.select_for_update().filter(
                proposal_id__in=wanted, unit=unit, rater=mine
            )
        }
        for sheet in sheets:
            proposal = proposals.get(sheet.proposal_id)
            if proposal is None:
                raise SheetError(sheet.proposal_id, "Diesen Vorschlag gibt es nicht mehr.")
            if proposal.unit_id == unit.id and not chosen.own_rating:
                raise SheetError(
                    sheet.proposal_id, "Ihre Einheit bewertet ihre eigenen Vorschläge in dieser Runde nicht."
                )
            _save(sheet, known.get(sheet.proposal_id), unit.id, mine, criteria)
        current.detail["proposals"] = [str(identifier) for identifier in wanted]
    return len(sheets)


def _save(sheet: Sheet, kept: Rating | None, unit_id: UUID, rater: str, criteria: set[UUID]) -> None:
    if (kept.version if kept else 0) != sheet.version:
        raise SheetStale(sheet.proposal_id)
    if not sheet.points:
        raise SheetError(sheet.proposal_id, "Geben Sie für mindestens ein Kriterium Punkte.", "punkte")
    for criterion, points in sheet.points.items():
        if criterion not in criteria or not LOWEST <= points <= HIGHEST:
            raise SheetError(sheet.proposal_id, "Wählen Sie Punkte von 1 bis 5.", "punkte")
    try:
        reason = bounded(
            sheet.justification, 2000, "Begründen Sie Ihre Bewertung in einem Satz.", "begruendung"
        )
        notes = {
            criterion: bounded(text, 500, "", f"notiz-{criterion}", required=False)
            for criterion, text in (sheet.notes or {}).items()
        }
    except ParticipationError as error:
        raise SheetError(sheet.proposal_id, str(error), error.field) from error
    if kept is None:
        kept = Rating(id=ids.new_id(), proposal_id=sheet.proposal_id, unit_id=unit_id, rater=rater)
    else:
        kept.version += 1
    kept.justification = reason
    kept.updated_at = clock.now()
    kept.save()
    if sheet.notes is None:
        notes = dict(kept.scores.values_list("criterion_id", "note"))
    kept.scores.all().delete()
    Score.objects.bulk_create(
        Score(rating=kept, criterion_id=criterion, points=points, note=notes.get(criterion, ""))
        for criterion, points in sheet.points.items()
    )
