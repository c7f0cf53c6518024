"""The one expression language of the house: FEEL, the Friendly Enough Expression Language of DMN 1.5.

Conditions of forms, gateways of processes, decisions, fees and figures are written in it. An expression is
compiled once and evaluated often; it can neither read nor change anything but the values it is given, and its
time, size and depth are bounded (`Limits`).

    expression = compile("age >= 18 and residence = \\"Bielefeld\\"", names={"age", "residence"})
    expression.evaluate({"age": 20, "residence": "Bielefeld"})      # True

A text that is not FEEL, or uses a name that is not known, raises `FeelError` with its place. When it runs,
nothing raises: what has no value is null, and `evaluate_with_diagnosis` tells where and why.
"""

from __future__ import annotations

from .compiler import INPUT
from .errors import Diagnosis, Fault, FeelError, LimitReached
from .exchange import json_text, read_json
from .expression import Expression, Outcome, compile, compile_unary_tests
from .java import java_function, no_external_function
from .nodes import Literal
from .operators import iterate, meets
from .printer import print_node, print_tests
from .quick import Selector, selector
from .temporal import Date, DateTime, DaysDuration, Duration, MonthsDuration, Time
from .types import ANY, BUILT_IN, ContextOf, FunctionOf, ListOf, Type, coerce
from .values import (
    Clock,
    Function,
    Limits,
    Range,
    Run,
    Value,
    compare,
    equal,
    into,
    kind,
    literal,
    out,
    wrong_count,
)

__all__ = [
    "ANY",
    "BUILT_IN",
    "INPUT",
    "Clock",
    "ContextOf",
    "Date",
    "DateTime",
    "DaysDuration",
    "Diagnosis",
    "Duration",
    "Expression",
    "Fault",
    "FeelError",
    "Function",
    "FunctionOf",
    "LimitReached",
    "Limits",
    "ListOf",
    "Literal",
    "MonthsDuration",
    "Outcome",
    "Range",
    "Run",
    "Selector",
    "Time",
    "Type",
    "Value",
    "coerce",
    "compare",
    "compile",
    "compile_unary_tests",
    "equal",
    "into",
    "iterate",
    "java_function",
    "json_text",
    "kind",
    "literal",
    "meets",
    "no_external_function",
    "out",
    "print_node",
    "print_tests",
    "read_json",
    "selector",
    "wrong_count",
]
