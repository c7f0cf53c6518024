"""Following a case: by its signed link or from the account; nothing of others, nothing in a state that forbids it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from faces.conftest import City, answers
from faces.helpers import main_text
from faces.portal.conftest import Applicant, linked
from leineweber.capabilities.messages.models import Attachment, Email
from leineweber.domains.applications import queries, services
from leineweber.domains.applications.models import Application, Case, Channel
from leineweber.kernel import clock, crypto, ids
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.identity import rules as identity_rules
from leineweber.people.identity.services import citizen_account
from people.logging_in import log_in

pytestmark = pytest.mark.django_db
PAGES = ("", "eingangsbestaetigung.pdf", "antworten/", "zurueckziehen/", "berichtigen/person/")


@pytest.mark.parametrize("page", PAGES)
def test_a_link_lives_for_its_days_and_then_says_how_to_get_another(city: City, page: str) -> None:
    address = linked(city.apply().application, page)
    assert Browser().get(address).status_code in {200, 302}
    with time_machine.travel(clock.now() + timedelta(days=services.LINK_DAYS + 1), tick=True):
        gone = Browser().get(address)
        assert gone.status_code == 410
        assert "/vorgang/finden/" in gone.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_what_is_no_link_of_ours_is_not_there(city: City, page: str) -> None:
    application = city.apply().application
    token = services.link_token(application.id)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token + "x",
        str(application.id),
        crypto.sign("another.purpose", str(application.id)),
        crypto.sign(services.LINK_PURPOSE, "no-uuid"),
        crypto.sign(services.LINK_PURPOSE, str(ids.new_id())),
        "x" * 3000,
        "%00",
    ]
    for one in forged:
        assert Browser().get(f"/vorgang/{one}/{page}").status_code == 404, one


@pytest.mark.parametrize("page", PAGES)
def test_an_account_reaches_its_own_cases_only(city: City, page: str) -> None:
    own = services.submit(
        Actor.anonymous(),
        city.procedure,
        answers(),
        channel=Channel.ONLINE,
        account_id=city.account("martha").id,
    )
    run_until_idle()
    address = f"/konto/vorgang/{own.id}/{page}"
    assert city.browser("martha").get(address).status_code in {200, 302}
    assert city.browser("otto").get(address).status_code == 404
    assert city.browser("martha").get(f"/konto/vorgang/{ids.new_id()}/{page}").status_code == 404
    assert Browser().get(address).status_code in {302, 403}
    assert city.browser("frieda").get(address).status_code == 403


def test_attachments_belong_to_their_case(city: City) -> None:
    first, second = city.apply(), city.apply(person__vorname="Ida")
    found = {one: Attachment.objects.get(entry__case=f"case:{one.id}") for one in (first, second)}
    assert Browser().get(linked(first.application, f"dokument/{found[first].id}/")).status_code == 200
    assert Browser().get(linked(first.application, f"dokument/{found[second].id}/")).status_code == 404
    assert Browser().get(linked(first.application, f"dokument/{ids.new_id()}/")).status_code == 404


def test_the_receipt_is_there_before_the_job_has_run_and_stays_the_same(applicant: Applicant) -> None:
    applicant.fill()
    applicant.submit()
    application = Application.objects.get()
    assert "Die erste kommt in wenigen Augenblicken" in main_text(Browser().get(linked(application)))
    early = Browser().get(linked(application, "eingangsbestaetigung.pdf")).content
    assert early.startswith(b"%PDF")
    run_until_idle()
    assert Browser().get(linked(application, "eingangsbestaetigung.pdf")).content == early


def test_a_question_is_answered_once(city: City) -> None:
    case = city.apply()
    city.do(case, "frieda.", entscheidung="rueckfragen", frage="Bleiben Sie <bis> zum Ende?")
    address = linked(case.application, "antworten/")
    shown = Browser().get(linked(case.application))
    assert "Bleiben Sie &lt;bis&gt; zum Ende?" in shown.content.decode()
    for wrong in ("", "   ", "x" * 4001, "\0"):
        answer = Browser().post(address, {"antwort": wrong})
        assert answer.status_code == 422
        assert "höchstens 4000 Zeichen" in main_text(answer)
    assert Browser().post(address, {"antwort": "Ja, gern.\0 🧵"}).status_code == 302
    again = Browser().post(address, {"antwort": "Noch einmal"})
    assert again.status_code == 302
    (question,) = Case.objects.get().questions.all()
    assert question.answer == "Ja, gern. 🧵"
    run_until_idle()
    assert "Ja, gern." in main_text(Browser().get(linked(case.application)))


def _decided(city: City, how: str) -> Case:
    case = city.apply()
    if how == "refused":
        city.do(case, "frieda.", entscheidung="ablehnen", begruendung="Alle Plätze sind besetzt.")
    else:
        city.do(case, "frieda.", entscheidung="annehmen")
        city.do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))
    city.do(case, "henrike.", freigabe=True)
    case.refresh_from_db()
    assert case.state == how
    return case


@pytest.mark.parametrize("how", ["accepted", "refused"])
def test_what_is_decided_is_neither_corrected_nor_withdrawn(city: City, how: str) -> None:
    case = _decided(city, how)
    page = Browser().get(linked(case.application)).content.decode()
    assert "zurueckziehen/" not in page and "berichtigen/" not in page
    answer = Browser().post(linked(case.application, "zurueckziehen/"))
    assert answer.status_code == 409
    assert "kann nicht mehr zurückgezogen werden" in main_text(answer)
    assert Browser().get(linked(case.application, "berichtigen/person/")).status_code == 302
    assert Browser().post(linked(case.application, "berichtigen/person/"), {}).status_code == 302
    case.refresh_from_db()
    assert case.state == how


def test_withdrawn_once_and_for_all(city: City) -> None:
    case = city.apply()
    address = linked(case.application, "zurueckziehen/")
    assert Browser().get(address).status_code == 200
    assert Case.objects.get().state == "received"
    assert Browser().post(address).status_code == 302
    assert Browser().post(address).status_code == 409
    run_until_idle()
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert "Zurückgezogen" in main_text(Browser().get(linked(case.application)))
    assert Email.objects.filter(template="application_withdrawn").count() == 1


def test_withdrawing_within_the_first_moment_asks_for_patience(applicant: Applicant) -> None:
    applicant.fill()
    applicant.submit()
    answer = Browser().post(linked(Application.objects.get(), "zurueckziehen/"))
    assert answer.status_code == 409
    assert "wird gerade angelegt" in main_text(answer)


def test_a_correction_is_kept_with_what_stood_before(applicant: Applicant) -> None:
    case = applicant.city.apply()
    address = linked(case.application, "berichtigen/person/")
    assert 'value="23"' in Browser().get(address).content.decode()
    posted = {**applicant.posted("person", person__hausnummer="99"), "stand": "1"}
    assert Browser().post(address, posted).status_code == 302
    application = Application.objects.get()
    assert (application.version, application.answers["person"]["hausnummer"]) == (2, "99")
    assert application.versions.get().answers["person"]["hausnummer"] == "23"
    assert Case.objects.get().sort_name == "zwirnstein, greta"


@pytest.mark.parametrize("stand", ["1", "", "x", "-1", "99", "9" * 40])
def test_a_correction_upon_an_older_state_is_not_taken(applicant: Applicant, stand: str) -> None:
    case = applicant.city.apply()
    address = linked(case.application, "berichtigen/person/")
    Browser().post(address, {**applicant.posted("person", person__hausnummer="99"), "stand": "1"})
    late = Browser().post(address, {**applicant.posted("person", person__hausnummer="5"), "stand": stand})
    assert late.status_code == 409
    assert "in einem anderen Fenster berichtigt" in main_text(late)
    assert 'value="5"' in late.content.decode()
    assert Application.objects.get().answers["person"]["hausnummer"] == "99"


def test_a_wrong_correction_changes_nothing(applicant: Applicant) -> None:
    case = applicant.city.apply()
    address = linked(case.application, "berichtigen/person/")
    answer = Browser().post(address, {**applicant.posted("person", person__plz="1"), "stand": "1"})
    assert answer.status_code == 422
    assert Application.objects.get().version == 1


@pytest.mark.parametrize("page", ["x", "person%00", "_", "a" * 300])
def test_unknown_pages_are_not_corrected(city: City, page: str) -> None:
    address = linked(city.apply().application, f"berichtigen/{page}/")
    assert Browser().get(address).status_code == 404
    assert Browser().post(address, {"stand": "1"}).status_code == 404


def test_finding_tells_nobody_whether_there_is_a_case(city: City) -> None:
    case = city.apply()
    Email.objects.all().delete()
    email = case.application.email
    asked = [
        (case.reference, email),
        (case.reference.lower().replace("-", " "), f" {email.upper()} "),
        (case.reference, "jemand@anders.example"),
        (ids.new_reference("WH"), email),
    ]
    texts, work = [], []
    for reference, address in asked:
        with CaptureQueriesContext(connection) as captured:
            answer = Browser().post("/vorgang/finden/", {"nummer": reference, "email": address})
        assert answer.status_code == 200
        texts.append(main_text(answer).replace(address.strip(), "…"))
        work.append([query["sql"].split()[:3] for query in captured if "SAVEPOINT" not in query["sql"]])
    assert len(set(texts)) == 1
    # How long the page takes must not tell it either: the same is written whatever is found.
    assert work[1] == work[2] == work[3]
    run_until_idle()
    assert Email.objects.filter(template="application_link", to=email).count() == 2
    assert Email.objects.count() == 2


def test_finding_is_limited_and_says_the_same_then(city: City) -> None:
    case = city.apply()
    Email.objects.all().delete()
    limit = identity_rules.LIMITS["status_link.address"].count
    answers_given = [
        Browser().post("/vorgang/finden/", {"nummer": case.reference, "email": case.application.email})
        for _ in range(limit + 3)
    ]
    run_until_idle()
    assert {answer.status_code for answer in answers_given} == {200}
    assert len({main_text(answer) for answer in answers_given}) == 1
    assert Email.objects.count() == limit


@pytest.mark.parametrize(
    ("reference", "email"),
    [
        ("", ""),
        ("WH-1", "a@b.de"),
        ("x" * 5000, "y" * 5000),
        ("\0", "\0@\0"),
        ("WH-7K3F-92QD-5", "kein"),
        ("🧵", "🧶@x.de"),
    ],
)
def test_finding_with_what_cannot_be_right_says_what_to_check(city: City, reference: str, email: str) -> None:
    assert Browser().post("/vorgang/finden/", {"nummer": reference, "email": email}).status_code == 422


def test_finding_bears_a_zero_byte_in_the_address(city: City) -> None:
    case = city.apply()
    asked = {"nummer": case.reference, "email": "a\0b@c.de"}
    assert Browser().post("/vorgang/finden/", asked).status_code in {200, 422}


def test_the_page_of_a_case_costs_a_constant_number_of_queries(
    city: City, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    case = city.apply()
    address = linked(case.application)
    Browser().get(address)
    with django_assert_max_num_queries(9) as few:
        Browser().get(address)
    cost = len(few)
    for _ in range(3):
        city.do(case, "frieda.", entscheidung="rueckfragen", frage="Können Sie?")
        Browser().post(linked(case.application, "antworten/"), {"antwort": "Ja"})
        run_until_idle()
    with django_assert_num_queries(cost):
        Browser().get(address)


def test_the_account_costs_a_constant_number_of_queries(
    city: City, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    account = city.account("martha")

    def apply(name: str) -> None:
        services.submit(
            Actor.anonymous(),
            city.procedure,
            answers(person__vorname=name),
            channel=Channel.ONLINE,
            account_id=account.id,
        )
        run_until_idle()

    apply("Ida")
    citizen = city.browser("martha")
    citizen.get("/konto/")
    with django_assert_max_num_queries(9) as few:
        citizen.get("/konto/")
    cost = len(few)
    for name in ("Alma", "Rosa", "Selma"):
        apply(name)
    with django_assert_num_queries(cost):
        citizen.get("/konto/")


def test_an_application_sent_without_an_account_can_be_taken_into_one(city: City) -> None:
    """Once, by who has the link and is logged in; its post comes along, and the record says so."""
    case = city.apply()
    martha, other = city.browser("martha"), Browser()
    status, take = linked(case.application), linked(case.application, "uebernehmen/")
    assert "In mein Konto übernehmen" not in main_text(Browser().get(status))
    assert Browser().post(take).status_code == 401
    assert "In mein Konto übernehmen" in main_text(martha.get(status))
    for _ in range(2):
        answer = martha.post(take)
        assert (answer.status_code, answer.url) == (302, f"/konto/vorgang/{case.application_id}/")
    assert Entry.objects.filter(name="application.taken_into_account").count() == 1
    assert "In mein Konto übernehmen" not in main_text(martha.get(status))
    overview = main_text(martha.get("/konto/"))
    assert overview.count(case.reference) == 2 and "Wir haben Ihren Antrag erhalten" in overview

    account = citizen_account("jemand@buerger.example")
    log_in(other, account)
    assert other.post(take).url == status
    assert Application.objects.get(id=case.application_id).account_id == city.account("martha").id
    assert other.get(f"/konto/vorgang/{case.application_id}/").status_code == 404
    with pytest.raises(services.NotPossible):
        services.take_into_account(Actor.system(), case.application_id, account.id)
