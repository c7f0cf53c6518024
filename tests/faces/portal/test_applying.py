"""Filling in: twice sent, gone back, two windows, other devices, expired, hostile; nothing valid is ever lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from faces.helpers import main_text
from faces.portal.conftest import PAGES, Applicant
from leineweber.capabilities.forms.models import Draft
from leineweber.capabilities.messages.models import Email
from leineweber.domains.applications.models import Application, Case
from leineweber.kernel import clock
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.identity import rules as identity_rules

pytestmark = pytest.mark.django_db


def link_of(email: Email) -> str:
    """Return the path of the link in an e-mail that has not been sent yet."""
    (line,) = [line for line in email.body.splitlines() if "/antrag/weiter/" in line]
    return "/antrag/weiter/" + line.partition("/antrag/weiter/")[2].strip()


def test_the_whole_way_ends_with_a_number_to_read_out(applicant: Applicant) -> None:
    applicant.fill()
    answer = applicant.submit()
    assert answer.status_code == 302
    text = main_text(applicant.browser.get(answer.headers["Location"]))
    application = Application.objects.get()
    assert application.reference in text
    assert application.answers["person"]["familienname"] == "Zwirnstein"


def test_sent_twice_is_received_once(applicant: Applicant) -> None:
    applicant.fill()
    first, second = applicant.submit(), applicant.submit()
    assert (first.status_code, second.status_code) == (302, 302)
    application = Application.objects.get()
    for answer in (first, second):
        assert application.reference in main_text(applicant.browser.get(answer.headers["Location"]))
    run_until_idle()
    assert Case.objects.count() == 1
    assert Email.objects.filter(template="application_received").count() == 1


@pytest.mark.parametrize("page", ["person", "einwilligung", "pruefen", "sichern"])
def test_back_after_sending_leads_to_what_became_of_it(applicant: Applicant, page: str) -> None:
    applicant.fill()
    applicant.submit()
    reference = Application.objects.get().reference
    shown = applicant.browser.get(applicant.address(page))
    assert shown.status_code == 302
    assert reference in main_text(applicant.browser.get(shown.headers["Location"]))
    posted = applicant.browser.post(
        applicant.address(page), {"person.vorname": "Anders", "email": "x@y.example"}
    )
    assert posted.status_code == 302 and posted.headers["Location"].startswith("/vorgang/")
    assert Application.objects.get().answers["person"]["vorname"] == "Greta"


def test_discarding_after_sending_deletes_nothing(applicant: Applicant) -> None:
    applicant.fill()
    applicant.submit()
    assert applicant.browser.post(applicant.address("verwerfen")).status_code == 302
    assert Application.objects.count() == 1 and Draft.objects.count() == 1


def test_the_second_window_is_told_and_its_answers_count(applicant: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    seen = applicant.stand("person")
    assert (
        applicant.send("person", applicant.posted("person", person__vorname="Ida"), stand=seen).status_code
        == 302
    )
    late = applicant.send("person", applicant.posted("person", person__vorname="Selma"), stand=seen)
    assert late.status_code == 200
    assert "in einem anderen Fenster geändert" in main_text(late)
    assert Draft.objects.get().answers["person"]["vorname"] == "Selma"


def test_two_windows_on_two_pages_do_not_disturb_each_other(applicant: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    seen = applicant.stand("erreichbarkeit")
    applicant.send("person", applicant.posted("person", person__vorname="Ida"), stand=seen)
    assert applicant.send("erreichbarkeit", stand=seen).status_code == 302
    kept = Draft.objects.get().answers
    assert kept["person"]["vorname"] == "Ida"
    assert kept["erreichbarkeit"]["kontaktweg"] == "postfach"


@pytest.mark.parametrize("stand", ["", "x", "-1", "9" * 30, "²", "1.5"])
def test_a_wrong_revision_is_no_fault(applicant: Applicant, stand: str) -> None:
    applicant.begin()
    assert applicant.send("person", stand=stand).status_code == 302


def test_an_expired_draft_says_so_and_offers_to_begin_anew(applicant: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True):
        for page in ("person", "pruefen", "sichern"):
            gone = applicant.browser.get(applicant.address(page))
            assert gone.status_code == 404
            assert "/leistungen/wahlhelfer/" in gone.content.decode()
        assert applicant.send("erreichbarkeit").status_code == 404


def test_a_discarded_draft_is_gone(applicant: Applicant) -> None:
    applicant.begin()
    assert applicant.browser.get(applicant.address("verwerfen")).status_code == 405
    assert applicant.browser.post(applicant.address("verwerfen")).status_code == 200
    assert not Draft.objects.exists()
    assert applicant.send("person").status_code == 404


def test_going_on_elsewhere_closes_the_first_device(applicant: Applicant, another: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    assert (
        applicant.browser.post(applicant.address("sichern"), {"email": "greta@buerger.example"}).status_code
        == 200
    )
    link = link_of(Email.objects.get(template="draft_link"))
    # A program that looks at links does not use it up.
    assert another.browser.get(link).status_code == 200
    opened = another.browser.post(link)
    assert opened.status_code == 302
    _, _, _, another.token, page, _ = opened.headers["Location"].split("/")
    assert page == "erreichbarkeit"
    assert "Greta" in another.browser.get(another.address("person")).content.decode()
    assert applicant.browser.get(applicant.address("person")).status_code == 404
    assert applicant.send("erreichbarkeit").status_code == 404


def test_a_later_link_replaces_the_earlier(applicant: Applicant) -> None:
    applicant.begin()
    for _ in range(2):
        applicant.browser.post(applicant.address("sichern"), {"email": "greta@buerger.example"})
    first, second = (link_of(email) for email in Email.objects.order_by("created_at", "id"))
    assert first != second
    assert Browser().post(first).status_code == 404
    assert Browser().post(second).status_code == 302


@pytest.mark.parametrize("token", ["x", "a" * 2000, "%00", "ä", "..", "%F0%9F%92%A9"])
def test_unknown_links_are_answered_calmly(applicant: Applicant, token: str) -> None:
    assert applicant.browser.post(f"/antrag/weiter/{token}/").status_code == 404
    assert applicant.browser.get(f"/antrag/wahlhelfer/{token}/person/").status_code == 404


@pytest.mark.parametrize(
    "email",
    ["", "greta", "a@b", "a b@c.de", "a@c.de\nBcc: x@y.de", "a\0@c.de", "a" * 300 + "@c.de", "<script>@c.de"],
)
def test_a_bad_address_gets_no_link(applicant: Applicant, email: str) -> None:
    applicant.begin()
    answer = applicant.browser.post(applicant.address("sichern"), {"email": email})
    assert answer.status_code == 422
    assert "Geben Sie eine E-Mail-Adresse ein" in main_text(answer)
    assert not Email.objects.exists()


def test_nobody_floods_an_address_with_links(applicant: Applicant, another: Applicant) -> None:
    """However many drafts and browsers are used for it."""
    limit = identity_rules.LIMITS["draft_link.email"].count
    answers_given = []
    for number in range(limit + 2):
        sender = (applicant, another)[number % 2]
        sender.begin()
        typed = "greta@buerger.example" if number % 3 else "Greta@Buerger.example"
        answers_given.append(sender.browser.post(sender.address("sichern"), {"email": typed}))
    assert [answer.status_code for answer in answers_given] == [200] * limit + [429] * 2
    assert "zu viele Versuche" in main_text(answers_given[-1])
    assert Email.objects.count() == limit


def test_nobody_floods_many_addresses_with_links(applicant: Applicant) -> None:
    limit = identity_rules.LIMITS["draft_link.address"].count
    applicant.begin()
    statuses = [
        applicant.browser.post(
            applicant.address("sichern"), {"email": f"a{number}@buerger.example"}
        ).status_code
        for number in range(limit + 1)
    ]
    assert statuses == [200] * limit + [429]


def test_the_link_leads_to_the_city_whatever_host_was_asked(applicant: Applicant, settings) -> None:
    """Else whoever can make a server answer under another name gets the secret of the link sent there."""
    settings.PUBLIC_URL = "https://stadt.example"
    applicant.begin()
    typed = {"email": "greta@buerger.example"}
    sent = applicant.browser.post(applicant.address("sichern"), typed, HTTP_HOST="localhost")
    assert sent.status_code == 200
    assert "https://stadt.example/antrag/weiter/" in Email.objects.get().body


def test_save_for_later_keeps_what_is_right_although_something_is_wrong(applicant: Applicant) -> None:
    applicant.begin()
    values = applicant.posted("person", person__plz="1")
    answer = applicant.send("person", values, sichern="1")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/sichern/")
    kept = Draft.objects.get().answers["person"]
    assert kept["familienname"] == "Zwirnstein" and "plz" not in kept


@pytest.mark.parametrize("page", ["x", "PERSON", "person%00", "person.vorname", "_", "a" * 500])
def test_unknown_pages_are_not_there(applicant: Applicant, page: str) -> None:
    applicant.begin()
    assert applicant.browser.get(applicant.address(page)).status_code == 404
    assert applicant.browser.post(applicant.address(page), {"a": "b"}).status_code == 404


def test_a_draft_is_no_draft_of_another_service(applicant: Applicant) -> None:
    applicant.begin()
    assert applicant.browser.get(f"/antrag/hund/{applicant.token}/person/").status_code == 404
    assert applicant.browser.post(f"/antrag/hund/{applicant.token}/pruefen/").status_code == 404
    assert applicant.browser.post("/antrag/hund/").status_code == 404


def test_the_service_leads_into_the_form_only_by_its_button(applicant: Applicant) -> None:
    answer = applicant.browser.get("/antrag/wahlhelfer/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/leistungen/wahlhelfer/")
    assert not Draft.objects.exists()


def test_an_unfinished_form_is_not_accepted_and_says_what_is_missing(applicant: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    answer = applicant.submit()
    assert answer.status_code == 422
    page = answer.content.decode()
    for key in PAGES[1:]:
        assert f"/{key}/?zurueck=pruefen#" in page, key
    assert not Application.objects.exists()


def test_what_does_not_apply_any_more_is_not_sent(applicant: Applicant) -> None:
    iban = "DE89370400440532013000"
    applicant.fill(bank__auszahlung="ueberweisung", bank__kontoinhaber="Greta Zwirnstein", bank__iban=iban)
    assert iban in str(Draft.objects.get().answers)
    assert applicant.send("bank").status_code == 302
    applicant.submit()
    assert iban not in str(Application.objects.get().answers)


NASTY = {
    "long": "x" * 100_000,
    "nul": "Gre\0ta",
    "emoji": "Greta 🧵🧶",
    "right-to-left": "\u202egreta\u202c עברית",
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% raw %}",
    "newlines": "a\r\nb\u2028c",
    "invalid": "\ufffd\ufffe",
    "surrogate": "\\ud800",
    "sql": "'; DROP TABLE applications_case; --",
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY.keys())
def test_every_field_is_bounded(applicant: Applicant, page: str, value: str) -> None:
    applicant.begin()
    names = set(applicant.posted(page)) | {
        "person.geburtsdatum.tag",
        "erfahrung.bemerkung",
        "bank.iban",
        "erreichbarkeit.telefon",
    }
    posted = {name: [value, value] for name in names if name.startswith(f"{page}.")}
    answer = applicant.send(page, posted)
    assert answer.status_code in {302, 422}
    assert "<script>alert" not in answer.content.decode()
    saved = applicant.send(page, posted, sichern="1")
    assert saved.status_code == 302
    kept = str(Draft.objects.get().answers)
    assert len(kept) < 12_000
    assert "\0" not in kept and "\\x00" not in kept
    assert applicant.browser.get(applicant.address(page)).status_code == 200
    assert applicant.browser.get(applicant.address("pruefen")).status_code == 200


def test_ten_thousand_fields_are_refused_and_change_nothing(applicant: Applicant) -> None:
    applicant.begin()
    applicant.send("person")
    before = Draft.objects.get().answers
    answer = applicant.send("person", {f"f{number}": ["x"] for number in range(10_000)})
    assert answer.status_code == 400
    assert Draft.objects.get().answers == before


def test_more_than_the_largest_request_is_refused(applicant: Applicant) -> None:
    applicant.begin()
    answer = applicant.browser.post(
        applicant.address("person"),
        b"person.vorname=" + b"x" * 3_000_000,
        "application/x-www-form-urlencoded",
    )
    assert answer.status_code in {400, 413}


def test_a_missing_token_keeps_what_was_typed_and_no_secret(applicant: Applicant) -> None:
    applicant.begin()
    strict = Browser(enforce_csrf_checks=True)
    typed = {
        "person.vorname": "Gréta <b>",
        "passwort": "geheim-eins",
        "alt-password": "geheim-zwei",
        "code": "123456",
    }
    answer = strict.post(applicant.address("person"), typed)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'value="Gréta &lt;b&gt;"' in page
    assert f'action="{applicant.address("person")}"' in page
    for secret in ("geheim-eins", "geheim-zwei", "123456"):
        assert secret not in page
    assert "Ihr Browser nimmt keine Cookies an" in main_text(answer)


@pytest.mark.parametrize(
    "sent_from",
    [
        {"HTTP_ORIGIN": "https://boese.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://boese.example/falle.html"},
    ],
)
def test_what_another_site_sends_is_not_offered_to_be_sent_again(
    applicant: Applicant, sent_from: dict[str, str]
) -> None:
    """Else one click on a page of ours would do what the other site wrote."""
    applicant.begin()
    strict = Browser(enforce_csrf_checks=True)
    strict.get(applicant.address("person"))
    answer = strict.post(applicant.address("person"), {"person.vorname": "Untergeschoben"}, **sent_from)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Untergeschoben" not in page
    assert "<form" not in page


def test_what_our_own_page_sends_is_offered_again(applicant: Applicant) -> None:
    applicant.begin()
    strict = Browser(enforce_csrf_checks=True)
    answer = strict.post(
        applicant.address("person"), {"person.vorname": "Gréta"}, HTTP_ORIGIN="http://testserver"
    )
    assert answer.status_code == 403
    assert 'value="Gréta"' in answer.content.decode()


def test_with_a_cookie_the_answer_says_that_the_session_ended(applicant: Applicant) -> None:
    applicant.begin()
    strict = Browser(enforce_csrf_checks=True)
    strict.get(applicant.address("person"))
    answer = strict.post(
        applicant.address("person"), {**applicant.posted("person"), "csrfmiddlewaretoken": "old"}
    )
    assert "Ihre Eingaben sind noch da" in main_text(answer)
    token = answer.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    again = strict.post(
        applicant.address("person"), {**applicant.posted("person"), "csrfmiddlewaretoken": token}
    )
    assert again.status_code == 302


def test_a_citizen_who_logged_in_meanwhile_finds_it_in_the_account(applicant: Applicant) -> None:
    applicant.fill()
    citizen = applicant.city.account("martha")
    applicant.browser = applicant.city.browser("martha")
    applicant.submit()
    application = Application.objects.get()
    assert application.account_id == citizen.id
    assert application.reference in applicant.browser.get("/konto/").content.decode()


@pytest.mark.parametrize("language", ["de", "en", "leicht", "xx"])
def test_the_form_stands_in_every_language(applicant: Applicant, language: str) -> None:
    applicant.browser.get("/", {"sprache": language})
    applicant.fill()
    assert applicant.browser.get(applicant.address("pruefen")).status_code == 200
    applicant.submit()
    assert Application.objects.get().language == (language if language != "xx" else "de")


def test_a_page_costs_a_constant_number_of_queries(applicant: Applicant, django_assert_num_queries) -> None:
    applicant.fill()
    applicant.browser.get(applicant.address("person"))
    for page in ("person", "bank", "pruefen"):
        with django_assert_num_queries(1):
            applicant.browser.get(applicant.address(page))
    with django_assert_num_queries(2):
        applicant.send("person")
