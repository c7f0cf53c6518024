"""Actors and their grants: plain values, made once a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

ActorKind = Literal["anonymous", "citizen", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held for a unit and everything below it.

    `unit_path` is the materialised path of the unit (`/d5/150/150.4/`); a scope holds for every path
    that begins with it. `deputising_for` is the person whose post is looked after, if it is not one's own.
    """

    role: str
    unit_path: str
    post_id: UUID
    deputising_for: UUID | None = None

    def covers(self, unit_path: str) -> bool:
        """Tell whether a unit lies within the scope."""
        return unit_path.startswith(self.unit_path)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is acting: nobody known, a citizen account, a person of the staff, or the program itself.

    `id` is the account for citizens and the person for staff; `label` is the name shown in histories.
    """

    kind: ActorKind
    id: UUID | None
    label: str
    grants: tuple[Grant, ...] = ()
    trust_level: str | None = None
    account_id: UUID | None = None
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(grant.role for grant in self.grants))

    @classmethod
    def system(cls, label: str = "Programm") -> Actor:
        """The program acting by itself: timers, jobs, subscriptions."""
        return cls(kind="system", id=None, label=label)

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody not logged in."""
        return cls(kind="anonymous", id=None, label="Nicht angemeldet")

    def has_role(self, role: str, unit_path: str | None = None) -> bool:
        """Tell whether the actor holds a role, anywhere or for the unit of a path."""
        return any(
            grant.role == role and (unit_path is None or grant.covers(unit_path)) for grant in self.grants
        )

    def has_any_role(self, roles: Iterable[str]) -> bool:
        """Tell whether the actor holds one of several roles anywhere."""
        return not self.roles.isdisjoint(roles)

    def scopes(self, role: str) -> tuple[str, ...]:
        """Return the unit paths for which a role is held: what a query filters by."""
        return tuple(grant.unit_path for grant in self.grants if grant.role == role)
