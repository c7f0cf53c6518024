"""The way of a paper: statements and signatures side by side, then the final signature, as a BPMN process.

Who is asked differs from paper to paper, and the engine knows no multiple instances; so the process is written for
the route. It is stored by its content: papers with the same route share one definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from xml.sax.saxutils import quoteattr

from leineweber.people.organisation.roles import UNIT_HEAD

KEY = "resolutions.cosigning"
FOLLOW_UP_KEY = "resolutions.follow_up"
FINAL = "schlusszeichnung"
FINAL_DAYS = 5
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:lw="urn:leineweber:bpmn:1.0"
    id="mitzeichnung_definitionen" targetNamespace="urn:leineweber:mitzeichnung">
  <bpmn:process id="mitzeichnung" name="Mitzeichnung einer Beschlussvorlage" isExecutable="true">
    <bpmn:startEvent id="eingereicht" name="Vorlage eingereicht" />
"""
_TAIL = """  </bpmn:process>
</bpmn:definitions>
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One who is asked.

    `element` is the id of the task; `unit_path` is empty for a role that holds for the whole city; `days` are working
    days; `waits` says that the paper waits although the time is over.
    """

    element: str
    name: str
    role: str
    unit_path: str
    days: int
    waits: bool


def _flow(number: int, source: str, target: str, condition: str = "") -> str:
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="w{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>\n'


def _task(step: Step, output: str) -> str:
    unit = f" lw:unit={quoteattr(step.unit_path)}" if step.unit_path else ""
    return (
        f'<bpmn:userTask id="{step.element}" name={quoteattr(step.name)} lw:role="{step.role}"{unit} '
        f'lw:due="P{step.days}D" lw:dueIn="working-days" lw:fourEyes="eingereicht" lw:outputs="{output}" '
        f'lw:story="{output}" />\n'
    )


def _part(step: Step) -> str:
    """Return a sub-process: the task, and what happens when its time is over."""
    key = step.element
    lines = [
        f'<bpmn:subProcess id="teil_{key}" name={quoteattr(step.name)}>\n',
        f'<bpmn:startEvent id="anfang_{key}" />\n',
        _task(step, f"votum_{key}"),
        f'<bpmn:endEvent id="ende_{key}" />\n',
        f'<bpmn:sequenceFlow id="{key}_1" sourceRef="anfang_{key}" targetRef="{key}" />\n',
        f'<bpmn:sequenceFlow id="{key}_2" sourceRef="{key}" targetRef="ende_{key}" />\n',
    ]
    if not step.waits:
        lines += [
            f'<bpmn:boundaryEvent id="frist_{key}" name="Frist vorbei" attachedToRef="{key}" '
            'lw:dueIn="working-days">'
            f'<bpmn:timerEventDefinition id="zeit_{key}"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">'
            f"P{step.days}D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>\n",
            f'<bpmn:serviceTask id="stille_{key}" name="Fristablauf vermerken" lw:action="resolutions.silence">'
            f'<bpmn:extensionElements><lw:parameter name="teil" value="&quot;{key}&quot;" />'
            "</bpmn:extensionElements></bpmn:serviceTask>\n",
            f'<bpmn:endEvent id="ende_stille_{key}" />\n',
            f'<bpmn:sequenceFlow id="{key}_3" sourceRef="frist_{key}" targetRef="stille_{key}" />\n',
            f'<bpmn:sequenceFlow id="{key}_4" sourceRef="stille_{key}" targetRef="ende_stille_{key}" />\n',
        ]
    return "".join(lines) + "</bpmn:subProcess>\n"


def cosigning(steps: Sequence[Step], department_path: str) -> bytes:
    """Return the process of a route as BPMN: all steps side by side, then the final signature of the department.

    Without a department nobody signs at the end: whoever heads it decides about the paper herself.

    A step that sends the paper back ends the course from outside (`processes.cancel`), so the process only knows the
    way to the end: whoever has signed or been silent lets it go on.
    """
    parts = [_part(step) for step in steps]
    flows: list[str] = []

    def flow(source: str, target: str, condition: str = "") -> None:
        flows.append(_flow(len(flows) + 1, source, target, condition))

    if steps:
        parts += ['<bpmn:parallelGateway id="alle" />\n', '<bpmn:parallelGateway id="zusammen" />\n']
        flow("eingereicht", "alle")
        for step in steps:
            flow("alle", f"teil_{step.element}")
            flow(f"teil_{step.element}", "zusammen")
    reached = "zusammen" if steps else "eingereicht"
    if department_path:
        final = Step(FINAL, "Vorlage schlusszeichnen", UNIT_HEAD, department_path, FINAL_DAYS, waits=True)
        parts.append(_task(final, f"votum_{FINAL}"))
        flow(reached, FINAL)
        reached = FINAL
    flow(reached, "frei")
    parts += [
        '<bpmn:serviceTask id="frei" name="Vorlage zur Entscheidung freigeben" lw:action="resolutions.clear" />\n',
        '<bpmn:endEvent id="fertig" name="Zur Entscheidung frei" />\n',
    ]
    flow("frei", "fertig")
    return (_HEAD + "".join(parts) + "".join(flows) + _TAIL).encode()


def follow_up() -> bytes:
    """Return the process of a follow-up: one task of a post until its day."""
    return resources.files(__package__).joinpath("processes/follow_up.bpmn").read_bytes()
