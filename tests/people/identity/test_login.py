"""Log-in over the wire: staff with two factors, citizens by link and code, limits, and what nobody learns."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from leineweber.capabilities.messages.models import Email
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.identity import queries, rules, services, tasks, tickets
from leineweber.people.identity.client import Client
from leineweber.people.identity.demo import PASSWORD, PERSONAS
from leineweber.people.identity.models import (
    Account,
    LoginRecord,
    Passkey,
    RecoveryCode,
    Session,
    Throttle,
    Ticket,
    TotpDevice,
)
from leineweber.people.organisation.models import Holding, Person
from leineweber.people.organisation.services import leave_post
from people.logging_in import load_city, log_in

pytestmark = pytest.mark.django_db
STAFF = "/anmelden/"
SECOND = "/anmelden/zweiter-faktor/"
CITIZEN = "/konto/anmelden/"
CODE = "/konto/anmelden/code/"
FRIEDA = next(persona for persona in PERSONAS if persona.username.startswith("frieda."))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def clock_hand(_noon: time_machine.Coordinates) -> time_machine.Coordinates:
    return _noon


@pytest.fixture(autouse=True)
def _demo_city(settings, db: None) -> None:
    settings.LEINEWEBER_DEMO = True
    load_city()


def totp(persona=FRIEDA) -> str:
    return rules.hotp(rules.totp_key(persona.totp_secret), rules.totp_step(clock.now()))


def first_step(browser: Browser, email: str = FRIEDA.username, password: str = PASSWORD, **extra):
    return browser.post(STAFF, {"email": email, "passwort": password, **extra})


def text(response) -> str:
    return response.content.decode()


# Staff


def test_staff_log_in_with_password_and_code_and_arrive_where_they_wanted() -> None:
    browser = Browser()
    asked = browser.get("/arbeit/verzeichnis/?q=a")
    assert asked.status_code == 302 and asked.url == "/anmelden/?weiter=%2Farbeit%2Fverzeichnis%2F%3Fq%3Da"
    answer = first_step(
        browser, email="FRIEDA.garnmeister@bielefeld.example ", weiter="/arbeit/verzeichnis/?q=a"
    )
    assert answer.url == SECOND
    assert browser.get("/arbeit/profil/").status_code == 302, "the password alone opens nothing"
    answer = browser.post(SECOND, {"code": totp()})
    assert (answer.status_code, answer.url) == (302, "/arbeit/verzeichnis/?q=a")
    assert browser.get("/arbeit/profil/").status_code == 200
    account = Account.objects.get(email=FRIEDA.username)
    record = LoginRecord.objects.get(account=account)
    assert (record.method, record.outcome, record.network) == ("totp", "success", "127.0.0.0/24")
    assert Entry.objects.get(name="identity.logged_in").detail == {"method": "totp"}


def test_the_session_key_changes_at_log_in_and_is_not_in_the_database() -> None:
    browser = Browser()
    first_step(browser)
    before = browser.cookies["lw_session"].value
    browser.post(SECOND, {"code": totp()})
    after = browser.cookies["lw_session"].value
    assert before != after
    assert Session.objects.count() == 1
    row = Session.objects.get()
    assert after not in (row.digest, row.data) and len(row.digest) == 64
    cookie = browser.cookies["lw_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_code_works_once() -> None:
    one, other = Browser(), Browser()
    for browser in (one, other):
        first_step(browser)
    code = totp()
    assert one.post(SECOND, {"code": code}).status_code == 302
    assert other.post(SECOND, {"code": code}).status_code == 422


def test_an_older_code_does_not_work_after_a_newer_one(clock_hand) -> None:
    old = totp()
    clock_hand.shift(30)
    one, other = Browser(), Browser()
    first_step(one)
    first_step(other)
    assert one.post(SECOND, {"code": totp()}).status_code == 302
    assert other.post(SECOND, {"code": old}).status_code == 422


def test_a_recovery_code_works_once_instead() -> None:
    account = Account.objects.get(email=FRIEDA.username)
    codes = services.renew_recovery_codes(Actor.system(), account)
    assert len(set(codes)) == services.RECOVERY_CODES
    assert not RecoveryCode.objects.filter(seal__in=codes).exists()
    for expected in (302, 422):
        browser = Browser()
        first_step(browser)
        assert browser.post(SECOND, {"code": codes[0].lower()}).status_code == expected
    assert queries.recovery_codes_left(account) == services.RECOVERY_CODES - 1


def test_the_second_step_waits_ten_minutes_at_most(clock_hand) -> None:
    browser = Browser()
    first_step(browser)
    assert browser.get(SECOND).status_code == 200
    clock_hand.shift(601)
    assert browser.get(SECOND).url == STAFF
    assert Browser().get(SECOND).url == STAFF


def test_the_totp_secret_is_not_readable_in_the_database() -> None:
    stored = TotpDevice.objects.get(account__email=FRIEDA.username).secret
    assert FRIEDA.totp_secret not in stored


def _plain(response) -> str:
    return re.sub(r'value="[^"]*"', "", text(response))


def test_nobody_learns_whether_an_address_has_an_account() -> None:
    answers = [
        first_step(Browser(), email, "falsch falsch falsch")
        for email in (
            FRIEDA.username,
            "niemand@bielefeld.example",
            "otto.leinsaat@buerger.example",
            "x" * 300,
        )
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({_plain(answer) for answer in answers}) == 1


def test_bytes_no_database_keeps_do_no_harm() -> None:
    assert first_step(Browser(), "a\0b@c.example", "x\0y").status_code == 422
    assert Browser().post(CITIZEN, {"email": "a\0@c.example", "weiter": "/\0"}).status_code == 302
    assert Browser().get(CITIZEN + "?weiter=/%00").status_code == 200
    assert Browser().get("/konto/anmelden/link/%00/").status_code == 410


def test_an_account_without_second_factor_cannot_log_in_by_password() -> None:
    TotpDevice.objects.all().delete()
    wrong = first_step(Browser(), "niemand@bielefeld.example")
    right = first_step(Browser())
    assert right.status_code == 422 and _plain(right) == _plain(wrong)


def test_a_blocked_account_is_out_at_once_and_stays_out() -> None:
    browser = Browser()
    account = Account.objects.get(email=FRIEDA.username)
    log_in(browser, account)
    assert browser.get("/arbeit/profil/").status_code == 200
    services.set_active(Actor.system(), account_id=account.id, active=False)
    assert browser.get("/arbeit/profil/").status_code == 302
    assert first_step(Browser()).status_code == 422
    services.set_active(Actor.system(), account_id=account.id, active=True)
    assert first_step(Browser()).status_code == 302


def test_too_many_passwords_from_one_place_then_it_waits(clock_hand) -> None:
    for _ in range(5):
        assert first_step(Browser(), password="falsch").status_code == 422
    limited = first_step(Browser())
    assert limited.status_code == 429 and "15 Minuten" in text(limited)
    other_place = Browser(REMOTE_ADDR="192.0.2.9")
    assert first_step(other_place).status_code == 302, "another place is not locked out"
    clock_hand.shift(15 * 60 + 1)
    assert first_step(Browser()).status_code == 302
    assert LoginRecord.objects.filter(outcome="limited").count() == 1


def test_many_places_against_one_account_are_limited_too() -> None:
    codes = [
        first_step(Browser(REMOTE_ADDR=f"192.0.2.{number}"), password="falsch").status_code
        for number in range(31)
    ]
    assert codes == [422] * 30 + [429]


def test_one_place_against_many_accounts_is_limited_too() -> None:
    codes = [
        first_step(Browser(), f"n{number}@bielefeld.example", "falsch").status_code for number in range(61)
    ]
    assert codes == [422] * 60 + [429]


def test_too_many_second_factors() -> None:
    browser = Browser()
    first_step(browser)
    codes = [browser.post(SECOND, {"code": "000000"}).status_code for _ in range(7)]
    assert codes == [422] * 6 + [429]
    assert browser.post(SECOND, {"code": totp()}).status_code == 429


def test_limits_keep_no_addresses() -> None:
    first_step(Browser(), password="falsch")
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.bucket) for row in Throttle.objects.all())


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "arbeit/"],
)
def test_nobody_is_led_out_of_the_house(wanted: str) -> None:
    browser = Browser()
    first_step(browser, weiter=wanted)
    assert browser.post(SECOND, {"code": totp()}).url == "/arbeit/"


def test_logging_out_ends_the_session_on_the_server() -> None:
    browser = Browser()
    log_in(browser, Account.objects.get(email=FRIEDA.username))
    key = browser.cookies["lw_session"].value
    assert browser.get("/abmelden/").status_code == 200
    assert browser.get("/arbeit/profil/").status_code == 200, "a mere link does not log out"
    assert browser.post("/abmelden/").status_code == 200
    thief = Browser()
    thief.cookies["lw_session"] = key
    assert thief.get("/arbeit/profil/").status_code == 302
    assert not Session.objects.exists()


def test_log_in_needs_the_csrf_token() -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert first_step(browser).status_code == 403
    page = browser.get(STAFF)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(page))
    assert token is not None
    assert first_step(browser, csrfmiddlewaretoken=token[1]).status_code == 302


# The end of the post


def test_the_session_ends_with_the_post_and_says_so() -> None:
    browser = Browser()
    account = Account.objects.get(email=FRIEDA.username)
    log_in(browser, account)
    assert browser.get("/arbeit/profil/").status_code == 200
    leave_post(Actor.system(), holding_id=Holding.objects.get(person=account.person).id)
    answer = browser.get("/arbeit/profil/")
    assert answer.status_code == 403 and "keine Stelle" in text(answer)
    assert not Session.objects.filter(account=account).exists()
    assert browser.get("/arbeit/profil/").status_code == 302
    first_step(browser)
    again = browser.post(SECOND, {"code": totp()})
    assert again.status_code == 403 and "keine Stelle" in text(again)
    assert set(LoginRecord.objects.filter(account=account).values_list("outcome", flat=True)) == {
        "post_ended"
    }


def test_a_deputy_acts_with_the_post_of_the_other() -> None:
    account = Account.objects.select_related("person").get(email__startswith="merle.")
    browser = Browser()
    log_in(browser, account)
    actor = browser.get("/arbeit/profil/").wsgi_request.actor
    assert actor.has_role("elections.clerk", "/d5/150/150.4/")
    assert actor.grants[0].deputising_for == Person.objects.get(email=FRIEDA.username).id
    assert actor.label == "Merle Hechelbrink"


# Cost and lifetime of sessions


def test_what_knowing_the_actor_costs(django_assert_num_queries) -> None:
    from django.http import HttpResponse
    from django.test import RequestFactory

    from leineweber.people.identity.middleware import ActorMiddleware
    from leineweber.people.identity.sessions import SessionStore

    middleware = ActorMiddleware(lambda request: HttpResponse(request.actor.kind))

    def visit(account: Account | None) -> str:
        request = RequestFactory().get("/")
        if account is not None:
            key = log_in(Browser(), account).session_key
            request.COOKIES["lw_session"] = key
            request.session = SessionStore(key)
        else:
            request.session = SessionStore()
        expected = {None: 0, "citizen": 1, "staff": 2}[account.kind if account else None]
        with django_assert_num_queries(expected):
            return middleware(request).content.decode()

    assert visit(None) == "anonymous"
    assert visit(Account.objects.get(email="martha.flachs@buerger.example")) == "citizen"
    assert visit(Account.objects.get(email=FRIEDA.username)) == "staff"


def test_anonymous_pages_write_no_session(django_assert_num_queries) -> None:
    browser = Browser()
    with django_assert_num_queries(0):
        assert browser.get(CITIZEN).status_code == 200
    assert "lw_session" not in browser.cookies and not Session.objects.exists()


def test_a_made_up_cookie_is_nobody() -> None:
    browser = Browser()
    browser.cookies["lw_session"] = "x" * 32
    assert browser.get("/arbeit/profil/").status_code == 302


def test_a_session_ends_when_idle_and_when_old(clock_hand) -> None:
    browser = Browser()
    log_in(browser, Account.objects.get(email=FRIEDA.username))
    for _ in range(9):
        clock_hand.shift(3600)
        assert browser.get("/arbeit/profil/").status_code == 200
    clock_hand.shift(3601)
    assert browser.get("/arbeit/profil/").status_code == 302, "ten hours are the end"
    log_in(browser, Account.objects.get(email=FRIEDA.username))
    clock_hand.shift(2 * 3600)
    assert browser.get("/arbeit/profil/").status_code == 302, "two idle hours are the end"


def test_what_was_being_sent_is_kept_when_the_session_is_over() -> None:
    answer = Browser().post(
        "/arbeit/profil/abwesenheit/", {"abwesend_ab.tag": "24", "grund": "<b>Ü</b>", "passwort": "geheim"}
    )
    page = text(answer)
    assert answer.status_code == 401
    assert 'name="abwesend_ab.tag" value="24"' in page and "&lt;b&gt;Ü&lt;/b&gt;" in page
    assert "geheim" not in page and 'action="/arbeit/profil/abwesenheit/"' in page


def test_a_fragment_leads_to_the_log_in_page_as_a_whole() -> None:
    answer = Browser().get(
        "/arbeit/verzeichnis/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/arbeit/verzeichnis/?q=x"},
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/anmelden/?weiter=%2Farbeit%2Fverzeichnis%2F%3Fq%3Dx"


# Citizens


def ask_for_link(browser: Browser, email: str = "neu@buerger.example", **extra) -> str:
    answer = browser.post(CITIZEN, {"email": email, **extra})
    assert (answer.status_code, answer.url) == (302, CODE)
    run_until_idle()
    return mail.outbox[-1].body


def link_in(body: str) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", body)[1]


def code_in(body: str) -> str:
    return re.search(r"\b(\d{4} \d{4})\b", body)[1]


def test_a_citizen_logs_in_by_code_and_gets_an_account() -> None:
    browser = Browser()
    body = ask_for_link(browser, " Neu@Buerger.example", weiter="/konto/sicherheit/")
    assert mail.outbox[0].to == ["neu@buerger.example"]
    assert "neu@buerger.example" in text(browser.get(CODE))
    assert not Account.objects.filter(email="neu@buerger.example").exists()
    answer = browser.post(CODE, {"code": code_in(body)})
    assert (answer.status_code, answer.url) == (302, "/konto/sicherheit/")
    account = Account.objects.get(email="neu@buerger.example")
    assert (account.kind, account.trust_level, account.person) == ("citizen", "basic", None)
    page = browser.get("/konto/sicherheit/")
    actor = page.wsgi_request.actor
    assert (actor.kind, actor.id, actor.trust_level, actor.label) == (
        "citizen",
        account.id,
        "basic",
        "Bürgerkonto",
    )
    assert browser.get("/arbeit/verzeichnis/").status_code == 403


def test_a_citizen_logs_in_by_link_on_another_device_and_looking_does_not_spend_it() -> None:
    link = link_in(ask_for_link(Browser()))
    other = Browser()
    for _ in range(2):
        assert "neu@buerger.example" in text(other.get(link))
    assert other.post(link).url == "/konto/"
    assert other.get("/konto/sicherheit/").status_code == 200
    for answer in (Browser().get(link), Browser().post(link)):
        assert answer.status_code == 410
    assert Account.objects.filter(email="neu@buerger.example").count() == 1


def test_link_and_code_end_together_and_after_fifteen_minutes(clock_hand) -> None:
    browser = Browser()
    body = ask_for_link(browser)
    assert Browser().post(link_in(body)).status_code == 302
    assert browser.post(CODE, {"code": code_in(body)}).status_code == 422
    body = ask_for_link(browser)
    clock_hand.shift(15 * 60 + 1)
    assert Browser().get(link_in(body)).status_code == 410
    assert browser.post(CODE, {"code": code_in(body)}).status_code == 422


def test_the_code_works_only_in_the_browser_that_asked() -> None:
    ask_for_link(Browser(), "one@buerger.example")
    mallory = Browser()
    ask_for_link(mallory, "mallory@buerger.example")
    assert mallory.post(CODE, {"code": code_in(mail.outbox[0].body)}).status_code == 422
    assert Browser().get(CODE).url == CITIZEN


def test_codes_cannot_be_tried_out() -> None:
    browser = Browser()
    body = ask_for_link(browser)
    wrong = f"{(int(code_in(body).replace(' ', '')) + 1) % 10**8:08d}"
    assert [browser.post(CODE, {"code": wrong}).status_code for _ in range(6)] == [422] * 5 + [429]
    assert browser.post(CODE, {"code": code_in(body)}).status_code == 429


def test_a_link_is_asked_for_five_times_an_hour() -> None:
    codes = [Browser().post(CITIZEN, {"email": "neu@buerger.example"}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert Browser().post(CITIZEN, {"email": "andere@buerger.example"}).status_code == 302


def test_asking_for_a_link_tells_nothing_about_accounts() -> None:
    pages = []
    for email in ("martha.flachs@buerger.example", "gibt.es.nicht@buerger.example"):
        browser = Browser()
        ask_for_link(browser, email)
        pages.append(_plain(browser.get(CODE)).replace(email, "…"))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2 and mail.outbox[0].subject == mail.outbox[1].subject


@pytest.mark.parametrize("email", ["", "kein", "a@b", "a b@c.example", "a@b.example\nBcc: x@y.example"])
def test_an_address_that_is_none_gets_nothing(email: str) -> None:
    assert Browser().post(CITIZEN, {"email": email}).status_code == 422
    run_until_idle()
    assert mail.outbox == []


def test_the_job_row_gives_no_way_in_and_the_mail_goes_once() -> None:
    from django_tasks_db.models import DBTaskResult

    Browser().post(CITIZEN, {"email": "neu@buerger.example"})
    ticket = Ticket.objects.get()
    row = str(DBTaskResult.objects.get().args_kwargs)
    assert tickets.token_of(ticket) not in row and tickets.code_of(ticket) not in row
    tasks.send_ticket.func(ticket_id=str(ticket.id))
    tasks.send_ticket.func(ticket_id=str(ticket.id))
    assert len(mail.outbox) == 1


class Killed(BaseException):
    """The worker is no more."""


@pytest.mark.parametrize("statement", range(6))
def test_a_worker_killed_at_any_statement_sends_the_link_once(settings, statement: int) -> None:
    settings.EMAIL_BACKEND = "leineweber.capabilities.messages.backend.OutboxBackend"
    Browser().post(CITIZEN, {"email": "neu@buerger.example"})
    ticket = Ticket.objects.get()
    seen = 0

    def kill(execute, sql, *rest):
        nonlocal seen
        if sql.startswith(("INSERT", "UPDATE")):
            seen += 1
            if seen > statement:
                raise Killed
        return execute(sql, *rest)

    with contextlib.suppress(Killed), connection.execute_wrapper(kill):
        tasks.send_ticket.func(ticket_id=str(ticket.id))
    tasks.send_ticket.func(ticket_id=str(ticket.id))
    assert Email.objects.filter(to="neu@buerger.example").count() == 1


def test_a_forged_or_foreign_link_opens_nothing() -> None:
    link = link_in(ask_for_link(Browser()))
    token = link.rstrip("/").rpartition("/")[2]
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", token + "x"):
        assert Browser().get(reverse("identity:citizen_link", args=[wrong])).status_code == 410
    assert Browser().get(reverse("identity:invitation", args=[token])).status_code == 410


def test_mail_in_english_for_whoever_reads_english() -> None:
    browser = Browser()
    ask_for_link(browser)
    assert mail.outbox[0].subject == "Ihre Anmeldung im Bürgerkonto"
    assert Ticket.objects.get().language == "de"
    browser.post(CITIZEN + "?sprache=en", {"email": "en@buerger.example"})
    assert Ticket.objects.get(email="en@buerger.example").language == "en"


# Invitations


def test_a_colleague_sets_up_her_account_by_invitation() -> None:
    person = Person.objects.get(email__startswith="tale.")
    account = services.create_staff_account(Actor.system(), person=person)
    services.invite(Actor.system(), account_id=account.id)
    run_until_idle()
    link = link_in(mail.outbox[0].body)
    browser = Browser()
    page = text(browser.get(link))
    secret = re.search(r'lw-secret">([A-Z2-7 ]+)<', page)[1]
    code = rules.hotp(rules.totp_key(secret), rules.totp_step(clock.now()))
    for typed in (
        {"passwort": "kurz", "passwort_wiederholt": "kurz", "code": code},
        {"passwort": "Ein ganzer Satz!", "passwort_wiederholt": "Ein anderer Satz", "code": code},
        {"passwort": "Ein ganzer Satz!", "passwort_wiederholt": "Ein ganzer Satz!", "code": "000000"},
    ):
        assert browser.post(link, typed).status_code == 422
    done = browser.post(
        link, {"passwort": "Ein ganzer Satz!", "passwort_wiederholt": "Ein ganzer Satz!", "code": code}
    )
    codes = re.findall(r"<code>([0-9A-Z-]{14})</code>", text(done))
    assert done.status_code == 200 and len(codes) == services.RECOVERY_CODES
    assert Browser().get(link).status_code == 410
    assert first_step(browser, person.email, "Ein ganzer Satz!").status_code == 302
    assert browser.post(SECOND, {"code": code}).status_code == 422, "the code was used to set up"
    assert browser.post(SECOND, {"code": codes[0]}).status_code == 302


def test_an_account_set_up_anew_forgets_every_means_of_before() -> None:
    """It is what an office does when a colleague's telephone is lost or somebody else is in her account."""
    account = Account.objects.get(email=FRIEDA.username)
    Passkey.objects.create(
        account=account,
        name="Verlorenes Telefon",
        credential_id="x",
        credential=b"x",
        host="localhost",
        created_at=clock.now(),
    )
    old_codes = set(RecoveryCode.objects.values_list("seal", flat=True))
    log_in(Browser(), account)
    ticket = services.invite(Actor.system(), account_id=account.id)
    assert Passkey.objects.filter(account=account).exists(), "until the link is used"
    secret = rules.totp_secret(b"2" * 20)
    code = rules.hotp(b"2" * 20, rules.totp_step(clock.now()))
    services.take_up_invitation(ticket, password="Ein ganzer Satz!", secret=secret, code=code)
    assert not Passkey.objects.filter(account=account).exists()
    assert not Session.objects.filter(account=account).exists()
    assert not old_codes & set(RecoveryCode.objects.filter(account=account).values_list("seal", flat=True))
    assert services.check_staff_password(account.email, PASSWORD, Client("192.0.2.1", "")) is None


