"""The operations as another program uses them, without cookies, and what happens to those who use them badly."""

from __future__ import annotations

import copy
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from leineweber.domains.applications import services
from leineweber.domains.applications.models import Application, Case, CaseState, Channel
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.identity import rules as identity_rules

SUBMIT = "/api/v1/services/wahlhelfer/applications"
STATUS = "/api/v1/applications/{}"
PROBLEM = "application/problem+json"
KEY = {"Idempotency-Key": "6f0f0b9e-6b2d-4a4e-9f0e-3f5a1d2c7b11"}


@pytest.fixture
def api(city) -> Client:
    """A client that insists on CSRF tokens: the interface must not need any."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def example(api) -> dict[str, Any]:
    """The application that the description gives as its example."""
    operation = api.get("/api/v1/openapi.json").json()["paths"]["/api/v1/services/{slug}/applications"][
        "post"
    ]
    return operation["requestBody"]["content"]["application/json"]["example"]


def submit(api: Client, body: Any, **headers: str) -> Any:
    return api.post(SUBMIT, body, content_type="application/json", headers=headers)


def assert_problem(response: Any, status: int, kind: str = "about:blank") -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body = response.json()
    assert body["status"] == status
    assert body["type"] == kind
    assert body["detail"].endswith((".", "…"))
    assert body["title"]
    return body


def test_services_are_listed_and_found(api):
    everything = api.get("/api/v1/services").json()
    assert everything["total"] == len(everything["items"]) > 0
    found = api.get("/api/v1/services", {"q": "Wahlhelfer", "unbekannt": "1"}).json()
    assert [one["slug"] for one in found["items"]] == ["wahlhelfer"]
    assert found["items"][0]["online"] is True
    assert api.get("/api/v1/services", {"page": 1000}).json()["items"] == []


@pytest.mark.parametrize("language", ["de", "en", "leicht"])
def test_a_service_brings_its_form(api, language):
    service = api.get("/api/v1/services/wahlhelfer", {"language": language}).json()
    fields = {field["path"]: field for page in service["form"] for field in page["fields"]}
    assert fields["person.vorname"]["required"] is True
    assert 0 < fields["person.vorname"]["max_length"] <= 1000
    assert fields["bank.iban"]["conditional"] is True
    assert {"code": "landtagswahl"}.items() <= fields["verfuegbarkeit.wahlen"]["options"][0].items()
    assert all(option["label"] for field in fields.values() for option in field["options"])


def test_an_application_goes_in_and_can_be_followed(api, example):
    accepted = submit(api, example)
    assert accepted.status_code == 201, accepted.content
    body = accepted.json()
    assert accepted.headers["Location"] == STATUS.format(body["token"])
    application = Application.objects.get(reference=body["reference"])
    assert application.channel == Channel.API
    assert application.account_id is None
    status = api.get(accepted.headers["Location"])
    assert status.status_code == 200
    assert status.json()["reference"] == body["reference"]
    assert [step["current"] for step in status.json()["steps"]].count(True) == 1
    assert api.get(body["status_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_states_a_program_goes_by_are_described(api):
    described = api.get("/api/v1/openapi.json").json()["components"]["schemas"]["StatusOut"]["properties"]
    assert described["state"]["enum"] == CaseState.values
    words = (Path(__file__).parents[3] / "docs" / "schnittstelle.md").read_text(encoding="utf-8")
    assert all(f"| `{state}` |" in words for state in described["state"]["enum"])


def test_an_open_question_is_told(api, city):
    case = city.apply()
    city.do(case, "frieda.", entscheidung="rueckfragen", frage="Können Sie auch nachts?")
    status = api.get(STATUS.format(services.link_token(case.application_id))).json()
    assert status["question"] == "Können Sie auch nachts?"
    assert status["answer_until"] > clock.today().isoformat()


def test_a_session_counts_for_nothing(city, example):
    """A page of another site that posts with somebody's cookie gets what anybody would."""
    browser = city.browser("martha.")
    reference = submit(browser, example).json()["reference"]
    application = Application.objects.get(reference=reference)
    assert application.account_id is None
    from leineweber.kernel.audit.queries import entries_of
    from leineweber.kernel.refs import Ref

    labels = {entry.actor_label for entry in entries_of(Ref("application", application.id))}
    assert labels == {"Nicht angemeldet"}


