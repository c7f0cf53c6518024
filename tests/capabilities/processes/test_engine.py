"""The engine: tokens move as BPMN says, state stays small, what cannot go on is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

from capabilities.processes.building import bpmn, flow, user
from leineweber.capabilities.processes import engine
from leineweber.capabilities.processes.engine import values
from leineweber.kernel import expressions as feel

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class World:
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[tuple[str, str]] = []
        self.answer: dict[str, Any] = {}
        self.explained: list[tuple[str, dict[str, Any]]] = []

    def perform(
        self, element: engine.Element, variables: dict[str, Any], parameters: dict[str, Any]
    ) -> Mapping[str, Any]:
        self.calls.append((element.action, parameters))
        return self.answer

    def thrown(self, name: str, kind: str) -> None:
        self.sent.append((kind, name))

    def decided(self, element: engine.Element, explanation: dict[str, Any]) -> None:
        self.explained.append((element.id, explanation))


class Course:
    """An instance that is stored and read again before every step, as in the program."""

    def __init__(self, data: bytes, variables: dict[str, Any] | None = None, decisions: bytes = b"") -> None:
        self.definition = engine.compile_definition(data, decisions)
        self.world = World()
        self.steps: list[tuple[str, str]] = []
        self.run = engine.Run.start(self.definition, variables or {}, self.world)
        self._keep()

    def _keep(self) -> None:
        self.steps.extend((step.kind, step.element.id) for step in self.run.steps)
        self.text = self.run.text

    def _resume(self) -> None:
        self.run = engine.Run.resume(self.definition, self.text, self.world)

    @property
    def open(self) -> list[str]:
        return sorted(task.element.id for task in self.run.open_tasks())

    def do(self, element: str, **outputs: Any) -> Course:
        self._resume()
        token = next(task.token for task in self.run.open_tasks() if task.element.id == element)
        self.run.complete(token, outputs)
        self._keep()
        return self

    def hear(self, message: str, **payload: Any) -> bool:
        self._resume()
        taken = self.run.receive(message, payload)
        self._keep()
        return taken

    def wait(self) -> Course:
        self._resume()
        self.run.let_time_pass()
        self._keep()
        return self


def split_and_join(inside_loop: bool = False) -> bytes:
    back = (
        f'<exclusiveGateway id="again" default="out"/>{flow("j", "again")}'
        f"{flow('again', 'm', 'weiter = true')}{flow('again', 'e', identifier='out')}"
        if inside_loop
        else flow("j", "e")
    )
    return bpmn(
        f'<startEvent id="s"/>{flow("s", "m")}<exclusiveGateway id="m"/>{flow("m", "f")}'
        f'<parallelGateway id="f"/>{flow("f", "a")}{flow("f", "b")}'
        f"{user('a', outputs='weiter?')}{flow('a', 'j')}{user('b')}{flow('b', 'j')}"
        f'<parallelGateway id="j"/>{back}<endEvent id="e"/>'
    )


def test_a_parallel_gateway_waits_for_every_branch() -> None:
    for first, second in (("a", "b"), ("b", "a")):
        course = Course(split_and_join())
        assert course.open == ["a", "b"]
        assert course.do(first).open == [second]
        assert not course.run.ended
        assert course.do(second).run.ended


def test_a_parallel_gateway_in_a_loop_waits_in_every_round() -> None:
    course = Course(split_and_join(inside_loop=True))
    sizes = []
    for number in range(60):
        first, second = ("a", "b") if number % 2 else ("b", "a")
        course.do(first, **({"weiter": True} if first == "a" else {}))
        assert course.open == [second], number
        course.do(second, **({"weiter": True} if second == "a" else {}))
        assert course.open == ["a", "b"], number
        sizes.append(len(course.text))
    assert max(sizes) - min(sizes) < 50
    course.do("a", weiter=False)
    assert course.do("b").run.ended


def asking() -> bytes:
    return bpmn(
        f'<startEvent id="s"/>{flow("s", "t")}{user("t", outputs="noch")}{flow("t", "g")}'
        f'<exclusiveGateway id="g" default="out"/>{flow("g", "w", "noch = true")}{flow("g", "e", identifier="out")}'
        f'<receiveTask id="w" messageRef="m1"/>{flow("w", "t")}'
        '<boundaryEvent id="late" attachedToRef="w" lw:dueIn="working-days"><timerEventDefinition>'
        f"<timeDuration>P10D</timeDuration></timerEventDefinition></boundaryEvent>{flow('late', 'mark')}"
        f'<scriptTask id="mark" lw:result="spaet"><script>true</script></scriptTask>{flow("mark", "t")}'
        '<boundaryEvent id="note" attachedToRef="w" cancelActivity="false"><messageEventDefinition messageRef="m2"/>'
        f'</boundaryEvent>{flow("note", "noted")}<endEvent id="noted"/><endEvent id="e"/>',
        '<message id="m1" name="antwort" lw:payload="text"/><message id="m2" name="hinweis"/>',
    )


def test_state_stays_small_over_fifty_rounds() -> None:
    course = Course(asking())
    sizes = []
    for _ in range(50):
        course.do("t", noch=True)
        course.hear("hinweis")
        course.hear("hinweis")
        course.hear("antwort", text="x")
        sizes.append(len(course.text))
    assert max(sizes) < 400
    assert sizes[-1] - sizes[4] < 20
    assert len(json.loads(course.text)["tree"]) < 8


def test_a_thousand_rounds_do_not_stall() -> None:
    course = Course(asking())
    for _ in range(1000):
        course.do("t", noch=True)
        assert course.hear("antwort")
    assert course.open == ["t"]
    assert course.do("t", noch=False).run.ended


def test_an_event_that_does_not_interrupt_is_heard_again_and_again() -> None:
    course = Course(asking())
    course.do("t", noch=True)
    for _ in range(3):
        assert course.hear("hinweis")
        assert course.run.waits_for() == {"antwort", "hinweis"}
    assert course.steps.count(("message", "note")) == 3
    assert course.hear("antwort", text="ja")
    assert course.open == ["t"]
    assert json.loads(course.text)["vars"]["text"] == "ja"
    assert not course.hear("hinweis")


def test_a_timer_counts_working_days_and_interrupts() -> None:
    with time_machine.travel(datetime(2026, 12, 18, 12, tzinfo=UTC), tick=False) as traveller:
        course = Course(asking()).do("t", noch=True)
        [timer] = course.run.timers()
        assert timer.due.isoformat() == "2027-01-05T23:59:59+01:00"
        traveller.move_to(timer.due - timedelta(seconds=1))
        assert course.wait().open == []
        traveller.move_to(timer.due)
        assert course.wait().open == ["t"]
        assert course.steps[-2:] == [("timer", "late"), ("script", "mark")]
        assert json.loads(course.text)["vars"]["spaet"] is True
        assert not course.hear("antwort")
        assert course.run.timers() == []


def test_a_timer_may_be_an_expression() -> None:
    data = asking().replace(b"<timeDuration>P10D</timeDuration>", b"<timeDate>frist</timeDate>")
    data = data.replace(b'isExecutable="true"', b'isExecutable="true" lw:variables="frist"')
    course = Course(data, {"frist": date(2026, 12, 24)}).do("t", noch=True)
    assert course.run.timers()[0].due.isoformat() == "2026-12-24T23:59:59+01:00"
    with pytest.raises(engine.ProcessError, match="late"):
        Course(data).do("t", noch=True)


def endless() -> bytes:
    """A round that the check cannot see as endless, because a task lies on another way through it."""
    return bpmn(
        f'<startEvent id="s"/>{flow("s", "g")}<exclusiveGateway id="g" default="gt"/>'
        f'{flow("g", "sub", "n = 1")}{flow("g", "t", identifier="gt")}{user("t")}{flow("t", "e")}<endEvent id="e"/>'
        f'<subProcess id="sub"><startEvent id="s2"/>{flow("s2", "g2")}<exclusiveGateway id="g2" default="g2e"/>'
        f"{flow('g2', 't2', 'n = 2')}{user('t2')}{flow('t2', 'e2')}{flow('g2', 'e2', identifier='g2e')}"
        f'<endEvent id="e2"/></subProcess>{flow("sub", "g")}',
        variables="n",
    )


def test_a_round_without_end_is_found_when_it_runs() -> None:
    with pytest.raises(engine.ProcessError, match="dreht sich im Kreis"):
        Course(endless(), {"n": 1})
    assert Course(endless(), {"n": 0}).open == ["t"]


def test_a_long_automatic_loop_that_ends_goes_through() -> None:
    data = endless().replace(
        b'<endEvent id="e2"/>',
        '<scriptTask id="up" lw:result="n"><script>if k &gt; 150 then 0 else 1</script></scriptTask>'
        f"{flow('up', 'up2')}"
        f'<scriptTask id="up2" lw:result="k"><script>k + 1</script></scriptTask>{flow("up2", "e2")}'
        '<endEvent id="e2"/>'.encode(),
    )
    data = data.replace(
        flow("g2", "e2", identifier="g2e").encode(), flow("g2", "up", identifier="g2e").encode()
    )
    data = data.replace(b'lw:variables="n"', b'lw:variables="n k"')
    course = Course(data, {"n": 1, "k": 0})
    assert course.open == ["t"]
    assert json.loads(course.text)["vars"]["k"] == 152


def scripted(text: str) -> bytes:
    return bpmn(
        f"""
        <startEvent id="s"/>{flow("s", "x")}
        <scriptTask id="x" lw:result="r"><script>{text}</script></scriptTask>{flow("x", "t")}
        {user("t")}{flow("t", "w")}
        <intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>r</timeDuration></timerEventDefinition>
        </intermediateCatchEvent>{flow("w", "e")}<endEvent id="e"/>
        """,
        variables="a",
    )


def test_a_duration_that_was_computed_is_kept_for_a_later_timer() -> None:
    with time_machine.travel(NOW, tick=False):
        course = Course(scripted('duration("P2D")')).do("t")
        assert [timer.due for timer in course.run.timers()] == [NOW + timedelta(days=2)]


@pytest.mark.parametrize("text", ["[1..5]", "function(x) x", "{a: [1..5]}"])
def test_a_result_that_cannot_be_kept_disturbs_the_process(text: str) -> None:
    with pytest.raises(engine.ProcessError, match=r"^x: .*Dauer"):
        Course(scripted(text))


PYTHON = "__import__('pathlib').Path('{}').touch()"


@pytest.mark.parametrize("place", ["script", "condition", "timer", "parameter", "require", "note"])
def test_python_is_refused_wherever_an_expression_stands(place: str, tmp_path: Path) -> None:
    python = {place: PYTHON.format(tmp_path / "evil")}
    data = bpmn(
        f"""
        <startEvent id="s"/>{flow("s", "x")}
        <scriptTask id="x" lw:result="r"><script>{python.get("script", "1")}</script></scriptTask>{flow("x", "a")}
        <serviceTask id="a" lw:action="a.b"><extensionElements><lw:parameter name="p"
        value="{python.get("parameter", "1")}"/></extensionElements></serviceTask>{flow("a", "g")}
        <exclusiveGateway id="g" default="d"/>{flow("g", "e", python.get("condition", "r = 1"))}
        {flow("g", "t", identifier="d")}
        {user("t", require=python.get("require", "true"), note=python.get("note", "null"))}{flow("t", "w")}
        <intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>{python.get("timer", "P1D")}
        </timeDuration></timerEventDefinition></intermediateCatchEvent>{flow("w", "e")}<endEvent id="e"/>
        """
    )
    with pytest.raises(engine.Refused, match=r"Spalte 12\)"):
        Course(data)
    assert not (tmp_path / "evil").exists()


def test_actions_get_parameters_and_set_variables() -> None:
    data = bpmn(
        f'<startEvent id="s"/>{flow("s", "a")}<serviceTask id="a" lw:action="x.y" lw:outputs="nr">'
        '<extensionElements><lw:parameter name="doppelt" value="n * 2"/></extensionElements></serviceTask>'
        f'{flow("a", "g")}<exclusiveGateway id="g" default="ge"/>{flow("g", "t", "nr = 7")}'
        f'{flow("g", "e", identifier="ge")}{user("t")}{flow("t", "e")}<endEvent id="e"/>',
        variables="n",
    )
    definition = engine.compile_definition(data)
    world = World()
    world.answer = {"nr": 7}
    run = engine.Run.start(definition, {"n": Decimal("1.5")}, world)
    assert world.calls == [("x.y", {"doppelt": Decimal(3)})]
    assert [task.element.id for task in run.open_tasks()] == ["t"]


def test_signals_reach_who_waits_inside_and_the_world_outside() -> None:
    data = bpmn(
        f'<startEvent id="s"/>{flow("s", "f")}<parallelGateway id="f"/>{flow("f", "w")}{flow("f", "a")}'
        '<intermediateCatchEvent id="w"><signalEventDefinition signalRef="x"/></intermediateCatchEvent>'
        f"{flow('w', 'j')}{user('a')}{flow('a', 'send')}"
        '<intermediateThrowEvent id="send"><signalEventDefinition signalRef="x"/></intermediateThrowEvent>'
        f'{flow("send", "j")}<parallelGateway id="j"/>{flow("j", "e")}<endEvent id="e"/>',
        '<signal id="x" name="los"/>',
    )
    course = Course(data)
    course.do("a")
    assert course.world.sent == [("signal", "los")]
    assert course.run.ended
    course = Course(data)
    course._resume()
    assert course.run.receive("los", {}, "signal")
    assert [task.element.id for task in course.run.open_tasks()] == ["a"]


def test_a_message_may_be_sent_and_a_process_terminated() -> None:
    data = bpmn(
        f'<startEvent id="s"/>{flow("s", "f")}<parallelGateway id="f"/>{flow("f", "a")}{flow("f", "b")}'
        f'{user("a")}{flow("a", "stop")}<endEvent id="stop"><terminateEventDefinition/></endEvent>'
        f'{user("b")}{flow("b", "e")}<endEvent id="e"><messageEventDefinition messageRef="m"/></endEvent>',
        '<message id="m" name="fertig"/>',
    )
    course = Course(data).do("a")
    assert course.run.ended
    assert course.open == []
    assert course.run.outcome is not None
    assert course.run.outcome.id == "stop"
    course = Course(data).do("b")
    assert course.world.sent == [("message", "fertig")]
    assert course.open == ["a"]


def test_a_token_that_is_not_open_is_refused() -> None:
    course = Course(asking())
    token = course.run.open_tasks()[0].token
    course.do("t", noch=True)
    course._resume()
    with pytest.raises(KeyError):
        course.run.complete(token, {})


def test_a_state_of_another_version_is_refused() -> None:
    course = Course(asking())
    with pytest.raises(ValueError, match="version 9"):
        engine.Run.resume(course.definition, course.text.replace('"v":1', '"v":9'), course.world)


def test_values_come_back_as_they_went_in() -> None:
    given = {
        "n": 1,
        "d": Decimal("1.50"),
        "day": date(2026, 1, 2),
        "at": NOW,
        "t": NOW.time(),
        "list": [1, {"a": None, "b": True}],
        "text": "ß",
        "tagged": {"$": "decimal", "v": "keine Zahl"},
        "short": feel.compile('duration("P2DT3H")').evaluate(),
        "long": feel.compile('duration("-P1Y2M")').evaluate(),
    }
    packed = values.pack(given)
    assert values.unpack(json.loads(json.dumps(packed))) == given
    assert values.pack(Decimal("2.00")) == 2
    assert values.unpack(values.pack(0.1)) == Decimal("0.1")
    with pytest.raises(TypeError):
        values.pack({"x": object()})


# -- the real process ------------------------------------------------------------------------------------------


def real(files: tuple[bytes, bytes], **variables: Any) -> Course:
    return Course(files[0], variables, files[1])


def test_accept_from_end_to_end(wahlhelfer_files: tuple[bytes, bytes]) -> None:
    course = real(wahlhelfer_files, wunschfunktion="egal", frueher=["wahlvorsteher"])
    assert course.open == ["pruefen"]
    assert course.do("pruefen", entscheidung="annehmen").open == ["einsetzen"]
    assert course.do("einsetzen", district="012", function="wahlvorsteher").open == ["schlusszeichnung"]
    assert course.do("schlusszeichnung", freigabe=False, bemerkung="Bezirk prüfen").open == ["einsetzen"]
    assert course.run.open_tasks()[0].note == "Zurückgegeben: Bezirk prüfen"
    course.do("einsetzen", district="013", function="wahlvorsteher")
    assert course.do("schlusszeichnung", freigabe=True).run.ended
    assert [name for name, _ in course.world.calls] == [
        "applications.draft_notice",
        "applications.draft_notice",
        "applications.deliver_notice",
        "applications.close",
    ]
    assert course.world.calls[2][1] == {"art": "berufung"}
    assert course.run.outcome is not None
    assert course.run.outcome.id == "ende"


def test_the_script_engine_of_the_library_is_never_asked(
    wahlhelfer_files: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A course with gateways, scripts, decisions, timers and messages runs although every way to Python is mined."""

    def mine(*arguments: Any, **options: Any) -> None:
        raise AssertionError("The Python engine was reached.")

    for owner in (PythonScriptEngine, TaskDataEnvironment):
        for method in ("__init__", "evaluate", "execute"):
            monkeypatch.setattr(owner, method, mine)
    with time_machine.travel(NOW, tick=False) as traveller:
        course = real(wahlhelfer_files).do("pruefen", entscheidung="rueckfragen", frage="Wann?")
        traveller.shift(timedelta(days=30))
        course.wait().do("pruefen", entscheidung="rueckfragen", frage="Wann?")
        assert course.hear("antwort")
        assert course.open == ["pruefen"]


