"""How fast FEEL and decision tables are on one core, with other engines in the same call beside them."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

from leineweber.config.language import say

SUMMARY = (
    "FEEL-Auswertungen und Entscheidungstabellen je Sekunde auf einem Kern, mit Vergleich",
    "FEEL evaluations and decision tables a second on one core, with others beside them",
)
EXPRESSION = 'age >= 18 and residence = "Bielefeld"'
EXPRESSIONS_PER_SECOND = 200_000
TABLES_PER_SECOND = 20_000
ROWS = 20
GROUPS = ("adult", "minor")
Call = Callable[[dict[str, Any]], Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help=say("je Durchgang", "of each round"))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure; `ok` if both aims are reached. What the others answer is checked against ours first."""
    people = [
        {"age": age, "residence": place} for age in (12, 18, 47, 80) for place in ("Bielefeld", "Gütersloh")
    ]
    cases = [{"age": row * 5 + offset, "group": GROUPS[row % 2]} for row in range(ROWS) for offset in (0, 3)]

    def measured(call: Call, inputs: Sequence[dict[str, Any]]) -> float:
        return rate(call, inputs, rounds=options.rounds, seconds=options.seconds)

    ours, table = _expression(), _table()
    expressions = measured(ours, people)
    tables = measured(table, cases)
    spiff = _spiffworkflow()
    _agree("SpiffWorkflow", table, spiff, cases)
    spiff_tables = measured(spiff, cases)
    expression_figures: dict[str, Any] = {
        "text": EXPRESSION,
        "per_second": round(expressions),
        "aim": EXPRESSIONS_PER_SECOND,
    }
    others = _bkflow_feel()
    if others is None:
        expression_figures["bkflow_feel"] = say(
            "fehlt; für den Vergleich: uv sync --inexact --group bench",
            "is missing; to compare: uv sync --inexact --group bench",
        )
    else:
        for name, call in others.items():
            _agree(name, ours, call, people)
            theirs = measured(call, people)
            expression_figures[name] = {"per_second": round(theirs), "ratio": round(expressions / theirs, 1)}
    return {
        "expression": expression_figures,
        "table": {
            "rows": ROWS,
            "per_second": round(tables),
            "aim": TABLES_PER_SECOND,
            "spiffworkflow": {"per_second": round(spiff_tables), "ratio": round(tables / spiff_tables, 1)},
        },
        "rounds": options.rounds,
        "ok": expressions >= EXPRESSIONS_PER_SECOND and tables >= TABLES_PER_SECOND,
    }


def rate(call: Call, inputs: Sequence[dict[str, Any]], *, rounds: int, seconds: float) -> float:
    """Return calls a second by the wall clock: the median of rounds, each going through all inputs in turn."""
    found = []
    for _ in range(rounds):
        calls, began, elapsed = 0, time.perf_counter(), 0.0
        while elapsed < seconds:
            for one in inputs:
                call(one)
            calls += len(inputs)
            elapsed = time.perf_counter() - began
        found.append(calls / elapsed)
    return statistics.median(found)


def _agree(name: str, ours: Call, theirs: Call, inputs: Sequence[dict[str, Any]]) -> None:
    for one in inputs:
        if ours(one) != theirs(one):
            raise RuntimeError(f"{name}: {one}: {theirs(one)!r}, here {ours(one)!r}")


def _expression() -> Call:
    from leineweber.kernel import expressions

    compiled = expressions.compile(EXPRESSION, names={"age", "residence"})
    return lambda person: compiled.evaluate(person)


def _bkflow_feel() -> dict[str, Call] | None:
    """Return bkflow-feel's one call, which reads the text each time, and its parsed tree alone; None without it."""
    try:
        package, api = import_module("bkflow_feel"), import_module("bkflow_feel.api")
    except ModuleNotFoundError:
        return None
    tree = package.transformer.transform(package.parser.parse(EXPRESSION))
    return {
        "bkflow_feel": lambda person: api.parse_expression(EXPRESSION, person),
        "bkflow_feel_parsed": lambda person: tree.evaluate(person),
    }


def _bounds(row: int) -> tuple[int, int]:
    return row * 5, row * 5 + 5


def _table() -> Call:
    """Return a table of two inputs and a result, asked for its value with everything that explains it."""
    from leineweber.kernel import decisions

    rules = ""
    for row in range(ROWS):
        low, high = _bounds(row)
        cells = f"<inputEntry><text>[{low}..{high})</text></inputEntry>"
        cells += f'<inputEntry><text>"{GROUPS[row % 2]}"</text></inputEntry>'
        rules += f'<rule id="r{row}">{cells}<outputEntry><text>"row {row}"</text></outputEntry></rule>'
    inputs, needs, columns = "", "", ""
    for name, kind in (("age", "number"), ("group", "string")):
        inputs += (
            f'<inputData id="i-{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        )
        needs += f'<informationRequirement><requiredInput href="#i-{name}"/></informationRequirement>'
        expression = f'<inputExpression typeRef="{kind}"><text>{escape(name)}</text></inputExpression>'
        columns += f'<input label="{name}">{expression}</input>'
    model = decisions.load(
        (
            '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="bench" namespace="bench">'
            f'{inputs}<decision id="d" name="D"><variable name="D" typeRef="string"/>{needs}'
            f'<decisionTable hitPolicy="UNIQUE">{columns}<output name="o" typeRef="string"/>{rules}'
            "</decisionTable></decision></definitions>"
        ).encode()
    )
    return lambda case: model.evaluate("D", case).value


def _spiffworkflow() -> Call:
    """Return the same table in SpiffWorkflow's own engine; its cells are Python."""
    from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
    from SpiffWorkflow.dmn.specs import model

    table = model.DecisionTable("t", "t", "UNIQUE")
    table.inputs = [model.Input(name, name, name, name, "") for name in ("age", "group")]
    output = model.Output("o", "o", "o", "string")
    for row in range(ROWS):
        rule = model.Rule(f"r{row}")
        low, high = _bounds(row)
        for column, text in zip(table.inputs, (f"{low} <= ? < {high}", f'"{GROUPS[row % 2]}"'), strict=True):
            entry = model.InputEntry(f"{rule.id}-{column.id}", column)
            entry.lhs.append(text)
            rule.inputEntries.append(entry)
        result = model.OutputEntry(f"{rule.id}-o", output)
        result.text = f'"row {row}"'
        rule.outputEntries.append(result)
        table.rules.append(rule)
    engine = DMNEngine(table)
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())
    return lambda case: engine.result(SimpleNamespace(data=dict(case), workflow=workflow))["o"]
