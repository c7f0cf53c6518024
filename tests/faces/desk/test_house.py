"""Needs, letters to be printed, search, and the operator's page."""

from __future__ import annotations

import re

import pytest

from faces.helpers import main_text
from leineweber.capabilities import documents
from leineweber.capabilities.messages import queries as message_queries
from leineweber.capabilities.messages.models import Email, LetterItem
from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Case
from leineweber.kernel import clock, ids
from leineweber.kernel.audit.models import Verification
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.jobs.models import ScheduleState
from leineweber.kernel.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db


def _accepted(city, **changes: object) -> Case:
    case = city.apply(**changes)
    city.do(case, "frieda.", entscheidung="annehmen")
    city.do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))
    city.do(case, "henrike.", freigabe=True)
    return case


def test_needs_per_area_place_and_function(city) -> None:
    _accepted(city)
    clerk = city.browser("frieda.")
    text = main_text(clerk.get("/arbeit/bedarf/?bezirk=heepen"))
    assert "1 von 5" in text
    assert "1 Meldung" in text.replace("\xa0", " ")
    assert "021 Musterschule Gadderbaum" not in text
    assert "021 Musterschule Gadderbaum" in main_text(clerk.get("/arbeit/bedarf/?bezirk=quatsch"))
    assert city.browser("jasper.").get("/arbeit/bedarf/").status_code == 403


def test_needs_cost_the_same_queries_for_any_number_of_places(city, django_assert_max_num_queries) -> None:
    clerk = city.browser("frieda.")
    clerk.get("/arbeit/bedarf/")
    with django_assert_max_num_queries(8):
        clerk.get("/arbeit/bedarf/")


def test_letters_are_printed_once_loaded_again_and_put_back(city) -> None:
    for name in ("Greta", "Ida"):
        case = _accepted(city, person__vorname=name, erreichbarkeit__kontaktweg="post")
    clerk = city.browser("frieda.")
    page = clerk.get("/arbeit/druck/")
    assert f'<a href="/arbeit/vorgaenge/{case.id}/">Ida Zwirnstein</a>' in page.content.decode()
    text = main_text(page)
    assert "Druckstapel aus 2 Briefen machen" in text.replace("\xa0", " ")
    assert "Ida Zwirnstein" in text
    answer = clerk.post("/arbeit/druck/drucken/", follow=True)
    assert "Der Druckstapel ist fertig." in main_text(answer)
    assert "Kein Brief wartet" in main_text(answer)
    batch = LetterItem.objects.values_list("batch_id", flat=True).distinct().get()
    pdf = clerk.get(f"/arbeit/druck/{batch}/")
    assert pdf.headers["Content-Disposition"].startswith("attachment; ")
    first = b"".join(pdf)
    assert first.startswith(b"%PDF")
    assert b"".join(clerk.get(f"/arbeit/druck/{batch}/")) == first
    assert "Zurzeit wartet kein Brief." in main_text(clerk.post("/arbeit/druck/drucken/", follow=True))
    clerk.post(f"/arbeit/druck/{batch}/zuruecklegen/")
    assert message_queries.print_queue().count() == 2


def test_who_may_not_reads_whom_to_ask_and_finds_the_way_back(city) -> None:
    case = city.apply()
    colleague = city.browser("jasper.")
    refused = colleague.get("/arbeit/vorgaenge/")
    assert refused.status_code == 403
    text = main_text(refused)
    assert re.search(r"Fragen Sie [\w. ]+ \(.*leitung.*Telefon 0521 51-\d+\)", text), text
    missing = city.browser("frieda.").get(f"/arbeit/vorgaenge/{ids.new_id()}/")
    assert "Was einer anderen Stelle gehört" in main_text(missing)
    for page in (refused, missing):
        assert 'href="/arbeit/">Zum Eingangskorb</a>' in page.content.decode()
    assert "Zur Startseite" in main_text(city.browser("martha.").get(f"/arbeit/vorgaenge/{case.id}/"))


