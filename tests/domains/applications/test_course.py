"""The office's work on a case: questions, places, four eyes, notices, and what is never told to anybody."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capabilities.processes.building import bpmn, flow
from domains.applications.test_submission import CITIZEN, at_once, contents
from domains.conftest import City, answers
from leineweber.capabilities.messages.models import Email, LetterItem, PostboxEntry
from leineweber.capabilities.processes import action, deploy
from leineweber.capabilities.processes import services as processes
from leineweber.capabilities.processes.models import ProcessInstance, Task
from leineweber.capabilities.records.models import SubFile
from leineweber.domains.applications import queries, services
from leineweber.domains.applications.models import (
    Allocation,
    Case,
    CaseState,
    Channel,
    Need,
    Notice,
    NoticeStatus,
    Question,
)
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.identity.services import citizen_account

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLERK, OTHER, HEAD = "frieda.", "merle.", "henrike."


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """Begin on Monday, 23 November 2026."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def places(case: Case) -> list[Need]:
    """Return the free places for a case."""
    return queries.open_needs("wahlhelfer", case.wished_area, case.id)


def accept(city: City, case: Case, need: Need | None = None) -> Need:
    """Accept an application and give it a place."""
    city.do(case, CLERK, entscheidung="annehmen")
    need = need or places(case)[0]
    city.do(case, CLERK, need=str(need.id))
    return need


def state(case: Case) -> str:
    """Return where a case stands."""
    case.refresh_from_db()
    return case.state


# -- the straight way -----------------------------------------------------------------------------------------------


def test_from_application_to_appointment(city: City, clock: time_machine.Coordinates) -> None:
    case = city.apply()
    assert state(case) == "received"
    processes.claim(city.task(case), city.actor(CLERK))
    run_until_idle()
    assert state(case) == "in_review"
    clock.shift(timedelta(days=2))
    need = accept(city, case)
    need.refresh_from_db()
    assert (need.area, need.filled) == ("heepen", 1)
    notice = Notice.objects.get()
    assert (notice.status, notice.signed_by) == (NoticeStatus.DRAFT, None)
    assert notice.drafted_by == city.actor(CLERK).id
    clock.shift(timedelta(days=1))
    city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.ACCEPTED
    notice.refresh_from_db()
    assert (notice.status, notice.delivered_by) == (NoticeStatus.DELIVERED, "postbox")
    assert notice.signed_by == city.actor(HEAD).id
    assert case.days_to_notice == 3
    assert case.closed_at is not None
    assert contents(case) == [("application", 1), ("notice", 1)]
    subfile = SubFile.objects.get(id=case.subfile_id)
    assert subfile.status == SubFile.Status.CLOSED
    assert subfile.retention_end is not None
    assert ProcessInstance.objects.get().status == ProcessInstance.Status.ENDED
    subjects = list(PostboxEntry.objects.order_by("sent_at", "id").values_list("subject", flat=True))
    assert [subject.split(" (")[0] for subject in subjects] == [
        "Wir haben Ihren Antrag erhalten",
        "Ihr Bescheid ist da",
    ]
    run_until_idle()
    assert Email.objects.count() == 2


def test_a_refusal(city: City) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="ablehnen", begruendung="Sie kandidieren selbst.")
    city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.REFUSED
    assert case.days_to_notice == 0
    assert Notice.objects.get().kind == "refusal"
    assert not Allocation.objects.exists()
    assert case.closed_at is not None


def test_who_wishes_paper_gets_paper(city: City) -> None:
    case = city.apply(erreichbarkeit__kontaktweg="post")
    accept(city, case)
    messages = PostboxEntry.objects.count()
    city.do(case, HEAD, freigabe=True)
    letter = LetterItem.objects.get()
    assert (letter.recipient, letter.title) == ("Greta Zwirnstein", "Berufung in den Wahlvorstand")
    assert letter.blob_id == Notice.objects.get().sha512
    assert Notice.objects.get().delivered_by == "post"
    assert PostboxEntry.objects.count() == messages


# -- asking back ----------------------------------------------------------------------------------------------------


