"""Trying a decision out: which fields to ask, what was typed into them, and what the tables made of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from leineweber.capabilities.forms import rules as form_rules
from leineweber.domains.applications.explaining import in_words
from leineweber.kernel import expressions as feel
from leineweber.kernel.decisions import Model
from leineweber.kernel.decisions.analysis import named_values
from leineweber.kernel.decisions.sheets import Sheet, WrittenDecision, WrittenModel
from leineweber.kernel.expressions import Expression, nodes

PREFIX = "e."
TEXT_LIMIT, EXPRESSION_LIMIT, NUMBER_LIMIT, OPTIONS_LIMIT = 200, 500, 40, 30
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_KINDS = {"number": "number", "string": "string", "boolean": "boolean", "date": "date"}
HIT_POLICIES: Mapping[str, str] = {
    "UNIQUE": "Höchstens eine Regel trifft zu.",
    "FIRST": "Die erste Regel, die zutrifft, gilt.",
    "PRIORITY": "Von den Regeln, die zutreffen, gilt die mit dem wichtigsten Ergebnis.",
    "ANY": "Mehrere Regeln dürfen zutreffen, wenn ihr Ergebnis dasselbe ist.",
    "COLLECT": "Alle Regeln, die zutreffen, gelten.",
    "RULE ORDER": "Alle Regeln, die zutreffen, gelten, in der Reihenfolge der Tabelle.",
    "OUTPUT ORDER": "Alle Regeln, die zutreffen, gelten, das wichtigste Ergebnis zuerst.",
}
_AGGREGATIONS = {
    "SUM": "Das Ergebnis ist ihre Summe.",
    "MIN": "Das Ergebnis ist das kleinste.",
    "MAX": "Das Ergebnis ist das größte.",
    "COUNT": "Das Ergebnis ist ihre Anzahl.",
}


def hit_policy(sheet: Sheet) -> str:
    """Return the hit policy of a table in a sentence."""
    return " ".join(
        filter(None, (HIT_POLICIES.get(sheet.hit_policy, ""), _AGGREGATIONS.get(sheet.aggregation)))
    )


# --- what is asked --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """An input to try out: kind is number, string, boolean, date, or feel for everything else.

    `options` are the values to choose from; `hint` says what may be typed.
    """

    name: str
    label: str
    kind: str
    options: tuple[str, ...]
    hint: str

    @property
    def parameter(self) -> str:
        """The name of the field in the address."""
        return PREFIX + self.name


@dataclass(frozen=True, slots=True)
class Entry:
    """A field with what was typed, the value it means, and what is wrong with it."""

    field: Field
    text: str
    value: Any
    error: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The values to choose from, as a select takes them."""
        return [(option, option) for option in self.field.options]


def fields_of(model: Model, written: WrittenModel, decision: WrittenDecision) -> tuple[Field, ...]:
    """Return the fields for the inputs a decision needs, directly or through others."""
    labels = dict(written.inputs)
    sheets = [sheet for one in _needed(written, decision) for sheet in one.tables]
    found = []
    for name in model.required_inputs(decision.name):
        kind = _KINDS.get(model.inputs[name], "feel") if name in model.inputs else "feel"
        closed, values = _values(sheets, name)
        texts = tuple(value for value in values if isinstance(value, str))[:OPTIONS_LIMIT]
        options = texts if kind == "string" and closed else ()
        found.append(
            Field(name, labels.get(name) or name, kind, options, _hint(kind, () if options else texts))
        )
    return tuple(found)


def _needed(written: WrittenModel, decision: WrittenDecision) -> Iterator[WrittenDecision]:
    by_name = {one.name: one for one in written.decisions}
    pending, seen = [decision], set()
    while pending:
        one = pending.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        yield one
        pending.extend(by_name[name] for name in one.needs if name in by_name)


def _values(sheets: Sequence[Sheet], name: str) -> tuple[bool, tuple[Any, ...]]:
    """Return the values the tables know of an input, and whether there are no others."""
    found: dict[Any, None] = {}
    closed = False
    for sheet in sheets:
        for number, column in enumerate(sheet.inputs):
            if column.expression == name:
                closed = closed or bool(column.allowed)
                found.update(dict.fromkeys(named_values(sheet, number)))
    return closed, tuple(found)


