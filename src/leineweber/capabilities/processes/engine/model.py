"""The model of a process as the house reads it from BPMN: elements, flows, what they ask of the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LW = "urn:leineweber:bpmn:1.0"

EventKind = Literal["", "message", "timer", "signal", "terminate"]

HUMAN = frozenset({"userTask", "manualTask"})
AUTOMATIC = frozenset({"serviceTask", "scriptTask", "businessRuleTask"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway"})
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask", "boundaryEvent"})
SUPPORTED = (
    HUMAN
    | AUTOMATIC
    | GATEWAYS
    | CATCHING
    | {"startEvent", "endEvent", "intermediateThrowEvent", "subProcess"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file: the line and, in German, the reason."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Zeile {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Output:
    """A variable that a task, a message or an action may set; `optional` ones may be left out."""

    name: str
    optional: bool = False


@dataclass(slots=True)
class Element:
    """A flow node of a process. `line` is where it stands; empty texts mean: not said."""

    id: str
    kind: str
    line: int
    parent: str
    name: str = ""
    documentation: str = ""
    role: str = ""
    unit: str = ""
    form: str = ""
    four_eyes: str = ""
    due: str = ""
    due_in: str = ""
    action: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    script: str = ""
    script_format: str = ""
    result: str = ""
    require: str = ""
    note: str = ""
    outputs: tuple[Output, ...] = ()
    story: tuple[str, ...] = ()
    attached_to: str = ""
    interrupting: bool = True
    event: EventKind = ""
    event_name: str = ""
    timer: str = ""
    default: str = ""
    triggered_by_event: bool = False
    multiple: bool = False

    @property
    def is_human(self) -> bool:
        """Tell whether a person does it."""
        return self.kind in HUMAN

    @property
    def waits(self) -> bool:
        """Tell whether the process rests here until something happens outside."""
        return self.is_human or self.kind in CATCHING

    @property
    def label(self) -> str:
        """The name on the diagram, or the identifier if it has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is FEEL or empty."""

    id: str
    source: str
    target: str
    condition: str
    line: int
    parent: str
    name: str = ""


@dataclass(slots=True)
class Model:
    """A process with everything in it. Elements of sub-processes carry the sub-process as `parent`."""

    id: str
    name: str
    line: int
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    payloads: dict[str, tuple[Output, ...]] = field(default_factory=dict)
    variables: tuple[str, ...] = ()
    outgoing: dict[str, list[Flow]] = field(default_factory=dict)
    incoming: dict[str, list[Flow]] = field(default_factory=dict)
    boundary: dict[str, list[Element]] = field(default_factory=dict)

    def connect(self) -> None:
        """Build the indices over flows and boundary events, once, after reading."""
        for flow in self.flows.values():
            self.outgoing.setdefault(flow.source, []).append(flow)
            self.incoming.setdefault(flow.target, []).append(flow)
        for element in self.elements.values():
            if element.attached_to:
                self.boundary.setdefault(element.attached_to, []).append(element)

    def scopes(self) -> Iterator[str]:
        """Yield the identifiers of the process and of each sub-process, outermost first."""
        yield self.id
        for element in self.elements.values():
            if element.kind == "subProcess":
                yield element.id

    def members(self, scope: str) -> list[Element]:
        """Return the elements that stand directly in a process or sub-process, in order of the file."""
        return [element for element in self.elements.values() if element.parent == scope]

    def names(self) -> frozenset[str]:
        """Return every variable that can exist in an instance: declared, put out, sent along or computed."""
        found = set(self.variables)
        for element in self.elements.values():
            found.update(output.name for output in element.outputs)
            if element.result:
                found.add(element.result)
        for payload in self.payloads.values():
            found.update(output.name for output in payload)
        return frozenset(found)
