"""Pure: when a task or timer is due, who may work on a task, and what a task's outputs must hold.

Sources: §§ 187–193 BGB for periods (through `kernel.deadlines`); the four-eyes principle as in the rules of
procedure of German authorities (nobody signs off her own work).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.deadlines import rules as deadlines

WORKING_DAYS = "working-days"
LEGAL_PERIOD = "legal"
_DAYS = re.compile(r"P(\d{1,4})D\Z")
_CLOCK = re.compile(
    r"P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?)\Z"
)
_END_OF_DAY = time(23, 59, 59)


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Berlin: a period runs until its last day is over (§ 188 Abs. 1 BGB)."""
    return datetime.combine(day, _END_OF_DAY, tzinfo=clock.BERLIN)


def due_at(text: str, counted: str, start: datetime) -> datetime:
    """Return the moment a duration is over.

    Args:
        text: an ISO 8601 duration: `P10D`, `P2W`, `P1M`, `PT36H`.
        counted: `working-days` (only days: so many working days, to the end of the last), `legal` (§§ 187, 188,
            193 BGB, to the end of the last day) or empty (elapsed time).
        start: the aware moment from which it runs.

    Raises:
        ValueError: no such duration, or it does not go with the way of counting.
    """
    today = clock.local(start).date()
    if counted == WORKING_DAYS:
        match = _DAYS.match(text)
        if match is None:
            raise ValueError(f"„{text}“ ist keine Zahl von Arbeitstagen; erwartet wird zum Beispiel P10D.")
        return end_of_day(deadlines.add_working_days(today, int(match[1])))
    if counted == LEGAL_PERIOD:
        return end_of_day(deadlines.period_end(today, deadlines.Period.parse(text)))
    if counted:
        raise ValueError(
            f"„{counted}“ ist keine Zählweise; möglich sind „{WORKING_DAYS}“ und „{LEGAL_PERIOD}“."
        )
    match = _CLOCK.match(text)
    if match is None or text in {"P", "PT"}:
        raise ValueError(f"„{text}“ ist keine Dauer; erwartet wird zum Beispiel P10D oder PT12H.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def timer_at(text: str, counted: str, start: datetime) -> datetime:
    """Return when a timer fires: at a moment, at the end of a day (both as in ISO 8601), or after a duration.

    Args:
        text: `2027-05-09`, `2027-05-09T18:00` (in Berlin unless it names a zone), or as in `due_at`.
        counted: as in `due_at`, for durations.
        start: the aware moment from which a duration runs.

    Raises:
        ValueError: it is none of these.
    """
    if not text[:1].isdigit():
        return due_at(text, counted, start)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"„{text}“ ist kein Tag und kein Zeitpunkt, den es gibt.") from error
    if len(text) == len("2027-05-09"):
        return end_of_day(found.date())
    return found if found.tzinfo else found.replace(tzinfo=clock.BERLIN)


@dataclass(frozen=True, slots=True)
class Post:
    """What of a task decides who may work on it."""

    role: str
    unit_path: str
    post_id: UUID | None = None
    barred: UUID | None = None


def may_work(actor: Actor, task: Post) -> bool:
    """Tell whether an actor may claim and complete a task.

    Somebody of the staff who holds the role for the unit (oneself or as a deputy), at the post to which the task was
    handed over if there is one, and who is not barred because she did the work that is to be checked.
    """
    if actor.kind != "staff" or actor.id is None or actor.id == task.barred:
        return False
    return any(
        grant.role == task.role
        and grant.covers(task.unit_path)
        and (task.post_id is None or grant.post_id == task.post_id)
        for grant in actor.grants
    )


def acts_for(actor: Actor, task: Post, holder: UUID | None) -> bool:
    """Tell whether an actor may work on a task that `holder` has: she herself, or who deputises for her in the role."""
    if holder is None:
        return False
    if holder == actor.id:
        return True
    return any(
        grant.deputising_for == holder and grant.role == task.role and grant.covers(task.unit_path)
        for grant in actor.grants
    )


def missing_outputs(declared: Sequence[tuple[str, bool]], outputs: Mapping[str, Any]) -> list[str]:
    """Return the names of outputs that are declared as needed and are absent, empty or None.

    `declared` holds name and whether it is optional.
    """
    return [name for name, optional in declared if not optional and outputs.get(name) in (None, "")]


def unknown_outputs(declared: Iterable[tuple[str, bool]], outputs: Mapping[str, Any]) -> list[str]:
    """Return the names of outputs that nobody declared, sorted."""
    return sorted(set(outputs) - {name for name, _ in declared})
