"""Checking a process before it may live: what would fail or surprise later is a finding now, with its line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from leineweber.kernel import clock
from leineweber.kernel import expressions as feel

from .. import rules
from .model import AUTOMATIC, GATEWAYS, SUPPORTED, Element, Finding, Model
from .reading import read
from .soundness import stuck

_ISO_TIME = re.compile(r"P[0-9T]|\d{4}-\d\d-\d\d")
_ROLE = re.compile(r"[a-z][a-z0-9_.-]*\Z")


def load_decisions(decisions: bytes) -> Any:
    """Return the decision tables of a DMN file, None without one.

    Raises:
        ValueError: the file is not understood.
    """
    if not decisions:
        return None
    from leineweber.kernel import decisions as dmn

    return dmn.load(decisions)


def decision_inputs(loaded: Any) -> dict[str, tuple[str, ...]]:
    """Return the decisions of a loaded file with the inputs each needs, none without a file."""
    return {} if loaded is None else {name: loaded.required_inputs(name) for name in loaded.decisions}


def is_literal_time(text: str) -> bool:
    """Tell whether a timer gives an ISO duration or moment itself, not an expression."""
    return _ISO_TIME.match(text) is not None


def check(
    bpmn: bytes,
    *,
    roles: Collection[str] | None = None,
    actions: Collection[str] | None = None,
    variables: Collection[str] = (),
    decisions: bytes = b"",
) -> list[Finding]:
    """Return what is wrong with a process, in order of lines; an empty list means it can run.

    Args:
        bpmn: the file.
        roles: the roles that exist, None to accept any.
        actions: the actions that exist, None to accept any.
        variables: names that an instance is started with, besides those the file declares.
        decisions: the DMN file whose decisions business rule tasks may name.
    """
    model, findings = read(bpmn)
    if model is None:
        return findings
    names = model.names() | frozenset(variables)
    known: Mapping[str, Sequence[str]] = {}
    if decisions:
        try:
            known = decision_inputs(load_decisions(decisions))
        except ValueError as error:
            findings.append(Finding(model.line, f"Die Entscheidungstabellen sind nicht lesbar: {error}"))
    findings.extend(check_model(model, names=names, decisions=known, roles=roles, actions=actions))
    return sorted(set(findings), key=lambda finding: (finding.line, finding.message))


def check_model(
    model: Model,
    *,
    names: frozenset[str],
    decisions: Mapping[str, Sequence[str]] | None = None,
    roles: Collection[str] | None = None,
    actions: Collection[str] | None = None,
) -> list[Finding]:
    """Return what is wrong with a model that has been read; `decisions` are given with the inputs they need."""
    checker = _Checker(model, names, decisions or {}, roles, actions)
    structural = [*checker.elements(), *checker.flows(), *checker.scopes()]
    if structural:
        return structural
    return [*checker.paths(), *checker.four_eyes(), *stuck(model)]


class _Checker:
    def __init__(
        self,
        model: Model,
        names: frozenset[str],
        decisions: Mapping[str, Sequence[str]],
        roles: Collection[str] | None,
        actions: Collection[str] | None,
    ) -> None:
        self.model = model
        self.names = names
        self.decisions = decisions
        self.roles = roles
        self.actions = actions

    # -- elements ------------------------------------------------------------------------------------------

    def elements(self) -> Iterator[Finding]:
        for element in self.model.elements.values():
            for message in self._element(element):
                yield Finding(element.line, message)

    def _element(self, element: Element) -> Iterator[str]:
        label = f"„{element.label}“"
        if element.kind == "task":
            yield f"{label} ist eine Aufgabe ohne Art; nötig ist zum Beispiel userTask oder serviceTask."
            return
        if element.kind not in SUPPORTED:
            yield f"{label}: Das Element „{element.kind}“ wird nicht unterstützt."
            return
        if element.multiple:
            yield f"{label}: Mehrfachausführung wird nicht unterstützt."
        if element.triggered_by_event:
            yield f"{label}: Ereignis-Teilprozesse werden nicht unterstützt; nehmen Sie ein Randereignis."
        if element.is_human:
            yield from self._human(element, label)
        elif element.kind in AUTOMATIC:
            yield from self._automatic(element, label)
        elif element.event or element.kind in {"intermediateCatchEvent", "boundaryEvent"}:
            yield from self._event(element, label)
        if element.kind == "exclusiveGateway":
            yield from self._gateway(element, label)
        elif element.default:
            yield f"{label}: Ein Standardweg (default) ist nur an exklusiven Verzweigungen möglich."

    def _human(self, element: Element, label: str) -> Iterator[str]:
        if not element.role:
            yield f"{label} hat keine Rolle (lw:role)."
        elif not _ROLE.match(element.role) or (self.roles is not None and element.role not in self.roles):
            yield f"{label}: Die Rolle „{element.role}“ gibt es nicht."
        if element.unit and not (element.unit.startswith("/") and element.unit.endswith("/")):
            yield f"{label}: lw:unit muss der Pfad einer Einheit sein, zum Beispiel /d5/150/."
        if element.due.startswith("="):
            yield from self._feel(element.due, f"{label}: lw:due")
        elif element.due:
            try:
                rules.due_at(element.due, element.due_in, datetime(2026, 1, 5, 12, tzinfo=clock.BERLIN))
            except ValueError as error:
                yield f"{label}: lw:due: {error}"
        for attribute, text in (("require", element.require), ("note", element.note)):
            if text:
                yield from self._feel(text, f"{label}: lw:{attribute}")
        declared = {output.name for output in element.outputs}
        for name in element.story:
            if name not in declared:
                yield f"{label}: lw:story nennt „{name}“, das nicht in lw:outputs steht."

    def _automatic(self, element: Element, label: str) -> Iterator[str]:
        if element.kind == "serviceTask":
            if not element.action:
                yield f"{label} hat keine Aktion (lw:action)."
            elif self.actions is not None and element.action not in self.actions:
                yield f"{label}: Die Aktion „{element.action}“ gibt es nicht."
            for name, text in element.parameters.items():
                yield from self._feel(text, f"{label}: Parameter „{name}“")
        elif element.kind == "scriptTask":
            if not element.result:
                yield f"{label} sagt nicht, welche Variable gesetzt wird (lw:result)."
            if element.script_format and "feel" not in element.script_format.lower():
                yield f"{label}: Die Sprache „{element.script_format}“ gibt es nicht; Ausdrücke sind FEEL."
            if not element.script:
                yield f"{label} hat keinen Ausdruck (script)."
            else:
                yield from self._feel(element.script, f"{label}: script")
        elif not element.decision:
            yield f"{label} nennt keine Entscheidung (lw:decision)."
        elif element.decision not in self.decisions:
            yield f"{label}: Die Entscheidung „{element.decision}“ gibt es nicht."
        else:
            for name in self.decisions[element.decision]:
                if name not in self.names:
                    yield (
                        f"{label}: Die Entscheidung „{element.decision}“ braucht „{name}“; "
                        "der Ablauf kennt keinen Wert dieses Namens."
                    )

    def _event(self, element: Element, label: str) -> Iterator[str]:
        allowed = {
            "startEvent": {""},
            "endEvent": {"", "message", "signal", "terminate"},
            "intermediateThrowEvent": {"", "message", "signal"},
            "intermediateCatchEvent": {"message", "signal", "timer"},
            "boundaryEvent": {"message", "signal", "timer"},
            "receiveTask": {"message"},
        }.get(element.kind, {""})
        if element.event not in allowed:
            yield f"{label}: {element.kind} mit „{element.event or 'keinem'}“ Ereignis wird nicht unterstützt."
        if element.event == "timer" and element.timer:
            if not is_literal_time(element.timer):
                yield from self._feel(element.timer, f"{label}: Zeitangabe")
            else:
                try:
                    rules.timer_at(
                        element.timer, element.due_in, datetime(2026, 1, 5, 12, tzinfo=clock.BERLIN)
                    )
                except ValueError as error:
                    yield f"{label}: {error}"

    def _gateway(self, element: Element, label: str) -> Iterator[str]:
        flows = self.model.outgoing.get(element.id, [])
        if element.default and element.default not in {flow.id for flow in flows}:
            yield f"{label}: Der Standardweg „{element.default}“ geht nicht von hier aus."
        if len(flows) > 1 and not element.default:
            yield f"{label} hat keinen Standardweg (default) für den Fall, dass keine Bedingung zutrifft."

    def _feel(self, text: str, where: str) -> Iterator[str]:
        try:
            expression = feel.compile(text.strip().removeprefix("="), names=self.names)
        except feel.FeelError as error:
            yield f"{where}: {error.message_de} (Spalte {error.column})."
            return
        for name in sorted(expression.names - self.names):
            yield f"{where}: Den Namen „{name}“ gibt es nicht."

    # -- flows ---------------------------------------------------------------------------------------------

    def flows(self) -> Iterator[Finding]:
        elements = self.model.elements
        for flow in self.model.flows.values():
            ends = [elements.get(flow.source), elements.get(flow.target)]
            if None in ends:
                yield Finding(flow.line, f"Der Weg „{flow.id}“ hat kein Ende, das es gibt.")
                continue
            if any(end is not None and end.parent != flow.parent for end in ends):
                yield Finding(flow.line, f"Der Weg „{flow.id}“ führt über die Grenze eines Teilprozesses.")
            source = elements[flow.source]
            if flow.condition:
                if source.kind != "exclusiveGateway":
                    yield Finding(
                        flow.line,
                        f"Der Weg „{flow.id}“ hat eine Bedingung, beginnt aber an keiner Verzweigung.",
                    )
                for message in self._feel(flow.condition, f"Bedingung von „{flow.name or flow.id}“"):
                    yield Finding(flow.line, message)
            elif (
                source.kind == "exclusiveGateway"
                and flow.id != source.default
                and len(self.model.outgoing[source.id]) > 1
            ):
                label = flow.name or flow.id
                yield Finding(
                    flow.line, f"Der Weg „{label}“ braucht eine Bedingung oder muss Standardweg sein."
                )
        for element in elements.values():
            yield from self._ends(element)

    def _ends(self, element: Element) -> Iterator[Finding]:
        coming = len(self.model.incoming.get(element.id, []))
        going = len(self.model.outgoing.get(element.id, []))
        label = f"„{element.label}“"
        starts = element.kind in {"startEvent", "boundaryEvent"}
        if starts and coming:
            yield Finding(element.line, f"{label} darf keinen eingehenden Weg haben.")
        if not starts and not coming:
            yield Finding(element.line, f"{label} ist nicht erreichbar: Kein Weg führt hin.")
        if element.kind == "endEvent":
            if going:
                yield Finding(element.line, f"{label} darf keinen ausgehenden Weg haben.")
        elif not going:
            yield Finding(element.line, f"{label} endet im Nichts: Kein Weg führt weiter.")
        elif going > 1 and element.kind not in GATEWAYS:
            yield Finding(element.line, f"{label} hat mehrere ausgehende Wege; nehmen Sie eine Verzweigung.")
        if element.kind == "boundaryEvent":
            host = self.model.elements.get(element.attached_to)
            if host is None or not (host.is_human or host.kind in {"receiveTask", "subProcess"}):
                yield Finding(
                    element.line, f"{label} hängt an keiner Aufgabe, die wartet, und an keinem Teilprozess."
                )

    # -- whole scopes --------------------------------------------------------------------------------------

    def scopes(self) -> Iterator[Finding]:
        for scope in self.model.scopes():
            members = self.model.members(scope)
            line = self.model.line if scope == self.model.id else self.model.elements[scope].line
            starts = sum(element.kind == "startEvent" for element in members)
            if starts != 1:
                yield Finding(line, f"„{scope}“ braucht genau ein Startereignis; gefunden: {starts}.")
            if not any(element.kind == "endEvent" for element in members):
                yield Finding(line, f"„{scope}“ hat kein Ende (endEvent).")

    def _next(self, identifier: str) -> list[str]:
        following = [flow.target for flow in self.model.outgoing.get(identifier, [])]
        return following + [event.id for event in self.model.boundary.get(identifier, [])]

    def paths(self) -> Iterator[Finding]:
        """Find what no token reaches, what never reaches an end, and rounds in which nobody and nothing waits."""
        for scope in self.model.scopes():
            members = self.model.members(scope)
            reached = _closure([e.id for e in members if e.kind == "startEvent"], self._next)
            previous: dict[str, list[str]] = {}
            for element in members:
                for target in self._next(element.id):
                    previous.setdefault(target, []).append(element.id)
            ends = [element.id for element in members if element.kind == "endEvent"]
            finishing = _closure(ends, partial(_at, previous))
            for element in members:
                if element.id not in reached:
                    yield Finding(element.line, f"„{element.label}“ ist nicht erreichbar.")
                elif element.id not in finishing:
                    yield Finding(element.line, f"Von „{element.label}“ führt kein Weg zu einem Ende.")
        yield from self._spinning()

    def _spinning(self) -> Iterator[Finding]:
        """Find rounds that only pass automatic elements: they would run without end."""
        elements = self.model.elements
        resting = {element.id for element in elements.values() if element.waits or self._rests(element)}
        for element in elements.values():
            if element.id in resting:
                continue
            following = _closure(
                [t for t in self._next(element.id) if t not in resting],
                lambda i: [t for t in self._next(i) if t not in resting],
            )
            if element.id in following and element.kind in GATEWAYS:
                yield Finding(
                    element.line,
                    f"„{element.label}“ liegt in einer endlosen Schleife: Im Kreis wartet weder Person noch Frist.",
                )
                return

    def _rests(self, scope: Element) -> bool:
        return scope.kind == "subProcess" and any(
            member.waits or self._rests(member) for member in self.model.members(scope.id)
        )

    def four_eyes(self) -> Iterator[Finding]:
        for element in self.model.elements.values():
            if not element.four_eyes:
                continue
            other = self.model.elements.get(element.four_eyes)
            if other is not None and other.kind == "startEvent":
                continue  # who set the course off
            if other is None or not other.is_human:
                yield Finding(
                    element.line,
                    f"„{element.label}“: Die Aufgabe „{element.four_eyes}“ (lw:fourEyes) gibt es nicht.",
                )
            elif other.id == element.id or (
                other.parent == element.parent and element.id not in _closure([other.id], self._next)
            ):
                yield Finding(
                    element.line,
                    f"„{element.label}“: „{element.four_eyes}“ (lw:fourEyes) liegt nicht vor dieser Aufgabe.",
                )


def _at(neighbours: dict[str, list[str]], identifier: str) -> list[str]:
    return neighbours.get(identifier, [])


def _closure(start: list[str], following: Callable[[str], list[str]]) -> set[str]:
    """Return everything that can be reached from a start by going on, the start included."""
    seen, queue = set(start), deque(start)
    while queue:
        for target in following(queue.popleft()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen
