"""External functions: the closed table of java.lang, by the documentation of Java SE 17; nothing else is run."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import FeelError


def _call(owner: str, signature: str, *args: str) -> object:
    params = ", ".join(f"p{index}" for index in range(len(args)))
    text = (
        f'{{f: function({params}) external {{java: {{class: "java.lang.{owner}", '
        f'method signature: "{signature}"}}}}, r: f({", ".join(args)})}}.r'
    )
    return feel.compile(text).evaluate()


@pytest.mark.parametrize(
    ("owner", "signature", "args", "expected"),
    [
        ("Math", "max(double, double)", ("1.5", "2.25"), "2.25"),
        ("Math", "max(long,long)", ("1", "2"), "2"),
        ("Math", "abs(int)", ("-2147483648",), "-2147483648"),
        ("Math", "round(double)", ("-2.5",), "-2"),
        ("Math", "round(double)", ("2.5",), "3"),
        ("Math", "round(float)", ("1e30",), "2147483647"),
        ("Math", "rint(double)", ("2.5",), "2"),
        ("Math", "ceil(double)", ("-1.5",), "-1"),
        ("Math", "cbrt(double)", ("-27",), "-3"),
        ("Math", "floorMod(int,int)", ("-4", "3"), "2"),
        ("Math", "floorDiv(int,int)", ("-4", "3"), "-2"),
        ("Math", "addExact(int,int)", ("2147483646", "1"), "2147483647"),
        ("Math", "signum(double)", ("-7",), "-1"),
        ("StrictMath", "pow(double,double)", ("2", "10"), "1024"),
        ("Float", "valueOf(java.lang.String)", ('"1234.56"',), "1234.56"),
        ("Float", "parseFloat(String)", ('" 1e3f "',), "1000"),
        ("Float", "sum(float,float)", ("0.1", "0.2"), "0.3"),
        ("Double", "sum(double,double)", ("0.1", "0.2"), "0.30000000000000004"),
        ("Integer", "parseInt(java.lang.String,int)", ('"-ff"', "16"), "-255"),
        ("Integer", "sum(int,int)", ("2147483647", "1"), "-2147483648"),
        ("Long", "signum(long)", ("-9",), "-1"),
        ("Short", "compare(short,short)", ("1", "2"), "-1"),
    ],
)
def test_numbers(owner: str, signature: str, args: tuple[str, ...], expected: str) -> None:
    assert _call(owner, signature, *args) == Decimal(expected)


@pytest.mark.parametrize(
    ("signature", "args", "expected"),
    [
        ("valueOf(char)", ('"ü"',), "ü"),
        ("valueOf(int)", ("7",), "7"),
        ("valueOf(double)", ("100",), "100.0"),
        ("valueOf(double)", ("12345678.9",), "1.23456789E7"),
        ("valueOf(double)", ("0.001",), "0.001"),
        ("valueOf(double)", ("0.00012",), "1.2E-4"),
        ("valueOf(double)", ("0",), "0.0"),
        ("valueOf(float)", ("0.1",), "0.1"),
        ("valueOf(boolean)", ("true",), "true"),
        ("valueOf(java.lang.Object)", ('[1, null, "a", {k: true}]',), "[1, null, a, {k=true}]"),
        ("format(java.lang.String, [Ljava.lang.Object;)", ('"%s und %s"', "[1, null]"), "1 und null"),
        ("format(java.lang.String, java.lang.Object...)", ('"%,.2f €%n"', "1234567.855"), "1,234,567.86 €\n"),
        ("format(String, Object...)", ('"%2$s %1$-4s|%3$S"', '"a"', '"b"', '"c"'), "b a   |C"),
        ("format(String, Object...)", ('"%08.2f|%+.1f|%(.0f"', "-3.14159", "2.25", "-5"), "-0003.14|+2.3|(5)"),
        ("format(String, Object...)", ('"%.3e %b %c %.2s 100%%"', "12345", "1", '"x"', '"lang"'),
         "1.235e+04 true x la 100%"),
    ],
)  # fmt: skip
def test_texts(signature: str, args: tuple[str, ...], expected: str) -> None:
    assert _call("String", signature, *args) == expected


@pytest.mark.parametrize(
    ("owner", "signature", "args"),
    [
        ("Math", "max(int,int)", ("1.5", "2")),
        ("Math", "max(int,int)", ("2147483648", "2")),
        ("Math", "max(int,int)", ('"1"', "2")),
        ("Math", "sqrt(double)", ("-1",)),
        ("Math", "log(double)", ("0",)),
        ("Math", "addExact(int,int)", ("2147483647", "1")),
        ("Math", "floorMod(int,int)", ("1", "0")),
        ("Math", "max(double,double)", ("1",)),
        ("Byte", "valueOf(byte)", ("128",)),
        ("Integer", "valueOf(java.lang.String)", ('"1_000"',)),
        ("Double", "valueOf(java.lang.String)", ('"1,5"',)),
        ("String", "valueOf(char)", ('"ab"',)),
        ("String", "valueOf(char)", ('"😀"',)),
        ("String", "format(String, Object...)", ('"%d"', "1.5")),
        ("String", "format(String, Object...)", ('"%s %s"', '"a"')),
        ("String", "format(String, Object...)", ('"%"', '"a"')),
    ],
)
def test_what_java_throws_or_no_number_can_be_is_null(
    owner: str, signature: str, args: tuple[str, ...]
) -> None:
    assert _call(owner, signature, *args) is None


@pytest.mark.parametrize(
    "body",
    [
        '{java: {class: "java.lang.Runtime", method signature: "exit(int)"}}',
        '{java: {class: "java.lang.System", method signature: "getenv(java.lang.String)"}}',
        '{java: {class: "java.lang.Math", method signature: "random()"}}',
        '{java: {class: "java.lang.Math", method signature: "max(java.lang.String, java.lang.String)"}}',
        '{java: {class: "java.lang.Math", method signature: 1}}',
        '{java: {class: "builtins", method signature: "eval(java.lang.String)"}}',
        '{pmml: {document: "m.pmml", model: "m"}}',
        "{java: {}}",
        "1",
    ],
)
def test_nothing_else_is_run(body: str) -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile(f"function(a) external {body}")
    assert "ausgeführt" in caught.value.message_de
    assert "executed" in caught.value.message_en


def test_parameters_keep_their_types() -> None:
    text = (
        '{f: function(a: number, b: number) external {java: {class: "java.lang.Math", '
        'method signature: "max(double,double)"}}, r: [f(1, 2), f(b: 3, a: 1), f("1", 2), f([5], 2)]}.r'
    )
    assert feel.compile(text).evaluate() == [2, 3, None, 5]
