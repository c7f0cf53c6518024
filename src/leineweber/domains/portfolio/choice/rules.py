"""Pure: what a choice costs, brings and breaks, in decimals. The solver works in floats; this has the last word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from leineweber.domains.portfolio.choice.model import Candidate, Instance, Limit, Limits

Starts = Mapping[str, int]
NOTHING = Decimal(0)


def start_offsets(one: Candidate, limits: Limits) -> tuple[int, ...]:
    """Return in which years of the period (0 is the first) a candidate may start by itself."""
    if one.banned:
        return ()
    last = limits.years if limits.beyond else limits.years - one.duration_years + 1
    return tuple(
        offset
        for offset in range(min(last, limits.years))
        if (one.earliest is None or limits.first_year + offset >= one.earliest)
        and (one.latest is None or limits.first_year + offset <= one.latest)
    )


def never_because(one: Candidate, limits: Limits) -> str:
    """Return why a candidate can start in no year of the period, as a German sentence; empty if it can."""
    if start_offsets(one, limits):
        return ""
    end = limits.first_year + limits.years - 1
    if one.banned:
        return "In diesem Szenario bleibt das Vorhaben außen vor."
    if one.latest is not None and one.latest < limits.first_year:
        return f"Es müsste spätestens {one.latest} beginnen, also vor dem Zeitraum."
    if one.earliest is not None and one.earliest > end:
        return f"Es kann frühestens {one.earliest} beginnen, also nach dem Zeitraum."
    if one.earliest is not None and one.latest is not None and one.earliest > one.latest:
        return f"Frühester Beginn ({one.earliest}) und spätester Beginn ({one.latest}) passen nicht zusammen."
    years = "ein Jahr" if one.duration_years == 1 else f"{one.duration_years} Jahre"
    return f"Es dauert {years} und wird bis Ende {end} nicht fertig."


def worth(one: Candidate, offset: int, limits: Limits) -> Decimal:
    """Return what a candidate brings if it starts after so many years: weighted by its field, less if it is later."""
    factor = limits.weights.get(one.field, Decimal(1))
    return one.benefit * factor / (1 + limits.discount) ** offset


def benefit(instance: Instance, starts: Starts) -> Decimal:
    """Return the benefit of a choice, to six decimals."""
    known = instance.by_id()
    total = sum((worth(known[key], offset, instance.limits) for key, offset in starts.items()), NOTHING)
    return round(total, 6)


def at(amounts: Sequence[Decimal], position: int) -> Decimal:
    """Return an amount of a series, nothing outside of it."""
    return amounts[position] if 0 <= position < len(amounts) else NOTHING


def money_used(instance: Instance, starts: Starts) -> tuple[Decimal, ...]:
    """Return the euros a choice needs in each year of the period."""
    known = instance.by_id()
    return tuple(
        sum((at(known[key].costs, year - offset) for key, offset in starts.items()), NOTHING)
        for year in range(instance.limits.years)
    )


def money_beyond(instance: Instance, starts: Starts) -> Decimal:
    """Return the euros a choice still needs after the period."""
    known = instance.by_id()
    end = instance.limits.years
    return sum((sum(known[key].costs[end - offset :], NOTHING) for key, offset in starts.items()), NOTHING)


def capacity_used(instance: Instance, starts: Starts, skill: str) -> tuple[Decimal, ...]:
    """Return the person-days of a skill a choice needs in each year of the period."""
    known = instance.by_id()
    return tuple(
        sum((at(known[key].effort.get(skill, ()), year - offset) for key, offset in starts.items()), NOTHING)
        for year in range(instance.limits.years)
    )


def chosen_of(instance: Instance, starts: Starts, field: str) -> int:
    """Return how many chosen projects belong to a field of action."""
    known = instance.by_id()
    return sum(known[key].field == field for key in starts)


@dataclass(frozen=True, slots=True)
class Slack:
    """How far a limit is used: `used` of `limit`, in euros, person-days or projects."""

    limit: Limit
    used: Decimal
    bound: Decimal

    @property
    def free(self) -> Decimal:
        """Return what is left (of a minimum: by how much it is exceeded)."""
        return self.used - self.bound if self.limit.kind == "minimum" else self.bound - self.used

    @property
    def tight(self) -> bool:
        """Whether less than one hundredth of the limit is left."""
        return self.free * 100 < self.bound or self.free == 0


def slacks(instance: Instance, starts: Starts) -> list[Slack]:
    """Return for every limit of money, capacity and fields how far a choice uses it."""
    limits = instance.limits
    found = [
        Slack(Limit("money", (str(year),)), used, bound)
        for year, (used, bound) in enumerate(zip(money_used(instance, starts), limits.money, strict=True))
        if bound is not None
    ]
    for skill, bounds in sorted(limits.capacity.items()):
        found += [
            Slack(Limit("capacity", (skill, str(year))), used, bound)
            for year, (used, bound) in enumerate(
                zip(capacity_used(instance, starts, skill), bounds, strict=True)
            )
            if bound is not None
        ]
    found += [
        Slack(Limit("minimum", (name,)), Decimal(chosen_of(instance, starts, name)), Decimal(least))
        for name, least in sorted(limits.minimums.items())
        if least > 0
    ]
    return found


def dependencies(instance: Instance) -> list[tuple[Candidate, Candidate]]:
    """Return the pairs of a candidate and the candidate it depends on."""
    known = instance.by_id()
    return [
        (one, known[key])
        for one in instance.candidates
        for key in sorted(set(one.depends_on))
        if key in known and key != one.id
    ]


def exclusions(instance: Instance) -> list[tuple[str, str]]:
    """Return the pairs of candidates that exclude each other, each once."""
    known = instance.by_id()
    pairs = {
        (min(one.id, key), max(one.id, key))
        for one in instance.candidates
        for key in one.excludes
        if key in known and key != one.id
    }
    return sorted(pairs)


def ready_from(predecessor: Candidate, offset: int, limits: Limits) -> int:
    """Return in which year a successor may start at the earliest if its predecessor starts after so many years."""
    return offset + predecessor.duration_years if limits.order == "finish" else offset


def broken(instance: Instance, starts: Starts, force: Iterable[str] = ()) -> list[Limit]:
    """Return the limits that a choice breaks; `force` names candidates that must be in besides the musts.

    A start in a year in which the candidate may not start counts as a broken `must`.
    """
    limits = instance.limits
    known = instance.by_id()
    found = [one.limit for one in slacks(instance, starts) if one.free < 0]
    forced = set(force)
    for one in instance.candidates:
        absent = one.id not in starts and (one.must or one.id in forced)
        if absent or (one.id in starts and starts[one.id] not in start_offsets(one, limits)):
            found.append(Limit("must", (one.id,)))
    for one, before in dependencies(instance):
        if one.id in starts and (
            before.id not in starts or starts[one.id] < ready_from(before, starts[before.id], limits)
        ):
            found.append(Limit("after", (one.id, before.id)))
    found += [
        Limit("excludes", pair) for pair in exclusions(instance) if pair[0] in starts and pair[1] in starts
    ]
    assert all(key in known for key in starts)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one choice to another: who leaves, who joins, who starts in another year."""

    leaves: tuple[str, ...]
    joins: tuple[str, ...]
    moves: tuple[tuple[str, int, int], ...]


def difference(before: Starts, after: Starts) -> Difference:
    """Return what changes from one choice to another, by id; moves with the old and the new offset."""
    return Difference(
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(after.keys() - before.keys())),
        tuple(
            sorted(
                (key, before[key], after[key])
                for key in before.keys() & after.keys()
                if before[key] != after[key]
            )
        ),
    )
