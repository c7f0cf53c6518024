"""A hundred thousand cases: the demo's cases multiplied in the database, with everything that hangs on each.

Each copy has the course, tasks, file, documents and post of the case it was made from, and a name, a reference, an
area and a day of its own. The stored files are shared. The audit trail is left alone, as nobody may write into it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, models
from django_tasks_db.models import DBTaskResult

from leineweber.capabilities.messages.models import Attachment, Email, PostboxEntry
from leineweber.capabilities.processes.models import HistoryEntry, ProcessInstance, Task
from leineweber.capabilities.records.models import Document, DocumentVersion, SubFile
from leineweber.domains.applications.models import Application, Case, Notice, Question
from leineweber.kernel import clock, ids
from leineweber.kernel.events.models import StoredEvent
from leineweber.people.organisation.rules import fold

SEED = 20261123
DAYS = 80
_SYLLABLES = ("lin", "wo", "ber", "gar", "tuch", "na", "spin", "del", "hei", "ra", "mu", "ster", "ke", "fa")
_GIVEN = ("Alma", "Benno", "Carla", "Deniz", "Elif", "Fritz", "Ida", "Jonas", "Mina", "Oya", "Paul", "Zoe")
_BATCH = 500


class _Copy(models.Model):
    """A copy to be made: of which case, and what is its own. Lives as long as the bench's connection."""

    n = models.PositiveIntegerField(primary_key=True)
    case = models.UUIDField()
    subject = models.CharField(max_length=80)
    reference = models.CharField(max_length=24)
    applicant = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=420)
    spoken_name = models.CharField(max_length=420)
    title = models.CharField(max_length=200)
    search_text = models.CharField(max_length=420)
    seal = models.CharField(max_length=64)
    area = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    account = models.UUIDField(null=True)

    class Meta:
        app_label = "config"
        managed = False
        db_table = "bench_copy"


def multiply(number: int, account_id: object) -> None:
    """Add `number` cases to those that are there; the first forty are the account's, from a fixed seed."""
    with connection.schema_editor() as editor:
        editor.create_model(_Copy)
    _Copy._default_manager.bulk_create(_copies(number, account_id), batch_size=_BATCH)
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)
    with connection.schema_editor() as editor:
        editor.delete_model(_Copy)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copies(number: int, account_id: object) -> list[_Copy]:
    draw = random.Random(SEED)  # invented people, nothing secret
    originals = list(Case.objects.order_by("id"))
    finish = clock.now()
    copies = []
    for n in range(1, number + 1):
        original = originals[n % len(originals)]
        family = "".join(draw.choice(_SYLLABLES) for _ in range(3)).capitalize()
        given = draw.choice(_GIVEN)
        applicant = f"{family}, {given}"
        reference = ids.new_reference("WH")
        title = f"{applicant} ({reference})"
        moment = finish - timedelta(seconds=draw.randrange(DAYS * 86_400))
        copies.append(
            _Copy(
                n=n,
                case=original.id,
                subject=f"case:{original.id}",
                reference=reference,
                applicant=applicant,
                sort_name=fold(applicant),
                spoken_name=fold(f"{given} {family}"),
                title=title,
                search_text=fold(title)[:420],
                seal=f"{draw.getrandbits(256):064x}",
                area=original.wished_area,
                opened_at=moment,
                opened_on=clock.local(moment).date(),
                account=account_id if n <= 40 else None,
            )
        )
    return copies


