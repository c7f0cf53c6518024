"""An expression ends: whatever it says, within its bounds of time, size and depth."""

from __future__ import annotations

import time

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import FeelError, Limits

DOUBLING = "{a0: [1, 1]" + "".join(f", a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 60)) + "}"


def test_a_loop_without_end_ends_at_once() -> None:
    expression = feel.compile("for i in 1..1000000000 return i")
    begin = time.perf_counter()
    outcome = expression.evaluate_with_diagnosis()
    assert time.perf_counter() - begin < 0.1
    assert outcome.value is None
    assert "1000000000 Durchläufe" in outcome.diagnoses[0].message_de


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..300, j in 1..300, k in 1..300 return i",
        "some i in 1..300, j in 1..300, k in 1..300 satisfies false",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) for i in 1..10 return f(n), r: f(1)}.r",
        "for i in 1..5000 return partial",
        "{l: for i in 1..90000 return i, r: for i in 1..9000 return sum(l)}",
        DOUBLING,
        f"string({DOUBLING})",
        f"{DOUBLING} = {DOUBLING}",
        'replace(string join(for i in 1..9000 return "a"), "a", string join(for i in 1..90000 return "0123456789"))',
        'matches("' + "a" * 60 + '!", "(a|a)*$")',
        '{a: "x" + "x", b: string join(for i in 1..50000 return "0123456789012345678901234567890123456789")}',
    ],
)
def test_what_is_too_much_is_null_with_a_reason(text: str) -> None:
    expression = feel.compile(text)
    begin = time.perf_counter()
    outcome = expression.evaluate_with_diagnosis()
    assert time.perf_counter() - begin < 8
    assert outcome.value is None
    assert outcome.diagnoses


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "-" * 5000 + "1",
        "a" + ".a" * 9000,
        "if a then " * 1500 + "1",
        "not(" * 1000 + "a" + ")" * 1000,
        "[" * 1000 + "]" * 1000,
        "/*" * 9000,
        "f(" + "a " * 9000,
        "1" * 20_001,
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(FeelError):
        feel.compile(text)
    assert time.perf_counter() - begin < 5


def test_long_chains_are_not_deep() -> None:
    assert feel.compile("1" + " + 1" * 3000).evaluate() == 3001
    assert feel.compile("true" + " and true" * 1500).evaluate() is True


def test_limits_can_be_chosen() -> None:
    limits = Limits(iterations=10, list_size=5, string_length=8)
    assert feel.compile("for i in 1..5 return i", limits=limits).evaluate() == [1, 2, 3, 4, 5]
    assert feel.compile("for i in 1..6 return i", limits=limits).evaluate() is None
    assert feel.compile("count(for i in [1] return 1)", limits=limits).evaluate() == 1
    assert feel.compile('"abcd" + "efgh"', limits=limits).evaluate() == "abcdefgh"
    assert feel.compile('"abcd" + "efghi"', limits=limits).evaluate() is None


def test_a_quick_expression_is_quick() -> None:
    expression = feel.compile('age >= 18 and residence = "Bielefeld"', names={"age", "residence"})
    given = {"age": 20, "residence": "Bielefeld"}
    best = 0.0
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(10_000):
            expression.evaluate(given)
        best = max(best, 10_000 / (time.perf_counter() - begin))
    assert best > 50_000, f"only {best:.0f} evaluations a second; usual are several 100,000"
