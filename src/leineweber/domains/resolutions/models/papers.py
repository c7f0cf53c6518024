"""Decision papers: what is proposed, what it costs, who is asked, and each version that went out."""

from __future__ import annotations

from django.db import models

from leineweber.domains.resolutions.models.responsibilities import DecisionKind
from leineweber.kernel import ids
from leineweber.people.organisation.models import Committee


class PaperStatus(models.TextChoices):
    """Where a paper stands."""

    DRAFT = "draft", "Entwurf"
    COSIGNING = "cosigning", "in Mitzeichnung"
    RETURNED = "returned", "zurückgegeben"
    CLEARED = "cleared", "wartet auf Entscheidung"
    DECIDED = "decided", "entschieden"
    WITHDRAWN = "withdrawn", "zurückgezogen"


class DecisionPaper(models.Model):
    """A paper (Beschlussvorlage). `revision` counts submissions; `version` guards against two who write at once.

    `subject` is the thing decided about as `kind:id`, empty if it is none of the program; `effect` is one of those
    its kind offers. `facts` are copied from the thing and frozen when the paper is submitted.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    number = models.CharField("Vorlagennummer", max_length=40, blank=True)
    title = models.CharField("Titel", max_length=200)
    kind = models.ForeignKey(DecisionKind, on_delete=models.PROTECT, related_name="papers")
    body = models.ForeignKey(Committee, null=True, on_delete=models.PROTECT, related_name="papers")
    subject = models.CharField(max_length=80, blank=True)
    subject_title = models.CharField(max_length=300, blank=True)
    effect = models.CharField(max_length=40, blank=True)
    effect_label = models.CharField(max_length=120, blank=True)
    author_id = models.UUIDField()
    author_label = models.CharField(max_length=200)
    unit_path = models.CharField(max_length=400)
    unit_label = models.CharField(max_length=300)
    status = models.CharField(max_length=9, choices=PaperStatus.choices, default=PaperStatus.DRAFT)
    restricted = models.BooleanField("nur für Gremium und Beteiligte", default=False)
    proposal = models.TextField("Beschlussvorschlag")
    reasons = models.TextField("Sachverhalt und Begründung", blank=True)
    alternatives = models.JSONField(default=list)
    funding = models.TextField("Finanzierung", blank=True)
    assessment = models.TextField("Wirtschaftlichkeit", blank=True)
    facts = models.JSONField(default=list)
    facts_at = models.DateTimeField(null=True)
    statements = models.JSONField("erbetene Stellungnahmen", default=list)
    cosigners = models.JSONField("mitzeichnende Einheiten (Pfade)", default=list)
    revision = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    search_text = models.TextField(editable=False)

    class Meta:
        verbose_name = "Beschlussvorlage"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="resolutions_paper_number"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="resolutions_paper_status"),
            models.Index(fields=["subject"], name="resolutions_paper_subject"),
        ]


class PaperCost(models.Model):
    """What a paper costs in a fiscal year, in euros."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    paper = models.ForeignKey(DecisionPaper, on_delete=models.CASCADE, related_name="costs")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["paper", "year"], name="resolutions_cost_once")]


class PaperVersion(models.Model):
    """A paper as it was submitted: its whole content, never changed; `outcome` says what became of it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    paper = models.ForeignKey(DecisionPaper, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=200)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "revision"], name="resolutions_version_once"),
        ]


class PartKind(models.TextChoices):
    """What somebody is asked for."""

    STATEMENT = "statement", "Stellungnahme"
    COSIGN = "cosign", "Mitzeichnung"
    FINAL = "final", "Schlusszeichnung"


class Verdict(models.TextChoices):
    """What came of a part; `silent` is what the deadline made of it."""

    OPEN = "", "steht aus"
    AGREED = "agreed", "einverstanden"
    NOTES = "notes", "einverstanden mit Hinweisen"
    OBJECTED = "objected", "Einwände"
    SIGNED = "signed", "gezeichnet"
    RETURNED = "returned", "zurückgegeben"
    SILENT = "silent", "Frist abgelaufen"
    DROPPED = "dropped", "entfallen"


class PaperPart(models.Model):
    """A statement or signature on one submission of a paper; its rule is copied as it was then.

    `element` is the task's id in the process of the submission.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    paper = models.ForeignKey(DecisionPaper, on_delete=models.CASCADE, related_name="parts")
    revision = models.PositiveSmallIntegerField()
    element = models.CharField(max_length=60)
    part = models.CharField(max_length=9, choices=PartKind.choices)
    label = models.CharField(max_length=200)
    role = models.CharField(max_length=80)
    unit_path = models.CharField(max_length=400)
    legal_basis = models.CharField(max_length=200, blank=True)
    period_days = models.PositiveSmallIntegerField()
    silence = models.CharField(max_length=6, blank=True)
    objection = models.CharField(max_length=7, blank=True)
    due = models.DateField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.OPEN, blank=True)
    text = models.TextField(blank=True)
    by_id = models.UUIDField(null=True)
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "revision", "element"], name="resolutions_part_once"),
        ]
