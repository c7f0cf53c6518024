"""Models: the graph of decisions, boxed expressions, types, functions, imports, and what is refused."""

from __future__ import annotations

import copy
import time
from decimal import Decimal

import pytest
from hypothesis import given as given_data
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from kernel.decisions.models import decision, definitions, given, literal, table
from leineweber.kernel import decisions
from leineweber.kernel.decisions import DecisionError

FEES = (
    given("einkommen", "number")
    + given("kinder", "number")
    + decision(
        "Stufe",
        table("UNIQUE", [("einkommen", "number")], ["stufe"], [(["< 2000"], ["1"]), ([">= 2000"], ["2"])]),
        inputs=("einkommen",),
        kind="number",
    )
    + decision(
        "Gebühr",
        literal("if kinder > 2 then 0 else Stufe * 12.50"),
        inputs=("kinder",),
        decisions=("Stufe",),
        kind="number",
    )
)


def value(logic: str, head: str = "", **inputs: object) -> object:
    """Return the value of one decision with this logic."""
    body = head + "".join(given(name, "Any") for name in inputs) + decision("D", logic, inputs=tuple(inputs))
    return decisions.load(definitions(body)).evaluate("D", inputs).value


def test_a_graph_of_decisions() -> None:
    model = decisions.load(definitions(FEES))
    assert model.decisions == ("Stufe", "Gebühr")
    assert model.inputs == {"einkommen": "number", "kinder": "number"}
    assert model.required_inputs("Gebühr") == ("einkommen", "kinder")
    assert model.required_inputs("Stufe") == ("einkommen",)
    result = model.evaluate("Gebühr", {"einkommen": 2500, "kinder": 1})
    assert result.value == Decimal("25.00")
    assert result.fired == ()
    assert [(one.decision, [fired.rule for fired in one.fired]) for one in result.tables] == [
        ("Stufe", ["r2"])
    ]
    assert result.inputs == {"einkommen": 2500, "kinder": 1}


def test_a_value_given_for_a_decision_takes_its_place() -> None:
    model = decisions.load(definitions(FEES))
    assert model.evaluate("Gebühr", {"Stufe": 4, "kinder": 0}).value == 50


def test_a_missing_input_is_null_with_a_reason() -> None:
    result = decisions.load(definitions(FEES)).evaluate("Gebühr", {"einkommen": 2500})
    assert result.value == 25
    assert decisions.load(definitions(FEES)).evaluate("Stufe", {}).value is None


def test_boxed_context_list_relation_and_conditional() -> None:
    context = (
        f'<context><contextEntry><variable name="a"/>{literal("x + 1")}</contextEntry>'
        f'<contextEntry><variable name="b"/>{literal("a * 2")}</contextEntry></context>'
    )
    assert value(context, x=1) == {"a": 2, "b": 4}
    with_result = context.replace("</context>", f"<contextEntry>{literal('a + b')}</contextEntry></context>")
    assert value(with_result, x=1) == 6
    assert value(f"<list>{literal('1')}{literal('x')}</list>", x=2) == [1, 2]
    relation = (
        '<relation><column name="bezirk"/><column name="soll"/>'
        f"<row>{literal(chr(34) + 'Mitte' + chr(34))}{literal('12')}</row></relation>"
    )
    assert value(relation) == [{"bezirk": "Mitte", "soll": 12}]
    parts = f"<if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else>"
    assert value(f"<conditional>{parts}</conditional>", x=2) == 1


def test_boxed_iterations() -> None:
    def loop(tag: str, inner: str, text: str) -> str:
        return (
            f'<{tag} iteratorVariable="e"><in>{literal("x")}</in><{inner}>{literal(text)}</{inner}></{tag}>'
        )

    assert value(loop("for", "return", "e * 2"), x=[1, 2]) == [2, 4]
    assert value(loop("some", "satisfies", "e > 1"), x=[1, 2]) is True
    assert value(loop("every", "satisfies", "e > 1"), x=[1, 2]) is False
    kept = f"<filter><in>{literal('x')}</in><match>{literal('item > 1')}</match></filter>"
    assert value(kept, x=[1, 2, 3]) == [2, 3]


