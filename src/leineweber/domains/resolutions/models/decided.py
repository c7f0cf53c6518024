"""What was decided, by which votes, and what is to be done about it until when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leineweber.domains.resolutions.models.meetings import AgendaItem, Meeting
from leineweber.domains.resolutions.models.papers import DecisionPaper
from leineweber.kernel import ids
from leineweber.people.organisation.models import Committee, Person, Post


class NumberSeries(models.Model):
    """The last number given in a series and year; its row is locked while one is given, so none is left out."""

    series = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="resolutions_series_once"),
        ]


class Resolution(models.Model):
    """A resolution, numbered per body and year; in a meeting, or alone by who holds an office."""

    class Outcome(models.TextChoices):
        """What was decided."""

        ADOPTED = "adopted", "angenommen"
        REJECTED = "rejected", "abgelehnt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="resolutions")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField("Beschlussnummer", max_length=40, unique=True)
    on = models.DateField("Datum")
    title = models.CharField("Gegenstand", max_length=200)
    text = models.TextField("Wortlaut")
    conditions = models.TextField("Auflagen", blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    subject = models.CharField(max_length=80, blank=True)
    subject_title = models.CharField(max_length=300, blank=True)
    effect = models.CharField(max_length=40, blank=True)
    effect_label = models.CharField(max_length=120, blank=True)
    paper = models.ForeignKey(DecisionPaper, null=True, on_delete=models.PROTECT, related_name="resolutions")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="resolutions")
    item = models.OneToOneField(AgendaItem, null=True, on_delete=models.PROTECT, related_name="resolution")
    decided_by = models.CharField("entschieden von", max_length=200)
    yes = models.PositiveSmallIntegerField(null=True)
    no = models.PositiveSmallIntegerField(null=True)
    abstained = models.PositiveSmallIntegerField(null=True)
    chair_decided = models.BooleanField(default=False)
    by_name = models.BooleanField("namentlich", default=False)
    restricted = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    search_text = models.TextField(editable=False)

    class Meta:
        verbose_name = "Beschluss"
        ordering = ["-on", "-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "year", "serial"], name="resolutions_numbered_once"),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, yes__isnull=True, no__isnull=True, abstained__isnull=True)
                | Q(meeting__isnull=False, yes__isnull=False, no__isnull=False, abstained__isnull=False),
                name="resolutions_votes_in_meetings",
            ),
        ]
        indexes = [
            models.Index(fields=["-on", "-recorded_at", "-id"], name="resolutions_by_day"),
            models.Index(fields=["committee", "-on"], name="resolutions_by_body"),
            models.Index(fields=["subject"], name="resolutions_by_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class CastVote(models.Model):
    """How somebody voted; kept only where the vote was taken by name."""

    class Choice(models.TextChoices):
        """What one can say."""

        YES = "yes", "Ja"
        NO = "no", "Nein"
        ABSTAIN = "abstain", "Enthaltung"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    resolution = models.ForeignKey(Resolution, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=7, choices=Choice.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resolution", "person"], name="resolutions_one_vote")]


class FollowUp(models.Model):
    """What a resolution asks of a post until a day (Wiedervorlage); a task of its holder meanwhile."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="follow_ups")
    text = models.CharField("Auftrag", max_length=500)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    due = models.DateField("bis")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, blank=True)
    note = models.TextField("Vermerk", blank=True)

    class Meta:
        verbose_name = "Wiedervorlage"
        ordering = ["due", "id"]
        indexes = [
            models.Index(fields=["due"], condition=Q(done_at__isnull=True), name="resolutions_follow_open")
        ]