def test_a_new_invitation_spends_the_old_one_and_leaves_the_log_in_until_it_is_used() -> None:
    account = Account.objects.get(email=FRIEDA.username)
    first = services.invite(Actor.system(), account_id=account.id)
    services.invite(Actor.system(), account_id=account.id)
    assert services.open_invitation(tickets.token_of(first)) is None
    assert first_step(Browser()).status_code == 302


def test_invitations_are_for_those_who_manage_and_for_staff() -> None:
    from leineweber.kernel.access import Denied
    from leineweber.people.identity.middleware import actor_for

    frieda = Account.objects.select_related("person").get(email=FRIEDA.username)
    with pytest.raises(Denied):
        services.invite(actor_for(frieda), account_id=frieda.id)
    with pytest.raises(services.IdentityError):
        services.invite(Actor.system(), account_id=Account.objects.filter(kind="citizen").first().id)
    with pytest.raises(services.IdentityError, match="schon ein Konto"):
        services.create_staff_account(Actor.system(), person=frieda.person)


# One's own security


def test_one_sees_and_ends_ones_own_sessions_only() -> None:
    account = Account.objects.get(email=FRIEDA.username)
    browser, elsewhere, stranger = Browser(), Browser(), Browser()
    log_in(browser, account)
    log_in(elsewhere, account)
    log_in(stranger, Account.objects.get(email__startswith="onno."))
    assert text(browser.get("/konto/sicherheit/")).count("dieses Gerät") == 1
    foreign = Session.objects.get(account__email__startswith="onno.")
    assert browser.post(reverse("identity:session_end", args=[foreign.id])).status_code == 404
    assert browser.post(reverse("identity:sessions_end")).status_code == 302
    assert browser.get("/arbeit/profil/").status_code == 200
    assert elsewhere.get("/arbeit/profil/").status_code == 302
    assert stranger.get("/arbeit/profil/").status_code == 200


