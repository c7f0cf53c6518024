"""Proposals, comments and sheets, each only for whom they are meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from leineweber.domains.participation.models import Comment, Decision, Proposal, Rating, Round
from leineweber.domains.participation.queries.rounds import Page, RoundView, bounds
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Unit
from leineweber.people.organisation.rules import fold

PAGE_SIZE = 25
COMMENT_PAGE_SIZE = 20
FIELD_KINDS = ("field", "goal")


def visible(units: Sequence[Unit]) -> Q:
    """Return the condition for proposals that members of these units may see: all but others' drafts."""
    return ~Q(status=Proposal.Status.DRAFT) | Q(unit__in=[unit.id for unit in units])


def proposals(
    view: RoundView,
    units: Sequence[Unit],
    *,
    text: str = "",
    unit_id: UUID | None = None,
    outcome: str = "",
    own: bool = False,
    page: int = 1,
) -> Page[Proposal]:
    """Search the proposals of a round: every word must occur in it or its unit's name. Two queries."""
    found = Proposal.objects.filter(visible(units), round=view.round)
    if own:
        found = found.filter(unit__in=[unit.id for unit in units])
    if unit_id is not None:
        found = found.filter(unit_id=unit_id)
    if outcome == "withdrawn":
        found = found.filter(status=Proposal.Status.WITHDRAWN)
    elif outcome:
        found = found.filter(outcome=outcome, status=Proposal.Status.SUBMITTED)
    for word in fold(text[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    total = found.count()
    number, pages, offset = bounds(total, page, PAGE_SIZE)
    rows = found.select_related("unit").order_by("number", "id")[offset : offset + PAGE_SIZE]
    return Page(list(rows), total, number, pages)


def proposal(units: Sequence[Unit], proposal_id: UUID) -> Proposal | None:
    """Return a proposal with round, unit and decisions, None if there is none or it is another unit's draft."""
    return (
        Proposal.objects.filter(visible(units), id=proposal_id)
        .exclude(round__status=Round.Status.DRAFT)
        .select_related("unit", "round__criteria")
        .prefetch_related(
            "round__phases", Prefetch("decisions", Decision.objects.select_related("criteria", "ranking"))
        )
        .first()
    )


def threads(proposal_id: UUID, page: int = 1) -> Page[Comment]:
    """Return comments with their answers, the oldest first; three queries.

    What is withdrawn and has no answers is left out.
    """
    answered = Comment.objects.filter(parent=OuterRef("id"), withdrawn_at__isnull=True)
    found = Comment.objects.filter(proposal_id=proposal_id, parent__isnull=True).filter(
        Q(withdrawn_at__isnull=True) | Exists(answered)
    )
    total = found.count()
    number, pages, offset = bounds(total, page, COMMENT_PAGE_SIZE)
    answers = Comment.objects.filter(withdrawn_at__isnull=True).select_related("unit").order_by("created_at")
    rows = (
        found.select_related("unit")
        .prefetch_related(Prefetch("answers", answers, to_attr="shown_answers"))
        .order_by("created_at", "id")[offset : offset + COMMENT_PAGE_SIZE]
    )
    return Page(list(rows), total, number, pages)


def own_comment(actor: Actor, comment_id: UUID) -> Comment | None:
    """Return a comment of the actor's own, None for any other."""
    if actor.id is None:
        return None
    return (
        Comment.objects.filter(id=comment_id, author_id=actor.id, withdrawn_at__isnull=True)
        .select_related("proposal__round")
        .first()
    )


def to_rate(view: RoundView, unit: Unit) -> QuerySet[Proposal]:
    """Return what a unit rates in a round, by number: all that is handed in, its own only where the round says so."""
    found = Proposal.objects.filter(round=view.round, status=Proposal.Status.SUBMITTED).order_by("number")
    return found if view.round.own_rating else found.exclude(unit=unit)


def sheets(unit: Unit, rater: str, proposal_ids: Sequence[UUID]) -> Mapping[UUID, Rating]:
    """Return the sheets of one unit (or of one rater in it) by proposal, with scores; two queries.

    There is no way to ask for a sheet without naming whose it is: that keeps rating blind.
    """
    found = Rating.objects.filter(unit=unit, rater=rater, proposal_id__in=list(proposal_ids))
    return {row.proposal_id: row for row in found.prefetch_related("scores")}


def rated_count(view: RoundView, unit: Unit, rater: str) -> int:
    """Return for how many proposals of a round a unit has a sheet."""
    return Rating.objects.filter(proposal__in=to_rate(view, unit).order_by(), unit=unit, rater=rater).count()


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of action (or a goal) a proposal can be meant for, as other rooms offer it."""

    ref: str
    label: str


def field_choices(actor: Actor) -> list[FieldChoice]:
    """Return the fields of action other rooms offer, else their goals; empty where nobody offers any."""
    for name in FIELD_KINDS:
        kind = next((one for one in links.kinds() if one.name == name and one.every is not None), None)
        if kind is None or kind.every is None:
            continue
        refs = [Ref(name, identifier) for identifier in kind.every(actor)][:200]
        cards = links.resolve(refs, actor)
        found = [FieldChoice(str(ref), cards[ref].title) for ref in refs if ref in cards]
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class Became:
    """What a proposal became in another room."""

    ref: Ref
    title: str
    url: str


def became(actor: Actor, chosen: Proposal) -> list[Became]:
    """Return the goals a proposal became, as far as the actor may see them; two queries."""
    refs = [ref for _, ref in links.targets(Ref("proposal", chosen.id), "became")]
    cards = links.resolve(refs, actor)
    return [Became(ref, cards[ref].title, cards[ref].url) for ref in refs if ref in cards]


def next_to_rate(view: RoundView, unit: Unit, rater: str, after: int) -> UUID | None:
    """Return the next proposal without a sheet of the unit, beginning behind a number and then from the front."""
    lacking = to_rate(view, unit).exclude(
        id__in=Rating.objects.filter(unit=unit, rater=rater).values("proposal_id")
    )
    for chosen in (lacking.filter(number__gt=after), lacking):
        found = chosen.values_list("id", flat=True).first()
        if found is not None:
            return found
    return None
