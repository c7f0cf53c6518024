"""What keeps browsers safe beyond single pages: cookies under https, sources of templates, weight, logs."""

from __future__ import annotations

import gzip
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.module_loading import import_string

from config.permissions import city as cities
from leineweber.config.logs import without_secrets
from leineweber.kernel import clock
from leineweber.kernel.crypto import sign
from leineweber.kernel.traces import without_data
from leineweber.people.identity.models import Account

SOURCE = Path(__file__).parents[2] / "src" / "leineweber"
LIMIT = 60 * 1024
_URL = re.compile(r"(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}", re.I)


def test_templates_name_no_other_origin_to_load_from() -> None:
    """Links to read elsewhere are links; anything else with an address of another origin is refused."""
    loading = re.compile(
        r"<(?:script|link|img|iframe|source|video|audio|embed|object|use|form)\b[^>]*" + _URL.pattern, re.I
    )
    templates = list(SOURCE.glob("*/*/templates/**/*.html"))
    assert len(templates) > 20
    wrong = [str(path) for path in templates if loading.search(path.read_text(encoding="utf-8"))]
    assert not wrong


def test_styles_and_scripts_of_ours_load_nothing_from_elsewhere() -> None:
    """No url(), @import, fetch or import of another origin in what is served under /static/."""
    files = [path for path in SOURCE.glob("*/*/static/**/*") if path.suffix in {".css", ".js", ".svg"}]
    assert files
    for path in files:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        found = re.findall(
            r"(?:url\(\s*['\"]?|@import\s+['\"]?|import\s+['\"]|src=['\"])" + _URL.pattern, text, re.I
        )
        assert not found, f"{path}: {found}"


