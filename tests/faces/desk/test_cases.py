"""Cases: the list with its filters; one case with answers, course, file, messages; nothing for those who may not."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from faces.helpers import main_text
from leineweber.capabilities.messages import services as messages
from leineweber.capabilities.records import queries as records
from leineweber.domains.applications import queries, services
from leineweber.domains.applications.models import Application, Case, CaseState, Channel
from leineweber.kernel import ids, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit import services as audit
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
PAGES = ("", "verlauf/", "akte/", "nachrichten/")


def test_filters_and_order_stand_in_the_address(city) -> None:
    first = city.apply()
    second = city.apply(
        channel=Channel.PAPER,
        person__vorname="Ida",
        person__familienname="Aabel",
        verfuegbarkeit__wunschbezirk="senne",
    )
    city.do(second, "frieda.", entscheidung="rueckfragen", frage="Können Sie?")
    clerk = city.browser("frieda.")

    def listed(query: str) -> list[str]:
        text = main_text(clerk.get(f"/arbeit/vorgaenge/?{query}"))
        found = [(text.find(case.reference), case.reference) for case in (first, second)]
        return [reference for position, reference in sorted(found) if position >= 0]

    assert listed("sort=name") == [second.reference, first.reference]
    assert listed("sort=-name") == [first.reference, second.reference]
    assert listed("sort=eingang") == [first.reference, second.reference]
    assert listed("zustand=question_open") == [second.reference]
    assert listed("bezirk=heepen") == [first.reference]
    assert listed("weg=paper") == [second.reference]
    assert listed("q=zwirn") == [first.reference]
    assert listed(f"q={second.reference.lower()}") == [second.reference]
    assert listed(f"q={first.file_reference}") == [first.reference]
    for name in ("Greta+Zwirnstein", "zwirnstein+greta", "Zwirnstein,+Gre", "greta", "Greta+Zwirn", "gre"):
        assert listed(f"q={name}") == [first.reference], name
    assert listed("q=Zwirnstein,+Ida") == []
    assert listed("q=niemand") == []
    page = clerk.get("/arbeit/vorgaenge/?sort=name&bezirk=heepen").content.decode()
    assert 'aria-sort="ascending"' in page
    assert 'href="?sort=-name&amp;bezirk=heepen"' in page


def test_the_desk_names_what_the_portal_asks(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    for page in (f"/arbeit/vorgaenge/{case.id}/", f"/arbeit/aufgaben/{city.task(case)}/"):
        content = clerk.get(page).content.decode()
        assert "Wunschbezirk" in content and ">Erfrischungsgeld<" in content, page
        assert "Ihre Person" not in content and "möchten Sie helfen" not in content, page


@pytest.mark.parametrize(
    "query",
    ["seite=999", "seite=x", "sort=x", "zustand=x", "bezirk=x", "bezirk=%00", "zustand=%00", "q=%00%3Cb%3E"],
)
def test_any_address_is_answered(city, query: str) -> None:
    assert city.browser("frieda.").get(f"/arbeit/vorgaenge/?{query}").status_code == 200


def test_an_empty_list_says_what_will_appear(city) -> None:
    assert "Noch kein Vorgang" in main_text(city.browser("frieda.").get("/arbeit/vorgaenge/"))
    assert "Nichts gefunden" in main_text(city.browser("frieda.").get("/arbeit/vorgaenge/?q=x"))


def _rows(city, number: int) -> None:
    """Put cases into the list by the row: what is asked is how many queries a page of it costs."""
    moment = timezone.now()
    applications = [
        Application(
            reference=ids.new_reference("WH"),
            procedure=city.procedure,
            answers={},
            channel=Channel.ONLINE,
            submitted_at=moment,
        )
        for _ in range(number)
    ]
    Application.objects.bulk_create(applications)
    Case.objects.bulk_create(
        Case(
            application=application,
            reference=application.reference,
            procedure_key=city.procedure.key,
            scope=city.procedure.scope,
            applicant=f"Muster, {position:05}",
            identity_seal=f"{position}",
            channel=Channel.ONLINE,
            opened_on=moment.date(),
            opened_at=moment,
        )
        for position, application in enumerate(applications)
    )


def test_ten_thousand_cases_cost_no_more_queries_than_one(
    city, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    _rows(city, 1)
    clerk = city.browser("frieda.")
    clerk.get("/arbeit/vorgaenge/")
    with django_assert_max_num_queries(10) as few:  # four of them write the entry of the audit trail
        clerk.get("/arbeit/vorgaenge/")
    number = len(few)
    _rows(city, 10_000)
    clerk.get("/arbeit/vorgaenge/")
    with django_assert_num_queries(number):
        answer = clerk.get("/arbeit/vorgaenge/?seite=200")
    text = main_text(answer)
    assert "Mehr als 10.000 Vorgänge" in text
    assert 'aria-current="page"><span class="kern-sr-only">Seite </span>200' in answer.content.decode()


def test_looking_at_lists_is_recorded_without_a_name(city) -> None:
    case = city.apply(erreichbarkeit__kontaktweg="post")
    other = city.apply(person__vorname="Ida", person__familienname="Aabel", erreichbarkeit__kontaktweg="post")
    city.do(other, "frieda.", entscheidung="ablehnen", begruendung="Kein Bedarf.")
    city.do(other, "henrike.", freigabe=True)
    clerk, found = city.browser("frieda."), [f"case:{case.id}"]

    def recorded(address: str) -> list[tuple[str, dict[str, object]]]:
        before = Entry.objects.count()
        assert clerk.get(address).status_code == 200
        entries = Entry.objects.order_by("id")[before:]
        assert all(entry.actor_id == city.actor("frieda.").id for entry in entries)
        return [(entry.name, entry.detail) for entry in entries]

    lists = "/arbeit/vorgaenge/"
    assert recorded(lists) == [("cases.listed", {"shown": 2})]
    assert recorded(f"{lists}?zustand=refused") == [("cases.listed", {"shown": 1})]
    assert recorded(f"{lists}?q=zwirn") == [("cases.listed", {"shown": 1, "found": found})]
    assert recorded(f"{lists}?q=niemand") == [("cases.listed", {"shown": 0, "found": []})]
    assert recorded("/arbeit/suche/?q=greta") == [("cases.searched", {"shown": 1, "found": found})]
    assert recorded("/arbeit/?ansicht=alle&q=greta") == [("tasks.searched", {"shown": 1, "found": found})]
    assert recorded("/arbeit/druck/") == [("letters.listed", {"shown": 1})]
    assert recorded("/arbeit/?ansicht=alle") == [], "one's own work, and far too often (decision 0097)"
    assert recorded("/arbeit/suche/") == []
    assert audit.verify().sound


@pytest.mark.parametrize("page", PAGES)
def test_others_do_not_learn_that_there_is_a_case(city, page: str) -> None:
    case = city.apply()
    stranger, operator = city.browser("jasper."), city.browser("tjark.")
    assert stranger.get(f"/arbeit/vorgaenge/{case.id}/{page}").status_code == 403
    assert operator.get(f"/arbeit/vorgaenge/{case.id}/{page}").status_code == 403
    Case.objects.update(scope="/d6/600/")
    assert city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/{page}").status_code == 404
    assert city.browser("frieda.").get(f"/arbeit/vorgaenge/{ids.new_id()}/{page}").status_code == 404


def test_answers_and_corrections_before_and_after(city) -> None:
    case = city.apply()
    answers = case.application.answers | {}
    answers["person"] = {**answers["person"], "hausnummer": "99"}
    services.correct(Actor.anonymous(), case.application_id, answers, version=1)
    run_until_idle()
    text = main_text(city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/"))
    assert "Berichtigungen" in text
    assert "Fassung 2 vom" in text
    assert "Hausnummer 23 99" in text
    course = main_text(city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/verlauf/"))
    assert "Angaben berichtigt" in course and "Geändert: Hausnummer." in course
    file = main_text(city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/akte/"))
    assert "Frühere Fassung 1" in file


def test_the_same_person_twice_is_told_on_both_cases(city) -> None:
    first = city.apply()
    second = city.apply(person__vorname="GRETA")
    clerk = city.browser("frieda.")
    for one, other in ((first, second), (second, first)):
        page = clerk.get(f"/arbeit/vorgaenge/{one.id}/").content.decode()
        assert "Dieselbe Person hat sich noch einmal gemeldet" in page
        assert f'href="/arbeit/vorgaenge/{other.id}/"' in page


def test_the_course_reads_like_a_story(city) -> None:
    case = city.apply()
    city.do(case, "frieda.", entscheidung="rueckfragen", frage="Bleiben Sie bis zum Ende?")
    services.answer_question(Actor.anonymous(), case.application_id, "Ja, gern.")
    run_until_idle()
    city.do(case, "frieda.", entscheidung="annehmen")
    need = queries.open_needs("wahlhelfer", "heepen")[0]
    city.do(case, "frieda.", need=str(need.id))
    city.do(case, "henrike.", freigabe=False, bemerkung="Bitte prüfen.")
    city.do(case, "frieda.", need=str(need.id))
    city.do(case, "henrike.", freigabe=True)
    clerk = city.browser("frieda.")
    text = main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/verlauf/"))
    told = [
        "Antrag eingegangen",
        "Greta Zwirnstein",
        "„Meldung prüfen“ erledigt",
        "Frieda Garnmeister",
        "Rückfrage gestellt",
        "„Bleiben Sie bis zum Ende?“",
        "Rückfrage beantwortet",
        "„Ja, gern.“",
        "Meldung annehmen",
        "Heepen, 061 Musterschule Heepen (Muster); Beisitzerin oder Beisitzer",
        "Entwurf gefertigt: Berufung in den Wahlvorstand",
        "Henrike Leinenberg",
        "Zurückgeben",
        "Schlusszeichnen und versenden",
        "Schlussgezeichnet und bekannt gegeben: Berufung in den Wahlvorstand",
        "Versandt über das Postfach.",
        "Vorgang zu den Akten genommen",
    ]
    position = 0
    for part in told:
        position = text.index(part, position) + len(part)
    assert "Nicht angemeldet" not in text
    assert "Nach Tabelle entschieden: Funktion vorschlagen" in text
    assert "Ausgeführt: Berufungsschreiben entwerfen" not in text
    full = main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/verlauf/?alles=1"))
    assert "Nach Tabelle entschieden: Funktion vorschlagen" in full


def test_the_story_tells_the_cause_before_its_effect(city) -> None:
    """Also where a clock without microseconds gives both the same moment."""
    with time_machine.travel("2026-11-25T10:00:00+01:00", tick=False) as clock:
        case = city.apply()
        clock.shift(60)
        city.do(case, "frieda.", entscheidung="annehmen")
        clock.shift(60)
        city.do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))
        clock.shift(60)
        city.do(case, "henrike.", freigabe=True)
        text = main_text(city.browser("rieke.").get(f"/arbeit/vorgaenge/{case.id}/verlauf/"))
    order = [
        "Antrag eingegangen",
        "„Wahlbezirk und Funktion zuweisen“ erledigt",
        "Entwurf gefertigt",
        "„Berufungsschreiben schlusszeichnen“ erledigt",
        "Schlussgezeichnet und bekannt gegeben",
        "Vorgang zu den Akten genommen",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_file_is_in_order_and_gives_out_pdfs_to_be_read(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    page = main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/akte/"))
    assert "Antrag mit Eingangsbestätigung" in page
    version = records.contents(Ref("case", case.id)).documents[0].current
    answer = clerk.get(f"/arbeit/vorgaenge/{case.id}/akte/{version.id}/")
    assert b"".join(answer).startswith(b"%PDF")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    saved = clerk.get(f"/arbeit/vorgaenge/{case.id}/akte/{version.id}/?speichern=1")
    assert saved.headers["Content-Disposition"].startswith("attachment; ")
    assert Entry.objects.filter(name="read", detail={"purpose": "case.document"}).count() == 2


def test_a_document_of_another_case_is_not_given_out(city) -> None:
    case, other = city.apply(), city.apply(person__vorname="Ida")
    foreign = records.contents(Ref("case", other.id)).documents[0].current
    clerk = city.browser("frieda.")
    assert clerk.get(f"/arbeit/vorgaenge/{case.id}/akte/{foreign.id}/").status_code == 404
    thread = messages.PostboxEntry.objects.get(case=str(Ref("case", other.id)))
    attached = thread.attachments.get()
    assert clerk.get(f"/arbeit/vorgaenge/{case.id}/nachrichten/{attached.id}/").status_code == 404
    assert clerk.get(f"/arbeit/vorgaenge/{other.id}/nachrichten/{attached.id}/").status_code == 200


def test_what_is_no_pdf_is_saved_and_never_shown(city) -> None:
    case = city.apply()
    blob = storage.put(b"<script>alert(1)</script>", "text/html")
    messages.receive(
        Actor.anonymous(),
        case=Ref("case", case.id),
        subject="Mit Anhang",
        body="Text",
        attachments=[(blob.sha512, "bös\nartig.html")],
    )
    attached = messages.Attachment.objects.get(blob_id=blob.sha512)
    answer = city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/nachrichten/{attached.id}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in answer.headers["Content-Disposition"]


def test_messages_show_who_wrote_what_and_how_it_was_sent(city) -> None:
    case = city.apply()
    text = main_text(city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/nachrichten/"))
    assert "Wir haben Ihren Antrag erhalten" in text
    assert "Eingangsbestätigung.pdf" in text
    assert "greta@buerger.example" in text


def test_each_view_of_a_case_is_recorded_once(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    for page in PAGES:
        clerk.get(f"/arbeit/vorgaenge/{case.id}/{page}")
    rows = Entry.objects.filter(name="read", subject=str(Ref("case", case.id))).order_by("id")
    assert [row.detail["purpose"] for row in rows] == [
        "case.case",
        "case.course",
        "case.file",
        "case.messages",
    ]


def test_markup_in_answers_stays_text(city) -> None:
    case = city.apply(erfahrung__bemerkung="<img src=x onerror=alert(1)>")
    content = city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/").content.decode()
    assert "<img src=x" not in content
    assert "&lt;img src=x" in content


def test_a_case_without_its_file_yet_is_shown(city) -> None:
    application = services.submit(
        Actor.anonymous(), city.procedure, city.apply().application.answers, channel=Channel.ONLINE
    )
    case = Case.objects.get(application=application)
    clerk = city.browser("frieda.")
    assert "wird angelegt" in main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/"))
    assert "Die Akte wird gerade angelegt" in main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/akte/"))
    assert case.state == CaseState.RECEIVED


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_case_costs_a_bounded_number_of_queries(
    city, page: str, django_assert_max_num_queries
) -> None:
    case = city.apply()
    city.apply()
    clerk = city.browser("frieda.")
    clerk.get(f"/arbeit/vorgaenge/{case.id}/{page}")
    with django_assert_max_num_queries(22):
        clerk.get(f"/arbeit/vorgaenge/{case.id}/{page}")