def test_nobody_prints_or_sees_the_letters_of_others(city) -> None:
    case = _accepted(city, erreichbarkeit__kontaktweg="post")
    mine = _accepted(city, person__vorname="Ida", erreichbarkeit__kontaktweg="post")
    Case.objects.filter(id=case.id).update(scope="/d6/600/")
    clerk = city.browser("frieda.")
    text = main_text(clerk.get("/arbeit/druck/"))
    assert "Ida Zwirnstein" in text and "Greta Zwirnstein" not in text
    clerk.post("/arbeit/druck/drucken/")
    printed = LetterItem.objects.get(status="printed")
    assert printed.case == f"case:{mine.id}"
    Case.objects.filter(id=mine.id).update(scope="/d6/600/")
    assert clerk.get(f"/arbeit/druck/{printed.batch_id}/").status_code == 404
    assert clerk.post(f"/arbeit/druck/{printed.batch_id}/zuruecklegen/").status_code == 404
    assert clerk.get(f"/arbeit/druck/{ids.new_id()}/").status_code == 404
    assert city.browser("rieke.").get("/arbeit/druck/").status_code == 403


def test_a_letter_that_cannot_be_printed_leaves_all_of_them_waiting(city, monkeypatch) -> None:
    _accepted(city, erreichbarkeit__kontaktweg="post")

    def broken(_: object) -> bytes:
        raise documents.PrintError(0, "Schreiben 1 ist kein lesbares PDF.")

    monkeypatch.setattr(documents, "merge", broken)
    answer = city.browser("frieda.").post("/arbeit/druck/drucken/")
    assert answer.status_code == 409
    assert "alle Briefe warten weiter" in main_text(answer)
    assert message_queries.print_queue().count() == 1