def test_changing_the_password_ends_the_other_sessions() -> None:
    account = Account.objects.get(email=FRIEDA.username)
    browser, elsewhere = Browser(), Browser()
    log_in(browser, account)
    log_in(elsewhere, account)
    address = reverse("identity:password")
    new = "Ein neuer ganzer Satz"
    for typed in (
        {"passwort": "falsch", "passwort_neu": new, "passwort_wiederholt": new},
        {"passwort": PASSWORD, "passwort_neu": new, "passwort_wiederholt": "anders"},
        {"passwort": PASSWORD, "passwort_neu": "kurz", "passwort_wiederholt": "kurz"},
        {"passwort": PASSWORD, "passwort_neu": "x" * 201, "passwort_wiederholt": "x" * 201},
    ):
        assert browser.post(address, typed).status_code == 422
    good = {"passwort": PASSWORD, "passwort_neu": new, "passwort_wiederholt": new}
    assert browser.post(address, good).status_code == 302
    assert browser.get("/arbeit/profil/").status_code == 200
    assert elsewhere.get("/arbeit/profil/").status_code == 302
    assert first_step(Browser()).status_code == 422
    assert first_step(Browser(), password=new).status_code == 302


def test_what_is_sensitive_wants_a_fresh_log_in(clock_hand) -> None:
    browser = Browser()
    log_in(browser, Account.objects.get(email=FRIEDA.username))
    address = reverse("identity:recovery_codes")
    assert browser.post(address).status_code == 200
    clock_hand.shift(16 * 60)
    answer = browser.post(address)
    assert answer.status_code == 302 and answer.url.startswith(STAFF)
    assert browser.post(reverse("identity:passkey_add_options")).status_code == 401


