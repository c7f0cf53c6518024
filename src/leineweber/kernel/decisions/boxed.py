"""Boxed expressions of DMN compiled to functions of the names in scope (DMN 1.5, chapter 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import (
    ANY,
    INPUT,
    Expression,
    Fault,
    FeelError,
    Function,
    LimitReached,
    Type,
    Value,
)

from .errors import DecisionError
from .evaluation import BoxedFunction, Env, Evaluation
from .tables import AGGREGATIONS, HIT_POLICIES, Column, Fired, Output, Rule, Table
from .xmltools import child, children, content, line, tag_of, text_line

if TYPE_CHECKING:
    from .itemtypes import ItemTypes

Code = Callable[[Env, Evaluation], Value]
Names = frozenset[str]
_KINDS = frozenset(
    (
        *("literalExpression", "decisionTable", "context", "list", "relation", "invocation"),
        *("functionDefinition", "conditional", "filter", "for", "some", "every"),
    )
)
_FEEL = ("", "feel", "FEEL")


def expression_of(element: etree._Element) -> etree._Element | None:
    """Return the boxed expression in an element, if there is one."""
    return next((part for part in children(element) if tag_of(part) in _KINDS), None)


class Boxes:
    """Compiles the boxed expressions of one model.

    Args:
        types: the model's types.
        members: names of entries in contexts that any expression may meet.
        report: called with what is wrong; raises or, for a lenient reading, keeps it.
    """

    def __init__(
        self, types: ItemTypes, members: frozenset[str], report: Callable[[DecisionError], None]
    ) -> None:
        self.types = types
        self._members = members
        self._report = report
        self.named_types: dict[str, Type] = {}
        self._filters = 0

    # --- texts ----------------------------------------------------------------------------------------

    def text(self, text: str, at: int, names: Names, unary: bool = False) -> Expression | None:
        """Return the compiled text; None, reported, if it is not FEEL."""
        try:
            if unary:
                return feel.compile_unary_tests(
                    text, names=names, members=self._members, types=self.named_types
                )
            return feel.compile(
                text,
                names=names,
                members=self._members,
                types=self.named_types,
                more=self._filters > 0,
            )
        except FeelError as error:
            self._report(DecisionError(at + error.line - 1, error.message_de, error.message_en, error.column))
            return None

    def within(
        self, element: etree._Element, tag: str, names: Names, unary: bool = False
    ) -> Expression | None:
        """Return the compiled text in a child element; None if there is none or it is not FEEL."""
        holder = child(element, tag)
        if holder is None:
            return None
        text = content(holder, "text")
        return self.text(text, text_line(holder), names, unary) if text else None

    def type(self, element: etree._Element, attribute: str = "typeRef") -> Type:
        """Return the type an element names; Any, reported, if it is unknown."""
        try:
            return self.types.named(element.get(attribute), line(element))
        except DecisionError as error:
            self._report(error)
            return ANY

    # --- expressions ----------------------------------------------------------------------------------

    def code(self, element: etree._Element, names: Names) -> Code:
        """Return a boxed expression compiled, its value converted to its type."""
        kind = tag_of(element)
        made = getattr(self, f"_{kind}")(element, names)
        code: Code = made if made is not None else _nothing
        wanted = self.type(element) if kind != "functionDefinition" else ANY
        if wanted is ANY:
            return code

        def run(env: Env, ev: Evaluation) -> Value:
            return ev.typed(code(env, ev), wanted)

        return run

    def inner(self, element: etree._Element, tag: str, names: Names) -> Code:
        """Return the boxed expression within a child element."""
        holder = child(element, tag)
        found = None if holder is None else expression_of(holder)
        if found is None:
            self._report(_lacks(element, tag))
            return _nothing
        return self.code(found, names)

    def _literalExpression(self, element: etree._Element, names: Names) -> Code | None:
        language = element.get("expressionLanguage", "").rsplit("/", 2)
        if element.get("expressionLanguage") and not any("FEEL" in part.upper() for part in language):
            self._report(
                DecisionError(
                    line(element),
                    f"Die Sprache „{element.get('expressionLanguage')}“ ist nicht möglich.",
                    f"The language “{element.get('expressionLanguage')}” is not possible.",
                )
            )
            return None
        text = content(element, "text")
        compiled = self.text(text, text_line(element), names) if text else None
        if compiled is None:
            return None
        expression = compiled

        def run(env: Env, ev: Evaluation) -> Value:
            return expression.run(env, ev.run)

        return run

    def _context(self, element: etree._Element, names: Names) -> Code:
        entries: list[tuple[str, Type, Code]] = []
        result: Code | None = None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            found = expression_of(entry)
            code = _nothing if found is None else self.code(found, names)
            if variable is None:
                result = code
                continue
            name = variable.get("name", "")
            entries.append((name, self.type(variable), code))
            names = names | {name}

        def run(env: Env, ev: Evaluation) -> Value:
            scope = dict(env)
            values: dict[str, Value] = {}
            for name, wanted, code in entries:
                scope[name] = values[name] = ev.typed(code(scope, ev), wanted)
            return values if result is None else result(scope, ev)

        return run

    def _list(self, element: etree._Element, names: Names) -> Code:
        items = [self.code(part, names) for part in children(element) if tag_of(part) in _KINDS]

        def run(env: Env, ev: Evaluation) -> Value:
            return [item(env, ev) for item in items]

        return run

    def _relation(self, element: etree._Element, names: Names) -> Code:
        columns = [(column.get("name", ""), self.type(column)) for column in children(element, "column")]
        rows = [
            [self.code(cell, names) for cell in children(row) if tag_of(cell) in _KINDS]
            for row in children(element, "row")
        ]
        for row, source in zip(rows, children(element, "row"), strict=True):
            if len(row) != len(columns):
                self._report(
                    DecisionError(
                        line(source),
                        f"Die Zeile hat {len(row)} Zellen, es gibt {len(columns)} Spalten.",
                        f"The row has {len(row)} cells, there are {len(columns)} columns.",
                    )
                )
                return _nothing

        def run(env: Env, ev: Evaluation) -> Value:
            return [
                {
                    name: ev.typed(cell(env, ev), wanted)
                    for (name, wanted), cell in zip(columns, row, strict=True)
                }
                for row in rows
            ]

        return run

    def _invocation(self, element: etree._Element, names: Names) -> Code:
        found = expression_of(element)
        callee = _nothing if found is None else self.code(found, names)
        bindings: list[tuple[str, Code]] = []
        for binding in children(element, "binding"):
            parameter, value = child(binding, "parameter"), expression_of(binding)
            if parameter is not None:
                code = _nothing if value is None else self.code(value, names)
                bindings.append((parameter.get("name", ""), code))

        def run(env: Env, ev: Evaluation) -> Value:
            function = callee(env, ev)
            try:
                if not isinstance(function, Function):
                    raise Fault(
                        "Aufgerufen wird etwas, das keine Funktion ist.", "What is invoked is no function."
                    )
                return function.call_named(ev.run, {name: code(env, ev) for name, code in bindings})
            except LimitReached:
                raise
            except Fault as fault:
                ev.run.note((1, 1), fault)
                return None

        return run

    def _functionDefinition(self, element: etree._Element, names: Names) -> Code:
        return self.function(element, names, "function", ANY)

    def function(self, element: etree._Element, names: Names, name: str, result: Type) -> Code:
        """Return a function definition compiled; a foreign one only if it is a known function of java.lang."""
        params = [(param.get("name", ""), self.type(param)) for param in children(element, "formalParameter")]
        if element.get("kind", "FEEL") != "FEEL":
            return self._external(element, name, params, result)
        found = expression_of(element)
        body = _nothing if found is None else self.code(found, names | {param for param, _ in params})

        def run(env: Env, ev: Evaluation) -> Value:
            return BoxedFunction(name, params, body, result, env, ev)

        return run

    def _external(
        self, element: etree._Element, name: str, params: list[tuple[str, Type]], result: Type
    ) -> Code:
        texts = {}
        for entry in element.iter("{*}contextEntry"):
            variable, found = child(entry, "variable"), child(entry, "literalExpression")
            text = None if found is None else self.text(content(found, "text"), text_line(found), frozenset())
            if variable is not None and text is not None and isinstance(text.node, feel.Literal):
                texts[variable.get("name", "")] = text.node.value
        try:
            if element.get("kind") != "Java" or not texts.keys() >= {"class", "method signature"}:
                raise feel.no_external_function()
            function = feel.java_function(name, params, texts["class"], texts["method signature"], result)
        except Fault as fault:
            self._report(DecisionError(line(element), fault.de, fault.en))
            return _nothing

        def run(env: Env, ev: Evaluation) -> Value:
            return function

        return run

    def _conditional(self, element: etree._Element, names: Names) -> Code:
        condition, positive, negative = (self.inner(element, tag, names) for tag in ("if", "then", "else"))

        def run(env: Env, ev: Evaluation) -> Value:
            chosen = condition(env, ev)
            if chosen is not None and type(chosen) is not bool:
                ev.run.note(
                    (1, 1), Fault("Die Bedingung ist kein Wahrheitswert.", "The condition is no boolean.")
                )
                return None
            return positive(env, ev) if chosen is True else negative(env, ev)

        return run

    def _filter(self, element: etree._Element, names: Names) -> Code:
        source = self.inner(element, "in", names)
        self._filters += 1  # entries of what is filtered are names in it, and nobody declares them
        match = self.inner(element, "match", names | {"item"} | self._members)
        self._filters -= 1

        def run(env: Env, ev: Evaluation) -> Value:
            items = source(env, ev)
            if items is None:
                return None
            result = []
            for item in items if type(items) is list else [items]:
                ev.run.tick()
                entries = item if type(item) is dict else {}
                outcome = match({**env, "item": item, **entries}, ev)
                if outcome is True:
                    result.append(item)
                elif outcome is not None and type(outcome) is not bool:
                    ev.run.note(
                        (1, 1), Fault("Der Filter ist kein Wahrheitswert.", "The filter is no boolean.")
                    )
                    return None
            return result

        return run

    def _loop(self, element: etree._Element, names: Names, tag: str) -> tuple[str, Code, Code]:
        variable = element.get("iteratorVariable", "")
        source = self.inner(element, "in", names)
        return variable, source, self.inner(element, tag, names | {variable, "partial"})

    def _for(self, element: etree._Element, names: Names) -> Code:
        variable, source, body = self._loop(element, names, "return")

        def run(env: Env, ev: Evaluation) -> Value:
            values = _values(source(env, ev), ev)
            if values is None:
                return None
            result: list[Value] = []
            for value in values:
                ev.run.tick()
                result.append(body({**env, variable: value, "partial": list(result)}, ev))
            return result

        return run

    def _some(self, element: etree._Element, names: Names) -> Code:
        return self._quantified(element, names, False)

    def _every(self, element: etree._Element, names: Names) -> Code:
        return self._quantified(element, names, True)

    def _quantified(self, element: etree._Element, names: Names, every: bool) -> Code:
        variable, source, body = self._loop(element, names, "satisfies")

        def run(env: Env, ev: Evaluation) -> Value:
            values = _values(source(env, ev), ev)
            if values is None:
                return None
            result: bool | None = every
            for value in values:
                ev.run.tick()
                outcome = body({**env, variable: value}, ev)
                if outcome is None:
                    result = None
                elif type(outcome) is not bool:
                    ev.run.note((1, 1), Fault("Erwartet wird ein Wahrheitswert.", "A boolean is expected."))
                    return None
                elif outcome is not every:
                    return outcome
            return result

        return run

    # --- decision tables ------------------------------------------------------------------------------

    def _decisionTable(self, element: etree._Element, names: Names) -> Code | None:
        table = self.table(element, names)
        return None if table is None else table.evaluate

    def table(self, element: etree._Element, names: Names) -> Table | None:
        """Return a decision table; None, reported, if it cannot be used."""
        policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation", "")
        if policy not in HIT_POLICIES or (aggregation and aggregation not in AGGREGATIONS):
            self._report(
                DecisionError(
                    line(element),
                    f"Die Trefferregel „{policy} {aggregation}“ gibt es nicht.",
                    f"There is no hit policy “{policy} {aggregation}”.",
                )
            )
            return None
        columns = [self._column(source, names) for source in children(element, "input")]
        sources = children(element, "output")
        outputs = [self._output(source, names, len(sources) == 1) for source in sources]
        if not outputs:
            self._report(_lacks(element, "output"))
        rules = [
            self._rule(source, number, len(columns), len(outputs), names)
            for number, source in enumerate(children(element, "rule"), 1)
        ]
        kept_columns = [column for column in columns if column is not None]
        kept_rules = [rule for rule in rules if rule is not None]
        if not outputs or len(kept_columns) != len(columns) or len(kept_rules) != len(rules):
            return None
        return Table(
            element.get("id", ""),
            tuple(kept_columns),
            tuple(outputs),
            tuple(kept_rules),
            policy,
            aggregation,
            tuple(
                feel.selector([rule.tests[index].node for rule in kept_rules])
                for index in range(len(kept_columns))
            ),
        )

    def _column(self, source: etree._Element, names: Names) -> Column | None:
        holder = child(source, "inputExpression")
        if holder is None:
            self._report(_lacks(source, "inputExpression"))
            return None
        text = content(holder, "text")
        expression = self.text(text, text_line(holder), names)
        if expression is None:
            return None
        allowed = self.within(source, "inputValues", names | {INPUT}, unary=True)
        return Column(source.get("label") or text, expression, self.type(holder), allowed)

    def _output(self, source: etree._Element, names: Names, single: bool) -> Output:
        allowed = self.within(source, "outputValues", names | {INPUT}, unary=True)
        priorities: list[Expression] = []
        if allowed is not None:
            for test in feel.print_tests(allowed.node):
                compiled = self.text(test, line(source), names | {INPUT}, unary=True)
                if compiled is not None:
                    priorities.append(compiled)
        default = self.within(source, "defaultOutputEntry", names)
        return Output(source.get("name", ""), self.type(source), allowed, tuple(priorities), default)

    def _rule(
        self, source: etree._Element, number: int, inputs: int, outputs: int, names: Names
    ) -> Rule | None:
        tests = [self._cell(cell, names | {INPUT}, True) for cell in children(source, "inputEntry")]
        results = [self._cell(cell, names, False) for cell in children(source, "outputEntry")]
        if len(tests) != inputs or len(results) != outputs:
            self._report(
                DecisionError(
                    line(source),
                    f"Die Regel {number} hat {len(tests)} Bedingungen und {len(results)} Ergebnisse, "
                    f"die Tabelle {inputs} und {outputs}.",
                    f"Rule {number} has {len(tests)} conditions and {len(results)} results, "
                    f"the table {inputs} and {outputs}.",
                )
            )
            return None
        kept_tests = [test for test in tests if test is not None]
        kept_results = [result for result in results if result is not None]
        if len(kept_tests) != inputs or len(kept_results) != outputs:
            return None
        fired = Fired(
            source.get("id") or f"rule-{number}",
            number,
            tuple(content(note, "text") for note in children(source, "annotationEntry")),
            content(source, "description"),
        )
        return Rule(fired, tuple(kept_tests), tuple(kept_results))

    def _cell(self, cell: etree._Element, names: Names, unary: bool) -> Expression | None:
        text = content(cell, "text")
        return self.text(text or ("-" if unary else "null"), text_line(cell), names, unary)


def _values(domain: Value, ev: Evaluation) -> list[Value] | None:
    try:
        return list(feel.iterate(domain, False, None, ev.run))
    except LimitReached:
        raise
    except Fault as fault:
        ev.run.note((1, 1), fault)
        return None


def _nothing(env: Env, ev: Evaluation) -> Value:
    """Stand in for an expression that is missing or wrong: null."""
    return None


def _lacks(element: etree._Element, tag: str) -> DecisionError:
    return DecisionError(
        line(element), f"In „{tag_of(element)}“ fehlt „{tag}“.", f"“{tag_of(element)}” lacks “{tag}”."
    )