def test_business_knowledge_and_decision_services() -> None:
    body = (
        given("x", "number")
        + '<businessKnowledgeModel id="k-Satz" name="Satz"><variable name="Satz" typeRef="number"/><encapsulatedLogic>'
        + f'<formalParameter name="n" typeRef="number"/>{literal("n * 2")}</encapsulatedLogic></businessKnowledgeModel>'
        + decision("Doppelt", literal("Satz(x)"), inputs=("x",), knows=("Satz",))
        + decision("Summe", literal("Doppelt + 1"), decisions=("Doppelt",))
        + '<decisionService id="s" name="Dienst"><variable name="Dienst"/><outputDecision href="#d-Summe"/>'
        + '<inputData href="#i-x"/></decisionService>'
    )
    model = decisions.load(definitions(body))
    assert model.evaluate("Summe", {"x": 5}).value == 11
    assert model.evaluate("Dienst", {"x": 5}).value == 11
    assert model.evaluate("Dienst", {}).value is None
    assert model.required_inputs("Summe") == ("x",)


def test_item_definitions_hold_what_is_given() -> None:
    types = (
        '<itemDefinition name="tStufe"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
        '<itemComponent name="alter in Jahren"><typeRef>number</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tPersonen" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>'
    )
    body = (
        types
        + given("stufe", "tStufe")
        + given("alle", "tPersonen")
        + decision("S", literal("stufe"), inputs=("stufe",))
        + decision("Summe", literal("sum(alle.alter in Jahren)"), inputs=("alle",))
    )
    model = decisions.load(definitions(body))
    assert model.evaluate("S", {"stufe": "A"}).value == "A"
    assert model.evaluate("S", {"stufe": "C"}).value is None
    people = [{"name": "Eva", "alter in Jahren": 30}, {"name": "Tim", "alter in Jahren": 12}]
    assert model.evaluate("Summe", {"alle": people}).value == 42
    assert model.evaluate("Summe", {"alle": [{"name": "Eva"}]}).value is None


def test_an_imported_model() -> None:
    inner = decisions.load(
        definitions(given("x", "number") + decision("Quadrat", literal("x * x"), inputs=("x",)), "urn:inner")
    )
    outer = (
        f'<import namespace="urn:inner" name="Mathe" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        '<decision id="d" name="D"><variable name="D"/>'
        '<informationRequirement><requiredDecision href="urn:inner#d-Quadrat"/>'
        f"</informationRequirement>{literal('Mathe.Quadrat + 1')}</decision>"
    )
    model = decisions.load(definitions(outer), imports=[inner])
    assert model.evaluate("D", {"x": 3}).value == 10
    assert model.required_inputs("D") == ("x",)
    with pytest.raises(DecisionError, match=r"urn:inner.*fehlt"):
        decisions.load(definitions(outer))


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        (decision("D", literal("1 +")), 2, "nicht vollständig"),
        (given("a", "number") + "\n" + decision("D", literal("b"), inputs=("a",)), 3, "„b“"),
        (decision("D", literal("1"), decisions=("fehlt",)), 2, "ins Leere"),
        (
            decision("A", literal("B"), decisions=("B",)) + decision("B", literal("A"), decisions=("A",)),
            2,
            "A → B → A",
        ),
        (given("a", "tUnbekannt"), 2, "tUnbekannt"),
        (decision("D", table("RANDOM", [("1", "number")], ["o"], [])), 2, "RANDOM"),
        (decision("D", table("UNIQUE", [("1", "number")], ["o"], [(["1", "2"], ["3"])])), 3, "Regel 1"),
        (
            decision("D", table("UNIQUE", [("1", "number")], ["o"], [(["1"], ["3"]), (["1 +"], ["3"])])),
            4,
            "vollständig",
        ),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', 2, "sich selbst"),
        (
            '<businessKnowledgeModel id="k" name="K"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>',
            2,
            "Java",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_line(body: str, line: int, says: str) -> None:
    with pytest.raises(DecisionError) as caught:
        decisions.load(definitions(body))
    assert says in caught.value.message_de
    assert caught.value.line == line
    assert caught.value.message_en
    lenient = decisions.load(definitions(body), strict=False)
    assert says in lenient.findings[0].message_de
    for name in lenient.decisions:
        lenient.evaluate(name, {})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<definitions",
        b"<html/>",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&x;</definitions>',
    ],
)
def test_what_is_no_dmn_is_refused(data: bytes) -> None:
    with pytest.raises(DecisionError):
        decisions.load(data)


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(DecisionError, match="„Gibt es nicht“"):
        decisions.load(definitions(FEES)).evaluate("Gibt es nicht", {})


