"""Properties that hold for every text: no exception but FeelError, and printing is the inverse of parsing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import FeelError, Limits
from leineweber.kernel.expressions.lexer import Names
from leineweber.kernel.expressions.library import BUILTINS
from leineweber.kernel.expressions.parser import parse
from leineweber.kernel.expressions.quick import quick_tests

WORDS = [
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between"),
    *(
        "instance of",
        "function",
        "null",
        "true",
        "false",
        "not",
        "date and time",
        "list",
        "context",
        "number",
    ),
    *("a", "b", "first name", "?", "item", "partial", "..", ".", ",", ":", "(", ")", "[", "]", "{", "}"),
    *("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "->", "1", "2.5", '"x"', '@"P1D"'),
    *("sum", "count", "string", "date", "//", "/*", "*/", "\n", "\\", '"', "@", "external", "<"),
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=True), st.text(max_size=5), st.dates()
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=5,
)
LIMITS = Limits(iterations=500, seconds=0.5)


@settings(max_examples=400, deadline=None)
@given(TEXTS, VALUES, VALUES)
def test_arbitrary_text_is_evaluated_or_refused(text: str, a: object, b: object) -> None:
    for compiled in (feel.compile, feel.compile_unary_tests):
        try:
            expression = compiled(text, limits=LIMITS)
        except FeelError as error:
            assert error.line >= 1
            assert error.column >= 1
            continue
        expression.evaluate_with_diagnosis({"a": a, "b": b, "first name": a, "?": b})


LITERALS = [
    *("0", "-1", "2.5", "1e6000", "-1e-6000", "9999999999999999999999999999999999", "null", "true"),
    *('""', '"a"', '"2020-01-01"', '"P1Y"', '"(a"', '"[1..2]"', '"$1"', '"Europe/Berlin"', '"i"', '"😀"'),
    *('@"2020-02-29"', '@"-999999999-01-01"', '@"999999999-12-31"', '@"10:00:00+14:00"', '@"10:00:00"'),
    *('@"23:59:59.999999999@Europe/Berlin"', '@"2020-01-01T00:00:00"', '@"999999999-12-31T23:59:59Z"'),
    *('@"-0001-01-01T00:00:00@Europe/Berlin"', '@"P1D"', '@"-P999999999999999D"', '@"P1Y"'),
    *("[]", "[1, 2, 3]", '["a", "b"]', "[null]", "{}", "{a: 1}", '{key: "a", value: 1}', "[[1]]", "[1..3]"),
    *("(1..3)", "(> 5)", '[@"2020-01-01"..@"2020-12-31"]', "function(x) x", "function(x, y) x < y", "abs"),
]
VALUE = st.sampled_from(LITERALS)
NAMES = st.sampled_from(sorted(BUILTINS))
CALLS = st.one_of(
    st.builds(lambda name, args: f"{name}({', '.join(args)})", NAMES, st.lists(VALUE, max_size=7)),
    st.builds(
        lambda name, args: (
            f"{name}({', '.join(f'{key}: {arg}' for key, arg in zip(BUILTINS[name].params, args, strict=False))})"
        ),
        NAMES,
        st.lists(VALUE, min_size=1, max_size=7),
    ),
)
STEPS = st.one_of(
    CALLS,
    st.builds(
        lambda a, sign, b: f"{a} {sign} {b}",
        VALUE,
        st.sampled_from(["+", "-", "*", "/", "**", "=", "<", ">=", "and", "in"]),
        VALUE,
    ),
    st.builds(lambda a, b: f"({a})[{b}]", VALUE, CALLS),
    st.builds(lambda a, b: f"for i in {a}..{b} return i", VALUE, VALUE),
    st.builds(
        lambda a, name: f"({a}).{name}", VALUE, st.sampled_from(["year", "time offset", "hours", "start"])
    ),
)


def _finite(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list) else True


@settings(max_examples=500, deadline=None)
@given(STEPS)
def test_every_function_takes_anything_and_ends_with_a_value_or_a_reason(text: str) -> None:
    try:
        outcome = feel.compile(text, limits=LIMITS).evaluate_with_diagnosis()
    except FeelError:
        return
    assert _finite(outcome.value)
    feel.literal(feel.into(outcome.value), source=True)
    feel.json_text(feel.into(outcome.value))


def _binary(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
    return st.builds(lambda x, o, y: f"({x}) {o} ({y})", inner, st.sampled_from(operators), inner)


EXPRESSIONS = st.recursive(
    st.one_of(
        st.decimals(min_value=0, max_value=10**6, places=2).map(str),
        st.text(max_size=4).map(lambda text: feel.literal("".join(c for c in text if c.isprintable()))),
        st.sampled_from(["true", "null", "a", "b", "first name", '@"P1D"', '@"2020-01-01"', "[]", "{}"]),
    ),
    lambda inner: st.one_of(
        _binary(inner),
        inner.map(lambda x: f"-({x})"),
        st.builds(lambda x, y, z: f"if {x} then {y} else {z}", inner, inner, inner),
        st.builds(lambda x, y: f"for x in {x}, y in 1..{y} return x", inner, inner),
        st.builds(lambda x, y: f"some x in ({x}) satisfies {y}", inner, inner),
        st.builds(lambda x, y: f"({x})[{y}]", inner, inner),
        st.builds(lambda x: f"({x}).first name", inner),
        st.builds(lambda x, y: f"[{x}, {y}]", inner, inner),
        st.builds(lambda x, y: f"{{a: {x}, b c: {y}}}", inner, inner),
        st.builds(lambda x, y: f"sum({x}, {y})", inner, inner),
        st.builds(lambda x: f"string(from: {x})", inner),
        st.builds(lambda x, y: f"({x}) in (< ({y}), {x})", inner, inner),
        st.builds(lambda x, y: f"({x}) in > ({y})", inner, inner),
        st.builds(lambda x, y, z: f"({x}) between ({y}) and ({z})", inner, inner, inner),
        st.builds(lambda x, y: f"(({x})..({y})]", inner, inner),
        st.builds(lambda x: f"({x}) instance of list<context<a: number>>", inner),
        st.builds(lambda x: f"function(x: number, y) {x}", inner),
        st.builds(lambda x: f"(> {x})", inner.filter(lambda x: " " not in x)),
    ),
    max_leaves=12,
)
KNOWN = [Names((*BUILTINS, "first name"))]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_printing_is_the_inverse_of_parsing(text: str) -> None:
    try:
        tree = parse(text, known=KNOWN)
    except FeelError:
        return
    printed = feel.print_node(tree)
    assert parse(printed, known=KNOWN) == tree
    assert feel.print_node(parse(printed, known=KNOWN)) == printed


CELL = st.one_of(
    st.integers(-5, 5).map(str),
    st.builds(
        lambda o, n: f"{o} {n}", st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.integers(-5, 5)
    ),
    st.builds(
        lambda left, a, b, right: f"{left}{a}..{b}{right}",
        st.sampled_from("[("),
        st.integers(-5, 5),
        st.integers(-5, 5),
        st.sampled_from("])"),
    ),
)


@settings(deadline=None)
@given(st.lists(CELL, min_size=1, max_size=3), st.booleans(), st.integers(-6, 6))
def test_quick_cells_agree_with_the_general_way(cells: list[str], negated: bool, number: int) -> None:
    text = f"not({', '.join(cells)})" if negated else ", ".join(cells)
    expression = feel.compile_unary_tests(text)
    quick = quick_tests(expression.node)
    assert quick is not None
    assert quick(Decimal(number)) is expression.evaluate({"?": number})


WORDS_OF_CELLS = st.sampled_from(['"a"', '"b"', '= "a"', '!= "b"', 'not("a")', '"a", "c"', "-"])


def _agrees(cells: list[str], value: object) -> None:
    column = [feel.compile_unary_tests(cell) for cell in cells]
    selector = feel.selector([cell.node for cell in column])
    assert selector is not None
    mask = selector.select(value)
    met = [cell.evaluate({"?": value}) is True for cell in column]
    if mask is None:
        assert value is None or isinstance(value, bool)
    else:
        assert [bool(mask >> bit & 1) for bit in range(len(cells))] == met


@settings(deadline=None)
@given(
    st.lists(st.one_of(CELL, CELL.map(lambda cell: f"not({cell})"), st.just("-")), min_size=1, max_size=6),
    st.one_of(st.decimals(-8, 8, places=1), st.just(Decimal("5.000000001")), st.none()),
)
def test_a_column_of_numbers_is_one_look_up(cells: list[str], value: Decimal | None) -> None:
    _agrees(cells, value)


@settings(deadline=None)
@given(st.lists(WORDS_OF_CELLS, min_size=1, max_size=6), st.sampled_from(["a", "b", "c", "d", "", None]))
def test_a_column_of_words_is_one_look_up(cells: list[str], value: str | None) -> None:
    _agrees(cells, value)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["true", "false", "not(true)", "-"]), min_size=1), st.booleans())
def test_a_column_of_booleans_is_one_look_up(cells: list[str], value: bool) -> None:
    _agrees(cells, value)


def test_a_column_of_mixed_or_ordered_words_has_no_look_up() -> None:
    for cells in (["1", '"a"'], ['< "m"'], ["x"], ['["a".."m"]'], ["date(?)"]):
        assert feel.selector([feel.compile_unary_tests(cell).node for cell in cells]) is None
    far = [feel.compile_unary_tests(cell).node for cell in ("< 1e6000", "> -1e6000", "1e-6000")]
    selector = feel.selector(far)
    assert selector is not None
    assert selector.select(Decimal("9e6000")) == 0b010
    assert selector.select(Decimal("-9e6000")) == 0b001
    assert selector.select(Decimal("1e-6001")) == 0b011


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_numbers_survive_text(number: Decimal) -> None:
    exact = feel.into(number)
    assert feel.compile("number(string(n))").evaluate({"n": exact}) == exact


@settings(deadline=None)
@given(st.dates(), st.integers(-50_000, 50_000))
def test_days_agree_with_python(day: object, days: int) -> None:
    assert isinstance(day, date)
    try:
        expected: object = day + timedelta(days=days)
    except OverflowError:
        return
    given_values = {"day": day, "span": timedelta(days=days)}
    assert feel.compile("day + span").evaluate(given_values) == expected
    assert feel.compile("week of year(day)").evaluate({"day": day}) == day.isocalendar().week
    assert feel.compile("day.weekday").evaluate({"day": day}) == day.isoweekday()
