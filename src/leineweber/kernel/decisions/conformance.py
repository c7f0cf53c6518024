"""Runs test cases in the layout of the DMN TCK: `compliance-level-*/<topic>/*.dmn` with `*-test-*.xml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from leineweber.kernel import expressions as feel
from leineweber.kernel import xml
from leineweber.kernel.expressions import Run, Value

from .elements import Service
from .errors import DecisionError
from .model import Model
from .reading import load
from .xmltools import child, children, content, tag_of, text_in

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
TOLERANCE = Decimal("1e-8")


@dataclass(slots=True)
class Report:
    """How many cases passed and failed (wrong value) or broke; `failing` has id, reason."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failing: list[tuple[str, str]] = field(default_factory=list)


def run(folder: Path) -> Report:
    """Return the report on all cases below a folder of the kit's layout."""
    report = Report()
    for topic in sorted(path for path in folder.glob("compliance-level-*/*") if path.is_dir()):
        run_topic(topic, report)
    return report


def run_topic(topic: Path, report: Report) -> None:
    """Run the cases of one folder and add them to the report."""
    models: dict[str, Model] = {}
    sources = {path.name: path.read_bytes() for path in sorted(topic.glob("*.dmn"))}
    for cases in sorted(topic.glob("*.xml")):
        root = xml.parse(cases.read_bytes())
        name = content(root, "modelName")
        for case in children(root, "testCase"):
            for index, node in enumerate(children(case, "resultNode")):
                key = f"{topic.parent.name}/{topic.name}/{cases.stem}#{case.get('id')}/{node.get('name')}/{index}"
                try:
                    model = _model(name, sources, models)
                    problem = _problem(model, case, node)
                except (DecisionError, xml.XmlError, ValueError) as error:
                    report.errors += 1
                    report.failing.append((key, f"error: {error}"))
                    continue
                if problem:
                    report.failed += 1
                    report.failing.append((key, problem))
                else:
                    report.passed += 1


def _model(name: str, sources: dict[str, bytes], models: dict[str, Model]) -> Model:
    """Return a model, and before it the models of the folder that it imports."""
    if name not in models:
        if name not in sources:
            raise DecisionError(1, f"Das Modell „{name}“ fehlt.", f"The model “{name}” is missing.")
        root = xml.parse(sources[name])
        wanted = {part.get("namespace", "") for part in children(root, "import")}
        own = root.get("namespace", "")
        found = [
            _model(other, sources, models)
            for other, data in sources.items()
            if other != name
            and wanted
            and (space := xml.parse(data).get("namespace", "")) in wanted
            and space != own
        ]
        models[name] = load(sources[name], imports=found, strict=False)
    return models[name]


def _problem(model: Model, case: etree._Element, node: etree._Element) -> str:
    """Return why a result is not the expected one; empty if it is."""
    inputs = {part.get("name", ""): read_value(part) for part in children(case, "inputNode")}
    expected_node = child(node, "expected")
    expected = None if expected_node is None else read_value(expected_node)
    name = node.get("name", "")
    asked = case.get("invocableName") or name
    value, ev = model.ask(asked, inputs, Run())
    element = model.find(asked)
    if isinstance(element, Service) and asked != name and len(element.outputs) > 1:
        value = value.get(name) if isinstance(value, dict) else None
    if alike(value, expected):
        return ""
    reasons = "; ".join(str(diagnosis) for diagnosis in (ev.run.diagnoses or [])[:3])
    findings = "; ".join(f"{one.line}: {one.message_de}" for one in model.findings[:3])
    return f"expected {feel.literal(expected)}, got {feel.literal(value)} | {reasons} | {findings}"


def alike(value: Value, expected: Value) -> bool:
    """Return whether a value is the expected one; numbers may differ by the rounding of the kit."""
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(alike(a, b) for a, b in zip(value, expected, strict=True))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(
            alike(item, expected[key]) for key, item in value.items()
        )
    return feel.equal(value, expected) is True


def read_value(node: etree._Element) -> Value:
    """Return the value of a node of the kit: a `value`, a `list` of items, or `component`s."""
    components = children(node, "component")
    if components:
        return {part.get("name", ""): read_value(part) for part in components}
    for part in _values(node):
        if part.get(_NIL) == "true":
            return None
        if tag_of(part) == "list":
            return [read_value(item) for item in children(part, "item")]
        return _simple(text_in(part), (part.get(_TYPE) or "").rsplit(":", 1)[-1])
    return None


def _values(node: etree._Element) -> Iterator[etree._Element]:
    if node.get(_NIL) == "true":
        yield node
    yield from (part for part in children(node) if tag_of(part) in ("value", "list"))


def _simple(text: str, kind: str) -> Any:
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        try:
            return Decimal(text.strip())
        except InvalidOperation as error:
            raise ValueError(text) from error
    if kind == "boolean":
        return text.strip() in ("true", "1")
    calls = {"date": "date", "dateTime": "date and time", "time": "time", "duration": "duration"}
    if kind in calls:
        return feel.compile(f"{calls[kind]}(text)", names={"text"}).run({"text": text.strip()}, Run())
    return text