def test_question_and_answer(city: City) -> None:
    case = city.apply()
    with pytest.raises(services.NotPossible, match="keine Frage offen"):
        services.answer_question(CITIZEN, case.application_id, "Von selbst.")
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Welche Schule?")
    assert state(case) == CaseState.QUESTION_OPEN
    question = Question.objects.get()
    assert (question.text, str(question.due)) == ("Welche Schule?", "2026-12-07")
    for text in ("", "  \n ", "x" * 4001):
        with pytest.raises(services.NotPossible, match="höchstens 4000"):
            services.answer_question(CITIZEN, case.application_id, text)
    services.answer_question(CITIZEN, case.application_id, " Die am Park. ")
    run_until_idle()
    assert state(case) == CaseState.IN_REVIEW
    question.refresh_from_db()
    assert question.answer == "Die am Park."
    assert contents(case) == [("application", 1), ("question", 1), ("answer", 1)]
    assert Task.objects.get(live=True).note == "Antwort eingegangen"
    with pytest.raises(services.NotPossible, match="keine Frage offen"):
        services.answer_question(CITIZEN, case.application_id, "Noch etwas.")


def test_no_answer_in_time_brings_the_task_back(city: City, clock: time_machine.Coordinates) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Welche Schule?")
    clock.move_to(datetime(2026, 12, 7, 22, 30, tzinfo=UTC))
    processes.fire_timers()
    assert not Task.objects.filter(live=True).exists()
    clock.move_to(datetime(2026, 12, 7, 23, 0, 1, tzinfo=UTC))
    processes.fire_timers()
    assert Task.objects.get(live=True).note == "Frist zur Antwort abgelaufen"
    # A late answer still counts …
    services.answer_question(CITIZEN, case.application_id, "Entschuldigung.")
    assert Question.objects.get().answer == "Entschuldigung."
    assert state(case) == CaseState.IN_REVIEW
    assert Task.objects.filter(live=True).count() == 1


def test_asking_again_after_silence_ends_the_first_question(
    city: City, clock: time_machine.Coordinates
) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Welche Schule?")
    clock.shift(timedelta(days=20))
    processes.fire_timers()
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Bitte noch einmal: welche Schule?")
    first, second = Question.objects.order_by("asked_at")
    assert (first.answer, first.answered_at) == ("", second.asked_at)
    assert second.answered_at is None
    services.answer_question(CITIZEN, case.application_id, "Die am Park.")
    second.refresh_from_db()
    assert second.answer == "Die am Park."


def test_decided_without_an_answer_nobody_can_answer_any_more(
    city: City, clock: time_machine.Coordinates
) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Welche Schule?")
    clock.shift(timedelta(days=20))
    processes.fire_timers()
    city.do(case, CLERK, entscheidung="ablehnen", begruendung="Keine Antwort.")
    assert state(case) == CaseState.IN_REVIEW
    for _ in range(2):
        with pytest.raises(services.NotPossible, match="keine Frage offen"):
            services.answer_question(CITIZEN, case.application_id, "Doch!")
        if state(case) != CaseState.REFUSED:
            city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.REFUSED


def test_one_open_question_per_case_by_the_database_too(city: City) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="rueckfragen", frage="Eins?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(case=case, text="Zwei?", asked_by_label="x", asked_at=MONDAY)


# -- places ---------------------------------------------------------------------------------------------------------


def test_the_last_place_is_given_once(city: City) -> None:
    first, second = city.apply(), city.apply(person__vorname="Ida")
    last = places(first)[0]
    Need.objects.filter(id=last.id).update(required=1)
    accept(city, first, last)
    city.do(second, CLERK, entscheidung="annehmen")
    task = city.task(second)
    with pytest.raises(services.NotPossible, match="eben besetzt"):
        city.do(second, CLERK, need=str(last.id))
    assert city.task(second) == task
    assert Task.objects.get(id=task).live
    assert Allocation.objects.get().case == first
    last.refresh_from_db()
    assert last.filled == 1
    assert last.id not in {need.id for need in places(second)}
    city.do(second, CLERK, need=str(places(second)[0].id))
    assert Allocation.objects.count() == 2


