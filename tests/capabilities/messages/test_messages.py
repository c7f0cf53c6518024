"""Postbox, threads, letters: what is written, who reaches it, how many queries."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.mail import EmailMessage as DjangoMessage
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from leineweber.capabilities.messages import queries, rules, services
from leineweber.capabilities.messages.models import Email, LetterItem, PostboxEntry
from leineweber.kernel import ids, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
OFFICE = Actor(kind="staff", id=uuid4(), label="Bürgeramt")
CONTEXT = {"reference": "WH-7K3F-92QD-5", "link": "https://stadt.example/vorgang/x/"}


def case() -> Ref:
    return Ref("case", ids.new_id())


def send(**more):
    values = {
        "to": services.Recipient(
            account_id=more.pop("account_id", None), email=more.pop("email", ""), case=case()
        ),
        "subject": "Wir haben eine Frage",
        "body": "Haben Sie am 25. April Zeit, Frau Muster?",
        "template": "application_question",
        "context": CONTEXT,
    }
    return services.send(OFFICE, **(values | more))


def test_a_message_lies_in_the_postbox_and_an_email_tells_of_it():
    account = uuid4()
    sent = send(account_id=account, email="Erika@Example.org")
    page = queries.postbox(account)
    assert (page.total, page.unread) == (1, 1)
    assert page.entries[0].id == sent.entry_id
    email = Email.objects.get(id=sent.email_id)
    assert (email.to, email.status) == ("Erika@example.org", "queued")
    assert "Muster" not in email.subject + email.body
    assert "25. April" not in email.subject + email.body
    assert CONTEXT["link"] in email.body
    assert email.message_id == f"<{email.id.hex}@127.0.0.1>"
    assert DBTaskResult.objects.count() == 1
    assert queries.waiting_emails() == 1
    assert [row.id for row in queries.emails_of(Ref.parse(email.case))] == [email.id]


def test_english_and_the_way_back_to_german():
    email = Email.objects.get(id=send(email="a@example.org", language="en").email_id)
    assert email.subject.startswith("We have a question")
    assert email.body.startswith("Hello,")
    email = Email.objects.get(id=send(email="a@example.org", language="leicht").email_id)
    assert email.body.startswith("Guten Tag,")
    with pytest.raises(rules.TemplateError, match="0-mal"):
        send(email="a@example.org", template="gibt_es_nicht")
    with pytest.raises(rules.TemplateError, match="kein Name"):
        send(email="a@example.org", template="../settings")


def test_somebody_without_account_has_the_thread_of_the_case():
    subject = case()
    send(to=services.Recipient(case=subject))
    services.receive(Actor.anonymous(), case=subject, subject="Antwort", body="Ja, gern.")
    assert [(entry.direction, entry.body) for entry in queries.thread(subject)] == [
        ("out", "Haben Sie am 25. April Zeit, Frau Muster?"),
        ("in", "Ja, gern."),
    ]
    assert StoredEvent.objects.get(name="message.received").subject == str(subject)
    assert queries.thread(case()) == []


def test_nothing_of_a_failed_transaction_is_left():
    with pytest.raises(RuntimeError), transaction.atomic():
        send(email="a@example.org")
        raise RuntimeError
    assert not PostboxEntry.objects.exists()
    assert not Email.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "  "},
        {"body": "\n"},
        {"subject": "x" * 201},
        {"body": "x" * 20_001},
        {"to": services.Recipient()},
        {"email": "keine Adresse"},
        {"attachments": [("0" * 128, "x.pdf")] * 21},
    ],
)
def test_what_cannot_be_sent(change):
    with pytest.raises(services.MessagesError):
        send(**change)
    assert not PostboxEntry.objects.exists()


def test_a_message_has_a_place_in_the_database_too():
    with pytest.raises(DatabaseError), transaction.atomic():
        sent = send()
        PostboxEntry.objects.filter(id=sent.entry_id).update(case="")


def test_attachments_are_reached_through_the_own_post_only():
    account, subject = uuid4(), case()
    blob = storage.put(b"%PDF-Bescheid", "application/pdf")
    sent = send(
        to=services.Recipient(account_id=account, case=subject), attachments=[(blob.sha512, "Bescheid.pdf")]
    )
    (attachment,) = queries.entry(account, sent.entry_id).attachments.all()
    assert (attachment.name, attachment.blob.size) == ("Bescheid.pdf", 13)
    citizen = Actor("citizen", account, "Erika")
    found, stream = services.read_attachment(citizen, attachment.id, account_id=account)
    with stream:
        assert stream.read() == b"%PDF-Bescheid"
    assert found.name == "Bescheid.pdf"
    assert Entry.objects.filter(name="read", detail={"purpose": "message.attachment"}).count() == 1
    assert services.read_attachment(citizen, attachment.id, case=subject)
    assert services.read_attachment(citizen, attachment.id, account_id=uuid4()) is None
    assert services.read_attachment(citizen, attachment.id, case=case()) is None
    with pytest.raises(ValueError, match="said"):
        services.read_attachment(citizen, attachment.id)
    assert queries.entry(uuid4(), sent.entry_id) is None


def test_an_unknown_file_cannot_be_attached():
    # SQLite checks foreign keys at commit only: the savepoint's end does not show it, the check does.
    with pytest.raises(DatabaseError), transaction.atomic():
        send(attachments=[("0" * 128, "x.pdf")])
        connection.check_constraints()


def test_marking_as_read_once_and_only_by_the_owner():
    account, stranger = uuid4(), uuid4()
    sent = send(account_id=account)
    citizen = Actor("citizen", account, "Erika")
    assert not services.mark_read(citizen, sent.entry_id, account_id=stranger)
    assert services.mark_read(citizen, sent.entry_id, account_id=account)
    assert not services.mark_read(citizen, sent.entry_id, account_id=account)
    assert queries.unread_count(account) == 0
    with pytest.raises(ValueError, match="said"):
        services.mark_read(citizen, sent.entry_id)


def test_the_postbox_is_paged_in_constant_queries(django_assert_num_queries):
    account = uuid4()
    blob = storage.put(b"%PDF-", "application/pdf")
    ordered = [send(account_id=account, attachments=[(blob.sha512, "a.pdf")]).entry_id for _ in range(5)]
    with django_assert_num_queries(4):
        page = queries.postbox(account, offset=1, limit=3)
        names = [[attachment.name for attachment in entry.attachments.all()] for entry in page.entries]
    assert [entry.id for entry in page.entries] == ordered[::-1][1:4]
    assert names == [["a.pdf"]] * 3
    assert (page.total, page.unread) == (5, 5)


def own_queries(context) -> list[str]:
    others = ("SAVEPOINT", "RELEASE", "INSERT INTO audit_", "INSERT INTO events_")
    statements = [query["sql"].replace('"', "") for query in context.captured_queries]
    return [statement for statement in statements if not statement.startswith(others)]


def test_speed_of_sending():
    blob = storage.put(b"%PDF-", "application/pdf")
    send(email="a@example.org")
    with CaptureQueriesContext(connection) as context:
        send(account_id=uuid4(), email="a@example.org", attachments=[(blob.sha512, "a.pdf")])
    assert len(own_queries(context)) == 4, own_queries(context)


def test_no_personal_data_in_the_audit_trail():
    send(email="erika@example.org")
    assert "erika" not in str(list(Entry.objects.values("name", "subject", "detail")))


def test_is_email():
    assert services.is_email("a@example.org")
    assert not services.is_email("a@b")


def letter(name: str):
    blob = storage.put(f"%PDF-{name}".encode(), "application/pdf")
    return services.queue_letter(OFFICE, blob=blob, title="Bescheid", recipient=name, case=case())


def test_letters_go_to_print_once_and_come_back_if_the_printer_fails():
    first, second, third = letter("Erika Muster"), letter("Max Beispiel"), letter("Uwe Probe")
    batch_id, items = services.take_print_batch(OFFICE, limit=2)
    assert [item.id for item in items] == [first, second]
    assert {item.status for item in items} == {"printed"}
    assert [item.id for item in queries.print_queue()] == [third]
    assert [item.id for item in queries.print_batch(batch_id)] == [first, second]
    assert services.put_back_batch(OFFICE, batch_id) == 2
    assert [item.id for item in queries.print_queue()] == [first, second, third]
    services.take_print_batch(OFFICE)
    assert services.take_print_batch(OFFICE) is None
    assert queries.letters_of(Ref.parse(items[0].case))[0].id == first


def test_a_failed_merge_leaves_the_letters_waiting():
    letter("Erika Muster")
    with pytest.raises(RuntimeError), transaction.atomic():
        services.take_print_batch(OFFICE)
        raise RuntimeError
    assert queries.print_queue().count() == 1


def test_printed_means_in_a_batch():
    letter("Erika Muster")
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterItem.objects.update(status="printed")


def test_other_libraries_send_through_the_outbox(settings):
    settings.EMAIL_BACKEND = "leineweber.capabilities.messages.backend.OutboxBackend"
    message = DjangoMessage("Ihr Link", "https://x", to=["a@example.org", "b@example.org"])
    assert message.send() == 1
    assert set(Email.objects.values_list("to", "subject", "status")) == {
        ("a@example.org", "Ihr Link", "queued"),
        ("b@example.org", "Ihr Link", "queued"),
    }
    with pytest.raises(services.MessagesError):
        DjangoMessage("x", "y", to=["kaputt"]).send()
    assert DjangoMessage("x", "y", to=["kaputt"]).send(fail_silently=True) == 0
