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

from .elements import Element, Knowledge, Service
from .files import Folder
from .model import Model
from .xmltools import child, children, content, tag_of, text_in

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
TOLERANCE = Decimal("1e-8")


@dataclass(slots=True)
class Level:
    """The count of one compliance level."""

    passed: int = 0
    failed: int = 0
    errors: int = 0


@dataclass(slots=True)
class Report:
    """How many cases passed and failed (wrong value) or broke; `failing` has id, reason; `levels` by level."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failing: list[tuple[str, str]] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)

    def add(self, level: str, key: str, *, error: str = "", problem: str = "") -> None:
        """Count a case: passed unless there is an error or a problem."""
        kind = "errors" if error else "failed" if problem else "passed"
        for count in (self, self.levels.setdefault(level, Level())):
            setattr(count, kind, getattr(count, kind) + 1)
        if error or problem:
            self.failing.append((key, error or problem))


def run(folder: Path) -> Report:
    """Return the report on all cases below a folder of the kit's layout."""
    report = Report()
    for topic in sorted(path for path in folder.glob("compliance-level-*/*") if path.is_dir()):
        run_topic(topic, report)
    return report


def run_topic(topic: Path, report: Report) -> None:
    """Run the cases of one folder and add them to the report. Nothing that is wrong with one stops the others."""
    models = Folder.of(topic, strict=False)
    level = topic.parent.name
    for file in sorted(topic.glob("*.xml")):
        prefix = f"{level}/{topic.name}/{file.stem}"
        try:
            root = xml.parse(file.read_bytes())
        except xml.XmlError as error:
            report.add(level, prefix, error=f"error: {error}")
            continue
        if tag_of(root) != "testCases":
            continue
        name = content(root, "modelName")
        for case in children(root, "testCase"):
            for index, node in enumerate(children(case, "resultNode")):
                key = f"{prefix}#{case.get('id')}/{node.get('name')}/{index}"
                try:
                    problem = _problem(models.model(name), case, node)
                except Exception as error:  # a mistake in one case is an error of that case
                    report.add(level, key, error=f"error: {error}")
                else:
                    report.add(level, key, problem=problem)


def _problem(model: Model, case: etree._Element, node: etree._Element) -> str:
    """Return why a result is not the expected one; empty if it is."""
    inputs = {_name_of(part): read_value(part) for part in children(case, "inputNode")}
    expected_node = child(node, "expected")
    expected = None if expected_node is None else read_value(expected_node)
    name = node.get("name", "")
    asked = case.get("invocableName") or name
    namespace = case.get("namespace") or node.get("namespace")
    kind = _ASKED.get(case.get("type", ""))
    sought = f"{{{namespace}}}{asked}" if namespace else asked
    value, ev = model.ask(sought, inputs, Run(), kind=kind)
    element = model.find(sought, kind)
    if isinstance(element, Service) and asked != name and len(element.outputs) > 1:
        value = value.get(name) if isinstance(value, dict) else None
    if alike(value, expected):
        return ""
    reasons = "; ".join(str(diagnosis) for diagnosis in (ev.run.diagnoses or [])[:3])
    findings = "; ".join(f"{one.line}: {one.message_de}" for one in model.findings[:3])
    return f"expected {feel.literal(expected)}, got {feel.literal(value)} | {reasons} | {findings}"


def _name_of(node: etree._Element) -> str:
    """Return the name of an input, with its namespace if one is given."""
    namespace, name = node.get("namespace"), node.get("name", "")
    return f"{{{namespace}}}{name}" if namespace else name


_ASKED: dict[str, type[Element]] = {"decisionService": Service, "bkm": Knowledge}


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