def test_refuse_with_four_eyes_and_return(wahlhelfer_files: tuple[bytes, bytes]) -> None:
    course = real(wahlhelfer_files)
    course.do("pruefen", entscheidung="ablehnen", begruendung="Zu jung")
    assert course.open == ["schlusszeichnung_ablehnung"]
    assert course.run.open_tasks()[0].element.four_eyes == "pruefen"
    assert course.do("schlusszeichnung_ablehnung", freigabe=False, bemerkung="Nein").open == ["pruefen"]
    course.do("pruefen", entscheidung="ablehnen", begruendung="Zu jung")
    assert course.do("schlusszeichnung_ablehnung", freigabe=True).run.ended
    assert course.world.calls[-2] == ("applications.deliver_notice", {"art": "ablehnung"})


def test_ask_back_answer_and_deadline(wahlhelfer_files: tuple[bytes, bytes]) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        course = real(wahlhelfer_files)
        course.do("pruefen", entscheidung="rueckfragen", frage="Wann sind Sie geboren?")
        assert course.world.calls == [("applications.ask", {"frage": "Wann sind Sie geboren?"})]
        assert course.open == []
        assert course.hear("antwort")
        assert course.run.open_tasks()[0].note == "Antwort eingegangen"
        course.do("pruefen", entscheidung="rueckfragen", frage="Und wo?")
        # Fourteen days from Monday 23 November (§§ 187, 188 BGB): Monday 7 December.
        assert course.run.timers()[0].due.isoformat() == "2026-12-07T23:59:59+01:00"
        traveller.move_to(datetime(2026, 12, 8, tzinfo=UTC))
        assert course.wait().open == ["pruefen"]
        assert course.run.open_tasks()[0].note == "Frist zur Antwort abgelaufen"