@pytest.mark.parametrize("chosen", ["", "keiner", "00000000-0000-0000-0000-000000000000"])
def test_a_place_that_is_none(city: City, chosen: str) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="annehmen")
    with pytest.raises(services.NotPossible):
        city.do(case, CLERK, need=chosen)
    assert not Allocation.objects.exists()


def test_a_place_of_another_procedure(city: City) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="annehmen")
    foreign = Need.objects.create(
        procedure_key="anderes", occasion="x", area="x", place="x", function="x", required=5
    )
    with pytest.raises(services.NotPossible):
        city.do(case, CLERK, need=str(foreign.id))


def test_returned_by_the_head_the_same_place_may_be_chosen_again(city: City) -> None:
    case = city.apply()
    last = places(case)[0]
    Need.objects.filter(id=last.id).update(required=1)
    accept(city, case, last)
    city.do(case, HEAD, freigabe=False, bemerkung="Bitte die Zeit prüfen.")
    task = Task.objects.get(live=True)
    assert (task.element, task.note) == ("einsetzen", "Zurückgegeben: Bitte die Zeit prüfen.")
    assert last.id in {need.id for need in places(case)}
    city.do(case, CLERK, need=str(last.id))
    last.refresh_from_db()
    assert last.filled == 1
    assert [notice.status for notice in Notice.objects.order_by("drafted_at", "id")] == ["returned", "draft"]
    city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.ACCEPTED
    assert sorted(Notice.objects.values_list("status", flat=True)) == ["delivered", "returned"]
    assert contents(case) == [("application", 1), ("notice", 1)]


def test_returned_another_place_gives_the_first_one_back(city: City) -> None:
    case = city.apply()
    first = accept(city, case)
    city.do(case, HEAD, freigabe=False, bemerkung="Lieber anderswo.")
    second = next(need for need in places(case) if need.id != first.id)
    city.do(case, CLERK, need=str(second.id))
    assert Allocation.objects.get().need == second
    assert list(Need.objects.filter(filled__gt=0)) == [second]


def test_a_returned_refusal_goes_back_to_the_check(city: City) -> None:
    case = city.apply()
    city.do(case, CLERK, entscheidung="ablehnen", begruendung="Zu jung.")
    city.do(case, HEAD, freigabe=False, bemerkung="Sie ist alt genug.")
    accept(city, case)
    city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.ACCEPTED
    assert sorted(Notice.objects.values_list("kind", "status")) == [
        ("appointment", "delivered"),
        ("refusal", "returned"),
    ]


def test_no_more_than_needed_by_the_database_too(city: City) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.update(filled=10_000)


# -- four eyes ------------------------------------------------------------------------------------------------------


def test_nobody_signs_what_she_assigned(city: City) -> None:
    case = city.apply()
    clerk = city.actor(CLERK)
    both = dataclasses.replace(clerk, grants=(*clerk.grants, *city.actor(HEAD).grants))
    city.do(case, CLERK, entscheidung="annehmen")
    need = places(case)[0]
    services.complete_task(both, city.task(case), case.id, {"need": str(need.id)})
    with pytest.raises(processes.FourEyes):
        services.complete_task(both, city.task(case), case.id, {"freigabe": True})
    assert Notice.objects.get().status == NoticeStatus.DRAFT
    assert state(case) == CaseState.IN_REVIEW
    city.do(case, HEAD, freigabe=True)
    assert state(case) == CaseState.ACCEPTED


def test_nobody_signs_what_she_refused(city: City) -> None:
    case = city.apply()
    clerk = city.actor(CLERK)
    both = dataclasses.replace(clerk, grants=(*clerk.grants, *city.actor(HEAD).grants))
    services.complete_task(
        both, city.task(case), case.id, {"entscheidung": "ablehnen", "begruendung": "Weil."}
    )
    with pytest.raises(processes.FourEyes):
        services.complete_task(both, city.task(case), case.id, {"freigabe": True})


