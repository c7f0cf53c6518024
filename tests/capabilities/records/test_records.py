"""Files, sub-files, documents: references without gaps, closing for good, constant queries."""

from __future__ import annotations

import os
import threading
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from leineweber.capabilities.records import queries, services
from leineweber.capabilities.records.models import (
    Disposal,
    Document,
    DocumentVersion,
    FilePlanEntry,
    RecordFile,
    SubFile,
)
from leineweber.kernel import ids, links, storage
from leineweber.kernel.access import Actor, Grant, allowed
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
needs_two_writers = pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="SQLite has one writer at a time"
)
CLERK = Actor(kind="staff", id=uuid4(), label="Sachbearbeitung")


@pytest.fixture(autouse=True)
def plan(request):
    if "transactional_db" in request.fixturenames or request.node.get_closest_marker("django_db").kwargs:
        request.getfixturevalue("transactional_db")
    else:
        request.getfixturevalue("db")
    services.put_sample_plan(CLERK)


def case() -> Ref:
    return Ref("case", ids.new_id())


def blob(data: bytes = b"%PDF-", media_type: str = "application/pdf") -> storage.Blob:
    return storage.put(data, media_type)


def opened(subject: Ref | None = None, **more) -> SubFile:
    return services.open_subfile(CLERK, "12.20", "Meldung: Muster", subject or case(), **more)


def own_queries(context) -> list[str]:
    """The room's own statements: not the savepoints, nor what act writes for audit and outbox."""
    others = ("SAVEPOINT", "RELEASE", "INSERT INTO audit_", "INSERT INTO events_", "INSERT INTO storage_")
    statements = [query["sql"].replace('"', "") for query in context.captured_queries]
    return [statement for statement in statements if not statement.startswith(others)]


def test_the_sample_plan_is_a_tree_and_marked():
    entry = FilePlanEntry.objects.get(code="12.20")
    assert entry.title == "Wahlen – Wahlhelfende"
    assert entry.parent.code == "12"
    assert not FilePlanEntry.objects.filter(is_sample=False).exists()
    services.put_plan(CLERK, [services.PlanEntry("12.20", "Neuer Titel", 7, Disposal.DESTROY, "§ 1 Muster")])
    entry.refresh_from_db()
    assert (entry.title, entry.retention_years, entry.is_sample) == ("Neuer Titel", 7, False)
    with pytest.raises(services.RecordsError):
        services.put_plan(CLERK, [services.PlanEntry("zwölf", "Titel", 1)])


def test_what_is_kept_for_ever_says_so():
    with pytest.raises(DatabaseError), transaction.atomic():
        FilePlanEntry.objects.create(code="99", title="ohne Frist", retention_years=None, disposal="offer")


@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False)
def test_references_count_up_within_file_and_year():
    assert [opened().reference for _ in range(3)] == [
        "12.20-2026/000001",
        "12.20-2026/000002",
        "12.20-2026/000003",
    ]
    assert services.open_subfile(CLERK, "12.30", "Anderes", case()).reference == "12.30-2026/000001"
    assert RecordFile.objects.get(entry__code="12.20").reference == "12.20-2026"


def test_the_year_is_berlins():
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert opened().reference == "12.20-2027/000001"


def test_a_number_of_a_failed_transaction_is_drawn_again():
    first = opened()
    with pytest.raises(RuntimeError), transaction.atomic():
        opened()
        raise RuntimeError
    assert opened().number == first.number + 1


def test_one_subfile_per_subject_and_no_number_lost():
    subject = case()
    first = opened(subject)
    with pytest.raises(services.AlreadyOpened):
        opened(subject)
    assert opened().number == first.number + 1
    assert queries.subfile_of(subject).id == first.id


def test_an_unknown_code():
    with pytest.raises(services.UnknownCode, match=r"77\.77"):
        services.open_subfile(CLERK, "77.77", "x", case())
    assert not SubFile.objects.exists()


def test_documents_in_order_with_versions():
    subfile = opened(documents=[services.NewDocument("Antrag", "application", blob(b"%PDF-1"))])
    question = services.file_document(
        CLERK, subfile, title="Rückfrage", kind="question", blob=blob(b"%PDF-2"), on=date(2026, 11, 20)
    )
    services.file_document(CLERK, subfile.id, title="Antwort", kind="answer", blob=blob(b"%PDF-3"))
    services.add_version(CLERK, question, blob(b"%PDF-4"))
    contents = queries.contents(subfile)
    assert [(row.number, row.title, len(row.versions)) for row in contents.documents] == [
        (1, "Antrag", 1),
        (2, "Rückfrage", 2),
        (3, "Antwort", 1),
    ]
    current = contents.documents[1].current
    assert current.number == 2
    assert storage.read(current.sha512) == b"%PDF-4"
    assert contents.documents[1].on == date(2026, 11, 20)
    assert queries.document_of(subfile.id, "question").id == question.id
    assert queries.document_of(subfile.id, "notice") is None
    names = list(StoredEvent.objects.order_by("id").values_list("name", flat=True))
    assert names == ["document.filed"] * 4