def test_a_model_ends_too() -> None:
    body = decision("D", literal("for i in 1..1000000000 return i")) + decision(
        "E", literal("D"), decisions=("D",)
    )
    begin = time.perf_counter()
    result = decisions.load(definitions(body)).evaluate("E", {})
    assert result.value is None
    assert "Durchläufe" in result.diagnoses[0].message_de
    assert time.perf_counter() - begin < 1


def test_a_boxed_function_of_java_is_ours() -> None:
    texts = {"class": "java.lang.Math", "method signature": "max(long, long)"}
    entries = "".join(
        f'<contextEntry><variable name="{name}"/>{literal(chr(34) + text + chr(34))}</contextEntry>'
        for name, text in texts.items()
    )
    body = (
        '<businessKnowledgeModel id="k-K" name="K"><variable name="K" typeRef="number"/>'
        '<encapsulatedLogic kind="Java"><formalParameter name="a" typeRef="number"/>'
        f'<formalParameter name="b" typeRef="number"/><context>{entries}</context></encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    model = decisions.load(definitions(body + decision("D", literal("[K(1, 2), K(1.5, 2)]"), knows=("K",))))
    result = model.evaluate("D", {})
    assert result.value == [2, None]
    assert "„long“" in result.diagnoses[0].message_de
    with pytest.raises(DecisionError) as caught:
        decisions.load(definitions(body.replace("max(", "exec(")))
    assert "java.lang.Math.exec" in caught.value.message_de


def _knowledge(name: str, text: str, knows: tuple[str, ...] = ()) -> str:
    needs = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#k-{one}"/></knowledgeRequirement>' for one in knows
    )
    return (
        f'<businessKnowledgeModel id="k-{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{literal(text)}</encapsulatedLogic>{needs}'
        "</businessKnowledgeModel>"
    )


def test_knowledge_may_call_itself_and_each_other() -> None:
    body = _knowledge("fac", "if n <= 1 then 1 else n * fac(n - 1)")
    body += _knowledge("gerade", "if n = 0 then true else ungerade(n - 1)", ("ungerade",))
    body += _knowledge("ungerade", "if n = 0 then false else gerade(n - 1)", ("gerade", "ungerade"))
    body += decision("D", literal("[fac(5), gerade(8), ungerade(8)]"), knows=("fac", "gerade", "ungerade"))
    assert decisions.load(definitions(body)).evaluate("D", {}).value == [120, True, False]


def test_knowledge_can_be_asked_itself() -> None:
    model = decisions.load(definitions(_knowledge("fac", "if n <= 1 then 1 else n * fac(n - 1)")))
    assert model.evaluate("fac", {"n": 4}).value == 24


def _filter(source: str, match: str) -> str:
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


@pytest.mark.parametrize(
    ("source", "match", "expected"),
    [
        ("[1, 2, 3]", "item > 1", [2, 3]),
        ("[{a: 1}, {a: 2}]", "a > 1", [{"a": 2}]),
        ("[{a: 1}, {a: 2}]", "item.a > grenze", [{"a": 2}]),
        ("[{item: 1}, {item: 2}]", "item = 2", [{"item": 2}]),
        ("[{a: 1}, {b: 2}]", "b = null", [{"a": 1}]),
        ("5", "item > 1", [5]),
        ("[1, 2]", "null", []),
        ("[1, 2]", "2", None),
        ("null", "true", None),
    ],
)
def test_a_boxed_filter_knows_the_entries_of_what_it_filters(
    source: str, match: str, expected: object
) -> None:
    body = given("grenze", "number") + decision("D", _filter(source, match), inputs=("grenze",))
    assert decisions.load(definitions(body)).evaluate("D", {"grenze": 1}).value == expected