def test_search_finds_cases_colleagues_and_pages(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    text = main_text(clerk.get("/arbeit/suche/?q=zwirn"))
    assert "Vorgänge" in text and case.reference in text
    assert "Wiebke Zwirnhagen" in text
    assert "Bedarf" in main_text(clerk.get("/arbeit/suche/?q=bedarf"))
    assert "Nichts gefunden" in main_text(clerk.get("/arbeit/suche/?q=qqxyzz"))
    straight = clerk.get(f"/arbeit/suche/?q={case.reference.lower()}")
    assert straight.headers["Location"] == f"/arbeit/vorgaenge/{case.id}/"
    stranger = city.browser("jasper.").get(f"/arbeit/suche/?q={case.reference}")
    assert stranger.status_code == 200
    assert "Nichts gefunden" in main_text(stranger)


def _give_up(city) -> tuple[Delivery, Email]:
    event = StoredEvent.objects.create(
        at=clock.now(), name="case.opened", subject=f"case:{ids.new_id()}", actor_label="Programm"
    )
    delivery = Delivery.objects.create(
        event=event,
        subscriber="applications.begin_review",
        subject=event.subject,
        status="failed",
        attempts=8,
        due=clock.now(),
        error="Traceback (most recent call last):\n  File x\nValueError: kaputt\nDETAIL:  Key (x)=(Zwirnstein).",
    )
    email = Email.objects.create(
        to="greta.zwirnstein@buerger.example",
        subject="Betreff",
        body="Text",
        message_id=f"<{ids.new_id()}@x>",
        template="application_received",
        status="uncertain",
        attempts=1,
        error="450 <greta.zwirnstein@buerger.example> busy",
        created_at=clock.now(),
        due=clock.now(),
    )
    return delivery, email


def test_the_operator_sees_what_was_given_up_and_tries_again(city) -> None:
    delivery, email = _give_up(city)
    operator = city.browser("tjark.")
    text = main_text(operator.get("/arbeit/betrieb/"))
    assert "ValueError: kaputt" in text
    assert "Traceback" not in text and "Zwirnstein" not in text
    assert "450 <g…@buerger.example> busy" in text
    assert "g…@buerger.example" in text and "greta.zwirnstein" not in text
    assert "Gilt als zugestellt" in text
    assert "Keiner hat sich in der letzten Minute gemeldet" in text
    operator.post(f"/arbeit/betrieb/zustellungen/{delivery.id}/")
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("waiting", 0)
    operator.post(f"/arbeit/betrieb/nachrichten/{email.id}/abhaken/")
    email.refresh_from_db()
    assert email.status == "sent"
    again = operator.post(f"/arbeit/betrieb/nachrichten/{email.id}/", follow=True)
    assert "Das hat sich inzwischen erledigt." in main_text(again)
    assert operator.post(f"/arbeit/betrieb/auftraege/{ids.new_id()}/").status_code == 302
    assert operator.post("/arbeit/betrieb/zustellungen/999999/").status_code == 302
    assert operator.post(f"/arbeit/betrieb/ablaeufe/{ids.new_id()}/").status_code == 404


def test_the_operator_tries_everything_again_and_discards_what_nobody_takes(city) -> None:
    delivery, uncertain = _give_up(city)
    type(delivery).objects.update(subscriber="vergangen.empfang")
    Email.objects.create(
        to="a@buerger.example",
        subject="Betreff",
        body="Text",
        message_id=f"<{ids.new_id()}@x>",
        template="application_received",
        status="failed",
        attempts=8,
        created_at=clock.now(),
        due=clock.now(),
    )
    operator = city.browser("tjark.")
    text = main_text(operator.get("/arbeit/betrieb/"))
    assert text.count("Ja, alle 1 wiederholen") == 2
    assert "Das Programm kennt diesen Empfänger nicht mehr." in text
    operator.post("/arbeit/betrieb/nachrichten/")
    uncertain.refresh_from_db()
    assert uncertain.status == "uncertain"
    assert not Email.objects.filter(status="failed").exists()
    done = operator.post("/arbeit/betrieb/zustellungen/", follow=True)
    assert "Wird wiederholt." in main_text(done)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("waiting", 0)
    page = f"/arbeit/betrieb/zustellungen/{delivery.id}/verwerfen/"
    assert "fehlt der Grund" in main_text(operator.post(page, {"grund": " "}, follow=True))
    assert "verworfen" in main_text(operator.post(page, {"grund": "Raum ausgebaut"}, follow=True))
    assert not type(delivery).objects.filter(id=delivery.id).exists()
    assert "inzwischen erledigt" in main_text(operator.post("/arbeit/betrieb/auftraege/", follow=True))


def test_the_operator_reads_why_a_schedule_failed(city) -> None:
    moment = clock.now()
    ScheduleState.objects.create(
        name="messages.forget",
        due=moment,
        last_run=moment,
        last_error="Traceback (most recent call last):\n  File …\nOSError: Platte voll",
    )
    ScheduleState.objects.create(name="audit.verify", due=moment)
    text = main_text(city.browser("tjark.").get("/arbeit/betrieb/"))
    assert "messages.forget" in text and "OSError: Platte voll" in text
    assert "Traceback" not in text
    # What has not run yet is not said to be in order.
    assert text.count("steht bevor") == 1
    assert "Betriebsseite" in text


def test_the_operator_has_the_audit_trail_verified(city) -> None:
    operator = city.browser("tjark.")
    assert "Noch nie geprüft." in main_text(operator.get("/arbeit/betrieb/"))
    operator.post("/arbeit/betrieb/protokoll/pruefen/")
    run_until_idle()
    assert Verification.objects.get().findings == []
    assert "unversehrt" in main_text(operator.get("/arbeit/betrieb/"))


@pytest.mark.parametrize("beginning", ["frieda.", "henrike.", "rieke.", "jasper."])
def test_the_operators_page_is_for_operators(city, beginning: str) -> None:
    delivery, email = _give_up(city)
    browser = city.browser(beginning)
    assert browser.get("/arbeit/betrieb/").status_code == 403
    for address in (
        "protokoll/pruefen/",
        f"zustellungen/{delivery.id}/",
        f"nachrichten/{email.id}/",
        f"nachrichten/{email.id}/abhaken/",
        f"auftraege/{ids.new_id()}/",
        f"ablaeufe/{ids.new_id()}/",
    ):
        assert browser.post(f"/arbeit/betrieb/{address}").status_code == 403
    delivery.refresh_from_db()
    assert delivery.status == "failed"


def test_the_operators_page_costs_a_bounded_number_of_queries(city, django_assert_max_num_queries) -> None:
    for _ in range(5):
        _give_up(city)
    operator = city.browser("tjark.")
    operator.get("/arbeit/betrieb/")
    with django_assert_max_num_queries(60):
        operator.get("/arbeit/betrieb/")


def test_the_navigation_shows_each_her_own(city) -> None:
    assert "Betriebszustand" in city.browser("tjark.").get("/arbeit/").content.decode()
    clerk = city.browser("frieda.").get("/arbeit/").content.decode()
    assert "Betriebszustand" not in clerk
    assert "Briefe drucken" in clerk
    assert "Vorgänge" not in city.browser("jasper.").get("/arbeit/").content.decode()
