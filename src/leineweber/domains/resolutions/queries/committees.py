"""Bodies with their members and next meetings, and who does what in which kind of decision."""

from __future__ import annotations

from dataclasses import dataclass

from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import DecisionKind, Meeting, Responsibility, StatementRule
from leineweber.domains.resolutions.queries.scope import visible_meetings
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.organisation.committee_queries import Member, committees, members_of
from leineweber.people.organisation.models import Committee, Holding


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body as the list shows it: its members (of a post or unit: who acts for it), its next meeting."""

    body: Committee
    members: tuple[Member, ...]
    acting: tuple[str, ...]
    next_meeting: Meeting | None


def bodies() -> list[BodyView]:
    """Return all bodies with members of today and the next meeting; six queries for any number."""
    found = committees()
    members = members_of(one.id for one in found)
    acting = _acting(found)
    coming: dict[object, Meeting] = {}
    rows = Meeting.objects.filter(ends_at__gte=clock.now()).exclude(status=Meeting.Status.CANCELLED)
    for meeting in rows.order_by("starts_at"):
        coming.setdefault(meeting.committee_id, meeting)
    return [
        BodyView(one, tuple(members.get(one.id, ())), acting.get(one.id, ()), coming.get(one.id))
        for one in found
    ]


def _acting(found: list[Committee]) -> dict[object, tuple[str, ...]]:
    """Return who holds the posts and heads the units that are bodies, by body."""
    day = clock.today()
    posts = {one.post_id: one.id for one in found if one.post_id}
    units = {one.unit_id: one.id for one in found if one.unit_id}
    held = Holding.objects.filter(start__lte=day).exclude(end__lte=day).select_related("person", "post")
    names: dict[object, list[str]] = {}
    for holding in held.filter(post_id__in=posts):
        names.setdefault(posts[holding.post_id], []).append(holding.person.name)
    for holding in held.filter(post__head=True, post__unit_id__in=units):
        names.setdefault(units[holding.post.unit_id], []).append(holding.person.name)
    return {key: tuple(people) for key, people in names.items()}


def acting_for(body: Committee) -> tuple[str, ...]:
    """Return who acts for a body that is a post or a unit."""
    return _acting([body]).get(body.id, ())


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A kind of decision with what each body is in it (`letters` in the order of the bodies), and who decides."""

    kind: DecisionKind
    letters: tuple[str, ...]
    decides: Committee | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Bodies across, kinds of decision down."""

    bodies: tuple[Committee, ...]
    rows: tuple[MatrixRow, ...]


def matrix() -> Matrix:
    """Return the responsibilities as a matrix; three queries."""
    known = committees()
    kinds = list(DecisionKind.objects.prefetch_related("responsibilities"))
    rows = []
    for kind in kinds:
        roles: dict[object, list[str]] = {}
        for one in kind.responsibilities.all():
            roles.setdefault(one.body_id, []).append(one.role)
        decides = next((body for body in known if "decides" in roles.get(body.id, ())), None)
        rows.append(MatrixRow(kind, tuple(rules.letters(roles.get(body.id, ())) for body in known), decides))
    return Matrix(tuple(known), tuple(rows))


def responsibilities(kind: DecisionKind) -> dict[str, list[Responsibility]]:
    """Return who does what in a kind of decision, by role in the order of a decision; one query."""
    rows = kind.responsibilities.select_related("body").order_by("body__position", "body__name")
    found: dict[str, list[Responsibility]] = {role: [] for role in rules.ORDER}
    for row in rows:
        found[row.role].append(row)
    return found


def kind_by_key(key: str) -> DecisionKind | None:
    """Return a kind of decision, None if there is none of that key."""
    return DecisionKind.objects.filter(key=key).first()


def kinds() -> list[DecisionKind]:
    """Return all kinds of decision in order, each with the body that decides as `responsibilities`; two queries."""
    return list(DecisionKind.objects.prefetch_related("responsibilities__body"))


def statement_rules() -> list[StatementRule]:
    """Return who gives statements, in order."""
    return list(StatementRule.objects.all())


def meetings_of(actor: Actor, body: Committee, limit: int = 20) -> list[Meeting]:
    """Return the meetings of a body that the actor may see, newest first."""
    return list(visible_meetings(actor).filter(committee=body).order_by("-starts_at", "-id")[:limit])
