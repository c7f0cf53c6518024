"""Pure: weights from pairwise comparison by the Analytic Hierarchy Process, or from points that were entered.

Source: T. L. Saaty, The Analytic Hierarchy Process, McGraw-Hill, New York 1980: the weights are the principal
eigenvector of the matrix of judgements; consistency index CI = (λmax - n) / (n - 1), consistency ratio CR = CI / RI
with the mean random index RI; judgements with a ratio above 0.10 should be looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Saaty's mean random index for one to ten criteria."""
LIMIT = Decimal("0.10")
MOST = len(RANDOM_INDEX)
SCALE: tuple[Fraction, ...] = (
    *(Fraction(step) for step in range(9, 0, -1)),
    *(Fraction(1, step) for step in range(2, 10)),
)
"""Saaty's scale from 9 (extremely more important) over 1 (equally) to 1/9."""

_PLACES = 6
_ROUNDS = 10_000

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights that add up to exactly one, the largest eigenvalue, and the consistency ratio (0: consistent)."""

    weights: tuple[Decimal, ...]
    eigenvalue: Decimal
    ratio: Decimal

    @property
    def consistent(self) -> bool:
        """Whether the judgements may be used without giving a reason."""
        return self.ratio <= LIMIT


def judgement(text: str) -> Fraction:
    """Return a judgement of Saaty's scale as it is written: `5`, `1`, `1/3`.

    Raises:
        ValueError: it is none of the scale.
    """
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"„{text}“ ist kein Urteil der Skala.") from error
    if found not in SCALE:
        raise ValueError(f"„{text}“ ist kein Urteil der Skala.")
    return found


def matrix(count: int, upper: Mapping[tuple[int, int], Fraction]) -> Matrix:
    """Return the reciprocal matrix of judgements above the diagonal; what was not judged counts as equal.

    Raises:
        ValueError: more criteria than Saaty gives a random index for, or none.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"Ein Kriteriensatz hat 1 bis {MOST} Kriterien.")
    return tuple(
        tuple(
            Fraction(1)
            if row == column
            else upper.get((row, column), Fraction(1))
            if row < column
            else 1 / upper.get((column, row), Fraction(1))
            for column in range(count)
        )
        for row in range(count)
    )


def pairwise(judgements: Matrix) -> Weighting:
    """Return the principal eigenvector of a positive reciprocal matrix by power iteration, with its consistency.

    Raises:
        ValueError: the matrix is not square, not positive or not reciprocal.
    """
    count = len(judgements)
    if any(len(row) != count for row in judgements) or not 1 <= count <= MOST:
        raise ValueError("The matrix is not square or too large.")
    for row in range(count):
        for column in range(count):
            if judgements[row][column] <= 0 or judgements[row][column] * judgements[column][row] != 1:
                raise ValueError("The matrix is not positive and reciprocal.")
    values = [[float(entry) for entry in row] for row in judgements]
    vector = [1 / count] * count
    eigenvalue = float(count)
    for _ in range(_ROUNDS):
        image = [sum(a * b for a, b in zip(row, vector, strict=True)) for row in values]
        eigenvalue = sum(image)  # the vector adds up to one
        following = [part / eigenvalue for part in image]
        change = max(abs(a - b) for a, b in zip(following, vector, strict=True))
        vector = following
        if change < 1e-13:
            break
    index = (eigenvalue - count) / (count - 1) if count > 1 else 0.0
    random = RANDOM_INDEX[count - 1]
    ratio = index / random if random else 0.0
    return Weighting(
        shares([Decimal(repr(part)) for part in vector]),
        Decimal(repr(eigenvalue)).quantize(Decimal("0.0001")),
        max(Decimal(0), Decimal(repr(ratio)).quantize(Decimal("0.0001"))),
    )


def shares(points: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return points as shares of one with six places that add up to exactly one (largest remainder first).

    Raises:
        ValueError: there are none, or one is not above zero.
    """
    if not points or any(point <= 0 for point in points):
        raise ValueError("Jedes Gewicht ist größer als null.")
    unit = Decimal(1).scaleb(-_PLACES)
    total = sum(points, Decimal(0))
    exact = [point / total / unit for point in points]
    whole = [max(1, int(part)) for part in exact]
    missing = 10**_PLACES - sum(whole)
    order = sorted(range(len(points)), key=lambda place: (whole[place] - exact[place], place))
    for step in range(abs(missing)):
        whole[order[step % len(order)] if missing > 0 else order[-1 - step % len(order)]] += (
            1 if missing > 0 else -1
        )
    return tuple(part * unit for part in whole)


def least_consistent(judgements: Matrix, weights: Sequence[Decimal]) -> tuple[int, int] | None:
    """Return the pair whose judgement lies farthest from what the weights say; None if all fit or there is no pair."""
    worst: tuple[float, int, int] | None = None
    for row in range(len(judgements)):
        for column in range(row + 1, len(judgements)):
            said = float(judgements[row][column])
            found = float(weights[row] / weights[column])
            distance = max(said / found, found / said)
            if distance > 1.001 and (worst is None or distance > worst[0]):
                worst = (distance, row, column)
    return None if worst is None else worst[1:]
