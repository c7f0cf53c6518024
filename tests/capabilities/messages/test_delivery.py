"""E-mails on their way: a real server that refuses, hangs up, or vanishes; nothing is sent twice."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from django_tasks_db.models import DBTaskResult

from leineweber.capabilities.messages import delivery, queries, services, tasks
from leineweber.capabilities.messages.models import Email
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied, Grant
from leineweber.kernel.jobs import worker

from .mailserver import Server

pytestmark = pytest.mark.django_db
OPERATOR = Actor("staff", uuid4(), "Betrieb", (Grant("operator", "/", uuid4()),))
CONTEXT = {"reference": "WH-7K3F-92QD-5", "link": "https://stadt.example/vorgang/x/?" + "t=ä" + "x" * 120}


@pytest.fixture
def server(settings):
    with Server() as running:
        settings.SMTP_URL = running.url
        yield running


def queued(to: str = "erika@example.org") -> Email:
    key = services.send_email(Actor.system(), to=to, template="application_received", context=CONTEXT)
    return Email.objects.get(id=key)


def run() -> None:
    worker.run_until_idle()


def later(minutes: float):
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True)


def test_an_email_arrives_whole(server):
    email = queued()
    run()
    email.refresh_from_db()
    assert (email.status, email.attempts, email.error, email.body) == ("sent", 1, "", "")
    assert email.sent_at is not None
    (message,) = server.handler.taken
    assert server.handler.envelopes == [("stadt@bielefeld.example", ["erika@example.org"])]
    assert message["Message-ID"] == email.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "erika@example.org"
    assert message["From"] == "stadt@bielefeld.example"
    assert message["Subject"] == "Ihr Antrag ist eingegangen (WH-7K3F-92QD-5)"
    assert CONTEXT["link"] in message.get_content()
    assert message["Date"].datetime.replace(microsecond=0) == email.created_at.replace(microsecond=0)
    run()
    assert len(server.handler.taken) == 1


def test_lines_that_begin_with_a_dot_arrive(server):
    services.queue_plain("a@example.org", "Punkte", ".\n..zwei\nEnde\n.")
    run()
    assert server.handler.taken[0].get_content().splitlines() == [".", "..zwei", "Ende", "."]


def test_a_second_job_for_the_same_email_sends_nothing(server):
    email = queued()
    run()
    tasks.send.call(str(email.id))
    assert len(server.handler.taken) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_passing_refusal_is_tried_again_with_growing_pauses(server, command):
    server.handler.replies[command] = "451 spaeter"
    email = queued()
    run()
    email.refresh_from_db()
    assert (email.status, email.attempts) == ("queued", 1)
    assert "451" in email.error
    assert email.due > clock.now() + timedelta(seconds=50)
    run()
    email.refresh_from_db()
    assert email.attempts == 1
    server.handler.replies.clear()
    with later(1.1):
        run()
    email.refresh_from_db()
    assert (email.status, email.attempts) == ("sent", 2)
    assert len(server.handler.taken) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_final_refusal_is_shown_to_the_operator(server, command):
    server.handler.replies[command] = "550 Postfach gibt es nicht"
    email = queued()
    run()
    (failed,) = queries.failed_emails()
    assert (failed.id, failed.status) == (email.id, "failed")
    assert "550 Postfach gibt es nicht" in failed.error
    assert not DBTaskResult.objects.ready().exists()


def test_patience_ends(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SMTP_URL = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
        email = queued()
        start = clock.now()
        for hour in range(9):
            with time_machine.travel(start + timedelta(hours=2 * hour), tick=True):
                run()
    email.refresh_from_db()
    assert (email.status, email.attempts) == ("failed", 8)
    assert "nicht erreichbar" in email.error


def test_a_connection_lost_before_the_text_is_tried_again(server):
    server.handler.drop_at_rcpt = True
    email = queued()
    run()
    email.refresh_from_db()
    assert email.status == "queued"


def test_a_connection_lost_after_the_text_is_uncertain_and_stays_so(server):
    server.handler.drop_after_data = True
    email = queued()
    run()
    email.refresh_from_db()
    assert email.status == "uncertain"
    assert "nach der Übergabe" in email.error
    server.handler.drop_after_data = False
    with later(600):
        tasks.look_after()
        run()
    email.refresh_from_db()
    assert email.status == "uncertain"
    assert len(server.handler.taken) == 1
    assert list(queries.failed_emails()) == [email]


def test_the_operator_sends_the_uncertain_again_under_the_same_id(server):
    server.handler.drop_after_data = True
    email = queued()
    run()
    server.handler.drop_after_data = False
    with pytest.raises(Denied):
        services.retry_email(Actor("staff", uuid4(), "Sachbearbeitung"), email.id)
    assert services.retry_email(OPERATOR, email.id)
    run()
    email.refresh_from_db()
    assert email.status == "sent"
    assert len({message["Message-ID"] for message in server.handler.taken}) == 1
    assert not services.retry_email(OPERATOR, email.id)


def test_the_operator_settles(server):
    server.handler.replies["RCPT"] = "550 nein"
    failed = queued()
    run()
    server.handler.replies.clear()
    server.handler.drop_after_data = True
    uncertain = queued()
    run()
    with pytest.raises(Denied):
        services.settle_email(Actor("staff", uuid4(), "Sachbearbeitung"), failed.id)
    assert services.settle_email(OPERATOR, failed.id)
    assert services.settle_email(OPERATOR, uncertain.id)
    assert not services.settle_email(OPERATOR, uuid4())
    assert [(email.id, email.status) for email in Email.objects.all()] == [(uncertain.id, "sent")]
    assert not queries.failed_emails().exists()


def test_a_job_that_got_lost_is_made_good(server):
    email = queued()
    DBTaskResult.objects.all().delete()
    run()
    tasks.look_after()
    assert not DBTaskResult.objects.exists()
    with later(6):
        tasks.look_after()
        tasks.look_after()
        assert DBTaskResult.objects.count() == 1
        run()
    email.refresh_from_db()
    assert email.status == "sent"


def test_sent_emails_are_forgotten_after_a_month(server):
    email = queued()
    server.handler.replies["RCPT"] = "550 nein"
    run()
    kept = email.id
    server.handler.replies.clear()
    queued()
    run()
    with later(60 * 24 * 29):
        tasks.forget()
        assert Email.objects.count() == 2
    with later(60 * 24 * 31):
        tasks.forget()
    assert [email.id for email in Email.objects.all()] == [kept]


def test_without_a_server_the_demo_writes_files(settings, tmp_path):
    settings.SMTP_URL = ""
    settings.DATA_DIR = tmp_path
    email = queued()
    run()
    email.refresh_from_db()
    assert email.status == "sent"
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == f"{email.id.hex}.eml"
    assert b"Auto-Submitted" in path.read_bytes()


def test_a_directory_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "mail").write_text("im Weg")
    settings.SMTP_URL, settings.DATA_DIR = "", tmp_path
    email = queued()
    run()
    email.refresh_from_db()
    assert (email.status, email.attempts) == ("queued", 1)


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtps:///x"])
def test_a_wrong_address_of_the_server_is_said(settings, url):
    settings.SMTP_URL = url
    email = queued()
    run()
    email.refresh_from_db()
    assert email.status == "queued"
    assert "LEINEWEBER_SMTP_URL" in email.error


def test_addresses_of_servers():
    def of(url):
        return delivery.server_of(url, "https://portal.bielefeld.example")

    assert of("smtp://mail:2525").port == 2525
    assert (of("smtp://mail").port, of("smtps://mail").port, of("smtp+starttls://mail").port) == (
        25,
        465,
        587,
    )
    assert (of("smtps://u%40x:p%2Fw@mail").user, of("smtps://u%40x:p%2Fw@mail").password) == ("u@x", "p/w")
    assert of("smtp://mail").sender == "noreply@portal.bielefeld.example"
    assert of("smtp://mail?from=wahlen@bielefeld.example").sender == "wahlen@bielefeld.example"
    assert delivery.default_sender("http://127.0.0.1:8000") == "noreply@leineweber.example"


def test_a_server_that_wants_a_log_in_and_refuses_it(settings):
    with Server() as running:
        settings.SMTP_URL = running.url.replace("smtp://", "smtp://user:falsch@")
        email = queued()
        run()
        email.refresh_from_db()
        assert (email.status, running.handler.taken) == ("queued", [])


def test_a_server_without_tls_gets_nothing_if_tls_is_asked(settings):
    with Server() as running:
        settings.SMTP_URL = running.url.replace("smtp://", "smtp+starttls://")
        email = queued()
        run()
        email.refresh_from_db()
        assert (email.status, running.handler.taken) == ("queued", [])


def _certificate(directory):
    """A certificate for localhost signed by itself, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    moment = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (directory / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (directory / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    return context


def _who(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"stadt", b"geheim/1"), handled=False)


@pytest.mark.parametrize(("password", "status"), [("geheim%2F1", "sent"), ("falsch", "queued")])
def test_tls_and_log_in(settings, tmp_path, monkeypatch, password, status):
    context = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with Server(
        tls_context=context, require_starttls=True, authenticator=_who, auth_required=True
    ) as running:
        settings.SMTP_URL = f"smtp+starttls://stadt:{password}@localhost:{running.port}"
        email = queued()
        run()
        email.refresh_from_db()
        assert email.status == status, email.error
        assert ("535" in email.error) is (status == "queued")


def test_a_certificate_nobody_vouches_for_is_refused(settings, tmp_path):
    with Server(tls_context=_certificate(tmp_path)) as running:
        settings.SMTP_URL = f"smtp+starttls://localhost:{running.port}"
        email = queued()
        run()
        email.refresh_from_db()
        assert (email.status, running.handler.taken) == ("queued", [])
        assert "certificate" in email.error.lower()


def test_a_plain_server_asked_by_tls(settings):
    with Server() as running:
        settings.SMTP_URL = running.url.replace("smtp://", "smtps://")
        email = queued()
        run()
        email.refresh_from_db()
        assert (email.status, running.handler.taken) == ("queued", [])


KILLED = """
    import os, sys, django
    django.setup()
    from leineweber.capabilities.messages import tasks
    tasks.send.call(sys.argv[1])
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""),
    reason="the test's SQLite lives in this process's memory",
)
def test_killed_while_sending_is_uncertain_and_never_sent_again(settings):
    """A real process is killed (-9) after the server has the text and before it could write that down."""
    email = queued()
    DBTaskResult.objects.all().delete()
    listener = socket.create_server(("127.0.0.1", 0))
    received, got_text = bytearray(), threading.Event()

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"220 bereit\r\n")
            in_text = False
            while chunk := peer.recv(4096):
                received.extend(chunk)
                if in_text:
                    if received.endswith(b"\r\n.\r\n"):
                        got_text.set()
                elif chunk.upper().startswith(b"DATA"):
                    in_text = True
                    peer.sendall(b"354 los\r\n")
                else:
                    peer.sendall(b"250 gut\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    name = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "LEINEWEBER_SMTP_URL": f"smtp://127.0.0.1:{listener.getsockname()[1]}",
        "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
    }
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED), str(email.id)], env=environment)
    try:
        assert got_text.wait(30)
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.wait(10)
    email.refresh_from_db()
    assert email.status == "sending"
    with Server() as server:
        settings.SMTP_URL = server.url
        with later(6):
            tasks.look_after()
            run()
        email.refresh_from_db()
        assert email.status == "uncertain"
        assert "beendet" in email.error
        assert server.handler.taken == []
    listener.close()


def test_the_moment_of_writing_is_the_date(server):
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, tzinfo=clock.BERLIN), tick=True):
        queued()
        run()
    assert server.handler.taken[0]["Date"].startswith("Mon, 23 Nov 2026 12:00:0")
