"""What a passkey ceremony refuses, over the wire; the ceremonies that succeed are in test_browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from leineweber.people.identity.models import Account, LoginRecord, Passkey
from people.logging_in import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
OPTIONS, LOGIN = "/anmelden/passkey/optionen/", "/anmelden/passkey/"
ADD_OPTIONS, ADD = "/konto/sicherheit/passkey/optionen/", "/konto/sicherheit/passkey/"


@pytest.fixture(autouse=True)
def clock_hand() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser() -> Browser:
    return Browser(HTTP_HOST="localhost:8000")


def answer(**changes: object) -> str:
    content: dict[str, object] = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "A" * 60, "signature": "AA"},
        **changes,
    }
    return json.dumps(content)


BROKEN = [
    "",
    "kein json",
    "[]",
    "{}",
    "null",
    answer(),
    answer(rawId=7),
    answer(response={}),
    answer(response="x"),
    answer(response={"clientDataJSON": "***", "authenticatorData": "", "signature": ""}),
    answer(response={"clientDataJSON": "e30", "attestationObject": "oA"}),
    "x" * 20_001,
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_answer_logs_nobody_in(browser: Browser, broken: str) -> None:
    options = browser.post(OPTIONS).json()["publicKey"]
    assert options["rpId"] == "localhost" and options["userVerification"] == "required"
    assert "allowCredentials" not in options, "no account can be found out"
    assert browser.post(LOGIN, {"antwort": broken}).status_code == 422
    assert LoginRecord.objects.get().outcome == "refused"


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_answer_makes_no_passkey(browser: Browser, broken: str) -> None:
    log_in(browser, Account.objects.get(email="martha.flachs@buerger.example"))
    options = browser.post(ADD_OPTIONS).json()["publicKey"]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert browser.post(ADD, {"antwort": broken, "name": "x"}).status_code == 422
    assert not Passkey.objects.exists()


def test_a_ceremony_counts_once_and_for_five_minutes(browser: Browser, clock_hand) -> None:
    assert "zu lange gedauert" in browser.post(LOGIN, {"antwort": answer()}).content.decode()
    browser.post(OPTIONS)
    assert "nicht bekannt" in browser.post(LOGIN, {"antwort": answer()}).content.decode()
    assert "zu lange gedauert" in browser.post(LOGIN, {"antwort": answer()}).content.decode()
    browser.post(OPTIONS)
    clock_hand.shift(301)
    assert "zu lange gedauert" in browser.post(LOGIN, {"antwort": answer()}).content.decode()


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "testserver", "[::1]:8000"])
def test_passkeys_need_a_name_and_https(host: str) -> None:
    browser = Browser(HTTP_HOST=host)
    assert browser.post(OPTIONS).status_code == 422
    assert "data-passkey" not in browser.get("/anmelden/").content.decode()
    log_in(browser, Account.objects.get(email="martha.flachs@buerger.example"))
    assert browser.post(ADD_OPTIONS).status_code == 422


def test_with_https_any_name_will_do() -> None:
    assert (
        Browser(HTTP_HOST="testserver").post(OPTIONS, secure=True).json()["publicKey"]["rpId"] == "testserver"
    )


def test_ceremonies_are_limited(browser: Browser) -> None:
    codes = [browser.post(OPTIONS).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert browser.post(LOGIN, {"antwort": answer()}).status_code == 429


def test_one_removes_ones_own_passkeys_only(browser: Browser) -> None:
    other = Account.objects.get(email="otto.leinsaat@buerger.example")
    from leineweber.kernel import clock

    passkey = Passkey.objects.create(
        account=other, name="x", credential_id="x", credential=b"", host="localhost", created_at=clock.now()
    )
    log_in(browser, Account.objects.get(email="martha.flachs@buerger.example"))
    assert browser.post(f"{ADD}{passkey.id}/entfernen/").status_code == 404
    assert Passkey.objects.exists()