def _hint(kind: str, values: Sequence[str]) -> str:
    if kind == "number":
        return "Eine Zahl, zum Beispiel 18 oder 1.234,5."
    if kind == "date":
        return "Ein Tag, zum Beispiel 24.11.2026."
    if kind == "feel":
        return 'Als FEEL: Texte in Anführungszeichen, Listen in eckigen Klammern, zum Beispiel ["a", "b"].'
    return "In den Tabellen stehen: " + ", ".join(values) + "." if values else ""


# --- what was typed -------------------------------------------------------------------------------------


def read(fields: Sequence[Field], typed: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return what was typed into the fields; an empty field is no value (null)."""
    entries = []
    for field in fields:
        text = " ".join(typed.get(field.parameter, "").replace("\0", "").split())
        value, error = _value(field, text) if text else (None, "")
        entries.append(Entry(field, text[: EXPRESSION_LIMIT + 1], value, error))
    return tuple(entries)


def _value(field: Field, text: str) -> tuple[Any, str]:
    match field.kind:
        case "number":
            try:
                return Decimal(form_rules.decimal(text[: NUMBER_LIMIT + 1])), ""
            except form_rules.Invalid:
                return None, "Geben Sie eine Zahl ein, zum Beispiel 18 oder 1.234,5."
        case "date":
            day = _day(text)
            return day, "" if day else "Geben Sie einen Tag ein, zum Beispiel 24.11.2026."
        case "boolean":
            value = {"ja": True, "nein": False}.get(text)
            return value, "" if value is not None else "Wählen Sie ja, nein oder keine Angabe."
        case "feel":
            return _expression(text)
    if field.options and text not in field.options:
        return None, "Wählen Sie einen der Werte aus."
    if len(text) > TEXT_LIMIT:
        return None, f"Schreiben Sie höchstens {TEXT_LIMIT} Zeichen."
    return text, ""


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _expression(text: str) -> tuple[Any, str]:
    if len(text) > EXPRESSION_LIMIT:
        return None, f"Schreiben Sie höchstens {EXPRESSION_LIMIT} Zeichen."
    try:
        outcome = feel.compile(text, names=()).evaluate_with_diagnosis({})
    except feel.FeelError as error:
        return None, f"Das ist kein FEEL (Spalte {error.column}): {error.message_de}"
    if outcome.diagnoses:
        return None, f"Der Ausdruck hat keinen Wert: {outcome.diagnoses[0].message_de}"
    return outcome.value, ""


def typed(value: Any) -> str:
    """Return how a value is typed into its field."""
    if isinstance(value, feel.Date):
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return {True: "ja", False: "nein"}[value] if isinstance(value, bool) else str(value)


# --- unary tests in words -------------------------------------------------------------------------------

_NUMBER = {"<": "unter", "<=": "bis", ">": "über", ">=": "ab", "=": "gleich", "!=": "nicht"}
_DAYS = {"<": "vor dem", "<=": "bis zum", ">": "nach dem", ">=": "ab dem", "=": "am", "!=": "nicht am"}


def test_in_words(test: str | None) -> str:
    """Return a unary test of the analysis in words: `[18..20)` is „ab 18 und unter 20“."""
    if test is None:
        return "beliebig"
    node = feel.compile_unary_tests(test).node
    parts = node.tests if isinstance(node, nodes.UnaryTests) else (node,)
    words = " oder ".join(_part(part) for part in parts)
    return f"alles außer {words.replace(' oder ', ' und ')}" if getattr(node, "negated", False) else words


def _constant(node: nodes.Node) -> Any:
    expression: Expression = feel.compile(feel.print_node(node), names=())
    return expression.evaluate()


def _shown(value: Any) -> str:
    return f"„{value}“" if isinstance(value, str) else in_words(value)


def _compared(operator: str, value: Any) -> str:
    return f"{(_DAYS if isinstance(value, date) else _NUMBER)[operator]} {_shown(value)}"


def _part(node: nodes.Node) -> str:
    match node:
        case nodes.OpTest():
            return _compared(node.operator, _constant(node.operand))
        case nodes.RangeNode():
            low = _compared(">=" if node.low_closed else ">", _constant(node.low))
            high = _compared("<=" if node.high_closed else "<", _constant(node.high))
            return f"{low} und {high}"
        case _:
            return _shown(_constant(node))
