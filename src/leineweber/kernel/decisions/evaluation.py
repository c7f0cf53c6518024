"""One evaluation of a model: values of its elements, each found once, and the tables that were decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import Fault, Function, Run, Type, Value

from .elements import Decision, Element, Knowledge, Requirement, Service
from .tables import Rule, Table, TableResult

Env = dict[str, Value]


class Evaluation:
    """Finds the values of elements; what is given for an element (by identity) is not worked out.

    Attributes:
        run: the bounds and diagnoses of the whole evaluation.
        tables: how each table was decided, in the order of deciding.
    """

    def __init__(
        self, run: Run, given: Mapping[Element, Value], tables: list[TableResult] | None = None
    ) -> None:
        self.run = run
        self.given = dict(given)
        self.tables: list[TableResult] = [] if tables is None else tables
        self._known: dict[Element, Value] = {}
        self._deciding: list[str] = []
        self._making: dict[Element, list[dict[str, Value]]] = {}

    def value(self, element: Element) -> Value:
        """Return the value of an element: input, result of a decision, or a function."""
        if element in self.given:
            return self.given[element]
        if element not in self._known:
            self._known[element] = self._work_out(element)
        return self._known[element]

    def _work_out(self, element: Element) -> Value:
        if isinstance(element, Decision):
            if element.logic is None:
                return None
            self._deciding.append(element.name)
            try:
                value = element.logic(self.environment(element.requirements), self)
            finally:
                self._deciding.pop()
            return self.typed(value, element.type)
        if isinstance(element, Knowledge):
            return self._knowledge(element)
        if isinstance(element, Service):
            return ServiceFunction(element, self)
        return None

    def _knowledge(self, element: Knowledge) -> Value:
        if element.function is None:
            return None
        waiting = self._making[element] = []
        env = self.environment(element.requirements)
        function = element.function(env, self)
        env.setdefault(element.name, function)  # it may call itself
        for place in waiting:
            place[element.name] = function
        del self._making[element]
        return function

    def environment(self, requirements: Sequence[Requirement]) -> Env:
        """Return the values of the required elements by name; those of an imported model within a context."""
        env: Env = {}
        for requirement in requirements:
            *outer, name = requirement.path
            place: dict[str, Any] = env
            for part in outer:
                inner = place.get(part)
                place[part] = dict(inner) if isinstance(inner, dict) else {}
                place = place[part]
            if requirement.element in self._making:  # functions that call each other
                self._making[requirement.element].append(place)
            else:
                place[name] = self.value(requirement.element)
        return env

    def typed(self, value: Value, wanted: Type) -> Value:
        """Return the value as one of the type, or null with a diagnosis."""
        if wanted is feel.ANY or type(value) in wanted.classes:
            return value
        try:
            return feel.coerce(value, wanted)
        except Fault as fault:
            self.run.note((1, 1), fault)
            return None

    def explain(self, table: Table, inputs: Sequence[Value], fired: Sequence[Rule], value: Value) -> None:
        """Keep how a table was decided."""
        self.tables.append(
            TableResult(
                self._deciding[-1] if self._deciding else "",
                table.id,
                tuple(
                    [
                        (column.label, feel.out(item))
                        for column, item in zip(table.columns, inputs, strict=True)
                    ]
                ),
                tuple([rule.fired for rule in fired]),
                feel.out(value),
            )
        )


class BoxedFunction(Function):
    """A function of the model (business knowledge or boxed function) with the values it was made among."""

    __slots__ = ("_body", "_env", "_ev", "result", "type", "types")

    def __init__(
        self,
        name: str,
        params: Sequence[tuple[str, Type]],
        body: Callable[[Env, Evaluation], Value],
        result: Type,
        env: Env,
        ev: Evaluation,
    ) -> None:
        super().__init__(name, [param for param, _ in params])
        self.types = [kind for _, kind in params]
        self.result = result
        self.type = feel.FunctionOf(tuple(self.types), result)
        self._body = body
        self._env = env
        self._ev = ev

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the body's value. Raises Fault for wrong arguments."""
        if len(args) != len(self.params):
            raise feel.wrong_count(self.name, len(self.params), len(args))
        values = [feel.coerce(value, kind) for value, kind in zip(args, self.types, strict=True)]
        run.enter()
        try:
            value = self._body({**self._env, **dict(zip(self.params, values, strict=True))}, self._ev)
        finally:
            run.calls -= 1
        return feel.coerce(value, self.result)


class ServiceFunction(Function):
    """A decision service as a function: its parameters are its input data, then its input decisions."""

    __slots__ = ("_ev", "_service", "type")

    def __init__(self, service: Service, ev: Evaluation) -> None:
        super().__init__(service.name, [element.name for element in service.inputs])
        self._service = service
        self._ev = ev
        self.type = feel.FunctionOf(tuple(element.type for element in service.inputs), service.type)

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the value of the output decision, or a context of several. Raises Fault for wrong arguments."""
        if len(args) != len(self.params):
            raise feel.wrong_count(self.name, len(self.params), len(args))
        run.enter()
        try:
            return self.decide(
                {
                    element: feel.coerce(value, element.type)
                    for element, value in zip(self._service.inputs, args, strict=True)
                }
            )
        finally:
            run.calls -= 1

    def decide(self, given: Mapping[Element, Value]) -> Value:
        """Return the service's value with these inputs, apart from the evaluation around it."""
        inner = Evaluation(self._ev.run, given, self._ev.tables)
        results = {element.name: inner.value(element) for element in self._service.outputs}
        value = next(iter(results.values())) if len(results) == 1 else results
        return feel.coerce(value, self._service.type)
