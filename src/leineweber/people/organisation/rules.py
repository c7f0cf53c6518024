"""Pure rules of the organisation: periods, paths in the tree, and which grants follow from posts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from leineweber.kernel.access import Grant

WHOLE_CITY = "/"
_CODE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
_ROLE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*\Z")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `start` up to but not including `end`; None is open. `start == end` is never in force."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("Das Ende liegt vor dem Beginn.")

    def covers(self, day: date) -> bool:
        """Tell whether the period is in force on a day."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day lies in both periods."""
        if self.start == self.end or other.start == other.end:
            return False
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


def first_day_uncovered(period: Period, others: Iterable[Period]) -> date | None:
    """Return the first day of a period on which none of the others is in force, None if there is no such day."""
    day = period.start
    for other in sorted(others, key=lambda one: one.start):
        if other.covers(day):
            if other.end is None:
                return None
            day = other.end
    return day if period.covers(day) else None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role that a holding gives; `role` is None for a post without roles (it still is a post)."""

    person_id: UUID
    post_id: UUID
    role: str | None
    unit_path: str
    period: Period


@dataclass(frozen=True, slots=True)
class LentRole:
    """One role that a deputyship gives; `principal_id` is whose post it is, None if the post is vacant."""

    deputy_id: UUID
    principal_id: UUID | None
    post_id: UUID
    role: str | None
    unit_path: str
    period: Period


def holds_a_post(day: date, person_id: UUID, held: Iterable[HeldRole]) -> bool:
    """Tell whether a person holds any post on a day. Without one there is no log-in and there are no rights."""
    return any(row.person_id == person_id and row.period.covers(day) for row in held)


def grants_on(
    day: date, person_id: UUID, held: Iterable[HeldRole], lent: Iterable[LentRole]
) -> tuple[Grant, ...]:
    """Return the grants of a person on a day, in a fixed order and without doubles.

    Own posts count while they are held; deputyships count within their period, and only for somebody who
    holds a post of their own that day. Whoever deputises for a post that is also their own has it as their own.
    """
    held = tuple(held)
    if not holds_a_post(day, person_id, held):
        return ()
    own = {
        Grant(row.role, row.unit_path, row.post_id)
        for row in held
        if row.role is not None and row.person_id == person_id and row.period.covers(day)
    }
    own_posts = {row.post_id for row in held if row.person_id == person_id and row.period.covers(day)}
    others = {
        Grant(row.role, row.unit_path, row.post_id, row.principal_id)
        for row in lent
        if row.role is not None
        and row.deputy_id == person_id
        and row.post_id not in own_posts
        and row.period.covers(day)
    }
    return tuple(
        sorted(
            own | others,
            key=lambda grant: (
                grant.deputising_for is not None,
                grant.unit_path,
                grant.role,
                str(grant.post_id),
                str(grant.deputising_for),
            ),
        )
    )


def is_unit_code(text: str) -> bool:
    """Tell whether a text can be one step of a unit's path, such as `d5`, `150` or `150.4`."""
    return len(text) <= 40 and _CODE.match(text) is not None


def is_role_name(text: str) -> bool:
    """Tell whether a text can name a role, such as `elections.clerk`."""
    return len(text) <= 80 and _ROLE.match(text) is not None


def child_path(parent_path: str | None, code: str) -> str:
    """Return the path of a unit below a parent: `/d5/150/` and `150.4` give `/d5/150/150.4/`.

    Raises:
        ValueError: the code cannot be a step of a path.
    """
    if not is_unit_code(code):
        raise ValueError(f"„{code}“ ist kein Kurzzeichen einer Organisationseinheit.")
    return f"{parent_path or WHOLE_CITY}{code}/"


def lies_within(path: str, ancestor_path: str) -> bool:
    """Tell whether a path is that of the ancestor or of something below it."""
    return path.startswith(ancestor_path)


def moved_path(path: str, old_root: str, new_root: str) -> str:
    """Return the path after the subtree at `old_root` has moved to `new_root`.

    Raises:
        ValueError: the path does not lie in the subtree.
    """
    if not lies_within(path, old_root):
        raise ValueError(f"{path} liegt nicht in {old_root}.")
    return new_root + path[len(old_root) :]


def path_and_above(path: str) -> tuple[str, ...]:
    """Return the path itself and those of everything above it, the whole city first."""
    steps = [step for step in path.split("/") if step]
    return tuple("/" + "".join(f"{step}/" for step in steps[:depth]) for depth in range(len(steps) + 1))


def fold(text: str) -> str:
    """Return a text for searching and sorting without regard to case, umlauts and accents (as DIN 5007-2 does)."""
    lowered = text.replace("\0", " ").casefold().translate(_GERMAN)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