def _settings(**environment: str) -> dict[str, object]:
    """Return settings as a process with this environment reads them."""
    names = (
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SAMESITE",
        "CSRF_TRUSTED_ORIGINS",
        "DEBUG",
    )
    code = (
        "import json; from leineweber.config import settings as s; "
        f"print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEINEWEBER_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_cookies_are_for_https_only_where_the_city_is() -> None:
    served = _settings(LEINEWEBER_PUBLIC_URL="https://stadt.example")
    assert served["SESSION_COOKIE_SECURE"]
    assert served["CSRF_COOKIE_SECURE"]
    assert served["SESSION_COOKIE_HTTPONLY"]
    assert served["CSRF_COOKIE_HTTPONLY"]
    assert (served["SESSION_COOKIE_SAMESITE"], served["CSRF_COOKIE_SAMESITE"]) == ("Lax", "Lax")
    assert served["CSRF_TRUSTED_ORIGINS"] == ["https://stadt.example"]
    assert not served["DEBUG"]
    assert not _settings()["SESSION_COOKIE_SECURE"]


@pytest.mark.django_db
def test_browsers_are_told_to_come_back_by_https_only(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get("/", secure=True).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Client().get("/").headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/leistungen/?q=1", "/gibt-es-nicht", "/static/ui/ui.css"])
def test_a_name_the_city_does_not_answer_to_is_refused(path: str) -> None:
    answer = Client().get(path, HTTP_HOST="boese.example")
    assert answer.status_code == 400
    assert "boese" not in answer.content.decode()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_plain_http_is_led_to_https_where_the_city_is(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.PUBLIC_URL = "https://stadt.example"
    for path in ("/", "/leistungen/?q=1", "//boese.example/"):
        answer = Client().get(path)
        assert answer.status_code == 301, path
        assert answer.headers["Location"].startswith("https://stadt.example/"), path
    assert Client().get("/", secure=True).status_code == 200
    # The proxy asks over plain HTTP and by address.
    assert Client().get("/gesundheit", HTTP_HOST="10.0.0.7:8000").status_code == 200


def _static(path: str) -> bytes:
    found = finders.find(path.removeprefix("/static/").partition("?")[0])
    assert isinstance(found, str), path
    return Path(found).read_bytes()


@pytest.mark.django_db
def test_portal_pages_weigh_little() -> None:
    """Page, styles, scripts and pictures together, each compressed as servers do (gzip 6), without fonts."""
    city = cities.build()
    linked = city.parts["vorgang/: Martha's"]
    draft = city.parts["antrag/<slug:slug>/<str:token>/: a draft"]
    client = Client()
    weights = {}
    for path in (
        "/",
        "/suche/?q=wahl",
        "/leistungen/",
        "/leistungen/wahlhelfer/",
        "/leistungen/wahlhelfer/?sprache=leicht",
        "/lebenslagen/",
        f"/antrag/wahlhelfer/{draft['token']}/person/",
        f"/antrag/wahlhelfer/{draft['token']}/verfuegbarkeit/",
        f"/antrag/wahlhelfer/{draft['token']}/pruefen/",
        f"/vorgang/{linked['token']}/",
        "/konto/anmelden/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        loaded = set(re.findall(r'<(?:script|img)[^>]*\ssrc="(/static/[^"]+)"', text))
        loaded |= set(
            re.findall(r'<link[^>]*\srel="(?:stylesheet|icon|manifest)"[^>]*\shref="(/static/[^"]+)"', text)
        )
        loaded |= set(
            re.findall(r'<link[^>]*\shref="(/static/[^"]+)"[^>]*\srel="(?:stylesheet|icon|manifest)"', text)
        )
        assert any(one.partition("?")[0].endswith(".css") for one in loaded), text[:1000]
        parts = [answer.content, *(_static(one) for one in loaded if not re.search(r"\.woff2?(\?|$)", one))]
        weights[path] = sum(len(gzip.compress(part, 6)) for part in parts)
    print(json.dumps(weights, indent=1))
    assert max(weights.values()) <= LIMIT, weights


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Not Found: /vorgang/IjAxYTIwYTZiLTE:1xVc3a:Vmi42MNHpMrAQJX1/", "Not Found: /vorgang/…/"),
        ("Gone: /antrag/weiter/Zk3xLr0_9aQwErTyUiOpAsDfGhJkLzXcVbNm1234567", "Gone: /antrag/weiter/…"),
        ("/antrag/wahlhelfer/abcdefghij0123456789abcdefghij/person/", "/antrag/wahlhelfer/…/person/"),
        ("/leistungen/ausweis-fuer-bewohnerparken-beantragen/", None),
        ("/arbeit/vorgaenge/01a20a81-9991-7000-8ce5-7951ecc01ea4/akte/", None),
        ("OK: /static/ui/ui.css", None),
    ],
)
def test_tokens_are_taken_out_of_what_is_logged(text: str, kept: str | None) -> None:
    assert without_secrets(text) == (text if kept is None else kept)


@pytest.mark.django_db
def test_no_secret_of_an_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Django names the address of every refusal in the log; what opens things is left out."""
    token = sign("applications.link", "kein-vorgang")
    client = Client(raise_request_exception=False)
    for path in (
        f"/vorgang/{token}/",
        f"/vorgang/{token}/gibt-es-nicht/",
        f"/antrag/wahlhelfer/{token}/person/",
        f"/antrag/weiter/{token}/",
        f"/konto/anmelden/link/{token}/",
        f"/api/v1/applications/{token}",
        f"/api/v1/applications/{token}/",
    ):
        client.get(path)
        client.put(path)
    named = [record for record in caplog.records if token in record.getMessage()]
    assert named, "Django names refused addresses; if it does not any more, this proves nothing"
    config = django_settings.LOGGING["handlers"]["console"]["formatter"]
    formatter = import_string(django_settings.LOGGING["formatters"][config]["()"])()
    assert not [record for record in named if token in formatter.format(record)]
    assert not [record for record in named if "/api/" in record.getMessage()]


def _formatted(record: logging.LogRecord) -> str:
    """Return the line that the console gets."""
    config = django_settings.LOGGING["handlers"]["console"]["formatter"]
    return str(import_string(django_settings.LOGGING["formatters"][config]["()"])().format(record))


@pytest.mark.parametrize(
    "after",
    [
        "",
        "\nCONTEXT:  COPY x, line 1",
        "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent …",
    ],
)
def test_what_a_database_says_of_the_refused_row_is_left_out(after: str) -> None:
    error = "Traceback (most recent call last):\npsycopg.errors.CheckViolation: new row violates x"
    detail = "\nDETAIL:  Failing row contains (1, Martha\n\nFlachs, DE02120300000000202051)."
    assert without_data(error + detail + after) == error + after
    assert without_data(error + after) == error + after


@pytest.mark.django_db
def test_no_row_that_a_database_refuses_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def account() -> Account:
        return Account(
            username="citizen:martha@buerger.example",
            kind="citizen",
            email="martha@buerger.example",
            trust_level="basic",
            created_at=clock.now(),
        )

    account().save()
    try:
        with transaction.atomic():
            account().save(force_insert=True)
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error: /")
        structlog.get_logger("leineweber.kernel.jobs.worker").exception("schedule failed", schedule="x")
    lines = [_formatted(record) for record in caplog.records]
    assert len(lines) == 2
    for line in lines:
        assert "IntegrityError" in line
        assert "martha" not in line


def test_what_the_rooms_log_goes_the_same_way(caplog: pytest.LogCaptureFixture) -> None:
    token = sign("applications.link", "kein-vorgang")
    structlog.get_logger("leineweber.kernel.events.worker").warning(
        "delivery failed", attempts=2, error=f"404 https://stadt.example/vorgang/{token}/"
    )
    (record,) = caplog.records
    assert _formatted(record) == "delivery failed attempts=2 error='404 https://stadt.example/vorgang/…/'"
