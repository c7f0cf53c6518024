"""Decision tables as they are written: the texts of their cells, for people who read them and for the analysis.

`load` turns a model into something that can be asked; this keeps what stands in it, with the line of every rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from leineweber.kernel import xml

from .errors import DecisionError
from .xmltools import child, children, content, line, tag_of


@dataclass(frozen=True, slots=True)
class SheetInput:
    """An input column: label, expression, type, and the unary tests of the values it allows ("" for any)."""

    label: str
    expression: str
    type: str
    allowed: str


@dataclass(frozen=True, slots=True)
class SheetOutput:
    """An output column: label, name, type, allowed values in order of priority, and the default, "" for none."""

    label: str
    name: str
    type: str
    allowed: str
    default: str


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A row: id, number from 1, line in the XML, and the texts of its cells."""

    id: str
    number: int
    line: int
    tests: tuple[str, ...]
    results: tuple[str, ...]
    notes: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as written. `notes` are the names of its annotation columns."""

    id: str
    hit_policy: str
    aggregation: str
    inputs: tuple[SheetInput, ...]
    outputs: tuple[SheetOutput, ...]
    notes: tuple[str, ...]
    rules: tuple[SheetRule, ...]


@dataclass(frozen=True, slots=True)
class WrittenDecision:
    """A decision (or business knowledge) as written: its question, what it needs, its tables or its expression.

    Attributes:
        needs: names of required decisions and knowledge, in the order of the file.
        text: the expression of a decision that is no table; empty for other boxed expressions.
    """

    id: str
    name: str
    line: int
    question: str
    description: str
    needs: tuple[str, ...]
    tables: tuple[Sheet, ...]
    text: str


@dataclass(frozen=True, slots=True)
class WrittenModel:
    """What stands in a DMN file: its decisions, and what is said about the inputs (name, description)."""

    name: str
    description: str
    inputs: tuple[tuple[str, str], ...]
    decisions: tuple[WrittenDecision, ...]


def read_sheets(data: bytes) -> WrittenModel:
    """Return a DMN file as it is written. The file has been checked by `load`; this reads no expression.

    Raises:
        DecisionError: it is not well-formed or not allowed.
    """
    try:
        root = xml.parse(data)
    except xml.XmlError as error:
        raise DecisionError(
            error.line, error.reason, "The file is not well-formed or not allowed."
        ) from error
    allowed = dict(_allowed(root))
    names = {element.get("id", ""): element.get("name", "") for element in children(root)}
    return WrittenModel(
        root.get("name", ""),
        content(root, "description"),
        tuple(
            (element.get("name", ""), content(element, "description"))
            for element in children(root, "inputData")
        ),
        tuple(
            _decision(element, names, allowed)
            for element in children(root)
            if tag_of(element) in {"decision", "businessKnowledgeModel"}
        ),
    )


def _allowed(root: etree._Element) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the plain item definitions: name, and their base type with their allowed values."""
    for item in children(root, "itemDefinition"):
        if children(item, "itemComponent") or item.get("isCollection") == "true":
            continue
        constraint = child(item, "typeConstraint")
        if constraint is None:
            constraint = child(item, "allowedValues")
        text = "" if constraint is None else content(constraint, "text")
        yield item.get("name", ""), (content(item, "typeRef"), text)


def _decision(
    element: etree._Element, names: dict[str, str], allowed: dict[str, tuple[str, str]]
) -> WrittenDecision:
    needs = [
        names.get(reference.get("href", "").rpartition("#")[2], "")
        for requirement in element.iter("{*}informationRequirement", "{*}knowledgeRequirement")
        for reference in children(requirement)
        if tag_of(reference) in {"requiredDecision", "requiredKnowledge"}
    ]
    literal = child(element, "literalExpression")
    return WrittenDecision(
        id=element.get("id", "") or element.get("name", ""),
        name=element.get("name", ""),
        line=line(element),
        question=content(element, "question"),
        description=content(element, "description"),
        needs=tuple(name for name in needs if name),
        tables=tuple(_table(table, allowed) for table in element.iter("{*}decisionTable")),
        text="" if literal is None else content(literal, "text"),
    )


def _table(table: etree._Element, allowed: dict[str, tuple[str, str]]) -> Sheet:
    return Sheet(
        id=table.get("id", ""),
        hit_policy=table.get("hitPolicy", "UNIQUE"),
        aggregation=table.get("aggregation", ""),
        inputs=tuple(_input(source, allowed) for source in children(table, "input")),
        outputs=tuple(
            SheetOutput(
                source.get("label", "") or source.get("name", ""),
                source.get("name", ""),
                source.get("typeRef", ""),
                _text_in(source, "outputValues"),
                _text_in(source, "defaultOutputEntry"),
            )
            for source in children(table, "output")
        ),
        notes=tuple(source.get("name", "") for source in children(table, "annotation")),
        rules=tuple(
            SheetRule(
                id=source.get("id") or f"rule-{number}",
                number=number,
                line=line(source),
                tests=tuple(content(cell, "text") or "-" for cell in children(source, "inputEntry")),
                results=tuple(content(cell, "text") or "null" for cell in children(source, "outputEntry")),
                notes=tuple(content(note, "text") for note in children(source, "annotationEntry")),
                description=content(source, "description"),
            )
            for number, source in enumerate(children(table, "rule"), 1)
        ),
    )


def _text_in(source: etree._Element, tag: str) -> str:
    holder = child(source, tag)
    return "" if holder is None else content(holder, "text")


def _input(source: etree._Element, allowed: dict[str, tuple[str, str]]) -> SheetInput:
    expression = child(source, "inputExpression")
    text = "" if expression is None else content(expression, "text")
    kind = "" if expression is None else expression.get("typeRef", "")
    values = _text_in(source, "inputValues")
    for _ in range(len(allowed)):  # a type may be made of a type; a ring ends
        if kind not in allowed:
            break
        kind, more = allowed[kind]
        values = values or more
    return SheetInput(source.get("label") or text, text, kind, values)
