"""A process ready to run: the model with its expressions compiled and its specifications built, once per process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leineweber.kernel import expressions as feel
from leineweber.kernel.decisions.sheets import WrittenModel, read_sheets

from .checking import check_model, decision_inputs, is_literal_time, load_decisions
from .model import Element, Finding, Model
from .reading import read
from .specs import build


class Refused(ValueError):
    """A process was refused. `findings` says where and why, in German."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings) or "Der Prozess ist nicht lesbar.")
        self.findings = findings


def digest(bpmn: bytes, decisions: bytes = b"") -> str:
    """Return the address of a definition by its content (SHA-256 over both files)."""
    return hashlib.sha256(len(bpmn).to_bytes(8, "big") + bpmn + decisions).hexdigest()


@dataclass(frozen=True, slots=True)
class Definition:
    """What all instances of one process share. Not changed by running, safe for many threads."""

    model: Model
    spec: Any
    subprocesses: dict[str, Any]
    names: frozenset[str]
    conditions: dict[str, feel.Expression]
    scripts: dict[str, feel.Expression]
    timers: dict[str, feel.Expression]
    requirements: dict[str, feel.Expression]
    notes: dict[str, feel.Expression]
    dues: dict[str, feel.Expression]
    parameters: dict[str, dict[str, feel.Expression]]
    decisions: Any
    written: WrittenModel | None

    def decide(self, element: Element, variables: dict[str, Any]) -> Any:
        """Evaluate the decision of a business rule task; inputs that no variable gives are null."""
        known = dict.fromkeys(self.decisions.required_inputs(element.decision))
        known.update({name: value for name, value in variables.items() if name in known})
        return self.decisions.evaluate(element.decision, known)


def compile_definition(bpmn: bytes, decisions: bytes = b"") -> Definition:
    """Return a process ready to run.

    Raises:
        Refused: the files have findings that hold without knowing roles and actions.
    """
    model, findings = read(bpmn)
    if model is None or findings:
        raise Refused(findings)
    names = model.names()
    loaded = load_decisions(decisions)
    findings = check_model(model, names=names, decisions=decision_inputs(loaded))
    if findings:
        raise Refused(findings)
    spec, subprocesses = build(model)
    return Definition(
        model=model,
        spec=spec,
        subprocesses=subprocesses,
        names=names,
        conditions={
            flow.id: compile_text(flow.condition, names) for flow in model.flows.values() if flow.condition
        },
        scripts=dict(_each(model, "script", names)),
        timers={
            element.id: compile_text(element.timer, names)
            for element in model.elements.values()
            if element.timer and not is_literal_time(element.timer)
        },
        requirements=dict(_each(model, "require", names)),
        notes=dict(_each(model, "note", names)),
        dues={
            element.id: compile_text(element.due, names)
            for element in model.elements.values()
            if element.due.startswith("=")
        },
        parameters={
            element.id: {name: compile_text(text, names) for name, text in element.parameters.items()}
            for element in model.elements.values()
        },
        decisions=loaded,
        written=read_sheets(decisions) if loaded is not None else None,
    )


def _each(model: Model, attribute: str, names: frozenset[str]) -> Iterator[tuple[str, feel.Expression]]:
    for element in model.elements.values():
        text = getattr(element, attribute)
        if text:
            yield element.id, compile_text(text, names)


def compile_text(text: str, names: frozenset[str]) -> feel.Expression:
    """Return a compiled expression; a leading equals sign, as some modellers write it, is left out.

    Raises:
        FeelError: it is no expression.
    """
    return feel.compile(text.strip().removeprefix("="), names=names)
