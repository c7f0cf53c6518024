"""DMN XML to a model: elements, types and logic, compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from leineweber.kernel import xml
from leineweber.kernel.expressions import INPUT, Expression, FunctionOf, Type

from .boxed import Boxes, expression_of
from .elements import Decision, Element, InputData, Knowledge, Requirement, Service
from .errors import DecisionError, Finding
from .itemtypes import ItemTypes
from .model import Model
from .xmltools import child, children, content, line, tag_of

DMN = ("omg.org/spec/DMN/",)
_REQUIRED = ("requiredInput", "requiredDecision", "requiredKnowledge")


def load(
    data: bytes, *, imports: Iterable[Model] = (), strict: bool = True, name: str | None = None
) -> Model:
    """Return the model of a DMN file (1.1 to 1.5), all its expressions compiled and their names checked.

    Args:
        data: the XML.
        imports: models it imports, found by their namespace.
        strict: refuse a model with any mistake; otherwise what is wrong becomes null and a finding.
        name: what to call the model if its XML has no name.

    Raises:
        DecisionError: no XML, no DMN, or (strict) a mistake in it; with the line and the reason.
    """
    try:
        root = xml.parse(data)
    except xml.XmlError as error:
        raise DecisionError(
            error.line, error.reason, "The file is not well-formed or not allowed."
        ) from error
    if tag_of(root) != "definitions" or not any(part in (etree.QName(root).namespace or "") for part in DMN):
        raise DecisionError(line(root), "Die Datei ist kein DMN-Modell.", "The file is no DMN model.")
    return _Reader(root, {model.namespace: model for model in imports}, strict, name).read()


class _Reader:
    def __init__(
        self, root: etree._Element, imports: Mapping[str, Model], strict: bool, name: str | None
    ) -> None:
        self.root = root
        self.strict = strict
        self.findings: list[Finding] = []
        self.model = Model(root.get("name") or name or "", root.get("namespace", ""))
        self.imports: dict[str, tuple[str, Model]] = {}
        self._import(imports)
        imported_types: dict[str, Type] = {}
        members: set[str] = set()
        for prefix, model in self.imports.values():
            members |= model.members
            for key, kind in model.types.items():
                imported_types[f"{prefix}.{key}" if prefix else key] = kind
        members |= {
            part.get("name", "")
            for part in root.iter("{*}itemComponent", "{*}column", "{*}output", "{*}variable")
            if part.get("name")
        }
        self.model.members = frozenset(members)
        self.types = ItemTypes(root, imported_types, self._type_tests)
        self.boxes = Boxes(self.types, self.model.members, self.report)
        self.by_id: dict[str, Element] = {}

    def report(self, error: DecisionError) -> None:
        """Refuse the model, or keep what is wrong with it."""
        if self.strict:
            raise error
        self.findings.append(Finding(error.line, error.message_de, error.message_en))

    def _type_tests(self, text: str, at: int) -> Expression | None:
        return self.boxes.text(text, at, frozenset((INPUT,)), unary=True) if text else None

    def _import(self, models: Mapping[str, Model]) -> None:
        for source in children(self.root, "import"):
            namespace = source.get("namespace", "")
            if not any(part in source.get("importType", "") for part in DMN):
                continue
            if namespace not in models:
                self.report(
                    DecisionError(
                        line(source),
                        f"Das eingebundene Modell „{namespace}“ fehlt.",
                        f"The imported model “{namespace}” is missing.",
                    )
                )
                continue
            self.imports[namespace] = (source.get("name", ""), models[namespace])

    # --- reading --------------------------------------------------------------------------------------

    def read(self) -> Model:
        """Return the model."""
        model = self.model
        model.types = self.types.all(self.report)
        self.boxes.named_types = model.types
        sources: list[tuple[etree._Element, Element]] = []
        for source in children(self.root):
            element = self._element(source)
            if element is not None:
                sources.append((source, element))
                self.by_id[element.id] = element
        for source, element in sources:
            if isinstance(element, (Decision, Knowledge)):
                element.requirements = self._requirements(source)
        for source, element in sources:
            if isinstance(element, Service):
                self._service(source, element)
        self._refuse_circles()
        for source, element in sources:
            if isinstance(element, Decision):
                self._decision(source, element)
            elif isinstance(element, Knowledge):
                self._knowledge(source, element)
        model.elements = {element.id: element for _, element in sources}
        for namespace, (_, imported) in self.imports.items():
            model.imported[namespace] = imported
        model.findings = tuple(self.findings)
        return model

    def _element(self, source: etree._Element) -> Element | None:
        kinds: dict[str, type[Element]] = {
            "inputData": InputData,
            "decision": Decision,
            "businessKnowledgeModel": Knowledge,
            "decisionService": Service,
        }
        kind = kinds.get(tag_of(source))
        if kind is None:
            return None
        variable = child(source, "variable")
        name = source.get("name", "") or (variable.get("name", "") if variable is not None else "")
        wanted = self.boxes.type(variable) if variable is not None else self.boxes.type(source)
        element = kind(source.get("id", "") or name, name, line(source), wanted)
        if isinstance(element, Decision):
            element.question = content(source, "question")
            element.answers = content(source, "allowedAnswers")
        return element

    def _found(self, reference: etree._Element) -> Requirement | None:
        """Return what an element's `href` points to, with the name it has here."""
        href = reference.get("href", "")
        namespace, _, key = href.rpartition("#")
        if namespace and namespace != self.model.namespace:
            prefix, model = self.imports.get(namespace, ("", None))
            element = model.elements.get(key) if model is not None else None
            path = (prefix, element.name) if element is not None and prefix else ()
            if element is not None:
                return Requirement(element, path or (element.name,))
        elif key in self.by_id:
            element = self.by_id[key]
            return Requirement(element, (element.name,))
        self.report(
            DecisionError(
                line(reference),
                f"Der Verweis „{href}“ führt ins Leere.",
                f"The reference “{href}” leads nowhere.",
            )
        )
        return None

    def _requirements(self, source: etree._Element) -> list[Requirement]:
        found: list[Requirement] = []
        for part in children(source):
            if tag_of(part) not in ("informationRequirement", "knowledgeRequirement"):
                continue
            for reference in children(part):
                if tag_of(reference) in _REQUIRED:
                    requirement = self._found(reference)
                    if requirement is not None:
                        found.append(requirement)
        return found

    def _service(self, source: etree._Element, service: Service) -> None:
        def all_of(tag: str) -> list[Element]:
            found = [self._found(reference) for reference in children(source, tag)]
            return [requirement.element for requirement in found if requirement is not None]

        inputs = [*all_of("inputData"), *all_of("inputDecision")]
        service.inputs = [element for element in inputs if isinstance(element, (InputData, Decision))]
        service.outputs = [element for element in all_of("outputDecision") if isinstance(element, Decision)]

    def _refuse_circles(self) -> None:
        done: set[Element] = set()
        for start in self.by_id.values():
            path: list[Element] = []
            stack: list[tuple[Element, bool]] = [(start, False)]
            while stack:
                element, leaving = stack.pop()
                if leaving:
                    path.pop()
                    done.add(element)
                    continue
                if element in done:
                    continue
                if element in path:
                    names = " → ".join(one.name for one in (*path[path.index(element) :], element))
                    self.report(
                        DecisionError(
                            element.line,
                            f"Entscheidungen setzen einander voraus: {names}.",
                            f"Decisions require each other: {names}.",
                        )
                    )
                    if isinstance(element, (Decision, Knowledge)):
                        element.requirements = []
                    continue
                path.append(element)
                stack.append((element, True))
                if isinstance(element, Decision):
                    stack.extend((one.element, False) for one in element.requirements)

    def _decision(self, source: etree._Element, decision: Decision) -> None:
        found = expression_of(source)
        if found is not None:
            names = frozenset(requirement.path[0] for requirement in decision.requirements)
            decision.logic = self.boxes.code(found, names)

    def _knowledge(self, source: etree._Element, knowledge: Knowledge) -> None:
        found = child(source, "encapsulatedLogic")
        if found is None:
            return
        names = frozenset(requirement.path[0] for requirement in knowledge.requirements) | {knowledge.name}
        declared = knowledge.type
        result = declared.result if isinstance(declared, FunctionOf) else declared
        knowledge.function = self.boxes.function(found, names, knowledge.name, result)