def test_nobody_decides_on_her_own_application(city: City) -> None:
    """§ 20 (1) 1 no. 1 VwVfG NRW; neither the clerk nor, with the same address, her head."""
    clerk, head = city.actor(CLERK), city.actor(HEAD)
    own = Account.objects.get(person_id=clerk.id).email
    case = city.apply(erreichbarkeit__email=own.upper())
    with pytest.raises(services.NotPossible, match="eigener Antrag"):
        services.complete_task(clerk, city.task(case), case.id, {"entscheidung": "annehmen"})
    assert state(case) == CaseState.RECEIVED
    city.do(case, OTHER, entscheidung="ablehnen", begruendung="Weil.")
    services.complete_task(head, city.task(case), case.id, {"freigabe": True})
    assert state(case) == CaseState.REFUSED


def test_nobody_decides_on_what_her_citizen_account_sent(city: City) -> None:
    clerk = city.actor(CLERK)
    citizen = citizen_account(Account.objects.get(person_id=clerk.id).email)
    application = services.submit(
        actor_for(citizen), city.procedure, answers(), channel=Channel.ONLINE, account_id=citizen.id
    )
    run_until_idle()
    case = Case.objects.get(application=application)
    with pytest.raises(services.NotPossible, match="eigener Antrag"):
        services.complete_task(clerk, city.task(case), case.id, {"entscheidung": "annehmen"})


def test_the_database_refuses_it_too(city: City) -> None:
    case = city.apply()
    accept(city, case)
    notice = Notice.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(id=notice.id).update(signed_by=notice.drafted_by)


def test_a_clerk_does_not_sign_and_a_head_does_not_check(city: City) -> None:
    case = city.apply()
    with pytest.raises(Denied):
        city.do(case, HEAD, entscheidung="annehmen")
    accept(city, case)
    with pytest.raises(Denied):
        city.do(case, OTHER, freigabe=True)


def test_the_head_must_say_why_she_returns(city: City) -> None:
    case = city.apply()
    accept(city, case)
    with pytest.raises(processes.OutputsRefused):
        city.do(case, HEAD, freigabe=False)
    with pytest.raises(processes.OutputsRefused):
        city.do(case, HEAD, freigabe="vielleicht", bemerkung="x")


# -- nothing is told twice, and nothing to the wrong one ---------------------------------------------------------------


def test_a_task_done_twice_counts_once(city: City) -> None:
    case = city.apply()
    accept(city, case)
    task = city.task(case)
    city.do(case, HEAD, freigabe=True)
    with pytest.raises(processes.Conflict):
        services.complete_task(city.actor(HEAD), task, case.id, {"freigabe": True})
    assert PostboxEntry.objects.filter(subject__startswith="Ihr Bescheid").count() == 1
    assert Notice.objects.count() == 1
    assert contents(case) == [("application", 1), ("notice", 1)]


def _everything_said() -> str:
    audit = json.dumps(list(Entry.objects.values_list("detail", flat=True)))
    events = json.dumps(list(StoredEvent.objects.values_list("payload", flat=True)), default=str)
    mails = "".join(subject + body for subject, body in Email.objects.values_list("subject", "body"))
    return audit + events + mails


SECRET = st.from_regex(r"[A-Z][a-z]{9,14}", fullmatch=True)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(SECRET, min_size=5, max_size=5, unique=True))
def test_no_answer_stands_in_audit_events_or_mails(city: City, words: list[str]) -> None:
    given_name, family_name, remark, asked, answered = words
    case = city.apply(
        person__vorname=given_name,
        person__familienname=family_name,
        person__strasse="Detmolder Straße",
        erfahrung__bemerkung=remark,
    )
    changed = dict(case.application.answers["person"], vorname=f"Neu{given_name.lower()}")
    services.correct(CITIZEN, case.application_id, {**case.application.answers, "person": changed}, version=1)
    city.do(case, CLERK, entscheidung="rueckfragen", frage=asked)
    services.answer_question(CITIZEN, case.application_id, answered)
    run_until_idle()
    accept(city, case)
    city.do(case, HEAD, freigabe=True)
    said = _everything_said().lower()
    for word in (*words, "1988-04-17", "17.04.1988", "detmolder"):
        assert word.lower() not in said, word
    assert {"application.submitted", "application.corrected", "application.answered"} <= set(
        Entry.objects.values_list("name", flat=True)
    )