def test_one_wrong_answer_is_spoken_of_as_one(api, example):
    example["answers"]["person"]["plz"] = "1"
    body = assert_problem(submit(api, example), 422, "urn:leineweber:problem:invalid-answers")
    assert len(body["errors"]) == 1
    assert body["detail"] == "Eine Angabe stimmt noch nicht."


def test_the_same_key_is_accepted_once(api, example):
    first, again = submit(api, example, **KEY), submit(api, example, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["reference"] == again.json()["reference"]
    assert Application.objects.count() == 1
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert submit(api, example, **KEY).json()["reference"] == first.json()["reference"]
    submit(api, example)
    assert Application.objects.count() == 2


def test_the_same_key_is_remembered_when_the_form_would_refuse_the_answers_now(api, example):
    """The election is over; the application was accepted before it, and the sender only asks again."""
    first = submit(api, example, **KEY).json()
    with time_machine.travel(clock.now() + timedelta(days=390), tick=False):
        assert_problem(submit(api, example), 422, "urn:leineweber:problem:invalid-answers")
        assert submit(api, example, **KEY).json()["reference"] == first["reference"]


def test_the_same_key_is_remembered_after_a_correction(api, example):
    first = submit(api, example, **KEY).json()
    application = Application.objects.get(reference=first["reference"])
    corrected = copy.deepcopy(application.answers)
    corrected["person"]["vorname"] = "Ida"
    services.correct(Actor.anonymous(), application.id, corrected, version=1)
    assert submit(api, example, **KEY).json()["reference"] == first["reference"]
    example["answers"]["person"]["vorname"] = "Ida"
    assert_problem(submit(api, example, **KEY), 422, "urn:leineweber:problem:idempotency-key-reused")


def test_the_same_key_with_other_answers_is_refused(api, example):
    """It must never give the token of somebody else's application away."""
    submit(api, example, **KEY)
    other = copy.deepcopy(example)
    other["answers"]["person"]["vorname"] = "Ida"
    refusal = assert_problem(submit(api, other, **KEY), 422, "urn:leineweber:problem:idempotency-key-reused")
    assert "token" not in refusal
    assert Application.objects.count() == 1


@pytest.mark.parametrize("key", ["short", "x" * 101, "with spaces inside it", "ümlaut-0123456789abc"])
def test_a_bad_key_is_refused(api, example, key):
    body = assert_problem(
        submit(api, example, **{"Idempotency-Key": key}), 422, "urn:leineweber:problem:invalid-request"
    )
    assert body["errors"][0]["path"] == "header.Idempotency-Key"


def test_wrong_answers_are_named_in_the_language_asked_for(api, example):
    del example["answers"]["person"]["vorname"]
    example["answers"]["bank"]["iban"] = "DE89370400440532013001"
    example["answers"]["zauber"] = {"spruch": "abra"}
    german = assert_problem(submit(api, example), 422, "urn:leineweber:problem:invalid-answers")
    assert {fault["path"] for fault in german["errors"]} == {"person.vorname", "bank.iban", "zauber"}
    english = submit(api, {**example, "language": "en"}).json()
    assert {fault["message"] for fault in german["errors"]}.isdisjoint(
        fault["message"] for fault in english["errors"] if fault["path"] != "zauber"
    )
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 415, "about:blank"),
        (b"{", 400, "about:blank"),
        (b"\xff\xfe", 400, "about:blank"),
        (b'{"answers": {}, "answers": {}}', 400, "about:blank"),
        (b'{"answers": {"a": NaN}}', 400, "about:blank"),
        (b'{"answers": {"a": ' + b"9" * 6000 + b"}}", 400, "about:blank"),
        (b"[]", 422, "urn:leineweber:problem:invalid-request"),
        (b'{"answers": []}', 422, "urn:leineweber:problem:invalid-request"),
        (b'{"answers": {}, "more": 1}', 422, "urn:leineweber:problem:invalid-request"),
        (b'{"answers": {}, "language": "fr"}', 422, "urn:leineweber:problem:invalid-request"),
        (b'{"answers": {}}', 422, "urn:leineweber:problem:invalid-answers"),
        (b'{"answers": {"person": {"vorname": "\\u0000"}}}', 422, "urn:leineweber:problem:invalid-answers"),
        (b'{"answers": {"person": {"vorname": "\\ud800"}}}', 422, "urn:leineweber:problem:invalid-answers"),
        (b'{"answers": {"\\ud800": 1}}', 422, "urn:leineweber:problem:invalid-answers"),
        (
            b'{"answers": ' + b"[" * 90_000 + b"]" * 90_000 + b"}",
            422,
            "urn:leineweber:problem:invalid-answers",
        ),
        (b'{"answers": {"person": {"vorname": [[["x"]]]}}}', 422, "urn:leineweber:problem:invalid-answers"),
        (b'{"answers": "' + b"x" * 300_000 + b'"}', 413, "about:blank"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_bad_bodies_are_refused(api, body, status, kind):
    assert_problem(submit(api, body), status, kind)


def test_many_names_make_a_short_refusal(api):
    answers = {f"feld{number}": "x" for number in range(100)}
    body = assert_problem(submit(api, {"answers": answers}), 422, "urn:leineweber:problem:invalid-answers")
    assert len(body["errors"]) == 100
    answers["noch-eins"] = "x"
    assert_problem(submit(api, {"answers": answers}), 422, "urn:leineweber:problem:invalid-request")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_other_media_types_are_refused(api, example, kind):
    refusal = api.generic("POST", SUBMIT, json.dumps(example), content_type=kind)
    assert_problem(refusal, 415)
    assert refusal.headers["Accept"] == "application/json"


def test_a_length_that_lies_is_refused(api):
    assert_problem(
        api.generic("POST", SUBMIT, b"{}", content_type="application/json", CONTENT_LENGTH="x"), 413
    )
    assert_problem(
        api.generic("POST", SUBMIT, b"{}", content_type="application/json", CONTENT_LENGTH="9" * 30), 413
    )


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/services", "GET, HEAD, OPTIONS"),
        ("/api/v1/services/wahlhelfer", "GET, HEAD, OPTIONS"),
        (SUBMIT, "OPTIONS, POST"),
        (STATUS.format("abcdefghijkl"), "GET, HEAD, OPTIONS"),
        ("/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_methods(api, path, allowed):
    options = api.options(path, headers={"Origin": "https://example.org"})
    assert options.status_code == 204
    assert options.headers["Allow"] == allowed
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - set(allowed.split(", ")):
        refusal = api.generic(method, path, headers={"Origin": "https://example.org"})
        assert_problem(refusal, 405)
        assert refusal.headers["Allow"] == allowed
        assert not [name for name in refusal.headers if name.lower().startswith("access-control")]
    if "HEAD" in allowed:
        head, get = api.head(path), api.get(path)
        assert (head.status_code, head.headers["Content-Type"]) == (
            get.status_code,
            get.headers["Content-Type"],
        )


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1/",
        "/api/v1/services/",
        "/api/v2/services",
        "/api/v1/services/GROSS",
        "/api/v1/services/gibt-es-nicht",
        "/api/v1/services/a%0Ab",
        "/api/%00",
        STATUS.format("x" * 500),
        STATUS.format("abcdefghijklmnop"),
    ],
)
def test_addresses_that_do_not_exist(api, path):
    assert_problem(api.get(path), 404)


