"""Reading BPMN 2.0 into the model. What cannot be read becomes a finding, never an exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from leineweber.kernel import xml

from .model import BPMN, LW, Element, EventKind, Finding, Flow, Model, Output

_EVENTS: dict[str, EventKind] = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "terminateEventDefinition": "terminate",
}
_LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
_BESIDE = frozenset(
    {
        "association",
        "auditing",
        "category",
        "correlationSubscription",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "property",
        "standardLoopCharacteristics",
        "supportedInterfaceRef",
        "textAnnotation",
    }
)
LIMIT_ELEMENTS = 1_000


def _q(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _local(node: etree._Element) -> tuple[str, str]:
    """Return namespace and local name of an element; comments and instructions have neither."""
    if not isinstance(node.tag, str):
        return "", ""
    qualified = etree.QName(node)
    return qualified.namespace or "", qualified.localname


def _lw(node: etree._Element, name: str) -> str:
    return (node.get(f"{{{LW}}}{name}") or "").strip()


def _line(node: etree._Element) -> int:
    return cast(int, node.sourceline or 1)


def _outputs(text: str) -> tuple[Output, ...]:
    return tuple(Output(word.rstrip("?"), word.endswith("?")) for word in text.replace(",", " ").split())


def _text(node: etree._Element | None) -> str:
    return "" if node is None else "".join(str(part) for part in node.itertext()).strip()


class _Reader:
    """One reading of one file."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.messages: dict[str, str] = {}
        self.signals: dict[str, str] = {}

    def say(self, node: etree._Element, message: str) -> None:
        self.findings.append(Finding(_line(node), message))

    def read(self) -> Model | None:
        if _local(self.root) != (BPMN, "definitions"):
            self.say(self.root, "Die Datei ist kein BPMN 2.0: Die Wurzel muss „definitions“ sein.")
            return None
        processes = list(self.root.iterchildren(_q("process")))
        runnable = [node for node in processes if node.get("isExecutable") == "true"]
        if len(runnable) != 1:
            self.say(
                processes[0] if processes else self.root,
                'Die Datei muss genau einen Prozess mit isExecutable="true" enthalten; '
                f"gefunden: {len(runnable)}.",
            )
            if not processes:
                return None
            runnable = runnable or processes
        process = runnable[0]
        model = Model(process.get("id") or "", process.get("name") or "", _line(process))
        if not model.id:
            self.say(process, "Der Prozess hat keine Kennung (id).")
        model.variables = tuple(output.name for output in _outputs(_lw(process, "variables")))
        self._declarations(model)
        self._scope(process, model.id, model)
        model.connect()
        if len(model.elements) > LIMIT_ELEMENTS:
            self.say(process, f"Der Prozess hat mehr als {LIMIT_ELEMENTS} Elemente.")
        return model

    def _declarations(self, model: Model) -> None:
        for node in self.root.iterchildren(_q("message")):
            name = (node.get("name") or "").strip()
            if not name:
                self.say(node, "Eine Nachricht (message) braucht einen Namen.")
            self.messages[node.get("id") or ""] = name
            model.payloads[name] = _outputs(_lw(node, "payload"))
        for node in self.root.iterchildren(_q("signal")):
            name = (node.get("name") or "").strip()
            if not name:
                self.say(node, "Ein Signal braucht einen Namen.")
            self.signals[node.get("id") or ""] = name

    def _scope(self, container: etree._Element, scope: str, model: Model) -> None:
        for node in container.iterchildren():
            namespace, kind = _local(node)
            if namespace != BPMN or kind in _BESIDE:
                continue
            identifier = node.get("id") or ""
            if not identifier:
                self.say(node, f"Ein Element „{kind}“ hat keine Kennung (id).")
                continue
            if identifier in model.elements or identifier in model.flows:
                self.say(node, f"Die Kennung „{identifier}“ kommt zweimal vor.")
                continue
            if kind == "sequenceFlow":
                model.flows[identifier] = Flow(
                    identifier,
                    node.get("sourceRef") or "",
                    node.get("targetRef") or "",
                    _text(node.find(_q("conditionExpression"))),
                    _line(node),
                    scope,
                    node.get("name") or "",
                )
                continue
            model.elements[identifier] = self._element(node, kind, identifier, scope)
            if kind == "subProcess":
                self._scope(node, identifier, model)

    def _element(self, node: etree._Element, kind: str, identifier: str, scope: str) -> Element:
        element = Element(
            id=identifier,
            kind=kind,
            line=_line(node),
            parent=scope,
            name=" ".join((node.get("name") or "").split()),
            documentation=_text(node.find(_q("documentation"))),
            role=_lw(node, "role"),
            unit=_lw(node, "unit"),
            form=_lw(node, "form"),
            four_eyes=_lw(node, "fourEyes"),
            due=_lw(node, "due"),
            due_in=_lw(node, "dueIn"),
            action=_lw(node, "action"),
            decision=_lw(node, "decision"),
            result=_lw(node, "result"),
            require=_lw(node, "require"),
            note=_lw(node, "note"),
            outputs=_outputs(_lw(node, "outputs")),
            story=tuple(output.name for output in _outputs(_lw(node, "story"))),
            attached_to=node.get("attachedToRef") or "",
            interrupting=node.get("cancelActivity", "true") == "true",
            default=node.get("default") or "",
            script=_text(node.find(_q("script"))),
            script_format=node.get("scriptFormat") or "",
            triggered_by_event=node.get("triggeredByEvent") == "true",
            multiple=any(node.find(_q(loop)) is not None for loop in _LOOPS),
        )
        extensions = node.find(_q("extensionElements"))
        for parameter in [] if extensions is None else extensions.iterchildren(f"{{{LW}}}parameter"):
            element.parameters[parameter.get("name") or ""] = parameter.get("value") or ""
        if kind in ("receiveTask", "sendTask"):
            element.event = "message"
            self._message(node, node, element)
        else:
            self._event(node, element)
        return element

    def _event(self, node: etree._Element, element: Element) -> None:
        definitions = list(_definitions(node))
        if len(definitions) > 1:
            self.say(node, f"„{element.label}“ hat mehrere Ereignisse; möglich ist eines.")
        for definition, name in definitions[:1]:
            if name not in _EVENTS:
                self.say(definition, f"Das Ereignis „{name}“ wird nicht unterstützt.")
                continue
            element.event = _EVENTS[name]
            if element.event == "message":
                self._message(node, definition, element)
            elif element.event == "signal":
                reference = definition.get("signalRef") or ""
                element.event_name = self.signals.get(reference, "")
                if not element.event_name:
                    self.say(definition, f"Das Signal „{reference}“ von „{element.label}“ gibt es nicht.")
            elif element.event == "timer":
                self._timer(definition, element)

    def _message(self, node: etree._Element, holder: etree._Element, element: Element) -> None:
        reference = holder.get("messageRef") or ""
        element.event_name = self.messages.get(reference, "")
        if not element.event_name:
            self.say(node, f"Die Nachricht „{reference}“ von „{element.label}“ gibt es nicht.")

    def _timer(self, definition: etree._Element, element: Element) -> None:
        if definition.find(_q("timeCycle")) is not None:
            self.say(definition, f"„{element.label}“: wiederkehrende Zeiten werden nicht unterstützt.")
        for tag in ("timeDuration", "timeDate"):
            text = _text(definition.find(_q(tag)))
            if text:
                element.timer = text
                return
        self.say(
            definition, f"„{element.label}“ braucht eine Dauer (timeDuration) oder eine Zeit (timeDate)."
        )


def _definitions(node: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for child in node.iterchildren():
        namespace, name = _local(child)
        if namespace == BPMN and name.endswith("EventDefinition"):
            yield child, name


def read(data: bytes) -> tuple[Model | None, list[Finding]]:
    """Return the model of the one executable process and what could not be understood.

    The model is None if there is nothing to look at (no XML, no BPMN, no process).
    """
    try:
        root = xml.parse(data)
    except xml.XmlError as error:
        return None, [Finding(error.line, error.reason)]
    reader = _Reader(root)
    return reader.read(), reader.findings
