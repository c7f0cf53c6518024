"""Pure: the critical path method (CPM) over a precedence diagram with four kinds of dependency and lags.

Time runs in days from the start of the project, as points: an activity of three days that begins at 0 ends at 3.
The method: Kelley and Walker, "Critical-Path Planning and Scheduling" (1959); dependencies FS, SS, FF, SF with lag as
in PMI, Practice Standard for Scheduling, and DIN 69900 (Ende–Anfang, Anfang–Anfang, Ende–Ende, Anfang–Ende).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
Kind = Literal["FS", "SS", "FF", "SF"]


class CycleError(ValueError):
    """Activities wait for each other in a circle."""


@dataclass(frozen=True, slots=True)
class Arc(Generic[K]):
    """A dependency: which end of `before` holds which end of `after`, and by how many days."""

    before: K
    after: K
    kind: Kind = "FS"
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Timing:
    """When an activity can and must be: earliest and latest start and finish, total and free float, in days."""

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int
    free: int

    @property
    def total(self) -> int:
        """How many days it may slip without moving the end of the project."""
        return self.latest_start - self.earliest_start

    @property
    def critical(self) -> bool:
        """Whether a day's delay delays the project."""
        return self.total <= 0


@dataclass(frozen=True, slots=True)
class Network(Generic[K]):
    """The computed network: timings by activity in topological order, the project's duration."""

    timings: Mapping[K, Timing]
    duration: int

    @property
    def critical(self) -> tuple[K, ...]:
        """The critical activities in order of their start."""
        found = [key for key, timing in self.timings.items() if timing.critical]
        return tuple(sorted(found, key=lambda key: self.timings[key].earliest_start))


def order(keys: Sequence[K], arcs: Sequence[Arc[K]]) -> list[K]:
    """Return activities so that each comes after all it waits for; otherwise in the order given.

    Raises:
        CycleError: activities wait for each other.
    """
    waiting = dict.fromkeys(keys, 0)
    followers: dict[K, list[K]] = {key: [] for key in keys}
    for arc in arcs:
        waiting[arc.after] += 1
        followers[arc.before].append(arc.after)
    ready = [key for key in keys if not waiting[key]]
    found: list[K] = []
    for key in ready:
        found.append(key)
        for follower in followers[key]:
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(found) < len(waiting):
        raise CycleError("Die Abhängigkeiten bilden einen Kreis.")
    return found


def _start_bound(arc: Arc[K], before: tuple[int, int], duration: int) -> int:
    """Return the least start of `after` that the arc allows when `before` is (start, finish)."""
    start, finish = before
    held = finish if arc.kind in {"FS", "FF"} else start
    return held + arc.lag - (0 if arc.kind in {"FS", "SS"} else duration)


def compute(durations: Mapping[K, int], arcs: Sequence[Arc[K]]) -> Network[K]:
    """Compute forward and backward pass.

    Args:
        durations: days by activity, 0 for a milestone.
        arcs: dependencies between these activities.

    Raises:
        CycleError: activities wait for each other.
    """
    sequence = order(list(durations), arcs)
    incoming: dict[K, list[Arc[K]]] = {key: [] for key in durations}
    outgoing: dict[K, list[Arc[K]]] = {key: [] for key in durations}
    for arc in arcs:
        incoming[arc.after].append(arc)
        outgoing[arc.before].append(arc)
    early: dict[K, int] = {}
    for key in sequence:
        bounds = [
            _start_bound(arc, (early[arc.before], early[arc.before] + durations[arc.before]), durations[key])
            for arc in incoming[key]
        ]
        early[key] = max([0, *bounds])
    end = max((early[key] + durations[key] for key in durations), default=0)
    late: dict[K, int] = {}
    free: dict[K, int] = {}
    for key in reversed(sequence):
        own = durations[key]
        bounds = [end - own]
        slack = [end - own - early[key]]
        for arc in outgoing[key]:
            span = 0 if arc.kind in {"FS", "SS"} else durations[arc.after]
            offset = own if arc.kind in {"FS", "FF"} else 0
            bounds.append(late[arc.after] + span - arc.lag - offset)
            slack.append(early[arc.after] + span - arc.lag - offset - early[key])
        late[key] = min(bounds)
        free[key] = min(slack)
    return Network(
        {
            key: Timing(
                early[key], early[key] + durations[key], late[key], late[key] + durations[key], free[key]
            )
            for key in sequence
        },
        end,
    )


def broken(arcs: Sequence[Arc[K]], placed: Mapping[K, tuple[int, int]]) -> list[Arc[K]]:
    """Return the dependencies that planned dates do not keep; `placed` gives start and finish as points in time."""
    return [
        arc
        for arc in arcs
        if placed[arc.after][0]
        < _start_bound(arc, placed[arc.before], placed[arc.after][1] - placed[arc.after][0])
    ]
