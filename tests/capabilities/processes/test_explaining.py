"""A decision made by table is kept with its inputs, the rules that fired and their texts, as they were then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from capabilities.processes.building import UNIT, bpmn, flow, user
from kernel.decisions.models import decision, definitions, literal, table
from kernel.decisions.models import given as input_data
from leineweber.capabilities import processes
from leineweber.capabilities.processes import actions, engine, queries, services
from leineweber.capabilities.processes.models import ProcessInstance, TableDecision
from leineweber.kernel import decisions as dmn
from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.decisions.sheets import read_sheets
from leineweber.kernel.refs import Ref

SYSTEM = Actor.system()
TABLE = table("UNIQUE", [("age", "number")], ["o"], [(["< 18"], ['"no"']), ([">= 18"], ['"yes"'])])
NAMED = TABLE.replace("<rule", '<annotation name="Grundlage"/><rule', 1)


def model(logic: str = NAMED) -> bytes:
    """Return a model with a decision `D` that needs `age` and the decision `Limit`."""
    return definitions(
        input_data("age", "number")
        + decision("Limit", table("FIRST", [("age", "number")], ["o"], [(["-"], ["1"])]), inputs=("age",))
        + decision("D", logic, inputs=("age",), decisions=("Limit",))
    )


def process(after: str = "") -> bytes:
    """Return a process that decides, and then does what follows."""
    return bpmn(
        f"""
        <startEvent id="s"/>{flow("s", "d")}
        <businessRuleTask id="d" name="Entscheiden" lw:decision="D" lw:result="result"/>
        {flow("d", "t")}
        {after or user("t")}
        {flow("t", "e")}<endEvent id="e"/>
        """,
        variables="age",
    )


def test_inputs_rules_and_texts_are_told() -> None:
    data = model(NAMED.replace("</rule>", "<description>Volljährig</description></rule>"))
    loaded, written = dmn.load(data), read_sheets(data)
    told = engine.explain("D", loaded.evaluate("D", {"age": 17}), written)
    limit = told["tables"].pop(0)
    assert (limit["decision"], limit["value"]) == ("Limit", 1)
    assert told == {
        "decision": "D",
        "value": "no",
        "tables": [
            {
                "decision": "D",
                "question": "",
                "hit_policy": "UNIQUE",
                "inputs": [{"label": "age", "value": 17}],
                "rules": [
                    {
                        "number": 1,
                        "conditions": ["< 18"],
                        "notes": [{"name": "Grundlage", "text": "Grund 1"}],
                        "description": "Volljährig",
                    }
                ],
                "value": "no",
            }
        ],
        "diagnoses": [],
    }


def test_what_is_no_data_is_told_as_text_and_what_went_wrong_too() -> None:
    data = model(literal('duration("P1D") + Limit'))
    told = engine.explain("D", dmn.load(data).evaluate("D", {"age": 1}), read_sheets(data))
    assert told["value"] is None
    assert told["diagnoses"]
    days = model(literal("if Limit = 1 then [1..3] else null"))
    told = engine.explain("D", dmn.load(days).evaluate("D", {"age": 1}), read_sheets(days))
    assert told["value"] == "[1..3]"
    assert [one["decision"] for one in told["tables"]] == ["Limit"]


def test_tables_that_are_not_in_the_file_are_told_by_what_fired() -> None:
    data = model()
    told = engine.explain("D", dmn.load(data).evaluate("D", {"age": 18}), read_sheets(definitions("")))
    [rule] = told["tables"][-1]["rules"]
    assert rule == {
        "number": 2,
        "conditions": [],
        "notes": [{"name": "", "text": "Grund 2"}],
        "description": "",
    }


@pytest.mark.django_db
def test_the_explanation_is_kept_with_the_decision_and_does_not_change() -> None:
    definition = processes.deploy("p", process(), model())
    subject = Ref("case", ids.new_id())
    services.start(definition, subject, {"age": 20}, UNIT, SYSTEM)
    [made] = queries.decisions_of(subject)
    assert (made.name, made.decision, made.element) == ("Entscheiden", "D", "d")
    assert made.explanation["value"] == "yes"
    changed = model().replace(b"Grund 2", b"Ein anderer Grund")
    processes.deploy("p", process(), changed)
    assert queries.decisions_of(subject) == [made]
    assert queries.decisions_of(Ref("case", ids.new_id())) == []
    assert str(TableDecision.objects.get()) == f"D {subject}"


@pytest.mark.django_db
def test_an_action_in_the_same_step_can_already_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def write(call: actions.ActionCall) -> dict[str, Any]:
        seen.extend(made.explanation["value"] for made in queries.decisions_of(call.subject))
        return {}

    monkeypatch.setattr(actions, "_handlers", {"test.write": write})
    letter = '<serviceTask id="t" lw:action="test.write"/>'
    services.start(
        processes.deploy("p", process(letter), model()), Ref("case", ids.new_id()), {"age": 3}, UNIT, SYSTEM
    )
    assert seen == ["no"]


@pytest.mark.django_db
def test_a_course_that_cannot_go_on_keeps_no_decision_until_it_does() -> None:
    """The decision is made again when the course goes on, and told once."""
    timer = (
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>age</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    definition = processes.deploy("p", process(timer), model())
    subject = Ref("case", ids.new_id())
    instance = services.start(definition, subject, {"age": 3}, UNIT, SYSTEM)
    assert instance.status == ProcessInstance.Status.FAILED
    assert queries.decisions_of(subject) == []
    services.retry(UUID(str(instance.id)), SYSTEM)
    assert queries.decisions_of(subject) == []


def test_a_decision_whose_input_nobody_gives_is_a_finding() -> None:
    data = process().replace(b' lw:variables="age"', b"")
    [found] = processes.check(data, decisions=model())
    assert "braucht „age“" in found.message
    assert found.line == next(
        number for number, line in enumerate(data.decode().splitlines(), 1) if "businessRuleTask" in line
    )
    assert processes.check(data, decisions=model(), variables={"age"}) == []
