"""What can be asked of the bodies: which there are, who belongs to them on a day, who acts for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.organisation.models import Committee, Holding, Membership, Person, Post
from leineweber.people.organisation.roles import UNIT_HEAD

FUNCTIONS = ("chair", "member", "adviser")


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a committee on a day: by which membership, as what, and by which post (None: in person)."""

    membership: Membership
    person: Person
    function: str
    post: Post | None

    @property
    def votes(self) -> bool:
        """Whether she has a vote; advisers have none."""
        return self.function != Membership.Function.ADVISER


def _on(day: date) -> Q:
    return Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gt=day))


def committees() -> list[Committee]:
    """Return all bodies in their order, with post and unit; one query."""
    return list(Committee.objects.select_related("post__unit", "unit"))


def committee_by_key(key: str) -> Committee | None:
    """Return the body of a key such as `verwaltungsvorstand`."""
    return Committee.objects.select_related("post__unit", "unit").filter(key=key).first()


def members_of(committee_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, list[Member]]:
    """Return the members of several committees on a day (None: today): chair first; two queries.

    A membership of a post counts for whoever holds it that day; a post nobody holds gives no member.
    """
    day = on or clock.today()
    rows = list(
        Membership.objects.filter(_on(day), committee_id__in=list(committee_ids)).select_related(
            "person", "post__unit"
        )
    )
    holders: dict[UUID, list[Person]] = {}
    held = Holding.objects.filter(_on(day), post_id__in={row.post_id for row in rows if row.post_id})
    for holding in held.select_related("person"):
        holders.setdefault(holding.post_id, []).append(holding.person)
    found: dict[UUID, dict[UUID, Member]] = {}
    for row in sorted(rows, key=lambda one: FUNCTIONS.index(one.function)):
        people = [row.person] if row.person else holders.get(row.post_id, []) if row.post_id else []
        for person in people:
            found.setdefault(row.committee_id, {}).setdefault(
                person.id, Member(row, person, row.function, row.post)
            )
    return {
        key: sorted(members.values(), key=lambda one: (FUNCTIONS.index(one.function), one.person.sort_key))
        for key, members in found.items()
    }


def members(committee_id: UUID, on: date | None = None) -> list[Member]:
    """Return the members of one committee on a day (None: today): chair first; two queries."""
    return members_of([committee_id], on).get(committee_id, [])


def memberships(committee_id: UUID) -> list[Membership]:
    """Return all memberships of a committee, those that have ended too, newest first; one query."""
    rows = Membership.objects.filter(committee_id=committee_id).select_related("person", "post__unit")
    return list(rows.order_by("-start", "-id"))


def committees_of(person_id: UUID, on: date | None = None) -> frozenset[UUID]:
    """Return the committees a person belongs to on a day (None: today), herself or by a post; one query."""
    day = on or clock.today()
    posts = Holding.objects.filter(_on(day), person_id=person_id).values("post_id")
    rows = Membership.objects.filter(_on(day)).filter(Q(person_id=person_id) | Q(post_id__in=posts))
    return frozenset(rows.order_by().values_list("committee_id", flat=True))


def acts_alone(actor: Actor, committee: Committee) -> bool:
    """Tell whether an actor acts for a body that is one post or one unit: its holder or head, or her deputy."""
    if actor.kind != "staff" or actor.id is None:
        return False
    if committee.post_id is not None:
        if any(grant.post_id == committee.post_id for grant in actor.grants):
            return True
        return Holding.objects.filter(
            _on(clock.today()), person_id=actor.id, post_id=committee.post_id
        ).exists()
    if committee.unit is not None:
        path = committee.unit.path
        return any(grant.role == UNIT_HEAD and grant.unit_path == path for grant in actor.grants)
    return False


def posts_with_role(role: str) -> list[Post]:
    """Return the posts that carry a role and that somebody holds today, by unit; one query."""
    held = Holding.objects.filter(_on(clock.today())).values("post_id")
    rows = Post.objects.filter(post_roles__role=role, id__in=held).select_related("unit")
    return list(rows.order_by("unit__path", "title"))
