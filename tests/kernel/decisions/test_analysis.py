"""Gaps, collisions and masked rules: worked tables, and agreement with trying every point of a grid."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.decisions.models import decision, definitions, table
from kernel.decisions.models import given as input_data
from leineweber.kernel import decisions
from leineweber.kernel import expressions as feel
from leineweber.kernel.decisions.analysis import Analysis, Bounds, Masked, analyse
from leineweber.kernel.decisions.sheets import Sheet, read_sheets

Rules = list[tuple[list[str], list[str]]]


def sheet(policy: str, inputs: list[tuple[str, str]], rules: Rules, **more: Any) -> Sheet:
    """Return a table as it is read from a file."""
    body = decision("D", table(policy, inputs, more.pop("outputs", ["o"]), rules, **more))
    return read_sheets(definitions(body)).decisions[0].tables[0]


def checked(policy: str, inputs: list[tuple[str, str]], rules: Rules, **more: Any) -> Analysis:
    """Return the analysis of a table."""
    return analyse(sheet(policy, inputs, rules, **more))


AGE = [("age", "number")]


def test_a_gap_between_two_ages_and_an_overlap_at_one() -> None:
    """DMN 1.5, 8.2.8: a UNIQUE table has no overlapping rules, a complete one covers every input."""
    found = checked("UNIQUE", AGE, [(["< 18"], ["1"]), (["[20..65]"], ["2"]), ([">= 65"], ["3"])])
    assert [gap.cells for gap in found.gaps] == [("[18..20)",)]
    assert feel.compile_unary_tests("[18..20)").run({"?": found.gaps[0].example[0]}, feel.Run()) is True
    assert [(one.first, one.second, one.cells) for one in found.collisions] == [(2, 3, ("65",))]
    assert found.masked == ()
    assert found.complete
    assert found.findings == 2


def test_a_complete_table_has_no_findings() -> None:
    rules: Rules = [(["< 18", "-"], ["1"]), ([">= 18", "true"], ["2"]), ([">= 18", "false"], ["3"])]
    found = checked("UNIQUE", [("age", "number"), ("german", "boolean")], rules)
    assert (found.gaps, found.collisions, found.masked, found.skipped) == ((), (), (), ())


def test_allowed_values_close_the_domain() -> None:
    rules: Rules = [(['"a"'], ["1"]), (['"b"'], ["2"])]
    kind = [("wish", "string")]
    open_ = checked("UNIQUE", kind, rules)
    assert [gap.cells for gap in open_.gaps] == [('not("a", "b")',)]
    assert checked("UNIQUE", kind, rules, input_values={"wish": '"a", "b"'}).gaps == ()
    missing = checked("UNIQUE", kind, rules, input_values={"wish": '"a", "b", "c"'})
    assert [gap.cells for gap in missing.gaps] == [('"c"',)]
    bounded = checked("UNIQUE", AGE, [(["< 18"], ["1"])], input_values={"age": "[0..120]"})
    assert [gap.cells for gap in bounded.gaps] == [("[18..120]",)]


def test_allowed_values_of_the_type_count_too() -> None:
    item = (
        '<itemDefinition name="wish"><typeRef>string</typeRef>'
        '<allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>'
    )
    body = item + decision("D", table("UNIQUE", [("x", "wish")], ["o"], [(['"a"'], ["1"])]))
    found = analyse(read_sheets(definitions(body)).decisions[0].tables[0])
    assert [gap.cells for gap in found.gaps] == [('"b"',)]


def test_days_that_follow_each_other_leave_no_gap() -> None:
    rules: Rules = [
        (['<= date("2026-12-31")'], ["1"]),
        (['[@"2027-01-01"..@"2027-06-30"]'], ["2"]),
        (['> @"2027-07-02"'], ["3"]),
    ]
    found = checked("UNIQUE", [("day", "date")], rules)
    # Of the two days between, the table misses both.
    assert [gap.cells for gap in found.gaps] == [('(@"2027-06-30"..@"2027-07-02"]',)]


def test_missing_values_are_looked_at_where_a_cell_names_null() -> None:
    rules: Rules = [(["< 18"], ["1"]), ([">= 18"], ["2"])]
    assert checked("UNIQUE", AGE, rules).gaps == ()
    found = checked("UNIQUE", AGE, [*rules, (["not(null)"], ["3"])])
    assert [gap.cells for gap in found.gaps] == [("null",)]
    assert {(one.first, one.second) for one in found.collisions} == {(1, 3), (2, 3)}


def test_odd_tables_do_not_confuse() -> None:
    both = checked("UNIQUE", AGE, [(["> 5"], ["1"]), (["[5..5]"], ["2"]), (["= null"], ["3"])])
    assert [gap.cells for gap in both.gaps] == [("< 5",)]
    low = checked("UNIQUE", AGE, [(["> 5"], ["1"])], input_values={"age": "null, > 0"})
    assert [gap.cells for gap in low.gaps] == [("(0..5], null",)]
    dots = checked("UNIQUE", [("t", "string")], [(['"…"'], ["1"])])
    assert dots.gaps[0].example == ("……",)
    nothing = checked("UNIQUE", AGE, [(["-"], ["1"])], input_values={"age": "(1..1)"})
    assert nothing.gaps == ()
    assert nothing.masked == (Masked(1, ()),)
    broken = checked("UNIQUE", [("age +", "number")], [(["1"], ["1"])])
    assert broken.linked == ()
    order = {"output_values": {"o": "< ("}}
    assert "Vorrang" in checked("PRIORITY", AGE, [(["-"], ["1"])], **order).skipped[0].reason


def test_a_file_that_is_no_xml_is_refused_with_its_line() -> None:
    with pytest.raises(decisions.DecisionError) as refused:
        read_sheets(b"<definitions>\n<decision></definitions>")
    assert refused.value.line == 2


def test_a_decision_is_read_with_its_question_and_what_it_needs() -> None:
    body = (
        '<itemDefinition name="tA"><typeRef>tB</typeRef></itemDefinition>'
        '<itemDefinition name="tB"><typeRef>tA</typeRef></itemDefinition>'
        '<itemDefinition name="tC"><itemComponent name="x"/></itemDefinition>'
        + input_data("age", "number")
        + decision("Limit", "<literalExpression><text>18</text></literalExpression>")
        + decision("D", table("UNIQUE", [("age", "tA")], ["o"], [([""], [""])]), decisions=("Limit",))
    )
    model = read_sheets(definitions(body))
    assert [one.name for one in model.decisions] == ["Limit", "D"]
    assert model.decisions[0].text == "18"
    assert model.decisions[1].needs == ("Limit",)
    assert model.decisions[1].tables[0].rules[0].tests == ("-",)
    assert model.decisions[1].tables[0].rules[0].results == ("null",)
    assert model.inputs == (("age", ""),)


def test_any_forbids_different_results_only() -> None:
    rules: Rules = [(["< 18"], ["1"]), (["< 10"], ["1.0"]), (["< 5"], ["2"]), (["< 3"], ["a + 1"])]
    found = checked("ANY", AGE, rules)
    assert [(one.first, one.second, one.same) for one in found.collisions] == [
        (1, 3, False),
        (1, 4, None),
        (2, 3, False),
        (2, 4, None),
        (3, 4, None),
    ]
    assert checked("UNIQUE", AGE, rules[:2]).collisions[0].same is True


def test_first_masks_rules_that_others_cover_together() -> None:
    rules: Rules = [(["< 10"], ["1"]), ([">= 10"], ["2"]), (["[5..15]"], ["3"]), (["< 5"], ["4"])]
    found = checked("FIRST", AGE, rules)
    assert found.masked == (Masked(3, (1, 2)), Masked(4, (1,)))
    assert found.collisions == ()


def test_priority_masks_by_the_order_of_the_results() -> None:
    rules: Rules = [(["< 10"], ['"low"']), (["-"], ['"high"']), (["> 3"], ['"mid"'])]
    values = {"output_values": {"o": '"high", "mid", "low"'}}
    assert checked("PRIORITY", AGE, rules, **values).masked == (Masked(1, (2,)), Masked(3, (2,)))
    unknown = checked("PRIORITY", AGE, [(["-"], ["a"]), (["-"], ['"low"'])], **values)
    assert unknown.masked == ()
    assert "Vorrang" in unknown.skipped[0].reason


def test_a_rule_that_never_fires() -> None:
    found = checked("UNIQUE", AGE, [(["(5..5)"], ["1"]), (["-"], ["2"])])
    assert found.masked == (Masked(1, ()),)
    outside = checked("UNIQUE", AGE, [(["> 200"], ["1"]), (["-"], ["2"])], input_values={"age": "[0..120]"})
    assert outside.masked == (Masked(1, ()),)


def test_a_default_makes_gaps_meant_and_lists_may_be_empty() -> None:
    found = checked("UNIQUE", AGE, [(["< 18"], ["1"])], defaults={"o": "0"})
    assert found.by_default
    assert found.gaps == ()
    hints = checked("COLLECT", AGE, [(["< 18"], ["1"])])
    assert hints.lists
    assert len(hints.gaps) == 1
    assert hints.findings == 0
    assert checked("COLLECT", AGE, [(["< 18"], ["1"])], aggregation="SUM").findings == 1


def test_columns_that_depend_on_the_same_value_are_named() -> None:
    columns = [("age > 17", "boolean"), ("age != null", "boolean")]
    found = checked("UNIQUE", columns, [(["true", "true"], ["1"])])
    assert found.linked == ((1, 2),)


@pytest.mark.parametrize(
    ("columns", "cells", "column", "rule", "reason"),
    [
        (AGE, ["< limit"], 1, 1, "„limit“"),
        (AGE, ["? * 2 > 7"], 1, 1, "mehr als ein Vergleich"),
        (AGE, ["date(today)"], 1, 1, "„today“"),
        ([("t", "string")], ['< "m"'], 1, 1, "Reihenfolge"),
        ([("t", "time")], ['@"10:00:00"'], 1, 0, "Uhrzeiten"),
        ([("t", "days and time duration")], ['@"P1D"'], 1, 0, "Dauern"),
        ([("t", "tPerson")], ["-"], 1, 0, "„tPerson“"),
        ([("t", "Any")], ['"a", 1'], 1, 0, "verschiedener Art"),
        ([("t", "Any")], ['@"P1D"'], 1, 0, "dieser Art"),
        ([("t", "Any")], ["null"], 1, 1, "nicht feststeht"),
        (AGE, ["< ("], 1, 1, "kein FEEL"),
        (AGE, ["date(1, 2)"], 0, 0, ""),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_claimed(
    columns: list[tuple[str, str]], cells: list[str], column: int, rule: int, reason: str
) -> None:
    found = checked("UNIQUE", columns, [(cells, ["1"])])
    if not column:
        assert found.complete
        return
    assert [(one.column, one.rule) for one in found.skipped] == [(column, rule)] if cells != ["-"] else True
    assert reason in found.skipped[0].reason
    assert not found.complete
    assert found.gaps == ()
    assert found.masked == ()


def test_allowed_values_that_cannot_be_read_skip_the_column() -> None:
    for allowed in ("< limit", '> "m"'):
        found = checked("UNIQUE", [("t", "string")], [(['"a"'], ["1"])], input_values={"t": allowed})
        assert found.skipped[0].column == 1
        assert found.gaps == ()


def test_an_unread_cell_hides_only_what_depends_on_it() -> None:
    rules: Rules = [(["< limit", "true"], ["1"]), (["> 5", "true"], ["2"])]
    found = checked("UNIQUE", [("age", "number"), ("german", "boolean")], rules)
    assert [gap.cells for gap in found.gaps] == [(None, "false")]
    assert found.collisions == ()


def test_tests_of_every_readable_form() -> None:
    cells = ["? > 3 and ? < 5", "? between 7 and 8", "? in (1, [20..30])", "[40, 41]", "!= 3", "-1", "? = 2"]
    found = checked("FIRST", AGE, [([cell], [str(number)]) for number, cell in enumerate(cells)])
    assert found.complete
    assert [gap.cells for gap in found.gaps] == [("3",)]


def test_what_is_too_large_is_left_with_a_reason() -> None:
    rules: Rules = [([str(number)], ["1"]) for number in range(30)]
    large = analyse(sheet("UNIQUE", AGE, rules), Bounds(rules=20))
    assert "mehr als 20 Regeln" in large.skipped[0].reason
    fine = analyse(sheet("UNIQUE", AGE, rules), Bounds(pieces=20))
    assert "mehr als 20 verschiedene" in fine.skipped[0].reason
    short = analyse(sheet("UNIQUE", AGE, rules), Bounds(steps=5))
    assert "nach 5 Schritten" in short.skipped[0].reason
    few = analyse(sheet("UNIQUE", [*AGE, ("b", "boolean")], [(["1", "-"], ["1"])] * 9), Bounds(shown=3))
    assert len(few.collisions) == 3
    assert "mehr als 3 Überschneidungen" in few.skipped[0].reason
    assert analyse(sheet("UNIQUE", AGE, [])).findings == 0


def test_the_largest_table_ends_soon() -> None:
    wide = [(f"x{number}", "number") for number in range(12)]
    rules: Rules = [
        ([f"[{(row * (column + 3)) % 97}..{(row * (column + 3)) % 97 + 40}]" for column in range(12)], ["1"])
        for row in range(400)
    ]
    found = analyse(sheet("FIRST", wide, rules))
    assert any("Schritten beendet" in one.reason for one in found.skipped)


# --- agreement with brute force -------------------------------------------------------------------------

DAYS = [date(2026, 12, 30) + timedelta(days=number) for number in range(6)]
GRIDS: dict[str, list[Any]] = {
    "number": [Decimal(half) / 2 for half in range(-2, 10)],
    "date": DAYS,
    "boolean": [True, False],
    "string": ["a", "b", "c", "zzz"],
}


def _ends(literals: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    ranges = st.tuples(st.sampled_from("[("), literals, literals, st.sampled_from("])"))
    tests = st.one_of(
        literals,
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), literals).map(" ".join),
        ranges.map(lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"),
    )
    several = st.lists(tests, min_size=1, max_size=2).map(", ".join)
    return st.one_of(st.just("-"), several, several.map(lambda text: f"not({text})"))


CELLS: dict[str, st.SearchStrategy[str]] = {
    "number": _ends(st.integers(0, 4).map(str)),
    "date": _ends(st.sampled_from(DAYS[1:5]).map(lambda day: f'@"{day.isoformat()}"')),
    "boolean": st.sampled_from(["-", "true", "false", "not(true)"]),
    "string": st.one_of(
        st.just("-"),
        st.lists(st.sampled_from(['"a"', '"b"', '"c"']), min_size=1, max_size=2).map(", ".join),
        st.sampled_from(['not("a")', 'not("b", "c")', '!= "a"']),
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[str], Rules]:
    """A policy, the kinds of the columns, and rules."""
    kinds = draw(st.lists(st.sampled_from(sorted(GRIDS)), min_size=1, max_size=3))
    rule = st.tuples(*(CELLS[kind] for kind in kinds)).map(list)
    outputs = st.sampled_from(['"x"', '"y"'])
    rules = draw(st.lists(st.tuples(rule, outputs.map(lambda one: [one])), min_size=1, max_size=5))
    return draw(st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"])), kinds, rules


def _firing(model: decisions.Model, numbers: int, point: tuple[Any, ...]) -> set[int]:
    names = [f"v{number}" for number in range(len(point))]
    result = model.evaluate("D", dict(zip(names, point, strict=True)))
    return {one.number for one in result.tables[0].fired} & set(range(1, numbers + 1))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_agrees_with_the_engine_at_every_point_of_a_grid(drawn: tuple[str, list[str], Rules]) -> None:
    policy, kinds, rules = drawn
    inputs = [(f"v{number}", kind) for number, kind in enumerate(kinds)]
    names = tuple(name for name, _ in inputs)

    def model(hit: str) -> tuple[decisions.Model, Sheet]:
        body = "".join(input_data(*one) for one in inputs) + decision(
            "D",
            table(hit, inputs, ["o"], rules, output_values={"o": '"y", "x"'}),
            inputs=names,
        )
        data = definitions(body)
        return decisions.load(data), read_sheets(data).decisions[0].tables[0]

    every, _ = model("COLLECT")
    own, written = model(policy)
    found = analyse(written)
    assert found.complete
    boxes = [
        [None if cell is None else feel.compile_unary_tests(cell) for cell in gap.cells] for gap in found.gaps
    ]
    collided: set[tuple[int, int]] = set()
    counting: set[int] = set()
    firing: set[int] = set()
    for point in itertools.product(*(GRIDS[kind] for kind in kinds)):
        hits = _firing(every, len(rules), point)
        values = [feel.into(value) for value in point]
        inside = [
            all(
                cell is None or cell.run({feel.INPUT: value}, feel.Run()) is True
                for cell, value in zip(box, values, strict=True)
            )
            for box in boxes
        ]
        assert sum(inside) == (0 if hits else 1), (point, hits, found.gaps)
        collided |= set(itertools.combinations(sorted(hits), 2))
        firing |= hits
        counting |= _firing(own, len(rules), point) if policy in ("FIRST", "PRIORITY") else hits
    if policy == "ANY":
        collided = {pair for pair in collided if rules[pair[0] - 1][1] != rules[pair[1] - 1][1]}
    expected = collided if policy in ("UNIQUE", "ANY") else set()
    assert {(one.first, one.second) for one in found.collisions} == expected
    assert {one.rule for one in found.masked} == set(range(1, len(rules) + 1)) - counting
    for gap in found.gaps:
        assert len(gap.example) == len(kinds)
