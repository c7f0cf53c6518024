"""Pure: spread of the scores, weighted sum, Pareto front, and how much the order hangs on the weights.

The value of a proposal is that of Zangemeister's Nutzwertanalyse (C. Zangemeister, Nutzwertanalyse in der
Systemtechnik, 1970): the sum of weight times degree of fulfilment, here from 0 to 100. Quartiles are interpolated
(type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996)), the standard
deviation is that of a sample (n - 1).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median, quantiles, stdev
from typing import Literal
from uuid import UUID

LOWEST, HIGHEST = 1, 5
VARIATION = Decimal("0.20")
SEED = 20211
"""The draws always begin at the same seed, so that the same scores give the same report on every machine."""
MOST_DRAWS, LEAST_DRAWS, DRAW_BUDGET = 1000, 100, 200_000

_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores lie: number, ends, quartiles, mean, standard deviation (None for a single score)."""

    count: int
    minimum: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    maximum: Decimal
    mean: Decimal
    deviation: Decimal | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A criterion as the calculation sees it: its share of one, and whether much is good."""

    id: UUID
    weight: Decimal
    axis: Literal["benefit", "effort"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal with its number and the mean score (1 to 5) by criterion; a criterion nobody scored is missing."""

    id: UUID
    number: int
    means: Mapping[UUID, Decimal]


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate in its place. `rank` and `value` are None if a criterion has no score; equal values share a rank."""

    id: UUID
    number: int
    rank: int | None
    value: Decimal | None
    benefit: Decimal | None
    effort: Decimal | None


@dataclass(frozen=True, slots=True)
class Stability:
    """The ranks of a candidate with varied weights: best, worst, and the share of draws at its own rank (0 to 1)."""

    best: int
    worst: int
    stable: Decimal


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two candidates, the first ranked before the second, and the share of draws in which their order turned."""

    first: UUID
    second: UUID
    share: Decimal


