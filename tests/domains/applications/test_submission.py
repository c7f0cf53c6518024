"""From the answers to the case: accepted once, corrected version by version, withdrawn without a trace left open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from domains.conftest import City, answers
from leineweber.capabilities.forms import services as drafts
from leineweber.capabilities.messages.models import Email, PostboxEntry
from leineweber.capabilities.processes.models import ProcessInstance, Task
from leineweber.capabilities.records import queries as records
from leineweber.capabilities.records.models import SubFile
from leineweber.domains.applications import letters, queries, services
from leineweber.domains.applications.models import (
    Allocation,
    AnswersVersion,
    Application,
    Case,
    CaseState,
    Channel,
    Need,
    Notice,
    Question,
)
from leineweber.kernel import crypto, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from together import at_once

pytestmark = pytest.mark.django_db
CITIZEN = Actor.anonymous()


def submit(city: City, **changes: Any) -> Application:
    """Submit an application; the chain behind it has not run yet."""
    return services.submit(CITIZEN, city.procedure, answers(**changes), channel=Channel.ONLINE)


def submit_while_the_store_is_full(city: City, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Submit an application whose receipt cannot be kept at once."""

    def full(*_: object) -> None:
        raise storage.StorageFull("Die Platte ist voll.")

    with monkeypatch.context() as broken:
        broken.setattr(storage, "put_file", full)
        application = submit(city)
    assert Application.objects.get().receipt_sha512 == ""
    return application


def contents(case: Case) -> list[tuple[str, int]]:
    """Return kind and number of versions of every document of a case, in order."""
    found = records.contents(Ref("case", case.id))
    assert found is not None
    return [(row.kind, len(row.versions)) for row in found.documents]


# -- submitting -----------------------------------------------------------------------------------------------------


def test_a_submission_is_kept_whole_at_once(city: City) -> None:
    application = submit(city)
    case = application.case
    assert case.reference == application.reference
    assert case.applicant == "Zwirnstein, Greta"
    assert (case.state, case.channel, case.wished_area) == ("received", "online", "heepen")
    assert case.scope == city.procedure.scope
    assert application.email == "greta@buerger.example"
    run_until_idle()
    case.refresh_from_db()
    assert case.file_reference
    assert contents(case) == [("application", 1)]
    assert Task.objects.get(subject=f"case:{case.id}").status == "open"
    assert PostboxEntry.objects.filter(case=f"case:{case.id}").count() == 1
    assert Email.objects.filter(to="greta@buerger.example").count() == 1


def test_what_the_form_does_not_accept_leaves_nothing(city: City) -> None:
    before = Entry.objects.count(), StoredEvent.objects.count(), DBTaskResult.objects.count()
    for changes in (
        {"person__geburtsdatum": "2015-01-01"},
        {"bank__auszahlung": "ueberweisung"},
        {"einwilligung__datenschutz": False},
        {"person__vorname": "x" * 100_000},
        {"person__unbekannt": "x"},
        {"person__vorname": {"a": ["b"]}},
        {"verfuegbarkeit__wahlen": "landtagswahl'; DROP TABLE"},
    ):
        with pytest.raises(services.InvalidAnswers) as caught:
            submit(city, **changes)
        assert caught.value.errors
    assert not Application.objects.exists()
    assert (Entry.objects.count(), StoredEvent.objects.count(), DBTaskResult.objects.count()) == before


def test_what_was_not_asked_is_not_kept(city: City) -> None:
    application = submit(city, bank__auszahlung="verzicht", bank__iban="DE89370400440532013000")
    assert "iban" not in application.answers["bank"]


def test_one_draft_is_accepted_once(city: City) -> None:
    draft, _ = drafts.start("wahlhelfer", "1.0", actor=CITIZEN)

    def send() -> Application:
        return services.submit(CITIZEN, city.procedure, answers(), channel=Channel.ONLINE, draft_id=draft.id)

    first, again = send(), send()
    assert first.id == again.id
    run_until_idle()
    assert Application.objects.count() == Case.objects.count() == Task.objects.count() == 1
    assert Email.objects.count() == 1


def test_the_receipt_is_there_with_the_acknowledgement_and_is_the_one_filed(city: City) -> None:
    submit(city)
    made = Application.objects.get().receipt_sha512
    assert storage.read(made).startswith(b"%PDF")
    run_until_idle()
    found = records.contents(Ref("case", Case.objects.get().id))
    assert found is not None
    assert found.documents[0].current.sha512 == made


