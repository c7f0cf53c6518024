"""What of a figure everybody may see. Vectors for cell suppression follow the rule as `rules.held_back` states it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leineweber.domains.opendata import rules
from leineweber.domains.opendata.rules import Cell, Sheet, Shown, held_back, shown, thinned
from leineweber.kernel.indicators import Figure, Point, Slice


def decimals(*values: int) -> list[Decimal]:
    """Return whole numbers as decimals."""
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ((), set()),
        ((5, 6, 70), set()),
        ((0, 5, 70), set()),
        # One small cell: the next smallest goes with it, else the total would tell.
        ((3, 20, 10), {0, 2}),
        ((0, 3, 10), {1, 2}),
        # Two small cells that together reach the least count protect each other.
        ((4, 3, 90), {0, 1}),
        # Two that together do not (one and one: whoever knows the sum knows both).
        ((1, 1, 90, 40), {0, 1, 3}),
        # Nothing else to hold back.
        ((3,), {0}),
        ((0, 3, 0), {1}),
    ],
)
def test_small_cells_and_those_that_would_tell_them(values: tuple[int, ...], hidden: set[int]) -> None:
    assert held_back(decimals(*values), 5, total_known=True) == hidden


def test_without_a_known_total_only_the_small_cells() -> None:
    assert held_back(decimals(3, 20, 10), 5, total_known=False) == {0}


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_missing_from_the_total_is_never_a_single_small_cell(values: list[int]) -> None:
    hidden = held_back(decimals(*values), 5, total_known=True)
    assert all(index in hidden for index, value in enumerate(values) if 0 < value < 5)
    others = [value for index, value in enumerate(values) if index not in hidden and value > 0]
    if hidden and others:
        assert len(hidden) >= 2 and sum(values[index] for index in hidden) >= 5


def test_a_running_total_grows_by_enough_or_not_at_all() -> None:
    series = [
        Point(date(2026, 1, day), Decimal(value)) for day, value in enumerate((0, 3, 6, 7, 7, 12, 40), 1)
    ]
    assert [int(point.value) for point in thinned(series, 5)] == [0, 6, 12, 40]
    assert thinned([], 5) == ()


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 9), max_size=20))
def test_no_step_of_a_running_total_is_small(steps: list[int]) -> None:
    total, series = 0, []
    for day, step in enumerate(steps):
        total += step
        series.append(Point(date.fromordinal(730_000 + day), Decimal(total)))
    kept = [Decimal(0), *(point.value for point in thinned(series, 5))]
    assert all(after - before == 0 or after - before >= 5 for before, after in pairwise(kept))


def parts(*values: int) -> tuple[Slice, ...]:
    """Return parts of a whole."""
    return tuple(Slice(f"t{index}", f"Teil {index}", Decimal(value)) for index, value in enumerate(values))


def test_counts() -> None:
    small = shown(Figure(Decimal(4), breakdown=parts(4, 0)), unit="Anzahl")
    assert small.value is None and small.held_back and all(cell.value is None for cell in small.cells)
    nothing = shown(Figure(Decimal(0)), unit="Anzahl")
    assert nothing.value == 0 and not nothing.held_back
    some = shown(Figure(Decimal(33), breakdown=parts(3, 20, 10)), unit="Anzahl")
    assert some.value == 33 and [cell.value for cell in some.cells] == [None, 20, None]


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (Figure(Decimal("90.0"), breakdown=parts(90, 10), base=100), Decimal("90.0")),
        # Ninety-seven of a hundred: the three others could be named.
        (Figure(Decimal("97.0"), breakdown=parts(97, 3), base=100), None),
        (Figure(Decimal(7), base=5), Decimal(7)),
        (Figure(Decimal(7), base=4), None),
        (Figure(Decimal(7)), None),
        (Figure(Decimal(50), breakdown=parts(2, 2)), None),
        (Figure(None), None),
    ],
)
def test_shares_and_days_rest_on_enough_cases(figure: Figure, value: Decimal | None) -> None:
    found = shown(figure, unit="Prozent")
    assert found.value == value
    assert found.held_back == (value is None and figure.value is not None)


def sheet(figure: Shown) -> Sheet:
    """Return what a file says of a figure."""
    return Sheet(
        "a.b", "Titel", "Was gezählt wird", "Anzahl", "Vorgänge", "Stadt", date(2026, 11, 29),
        rules.LICENCES["dl-de/by-2-0"], 5, figure,
    )  # fmt: skip


FIGURE = Shown(
    Decimal("1234.50"),
    False,
    (Point(date(2026, 11, 1), Decimal(10)),),
    (Cell("a", "=SUMME(A1)", Decimal(5), Decimal(9)), Cell("b", "Süd", None)),
)


def test_csv_is_read_back() -> None:
    text = rules.as_csv(sheet(FIGURE))
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["art"], row["wert"]) for row in rows] == [
        ("gesamt", "1234.5"), ("teil", "5"), ("teil", ""), ("verlauf", "10"),
    ]  # fmt: skip
    # No spreadsheet takes a name for a formula.
    assert rows[1]["teil"] == "'=SUMME(A1)" and rows[1]["bedarf"] == "9" and rows[3]["tag"] == "2026-11-01"


def test_json_is_read_back() -> None:
    content = json.loads(rules.as_json(sheet(FIGURE)))
    assert content["wert"] == "1234.5" and content["lizenz"]["id"] == "dl-de/by-2-0"
    assert content["teile"][1] == {
        "key": "b", "name": "Süd", "wert": None, "bedarf": None, "zurueckgehalten": True,
    }  # fmt: skip
    assert content["verlauf"] == [{"tag": "2026-11-01", "wert": "10"}]
    assert content["zurueckgehalten_unter"] == 5 and content["stand"] == "2026-11-29"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (Decimal("10"), "10"), (Decimal("0.50"), "0.5"), (Decimal("1E+3"), "1000")],
)
def test_numbers_for_machines(value: Decimal | None, text: str) -> None:
    assert rules.plain(value) == text