@dataclass(frozen=True, slots=True)
class Shift:
    """What happens if one weight is a fifth larger or smaller (`factor`): the pairs that change their order."""

    criterion: UUID
    factor: Decimal
    turned: tuple[tuple[UUID, UUID], ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How much the order hangs on the weights. `leader_share` is how often the first stays first (0 to 1)."""

    draws: int
    by_candidate: Mapping[UUID, Stability]
    reversals: tuple[Reversal, ...]
    shifts: tuple[Shift, ...]
    leader_share: Decimal | None


def spread(scores: Sequence[Decimal]) -> Spread | None:
    """Return how scores lie, None if there are none."""
    if not scores:
        return None
    ordered = sorted(scores)
    lower, upper = ordered[0], ordered[0]
    if len(ordered) > 1:
        parts = quantiles(ordered, n=4, method="inclusive")
        lower, upper = parts[0], parts[2]
    return Spread(
        len(ordered),
        ordered[0],
        _short(lower),
        _short(median(ordered)),
        _short(upper),
        ordered[-1],
        _short(mean(ordered)),
        _short(stdev(ordered)) if len(ordered) > 1 else None,
    )


def _short(number: Decimal) -> Decimal:
    return Decimal(number).quantize(_PLACES)


def fulfilment(score: Decimal, axis: str) -> Decimal:
    """Return a score of 1 to 5 as degree of fulfilment from 0 to 100; much effort fulfils little."""
    distance = score - LOWEST if axis == "benefit" else HIGHEST - score
    return distance * 100 / (HIGHEST - LOWEST)


def _weighted(candidate: Candidate, measures: Sequence[Measure], axis: str) -> Decimal | None:
    """Return the weighted mean of the scores on one axis, None if the axis has no criterion or a score is missing."""
    chosen = [measure for measure in measures if measure.axis == axis]
    if not chosen or any(measure.id not in candidate.means for measure in chosen):
        return None
    total = sum((measure.weight for measure in chosen), Decimal(0))
    return _short(sum(measure.weight * candidate.means[measure.id] for measure in chosen) / total)


def rank(candidates: Sequence[Candidate], measures: Sequence[Measure]) -> list[Placed]:
    """Return the candidates by value, the highest first; equal ones share a rank and stand by number.

    Who lacks a score for some criterion has no rank and stands at the end, by number.
    """
    whole: list[tuple[Decimal, Candidate]] = []
    lacking: list[Candidate] = []
    for candidate in candidates:
        if not measures or any(measure.id not in candidate.means for measure in measures):
            lacking.append(candidate)
            continue
        value = sum(
            (measure.weight * fulfilment(candidate.means[measure.id], measure.axis) for measure in measures),
            Decimal(0),
        )
        whole.append((_short(value), candidate))
    whole.sort(key=lambda entry: (-entry[0], entry[1].number))
    placed: list[Placed] = []
    for place, (value, candidate) in enumerate(whole, start=1):
        same = placed and placed[-1].value == value
        placed.append(
            Placed(
                candidate.id,
                candidate.number,
                placed[-1].rank if same else place,
                value,
                _weighted(candidate, measures, "benefit"),
                _weighted(candidate, measures, "effort"),
            )
        )
    for candidate in sorted(lacking, key=lambda one: one.number):
        placed.append(
            Placed(
                candidate.id,
                candidate.number,
                None,
                None,
                _weighted(candidate, measures, "benefit"),
                _weighted(candidate, measures, "effort"),
            )
        )
    return placed


def efficient(placed: Sequence[Placed]) -> frozenset[UUID]:
    """Return the Pareto front: whom no other beats, with no less benefit at no more effort and one of them better.

    Who has no figure on both axes is on no front.
    """
    points = [
        (one.effort, -one.benefit, one.id)
        for one in placed
        if one.effort is not None and one.benefit is not None
    ]
    points.sort(key=lambda point: point[:2])
    front: set[UUID] = set()
    least: Decimal | None = None  # the best (negative) benefit at less effort
    place = 0
    while place < len(points):
        effort, benefit, _ = points[place]
        same = place
        while same < len(points) and points[same][0] == effort:
            if points[same][1] == benefit and (least is None or benefit < least):
                front.add(points[same][2])
            same += 1
        least = benefit if least is None else min(least, benefit)
        place = same
    return frozenset(front)


def _order(values: Sequence[float]) -> list[int]:
    return sorted(range(len(values)), key=lambda place: (-values[place], place))


def draws_for(count: int) -> int:
    """Return how many draws are made for so many candidates: a thousand, fewer where they are very many."""
    return max(LEAST_DRAWS, min(MOST_DRAWS, DRAW_BUDGET // max(1, count)))


def sensitivity(
    candidates: Sequence[Candidate],
    measures: Sequence[Measure],
    *,
    seed: int = SEED,
    draws: int | None = None,
    pairs: int = 50,
) -> Sensitivity:
    """Vary the weights by a fifth up and down and tell what becomes of the order.

    Each draw multiplies every weight by a number drawn evenly from 0.8 to 1.2 and divides by the sum. Besides, each
    weight alone is made a fifth larger and smaller. Reversals are told for neighbours in the ranking, the most frequent
    first, at most `pairs` of them. Only candidates with a rank take part.
    """
    placed = [one for one in rank(candidates, measures) if one.rank is not None]
    known = {candidate.id: candidate for candidate in candidates}
    grades = [
        [float(fulfilment(known[one.id].means[measure.id], measure.axis)) for measure in measures]
        for one in placed
    ]
    weights = [float(measure.weight) for measure in measures]
    count = len(placed)
    times = draws_for(count) if draws is None else draws
    best, worst = [count] * count, [1] * count
    stable, turned = [0] * count, [0] * max(0, count - 1)
    leading = 0
    generator = random.Random(seed)  # noqa: S311  # a simulation that can be repeated, no secret
    spread_of_weights = float(VARIATION)
    for _ in range(times if count else 0):
        varied = [weight * (1 + spread_of_weights * (2 * generator.random() - 1)) for weight in weights]
        total = sum(varied)
        varied = [weight / total for weight in varied]
        values = _values(grades, varied)
        order = _order(values)
        leading += order[0] == 0
        reached = 0
        for place, index in enumerate(order, start=1):
            if place == 1 or values[index] < values[order[place - 2]]:
                reached = place
            best[index] = min(best[index], reached)
            worst[index] = max(worst[index], reached)
            stable[index] += reached == placed[index].rank
        for index in range(count - 1):
            turned[index] += (
                values[index] < values[index + 1] and placed[index].value != placed[index + 1].value
            )
    reversals = [
        Reversal(placed[index].id, placed[index + 1].id, _share(times_turned, times))
        for index, times_turned in enumerate(turned)
        if times_turned
    ]
    reversals.sort(key=lambda one: -one.share)
    return Sensitivity(
        times if count else 0,
        {
            one.id: Stability(best[index], worst[index], _share(stable[index], times))
            for index, one in enumerate(placed)
        },
        tuple(reversals[:pairs]),
        tuple(_shifts(placed, grades, measures, pairs)),
        _share(leading, times) if count else None,
    )


def _values(grades: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    # Rounded, so that what is equal on paper is equal here whatever the order of adding.
    return [
        round(sum(weight * grade for weight, grade in zip(weights, row, strict=True)), 9) for row in grades
    ]


def _share(part: int, whole: int) -> Decimal:
    return _short(Decimal(part) / Decimal(whole))


def _shifts(
    placed: Sequence[Placed], grades: Sequence[Sequence[float]], measures: Sequence[Measure], pairs: int
) -> list[Shift]:
    """Return for each weight made larger and smaller alone which neighbours change their order."""
    found = []
    for index, measure in enumerate(measures):
        for factor in (1 + VARIATION, 1 - VARIATION):
            weights = [
                float(one.weight * factor) if place == index else float(one.weight)
                for place, one in enumerate(measures)
            ]
            total = sum(weights)
            values = _values(grades, [weight / total for weight in weights])
            turned = [
                (placed[place].id, placed[place + 1].id)
                for place in range(len(placed) - 1)
                if values[place] < values[place + 1] and placed[place].value != placed[place + 1].value
            ]
            found.append(Shift(measure.id, factor, tuple(turned[:pairs])))
    return found
