"""The chapters of the standard (DMN 1.5, 10.3) expression by expression: what it is, and what it is not (null)."""

from __future__ import annotations

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import Fault, Run

VECTORS = r"""
# 10.3.2.8 equality: of one kind by value, of two kinds null, with null false
100 = 100.00                                    | true
null = null                                     | true
1 = null                                        | false
1 = "1"                                         | null
1 != "1"                                        | null
[1, 2] = [1, 2]                                 | true
[1] = [1, "x"]                                  | false
{a: 1, b: 2} = {b: 2, a: 1}                     | true
@"P1Y" = @"P12M"                                | true
@"P1Y" = @"P365D"                               | null
@"PT24H" = @"P1D"                               | true
@"2026-03-01" = @"2026-03-01T00:00:00"          | null
@"10:30:00@Europe/Paris" = @"10:30:00+01:00"    | true
@"10:30:00" = @"10:30:00Z"                      | false
@"2026-07-01T12:00:00@Europe/Berlin" = @"2026-07-01T10:00:00Z" | true
[1..3] = [1..3]                                 | true
[1..3] = (1..3]                                 | false
# 10.3.2.6 and 10.3.2.7: between and three values
2 between 1 and 3                               | true
2 between 3 and 1                               | false
2 between null and 3                            | null
"m" between "a" and "z" and true                | true
true or "x"                                     | true
"x" or true                                     | true
false or "x"                                    | null
null and false                                  | false
null and true                                   | null
not(null)                                       | null
not(1)                                          | null
# 10.3.2.5 arithmetic
--1                                             | 1
-2 ** 2                                         | 4
2 ** -1                                         | 0.5
0 ** 0                                          | 1
0 ** -1                                         | null
(-8) ** 0.5                                     | null
-@"P1D"                                         | @"-P1D"
-"x"                                            | null
9999999999999999999999999999999999 + 1          | 10000000000000000000000000000000000
1 / 0                                           | null
1.5e-2                                          | 0.015
"a" + 1                                         | null
@"2026-01-31" + @"P1M"                          | @"2026-02-28"
@"2026-01-01" - @"PT1H"                         | @"2025-12-31"
@"2026-01-01T00:00:00" - @"2026-01-01T00:00:00Z" | null
@"P1Y" * 1.5                                    | @"P1Y6M"
@"P1D" / @"PT1H"                                | 24
@"P1Y" + @"P1D"                                 | null
# properties and paths
@"2026-11-25".weekday                           | 3
@"2026-11-25T10:30:05+05:00".time offset        | @"PT5H"
@"2026-11-25T10:30:05@Europe/Berlin".timezone   | "Europe/Berlin"
@"2026-07-25T10:30:05@Europe/Berlin".time offset | @"PT2H"
@"2026-11-25T10:30:05".time offset              | null
@"-P1Y2M".months                                | -2
@"-P3DT4H5M6S".hours                            | -4
@"P1Y".days                                     | null
[1..9).end included                             | false
(> 5).end                                       | null
[{b: 1}, {b: [2, 3]}, {c: 4}].b                 | [1, [2, 3], null]
[].b                                            | []
{a: {b: null}}.a.b.c                            | null
"x".b                                           | null
# filters
[1, 2, 3][-1]                                   | 3
[1, 2, 3][4]                                    | null
[1, 2, 3][0]                                    | null
[{x: 1, y: 2}, {x: null}, {y: 3}][x < 2]        | [{x: 1, y: 2}]
[{item: 1}, {item: 2}][item >= 2]               | [{item: 2}]
{x: 2, l: [1, 2, 3], r: l[item = x]}.r          | [2]
[[1, 2], [3]][2][1]                             | 3
true[item]                                      | [true]
5[2]                                            | null
null[1]                                         | null
# loops
for i in 3..1 return i                          | [3, 2, 1]
for i in (1..3] return i                        | [2, 3]
for i in 1..4 return if i = 1 then 1 else i * partial[-1] | [1, 2, 6, 24]
for i in [1, 2], j in [i, i * 10] return i + j  | [2, 11, 4, 22]
for i in @"2026-02-27"..@"2026-03-01" return i.day | [27, 28, 1]
for i in [3..1] return i                        | null
for i in (1..2) return i                        | []
for i in 1.."x" return i                        | null
for i in null return i                          | null
for i in 7 return i                             | [7]
some i in [null, true] satisfies i              | true
every i in [null, true] satisfies i             | null
every i in [] satisfies false                   | true
# invocations: unknown names are an error, missing named ones null (10.3.2.13.5)
{f: function(a, b) if b = null then a else b, r: f(a: 1)}.r | 1
{f: function(a, b) a - b, r: f(b: 1, a: 3)}.r   | 2
{f: function(a, b) a - b, r: f(3)}.r            | null
{f: function(a, b) a, r: f(a: 3, c: 1)}.r       | null
{f: function(a: number) a, r: f("x")}.r         | null
{f: function(a: number) a, r: f([1])}.r         | 1
{f: function(a: list<number>) a, r: f(1)}.r     | [1]
{f: function(a: date and time) a, r: f(@"2026-01-01")}.r | @"2026-01-01T00:00:00Z"
{f: function(x) [x], r: f(1)}.r                 | [1]
{f: function() [1, 2][2], r: f()}.r             | 2
{f: function(x) (x + 1) * 2, r: f(1)}.r         | 4
{f: function(x) {a: x}, r: f(1)}.r              | {a: 1}
{f: function(x) -x, r: f(1)}.r                  | -1
{f: function(x) [x..3], r: f(1)}.r              | [1..3]
{f: function(x) function(y) x + y, r: f(2)(3)}.r | 5
is(value1: @"2026-01-01")                       | false
list contains(list: [null])                     | true
after(range: [11..20], point: 5)                | true
after(point: 5, range: [11..20])                | false
nichts(1)                                       | null
# conversion
date("2026-02-30")                              | null
date("02026-01-01")                             | null
date("-2026-01-01").year                        | -2026
date(999999999, 12, 31)                         | @"999999999-12-31"
date(1000000000, 1, 1)                          | null
date(month: 8, day: 14, year: 2026)             | @"2026-08-14"
date(time("10:00:00"))                          | null
time(25, 0, 0)                                  | null
time(10, 30, 15.5, @"PT1H")                     | @"10:30:15.5+01:00"
date and time("2026-01-01T24:00:00")            | @"2026-01-02T00:00:00"
date and time(year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5, timezone: "Europe/Berlin") | @"2026-01-02T03:04:05@Europe/Berlin"
duration("P14M")                                | @"P1Y2M"
duration("P1M1D")                               | null
duration("P1DT")                                | null
duration("PT36H")                               | @"P1DT12H"
duration("P11999999988M")                       | @"P999999999Y"
years and months duration(@"2026-03-31", @"2026-02-28") | @"-P1M"
number("1.000,5", ".", ",")                     | 1000.5
number("1,000.5", ",", ",")                     | null
string(@"P1Y0M")                                | "P1Y"
string(null)                                    | null
# numbers
abs(@"-P1D")                                    | @"P1D"
abs(number: -1)                                 | null
log(0)                                          | null
modulo(-10.1, 4.5)                              | 3.4
modulo(10.1, -4.5)                              | -3.4
modulo(1, 0)                                    | null
# texts: positions count code points
substring("😀ab", 2)                            | "ab"
substring("Leine", -2, 1)                       | "n"
substring("Leine", 0)                           | null
substring("Leine", 6)                           | null
substring("Leine", 2, 0)                        | null
string length("\uD83D\uDE00")                   | 1
"\U01F600" = "😀"                               | true
lower case("ÄΛ")                                | "äλ"
string join(["a", null, "c"], "-")              | "a-c"
string join([1], "-")                           | null
split("a;b;;c", ";")                            | ["a", "b", "", "c"]
# regular expressions as XPath has them
replace("Leineweber", "e", "")                  | "Linwbr"
replace("Leineweber", "e.*e", "*")              | "L*r"
replace("Leineweber", "e.*?e", "*")             | "L*w*r"
replace("Leineweber", "(e)(.)", "$2$1")         | "Lienwebere"
replace("Leineweber", "x*", "-")                | null
replace("abc", "b", "$0$0")                     | "abbc"
replace("abc", "b", "\\$")                      | "a$c"
replace("abc", "b", "$")                        | null
replace("a.c", ".", "x", "q")                   | "axc"
replace("abc", "B", "x", "i")                   | "axc"
replace("abc", "b", "x", "z")                   | null
replace("abcd", "(ab)|(cd)", "[$1|$2]")         | "[ab|][|cd]"
matches("a\nb", "a.b")                          | false
matches("a\nb", "a.b", "s")                     | true
matches("a\nb", "^b", "m")                      | true
matches("ab", "a b", "x")                       | true
matches("7", "[\\d-[2]]")                       | true
matches("Ä", "\\p{IsLatin-1Supplement}")        | true
matches("abab", "(ab)\\1")                      | true
matches("x", "(?=x)")                           | null
# lists
all([false, "x"])                               | false
all([true, null])                               | null
any([])                                         | false
mode([6, 1, 9, 6, 1])                           | [1, 6]
mode([1, null])                                 | null
stddev([47])                                    | null
sort(["b", "a"])                                | ["a", "b"]
sort([{x: 2}, {x: 1}], function(a, b) a.x < b.x) | [{x: 1}, {x: 2}]
list replace([2, 4, 7], function(item, newItem) item < newItem, 5) | [5, 5, 7]
list replace([1, 2, 3], -1, 9)                  | [1, 2, 9]
union(list: 1)                                  | [1]
append(list: [])                                | []
concatenate([1], null)                          | null
union([1, null], [null])                        | [1, null]
flatten([[1, [2]], 3])                          | [1, 2, 3]
insert before([1, 3], -1, 2)                    | [1, 2, 3]
remove([1, 2, 3], 4)                            | null
index of([1, null], null)                       | [2]
# contexts
get entries({a: 1})                             | [{key: "a", value: 1}]
get entries([])                                 | null
get value({a: 1}, "b")                          | null
context([{key: "a", value: null}])              | {a: null}
context([{key: "a", value: 1}, {key: "a", value: 2}]) | null
context([{key: "a"}])                           | null
context put({a: {b: 1}}, ["a", "c"], 2)         | {a: {b: 1, c: 2}}
context put({a: 1}, ["a", "b"], 2)              | null
context merge([{a: 1}, {b: 2}, {a: 3}])         | {a: 3, b: 2}
# ranges
before([1..10), [10..20])                       | true
before([1..10], [10..20])                       | false
overlaps before([1..5], (1..5])                 | true
overlaps after((1..5], [1..5])                  | true
finishes((1..5], [1..5])                        | true
includes((1..5), [1..5])                        | false
started by([1..5], 1)                           | true
coincides(1, [1..1])                            | null
before("a", 1)                                  | null
# dates
day of week(@"2026-11-25")                      | "Wednesday"
day of year(@"2026-11-25")                      | 329
week of year(@"2027-01-01")                     | 53
month of year(@"2026-11-25")                    | "November"
now(1)                                          | null
# tests
1 in [2, 1]                                     | true
1 in ([2..3], [0..1])                           | true
1 in [(>= 1)]                                   | true
{r: (> 3), x: 5 in r}.x                         | true
2 in [1..2[                                     | false
null in [1..2]                                  | null
# types
[1, "a"] instance of list<number>               | false
{a: 1, b: 2} instance of context<a: number>     | true
[1..3] instance of range<number>                | true
@"2026-01-01" instance of date and time         | false
null instance of number                         | false
# names
{Anzahl der Plätze: 3, r: Anzahl der Plätze * 2}.r | 6
{a-b: 1, a: 5, b: 3, r: a-b}.r                  | 1
{"a": {"b c": 1}}.a.b c                         | 1
1 + /* dazwischen */ 2 // am Ende               | 3
"""
CASES = [
    tuple(part.strip() for part in line.rsplit(" | ", 1))
    for line in VECTORS.splitlines()
    if " | " in line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_an_expression_has_its_value(text: str, expected: str) -> None:
    value = feel.compile(text).run({}, Run())
    assert feel.literal(value, source=True) == expected


@pytest.mark.parametrize("text", sorted({text for text, expected in CASES if expected != "null"}))
def test_what_feel_prints_it_reads(text: str) -> None:
    value = feel.compile(text).run({}, Run())
    printed = feel.literal(value, source=True)
    assert feel.literal(feel.compile(printed).run({}, Run()), source=True) == printed


def test_json_keeps_numbers_exact() -> None:
    value = feel.read_json('{"a": 0.1, "b": [1e2, "x\\n", null, true], "c": {}}')
    assert feel.literal(value) == '{a: 0.1, b: [100, "x\\n", null, true], c: {}}'
    assert feel.json_text(value) == '{"a": 0.1, "b": [100, "x\\n", null, true], "c": {}}'
    assert feel.json_text({"a": [], "b": [1]}, 1) == '{\n "a": [],\n "b": [\n  1\n ]\n}'
    for text in ("[NaN]", "{", "[" * 100_000, "1e9999"):
        with pytest.raises(Fault):
            feel.read_json(text)
