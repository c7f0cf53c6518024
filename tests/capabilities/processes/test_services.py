"""What can be done with courses and tasks: one writer, one holder, four eyes, nothing lost when disturbed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from capabilities.processes.building import UNIT, bpmn, flow, staff, user
from leineweber.capabilities import processes
from leineweber.capabilities.processes import actions, engine, queries, services, subscriptions, tasks
from leineweber.capabilities.processes.models import HistoryEntry, ProcessDefinition, ProcessInstance, Task
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Denied, Grant, allowed
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import Event
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.refs import Ref
from leineweber.people.organisation import services as organisation

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def definition(wahlhelfer_files: tuple[bytes, bytes], done: list[Any]) -> ProcessDefinition:
    return processes.deploy("wahlhelfer", *wahlhelfer_files)


@pytest.fixture
def subject(definition: ProcessDefinition) -> Ref:
    ref = Ref("application", ids.new_id())
    services.start(definition, ref, {}, UNIT, SYSTEM, title="WH-7K3F-92QD-5 Erika Müster")
    return ref


def live(subject: Ref) -> Task:
    return Task.objects.get(subject=str(subject), status__in=["open", "claimed"])


def instance_of(subject: Ref) -> ProcessInstance:
    return ProcessInstance.objects.get(subject=str(subject))


def told(subject: Ref) -> list[str]:
    return [step.kind for step in queries.history(subject)]


def events(name: str) -> list[StoredEvent]:
    return list(StoredEvent.objects.filter(name=name).order_by("id"))


def to_signing(subject: Ref, clerk: Actor) -> Task:
    services.complete(live(subject).id, clerk, {"entscheidung": "annehmen"})
    services.complete(live(subject).id, clerk, {"district": "012", "function": "beisitz"})
    return live(subject)


# -- definitions -----------------------------------------------------------------------------------------------


def test_the_same_content_is_stored_once(wahlhelfer_files: tuple[bytes, bytes]) -> None:
    first = processes.deploy("wahlhelfer", *wahlhelfer_files)
    assert processes.deploy("wahlhelfer", *wahlhelfer_files).id == first.id
    changed = wahlhelfer_files[0].replace(b"Meldung eingegangen", b"Meldung angekommen")
    second = processes.deploy("wahlhelfer", changed, wahlhelfer_files[1])
    assert second.id != first.id
    assert ProcessDefinition.objects.count() == 2
    latest = queries.latest("wahlhelfer")
    assert latest is not None
    assert latest.id == second.id
    assert queries.latest("gibt-es-nicht") is None


def test_a_broken_process_is_not_stored() -> None:
    with pytest.raises(engine.Refused):
        processes.deploy("x", b"<a/>")
    assert not ProcessDefinition.objects.exists()


def test_a_running_course_keeps_its_definition(
    definition: ProcessDefinition, subject: Ref, wahlhelfer_files: tuple[bytes, bytes], clerk: Actor
) -> None:
    changed = wahlhelfer_files[0].replace(b'name="Wahlbezirk und Funktion zuweisen"', b'name="Anders"')
    processes.deploy("wahlhelfer", changed, wahlhelfer_files[1])
    services.complete(live(subject).id, clerk, {"entscheidung": "annehmen"})
    assert live(subject).name == "Wahlbezirk und Funktion zuweisen"


# -- the course ------------------------------------------------------------------------------------------------


def test_start_opens_the_first_task_and_tells(definition: ProcessDefinition) -> None:
    with time_machine.travel(NOW, tick=False):
        ref = Ref("application", ids.new_id())
        instance = services.start(definition, ref, {"wunschfunktion": "beisitz"}, UNIT, SYSTEM, title="WH-1")
        task = live(ref)
    assert instance.status == "running"
    assert (task.element, task.role, task.unit_path) == ("pruefen", "elections.clerk", UNIT)
    assert task.due == datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC)
    assert told(ref) == ["started", "task_opened"]
    [event] = events("task.opened")
    assert event.subject == str(ref)
    assert event.payload["task_id"] == str(task.id)
    assert Entry.objects.filter(name="process.started", subject=str(ref)).count() == 1


def test_the_whole_course_and_its_story(
    subject: Ref, clerk: Actor, second_clerk: Actor, head: Actor, done: list[Any]
) -> None:
    services.claim(live(subject).id, clerk)
    services.complete(live(subject).id, clerk, {"entscheidung": "rueckfragen", "frage": "Wann geboren?"})
    assert services.receive(subject, "antwort", {}, Actor("citizen", ids.new_id(), "Erika Müster"))
    assert live(subject).note == "Antwort eingegangen"
    services.complete(live(subject).id, second_clerk, {"entscheidung": "annehmen"})
    services.complete(live(subject).id, clerk, {"district": "012", "function": "beisitz"})
    instance = services.complete(live(subject).id, head, {"freigabe": True})
    assert instance.status == "ended"
    assert (instance.outcome, instance.state) == ("Abgeschlossen", "")
    assert [name for name, _ in done] == [
        "applications.ask",
        "applications.draft_notice",
        "applications.deliver_notice",
        "applications.close",
    ]
    assert told(subject) == [
        "started", "task_opened", "task_claimed", "task_completed", "action", "message", "script", "task_opened",
        "task_completed", "decision", "task_opened", "task_completed", "action", "task_opened", "task_completed",
        "action", "action", "ended",
    ]  # fmt: skip
    story = queries.history(subject)
    assert [step.actor_label for step in story if step.kind == "message"] == ["Erika Müster"]
    completed = [step for step in story if step.kind == "task_completed"]
    assert [step.actor_label for step in completed] == [
        "Anna Muster", "Bert Muster", "Anna Muster", "Helga Muster"
    ]  # fmt: skip
    assert completed[0].detail["outputs"] == {"entscheidung": "rueckfragen"}
    assert "Wann geboren?" not in str([step.detail for step in story])
    assert len(events("task.completed")) == 4
    [ended] = events("process.ended")
    assert ended.payload["outcome"] == "ende"


def test_withdrawal_cancels_what_is_open(subject: Ref, clerk: Actor) -> None:
    task = services.claim(live(subject).id, clerk)
    assert services.receive(subject, "zurueckgezogen")
    task.refresh_from_db()
    assert task.status == "cancelled"
    assert instance_of(subject).status == "ended"
    with pytest.raises(services.Conflict, match="entfallen"):
        services.complete(task.id, clerk, {"entscheidung": "annehmen"})
    assert not services.receive(subject, "zurueckgezogen")
    assert len(events("task.cancelled")) == 1


def test_a_correction_is_told_and_changes_nothing(subject: Ref) -> None:
    before = live(subject).id
    assert services.receive(subject, "berichtigt")
    assert services.receive(subject, "berichtigt")
    assert live(subject).id == before
    assert told(subject).count("message") == 2


def test_a_message_nobody_waits_for_is_kept_in_the_story(subject: Ref) -> None:
    assert not services.receive(subject, "antwort")
    assert told(subject)[-1] == "unexpected"
    assert instance_of(subject).status == "running"


def test_the_clerk_may_cancel_a_course(subject: Ref, clerk: Actor) -> None:
    assert services.cancel(subject, clerk, "Doppelt") == 1
    assert instance_of(subject).status == "cancelled"
    assert not Task.objects.filter(status__in=["open", "claimed"]).exists()
    assert services.cancel(subject, clerk, "Doppelt") == 0


def test_the_title_follows_a_correction(subject: Ref) -> None:
    services.retitle(subject, "WH-7K3F-92QD-5 Erika Schön")
    task = live(subject)
    assert task.title.endswith("Schön")
    assert "schoen" in task.search_text


# -- tasks -----------------------------------------------------------------------------------------------------


def test_the_second_claim_is_told_who_holds_it(subject: Ref, clerk: Actor, second_clerk: Actor) -> None:
    task_id = live(subject).id
    assert services.claim(task_id, clerk).assignee == clerk.id
    assert services.claim(task_id, clerk).assignee == clerk.id
    with pytest.raises(services.Conflict, match="Anna Muster") as conflict:
        services.claim(task_id, second_clerk)
    assert conflict.value.holder == "Anna Muster"
    with pytest.raises(services.Conflict, match="Anna Muster"):
        services.complete(task_id, second_clerk, {"entscheidung": "annehmen"})
    assert told(subject).count("task_claimed") == 1


def test_a_task_is_completed_once(subject: Ref, clerk: Actor, second_clerk: Actor) -> None:
    task_id = live(subject).id
    services.complete(task_id, clerk, {"entscheidung": "annehmen"})
    with pytest.raises(services.Conflict, match=r"Anna Muster schon erledigt"):
        services.complete(task_id, second_clerk, {"entscheidung": "annehmen"})
    with pytest.raises(services.Conflict, match=r"haben Sie schon erledigt"):
        services.complete(task_id, clerk, {"entscheidung": "annehmen"})
    with pytest.raises(services.Conflict, match="erledigt"):
        services.claim(task_id, clerk)


@pytest.mark.parametrize(
    "stranger",
    [
        staff("Andere Einheit", "elections.clerk", "/d4/600/"),
        staff("Andere Rolle", "elections.head"),
        Actor("citizen", ids.new_id(), "Bürgerin"),
        Actor.anonymous(),
        Actor.system(),
    ],
    ids=lambda actor: actor.label,
)
def test_who_does_not_hold_the_role_is_refused(subject: Ref, stranger: Actor) -> None:
    task = live(subject)
    for attempt in (
        lambda: services.claim(task.id, stranger),
        lambda: services.complete(task.id, stranger, {"entscheidung": "annehmen"}),
        lambda: services.hand_over(task.id, stranger, person_id=ids.new_id()),
    ):
        with pytest.raises(Denied):
            attempt()
    assert not allowed(stranger, "processes.task.work", task)
    assert live(subject).status == "open"


def test_nobody_signs_her_own_work(subject: Ref, clerk: Actor, head: Actor) -> None:
    post = ids.new_id()
    both = Actor(
        "staff",
        ids.new_id(),
        "Doppelrolle",
        (Grant("elections.clerk", UNIT, post), Grant("elections.head", UNIT, post)),
    )
    task = to_signing(subject, both)
    assert task.barred == both.id
    for attempt in (
        lambda: services.claim(task.id, both),
        lambda: services.complete(task.id, both, {"freigabe": True}),
    ):
        with pytest.raises(services.FourEyes) as refusal:
            attempt()
        assert "Vier-Augen" in refusal.value.message
    assert not allowed(both, "processes.task.work", task)
    assert services.complete(task.id, head, {"freigabe": True}).status == "ended"


def test_four_eyes_follow_who_did_it_last(subject: Ref, clerk: Actor, head: Actor) -> None:
    task = to_signing(subject, clerk)
    services.complete(task.id, head, {"freigabe": False, "bemerkung": "Bitte prüfen"})
    assert live(subject).note == "Zurückgegeben: Bitte prüfen"
    other = staff("Clara", "elections.clerk")
    services.complete(live(subject).id, other, {"district": "1", "function": "beisitz"})
    assert live(subject).barred == other.id


@pytest.mark.parametrize(
    ("outputs", "missing", "unknown"),
    [
        ({}, ["entscheidung"], []),
        ({"entscheidung": "annehmen", "fremd": 1}, [], ["fremd"]),
        ({"entscheidung": "ablehnen"}, [], []),
        ({"entscheidung": "vielleicht"}, [], []),
    ],
)
def test_outputs_that_do_not_fit_are_refused(
    subject: Ref, clerk: Actor, outputs: dict[str, Any], missing: list[str], unknown: list[str]
) -> None:
    with pytest.raises(services.OutputsRefused) as refusal:
        services.complete(live(subject).id, clerk, outputs)
    assert (refusal.value.missing, refusal.value.unknown) == (missing, unknown)
    assert live(subject).status == "open"


def test_release_and_reminder(subject: Ref, clerk: Actor, second_clerk: Actor) -> None:
    task_id = live(subject).id
    with pytest.raises(services.Conflict, match="zuerst"):
        services.release(task_id, clerk)
    services.claim(task_id, clerk)
    with pytest.raises(services.Conflict, match="Anna Muster"):
        services.release(task_id, second_clerk)
    services.remind(task_id, clerk, date(2026, 12, 1), "Anrufen")
    task = services.release(task_id, clerk)
    assert (task.status, task.assignee) == ("open", None)
    assert services.claim(task_id, second_clerk).assignee == second_clerk.id
    assert told(subject)[-4:] == ["task_claimed", "reminder", "task_released", "task_claimed"]
    with pytest.raises(Task.DoesNotExist):
        services.claim(ids.new_id(), clerk)


def test_a_deputy_completes_what_lies_with_the_absent(subject: Ref, clerk: Actor) -> None:
    deputy = staff("Dora Muster", "elections.clerk", deputising_for=clerk.id)
    services.claim(live(subject).id, clerk)
    services.complete(live(subject).id, deputy, {"entscheidung": "annehmen"})
    [step] = [step for step in queries.history(subject) if step.kind == "task_completed"]
    assert step.actor_label == "Dora Muster"
    assert step.detail["on_behalf_of"] == "Anna Muster"


def test_a_deputy_may_take_a_task_over(subject: Ref, clerk: Actor) -> None:
    deputy = staff("Dora Muster", "elections.clerk", deputising_for=clerk.id)
    services.claim(live(subject).id, clerk)
    assert services.claim(live(subject).id, deputy).assignee == deputy.id
    with pytest.raises(services.Conflict, match="Dora"):
        services.release(live(subject).id, clerk)


@pytest.fixture
def office() -> dict[str, Any]:
    """An election office with two clerks and a post each."""
    made: dict[str, Any] = {}
    manager = Actor.system()
    organisation.define_role(manager, name="elections.clerk", label="Sachbearbeitung Wahlen")
    parent = None
    for code, kind in (("d5", "department"), ("150", "office"), ("150.4", "division")):
        parent = organisation.create_unit(
            manager, code=code, number=code, name=code, kind=kind, parent=parent, valid_from=date(2020, 1, 1)
        )
    made["unit"] = parent
    for name in ("Anna", "Bert"):
        person = organisation.create_person(
            manager, given_name=name, family_name="Muster", email=f"{name.lower()}@example.org"
        )
        post = organisation.create_post(
            manager, unit=parent, key=name, title=f"Stelle {name}", roles=["elections.clerk"]
        )
        holding = organisation.appoint(manager, post_id=post.id, person_id=person.id, start=date(2020, 1, 1))
        made[name] = Actor("staff", person.id, person.name, (Grant("elections.clerk", parent.path, post.id),))
        made[f"{name} post"], made[f"{name} holding"] = post, holding
    return made


def test_handing_over_to_a_person(subject: Ref, office: dict[str, Any]) -> None:
    anna, bert = office["Anna"], office["Bert"]
    services.claim(live(subject).id, anna)
    with pytest.raises(services.Conflict):
        services.hand_over(live(subject).id, bert, person_id=bert.id)
    with pytest.raises(services.Conflict, match="darf die Aufgabe nicht"):
        services.hand_over(live(subject).id, anna, person_id=ids.new_id())
    with pytest.raises(ValueError, match="one person or one post"):
        services.hand_over(live(subject).id, anna)
    task = services.hand_over(live(subject).id, anna, person_id=bert.id, note="Urlaub")
    assert (task.assignee, task.assignee_label) == (bert.id, "Bert Muster")
    assert [holder.person.id for holder in queries.candidates(task.id)] == [anna.id, bert.id]
    services.complete(task.id, bert, {"entscheidung": "annehmen"})
    with pytest.raises(services.Conflict):
        services.hand_over(task.id, bert, person_id=anna.id)


def test_handing_over_to_a_post(subject: Ref, office: dict[str, Any]) -> None:
    anna, bert = office["Anna"], office["Bert"]
    with pytest.raises(services.Conflict, match="niemand"):
        services.hand_over(live(subject).id, anna, post_id=ids.new_id())
    task = services.hand_over(live(subject).id, anna, post_id=office["Bert post"].id)
    assert task.status == "open"
    with pytest.raises(Denied):
        services.claim(task.id, anna)
    assert services.claim(task.id, bert).assignee == bert.id


def test_leaving_a_post_takes_the_task_back(subject: Ref, office: dict[str, Any]) -> None:
    anna = office["Anna"]
    services.claim(live(subject).id, anna)
    assert services.return_orphaned() == 0
    organisation.leave_post(SYSTEM, holding_id=office["Anna holding"].id)
    gone = Actor("staff", anna.id, anna.label)
    with pytest.raises(Denied):
        services.complete(live(subject).id, gone, {"entscheidung": "annehmen"})
    [event] = events("organisation.post_left")
    subscriptions.return_orphaned(
        Event(event.id, event.name, Ref.parse(event.subject), event.payload, event.at, event.actor_label)
    )
    assert live(subject).status == "open"
    assert told(subject)[-1] == "task_released"
    tasks.return_orphaned()


def test_scopes_follow_a_unit_that_moves(subject: Ref) -> None:
    for _ in range(2):
        subscriptions.follow_unit(
            Event(
                1,
                "organisation.unit_moved",
                Ref("unit", ids.new_id()),
                {"old_path": "/d5/150/", "new_path": "/d2/150/"},
                NOW,
                "x",
            )
        )
        assert live(subject).unit_path == "/d2/150/150.4/"
        assert instance_of(subject).unit_path == "/d2/150/150.4/"


# -- time ------------------------------------------------------------------------------------------------------


def test_a_deadline_that_passes_is_marked_told_and_emitted_once(
    definition: ProcessDefinition, clerk: Actor
) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        ref = Ref("application", ids.new_id())
        services.start(definition, ref, {}, UNIT, SYSTEM)
        services.claim(live(ref).id, clerk)
        due = live(ref).due
        assert due is not None
        traveller.move_to(due)
        assert services.mark_overdue() == 0
        traveller.move_to(due + timedelta(seconds=1))
        tasks.mark_overdue()
        assert services.mark_overdue() == 0
    task = live(ref)
    assert (task.overdue, task.assignee) == (True, clerk.id)
    assert told(ref)[-1] == "task_overdue"
    [event] = events("task.overdue")
    assert event.payload["element"] == "pruefen"


def test_the_deadline_for_an_answer_brings_the_task_back(definition: ProcessDefinition, clerk: Actor) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        ref = Ref("application", ids.new_id())
        services.start(definition, ref, {}, UNIT, SYSTEM)
        services.complete(live(ref).id, clerk, {"entscheidung": "rueckfragen", "frage": "?"})
        due = instance_of(ref).next_timer
        assert due == datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC)
        tasks.fire_timers()
        assert not Task.objects.filter(status="open").exists()
        traveller.move_to(due)
        assert services.fire_timers() == 1
        assert services.fire_timers() == 0
    assert live(ref).note == "Frist zur Antwort abgelaufen"
    assert told(ref)[-3:] == ["timer", "script", "task_opened"]
    assert instance_of(ref).next_timer is None
    assert services.receive(ref, "antwort") is False


def test_a_course_whose_timer_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(call: actions.ActionCall) -> dict[str, Any]:
        if call.variables.get("broken"):
            raise RuntimeError("Satzfehler")
        return {}

    monkeypatch.setattr(actions, "_handlers", {"x.y": fragile})
    data = bpmn(
        f"""
        <startEvent id="s"/>{flow("s", "w")}
        <intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
        </intermediateCatchEvent>{flow("w", "a")}<serviceTask id="a" lw:action="x.y"/>{flow("a", "t")}
        {user("t")}{flow("t", "e")}<endEvent id="e"/>
        """,
        variables="broken",
    )
    definition = processes.deploy("frist", data)
    first, second = (Ref("application", ids.new_id()) for _ in range(2))
    with time_machine.travel(NOW, tick=False) as traveller:
        services.start(definition, first, {"broken": True}, UNIT, SYSTEM)
        traveller.shift(timedelta(seconds=1))
        services.start(definition, second, {"broken": False}, UNIT, SYSTEM)
        traveller.shift(timedelta(days=1))
        with pytest.raises(ExceptionGroup) as caught:
            tasks.fire_timers()
        assert [str(error) for error in caught.value.exceptions] == ["Satzfehler"]
        assert live(second).element == "t"
        assert instance_of(first).next_timer is not None
        monkeypatch.setattr(actions, "_handlers", {"x.y": lambda call: {}})
        tasks.fire_timers()
        assert live(first).element == "t"


# -- disturbed -------------------------------------------------------------------------------------------------


def spinning() -> bytes:
    return bpmn(
        f'<startEvent id="s"/>{flow("s", "m")}<receiveTask id="m" messageRef="go"/>{flow("m", "g")}'
        f'<exclusiveGateway id="g" default="gt"/>{flow("g", "sub", "n = 1")}{flow("g", "t", identifier="gt")}'
        f'{user("t", "elections.clerk")}{flow("t", "e")}<endEvent id="e"/>'
        f'<subProcess id="sub"><startEvent id="s2"/>{flow("s2", "g2")}<exclusiveGateway id="g2" default="g2a"/>'
        f"{flow('g2', 't2', 'n = 2')}{user('t2')}{flow('t2', 'e2')}{flow('g2', 'a', identifier='g2a')}"
        f'<serviceTask id="a" lw:action="x.y"/>{flow("a", "e2")}<endEvent id="e2"/></subProcess>{flow("sub", "g")}',
        '<message id="go" name="los" lw:payload="n"/>',
    )


def test_an_endless_course_is_shown_to_the_operator_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, clerk: Actor
) -> None:
    outcome: dict[str, Any] = {}
    monkeypatch.setattr(actions, "_handlers", {"x.y": lambda call: outcome})
    definition = processes.deploy("kreis", spinning())
    ref = Ref("application", ids.new_id())
    services.start(definition, ref, {}, UNIT, SYSTEM)
    assert services.receive(ref, "los", {"n": 1})
    [stuck] = queries.disturbed()
    assert stuck.subject == str(ref)
    assert "dreht sich im Kreis" in stuck.failure
    assert told(ref) == ["started", "failed"]
    [event] = events("process.failed")
    assert event.payload["instance_id"] == str(stuck.id)
    # What comes meanwhile is not lost.
    assert services.receive(ref, "hinterher")
    assert len(instance_of(ref).pending) == 2
    assert services.retry(stuck.id, clerk) is False
    assert len(instance_of(ref).pending) == 2
    outcome["n"] = 0
    assert services.retry(stuck.id, clerk) is True
    assert live(ref).element == "t"
    assert told(ref)[-1] == "unexpected"
    assert instance_of(ref).pending == []
    with pytest.raises(services.Conflict, match="nicht gestört"):
        services.retry(stuck.id, clerk)


def test_a_course_that_cannot_start_is_kept(monkeypatch: pytest.MonkeyPatch, clerk: Actor) -> None:
    outcome: dict[str, Any] = {}
    monkeypatch.setattr(actions, "_handlers", {"x.y": lambda call: outcome})
    text = spinning().decode().replace('<receiveTask id="m" messageRef="go"/>', '<exclusiveGateway id="m"/>')
    definition = processes.deploy("kreis", text.encode())
    ref = Ref("application", ids.new_id())
    instance = services.start(definition, ref, {"n": 1}, UNIT, SYSTEM)
    assert instance.status == "failed"
    outcome["n"] = 0
    assert services.retry(instance.id, clerk)
    assert live(ref).element == "t"


def test_a_completion_that_disturbs_leaves_the_task(monkeypatch: pytest.MonkeyPatch, clerk: Actor) -> None:
    outcome: dict[str, Any] = {}
    monkeypatch.setattr(actions, "_handlers", {"x.y": lambda call: outcome})
    text = (
        spinning()
        .decode()
        .replace('<receiveTask id="m" messageRef="go"/>', user("m", "elections.clerk", outputs="n"))
    )
    definition = processes.deploy("kreis", text.encode())
    ref = Ref("application", ids.new_id())
    services.start(definition, ref, {}, UNIT, SYSTEM)
    assert services.complete(live(ref).id, clerk, {"n": 1}).status == "failed"
    assert live(ref).status == "open"
    with pytest.raises(services.Conflict, match="gestört"):
        services.complete(live(ref).id, clerk, {"n": 1})
    outcome["n"] = 0
    assert services.retry(instance_of(ref).id, clerk)
    assert services.complete(live(ref).id, clerk, {"n": 1}).status == "running"
    assert live(ref).element == "t"


def test_an_action_that_raises_undoes_the_whole_step(
    subject: Ref, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(call: actions.ActionCall) -> None:
        raise RuntimeError("Satzfehler")

    monkeypatch.setitem(actions._handlers, "applications.ask", broken)
    before = (HistoryEntry.objects.count(), StoredEvent.objects.count(), Entry.objects.count())
    with pytest.raises(RuntimeError, match="Satzfehler"):
        services.complete(live(subject).id, clerk, {"entscheidung": "rueckfragen", "frage": "?"})
    assert live(subject).status == "open"
    assert (HistoryEntry.objects.count(), StoredEvent.objects.count(), Entry.objects.count()) == before
    monkeypatch.delitem(actions._handlers, "applications.ask")
    with pytest.raises(actions.UnknownAction):
        services.complete(live(subject).id, clerk, {"entscheidung": "rueckfragen", "frage": "?"})


def test_a_signal_reaches_the_courses_of_a_unit(clerk: Actor) -> None:
    data = bpmn(
        f'<startEvent id="s"/>{flow("s", "w")}<intermediateCatchEvent id="w"><signalEventDefinition signalRef="x"/>'
        f'</intermediateCatchEvent>{flow("w", "out")}<intermediateThrowEvent id="out">'
        f'<messageEventDefinition messageRef="m"/></intermediateThrowEvent>{flow("out", "e")}<endEvent id="e"/>',
        '<signal id="x" name="wahltag"/><message id="m" name="ruf"/>',
    )
    definition = processes.deploy("signal", data)
    for unit in (UNIT, "/d4/"):
        services.start(definition, Ref("application", ids.new_id()), {}, unit, SYSTEM)
    assert services.broadcast("anderes") == 0
    assert services.broadcast("wahltag", clerk, unit_path="/d5/") == 1
    assert ProcessInstance.objects.filter(status="ended").count() == 1
    [event] = events("process.message")
    assert event.payload["name"] == "ruf"


def test_an_action_is_registered_once() -> None:
    def first(call: actions.ActionCall) -> None:
        return None

    try:
        assert processes.action("test.once")(first) is first
        processes.action("test.once")(first)
        assert "test.once" in processes.action_names()
        with pytest.raises(ValueError, match="exists twice"):
            processes.action("test.once")(lambda call: None)
    finally:
        actions._handlers.pop("test.once", None)
