"""For which units somebody acts, and which units take part."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.models import Holding, Unit
from leineweber.people.organisation.rules import path_and_above

TAKING_PART = (Unit.Kind.OFFICE, Unit.Kind.DEPARTMENT)


def taking_part(on: date | None = None) -> QuerySet[Unit]:
    """Return the units that take part on a day (None: today): offices and departments in which somebody works."""
    day = on or clock.today()
    valid = Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))
    return Unit.objects.filter(valid, kind__in=TAKING_PART).order_by("path")


def units_of(person_id: UUID, on: date | None = None) -> list[Unit]:
    """Return the units a person acts for on a day: the office around each of her posts, or the department.

    Posts she looks after as a deputy count like her own. Three queries.
    """
    day = on or clock.today()
    posts = [
        *organisation.posts_of(person_id, day),
        *(entry.post for entry in organisation.deputyships_by(person_id, day) if entry.start <= day),
    ]
    above = [path_and_above(post.unit.path) for post in posts]
    known = {
        unit.path: unit for unit in taking_part(day).filter(path__in={p for paths in above for p in paths})
    }
    found: dict[UUID, Unit] = {}
    for paths in above:
        around = [known[path] for path in paths if path in known]
        if around:
            office = next((unit for unit in around if unit.kind == Unit.Kind.OFFICE), around[-1])
            found.setdefault(office.id, office)
    return list(found.values())


def acting_units(actor: Actor, on: date | None = None) -> list[Unit]:
    """Return the units an actor acts for: none for whoever is not of the staff."""
    if actor.kind != "staff" or actor.id is None:
        return []
    return units_of(actor.id, on)


def heads(on: date | None = None) -> list[str]:
    """Return the e-mail addresses of those who head the units that take part on a day, each once; one query."""
    day = on or clock.today()
    rows = (
        Holding.objects.filter(post__head=True, post__unit__in=taking_part(day), start__lte=day)
        .filter(Q(end__isnull=True) | Q(end__gt=day))
        .order_by("person__email")
        .values_list("person__email", flat=True)
        .distinct()
    )
    return list(rows)