def _statements() -> list[str]:
    """Return the statements in the order of the foreign keys."""
    quote = connection.ops.quote_name
    postgresql = connection.vendor == "postgresql"
    begin = "lpad(to_hex(c.n), 8, '0')" if postgresql else "printf('%08x', c.n)"

    def key(name: str) -> str:
        column = f"t.{quote(name)}"
        if postgresql:
            return f"({begin} || substr(replace({column}::text, '-', ''), 9))::uuid"
        return f"{begin} || substr({column}, 9)"

    def copied(
        model: type[models.Model], join: str, keys: str, own: Mapping[str, str], *, leave: str = ""
    ) -> str:
        chosen: dict[str, str] = {}
        for field in model._meta.concrete_fields:
            name = str(field.column)
            if name in leave.split():
                continue
            chosen[name] = key(name) if name in keys.split() else own.get(name, f"t.{quote(name)}")
        table = quote(model._meta.db_table)
        columns = ", ".join(quote(name) for name in chosen)
        return (
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(chosen.values())} "  # noqa: S608  # names of our models
            f"FROM bench_copy c JOIN {join.format(t=table)} ORDER BY c.n"
        )

    subject = f"'case:' || {begin} || substr(t.subject, 14)"
    case = f"'case:' || {begin} || substr(t.{quote('case')}, 14)"
    by_subject = "{t} t ON t.subject = c.subject"
    by_case = f"{{t}} t ON t.{quote('case')} = c.subject"
    by_key = f"{{t}} t ON t.case_id = c.{quote('case')}"
    subfile = "(SELECT max(s.number) FROM records_subfile s)"
    job = "(SELECT j.*, row_number() OVER (ORDER BY j.id) AS place FROM {t} j) t ON t.place = 1 + c.n % 99"
    open_file = {
        "subject": subject,
        "number": f"{subfile} + c.n",
        "reference": "t.reference || '-' || c.n",
        "status": "'open'",
        "closed_on": "NULL",
        "retention_end": "NULL",
    }
    with_case = f"applications_case a ON a.id = c.{quote('case')} JOIN {{t}} t ON t.id = a.application_id"
    titled = {"title": "c.title", "subject": subject}
    return [
        copied(
            Application,
            with_case,
            "id",
            {
                "reference": "c.reference",
                "account_id": "c.account",
                "submitted_at": "c.opened_at",
                "draft_id": "NULL",
            },
        ),
        copied(
            Case,
            f"{{t}} t ON t.id = c.{quote('case')}",
            "id application_id subfile_id",
            {
                "reference": "c.reference",
                "applicant": "c.applicant",
                "sort_name": "c.sort_name",
                "spoken_name": "c.spoken_name",
                "identity_seal": "c.seal",
                "wished_area": "c.area",
                "opened_at": "c.opened_at",
                "opened_on": "c.opened_on",
                "file_reference": "t.file_reference || '-' || c.n",
            },
        ),
        copied(Question, by_key, "id case_id", {}),
        copied(Notice, by_key, "id case_id", {}),
        copied(ProcessInstance, by_subject, "id", titled),
        copied(Task, by_subject, "id instance_id", {**titled, "search_text": "c.search_text"}),
        copied(HistoryEntry, by_subject, "instance_id", {"subject": subject}, leave="id"),
        copied(SubFile, by_subject, "id", open_file),
        copied(
            Document,
            "records_subfile s ON s.subject = c.subject JOIN {t} t ON t.subfile_id = s.id",
            "id subfile_id",
            {},
        ),
        copied(
            DocumentVersion,
            "records_subfile s ON s.subject = c.subject "
            "JOIN records_document d ON d.subfile_id = s.id JOIN {t} t ON t.document_id = d.id",
            "id document_id",
            {},
        ),
        copied(PostboxEntry, by_case, "id", {"case": case, "account_id": "c.account"}),
        copied(
            Attachment,
            f"messages_postboxentry e ON e.{quote('case')} = c.subject JOIN {{t}} t ON t.entry_id = e.id",
            "id entry_id",
            {},
        ),
        copied(Email, by_case, "id", {"case": case, "message_id": "c.n || t.message_id"}),
        copied(
            StoredEvent,
            by_subject + " AND t.name = 'case.opened'",
            "",
            {"subject": subject},
            leave="id",
        ),
        copied(DBTaskResult, job, "id", {}),
    ]
