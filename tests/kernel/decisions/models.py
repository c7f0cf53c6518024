"""Builders of small DMN models for the tests."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str, namespace: str = "urn:test", head: str = "") -> bytes:
    """Return a model with this body."""
    start = f'<definitions xmlns="{NAMESPACE}" name="Test" namespace="{namespace}" {head}>'
    return f"{start}\n{body}\n</definitions>".encode()


def given(name: str, kind: str) -> str:
    """Return an input."""
    return f'<inputData id="i-{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def literal(text: str) -> str:
    """Return a literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(
    name: str,
    logic: str,
    *,
    inputs: tuple[str, ...] = (),
    decisions: tuple[str, ...] = (),
    kind: str = "",
    knows: tuple[str, ...] = (),
) -> str:
    """Return a decision with its requirements."""
    needs = "".join(
        f'<informationRequirement><requiredInput href="#i-{one}"/></informationRequirement>' for one in inputs
    )
    needs += "".join(
        f'<informationRequirement><requiredDecision href="#d-{one}"/></informationRequirement>'
        for one in decisions
    )
    needs += "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#k-{one}"/></knowledgeRequirement>' for one in knows
    )
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="d-{name}" name="{name}"><variable name="{name}"{typed}/>{needs}{logic}</decision>'


def table(
    policy: str,
    inputs: list[tuple[str, str]],
    outputs: list[str],
    rules: list[tuple[list[str], list[str]]],
    *,
    aggregation: str = "",
    output_values: dict[str, str] | None = None,
    defaults: dict[str, str] | None = None,
    input_values: dict[str, str] | None = None,
) -> str:
    """Return a decision table; `inputs` are (expression, type), rules (tests, results)."""
    allowed, standard, limits = output_values or {}, defaults or {}, input_values or {}
    columns = ""
    for text, kind in inputs:
        bound = f"<inputValues><text>{escape(limits[text])}</text></inputValues>" if text in limits else ""
        expression = f'<inputExpression typeRef="{kind}"><text>{escape(text)}</text></inputExpression>'
        columns += f'<input label="{escape(text)}">{expression}{bound}</input>'
    for name in outputs:
        values = (
            f"<outputValues><text>{escape(allowed[name])}</text></outputValues>" if name in allowed else ""
        )
        default = (
            f"<defaultOutputEntry><text>{escape(standard[name])}</text></defaultOutputEntry>"
            if name in standard
            else ""
        )
        columns += f'<output name="{name}">{values}{default}</output>'
    rows = ""
    for number, (tests, results) in enumerate(rules, 1):
        cells = "".join(f"<inputEntry><text>{escape(test)}</text></inputEntry>" for test in tests)
        cells += "".join(f"<outputEntry><text>{escape(result)}</text></outputEntry>" for result in results)
        rows += f'<rule id="r{number}">{cells}<annotationEntry><text>Grund {number}</text></annotationEntry></rule>\n'
    more = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{more}>{columns}\n{rows}</decisionTable>'