@pytest.mark.parametrize("after", ["start", "asked", "accepted", "signing", "refused"])
def test_withdrawal_interrupts_everywhere(wahlhelfer_files: tuple[bytes, bytes], after: str) -> None:
    course = real(wahlhelfer_files)
    if after == "asked":
        course.do("pruefen", entscheidung="rueckfragen", frage="?")
    elif after == "refused":
        course.do("pruefen", entscheidung="ablehnen", begruendung="x")
    elif after in {"accepted", "signing"}:
        course.do("pruefen", entscheidung="annehmen")
    if after == "signing":
        course.do("einsetzen", district="1", function="beisitz")
    assert course.hear("berichtigt")
    assert course.hear("berichtigt")
    assert course.hear("zurueckgezogen")
    assert course.run.ended
    assert course.open == []
    assert course.run.timers() == []
    assert [name for name, _ in course.world.calls[-2:]] == ["applications.withdraw", "applications.close"]
    assert course.run.outcome is not None
    assert course.run.outcome.id == "ende_zurueckgezogen"
    assert course.steps.count(("message", "berichtigt")) == 2


@pytest.mark.parametrize(
    ("outputs", "fine"),
    [
        ({"entscheidung": "annehmen"}, True),
        ({"entscheidung": "rueckfragen", "frage": "?"}, True),
        ({"entscheidung": "rueckfragen"}, False),
        ({"entscheidung": "rueckfragen", "frage": ""}, False),
        ({"entscheidung": "ablehnen"}, False),
        ({"entscheidung": "ablehnen", "begruendung": "x"}, True),
        ({"entscheidung": "vielleicht"}, False),
    ],
)
def test_what_the_check_of_an_application_must_say(
    wahlhelfer_files: tuple[bytes, bytes], outputs: dict[str, Any], fine: bool
) -> None:
    assert real(wahlhelfer_files).run.accepts("pruefen", outputs) is fine
