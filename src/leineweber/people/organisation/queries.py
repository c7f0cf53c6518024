"""What can be asked of the organisation; each function makes a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet, UUIDField, Value

from leineweber.kernel import clock
from leineweber.kernel.access import Grant
from leineweber.people.organisation import rules
from leineweber.people.organisation.models import (
    Absence,
    Deputyship,
    Holding,
    Person,
    Post,
    PostRole,
    Role,
    Unit,
)
from leineweber.people.organisation.roles import HOUSE_ROLES
from leineweber.people.organisation.rules import WHOLE_CITY, HeldRole, LentRole, Period

PAGE_SIZE = 25
_COLUMNS = (
    "post_id",
    "post__post_roles__role",
    "post__post_roles__whole_city",
    "post__unit__path",
    "start",
    "end",
)


def role_labels() -> dict[str, str]:
    """Return every known role with its German label: the house's own and those of procedures."""
    return dict(HOUSE_ROLES) | dict(Role.objects.values_list("name", "label"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in the organisation on a day: whether she holds a post, and her grants."""

    holds_post: bool
    grants: tuple[Grant, ...]


def standing(person_id: UUID, on: date | None = None) -> Standing:
    """Return whether a person holds a post on a day (None: today) and with which grants; one query."""
    day = on or clock.today()
    now = Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gt=day))
    held_rows = (
        Holding.objects.filter(now, person_id=person_id)
        .order_by()
        .annotate(of=Value(None, output_field=UUIDField()), own=Value(1))
        .values_list(*_COLUMNS, "of", "own")
    )
    lent_rows = (
        Deputyship.objects.filter(now, deputy_id=person_id)
        .order_by()
        .annotate(of=F("principal_id"), own=Value(0))
        .values_list(*_COLUMNS, "of", "own")
    )
    held: list[HeldRole] = []
    lent: list[LentRole] = []
    for post_id, role, whole_city, path, start, end, principal_id, own in held_rows.union(
        lent_rows, all=True
    ):
        scope = WHOLE_CITY if whole_city else path
        period = Period(start, end)
        if own:
            held.append(HeldRole(person_id, post_id, role, scope, period))
        else:
            lent.append(LentRole(person_id, principal_id, post_id, role, scope, period))
    return Standing(rules.holds_a_post(day, person_id, held), rules.grants_on(day, person_id, held, lent))


def _on(day: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}start__lte": day}) & (
        Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gt": day})
    )


def holds(person_id: UUID, post_id: UUID, on: date | None = None) -> bool:
    """Tell whether a person holds a post on a day (None: today)."""
    return Holding.objects.filter(_on(on or clock.today()), person_id=person_id, post_id=post_id).exists()


def holds_any(person_id: UUID, on: date) -> bool:
    """Tell whether a person holds any post on a day."""
    return Holding.objects.filter(_on(on), person_id=person_id).exists()


def holders_of_post(post_id: UUID, on: date) -> QuerySet[Holding, UUID]:
    """Return the ids of the persons who hold a post on a day."""
    return (
        Holding.objects.filter(_on(on), post_id=post_id)
        .order_by("start", "id")
        .values_list("person_id", flat=True)
    )


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """A person with a role: by her own post, or for the post of `deputising_for`."""

    person: Person
    post: Post
    deputising: bool
    deputising_for: UUID | None = None


def role_holders(role: str, unit_path: str, on: date | None = None) -> list[RoleHolder]:
    """Return who has a role for a unit on a day (None: today): holders first, then deputies; three queries."""
    day = on or clock.today()
    # Asked first: inside the others, PostgreSQL may look for the posts of a common role once for each holding.
    posts = list(
        PostRole.objects.filter(
            Q(whole_city=True) | Q(post__unit__path__in=rules.path_and_above(unit_path)), role=role
        ).values_list("post_id", flat=True)
    )
    own = [
        RoleHolder(holding.person, holding.post, False)
        for holding in Holding.objects.filter(_on(day), post_id__in=posts)
        .select_related("person", "post__unit")
        .order_by("person__sort_key", "id")
    ]
    held = {(holder.person.id, holder.post.id) for holder in own}
    deputies = [
        RoleHolder(entry.deputy, entry.post, True, entry.principal_id)
        for entry in Deputyship.objects.filter(_on(day), _on(day, "deputy__holdings__"), post_id__in=posts)
        .select_related("deputy", "post__unit")
        .order_by("deputy__sort_key", "id")
        .distinct()
        if (entry.deputy_id, entry.post_id) not in held
    ]
    return own + deputies


def absent_persons(person_ids: Iterable[UUID], on: date | None = None) -> set[UUID]:
    """Return which of the persons are away on a day (None: today)."""
    return set(
        Absence.objects.filter(
            person_id__in=list(person_ids), start__lte=on or clock.today(), end__gt=on or clock.today()
        ).values_list("person_id", flat=True)
    )


@dataclass(slots=True)
class Branch:
    """A unit with what hangs below it."""

    unit: Unit
    children: list[Branch] = field(default_factory=list)


def tree(on: date | None = None) -> list[Branch]:
    """Return the units valid on a day (None: today) as a tree; one query."""
    day = on or clock.today()
    branches: dict[UUID, Branch] = {}
    roots: list[Branch] = []
    valid = Unit.objects.filter(valid_from__lte=day).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    )
    for unit in valid.order_by("path"):
        branch = branches[unit.id] = Branch(unit)
        above = branches.get(unit.parent_id) if unit.parent_id else None
        (above.children if above else roots).append(branch)
    return roots


def unit_by_code(code: str) -> Unit | None:
    """Return the unit of a code such as `150.4`."""
    return Unit.objects.filter(code=code).first()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of persons, each with `current_holdings` (posts and units of the day)."""

    persons: Sequence[Person]
    total: int
    number: int
    pages: int


def directory(text: str = "", *, unit_path: str = "", page: int = 1, on: date | None = None) -> Page:
    """Search persons who hold a post: every word must occur in name, address, phone, post or unit.

    Sorted by name, `PAGE_SIZE` a page, three queries for any number of persons. A page past the end is the last.
    """
    day = on or clock.today()
    current = Holding.objects.filter(_on(day))
    if unit_path:
        current = current.filter(post__unit__path__startswith=unit_path)
    found = Person.objects.filter(id__in=current.values("person_id"))
    for word in rules.fold(text[:200]).split()[:8]:
        by_post = current.filter(
            Q(post__search_text__contains=word) | Q(post__unit__search_text__contains=word)
        )
        found = found.filter(Q(search_text__contains=word) | Q(id__in=by_post.values("person_id")))
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = found.order_by("sort_key", "id")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(list(rows.prefetch_related(_current_holdings(day))), total, number, pages)


def people_of(unit_path: str, on: date | None = None) -> list[Person]:
    """Return the persons of a unit and below on a day, heads first, each with `current_holdings`; two queries."""
    day = on or clock.today()
    holdings = Holding.objects.filter(_on(day), post__unit__path__startswith=unit_path)
    persons = Person.objects.filter(id__in=holdings.values("person_id")).prefetch_related(
        _current_holdings(day)
    )
    return sorted(
        persons,
        key=lambda person: (
            not any(holding.post.head for holding in person.current_holdings),  # type: ignore[attr-defined]
            person.sort_key,
        ),
    )


def _current_holdings(day: date) -> Prefetch[str]:
    return Prefetch(
        "holdings",
        queryset=Holding.objects.filter(_on(day))
        .select_related("post__unit")
        .order_by("-post__head", "post__unit__path"),
        to_attr="current_holdings",
    )


def posts_of(person_id: UUID, on: date | None = None) -> list[Post]:
    """Return the posts a person holds on a day (None: today)."""
    return list(
        Post.objects.filter(_on(on or clock.today(), "holdings__"), holdings__person_id=person_id)
        .select_related("unit")
        .distinct()
        .order_by("unit__path", "title")
    )


def deputyships_for(person_id: UUID, on: date | None = None) -> list[Deputyship]:
    """Return the deputyships, running and to come, for the posts of a person."""
    day = on or clock.today()
    return list(
        Deputyship.objects.filter(Q(end__isnull=True) | Q(end__gt=day))
        .filter(post__in=Post.objects.filter(_on(day, "holdings__"), holdings__person_id=person_id))
        .select_related("post", "deputy")
        .order_by("start", "id")
    )


def deputyships_by(person_id: UUID, on: date | None = None) -> list[Deputyship]:
    """Return the deputyships, running and to come, in which a person acts for others."""
    day = on or clock.today()
    return list(
        Deputyship.objects.filter(Q(end__isnull=True) | Q(end__gt=day), deputy_id=person_id)
        .select_related("post__unit", "principal")
        .order_by("start", "id")
    )


def head_over(person_id: UUID, on: date | None = None) -> tuple[Person, Post] | None:
    """Return who heads the nearest unit above (or around) a person, and by which post; None at the very top."""
    day = on or clock.today()
    posts = posts_of(person_id, day)
    if not posts:
        return None
    heads = (
        Holding.objects.filter(
            _on(day), post__head=True, post__unit__path__in=rules.path_and_above(posts[0].unit.path)
        )
        .exclude(person_id=person_id)
        .select_related("person", "post__unit")
    )
    nearest = max(heads, key=lambda holding: len(holding.post.unit.path), default=None)
    return (nearest.person, nearest.post) if nearest else None


def absences_of(person_id: UUID, on: date | None = None) -> list[Absence]:
    """Return the absences, running and to come, of a person."""
    return list(Absence.objects.filter(person_id=person_id, end__gt=on or clock.today()).order_by("start"))


def person_by_email(email: str) -> Person | None:
    """Return the person of an e-mail address, however it is written."""
    return Person.objects.filter(email=email.strip().lower()).first()