def test_citizens_have_no_staff_ways() -> None:
    browser = Browser()
    log_in(browser, Account.objects.get(email="martha.flachs@buerger.example"))
    assert browser.get("/konto/sicherheit/").status_code == 200
    for name in ("recovery_codes", "password"):
        assert browser.post(reverse(f"identity:{name}")).status_code == 403


# The demo


def test_the_demo_lets_one_in_by_a_click_on_this_machine() -> None:
    browser = Browser()
    page = text(browser.get("/demo/"))
    for persona in PERSONAS:
        assert persona.name in page
    for persona in PERSONAS:
        account = Account.objects.get(email=persona.username)
        answer = Browser().post("/demo/anmelden/", {"konto": str(account.id)})
        assert answer.url == ("/arbeit/" if persona.kind == "staff" else "/konto/")
    other = services.create_staff_account(
        Actor.system(), person=Person.objects.get(email__startswith="tale.")
    )
    assert browser.post("/demo/anmelden/", {"konto": str(other.id)}).status_code == 404


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_the_demo_lets_nobody_in_from_elsewhere(extra: dict[str, str]) -> None:
    browser = Browser(**extra)
    account = Account.objects.get(email=FRIEDA.username)
    assert browser.get("/demo/").status_code == 404
    assert browser.post("/demo/anmelden/", {"konto": str(account.id)}).status_code == 404
    assert "/demo/" not in text(browser.get(STAFF))


