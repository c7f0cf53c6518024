"""Real faults: the mail server refuses, the store is full or gone, SQLite is locked. Nothing acknowledged is lost."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client as Browser

from capabilities.messages.mailserver import Server
from faces.helpers import main_text
from faces.portal.conftest import Applicant, linked
from leineweber.capabilities.messages import queries as messages
from leineweber.capabilities.messages.models import Email
from leineweber.capabilities.processes.models import Task
from leineweber.capabilities.records.models import Document
from leineweber.domains.applications.models import Application, Case
from leineweber.kernel import clock
from leineweber.kernel.jobs import queries as jobs
from leineweber.kernel.jobs.worker import run_until_idle

ROOT = Path(__file__).parents[3]


@contextmanager
def full_store() -> Iterator[None]:
    """Let no file grow beyond a few bytes (RLIMIT_FSIZE); the database of a test is not a file of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def later() -> time_machine.travel:
    """Move on by an hour, past every pause of a first repetition."""
    return time_machine.travel(clock.now() + timedelta(hours=1), tick=True)


@pytest.mark.django_db
def test_an_application_is_accepted_while_the_mail_server_refuses_and_told_once_it_is_back(
    applicant: Applicant, settings
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.SMTP_URL = f"smtp://127.0.0.1:{probe.getsockname()[1]}"
        applicant.fill()
        assert applicant.submit().status_code == 302
        run_until_idle()
    case = Case.objects.get()
    assert case.subfile_id is not None
    email = Email.objects.get(template="application_received")
    assert (email.status, email.attempts) == ("queued", 1)
    assert "nicht erreichbar" in email.error
    assert messages.waiting_emails() == 1
    assert "Wir haben Ihren Antrag erhalten" in main_text(Browser().get(linked(case.application)))
    with Server() as server:
        settings.SMTP_URL = server.url
        with later():
            run_until_idle()
            run_until_idle()
        assert len(server.handler.taken) == 1
    email.refresh_from_db()
    assert email.status == "sent"


@pytest.mark.django_db
def test_a_full_store_delays_the_file_and_loses_nothing(applicant: Applicant) -> None:
    applicant.fill()
    with full_store():
        assert applicant.submit().status_code == 302
        run_until_idle()
        application = Application.objects.get()
        assert Case.objects.get().subfile_id is None
        assert not Email.objects.exists() and jobs.waiting_count() == 1
        calm = Browser(raise_request_exception=False)
        assert application.reference in main_text(calm.get(linked(application)))
        receipt = calm.get(linked(application, "eingangsbestaetigung.pdf"))
        assert receipt.status_code == 503
        assert receipt.headers["Retry-After"]
        assert "Warten Sie einen Augenblick" in main_text(receipt)
    with later():
        run_until_idle()
        run_until_idle()
        assert Browser().get(linked(application, "eingangsbestaetigung.pdf")).content.startswith(b"%PDF")
    case = Case.objects.get()
    assert case.subfile_id is not None
    assert Document.objects.filter(subfile_id=case.subfile_id).count() == 1
    assert Task.objects.filter(subject=f"case:{case.id}").count() == 1
    assert Email.objects.filter(template="application_received").count() == 1
    assert jobs.failed().count() == 0


@pytest.mark.django_db
def test_an_answer_to_the_office_is_kept_in_the_page_while_the_store_is_full(applicant: Applicant) -> None:
    case = applicant.city.apply()
    applicant.city.do(case, "frieda.", entscheidung="rueckfragen", frage="Bleiben Sie?")
    calm = Browser(raise_request_exception=False)
    address = linked(case.application, "antworten/")
    with full_store():
        refused = calm.post(address, {"antwort": "Ja, <gern>."})
    assert refused.status_code == 503
    page = refused.content.decode()
    assert 'name="antwort" value="Ja, &lt;gern&gt;."' in page and f'action="{address}"' in page
    assert case.questions.get().answered_at is None
    assert calm.post(address, {"antwort": "Ja, <gern>."}).status_code == 302
    assert case.questions.get().answer == "Ja, <gern>."


LOCKED = """
import html, re, sqlite3, sys
sys.path.insert(0, "tests")
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
settings.ALLOWED_HOSTS.append("testserver")
call_command("migrate", verbosity=0)
from leineweber.capabilities import forms
from leineweber.capabilities.records import services as records
from leineweber.config.bench._city import ANSWERS
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.applications.models import Application
from leineweber.domains.applications.procedures import publishing, read_folder, registry
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
load_demo_organisation()
program = Actor.system("Test")
records.put_sample_plan(program)
procedure = publishing.publish(program, read_folder(Path("procedures/wahlhelfer")))
run_until_idle()
connection.cursor().execute("PRAGMA busy_timeout = 200")
schema = registry.package_of(procedure).schema
browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)

def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]

def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {html.unescape(name): html.unescape(value) for name, value in found}

def refused_and_sent_again(path, posted):
    shown = browser.get(path)
    other.execute("BEGIN IMMEDIATE")
    page = browser.post(path, {**posted, "csrfmiddlewaretoken": token(shown)})
    other.execute("ROLLBACK")
    assert page.status_code == 503, page.status_code
    assert "noch nicht gespeichert" in page.content.decode()
    again = hidden(page)
    for name, values in posted.items():
        assert not values or again[name] == values[-1], name
    answer = browser.post(path, again)
    assert answer.status_code == 302, (answer.status_code, again)
    return answer.headers["Location"]

begin = browser.get("/leistungen/wahlhelfer/")
place = browser.post("/antrag/wahlhelfer/", {"csrfmiddlewaretoken": token(begin)}).headers["Location"]
while not place.endswith("/pruefen/"):
    place = refused_and_sent_again(place, dict(forms.to_posted(schema, place.split("/")[4], ANSWERS)))
place = refused_and_sent_again(place, {})
reference = Application.objects.get().reference
assert reference in browser.get(place).content.decode()
other.execute("BEGIN IMMEDIATE")
assert browser.get("/").status_code == 200
assert browser.get(place).status_code == 200
other.execute("ROLLBACK")
print("done", reference)
"""


def test_a_locked_sqlite_answers_503_and_keeps_what_was_typed(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEINEWEBER_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOCKED],
        cwd=ROOT,
        env={
            **kept,
            "DATABASE_URL": "",
            "STORAGE_URL": "",
            "LEINEWEBER_DATA": str(tmp_path),
            "LEINEWEBER_SECRET_KEY": "only-for-tests-of-faults-" + "0" * 30,
            "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("done WH-")
