"""Pure rules by worked vectors: network, earned value, outline, tolerances, templates, exchange, reading of forms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from leineweber.domains.portfolio import fields
from leineweber.domains.portfolio.rules import exchange, network, plan, templates, value
from leineweber.domains.portfolio.rules.exchange import ExchangeError, PlanLink, PlanRow
from leineweber.domains.portfolio.rules.network import Arc

# Hillier and Lieberman, Introduction to Operations Research, chapter on project management with PERT/CPM:
# the Reliable Construction Co. project, table of activities (weeks) and immediate predecessors.
RELIABLE = {
    "A": (2, ""),
    "B": (4, "A"),
    "C": (10, "B"),
    "D": (6, "C"),
    "E": (4, "C"),
    "F": (5, "E"),
    "G": (7, "D"),
    "H": (9, "EG"),
    "I": (7, "C"),
    "J": (8, "FI"),
    "K": (4, "J"),
    "L": (5, "J"),
    "M": (2, "H"),
    "N": (6, "KL"),
}


def test_the_critical_path_of_the_textbook() -> None:
    found = network.compute(
        {key: duration for key, (duration, _) in RELIABLE.items()},
        [Arc(before, key) for key, (_, waits) in RELIABLE.items() for before in waits],
    )
    assert found.duration == 44
    assert "".join(found.critical) == "ABCEFJLN"
    slack = {key: timing.total for key, timing in found.timings.items() if timing.total}
    assert slack == {"D": 4, "G": 4, "H": 4, "I": 2, "K": 1, "M": 4}
    h = found.timings["H"]
    assert (h.earliest_start, h.earliest_finish, h.latest_start, h.latest_finish) == (29, 38, 33, 42)
    assert found.timings["D"].free == 0 and found.timings["M"].free == 4


@pytest.mark.parametrize(
    ("kind", "lag", "start", "finish"),
    # A lasts 5 days from 0 to 5; B lasts 3. By the definitions of the four dependencies (DIN 69900).
    [
        ("FS", 0, 5, 8),
        ("FS", 2, 7, 10),
        ("FS", -2, 3, 6),
        ("SS", 1, 1, 4),
        ("FF", 0, 2, 5),
        ("FF", 4, 6, 9),
        ("SF", 4, 1, 4),
        ("SF", 1, 0, 3),
    ],
)
def test_four_kinds_of_dependency_with_lag(kind: str, lag: int, start: int, finish: int) -> None:
    found = network.compute({"A": 5, "B": 3}, [Arc("A", "B", kind, lag)])  # type: ignore[arg-type]
    assert (found.timings["B"].earliest_start, found.timings["B"].earliest_finish) == (start, finish)


def test_a_circle_is_refused_and_nothing_is_something() -> None:
    with pytest.raises(network.CycleError):
        network.compute({"A": 1, "B": 1}, [Arc("A", "B"), Arc("B", "A")])
    assert network.compute({}, []).duration == 0


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[int, int], list[Arc[int]]]:
    count = draw(st.integers(1, 8))
    durations = {key: draw(st.integers(0, 9)) for key in range(count)}
    arcs = [
        Arc(before, after, draw(st.sampled_from(["FS", "SS", "FF", "SF"])), draw(st.integers(-3, 5)))
        for before in range(count)
        for after in range(before + 1, count)
        if draw(st.booleans())
    ]
    return durations, arcs


@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_network_keeps_its_dependencies_and_has_a_critical_activity(
    drawn: tuple[dict[int, int], list[Arc[int]]],
) -> None:
    durations, arcs = drawn
    found = network.compute(durations, arcs)
    for early in (True, False):
        placed = {
            key: (one.earliest_start, one.earliest_finish) if early else (one.latest_start, one.latest_finish)
            for key, one in found.timings.items()
        }
        assert network.broken(arcs, placed) == []
    assert all(one.total >= one.free >= 0 for one in found.timings.values())
    assert found.critical
    assert max(one.earliest_finish for one in found.timings.values()) == found.duration


def test_earned_value_of_the_issue() -> None:
    found = value.EarnedValue(Decimal(500_000), Decimal(200_000), Decimal(180_000), Decimal(220_000))
    assert found.spi == Decimal("0.9")
    assert found.cpi is not None and round(found.cpi, 4) == Decimal("0.8182")
    assert found.eac is not None and round(found.eac, 2) == Decimal("611111.11")
    assert found.etc is not None and round(found.etc, 2) == Decimal("391111.11")
    assert found.vac is not None and round(found.vac, 2) == Decimal("-111111.11")
    assert (found.sv, found.cv) == (Decimal(-20_000), Decimal(-40_000))
    assert found.tcpi is not None and round(found.tcpi, 4) == Decimal("1.1429")


def test_nothing_is_divided_by_zero() -> None:
    zero = Decimal(0)
    found = value.EarnedValue(zero, zero, zero, zero)
    assert (found.spi, found.cpi, found.eac, found.etc, found.vac, found.tcpi) == (None,) * 6
    assert value.EarnedValue(Decimal(10), Decimal(5), zero, Decimal(5)).eac is None


def test_planned_share_counts_both_ends() -> None:
    start, end = date(2026, 3, 1), date(2026, 3, 10)
    assert value.planned_share(start, end, date(2026, 2, 28)) == 0
    assert value.planned_share(start, end, start) == Decimal("0.1")
    assert value.planned_share(start, end, end) == 1
    assert value.planned_share(start, start, start) == 1


def rows(*lines: tuple[int, int | None, int, int, int, int]) -> list[plan.Row]:
    day = date(2026, 1, 1)
    return [
        plan.Row(
            UUID(int=key),
            UUID(int=parent) if parent else None,
            day + timedelta(days=start),
            day + timedelta(days=end),
            progress,
            Decimal(budget),
        )
        for key, parent, start, end, progress, budget in lines
    ]


def test_summaries_carry_what_lies_below_them() -> None:
    found = plan.outline(
        rows((1, None, 5, 5, 0, 0), (2, 1, 0, 9, 50, 100), (3, 1, 10, 39, 10, 50), (4, 99, 0, 0, 0, 7))
    )
    assert [one.number for one in found] == ["1", "1.1", "1.2", "2"]
    top = found[0]
    assert top.summary and (top.end - top.start).days == 39
    assert top.progress == 20  # (10 · 50 + 30 · 10) / 40
    assert top.budget == 150


def test_nothing_lies_below_itself() -> None:
    one, two, three = (UUID(int=key) for key in (1, 2, 3))
    parents = {one: None, two: one, three: two}
    assert plan.is_below(three, one, parents) and plan.is_below(one, one, parents)
    assert not plan.is_below(one, two, parents) and not plan.is_below(None, one, parents)


def test_tolerances_hold_at_the_limit_and_break_above() -> None:
    base = plan.Planned(date(2026, 6, 30), Decimal(100_000), frozenset("abcdefghij"))
    limits = plan.Tolerance(30, Decimal(10), Decimal(20))
    at = plan.Planned(date(2026, 7, 30), Decimal(110_000), frozenset("abcdefgh"))
    assert not any(one.broken for one in plan.deviations(base, at, limits))
    over = plan.Planned(date(2026, 7, 31), Decimal("110010"), frozenset("abcdefghx"))
    assert [(one.dimension, one.value) for one in plan.deviations(base, over, limits) if one.broken] == [
        ("time", Decimal(31)),
        ("cost", Decimal("10.01")),
        ("scope", Decimal(30)),  # two packages gone, one new, of ten
    ]
    free = plan.Planned(date(2026, 6, 30), Decimal(0), frozenset())
    assert [one.value for one in plan.deviations(free, at, limits)] == [30, 100, 0]


def test_months_and_years() -> None:
    assert list(plan.months(date(2026, 11, 15), date(2027, 1, 2))) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert plan.duration_years(date(2026, 12, 31), date(2027, 1, 1)) == 2


@pytest.mark.parametrize("kind", sorted(templates.TEMPLATES))
@pytest.mark.parametrize("days", [0, 1, 10, 400])
def test_templates_fill_the_time_they_are_given(kind: str, days: int) -> None:
    start = date(2026, 1, 1)
    spans = templates.laid_out(kind, start, start + timedelta(days=days))
    assert sum(span.phase.share for span in spans) == 100
    assert spans[0].start == start and spans[-1].end == start + timedelta(days=days)
    for span in spans:
        assert span.start <= span.end
        assert all(span.start <= first <= last <= span.end for _, first, last in span.packages)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.200,50", "1200.50"),
        ("1.200", "1200"),
        ("1200.5", "1200.5"),
        ("12,5 €", "12.5"),
        ("−3", "-3"),
        ("1e5", None),
        ("NaN", None),
        ("1,2,3", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_numbers_as_people_type_them(typed: str, number: str | None) -> None:
    assert fields.number_of(typed) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("24.11.2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("31.2.2026", None),
        ("1.1.0001", None),
        ("x", None),
    ],
)
def test_days_as_people_type_them(typed: str, day: date | None) -> None:
    assert fields.day_of(typed) == day


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed() -> None:
    asked = (
        fields.Field("title", "Titel", limit=5),
        fields.Field("amount", "Betrag", "money"),
        fields.Field("start", "Beginn", "date"),
        fields.Field("kind", "Art", "choice", options=[("a", "A")]),
        fields.Field("goals", "Ziele", "many", required=False, source="goals"),
        fields.Field("month", "Monat", "month"),
    )
    post = QueryDict(
        "title=zu+lang+ist&amount=-1&start.tag=31&start.monat=2&start.jahr=2026&kind=b&goals=x&month=13.2026"
    )
    parsed = fields.read(asked, post, {"goals": [("y", "Y")]})
    assert set(parsed.faults) == {"title", "amount", "start", "kind", "goals", "month"}
    assert parsed.typed["title"] == "zu lang ist" and parsed.typed["start"]["tag"] == "31"
    good = fields.read(
        asked,
        QueryDict(
            "title=gut&amount=1.000,5&start.tag=1&start.monat=2&start.jahr=2026&kind=a&goals=y&month=3.2026"
        ),
        {"goals": [("y", "Y")]},
    )
    assert not good.errors
    assert good.values["amount"] == Decimal("1000.50") and good.values["month"] == date(2026, 3, 1)


NAMES = st.text(min_size=1, max_size=40)


@st.composite
def plans(draw: st.DrawFn) -> list[PlanRow]:
    count = draw(st.integers(1, 9))
    found: list[PlanRow] = []
    deepest = -1
    for uid in range(1, count + 1):
        level = draw(st.integers(0, min(deepest + 1, 4)))
        deepest = level
        start = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 900)))
        found.append(
            PlanRow(
                uid,
                UUID(int=draw(st.integers(1, 2**100)) * 10 + uid) if draw(st.booleans()) else None,
                draw(NAMES),
                level,
                start,
                start + timedelta(days=draw(st.integers(0, 90))),
                False,
                draw(st.integers(0, 100)),
                tuple(
                    PlanLink(
                        before, draw(st.sampled_from(["FS", "SS", "FF", "SF"])), draw(st.integers(-30, 30))
                    )
                    for before in range(1, uid)
                    if draw(st.booleans())
                ),
                Decimal(draw(st.integers(0, 10**7))) / 100,
                draw(st.text(max_size=20)),
            )
        )
    # A milestone has nothing below it and one day.
    leaves = [
        row for index, row in enumerate(found) if index + 1 == count or found[index + 1].level <= row.level
    ]
    for row in leaves:
        if draw(st.booleans()):
            found[row.uid - 1] = PlanRow(
                row.uid,
                row.key,
                row.name,
                row.level,
                row.end,
                row.end,
                True,
                row.progress,
                row.links,
                row.budget,
                row.responsible,
            )
    return found


def named(row: PlanRow, budget: bool) -> PlanRow:
    return PlanRow(
        row.uid,
        row.key,
        exchange.clean(row.name) or "Ohne Namen",
        row.level,
        row.start,
        row.end,
        row.milestone,
        row.progress,
        row.links,
        row.budget if budget else None,
        exchange.clean(row.responsible or "") if budget else None,
    )


@settings(max_examples=60, deadline=None)
@given(plans())
def test_ms_project_gives_back_what_it_got(drawn: list[PlanRow]) -> None:
    title, found = exchange.from_xml(exchange.to_xml("Plan", drawn))
    assert title == "Plan"
    assert found == [named(row, budget=False) for row in drawn]


@settings(max_examples=60, deadline=None)
@given(plans())
@example([PlanRow(1, None, "0", 0, date(2026, 1, 1), date(2026, 1, 1), False, 0, (), Decimal(0), "\r")])
def test_csv_gives_back_what_it_got(drawn: list[PlanRow]) -> None:
    assert exchange.from_csv(exchange.to_csv(drawn).encode()) == [named(row, budget=True) for row in drawn]


def mspdi(inner: str) -> bytes:
    return f'<Project xmlns="{exchange.NAMESPACE}"><Name>P</Name><Tasks>{inner}</Tasks></Project>'.encode()


TASK = (
    "<Task><UID>{uid}</UID><ID>{uid}</ID><Name>T{uid}</Name><OutlineLevel>1</OutlineLevel><Start>2026-03-02T08:00:00</Start>"
    "<Finish>2026-03-06T17:00:00</Finish>{more}</Task>"
)
LINK = "<PredecessorLink><PredecessorUID>{before}</PredecessorUID><Type>{kind}</Type><LinkLag>{lag}</LinkLag><LagFormat>{form}</LagFormat></PredecessorLink>"


def test_ms_project_lags_in_working_days_and_its_project_row() -> None:
    data = mspdi(
        "<Task><UID>0</UID><ID>0</ID><OutlineLevel>0</OutlineLevel><Start>2026-03-02T08:00:00</Start></Task>"
        + TASK.format(uid=1, more="")
        + TASK.format(uid=2, more=LINK.format(before=1, kind=3, lag=9600, form=7))
    )
    _, found = exchange.from_xml(data)
    assert [row.uid for row in found] == [1, 2]
    assert found[1].links == (PlanLink(1, "SS", 2),)
    assert etree.fromstring(exchange.to_xml("P", found)).tag == f"{{{exchange.NAMESPACE}}}Project"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<a>", "wohlgeformtes"),
        (b"<a/>", "keine XML-Datei aus Microsoft Project"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        (mspdi(""), "kein Vorgang"),
        (mspdi(TASK.format(uid=1, more="") * 2), "dieselbe Nummer"),
        (mspdi(TASK.format(uid=1, more=LINK.format(before=9, kind=1, lag=0, form=7))), "nicht in der Datei"),
        (mspdi(TASK.format(uid=1, more=LINK.format(before=1, kind=7, lag=0, form=7))), "Type"),
        (mspdi(TASK.format(uid=1, more=LINK.format(before=1, kind=1, lag=5, form=19))), "Prozent"),
        (mspdi(TASK.format(uid="x", more="")), "UID"),
        (mspdi(TASK.format(uid=1, more="").replace("2026-03-06", "2026-03-01")), "endet, bevor"),
        (mspdi(TASK.format(uid=1, more="").replace("2026-03-06", "06.03")), "kein Datum"),
        (mspdi(TASK.format(uid=1, more="").replace("Level>1", "Level>3")), "zwei Ebenen tiefer"),
    ],
)
def test_bad_ms_project_files_are_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        exchange.from_xml(data)


HEAD = ";".join(exchange.COLUMNS) + "\r\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a;b", "fehlt die Spalte"),
        (HEAD, "kein Vorgang"),
        (HEAD + "1;A;Arbeitspaket;1.1.2026;x;;;;;", "kein Datum"),
        (HEAD + "1;A;Arbeitspaket;2.1.2026;1.1.2026;;;;;", "vor dem Beginn"),
        (HEAD + "1.1;A;Arbeitspaket;1.1.2026;1.1.2026;;;;;", "übergeordnete"),
        (HEAD + "x;A;Arbeitspaket;1.1.2026;1.1.2026;;;;;", "eine Nummer"),
        (HEAD + "1;A;Arbeitspaket;1.1.2026;1.1.2026;200;;;;", "von 0 bis 100"),
        (HEAD + "1;A;Arbeitspaket;1.1.2026;1.1.2026;;x;;;", "kein Betrag"),
        (HEAD + "1;A;Arbeitspaket;1.1.2026;1.1.2026;;;;9 FS;", "gibt es nicht"),
        (HEAD + "1;A;Arbeitspaket;1.1.2026;1.1.2026;;;;;\r\n" * 2, "zweimal"),
    ],
)
def test_bad_tables_are_refused_with_a_reason(text: str, message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        exchange.from_csv(text.encode())
    with pytest.raises(ExchangeError, match="UTF-8"):
        exchange.from_csv("Gliederung;ä".encode("latin-1"))


def test_no_cell_is_a_formula() -> None:
    row = PlanRow(1, None, "=1+1", 0, date(2026, 1, 1), date(2026, 1, 1), False, 0, (), Decimal(0), "@x")
    text = exchange.to_csv([row])
    assert ";'=1+1;" in text and ";'@x;" in text
    assert exchange.from_csv(text.encode())[0].name == "=1+1"


def csv_of(*lines: str) -> bytes:
    return "\r\n".join([";".join(exchange.COLUMNS), *lines]).encode()


def test_a_table_that_no_plan_can_be_is_refused_in_words() -> None:
    with pytest.raises(exchange.ExchangeError, match="zu lang"):
        exchange.from_csv(csv_of(f"1;{'x' * 200_000};Arbeitspaket;1.1.2026;2.1.2026"))
    with pytest.raises(exchange.ExchangeError, match="zu lang"):
        exchange.from_csv(b"x" * 200_000)
    with pytest.raises(exchange.ExchangeError, match="kein Betrag"):
        exchange.from_csv(csv_of("1;A;Arbeitspaket;1.1.2026;2.1.2026;0;999999999999,999"))


def test_what_has_something_below_it_is_no_milestone() -> None:
    above, below = exchange.from_csv(
        csv_of("1;A;Meilenstein;1.1.2026;9.1.2026", "1.1;B;Meilenstein;1.1.2026;2.1.2026")
    )
    assert (above.milestone, below.milestone) == (False, True)