def test_outside_the_demo_its_people_cannot_log_in_at_all(settings) -> None:
    settings.LEINEWEBER_DEMO = False
    browser = Browser()
    account = Account.objects.get(email=FRIEDA.username)
    assert browser.get("/demo/").status_code == 404
    assert browser.post("/demo/anmelden/", {"konto": str(account.id)}).status_code == 404
    assert first_step(browser).status_code == 422
    ask_for_link(browser, "martha.flachs@buerger.example")
    assert browser.post(CODE, {"code": code_in(mail.outbox[0].body)}).status_code == 422
    with pytest.raises(services.IdentityError):
        services.set_demo_log_in(
            Actor.system(),
            services.create_staff_account(
                Actor.system(), person=Person.objects.get(email__startswith="tale.")
            ),
            "x",
            "y",
        )


# Tidying


def test_what_is_over_is_removed(clock_hand) -> None:
    browser = Browser()
    ask_for_link(browser)
    first_step(browser, password="falsch")
    assert Session.objects.exists() and Throttle.objects.exists() and LoginRecord.objects.exists()
    tasks.tidy()
    assert Ticket.objects.exists()
    clock_hand.shift(91 * 86400)
    tasks.tidy()
    for model in (Session, Throttle, LoginRecord, Ticket):
        assert not model.objects.exists()


def test_dates_of_the_demo_lie_in_the_past() -> None:
    assert not Holding.objects.filter(start__gt=date(2026, 11, 23)).exists()
