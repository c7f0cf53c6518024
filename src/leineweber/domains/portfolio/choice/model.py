"""What is chosen from and within which limits, as plain values that can be frozen, hashed and sent to the solver.

Money is in euros, effort in person-days, time in calendar years. Nothing here knows a database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from decimal import Decimal
from typing import Any, Literal

Order = Literal["finish", "start"]
Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Amounts = tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be chosen.

    `costs` and `effort` count by year of its life: position 0 is the year in which it starts; they may last longer than
    its duration (operation after the project). `depends_on` and
    `excludes` hold ids of other candidates; ids that are no candidates count as done. `earliest` and `latest` are the
    calendar years in which it may start, None for no limit. `banned` leaves it out of a scenario.
    """

    id: str
    title: str
    field: str = ""
    costs: tuple[Decimal, ...] = ()
    effort: Mapping[str, tuple[Decimal, ...]] = made(default_factory=dict)
    duration_years: int = 1
    benefit: Decimal = Decimal(0)
    depends_on: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    must: bool = False
    earliest: int | None = None
    latest: int | None = None
    banned: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a scenario over `years` years from `first_year`; None in a year means no limit.

    `minimums`: how many projects of a field of action at least; `weights`: what a field's benefit is multiplied by;
    `discount`: by which share a benefit is worth less for each year it starts later; `order`: a predecessor must have
    ended (`finish`) before the year of the start, or begun in it at the latest (`start`); `beyond`: projects may last
    longer than the period.
    """

    first_year: int
    years: int
    money: Amounts
    capacity: Mapping[str, Amounts] = made(default_factory=dict)
    minimums: Mapping[str, int] = made(default_factory=dict)
    weights: Mapping[str, Decimal] = made(default_factory=dict)
    discount: Decimal = Decimal("0.03")
    order: Order = "finish"
    beyond: bool = False

    def with_money(self, factor: Decimal) -> Limits:
        """Return the limits with the money of every year multiplied."""
        return replace(self, money=_times(self.money, factor))

    def with_capacity(self, skill: str, factor: Decimal) -> Limits:
        """Return the limits with the days of one skill multiplied."""
        changed = {**self.capacity, skill: _times(self.capacity[skill], factor)}
        return replace(self, capacity=changed)


def _times(amounts: Amounts, factor: Decimal) -> Amounts:
    return tuple(None if one is None else one * factor for one in amounts)


@dataclass(frozen=True, slots=True)
class Instance:
    """Candidates, limits, and what skills and fields are called: all that a run needs, nothing that may change."""

    candidates: tuple[Candidate, ...]
    limits: Limits
    fields: Mapping[str, str] = made(default_factory=dict)
    skills: Mapping[str, str] = made(default_factory=dict)

    def by_id(self) -> dict[str, Candidate]:
        """Return the candidates by their ids."""
        return {one.id: one for one in self.candidates}


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """One limit by its kind and what it is of.

    Kinds: `money` (year offset), `capacity` (skill, year offset), `minimum` (field), `must` (candidate), `after`
    (candidate, its predecessor), `excludes` (two candidates).
    """

    kind: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the solver found: start offsets by candidate, their exact benefit, the proven bound and the gap to it."""

    status: Status
    starts: Mapping[str, int] = made(default_factory=dict)
    benefit: Decimal = Decimal(0)
    bound: Decimal | None = None
    seconds: float = 0.0
    nodes: int = 0

    @property
    def found(self) -> bool:
        """Whether there is a choice."""
        return self.status in {"optimal", "feasible"}

    @property
    def gap(self) -> Decimal | None:
        """Return how much better, as a share of the benefit, another choice could be at most; None if not known."""
        if self.bound is None or not self.found:
            return None
        if self.bound <= self.benefit:
            return Decimal(0)
        return (self.bound - self.benefit) / self.benefit if self.benefit else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _texts(values: Sequence[Decimal | None]) -> list[str | None]:
    return [_text(value) for value in values]


def _amounts(values: Sequence[str | None]) -> Amounts:
    return tuple(None if value is None else Decimal(value) for value in values)