def test_closing_computes_retention_and_is_for_good():
    subfile = opened(documents=[services.NewDocument("Antrag", "application", blob())])
    document = queries.document_of(subfile.id, "application")
    closed = services.close(CLERK, subfile, on=date(2026, 11, 23))
    assert (closed.closed_on, closed.retention_end) == (date(2026, 11, 23), date(2031, 12, 31))
    assert services.close(CLERK, subfile.id).retention_end == date(2031, 12, 31)
    with pytest.raises(services.SubFileClosed, match="zu den Akten"):
        services.file_document(CLERK, subfile, title="zu spät", kind="note", blob=blob())
    with pytest.raises(services.SubFileClosed):
        services.add_version(CLERK, document, blob(b"neu"))
    event = StoredEvent.objects.get(name="subfile.closed")
    assert event.payload == {"subject": subfile.subject, "retention_end": "2031-12-31"}
    assert Entry.objects.filter(name="subfile.closed").count() == 1


def test_kept_for_ever_has_no_end():
    subfile = services.open_subfile(CLERK, "10.30.10", "Strategie", case())
    assert services.close(CLERK, subfile).retention_end is None


def refused(work) -> None:
    with pytest.raises(DatabaseError, match=r"geschlossen|nicht geändert"), transaction.atomic():
        work()


def test_the_database_itself_guards_what_is_closed():
    subfile = opened(documents=[services.NewDocument("Antrag", "application", blob())])
    document = queries.document_of(subfile.id, "application")
    version = document.versions.get()
    refused(lambda: DocumentVersion.objects.update(number=7))
    services.close(CLERK, subfile)
    document.number = 2
    document.id = uuid4()
    refused(lambda: document.save(force_insert=True))
    refused(lambda: Document.objects.update(title="anders"))
    version.id, version.number = uuid4(), 2
    refused(lambda: version.save(force_insert=True))
    refused(lambda: SubFile.objects.update(status="open", closed_on=None, retention_end=None))
    refused(lambda: SubFile.objects.update(retention_end=date(2027, 1, 1)))


def test_closing_needs_a_day_in_the_database():
    opened()
    with pytest.raises(DatabaseError), transaction.atomic():
        SubFile.objects.update(status="closed")


def test_what_is_not_there():
    nothing = uuid4()
    with pytest.raises(services.RecordsError, match="Vorgang gibt es nicht"):
        services.close(CLERK, nothing)
    with pytest.raises(services.RecordsError, match="Vorgang gibt es nicht"):
        services.file_document(CLERK, nothing, title="x", kind="note", blob=blob())
    with pytest.raises(services.RecordsError, match="Dokument gibt es nicht"):
        services.add_version(CLERK, nothing, blob())
    with pytest.raises(services.RecordsError, match="Fassung gibt es nicht"):
        services.read_version(CLERK, nothing, purpose="test")
    assert queries.contents(nothing) is None
    assert queries.subfile_of(case()) is None


def test_reading_is_recorded_and_verified():
    subject = case()
    subfile = opened(subject, documents=[services.NewDocument("Antrag", "application", blob(b"%PDF-x"))])
    version_id = queries.contents(subfile.id).documents[0].current.id
    version, stream = services.read_version(CLERK, version_id, purpose="case.document")
    with stream:
        assert stream.read() == b"%PDF-x"
    entry = Entry.objects.get(name="read")
    assert (entry.subject, entry.detail) == (f"document:{version.document_id}", {"purpose": "case.document"})
    assert queries.version_of(subject, version_id).id == version_id
    assert queries.version_of(case(), version_id) is None


def test_titles_are_cut_not_refused():
    subfile = services.open_subfile(CLERK, "12.20", "x" * 500, case())
    document = services.file_document(CLERK, subfile, title="y" * 500, kind="note", blob=blob())
    assert (len(subfile.title), len(document.title)) == (300, 300)


def test_no_personal_data_in_the_audit_trail():
    services.open_subfile(CLERK, "12.20", "Meldung: Erika Mustermann", case())
    assert "Mustermann" not in str(list(Entry.objects.values("name", "subject", "detail")))


