"""The register: every resolution with search and filters; one with its votes and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from leineweber.domains.resolutions.models import CastVote, FollowUp, Resolution
from leineweber.domains.resolutions.queries.paging import Page, page_of, words
from leineweber.domains.resolutions.queries.scope import sees_all, visible_resolutions
from leineweber.domains.resolutions.services.resolutions import may_follow_up
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.roles import UNIT_HEAD


@dataclass(frozen=True, slots=True)
class ResolutionFilter:
    """What the register shows: words, body, year, outcome; `follow` is `open` or `overdue` for what is to be done."""

    text: str = ""
    body: UUID | None = None
    year: int | None = None
    outcome: str = ""
    follow: str = ""


def _select(actor: Actor, filters: ResolutionFilter) -> QuerySet[Resolution]:
    rows = visible_resolutions(actor).filter(words(filters.text)).select_related("committee")
    if filters.body is not None:
        rows = rows.filter(committee_id=filters.body)
    if filters.year is not None:
        rows = rows.filter(year=filters.year)
    if filters.outcome in Resolution.Outcome.values:
        rows = rows.filter(outcome=filters.outcome)
    following = FollowUp.objects.filter(resolution=OuterRef("pk"), done_at__isnull=True)
    if filters.follow == "open":
        rows = rows.filter(Exists(following))
    elif filters.follow == "overdue":
        rows = rows.filter(Exists(following.filter(due__lt=clock.today())))
    return rows.order_by("-on", "-recorded_at", "-id")


def list_resolutions(actor: Actor, filters: ResolutionFilter, page: int = 1) -> Page[Resolution]:
    """Return one page of the register, newest first; a constant number of queries."""
    return page_of(_select(actor, filters), page)


def export(actor: Actor, filters: ResolutionFilter, limit: int = 20_000) -> Iterator[Resolution]:
    """Yield the rows of the register for a file, newest first."""
    yield from _select(actor, filters)[:limit].iterator(chunk_size=1000)


def years(actor: Actor) -> list[int]:
    """Return the years in which anything was decided, newest first."""
    rows = visible_resolutions(actor).order_by("-year").values_list("year", flat=True)
    return list(rows.distinct())


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A follow-up: whether it is overdue, and whether the actor can note that it is done."""

    row: FollowUp
    overdue: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class ResolutionView:
    """A resolution with votes by name (if so taken), what follows, and the thing it is about."""

    resolution: Resolution
    votes: tuple[CastVote, ...]
    follow_ups: tuple[FollowUpView, ...]
    subject: Card | None
    may_follow_up: bool


def resolution_view(actor: Actor, resolution_id: UUID) -> ResolutionView | None:
    """Return a resolution the actor may see, None otherwise."""
    found = (
        visible_resolutions(actor)
        .select_related("committee__post", "committee__unit", "paper", "meeting__committee")
        .filter(id=resolution_id)
        .first()
    )
    if found is None:
        return None
    may = may_follow_up(actor, found)
    today = clock.today()
    own = {grant.post_id for grant in actor.grants if grant.role == UNIT_HEAD}
    follow_ups = [
        FollowUpView(
            row, row.done_at is None and row.due < today, row.done_at is None and (may or row.post_id in own)
        )
        for row in found.follow_ups.select_related("post__unit")
    ]
    subject = Ref.parse(found.subject) if found.subject else None
    return ResolutionView(
        resolution=found,
        votes=tuple(found.votes.select_related("person").order_by("person__sort_key")),
        follow_ups=tuple(follow_ups),
        subject=links.resolve([subject], actor).get(subject) if subject else None,
        may_follow_up=may,
    )


def follow_ups_due(actor: Actor, until: date, limit: int) -> list[FollowUp]:
    """Return follow-ups that are not done and due until a day, oldest first: all with oversight, else one's posts'."""
    rows = FollowUp.objects.filter(done_at__isnull=True, due__lte=until).select_related(
        "resolution", "post__unit"
    )
    if not sees_all(actor):
        rows = rows.filter(post_id__in={grant.post_id for grant in actor.grants})
    return list(rows.order_by("due", "id")[:limit])


def open_numbers(on: date) -> tuple[int, int]:
    """Return how many follow-ups are open, and how many of them overdue on a day; two queries."""
    rows = FollowUp.objects.filter(done_at__isnull=True)
    return rows.count(), rows.filter(due__lt=on).count()