def _decimals(values: Sequence[str]) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def limits_to_json(limits: Limits) -> dict[str, Any]:
    """Return limits as JSON values; amounts are texts, so that nothing is rounded."""
    return {
        "first_year": limits.first_year,
        "years": limits.years,
        "money": _texts(limits.money),
        "capacity": {skill: _texts(amounts) for skill, amounts in sorted(limits.capacity.items())},
        "minimums": dict(sorted(limits.minimums.items())),
        "weights": {key: _text(value) for key, value in sorted(limits.weights.items())},
        "discount": _text(limits.discount),
        "order": limits.order,
        "beyond": limits.beyond,
    }


def limits_from_json(data: Mapping[str, Any]) -> Limits:
    """Return the limits written by `limits_to_json`."""
    return Limits(
        first_year=data["first_year"],
        years=data["years"],
        money=_amounts(data["money"]),
        capacity={skill: _amounts(amounts) for skill, amounts in data["capacity"].items()},
        minimums=dict(data["minimums"]),
        weights={key: Decimal(value) for key, value in data["weights"].items()},
        discount=Decimal(data["discount"]),
        order=data["order"],
        beyond=data["beyond"],
    )


def candidate_to_json(one: Candidate) -> dict[str, Any]:
    """Return a candidate as JSON values."""
    return {
        "id": one.id,
        "title": one.title,
        "field": one.field,
        "costs": _texts(one.costs),
        "effort": {skill: _texts(days) for skill, days in sorted(one.effort.items())},
        "duration_years": one.duration_years,
        "benefit": _text(one.benefit),
        "depends_on": sorted(one.depends_on),
        "excludes": sorted(one.excludes),
        "must": one.must,
        "earliest": one.earliest,
        "latest": one.latest,
        "banned": one.banned,
    }


def candidate_from_json(data: Mapping[str, Any]) -> Candidate:
    """Return the candidate written by `candidate_to_json`."""
    return Candidate(
        id=data["id"],
        title=data["title"],
        field=data["field"],
        costs=_decimals(data["costs"]),
        effort={skill: _decimals(days) for skill, days in data["effort"].items()},
        duration_years=data["duration_years"],
        benefit=Decimal(data["benefit"]),
        depends_on=tuple(data["depends_on"]),
        excludes=tuple(data["excludes"]),
        must=data["must"],
        earliest=data["earliest"],
        latest=data["latest"],
        banned=data["banned"],
    )


def to_json(instance: Instance) -> dict[str, Any]:
    """Return an instance as JSON values, candidates by their ids: the same inputs give the same values."""
    ordered = sorted(instance.candidates, key=lambda one: one.id)
    return {
        "candidates": [candidate_to_json(one) for one in ordered],
        "limits": limits_to_json(instance.limits),
        "fields": dict(sorted(instance.fields.items())),
        "skills": dict(sorted(instance.skills.items())),
    }


def from_json(data: Mapping[str, Any]) -> Instance:
    """Return the instance written by `to_json`."""
    return Instance(
        tuple(candidate_from_json(one) for one in data["candidates"]),
        limits_from_json(data["limits"]),
        dict(data["fields"]),
        dict(data["skills"]),
    )


def digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of frozen inputs, in canonical JSON: whoever has the inputs can check it."""
    written = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON values."""
    return {
        "status": outcome.status,
        "starts": dict(sorted(outcome.starts.items())),
        "benefit": _text(outcome.benefit),
        "bound": _text(outcome.bound),
        "seconds": round(outcome.seconds, 3),
        "nodes": outcome.nodes,
    }


def outcome_from_json(data: Mapping[str, Any]) -> Outcome:
    """Return the outcome written by `outcome_to_json`."""
    return Outcome(
        status=data["status"],
        starts=dict(data["starts"]),
        benefit=Decimal(data["benefit"]),
        bound=None if data["bound"] is None else Decimal(data["bound"]),
        seconds=data["seconds"],
        nodes=data["nodes"],
    )