def test_paper_and_interface_are_worked_alike(city: City) -> None:
    for channel in (Channel.API, Channel.PAPER):
        case = city.apply(channel, person__vorname=f"Ida{'a' * len(channel)}")
        assert case.channel == channel
        accept(city, case)
        city.do(case, HEAD, freigabe=True)
        assert state(case) == CaseState.ACCEPTED


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by design")
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
class TestAtOnce:
    """Threads on PostgreSQL."""

    def test_two_clerks_give_away_the_last_place(self, city: City) -> None:
        cases = [city.apply(person__vorname=name) for name in ("Ida", "Eva", "Ute")]
        last = places(cases[0])[0]
        Need.objects.filter(id=last.id).update(required=1)
        for case in cases:
            city.do(case, CLERK, entscheidung="annehmen")

        def assign(case: Case) -> Any:
            clerk = city.actor(CLERK if case == cases[0] else OTHER)
            return services.complete_task(clerk, city.task(case), case.id, {"need": str(last.id)})

        found = at_once([lambda case=case: assign(case) for case in cases])  # type: ignore[misc]
        assert sorted(type(one).__name__ for one in found) == ["NoneType", "NotPossible", "NotPossible"], (
            found
        )
        last.refresh_from_db()
        assert last.filled == Allocation.objects.count() == Notice.objects.count() == 1
        assert Task.objects.filter(live=True, element="einsetzen").count() == 2

    def test_a_timer_whose_action_needs_the_case_waits_for_the_clerk_who_has_it(self, city: City) -> None:
        case = city.apply()
        subject = Ref("case", case.id)
        processes.cancel(subject, Actor.system(), "Test")
        locking = f"test.lock_case_{case.id}"
        action(locking)(lambda call: {"n": Case.objects.select_for_update().get(id=call.subject.id).id and 1})
        timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
        definition = deploy(
            "frist",
            bpmn(
                f"""
                <startEvent id="s"/>{flow("s", "w")}
                <intermediateCatchEvent id="w">{timer}</intermediateCatchEvent>{flow("w", "a")}
                <serviceTask id="a" lw:action="{locking}"/>{flow("a", "e")}<endEvent id="e"/>
                """
            ),
        )
        course = processes.start(definition, subject, {}, "/", Actor.system())
        has_case = threading.Event()

        def waits() -> bool:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                return bool(cursor.fetchone()[0])

        def clerk() -> str:
            pause = threading.Event()
            with transaction.atomic():
                Case.objects.select_for_update().get(id=case.id)
                has_case.set()
                while not waits():
                    pause.wait(0.01)
                return ProcessInstance.objects.select_for_update().get(id=course.id).status

        def time_passes() -> int:
            assert has_case.wait(30)
            return processes.fire_timers()

        with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
            found = at_once([clerk, time_passes])
        assert found == ["running", 1]
        course.refresh_from_db()
        assert course.status == "ended"

    def test_two_clerks_on_one_task(self, city: City) -> None:
        case = city.apply()
        task = city.task(case)
        found = at_once(
            [
                lambda who=who: services.complete_task(  # type: ignore[misc]
                    city.actor(who), task, case.id, {"entscheidung": "rueckfragen", "frage": "?"}
                )
                for who in (CLERK, OTHER)
            ]
        )
        assert sorted(type(one).__name__ for one in found) == ["Conflict", "NoneType"], found
        assert Question.objects.count() == 1

    def test_answering_while_correcting(self, city: City) -> None:
        case = city.apply()
        city.do(case, CLERK, entscheidung="rueckfragen", frage="?")
        changed = {**case.application.answers}
        changed["person"] = {**changed["person"], "vorname": "Ida"}
        found = at_once(
            [
                lambda: services.answer_question(CITIZEN, case.application_id, "Ja."),
                lambda: services.correct(CITIZEN, case.application_id, changed, version=1),
            ]
        )
        assert [type(one).__name__ for one in found] == ["Question", "Application"], found
        run_until_idle()
        assert contents(case)[0] == ("application", 2)