def test_a_wrong_type_does_not_hide_the_others() -> None:
    body = (
        '<itemDefinition name="tKreis"><itemComponent name="k"><typeRef>tKreis</typeRef></itemComponent>'
        '</itemDefinition><itemDefinition name="tAlter"><typeRef>number</typeRef><allowedValues><text>'
        "[0..150]</text></allowedValues></itemDefinition>"
    )
    body += decision("D", literal("20 instance of tAlter")) + decision("E", literal("200"), kind="tAlter")
    model = decisions.load(definitions(body), strict=False)
    assert [one.message_de for one in model.findings] == ["Der Typ „tKreis“ enthält sich selbst."]
    assert model.evaluate("D", {}).value is True
    result = model.evaluate("E", {})
    assert result.value is None
    assert "nicht zugelassen" in result.diagnoses[0].message_de
    with pytest.raises(DecisionError):
        decisions.load(definitions(body))


def test_a_name_may_say_in_which_model_it_is_meant() -> None:
    def part(letter: str) -> decisions.Model:
        body = given("x", "number") + decision("E", literal("x * 10"), inputs=("x",))
        return decisions.load(definitions(body, namespace=f"urn:{letter}"))

    head = "".join(
        f'<import namespace="urn:{one}" name="{one}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        for one in "ab"
    )
    needs = "".join(
        f'<informationRequirement><requiredDecision href="urn:{one}#d-E"/></informationRequirement>'
        for one in "ab"
    )
    body = f'{head}<decision id="d" name="D"><variable name="D"/>{needs}{literal("[a.E, b.E]")}</decision>'
    model = decisions.load(definitions(body), imports=[part("a"), part("b")])
    assert model.evaluate("D", {"x": 1}).value == [10, 10]
    assert model.evaluate("D", {"{urn:a}x": 1, "{urn:b}x": 2}).value == [10, 20]
    assert model.evaluate("{urn:b}E", {"x": 3}).value == 30
    for wrong in ("{urn:c}E", "{urn:a}F"):
        with pytest.raises(DecisionError):
            model.evaluate(wrong, {})


RICH = definitions(
    '<itemDefinition name="tAlter"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tPerson"><itemComponent name="alter"><typeRef>tAlter</typeRef>'
    "</itemComponent></itemDefinition>"
    + given("x", "number")
    + _knowledge("fac", "if n <= 1 then 1 else n * fac(n - 1)")
    + decision("F", _filter("[{a: 1}, {a: 2}]", "a > x"), inputs=("x",))
    + decision("D", literal("fac(x) + count(F)"), inputs=("x",), decisions=("F",), knows=("fac",))
    + decision(
        "T",
        table("COLLECT", [("D", "number")], ["o"], [(["> 1"], ["1"]), (["-"], ["2"])], aggregation="SUM"),
        decisions=("D",),
    )
)
TEXTS = [
    "",
    "1",
    "x",
    "[",
    "function(a) a",
    "?",
    "item",
    "{a: 1}",
    "[1..3]",
    "#d-T",
    "#k-fac",
    "tPerson",
    "SUM",
]


@settings(max_examples=300, deadline=None)
@given_data(st.lists(st.tuples(st.integers(0, 6), st.integers(0), st.integers(0)), min_size=1, max_size=4))
def test_a_damaged_model_is_refused_or_read(damages: list[tuple[int, int, int]]) -> None:
    root = etree.fromstring(RICH)
    for kind, first, second in damages:
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        one, other = elements[first % len(elements)], elements[second % len(elements)]
        names, parent = sorted(one.attrib), one.getparent()
        if kind == 0 and names:
            del one.attrib[names[second % len(names)]]
        elif kind == 1 and names:
            one.set(names[second % len(names)], TEXTS[first % len(TEXTS)])
        elif kind == 2 and parent is not None:
            parent.remove(one)
        elif kind == 3 and parent is not None:
            parent.append(copy.deepcopy(one))
        elif kind == 4:
            one.append(copy.deepcopy(other))
        elif kind == 5:
            one.text = TEXTS[second % len(TEXTS)]
        else:
            one.tag = other.tag
    for strict in (True, False):
        try:
            model = decisions.load(etree.tostring(root), strict=strict)
        except DecisionError as error:
            assert error.line >= 1
            continue
        for name in model.decisions:
            model.evaluate(name, {"x": 3})
