"""Boxed expressions (DMN 1.5, 10.2), one of each kind, and decision services."""

from __future__ import annotations

import pytest

from kernel.decisions.models import decision, definitions, given, literal
from leineweber.kernel import decisions


def _value(logic: str, more: str = "", **inputs: object) -> object:
    names = tuple(inputs)
    body = "".join(given(name, "Any") for name in names) + more
    return decisions.load(definitions(body + decision("D", logic, inputs=names))).evaluate("D", inputs).value


def test_a_relation_is_a_list_of_contexts() -> None:
    columns = '<column name="ort"/><column name="zahl" typeRef="number"/>'
    row = f"<row>{literal(chr(34) + 'Senne' + chr(34))}{literal('x + 1')}</row>"
    wrong = f"<row>{literal('null')}{literal(chr(34) + 'a' + chr(34))}</row>"
    assert _value(f"<relation>{columns}{row}{wrong}</relation>", x=1) == [
        {"ort": "Senne", "zahl": 2},
        {"ort": None, "zahl": None},
    ]
    with pytest.raises(decisions.DecisionError, match="1 Zellen"):
        _value(f"<relation>{columns}<row>{literal('1')}</row></relation>")


def test_a_list_and_a_context_know_their_types() -> None:
    typed = '<literalExpression typeRef="number"><text>"a"</text></literalExpression>'
    assert _value(f"<list>{literal('1')}{typed}{literal('x')}</list>", x=[2]) == [1, None, [2]]
    entries = (
        f'<contextEntry><variable name="a b"/>{literal("x * 2")}</contextEntry>'
        f'<contextEntry><variable name="c" typeRef="string"/>{literal("a b")}</contextEntry>'
    )
    assert _value(f"<context>{entries}</context>", x=2) == {"a b": 4, "c": None}
    assert _value(f"<context>{entries}<contextEntry>{literal('a b + 1')}</contextEntry></context>", x=2) == 5


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        ({"a": "5", "b": "x"}, 3),
        ({"a": "5"}, None),
        ({"a": "5", "b": "x", "c": "1"}, None),
        ({"a": '"5"', "b": "x"}, None),
        ({"a": "[5]", "b": "x"}, 3),
    ],
)
def test_an_invocation_binds_by_name(bindings: dict[str, str], expected: object) -> None:
    function = (
        '<functionDefinition><formalParameter name="a" typeRef="number"/>'
        f'<formalParameter name="b" typeRef="number"/>{literal("a - b")}</functionDefinition>'
    )
    bound = "".join(
        f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in bindings.items()
    )
    logic = (
        f'<context><contextEntry><variable name="f"/>{function}</contextEntry>'
        f"<contextEntry><invocation>{literal('f')}{bound}</invocation></contextEntry></context>"
    )
    assert _value(logic, x=2) == expected


def test_what_is_no_function_is_not_invoked() -> None:
    assert _value(f"<invocation>{literal('x')}</invocation>", x=2) is None


@pytest.mark.parametrize(
    ("condition", "expected"), [("x > 1", "ja"), ("x > 9", "nein"), ("null", "nein"), ("x", None)]
)
def test_a_conditional_wants_a_boolean(condition: str, expected: object) -> None:
    parts = f"<if>{literal(condition)}</if><then>{literal(chr(34) + 'ja' + chr(34))}</then>"
    parts += f"<else>{literal(chr(34) + 'nein' + chr(34))}</else>"
    assert _value(f"<conditional>{parts}</conditional>", x=2) == expected


@pytest.mark.parametrize(
    ("tag", "source", "body", "expected"),
    [
        ("for", "[1, 2, 3]", "i * x", [2, 4, 6]),
        ("for", "[1..3]", "count(partial)", [0, 1, 2]),
        ("for", "7", "i", [7]),
        ("for", "null", "i", None),
        ("some", "[1, 2]", "i = x", True),
        ("some", "[1, null]", "i > x", None),
        ("some", "[]", "i", False),
        ("every", "[1, 2]", "i < x", False),
        ("every", "[3, null]", "i > x", None),
        ("every", "[1]", "i", None),
        ("every", "null", "true", None),
    ],
)
def test_iterators(tag: str, source: str, body: str, expected: object) -> None:
    inner = "return" if tag == "for" else "satisfies"
    logic = (
        f'<{tag} iteratorVariable="i"><in>{literal(source)}</in><{inner}>{literal(body)}</{inner}></{tag}>'
    )
    assert _value(logic, x=2) == expected


def test_what_lacks_a_part_is_refused() -> None:
    for logic in (
        f"<conditional><if>{literal('true')}</if></conditional>",
        '<for iteratorVariable="i"><return/></for>',
        "<filter><in/></filter>",
    ):
        with pytest.raises(decisions.DecisionError, match="fehlt"):
            _value(logic)
    other = '<literalExpression expressionLanguage="urn:python"><text>1</text></literalExpression>'
    with pytest.raises(decisions.DecisionError, match="Sprache"):
        _value(other)


SERVICE = (
    given("x", "number")
    + decision("A", literal("x + 1"), inputs=("x",), kind="number")
    + decision("B", literal("A * 10"), decisions=("A",), kind="number")
    + decision("C", literal("A * 100"), decisions=("A",), kind="number")
    + '<decisionService id="k-S" name="S"><variable name="S"/><outputDecision href="#d-B"/>'
    '<inputDecision href="#d-A"/></decisionService>'
    '<decisionService id="k-Z" name="Z"><variable name="Z"/><outputDecision href="#d-B"/>'
    '<outputDecision href="#d-C"/><inputData href="#i-x"/></decisionService>'
    + decision("D", literal('[S(2), Z(1), Z(x: 1).B, S("a"), S(), Z(y: 1)]'), knows=("S", "Z"))
)


def test_a_service_is_a_function_of_its_inputs() -> None:
    model = decisions.load(definitions(SERVICE))
    assert model.evaluate("D", {}).value == [20, {"B": 20, "C": 200}, 20, None, None, None]
    assert model.evaluate("Z", {"x": 2}).value == {"B": 30, "C": 300}
    assert model.evaluate("S", {"A": 7}).value == 70
    missing = model.evaluate("Z", {})
    assert missing.value is None
    assert "„x“" in missing.diagnoses[0].message_de