def test_speed_opening_with_a_document_and_filing():
    opened()
    content = blob()
    with CaptureQueriesContext(connection) as context:
        subfile = opened(documents=[services.NewDocument("Antrag", "application", content)])
    assert len(own_queries(context)) == 4, own_queries(context)
    with CaptureQueriesContext(connection) as context:
        services.file_document(CLERK, subfile, title="Bescheid", kind="notice", blob=content)
    assert len(own_queries(context)) == 3, own_queries(context)


def test_contents_take_the_same_queries_however_many(django_assert_num_queries):
    subject = case()
    subfile = opened(subject)
    for number in range(8):
        document = services.file_document(CLERK, subfile, title=f"D{number}", kind="note", blob=blob())
        services.add_version(CLERK, document, blob(b"2"))
    with django_assert_num_queries(3):
        contents = queries.contents(subject)
        assert contents.subfile.file.entry.code == "12.20"
    assert len(contents.documents) == 8
    with django_assert_num_queries(1):
        assert queries.subfile_of(subject).file.entry.code == "12.20"
    with django_assert_num_queries(1):
        assert queries.subfile_by_reference(f" {subfile.reference} ").id == subfile.id


def test_the_tree_is_paged(django_assert_num_queries):
    for _ in range(5):
        opened()
    top = queries.children(None, limit=3)
    assert (top.total, [row.code for row in top.rows]) == (10, ["10", "12", "20"])
    below = queries.children(FilePlanEntry.objects.get(code="12").id)
    assert [(row.code, row.child_count, row.file_count) for row in below.rows] == [
        ("12.10", 0, 0),
        ("12.20", 0, 1),
        ("12.30", 0, 0),
    ]
    (file,) = queries.files(FilePlanEntry.objects.get(code="12.20").id).rows
    assert queries.files().total == 1
    with django_assert_num_queries(2):
        page = queries.subfiles(file.id, offset=1, limit=2)
        assert [row.number for row in page.rows] == [4, 3]
    assert page.total == 5
    assert queries.subfiles(file.id, status="closed").total == 0
    assert {row.code: row.file_count for row in queries.plan()}["12.20"] == 1


def test_expired_sub_files():
    first, second = opened(), opened()
    services.close(CLERK, first, on=date(2020, 3, 1))
    services.close(CLERK, second, on=date(2024, 3, 1))
    assert [row.id for row in queries.expired(date(2026, 1, 1)).rows] == [first.id]
    assert queries.expired(date(2025, 12, 31)).total == 0


def test_cards_name_no_person_and_are_for_staff():
    subfile = opened()
    ref = Ref("subfile", subfile.id)
    assert links.resolve([ref], CLERK)[ref].title == subfile.reference
    assert links.resolve([ref], Actor.anonymous()) == {}


def test_who_looks_after_the_files():
    manager = Actor("staff", uuid4(), "Registratur", (Grant("records.manager", "/", uuid4()),))
    assert allowed(manager, "records.manage")
    assert not allowed(CLERK, "records.manage")


@pytest.mark.django_db(transaction=True)
@needs_two_writers
def test_many_at_once_draw_every_number_once():
    """Eight threads, five openings each, every third rolled back: numbers are 1..n without a gap."""
    errors: list[BaseException] = []
    drawn: list[int] = []

    def work(seed: int) -> None:
        try:
            for turn in range(5):
                try:
                    with transaction.atomic():
                        subfile = opened()
                        if (seed + turn) % 3 == 0:
                            raise KeyError
                    drawn.append(subfile.number)
                except KeyError:
                    pass
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert sorted(drawn) == list(range(1, len(drawn) + 1))
    assert RecordFile.objects.get(entry__code="12.20").last_number == len(drawn)


@pytest.mark.django_db(transaction=True)
@needs_two_writers
def test_nothing_slips_in_while_closing():
    """A filing that began before the closing commits waits for it, and is then refused."""
    subfile = opened()
    content = blob()
    outcome: list[object] = []
    started = threading.Event()

    def file_late() -> None:
        try:
            started.set()
            outcome.append(services.file_document(CLERK, subfile.id, title="x", kind="note", blob=content))
        except services.SubFileClosed as error:
            outcome.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        services.close(CLERK, subfile)
        thread = threading.Thread(target=file_late)
        thread.start()
        assert started.wait(5)
        thread.join(0.3)
        assert thread.is_alive(), "the filing must wait for the closing"
    thread.join(10)
    assert isinstance(outcome[0], services.SubFileClosed)