def test_a_service_without_procedure_takes_no_applications(api, example):
    answer = api.post("/api/v1/services/nicht-da/applications", example, content_type="application/json")
    assert_problem(answer, 404)


@pytest.mark.parametrize(
    "query", ["%00", "%ED%A0%80", "a" * 100, "\"'*():-", "%F0%9F%A7%B5", "wahl%00helfer"]
)
def test_any_words_can_be_searched_for(api, query):
    assert api.get(f"/api/v1/services?q={query}").status_code == 200


@pytest.mark.parametrize("query", ["page=0", "page=1001", "page=x", "language=fr", "q=" + "a" * 101])
def test_questions_of_another_form_are_refused(api, query):
    body = assert_problem(api.get(f"/api/v1/services?{query}"), 422, "urn:leineweber:problem:invalid-request")
    assert body["errors"][0]["path"] == f"query.{query.partition('=')[0]}"


def test_an_old_token_is_gone_and_a_forged_one_unknown(api, city):
    token = services.link_token(city.apply().application_id)
    assert api.get(STATUS.format(token)).status_code == 200
    assert_problem(api.get(STATUS.format(token[:-2] + "xx")), 404)
    with time_machine.travel(clock.now() + timedelta(days=services.LINK_DAYS + 1), tick=False):
        assert_problem(api.get(STATUS.format(token)), 410, "urn:leineweber:problem:token-expired")


