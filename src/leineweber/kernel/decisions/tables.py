"""Decision tables: which rules fire, and what the hit policy makes of them (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import Expression, Fault, Selector, Type, Value

if TYPE_CHECKING:
    from .evaluation import Evaluation

Env = Mapping[str, Value]
HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True, slots=True)
class Column:
    """An input of a table: its label, expression, type and the values it allows."""

    label: str
    expression: Expression
    type: Type
    allowed: Expression | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a table: its name, type, allowed values (in the order of their priority) and default."""

    name: str
    type: Type
    allowed: Expression | None
    priorities: tuple[Expression, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: its id, its number from 1, its annotations and description as written in the table."""

    rule: str
    number: int
    annotations: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its tests, its results, and what is told of it when it has fired."""

    fired: Fired
    tests: tuple[Expression, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class TableResult:
    """How a table was decided: by which decision, on which inputs (label, value), by which rules, with what."""

    decision: str
    table: str
    inputs: tuple[tuple[str, object], ...]
    fired: tuple[Fired, ...]
    value: object


def _met(test: Expression, value: Value, env: Env, ev: Evaluation) -> bool:
    outcome = None if test.quick is None else test.quick(value)
    if outcome is None:
        outcome = test.run({**env, feel.INPUT: value}, ev.run)
    return outcome is True


def _note(ev: Evaluation, de: str, en: str) -> None:
    ev.run.note((1, 1), Fault(de, en))


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table that can be evaluated."""

    id: str
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str
    selectors: tuple[Selector | None, ...]

    def evaluate(self, env: Env, ev: Evaluation) -> Value:
        """Return the table's value and leave in the evaluation which rules fired on which inputs."""
        inputs: list[Value] = []
        valid = True
        for column in self.columns:
            value, fits = self._input(column, env, ev)
            inputs.append(value)
            valid = valid and fits
        result, decisive = self._decide(self._fired(inputs, env, ev), env, ev) if valid else (None, [])
        ev.explain(self, inputs=inputs, fired=decisive, value=result)
        return result

    def _fired(self, inputs: Sequence[Value], env: Env, ev: Evaluation) -> list[Rule]:
        """Return the rules whose tests are all met; with FIRST at most the first of them."""
        ev.run.tick(len(self.rules) or 1)
        left = (1 << len(self.rules)) - 1
        asked: list[int] = []  # the columns whose tests have to be asked one by one
        for index, (selector, value) in enumerate(zip(self.selectors, inputs, strict=True)):
            mask = None if selector is None else selector.select(value)
            if mask is None:
                asked.append(index)
            else:
                left &= mask
        fired: list[Rule] = []
        while left:
            lowest = left & -left
            left ^= lowest
            rule = self.rules[lowest.bit_length() - 1]
            if all(_met(rule.tests[index], inputs[index], env, ev) for index in asked):
                fired.append(rule)
                if self.hit_policy == "FIRST":
                    break
        return fired

    @staticmethod
    def _input(column: Column, env: Env, ev: Evaluation) -> tuple[Value, bool]:
        value = column.expression.run(env, ev.run)
        if type(value) not in column.type.classes:
            try:
                value = feel.coerce(value, column.type)
            except Fault as fault:
                ev.run.note((1, 1), fault)
                return None, False
        if column.allowed is not None and value is not None:
            if column.allowed.run({**env, feel.INPUT: value}, ev.run) is True:
                return value, True
            shown = feel.literal(value)
            _note(
                ev,
                f"Der Wert {shown} ist für „{column.label}“ nicht vorgesehen.",
                f"The value {shown} is not allowed for “{column.label}”.",
            )
            return value, False
        return value, True

    # --- results --------------------------------------------------------------------------------------

    def _result(self, rule: Rule, env: Env, ev: Evaluation) -> list[Value]:
        values = []
        for output, expression in zip(self.outputs, rule.results, strict=True):
            values.append(self._checked(output, expression.run(env, ev.run), env, ev))
        return values

    @staticmethod
    def _checked(output: Output, value: Value, env: Env, ev: Evaluation) -> Value:
        if type(value) not in output.type.classes:
            try:
                value = feel.coerce(value, output.type)
            except Fault as fault:
                ev.run.note((1, 1), fault)
                return None
        if output.allowed is not None and value is not None:
            if output.allowed.run({**env, feel.INPUT: value}, ev.run) is True:
                return value
            shown = feel.literal(value)
            _note(
                ev,
                f"Das Ergebnis {shown} ist nicht vorgesehen.",
                f"The result {shown} is not among the output values.",
            )
            return None
        return value

    def _shaped(self, values: Sequence[Value]) -> Value:
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def _default(self, env: Env, ev: Evaluation) -> Value:
        if all(output.default is None for output in self.outputs):
            if self.hit_policy in ("RULE ORDER", "OUTPUT ORDER") or (
                self.hit_policy == "COLLECT" and not self.aggregation
            ):
                return []
            return Decimal(0) if self.aggregation == "COUNT" else None
        return self._shaped(
            [None if output.default is None else output.default.run(env, ev.run) for output in self.outputs]
        )

    def _decide(self, fired: list[Rule], env: Env, ev: Evaluation) -> tuple[Value, list[Rule]]:
        """Return the value by the hit policy and the rules it rests on."""
        if not fired:
            return self._default(env, ev), []
        policy = self.hit_policy
        if policy == "UNIQUE" and len(fired) > 1:
            numbers = ", ".join(str(rule.fired.number) for rule in fired)
            _note(
                ev,
                f"Mehrere Regeln treffen zu ({numbers}), erlaubt ist nur eine.",
                f"Several rules match ({numbers}), only one may.",
            )
            return None, fired
        results = [self._result(rule, env, ev) for rule in fired]
        if policy in ("UNIQUE", "FIRST"):
            return self._shaped(results[0]), fired[:1]
        if policy == "ANY":
            if any(feel.equal(results[0], other) is not True for other in results[1:]):
                _note(
                    ev,
                    "Mehrere Regeln treffen zu, und ihre Ergebnisse sind verschieden.",
                    "Several rules match and their results differ.",
                )
                return None, fired
            return self._shaped(results[0]), fired
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            ranked = sorted(
                zip(results, fired, strict=True), key=lambda pair: self._priority(pair[0], env, ev)
            )
            if policy == "PRIORITY":
                return self._shaped(ranked[0][0]), [ranked[0][1]]
            return [self._shaped(values) for values, _ in ranked], [rule for _, rule in ranked]
        if self.aggregation:
            return self._aggregated(results, ev), fired
        return [self._shaped(values) for values in results], fired

    def _priority(self, values: Sequence[Value], env: Env, ev: Evaluation) -> list[int]:
        ranks = []
        for output, value in zip(self.outputs, values, strict=True):
            scope = {**env, feel.INPUT: value}
            ranks.append(
                next(
                    (rank for rank, test in enumerate(output.priorities) if test.run(scope, ev.run) is True),
                    len(output.priorities),
                )
            )
        return ranks

    def _aggregated(self, results: list[list[Value]], ev: Evaluation) -> Value:
        columns = []
        for index in range(len(self.outputs)):
            values = [row[index] for row in results]
            columns.append(_aggregate(self.aggregation, values, ev))
        return self._shaped(columns)


_AGGREGATES = {"SUM": "sum(v)", "MIN": "min(v)", "MAX": "max(v)", "COUNT": "count(v)"}


def _aggregate(how: str, values: list[Value], ev: Evaluation) -> Value:
    """Return the aggregate of a collected column, by FEEL's list function of that name (DMN, 10.3.4.6)."""
    return feel.compile(_AGGREGATES[how], names={"v"}).run({"v": values}, ev.run)
