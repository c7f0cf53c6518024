"""A broken process is refused with line and reason; whatever is handed in, nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capabilities.processes.building import bpmn, flow, user
from leineweber.capabilities import processes
from leineweber.capabilities.processes import engine


def line_of(data: bytes, text: str) -> int:
    return next(number for number, line in enumerate(data.decode().splitlines(), 1) if text in line)


def simple(task: str, *, before: str = "", variables: str = "") -> bytes:
    return bpmn(
        f'<startEvent id="s"/>\n{flow("s", "t")}\n{task}\n{flow("t", "e")}\n<endEvent id="e"/>',
        before,
        variables,
    )


CHOICE = f"""
<startEvent id="s"/>
{flow("s", "g")}
<exclusiveGateway id="g" {{default}}/>
{flow("g", "e", "{condition}", "one")}
{flow("g", "f", "{other}", "two")}
<endEvent id="e"/>
<endEvent id="f"/>
"""


def choice(default: str = 'default="two"', condition: str = "n = 1", other: str = "") -> bytes:
    text = CHOICE.replace("{default}", default).replace("{condition}", condition).replace("{other}", other)
    return bpmn(text.replace("<conditionExpression></conditionExpression>", ""), variables="n")


def test_a_sound_process_has_no_findings() -> None:
    assert processes.check(simple(user("t")), roles={"r"}, actions=set()) == []
    assert processes.check(choice()) == []


BROKEN = [
    (simple(user("t", role="unknown.role")), "unknown.role", "Die Rolle „unknown.role“ gibt es nicht"),
    (simple('<userTask id="t"/>'), '"t"/', "hat keine Rolle"),
    (simple('<serviceTask id="t" lw:action="no.such"/>'), "no.such", "Die Aktion „no.such“ gibt es nicht"),
    (simple('<serviceTask id="t"/>'), "serviceTask", "hat keine Aktion"),
    (simple('<task id="t" name="Prüfen"/>'), "<task", "ohne Art"),
    (simple('<callActivity id="t" calledElement="x"/>'), "callActivity", "wird nicht unterstützt"),
    (simple('<complexGateway id="t"/>'), "complexGateway", "wird nicht unterstützt"),
    (
        simple('<businessRuleTask id="t" lw:decision="X"/>'),
        "businessRule",
        "Die Entscheidung „X“ gibt es nicht",
    ),
    (simple('<businessRuleTask id="t"/>'), "businessRule", "nennt keine Entscheidung"),
    (simple('<scriptTask id="t"><script>1</script></scriptTask>'), "scriptTask", "welche Variable"),
    (simple('<scriptTask id="t" lw:result="x"/>'), "scriptTask", "keinen Ausdruck"),
    (simple(user("t", due="bald")), "bald", "lw:due"),
    (simple(user("t", due="P1M", dueIn="working-days")), "P1M", "Arbeitstagen"),
    (simple(user("t", unit="d5")), "d5", "lw:unit"),
    (simple(user("t", fourEyes="x")), "fourEyes", "gibt es nicht"),
    (simple(user("t", fourEyes="t")), "fourEyes", "liegt nicht vor"),
    (simple(user("t", outputs="a", story="b")), "story", "nicht in lw:outputs"),
    (simple(user("t", require="a =")), "require", "lw:require"),
    (simple(user("t", require="unbekannt = 1")), "require", "unbekannt"),
    (
        simple(user("t")[:-2] + "><multiInstanceLoopCharacteristics/></userTask>"),
        "userTask",
        "Mehrfachausführung",
    ),
    (choice(default=""), "exclusiveGateway", "keinen Standardweg"),
    (choice(default='default="nix"'), "exclusiveGateway", "geht nicht von hier aus"),
    (choice(default='default="one"'), '"two"', "braucht eine Bedingung"),
    (choice(condition="n ="), '"one"', "Bedingung von „one“"),
    (choice(condition="m = 1"), '"one"', "m"),
    (
        bpmn(f'<startEvent id="s"/>{flow("s", "e")}<endEvent id="e"/>\n{user("lone")}{flow("lone", "e")}'),
        "lone",
        "Kein Weg führt hin",
    ),
    (
        bpmn(
            f'<startEvent id="s"/>{flow("s", "e")}<endEvent id="e"/>\n'
            f"{user('a')}{flow('a', 'b')}\n{user('b')}{flow('b', 'a')}"
        ),
        '"a"',
        "ist nicht erreichbar",
    ),
    (
        bpmn(
            f'<startEvent id="s"/>{flow("s", "t")}\n{user("t")}{flow("t", "u")}\n'
            f'{user("u")}{flow("u", "t")}\n<endEvent id="e"/>'
        ),
        "endEvent",
        "Kein Weg führt hin",
    ),
    (bpmn(f'<startEvent id="s"/>{flow("s", "t")}\n{user("t")}'), "userTask", "endet im Nichts"),
    (
        bpmn(f'<startEvent id="s"/>{flow("s", "nix")}<endEvent id="e"/>'),
        "s_nix",
        "hat kein Ende, das es gibt",
    ),
    (bpmn('<endEvent id="e"/>'), "process", "genau ein Startereignis"),
    (
        bpmn(
            f'<startEvent id="s"/>{flow("s", "g")}\n<exclusiveGateway id="g" default="out"/>\n'
            f"{flow('g', 'a', 'n = 1')}{flow('g', 'e', identifier='out')}\n"
            f'<serviceTask id="a" lw:action="x"/>{flow("a", "g")}<endEvent id="e"/>',
            variables="n",
        ),
        "exclusiveGateway",
        "endlosen Schleife",
    ),
    (
        bpmn(
            f'<startEvent id="s"/>{flow("s", "g")}\n<exclusiveGateway id="g" default="gb"/>\n'
            f"{flow('g', 'a', 'n = 1')}{flow('g', 'b', identifier='gb')}\n{user('a')}{flow('a', 'j')}\n"
            f'{user("b")}{flow("b", "j")}\n<parallelGateway id="j"/>\n{flow("j", "e")}<endEvent id="e"/>',
            variables="n",
        ),
        "parallelGateway",
        "kann für immer warten",
    ),
    (simple(user("t") + user("t")), 'id="t"', "kommt zweimal vor"),
    (simple(user("t").replace('id="t"', "")), "userTask", "keine Kennung"),
    (
        simple(
            user("t")
            + '\n<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition/></boundaryEvent>'
            + flow("b", "e")
        ),
        "boundaryEvent",
        "braucht eine Dauer",
    ),
    (
        simple(
            user("t") + '\n<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition>'
            "<timeDuration>P1X</timeDuration></timerEventDefinition></boundaryEvent>" + flow("b", "e")
        ),
        "boundaryEvent",
        "P1X",
    ),
    (
        simple(
            user("t") + '\n<boundaryEvent id="b" attachedToRef="t"><messageEventDefinition messageRef="m"/>'
            "</boundaryEvent>" + flow("b", "e")
        ),
        "boundaryEvent",
        "Die Nachricht „m“",
    ),
    (
        simple(
            user("t")
            + '\n<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
            + flow("b", "e")
        ),
        "boundaryEvent",
        "errorEventDefinition",
    ),
    (
        simple(
            '<subProcess id="t" triggeredByEvent="true"><startEvent id="x"/><endEvent id="y"/></subProcess>'
        ),
        "subProcess",
        "Ereignis-Teilprozesse",
    ),
    (
        simple(
            user("t") + '\n<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition>'
            "<timeDate>2027-02-30</timeDate></timerEventDefinition></boundaryEvent>" + flow("b", "e")
        ),
        "boundaryEvent",
        "„2027-02-30“ ist kein Tag",
    ),
    (b"", None, "kein wohlgeformtes XML"),
    (b"<a/>", None, "kein BPMN"),
    (b"kein xml", None, "kein wohlgeformtes XML"),
    (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', None, "DOCTYPE"),
    (simple(user("t")).replace(b' isExecutable="true"', b""), "process", "genau einen Prozess"),
]


@pytest.mark.parametrize(("data", "place", "reason"), BROKEN, ids=[case[2] for case in BROKEN])
def test_what_is_broken_is_said_with_its_line(data: bytes, place: str | None, reason: str) -> None:
    findings = processes.check(data, roles={"r"}, actions={"x"})
    fitting = [finding for finding in findings if reason in finding.message]
    assert fitting, [str(finding) for finding in findings]
    assert fitting[0].line == (1 if place is None else line_of(data, place))


@pytest.mark.parametrize("data", [case[0] for case in BROKEN])
def test_what_is_broken_cannot_be_compiled(data: bytes) -> None:
    if processes.check(data):
        with pytest.raises(engine.Refused) as refusal:
            engine.compile_definition(data)
        assert refusal.value.findings


def test_an_unknown_role_is_only_a_finding_when_roles_are_given() -> None:
    assert processes.check(simple(user("t", role="some.role"))) == []


def test_a_parallel_split_with_a_late_end_is_sound() -> None:
    data = bpmn(
        f'<startEvent id="s"/>{flow("s", "f")}<parallelGateway id="f"/>{flow("f", "a")}{flow("f", "b")}'
        f'{user("a")}{flow("a", "j")}{user("b")}{flow("b", "j")}<parallelGateway id="j"/>{flow("j", "e")}'
        '<endEvent id="e"/>'
    )
    assert processes.check(data) == []


def test_the_real_process_has_no_findings(wahlhelfer_files: tuple[bytes, bytes]) -> None:
    process, decisions = wahlhelfer_files
    names = {f"applications.{name}" for name in ("ask", "draft_notice", "draft_refusal", "deliver_notice")}
    names |= {"applications.close", "applications.withdraw"}
    roles = {"elections.clerk", "elections.head"}
    assert processes.check(process, roles=roles, actions=names, decisions=decisions) == []


ELEMENTS = st.sampled_from(
    ["startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "subProcess",
     "boundaryEvent", "receiveTask", "scriptTask", "task", "sequenceFlow", "unsinn"]
)  # fmt: skip
IDS = st.sampled_from(["a", "b", "c", "d", ""])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    parts = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(ELEMENTS)
        attributes = {"id": draw(IDS)}
        if kind == "sequenceFlow":
            attributes |= {"sourceRef": draw(IDS), "targetRef": draw(IDS)}
        if kind == "boundaryEvent":
            attributes["attachedToRef"] = draw(IDS)
        text = "".join(f' {name}="{value}"' for name, value in attributes.items())
        parts.append(f"<{kind}{text}/>")
    return bpmn("\n".join(parts))


@settings(max_examples=200, deadline=None)
@given(documents())
def test_nothing_that_is_handed_in_raises(data: bytes) -> None:
    for finding in processes.check(data, roles=set(), actions=set()):
        assert finding.line >= 1
        assert finding.message


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    assert processes.check(data)
