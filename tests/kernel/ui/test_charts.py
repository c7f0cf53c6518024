"""Charts: drawn from zero, labelled, described, tabled; nothing in them breaks out of the SVG."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from leineweber.kernel.ui.charts import (
    Bar,
    Chart,
    Course,
    Need,
    Reading,
    bars,
    courses,
    line,
    need_bars,
    nice_maximum,
)


def drawn(chart: Chart) -> etree._Element:
    return etree.fromstring(str(chart.svg("bild")), etree.XMLParser(resolve_entities=False))


@given(st.decimals(min_value="0.01", max_value="1000000000", places=2))
def test_nice_maximum_reaches_the_value_and_not_far_beyond(value: Decimal) -> None:
    top = nice_maximum(value)
    assert value <= top <= value * Decimal("2.5")


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (10, 10), (11, 20), (92, 100), (258, 300), (378, 400), (2001, 2500)]
)
def test_nice_maximum_by_example(value: int, top: int) -> None:
    assert nice_maximum(value) == top


def test_bars_are_proportional_and_begin_at_zero() -> None:
    root = drawn(bars("Wege", [Bar("Online", 100), Bar("Papier", 25)], unit="Meldungen"))
    widths = [float(rect.get("width", "")) for rect in root.iter("rect")]
    assert widths[1] == pytest.approx(widths[0] / 4, abs=0.2)
    assert len({rect.get("x") for rect in root.iter("rect")}) == 1


def test_need_is_said_in_words_and_in_the_table() -> None:
    chart = need_bars("Bedarf", [Need("Mitte", 92, 71), Need("Dornberg", 24, 25)])
    texts = [text.text for text in drawn(chart).iter("text")]
    assert {"Mitte", "71 von 92", "fehlen 21", "25 von 24"} <= set(texts)
    assert not any(text and text.startswith("fehlen -") for text in texts)
    assert chart.rows[0]["cells"] == {"label": "Mitte", "value": "71", "need": "92", "missing": "21"}
    assert chart.rows[1]["cells"]["missing"] == "0"
    assert "1 von 2" in chart.description


def test_line_shows_the_trajectory_and_the_last_value() -> None:
    readings = [Reading(date(2026, 2, 1), 0), Reading(date(2026, 11, 1), 277)]
    chart = line("Meldungen", readings, [Reading(date(2026, 2, 1), 0), Reading(date(2027, 2, 1), 378)])
    texts = [text.text for text in drawn(chart).iter("text")]
    assert {"Stand 277", "Sollpfad 378", "0", "400"} <= set(texts)
    assert [row["cells"]["day"] for row in chart.rows] == ["01.02.2026", "01.11.2026", "01.02.2027"]


def test_courses_share_one_scale_and_say_what_is_reached_and_needed() -> None:
    begin, today, end = date(2026, 9, 1), date(2026, 11, 24), date(2027, 3, 31)
    north = [Reading(date(2026, 9, 30), 4), Reading(date(2026, 10, 31), 9), Reading(today, 20)]
    chart = courses("Je Bezirk", [Course("Mitte", 40, north), Course("Senne", 20, [])], begin, end)
    root = drawn(chart)
    assert {"Mitte", "20 von 40", "Senne", "0 von 20"} <= {text.text for text in root.iter("text")}
    planned = [path.get("d", "") for path in root.iter("path") if path.get("class") == "lw-c-target"]
    heights = [
        float(path.split("L")[0].split()[1]) - float(path.split("L")[1].split()[1]) for path in planned
    ]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert [column["label"] for column in chart.columns] == [
        "Bereich",
        "30.09.",
        "31.10.",
        "24.11.",
        "benötigt",
    ]
    assert chart.rows[0]["cells"]["2026-10-31"] == "9"
    assert chart.description == "1 von 2 liegen auf oder über ihrem Sollpfad."
    assert courses("Leer", [], begin, end).description == "Keine Werte."


@pytest.mark.parametrize(
    "chart",
    [
        bars("Leer", []),
        need_bars("Leer", []),
        line("Leer", []),
        line("Ein Tag", [Reading(date(2026, 1, 1), 3)]),
    ],
    ids=["bars", "need", "line", "one"],
)
def test_empty_and_single_are_drawn_too(chart: Chart) -> None:
    root = drawn(chart)
    assert root.get("role") == "img"
    assert root.find("title") is not None
    assert root.findtext("desc")


@given(
    st.text(
        alphabet=st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
        max_size=80,
    )
)
def test_labels_cannot_break_out(label: str) -> None:
    chart = bars(label, [Bar(label + "<script>", Decimal("1.5"))])
    source = str(chart.svg("x"))
    assert "<script" not in source
    assert "style=" not in source or "style=" in label
    drawn(chart)


@given(
    st.lists(
        st.tuples(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 10**6)),
        min_size=1,
        max_size=30,
    )
)
def test_a_line_never_leaves_its_picture(points: list[tuple[date, int]]) -> None:
    chart = line("x", [Reading(day, value) for day, value in sorted(points)])
    for circle in drawn(chart).iter("circle"):
        assert 0 <= float(circle.get("cx", "")) <= 480
        assert 0 <= float(circle.get("cy", "")) <= chart.height
