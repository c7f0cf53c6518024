"""What a result means: what a little more would bring, why a project is out, what other budgets would allow.

Every answer comes from solving again. A result within a gap is known only within that gap, so gains and losses are
given as a range: what was found, and what is proven to be the most (or the least).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from leineweber.domains.portfolio.choice import rules, solver
from leineweber.domains.portfolio.choice.model import Instance, Limit, Limits, Outcome, outcome_to_json

MORE = Decimal("1.01")
FACTORS = tuple(Decimal(share) / 100 for share in (50, 60, 70, 80, 90, 100, 110, 120, 130, 150))
NOTHING = Decimal(0)
PERIOD = ("money", "capacity")
WISHES = ("must", "minimum")


@dataclass(slots=True)
class Clock:
    """A time that several searches share: each gets an equal part of what is left."""

    end: float
    parts: int

    @classmethod
    def of(cls, seconds: float, parts: int) -> Clock:
        """Begin a time of so many seconds for so many searches."""
        return cls(time.monotonic() + seconds, max(1, parts))

    def next(self) -> float:
        """Return the seconds of the next search."""
        left = max(0.0, self.end - time.monotonic()) / max(1, self.parts)
        self.parts -= 1
        return max(0.1, left)


def _limit(limit: Limit) -> list[str]:
    return [limit.kind, *limit.of]


def _amount(value: Decimal) -> str:
    return format(round(value, 6).normalize(), "f")


def _change(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, Any]:
    change = rules.difference(before, after)
    return {
        "leaves": list(change.leaves),
        "joins": list(change.joins),
        "moves": [list(move) for move in change.moves],
    }


def best(instance: Instance, *, seconds: float, gap: float) -> dict[str, Any]:
    """Return the best choice, or why there is none: `outcome`, and `impossible` with conflict and ways out."""
    found = solver.solve(instance, seconds=seconds, gap=gap)
    answer: dict[str, Any] = {"outcome": outcome_to_json(found)}
    if found.status == "infeasible":
        answer["impossible"] = why_impossible(instance, seconds=seconds)
    return answer


def why_impossible(instance: Instance, *, seconds: float, force: Collection[str] = ()) -> dict[str, Any]:
    """Return which limits contradict each other, and by how much some would have to give way.

    `never` names candidates that must be in and can start in no year; `conflict` is a smallest contradiction
    (`complete`: none of its limits can be spared); `ways` are two ways out: more money and days, or fewer wishes.
    """
    clock = Clock.of(seconds, 3)
    never = [
        one.id
        for one in instance.candidates
        if (one.must or one.id in force) and not rules.start_offsets(one, instance.limits)
    ]
    found, complete = solver.conflict(instance, seconds=clock.next(), force=force)
    ways = []
    for kinds in (PERIOD, WISHES):
        way = solver.relax(instance, kinds, seconds=clock.next(), force=force)
        if way is not None and way.amounts:
            ways.append([[_limit(limit), _amount(amount)] for limit, amount in sorted(way.amounts.items())])
    return {
        "never": never,
        "conflict": [_limit(limit) for limit in found],
        "complete": complete,
        "ways": ways,
    }


def sensitivity(instance: Instance, base: Outcome, *, seconds: float, gap: float) -> dict[str, Any]:
    """Return what one hundredth more of the money, or of a skill's days, brings: `low` found, `high` at most."""
    limits = instance.limits
    changes: list[tuple[str, Limits]] = []
    if any(bound is not None for bound in limits.money):
        changes.append(("money", limits.with_money(MORE)))
    changes += [(f"capacity:{skill}", limits.with_capacity(skill, MORE)) for skill in sorted(limits.capacity)]
    clock = Clock.of(seconds, len(changes))
    found = []
    for name, changed in changes:
        other = solver.solve(
            replace(instance, limits=changed), seconds=clock.next(), gap=gap, known=base.starts
        )
        # The choice of before still fits: whatever the search found, no less than that is reached.
        reached = other if other.found and other.benefit > base.benefit else base
        found.append(
            {
                "limit": name,
                "low": _amount(reached.benefit - base.benefit),
                "high": None
                if other.bound is None
                else _amount(max(other.bound, reached.benefit) - base.benefit),
                **_change(base.starts, reached.starts),
            }
        )
    return {"more": found}


def front(
    instance: Instance, base: Outcome, *, seconds: float, gap: float, factors: Sequence[Decimal] = FACTORS
) -> dict[str, Any]:
    """Return what other budgets allow: a point for each share of the money, from the least to the most.

    A budget under which the musts do not fit has no benefit. A greater budget never brings less.
    """
    points = []
    clock = Clock.of(seconds, len(factors))
    before: Outcome | None = None
    for factor in sorted(factors):
        limits = instance.limits.with_money(factor)
        changed = replace(instance, limits=limits)
        if factor == 1:
            found = base
            clock.parts -= 1
        else:
            found = solver.solve(
                changed, seconds=clock.next(), gap=gap, known=before.starts if before else None
            )
        if before is not None and (not found.found or found.benefit < before.benefit):
            found = replace(before, bound=found.bound)
        if found.found:
            before = found
        points.append(
            {
                "factor": _amount(factor),
                "money": _amount(sum((one for one in limits.money if one is not None), NOTHING)),
                "possible": found.found if found.status != "unknown" else None,
                "used": _amount(sum(rules.money_used(changed, found.starts), NOTHING)),
                "benefit": _amount(found.benefit),
                "bound": None if found.bound is None else _amount(found.bound),
                "chosen": len(found.starts),
            }
        )
    return {"points": points}


def reasons(
    instance: Instance, base: Outcome, wanted: Sequence[str], *, seconds: float, gap: float
) -> dict[str, Any]:
    """Return for candidates that are out why: each is forced in and the choice made anew.

    `kind` is `never` (no year to start in), `costs` (what would be lost, and who would leave), `impossible` (which
    limits forbid it) or `unknown` (the time was not enough).
    """
    clock = Clock.of(seconds, len(wanted))
    return {key: _reason(instance, base, key, clock.next(), gap) for key in wanted}


def _reason(instance: Instance, base: Outcome, key: str, seconds: float, gap: float) -> dict[str, Any]:
    one = instance.by_id()[key]
    never = rules.never_because(one, instance.limits)
    if never:
        return {"kind": "never", "text": never}
    forced = solver.solve(instance, seconds=seconds, gap=gap, force=[key])
    if forced.status == "infeasible":
        return {"kind": "impossible", **why_impossible(instance, seconds=max(seconds, 2.0), force=[key])}
    if not forced.found:
        return {"kind": "unknown"}
    low = NOTHING if forced.bound is None else max(NOTHING, base.benefit - forced.bound)
    return {
        "kind": "costs",
        "low": _amount(low),
        "high": _amount(base.benefit - forced.benefit),
        "start": forced.starts[key],
        **_change(base.starts, forced.starts),
    }


def most_wanted(instance: Instance, base: Outcome, count: int) -> list[str]:
    """Return the candidates with the highest benefit that are out, so many at most; the banned are out by wish."""

    def ordered() -> Iterator[str]:
        left = [one for one in instance.candidates if one.id not in base.starts and not one.banned]
        left.sort(key=lambda one: (-one.benefit * instance.limits.weights.get(one.field, Decimal(1)), one.id))
        for one in left:
            yield one.id

    return [key for key, _ in zip(ordered(), range(count), strict=False)]
