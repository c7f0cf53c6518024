"""What is kept: procedures, applications with their versions, cases, needs, notices, questions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


class Procedure(models.Model):
    """A version of a procedure package, whole and unchangeable. One version per key is in force."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    service_key = models.CharField(max_length=40, db_index=True)
    scope = models.CharField(max_length=200, help_text="Pfad der zuständigen Organisationseinheit")
    digest = models.CharField(max_length=128)
    files = models.JSONField()
    process_definition_id = models.UUIDField()
    published_at = models.DateTimeField()
    in_force = models.BooleanField(default=False)

    class Meta:
        verbose_name = "Verfahren"
        verbose_name_plural = "Verfahren"
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="applications_procedure_version"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(in_force=True), name="applications_procedure_in_force"
            ),
        ]


class Channel(models.TextChoices):
    """How an application reached the city."""

    ONLINE = "online", "online"
    API = "api", "über die Schnittstelle"
    PAPER = "paper", "auf Papier"


class Application(models.Model):
    """What a person submitted. Answers are those of the newest version; earlier ones are kept beside it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    reference = models.CharField(max_length=24, unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="applications")
    answers = models.JSONField()
    version = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=6, default="de")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    account_id = models.UUIDField(null=True, db_index=True)
    email = models.EmailField(blank=True)
    submitted_at = models.DateTimeField()
    draft_id = models.UUIDField(
        null=True, unique=True, help_text="Aus diesem Entwurf; nie zweimal abgesendet"
    )
    receipt_sha512 = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = "Antrag"
        verbose_name_plural = "Anträge"


class AnswersVersion(models.Model):
    """The answers as they were before a correction."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    replaced_at = models.DateTimeField()
    changed_paths = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="applications_answers_version")
        ]


class CaseState(models.TextChoices):
    """Where a case stands, in the words of the desk."""

    RECEIVED = "received", "Eingegangen"
    IN_REVIEW = "in_review", "In Bearbeitung"
    QUESTION_OPEN = "question_open", "Rückfrage offen"
    ACCEPTED = "accepted", "Angenommen"
    REFUSED = "refused", "Abgelehnt"
    WITHDRAWN = "withdrawn", "Zurückgezogen"


class Case(models.Model):
    """The work on an application. Names needed by lists stand here so that lists read one table."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="case")
    reference = models.CharField(max_length=24, unique=True)
    procedure_key = models.CharField(max_length=60)
    scope = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=CaseState.choices, default=CaseState.RECEIVED)
    applicant = models.CharField(max_length=200)
    sort_name = models.CharField(
        max_length=420, blank=True, help_text="Name zum Suchen und Sortieren, DIN 5007-2"
    )
    spoken_name = models.CharField(
        max_length=420, blank=True, help_text="Name zum Suchen, wie man ihn sagt: Vorname zuerst"
    )
    identity_seal = models.CharField(
        max_length=64, db_index=True, help_text="Siegel über Name und Geburtsdatum: findet dieselbe Person"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    wished_area = models.CharField(max_length=60, blank=True)
    file_reference = models.CharField(max_length=60, blank=True)
    subfile_id = models.UUIDField(null=True, unique=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    days_to_notice = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Vorgang"
        verbose_name_plural = "Vorgänge"
        indexes = [
            # Those of the figures hold every column their query reads, in the order in which it groups.
            models.Index(
                fields=["procedure_key", "wished_area", "opened_on", "state"], name="applications_case_area"
            ),
            models.Index(fields=["procedure_key", "state", "-opened_at"], name="applications_case_state"),
            models.Index(
                fields=["procedure_key", "days_to_notice", "opened_on"], name="applications_case_days"
            ),
            models.Index(fields=["procedure_key", "channel", "opened_on"], name="applications_case_channel"),
            models.Index(fields=["file_reference"], name="applications_case_file"),
            models.Index(
                fields=["sort_name", "id"],
                opclasses=["varchar_pattern_ops", "uuid_ops"],
                name="applications_case_name",
            ),
            models.Index(
                fields=["spoken_name", "id"],
                opclasses=["varchar_pattern_ops", "uuid_ops"],
                name="applications_case_spoken",
            ),
            models.Index(fields=["opened_at", "id"], name="applications_case_newest"),
        ]


class Need(models.Model):
    """What a procedure still has to fill, such as the posts of a polling board: area, place, function, number."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    procedure_key = models.CharField(max_length=60)
    occasion = models.CharField(max_length=60)
    area = models.CharField(max_length=60)
    place = models.CharField(max_length=200)
    function = models.CharField(max_length=60)
    required = models.PositiveIntegerField()
    filled = models.PositiveIntegerField(default=0)
    detail = models.JSONField(default=dict, help_text="Was der Bescheid über den Ort sagt")

    class Meta:
        verbose_name = "Bedarf"
        verbose_name_plural = "Bedarfe"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure_key", "occasion", "area", "place", "function"],
                name="applications_need_once",
            ),
            models.CheckConstraint(
                condition=Q(filled__lte=F("required")), name="applications_need_not_overfull"
            ),
        ]


class Allocation(models.Model):
    """A case fills one place of a need; released when the person withdraws."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="allocation")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="allocations")
    allocated_at = models.DateTimeField()


class NoticeStatus(models.TextChoices):
    """From draft to delivery."""

    DRAFT = "draft", "Entwurf"
    RETURNED = "returned", "Zurückgegeben"
    SIGNED = "signed", "Schlussgezeichnet"
    DELIVERED = "delivered", "Bekannt gegeben"


class Notice(models.Model):
    """A notice (Bescheid, §§ 35 ff. VwVfG NRW). Nobody signs what they drafted: the database refuses it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT)
    data = models.JSONField(help_text="Was der Brief sagt, ohne Unterschrift")
    drafted_by = models.UUIDField(null=True)
    drafted_by_label = models.CharField(max_length=200)
    drafted_at = models.DateTimeField()
    signed_by = models.UUIDField(null=True)
    signed_by_label = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.CharField(max_length=10, blank=True)
    sha512 = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = "Bescheid"
        verbose_name_plural = "Bescheide"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(signed_by=F("drafted_by")),
                name="applications_notice_four_eyes",
            ),
        ]
        indexes = [models.Index(fields=["case", "-drafted_at"], name="applications_notice_newest")]


class Question(models.Model):
    """A question of the office and the answer to it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(max_length=4000)
    asked_by_label = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due = models.DateField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Rückfrage"
        verbose_name_plural = "Rückfragen"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="applications_one_open_question"
            )
        ]