def test_too_many_applications_have_to_wait(api, example, monkeypatch):
    limit = identity_rules.Limit(2, timedelta(hours=1))
    monkeypatch.setitem(identity_rules.LIMITS, "api.submission.address", limit)
    moment = clock.now()
    with time_machine.travel(moment, tick=False):
        assert [submit(api, example).status_code for _ in range(2)] == [201, 201]
        for forged in ({}, {"X-Forwarded-For": "203.0.113.7"}):
            refusal = submit(api, example, **forged)
            assert_problem(refusal, 429)
            assert 0 < int(refusal.headers["Retry-After"]) <= 3600
    with time_machine.travel(moment + timedelta(minutes=61), tick=False):
        assert submit(api, example).status_code == 201


def test_a_fault_of_the_program_is_told_as_one_and_nothing_is_kept(api, example, monkeypatch, caplog):
    def fail(application_id: object) -> str:
        raise ZeroDivisionError

    token = submit(api, example).json()["token"]
    monkeypatch.setattr(services, "application_id_of", fail)
    with caplog.at_level(logging.INFO):
        body = assert_problem(api.get(STATUS.format(token)), 500)
    assert "ZeroDivision" not in body["detail"]
    assert "ZeroDivisionError" in caplog.text
    assert token not in caplog.text


def test_no_token_is_logged(api, example, caplog):
    with caplog.at_level(logging.DEBUG):
        token = submit(api, example).json()["token"]
        address = STATUS.format(token)
        api.get(address)
        api.post(address)
        with time_machine.travel(clock.now() + timedelta(days=500), tick=False):
            api.get(address)
        api.get(address + "/")
        api.get(address + "x")
    assert token not in caplog.text


def test_answers_are_for_nobody_else(api, example):
    for answer in (
        api.get("/api/v1/services", headers={"Origin": "https://example.org"}),
        submit(api, example, Origin="https://example.org"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_forged_host_is_not_believed(api, settings):
    settings.ALLOWED_HOSTS = ["*"]
    item = api.get("/api/v1/services", headers={"Host": "evil.example"}).json()["items"][0]
    assert item["url"].startswith(settings.PUBLIC_URL)


def test_the_description_is_whole(api):
    schema = api.get("/api/v1/openapi.json").json()
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert schema["openapi"].startswith("3.1")
    assert not list(OpenAPIV31SpecValidator(schema).iter_errors())
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) == 4
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        assert all(one.get("description") for one in operation["parameters"]), operation["operationId"]
        for status, answer in operation["responses"].items():
            kinds = set(answer["content"])
            assert kinds == ({PROBLEM} if status >= "400" else {"application/json"})
            if status >= "400":
                assert answer["content"][PROBLEM]["example"]["status"] == int(status)


def test_the_description_works_without_any_procedure(db):
    from leineweber.domains.applications.procedures import registry

    registry.forget()
    schema = Client().get("/api/v1/openapi.json").json()
    post = schema["paths"]["/api/v1/services/{slug}/applications"]["post"]
    assert "example" not in post["requestBody"]["content"]["application/json"]


def test_reading_costs_few_queries(api, example, django_assert_max_num_queries):
    token = submit(api, example).json()["token"]
    for path, most in (
        ("/api/v1/services", 2),
        ("/api/v1/services/wahlhelfer", 3),
        (STATUS.format(token), 6),
    ):
        with django_assert_max_num_queries(most):
            assert api.get(path).status_code == 200


def test_case_and_application_are_one_act(api, example):
    submit(api, example)
    assert Case.objects.get().application == Application.objects.get()
