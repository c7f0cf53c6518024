"""Meetings: agenda, who was there, minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.domains.resolutions.models.papers import DecisionPaper
from leineweber.kernel import ids
from leineweber.kernel.storage.models import StoredBlob
from leineweber.people.organisation.models import Committee, Membership, Person


class Meeting(models.Model):
    """A meeting of a board. `sequence` counts what invited people must know anew (RFC 5545, SEQUENCE)."""

    class Status(models.TextChoices):
        """Where the meeting stands."""

        PLANNED = "planned", "geplant"
        INVITED = "invited", "eingeladen"
        HELD = "held", "eröffnet"
        CLOSED = "closed", "abgeschlossen"
        CANCELLED = "cancelled", "abgesagt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField("Beginn")
    ends_at = models.DateTimeField("Ende")
    place = models.CharField("Ort", max_length=200)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PLANNED)
    sequence = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField("eingeladen am", null=True)
    quorate = models.BooleanField("beschlussfähig", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Sitzung"
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="resolutions_meeting_period"
            ),
        ]
        indexes = [models.Index(fields=["committee", "-starts_at"], name="resolutions_meeting_of")]


class AgendaItem(models.Model):
    """A point of the agenda, perhaps with a paper; what came of it stands in `outcome` and `record`.

    `minutes_of` is the meeting whose minutes are to be approved.
    """

    class Kind(models.TextChoices):
        """What is to be done."""

        DECISION = "decision", "Beschluss"
        DISCUSSION = "discussion", "Beratung"
        INFORMATION = "information", "Kenntnisnahme"
        MINUTES = "minutes", "Genehmigung der Niederschrift"

    class Outcome(models.TextChoices):
        """What came of it."""

        OPEN = "", "noch offen"
        ADOPTED = "adopted", "angenommen"
        REJECTED = "rejected", "abgelehnt"
        POSTPONED = "postponed", "vertagt"
        RETURNED = "returned", "an die Verfasserin oder den Verfasser zurückgegeben"
        NOTED = "noted", "zur Kenntnis genommen"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("Thema", max_length=200)
    kind = models.CharField("Art", max_length=11, choices=Kind.choices, default=Kind.DECISION)
    minutes = models.PositiveSmallIntegerField("Dauer in Minuten", default=15)
    paper = models.ForeignKey(DecisionPaper, null=True, on_delete=models.PROTECT, related_name="agenda_items")
    minutes_of = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.TextField("Niederschrift zum Punkt", blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN, blank=True)

    class Meta:
        verbose_name = "Tagesordnungspunkt"
        ordering = ["meeting", "position", "id"]


class Attendance(models.Model):
    """Whether somebody was at a meeting, with the function she had that day."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=8, choices=Membership.Function.choices)
    present = models.BooleanField()

    class Meta:
        verbose_name = "Anwesenheit"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="resolutions_attended_once"),
        ]


class Minutes(models.Model):
    """The minutes of a meeting: a draft, then approved in a later meeting and frozen as a PDF."""

    meeting = models.OneToOneField(
        Meeting, primary_key=True, on_delete=models.PROTECT, related_name="minutes_text"
    )
    text = models.TextField("Verlauf", blank=True)
    author_label = models.CharField(max_length=200)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_in = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="+")
    blob = models.ForeignKey(
        StoredBlob, null=True, on_delete=models.PROTECT, related_name="+", db_column="sha512"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Niederschrift"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_in__isnull=True, blob__isnull=True)
                | Q(approved_at__isnull=False, approved_in__isnull=False, blob__isnull=False),
                name="resolutions_minutes_approved_whole",
            ),
        ]
