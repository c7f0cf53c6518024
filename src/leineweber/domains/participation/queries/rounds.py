"""Rounds and criteria: lists and single ones, with where they stand today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from leineweber.domains.participation.models import CriteriaSet, Criterion, Phase, Proposal, Rating, Round
from leineweber.domains.participation.queries.units import taking_part
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.rules.phases import Span, Stage
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, allowed
from leineweber.people.organisation.models import Unit

PAGE_SIZE = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its phases in order and where it stands on the day that was asked about."""

    round: Round
    spans: tuple[Span, ...]
    stage: Stage
    proposals: int = 0
    day: date = date.min

    @property
    def current(self) -> Span | None:
        """The phase in force, None before, between and after."""
        return next((span for span in self.spans if span.kind == self.stage), None)

    @property
    def following(self) -> Span | None:
        """The next phase to begin, None if all have begun."""
        current = self.current
        after = [span for span in self.spans if current is None or span.start >= current.end]
        return next((span for span in after if span.start > self.day), None)

    def span(self, kind: str) -> Span | None:
        """Return one of the phases."""
        return next((span for span in self.spans if span.kind == kind), None)

    def may(self, deed: phases.Deed) -> bool:
        """Tell whether a deed is allowed on the day, for a published round."""
        return self.round.status == Round.Status.OPEN and phases.may(self.spans, deed, self.day)

    @property
    def scores_known(self) -> bool:
        """Whether rating has ended, so that its scores may be seen.

        In a round that was cancelled before, the phase passes without that; there the ranking that exists decides.
        """
        if self.round.status == Round.Status.CANCELLED:
            return getattr(self.round, "ranking", None) is not None
        return self.round.status != Round.Status.DRAFT and phases.over(self.spans, "rate", self.day)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    rows: Sequence[T]
    total: int
    number: int
    pages: int


def bounds(total: int, wanted: int, size: int) -> tuple[int, int, int]:
    """Return the number of the page (past the end: the last), the number of pages, the offset of its first row."""
    pages = max(1, -(-total // size))
    number = min(max(1, wanted), pages)
    return number, pages, (number - 1) * size


def view_of(chosen: Round, day: date | None = None, proposals: int = 0) -> RoundView:
    """Return a round whose phases are loaded (or will be, in one query) as it stands on a day (None: today)."""
    on = day or clock.today()
    spans = tuple(
        sorted(
            (
                Span(kind, row.start, row.end)
                for row in chosen.phases.all()
                for kind in phases.ORDER
                if kind == row.kind
            ),
            key=lambda span: span.start,
        )
    )
    return RoundView(chosen, spans, phases.stage_on(spans, on), proposals, on)


def _visible(actor: Actor) -> Q:
    return Q() if allowed(actor, "participation.manage") else ~Q(status=Round.Status.DRAFT)


def rounds(actor: Actor, *, stage: str = "", page: int = 1) -> Page[RoundView]:
    """Return rounds the actor may see, the newest first; `stage` is `running`, `coming`, `over` or empty.

    Four queries.
    """
    today = clock.today()
    found = Round.objects.filter(_visible(actor)).annotate(
        first=Min("phases__start"), last=Max("phases__end")
    )
    if stage == "running":
        found = found.filter(status=Round.Status.OPEN, first__lte=today, last__gt=today)
    elif stage == "coming":
        found = found.filter(Q(first__gt=today) | Q(status=Round.Status.DRAFT)).exclude(
            status=Round.Status.CANCELLED
        )
    elif stage == "over":
        found = found.filter(Q(last__lte=today) | Q(status=Round.Status.CANCELLED))
    total = found.count()
    number, pages, offset = bounds(total, page, PAGE_SIZE)
    rows = list(found.prefetch_related("phases").order_by("-last", "-id")[offset : offset + PAGE_SIZE])
    counts = dict(
        Proposal.objects.filter(round__in=[row.id for row in rows], status=Proposal.Status.SUBMITTED)
        .order_by()
        .values_list("round_id")
        .annotate(number=Count("id"))
    )
    return Page([view_of(row, today, counts.get(row.id, 0)) for row in rows], total, number, pages)


def round_view(actor: Actor, round_id: UUID) -> RoundView | None:
    """Return one round, None if there is none or the actor may not see it; two queries."""
    chosen = (
        Round.objects.filter(_visible(actor), id=round_id)
        .select_related("criteria")
        .prefetch_related("phases")
        .first()
    )
    return view_of(chosen) if chosen else None


def running(kinds: Sequence[str]) -> list[RoundView]:
    """Return the published rounds in which one of the phases is in force today, by its end."""
    today = clock.today()
    ids = Phase.objects.filter(kind__in=kinds, start__lte=today, end__gt=today).values("round_id")
    found = Round.objects.filter(id__in=ids, status=Round.Status.OPEN).prefetch_related("phases")[:50]
    views = [view_of(row, today) for row in found]
    return sorted(views, key=lambda view: view.current.end if view.current else date.max)


@dataclass(frozen=True, slots=True)
class Share:
    """How a unit takes part: how many proposals it handed in, and how many sheets it has filled in (never what)."""

    unit: Unit
    proposals: int
    sheets: int


def shares(view: RoundView) -> list[Share]:
    """Return all units that take part, with whether they have; three queries."""
    proposals = dict(
        Proposal.objects.filter(round=view.round, status=Proposal.Status.SUBMITTED)
        .order_by()
        .values_list("unit_id")
        .annotate(number=Count("id"))
    )
    sheets = dict(
        Rating.objects.filter(proposal__round=view.round, proposal__status=Proposal.Status.SUBMITTED)
        .order_by()
        .values_list("unit_id")
        .annotate(number=Count("proposal_id", distinct=True))
    )
    return [Share(unit, proposals.get(unit.id, 0), sheets.get(unit.id, 0)) for unit in taking_part(view.day)]


@dataclass(frozen=True, slots=True)
class CriteriaView:
    """A version of a criteria set with its criteria and the number of rounds that use it."""

    criteria: CriteriaSet
    rows: tuple[Criterion, ...]
    rounds: int


def criteria_sets(page: int = 1) -> Page[CriteriaView]:
    """Return all versions of all criteria sets by name, the newest version first; three queries."""
    found = CriteriaSet.objects.annotate(used=Count("rounds", distinct=True))
    total = CriteriaSet.objects.count()
    number, pages, offset = bounds(total, page, PAGE_SIZE)
    rows = found.prefetch_related("criteria")[offset : offset + PAGE_SIZE]
    return Page(
        [CriteriaView(row, tuple(row.criteria.all()), row.used) for row in rows], total, number, pages
    )


def criteria_view(criteria_id: UUID) -> CriteriaView | None:
    """Return one version, None if there is none; two queries."""
    row = (
        CriteriaSet.objects.annotate(used=Count("rounds", distinct=True))
        .prefetch_related("criteria")
        .filter(id=criteria_id)
        .first()
    )
    return CriteriaView(row, tuple(row.criteria.all()), row.used) if row else None


def criteria_choices() -> list[CriteriaSet]:
    """Return the versions a round may choose: fixed ones and drafts (to be fixed before publishing), newest first."""
    return list(CriteriaSet.objects.order_by("name", "-number")[:200])