def test_a_broken_receipt_takes_nothing_back_and_is_tried_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = submit_while_the_store_is_full(city, monkeypatch)

    def full(*_: object) -> None:
        raise storage.StorageError("Die Platte ist voll.")

    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", full)
        with pytest.raises(storage.StorageError):
            services.open_case(application.id)
    assert not SubFile.objects.exists()
    run_until_idle()
    assert contents(Case.objects.get()) == [("application", 1)]


def test_the_chain_run_again_finds_its_work_done(city: City) -> None:
    application = submit(city)
    for _ in range(3):
        services.open_case(application.id)
    run_until_idle()
    case = Case.objects.get()
    assert contents(case) == [("application", 1)]
    assert ProcessInstance.objects.count() == Task.objects.count() == SubFile.objects.count() == 1
    assert PostboxEntry.objects.count() == Email.objects.count() == 1
    assert Entry.objects.filter(name="case.opened").count() == 1


def test_a_crash_in_the_middle_leaves_nothing_half_done(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    application = submit(city)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("Strom weg")

    with monkeypatch.context() as broken:
        broken.setattr(services, "tell_applicant", crash)
        with pytest.raises(RuntimeError):
            services.open_case(application.id)
    case = Case.objects.get()
    assert case.subfile_id is None
    assert not SubFile.objects.exists()
    assert not ProcessInstance.objects.exists()
    services.open_case(application.id)
    assert contents(Case.objects.get()) == [("application", 1)]


# -- correcting -----------------------------------------------------------------------------------------------------


def correct(application: Application, version: int, **changes: Any) -> Application:
    """Correct an application."""
    return services.correct(CITIZEN, application.id, answers(**changes), version=version)


def test_corrections_are_kept_version_by_version(city: City) -> None:
    case = city.apply()
    application = case.application
    assert correct(application, 1, person__familienname="Zwirn").version == 2
    case = Case.objects.get(application=application)
    assert (case.sort_name, case.spoken_name) == ("zwirn, greta", "greta zwirn")
    assert (
        correct(application, 2, person__familienname="Zwirn", verfuegbarkeit__wunschbezirk="senne").version
        == 3
    )
    run_until_idle()
    case.refresh_from_db()
    assert (case.applicant, case.wished_area) == ("Zwirn, Greta", "senne")
    kept = list(AnswersVersion.objects.order_by("number").values_list("number", "changed_paths"))
    assert kept == [(1, ["person.familienname"]), (2, ["verfuegbarkeit.wunschbezirk"])]
    assert AnswersVersion.objects.get(number=1).answers["person"]["familienname"] == "Zwirnstein"
    assert contents(case) == [("application", 3)]
    assert Task.objects.get().title == f"Zwirn, Greta ({case.reference})"
    services.file_corrections(application.id)
    assert contents(case) == [("application", 3)]


def test_a_correction_that_changes_nothing_is_none(city: City) -> None:
    application = city.apply().application
    entries = Entry.objects.count()
    assert correct(application, 1).version == 1
    assert Entry.objects.count() == entries


def test_two_corrections_at_once(city: City) -> None:
    application = city.apply().application
    correct(application, 1, person__vorname="Gerda")
    with pytest.raises(services.NotPossible, match="in einem anderen Fenster"):
        correct(application, 1, person__vorname="Grete")
    application.refresh_from_db()
    assert application.answers["person"]["vorname"] == "Gerda"


def test_a_wrong_correction_leaves_everything(city: City) -> None:
    application = city.apply().application
    with pytest.raises(services.InvalidAnswers):
        correct(application, 1, person__geburtsdatum="2020-01-01")
    application.refresh_from_db()
    assert application.version == 1
    assert not AnswersVersion.objects.exists()


def test_corrections_quicker_than_the_chain_are_all_filed(city: City) -> None:
    application = submit(city)
    correct(application, 1, person__vorname="Gerda")
    correct(application, 2, person__vorname="Grete", erfahrung__wunschfunktion="schriftfuehrung")
    run_until_idle()
    case = Case.objects.get()
    assert contents(case) == [("application", 3)]
    found = records.contents(Ref("case", case.id))
    assert found is not None
    assert len({version.sha512 for version in found.documents[0].versions}) == 3
    assert Task.objects.get().title.startswith("Zwirnstein, Grete")


def test_the_receipt_is_that_of_the_newest_answers(city: City) -> None:
    case = city.apply()
    package = services.registry.package_of(city.procedure)
    first = services.receipt_of(package, Application.objects.get())
    assert services.receipt_of(package, Application.objects.get()) == first
    correct(case.application, 1, person__vorname="Gerda")
    assert services.receipt_of(package, Application.objects.get()).sha512 != first.sha512
    run_until_idle()
    found = records.contents(Ref("case", case.id))
    assert found is not None
    current = services.receipt_of(package, Application.objects.get())
    assert found.documents[0].current.sha512 == current.sha512


def test_of_two_receipts_made_at_once_one_is_kept(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The applicant downloads it while the worker typesets it; they differ in the signed link."""
    submit_while_the_store_is_full(city, monkeypatch)
    package = services.registry.package_of(city.procedure)
    typeset = letters.receipt
    others: list[storage.Blob] = []
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:

        def slowly(*arguments: Any) -> bytes:
            monkeypatch.setattr(letters, "receipt", typeset)
            others.append(services.receipt_of(package, Application.objects.get()))
            traveller.shift(5)
            return typeset(*arguments)

        monkeypatch.setattr(letters, "receipt", slowly)
        before = storage.count()
        assert services.receipt_of(package, Application.objects.get()) == others[0]
    assert Application.objects.get().receipt_sha512 == others[0].sha512
    assert storage.count() == before + 1, "the other copy would never be swept"


def test_a_correction_right_before_the_end_is_still_filed(city: City) -> None:
    case = city.apply()
    correct(case.application, 1, person__vorname="Gerda")
    services.withdraw(CITIZEN, case.application_id)
    assert contents(case) == [("application", 2), ("withdrawal", 1)]
    run_until_idle()
    assert contents(case) == [("application", 2), ("withdrawal", 1)]
    assert not DBTaskResult.objects.filter(status="FAILED").exists()


def test_the_same_person_twice_is_found_also_after_a_correction(city: City) -> None:
    first = city.apply()
    other = city.apply(person__vorname="Ida")
    clerk = city.actor("frieda.")

    def duplicates(case: Case) -> set[Case]:
        view = queries.case_for(clerk, case.id)
        assert view is not None
        return set(view.duplicates)

    assert duplicates(first) == set()
    correct(other.application, 1, person__vorname="GRETA", person__familienname="zwirnstein")
    assert duplicates(first) == {other}
    assert duplicates(other) == {first}
    services.withdraw(CITIZEN, other.application_id)
    assert duplicates(first) == set()


# -- withdrawing ----------------------------------------------------------------------------------------------------


def _in_review(city: City, case: Case) -> None:
    services.begin_review(case.id)


def _asked(city: City, case: Case) -> None:
    city.do(case, "frieda.", entscheidung="rueckfragen", frage="Wann?")


def _assigned(city: City, case: Case) -> None:
    city.do(case, "frieda.", entscheidung="annehmen")
    city.do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))


def _refusing(city: City, case: Case) -> None:
    city.do(case, "frieda.", entscheidung="ablehnen", begruendung="Sie kandidieren selbst.")


@pytest.mark.parametrize("before", [None, _in_review, _asked, _assigned, _refusing])
def test_withdrawn_at_any_time_nothing_stays_open(
    city: City, before: Callable[[City, Case], None] | None
) -> None:
    case = city.apply()
    if before is not None:
        before(city, case)
    services.withdraw(CITIZEN, case.application_id)
    run_until_idle()
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN
    assert case.closed_at is not None
    assert case.decided_at is not None
    assert case.days_to_notice is None
    subfile = SubFile.objects.get(id=case.subfile_id)
    assert subfile.status == SubFile.Status.CLOSED
    assert subfile.retention_end is not None
    assert not Task.objects.filter(live=True).exists()
    assert ProcessInstance.objects.get().status == ProcessInstance.Status.ENDED
    assert not Allocation.objects.exists()
    assert not Need.objects.filter(filled__gt=0).exists()
    assert not Question.objects.filter(answered_at__isnull=True).exists()
    assert not Notice.objects.exclude(status="returned").exists()
    assert contents(case)[-1] == ("withdrawal", 1)
    told = PostboxEntry.objects.filter(
        case=f"case:{case.id}", subject__startswith="Ihr Antrag ist zurückgezogen"
    )
    assert told.count() == 1
    for again in (
        lambda: services.withdraw(CITIZEN, case.application_id),
        lambda: correct(case.application, 1, person__vorname="Ida"),
        lambda: services.answer_question(CITIZEN, case.application_id, "Doch."),
    ):
        with pytest.raises(services.NotPossible):
            again()


def test_so_new_that_its_case_is_still_being_opened(city: City) -> None:
    application = submit(city)
    with pytest.raises(services.NotPossible, match="gerade angelegt"):
        services.withdraw(CITIZEN, application.id)
    with pytest.raises(services.NotPossible, match="gerade angelegt"):
        services.file_corrections(application.id)
    application.case.refresh_from_db()
    assert application.case.state == CaseState.RECEIVED


# -- links ----------------------------------------------------------------------------------------------------------


def test_a_signed_link_leads_to_its_application_and_to_no_other(city: City) -> None:
    application = submit(city)
    token = services.link_token(application.id)
    assert services.application_id_of(token) == application.id
    assert services.status_url(application.id).endswith(f"/vorgang/{token}/")
    with pytest.raises(crypto.BadSignature):
        services.application_id_of(token[:-2] + "AA")
    with pytest.raises(crypto.BadSignature):
        services.application_id_of(crypto.sign("anders", str(application.id)))


def test_the_link_is_sent_again_to_the_address_given(city: City) -> None:
    application = submit(city)
    assert (
        queries.by_reference_and_email(application.reference.lower(), "GRETA@buerger.example") == application
    )
    assert queries.by_reference_and_email(application.reference, "andere@buerger.example") is None
    assert queries.by_reference_and_email("keine Nummer", "greta@buerger.example") is None
    services.send_link_again(application.id)
    email = Email.objects.get()
    assert email.to == "greta@buerger.example"
    assert services.link_token(application.id) in email.body


# -- really at once -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by design")
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
class TestAtOnce:
    """Threads on PostgreSQL."""

    def test_one_draft_sent_by_many_windows(self, city: City) -> None:
        draft, _ = drafts.start("wahlhelfer", "1.0", actor=CITIZEN)

        def send() -> Application:
            return services.submit(
                CITIZEN, city.procedure, answers(), channel=Channel.ONLINE, draft_id=draft.id
            )

        found = at_once([send] * 6)
        assert {getattr(one, "reference", one) for one in found} == {Application.objects.get().reference}

    def test_the_chain_by_two_workers(self, city: City) -> None:
        application = submit(city)
        assert at_once([lambda: services.open_case(application.id)] * 3) == [None] * 3
        assert SubFile.objects.count() == Task.objects.count() == PostboxEntry.objects.count() == 1

    def test_corrections_from_two_windows(self, city: City) -> None:
        case = city.apply()
        found = at_once(
            [lambda name=name: correct(case.application, 1, person__vorname=name) for name in ("Ida", "Eva")]  # type: ignore[misc]
        )
        assert sorted(type(one).__name__ for one in found) == ["Application", "NotPossible"]
        assert AnswersVersion.objects.count() == 1

    def test_a_correction_while_the_case_is_being_opened(
        self, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application = submit(city)
        typeset, corrected = threading.Event(), threading.Event()
        original = services._receipt_of_version

        def receipt(*arguments: Any) -> storage.Blob:
            blob = original(*arguments)
            typeset.set()
            assert corrected.wait(30)
            return blob

        monkeypatch.setattr(services, "_receipt_of_version", receipt)

        def correcting() -> None:
            assert typeset.wait(30)
            with transaction.atomic(), connection.cursor() as cursor:
                correct(application, 1, person__vorname="Ida", erreichbarkeit__email="ida@buerger.example")
                corrected.set()
                pause = threading.Event()
                for _ in range(300):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone()[0]:
                        return
                    pause.wait(0.05)

        assert at_once([correcting, lambda: services.open_case(application.id)]) == [None, None]
        assert Task.objects.get().title.startswith("Zwirnstein, Ida")
        assert Email.objects.get(template="application_received").to == "ida@buerger.example"

    def test_withdrawing_while_it_is_decided(self, city: City) -> None:
        for _ in range(4):
            case = city.apply(person__vorname=f"G{'a' * (1 + Case.objects.count())}")
            task = city.task(case)
            clerk = city.actor("frieda.")
            withdrawn, decided = at_once(
                [
                    lambda case=case: services.withdraw(CITIZEN, case.application_id),  # type: ignore[misc]
                    lambda case=case, task=task, clerk=clerk: services.complete_task(  # type: ignore[misc]
                        clerk, task, case.id, {"entscheidung": "rueckfragen", "frage": "?"}
                    ),
                ]
            )
            assert withdrawn is None
            assert decided is None or type(decided).__name__ == "Conflict", decided
            case.refresh_from_db()
            assert case.state == CaseState.WITHDRAWN
            assert not Task.objects.filter(subject=f"case:{case.id}", live=True).exists()
            assert not Question.objects.filter(case=case, answered_at__isnull=True).exists()


def test_nothing_exists_for_an_unknown_application(city: City) -> None:
    with pytest.raises(Case.DoesNotExist):
        services.withdraw(CITIZEN, uuid4())
    assert queries.application_by_id(uuid4()) is None
