"""What expressions evaluate to: vectors from the examples and tables of DMN 1.5, chapter 10."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import DaysDuration, MonthsDuration


def value(text: str, **values: object) -> object:
    return feel.compile(text).evaluate(values)


NUMBERS = {
    "1 + 2 * 3 - 4": "3",
    "(1 + 2) * 3": "9",
    "10 / 4": "2.5",
    "2 ** 3 ** 2": "64",
    "-3 ** 2": "9",
    "0.1 + 0.2": "0.3",
    "1 / 3": "0.3333333333333333333333333333333333",
    "decimal(1/3, 2)": "0.33",
    "decimal(1.5, 0)": "2",
    "decimal(2.5, 0)": "2",
    "decimal(12345, -2)": "12300",
    "floor(1.5)": "1",
    "floor(-1.5)": "-2",
    "floor(-1.56, 1)": "-1.6",
    "ceiling(1.5)": "2",
    "ceiling(-1.5)": "-1",
    "round up(5.5, 0)": "6",
    "round up(-1.1, 0)": "-2",
    "round down(5.5, 0)": "5",
    "round half up(5.5, 0)": "6",
    "round half up(1.125, 2)": "1.13",
    "round half down(5.5, 0)": "5",
    "abs(-10)": "10",
    "modulo(12, 5)": "2",
    "modulo(-12, 5)": "3",
    "modulo(12, -5)": "-3",
    "modulo(10.1, 4.5)": "1.1",
    "sqrt(16)": "4",
    'string length("foo")': "3",
    'string length("🐎ab")': "3",
    "count([1, 2, 3])": "3",
    "sum([1, 2, 3])": "6",
    "sum(1, 2, 3)": "6",
    "mean([1, 2, 3])": "2",
    "min(1, 2, 3)": "1",
    "max([1, 2, 3])": "3",
    "product([2, 3, 4])": "24",
    "median(8, 2, 5, 3, 4)": "4",
    "median([6, 1, 2, 3])": "2.5",
    "[1, 2, 3][-1]": "3",
    "[1, 2, 3, 4][item > 2][1]": "3",
    "{a: 1, b: a + 1}.b": "2",
    "{first name: 2, x: first name * 2}.x": "4",
    'number("1 000,50", " ", ",")': "1000.50",
    'number("1.000.000,01", ".", ",")': "1000000.01",
    'date("2026-11-23").weekday': "1",
    'day of year(date("2019-09-17"))': "260",
    'week of year(date("2003-12-29"))': "1",
    'week of year(date("2010-01-01"))': "53",
    'duration("P2Y3M").months': "3",
    'duration("P1DT25H").hours': "1",
    '@"P1Y" / @"P1M"': "12",
    "if 1 > 2 then 1 else 2": "2",
    "if null then 1 else 2": "2",
    "(function(a: number, b) a * b)(3, 4)": "12",
    "{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(20)}.r": "2432902008176640000",
    "[1..10].end": "10",
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_numbers(text: str, expected: str) -> None:
    found = value(text)
    assert isinstance(found, Decimal)
    assert found == Decimal(expected)


TRUE = [
    "1 = 1.0",
    '"a" < "b"',
    "null = null",
    "1 != null",
    "3 between 1 and 5",
    "3 in [1..5)",
    "3 in ]1..5[",
    "not(3 in (3..5])",
    "3 in (1, 3)",
    "3 in (< 2, > 2)",
    "3 in >= 3",
    "1 in [[2..4], [1..3]]",
    '"a" in ["a", "b"]',
    "true and not(false)",
    "false or true",
    "some x in [1, 2] satisfies x > 1",
    "every x in [1, 2], y in [3, 4] satisfies x < y",
    "[1, 2, [3]] = [1, 2, [3]]",
    '{a: 1} = {"a": 1.0}',
    "1 instance of number",
    "[1, 2] instance of list<number>",
    'not(["a"] instance of list<number>)',
    "{a: 1} instance of context<a: number>",
    "abs instance of function<Any> -> Any",
    '@"2020-01-01" instance of date',
    '@"P1Y" instance of years and months duration',
    'contains("foobar", "oba")',
    'starts with("foobar", "foo")',
    'ends with("foobar", "bar")',
    'matches("foobar", "^fo*b")',
    'matches("abc", "ABC", "i")',
    'matches("O", "[A-Z-[P]]")',
    'not(matches("O", "[A-Z-[OI]]"))',
    "list contains([1, 2, null], null)",
    "all([true, true])",
    "any(false, true)",
    "even(2) and odd(-3)",
    'is(time("10:00:00Z"), time("10:00:00+00:00"))',
    'not(is(time("10:00:00"), time("10:00:00Z")))',
    'date and time("2020-01-01T00:00:00Z") < date and time("2020-01-01T01:30:00+00:30")',
    'date and time("2020-06-01T12:00:00@Europe/Berlin") = date and time("2020-06-01T10:00:00Z")',
    "before(1, 10)",
    "after([5..10], [1..4])",
    "meets([1..5], [5..10])",
    "overlaps([1..5], [3..8])",
    "overlaps before([1..5], [3..8])",
    "overlaps after([3..8], [1..5])",
    "during(5, [1..10])",
    "includes([1..10], [4..6])",
    "starts(1, [1..10])",
    "finished by([1..10], 10)",
    "coincides([1..5], [1..5])",
    'range("[1..3)") = [1..3)',
]


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
        (True, "x", None, True),
        (False, "x", False, None),
    ],
)
def test_three_valued_logic(left: object, right: object, conjunction: object, disjunction: object) -> None:
    for a, b in ((left, right), (right, left)):
        assert value("a and b", a=a, b=b) is conjunction
        assert value("a or b", a=a, b=b) is disjunction


OTHERS: dict[str, object] = {
    '"foo" + "bar"': "foobar",
    'substring("foobar", 3)': "obar",
    'substring("foobar", 3, 3)': "oba",
    'substring("foobar", -2, 1)': "a",
    'substring("\\U01F40Eab", 2)': "ab",
    'upper case("aBc4")': "ABC4",
    'lower case("aBc4")': "abc4",
    'substring before("foobar", "bar")': "foo",
    'substring after("foobar", "ob")': "ar",
    'substring before("foobar", "xyz")': "",
    'replace("banana", "a", "o")': "bonono",
    'replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")': "[1=ab][2=]cd",
    'string join(["a", null, "c"], "-")': "a-c",
    "string(1.1)": "1.1",
    'string(@"2020-01-01T10:00:00@Europe/Berlin")': "2020-01-01T10:00:00@Europe/Berlin",
    "string(null)": None,
    'string([1, "a", {b: true}])': '[1, "a", {b: true}]',
    'split("a;b;;", ";")': ["a", "b", "", ""],
    "for i in 1..3 return i * i": [1, 4, 9],
    "for i in 3..1 return i": [3, 2, 1],
    "for x in [1, 2], y in [3, 4] return x * y": [3, 4, 6, 8],
    "for i in 1..5 return if i = 1 then 1 else i * partial[-1]": [1, 2, 6, 24, 120],
    "[1, 2, 3, 4][item > 2]": [3, 4],
    "[{x: 1, y: 2}, {x: 2, y: 3}][x = 1]": [{"x": 1, "y": 2}],
    "[{x: 1}, {y: 2}].x": [1, None],
    "append([1], 2, 3)": [1, 2, 3],
    "concatenate([1], [2, 3])": [1, 2, 3],
    "insert before([1, 3], 1, 2)": [2, 1, 3],
    "remove([1, 2, 3], 2)": [1, 3],
    "reverse([1, 2, 3])": [3, 2, 1],
    "index of([1, 2, 3, 2], 2)": [2, 4],
    "union([1, 2], [2, 3])": [1, 2, 3],
    "distinct values([1, 2, 3, 2, 1.0])": [1, 2, 3],
    "flatten([[1, 2], [[3]], 4])": [1, 2, 3, 4],
    "sublist([4, 5, 6], 1, 2)": [4, 5],
    "sort([3, 1, 4], function(x, y) x > y)": [4, 3, 1],
    "sort([3, 1, 4])": [1, 3, 4],
    "list replace([2, 4, 7, 8], function(item, new) item < new, 5)": [5, 5, 7, 8],
    "mode([6, 3, 9, 6, 6])": [6],
    'get value({a: 1}, "a")': 1,
    "get entries({a: 1})": [{"key": "a", "value": 1}],
    'context put({x: 1, y: {a: 0}}, ["y", "a"], 2)': {"x": 1, "y": {"a": 2}},
    "context merge([{x: 1}, {x: 2, y: 3}])": {"x": 2, "y": 3},
    'context([{key: "a", value: 1}])': {"a": 1},
    'date("2020-02-29") + duration("P1Y")': date(2021, 2, 28),
    'date("2020-03-31") - duration("P1M")': date(2020, 2, 29),
    "date(2020, 2, 29)": date(2020, 2, 29),
    '@"2020-01-01T10:00:00Z" + @"PT36H"': datetime(2020, 1, 2, 22, tzinfo=UTC),
    '@"23:00:00" + @"PT2H"': time(1),
    'date and time(@"2020-01-01", @"10:00:00")': datetime(2020, 1, 1, 10),
    '@"2020-01-03" - @"2020-01-01"': DaysDuration(2 * 86_400 * 10**9),
    'years and months duration(date("2011-12-22"), date("2013-08-24"))': MonthsDuration(20),
    'duration("P1D") * 1.5': DaysDuration(36 * 3600 * 10**9),
    'day of week(date("2026-11-23"))': "Monday",
    'month of year(date("2026-11-23"))': "November",
}


@pytest.mark.parametrize(("text", "expected"), OTHERS.items())
def test_other_values(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1 + null",
        '1 + "a"',
        "1 / 0",
        '1 < "a"',
        '"1" = 1',
        "true and 1",
        'date("2018-02-30")',
        "[1, 2][3]",
        "{a: 1}.b",
        'substring("abc", 0)',
        "sqrt(-1)",
        "median([])",
        'matches("x", "(?=x)")',
        'matches("x", "(")',
        'replace("x", "x*", "y")',
        "{a: 1, a: 2}",
        "nope(1)",
        '@"2020-01-01" < @"2020-01-01T00:00:00"',
        'number("abc")',
        "sum([])",
        "list contains(null, 1)",
        "stddev([1])",
    ],
)
def test_what_has_no_value_is_null_with_a_reason(text: str) -> None:
    outcome = feel.compile(text).evaluate_with_diagnosis()
    assert outcome.value is None
    if text != "median([])":
        assert outcome.diagnoses
        assert all(found.line == 1 and found.column >= 1 and found.message_de for found in outcome.diagnoses)


def test_an_empty_text_is_the_empty_string_and_no_null() -> None:
    assert value('a = ""', a="") is True
    assert value("a = null", a="") is False


def test_python_values_come_and_go() -> None:
    moment = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    given = {
        "n": 3,
        "f": 0.1,
        "d": Decimal("1.10"),
        "day": date(2026, 11, 23),
        "clock": time(10, 30),
        "moment": moment,
        "span": timedelta(days=1, hours=2),
        "list": (1, [2]),
        "nested": {"a": {"b": date(2020, 1, 1)}},
    }
    expression = feel.compile("[n, f, d, day, clock, moment, span, list, nested.a.b]")
    found = expression.evaluate(given)
    assert found == [
        *(3, Decimal("0.1"), Decimal("1.10"), date(2026, 11, 23), time(10, 30), moment),
        *(DaysDuration(26 * 3600 * 10**9), [1, [2]], date(2020, 1, 1)),
    ]
    assert expression.names == frozenset(given)


def test_the_clock_is_given_from_outside_and_read_in_berlin() -> None:
    def clock() -> datetime:
        return datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert feel.compile("today()").evaluate(clock=clock) == date(2026, 11, 23)
    found = feel.compile("now()").evaluate(clock=clock)
    assert found == clock()
    assert found.hour == 0


def test_dates_beyond_python_and_nanoseconds() -> None:
    assert str(value('date("999999999-12-31")')) == "999999999-12-31"
    assert str(value('@"-0044-03-15" + @"P1D"')) == "-0044-03-16"
    assert value('string(@"10:00:00.123456789")') == "10:00:00.123456789"


def test_names_with_spaces_operators_and_keywords() -> None:
    names = {"Student's name", "points-off", "date of birth", "in stock", "a"}
    expression = feel.compile(
        "points-off + a + (if in stock then 1 else 0) + string length(Student's name)", names=names
    )
    given = {"points-off": 1, "a": 2, "in stock": True, "Student's name": "Eva"}
    assert expression.evaluate(given) == 7
    assert (
        feel.compile("date of birth.year", names=names).evaluate({"date of birth": date(2000, 1, 1)}) == 2000
    )
    assert feel.compile("a -1", names={"a"}).evaluate({"a": 3}) == 2


@pytest.mark.parametrize(
    ("tests", "given", "expected"),
    [
        ("-", 5, True),
        ("< 5", 4, True),
        ("[1..5)", 5, False),
        ('"a", "b"', "b", True),
        ("not(1, 2)", 3, True),
        ("not([1..3])", 2, False),
        ("not(null)", 5, True),
        ("null", None, True),
        ("? > 3", 4, True),
        ("? > 3 and ? < 5", 6, False),
        ('starts with(?, "B")', "Bielefeld", True),
        ("[1, 2, 3]", 2, True),
        ("limit", 10, True),
        ("> limit", 11, True),
        ("< 5", None, None),
        ("< 5", "x", None),
        ('date("2020-01-01")', date(2020, 1, 1), True),
        ("true", True, True),
        ("-5", -5, True),
        ("limit > 5", 1, True),
    ],
)
def test_unary_tests(tests: str, given: object, expected: object) -> None:
    compiled = feel.compile_unary_tests(tests, names={"limit"})
    assert compiled.evaluate({"?": given, "limit": 10}) is expected
    if compiled.quick is not None:
        assert compiled.quick(feel.into(given)) in (expected, None)


def test_an_expression_tells_the_chains_of_names_it_reads() -> None:
    source = 'if a.b.c = 1 then [a.d, sum(x[item.e > f])] else {g: a.h[1].i, k: "a.z"}'
    paths = feel.compile(source).paths
    assert {("a", "b", "c"), ("a", "d"), ("x",), ("item", "e"), ("f",), ("a", "h")} <= paths
    assert ("a", "z") not in paths
