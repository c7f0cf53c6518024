"""A decision model that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import (
    Clock,
    Diagnosis,
    Fault,
    Function,
    LimitReached,
    Limits,
    Run,
    Type,
    Value,
)

from .elements import Decision, Element, InputData, Knowledge, Service
from .errors import DecisionError, Finding
from .evaluation import Evaluation, ServiceFunction
from .tables import TableResult


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of a decision and what it rests on.

    Attributes:
        value: a Python value (Decimal, str, bool, date, list, dict, …) or None.
        fired: the ids of the rules of the decision's own tables that led to it.
        inputs: the values it was asked with.
        tables: how every table on the way was decided, required decisions first.
        diagnoses: what had no value, and why.
    """

    value: Any
    fired: tuple[str, ...]
    inputs: Mapping[str, Any]
    tables: tuple[TableResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()


class Model:
    """The decisions of one DMN file. Made by `load`; it does not change and may be used by several threads.

    Attributes:
        name, namespace: as in the XML.
        elements: all elements by id.
        types: its item definitions by name.
        members: names of entries of contexts.
        imported: imported models by namespace.
        findings: what is wrong with it, if it was read leniently.
    """

    def __init__(self, name: str, namespace: str) -> None:
        self.name = name
        self.namespace = namespace
        self.elements: dict[str, Element] = {}
        self.types: dict[str, Type] = {}
        self.members: frozenset[str] = frozenset()
        self.imported: dict[str, Model] = {}
        self.findings: tuple[Finding, ...] = ()
        self._found: dict[tuple[str, type[Element] | None], Element] = {}
        self._takers: dict[str, tuple[InputData | Decision, ...]] = {}

    @property
    def decisions(self) -> tuple[str, ...]:
        """Return the names of its decisions in the order of the file."""
        return tuple(element.name for element in self.elements.values() if isinstance(element, Decision))

    @property
    def inputs(self) -> Mapping[str, str]:
        """Return the name of each input of the model and the name of its type."""
        return {
            element.name: element.type.name
            for element in self.elements.values()
            if isinstance(element, InputData)
        }

    def find(self, name: str, kind: type[Element] | None = None) -> Element:
        """Return the decision, service or knowledge of this name (or id), of one kind if given.

        `{namespace}name` is looked for in the model of that namespace, this one or one it imports.
        Raises DecisionError if there is none.
        """
        if name.startswith("{"):
            namespace, _, rest = name[1:].partition("}")
            model = next((one for one in self._all_models() if one.namespace == namespace), None)
            if model is not None:
                return model.find(rest, kind)
        found = self._found.get((name, kind))
        if found is not None:
            return found
        for one in (Decision, Service, Knowledge) if kind is None else (kind,):
            for element in self.elements.values():
                if isinstance(element, one) and name in (element.name, element.id):
                    self._found[name, kind] = element
                    return element
        raise DecisionError(
            1,
            f"Eine Entscheidung „{name}“ gibt es in diesem Modell nicht.",
            f"There is no decision “{name}”.",
        )

    def required_inputs(self, name: str) -> tuple[str, ...]:
        """Return the names of the inputs a decision needs, directly or through others, in the order of the file.

        Raises DecisionError if there is no such decision.
        """
        needed: set[Element] = set()
        stack: list[Element] = [self.find(name)]
        seen: set[Element] = set()
        while stack:
            element = stack.pop()
            if element in seen:
                continue
            seen.add(element)
            if isinstance(element, InputData):
                needed.add(element)
            elif isinstance(element, (Decision, Knowledge)):
                stack.extend(requirement.element for requirement in element.requirements)
            elif isinstance(element, Service):
                stack.extend(element.inputs)
        return tuple(element.name for element in self._all_elements() if element in needed)

    def _all_models(self) -> list[Model]:
        """Return this model and those it imports, directly or through others, each once."""
        found: list[Model] = []
        stack: list[Model] = [self]
        while stack:
            model = stack.pop()
            if model not in found:
                found.append(model)
                stack.extend(reversed(model.imported.values()))
        return found

    def _all_elements(self) -> list[Element]:
        return [element for model in self._all_models() for element in model.elements.values()]

    def evaluate(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
    ) -> Result:
        """Return the answer of a decision (or decision service) for inputs by name.

        Args:
            name: the decision.
            inputs: Python values; a missing one is null. A value given under the name of a decision takes its place.
                A name is that of every input of this name, `{namespace}name` that of one model only.
            clock: what `now()` and `today()` see; else the house's.
            limits: other bounds than the usual ones.

        Raises:
            DecisionError: there is no such decision. Whatever goes wrong within it gives null and a diagnosis.
        """
        value, ev = self.ask(name, inputs, Run(limits or Limits(), clock))
        asked = self.find(name).name
        fired = tuple([one.rule for table in ev.tables if table.decision == asked for one in table.fired])
        diagnoses = tuple(ev.run.diagnoses or ())
        try:
            shown = feel.out(value)
        except Fault as fault:
            shown, diagnoses = None, (*diagnoses, Diagnosis(1, 1, fault.de, fault.en))
        return Result(shown, fired, dict(inputs), tuple(ev.tables), diagnoses)

    def ask(
        self, name: str, inputs: Mapping[str, Any], run: Run, *, kind: type[Element] | None = None
    ) -> tuple[Value, Evaluation]:
        """Return FEEL's own value of a decision and its evaluation, within given bounds; else as `evaluate`.

        A business knowledge model is invoked with the inputs that have the names of its parameters.
        """
        element = self.find(name, kind)
        ev = Evaluation(run, {})
        try:
            ev.given = self._given(inputs, ev)
            ev.given.pop(element, None)
            if isinstance(element, Service):
                return self._served(element, ev), ev
            value = ev.value(element)
            if isinstance(element, Knowledge) and isinstance(value, Function):
                value = value.call(run, [feel.into(inputs.get(param)) for param in value.params])
            return value, ev
        except Fault as fault:
            run.note((1, 1), fault)
        except RecursionError:
            run.note(
                (1, 1), Fault("Das Modell ist zu tief verschachtelt.", "The model is nested too deeply.")
            )
        return None, ev

    def _served(self, service: Service, ev: Evaluation) -> Value:
        missing = [element.name for element in service.inputs if element not in ev.given]
        if missing:
            raise Fault(
                f"Der Wert „{missing[0]}“ ist nicht angegeben.", f"The value “{missing[0]}” is not given."
            )
        return ServiceFunction(service, ev).decide(
            {element: ev.given[element] for element in service.inputs if element in ev.given}
        )

    def _given(self, inputs: Mapping[str, Any], ev: Evaluation) -> dict[Element, Value]:
        """Return the given values by element: by name here, by name in imported models otherwise."""
        given: dict[Element, Value] = {}
        for name, raw in inputs.items():
            for element in self._taking(name):
                try:
                    given[element] = ev.typed(feel.into(raw), element.type)
                except LimitReached:
                    raise
                except Fault as fault:
                    ev.run.note((1, 1), fault)
                    given[element] = None
        return given

    def _taking(self, name: str) -> tuple[InputData | Decision, ...]:
        """Return the inputs and decisions of this name, here and in imported models."""
        if not self._takers:
            takers: dict[str, list[InputData | Decision]] = {}
            for model in self._all_models():
                for element in model.elements.values():
                    if isinstance(element, (InputData, Decision)):
                        takers.setdefault(element.name, []).append(element)
                        takers.setdefault(f"{{{model.namespace}}}{element.name}", []).append(element)
            self._takers = {key: tuple(elements) for key, elements in takers.items()}
        return self._takers.get(name, ())
