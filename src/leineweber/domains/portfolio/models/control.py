"""Control: risks, issues, stakeholders, lessons; frozen baselines and reports; broken tolerances."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from leineweber.domains.portfolio.models.projects import Project, ProjectPart
from leineweber.kernel import ids

FIVE = [MinValueValidator(1), MaxValueValidator(5)]


class Risk(ProjectPart):
    """A risk: probability and effect from 1 to 5; their product orders the list."""

    class Status(models.TextChoices):
        """How a risk stands."""

        OPEN = "open", "offen"
        OCCURRED = "occurred", "eingetreten"
        CLOSED = "closed", "erledigt"

    title = models.CharField("Risiko", max_length=200)
    cause = models.CharField("Ursache", max_length=300, blank=True)
    probability = models.PositiveSmallIntegerField("Wahrscheinlichkeit", validators=FIVE)
    effect = models.PositiveSmallIntegerField("Auswirkung", validators=FIVE)
    response = models.CharField("Gegenmaßnahme", max_length=400, blank=True)
    owner = models.CharField("Zuständig", max_length=250, blank=True)
    due = models.DateField("bis", null=True)
    status = models.CharField("Stand", max_length=8, choices=Status.choices, default=Status.OPEN)

    class Meta:
        verbose_name = "Risiko"
        verbose_name_plural = "Risiken"
        ordering = ["status", "-probability", "-effect", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__range=(1, 5)) & Q(effect__range=(1, 5)), name="portfolio_risk_scale"
            )
        ]


class Issue(ProjectPart):
    """A problem that is there: how grave, who mends it, until when."""

    class Severity(models.TextChoices):
        """How grave."""

        LOW = "1", "gering"
        MEDIUM = "2", "mittel"
        HIGH = "3", "hoch"

    class Status(models.TextChoices):
        """Open or solved."""

        OPEN = "open", "offen"
        SOLVED = "solved", "gelöst"

    title = models.CharField("Problem", max_length=200)
    description = models.TextField("Beschreibung", blank=True)
    severity = models.CharField("Schwere", max_length=1, choices=Severity.choices, default=Severity.MEDIUM)
    owner = models.CharField("Zuständig", max_length=250, blank=True)
    due = models.DateField("bis", null=True)
    solution = models.CharField("Lösung", max_length=400, blank=True)
    status = models.CharField("Stand", max_length=6, choices=Status.choices, default=Status.OPEN)

    class Meta:
        verbose_name = "Problem"
        verbose_name_plural = "Probleme"
        ordering = ["status", "-severity", "id"]


class Stakeholder(ProjectPart):
    """Who is touched by the project: interest and influence from 1 to 3, and how they are brought in."""

    class Level(models.TextChoices):
        """Three steps."""

        LOW = "1", "gering"
        MEDIUM = "2", "mittel"
        HIGH = "3", "hoch"

    name = models.CharField("Gruppe oder Stelle", max_length=200)
    concern = models.CharField("Anliegen", max_length=300, blank=True)
    interest = models.CharField("Interesse", max_length=1, choices=Level.choices, default=Level.MEDIUM)
    influence = models.CharField("Einfluss", max_length=1, choices=Level.choices, default=Level.MEDIUM)
    involvement = models.CharField("Einbindung", max_length=300, blank=True)

    class Meta:
        verbose_name = "Beteiligte"
        verbose_name_plural = "Beteiligte"
        ordering = ["-influence", "-interest", "name"]


class Lesson(ProjectPart):
    """What was learnt, for those who come later; found across all projects."""

    topic = models.CharField("Thema", max_length=100)
    situation = models.TextField("Was geschah")
    recommendation = models.TextField("Was wir empfehlen")
    recorded_on = models.DateField("festgehalten am")
    search_text = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = "Erfahrung"
        verbose_name_plural = "Erfahrungen"
        ordering = ["-recorded_on", "-id"]


class Baseline(models.Model):
    """The plan as it was at a moment; the database refuses to change it (migration 0002)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="baselines")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    taken_on = models.DateField()
    by_name = models.CharField(max_length=250)
    end = models.DateField()
    budget = models.DecimalField(max_digits=14, decimal_places=2)
    packages = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        verbose_name = "Basisplan"
        verbose_name_plural = "Basispläne"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="portfolio_baseline_number"),
        ]


class StatusReport(models.Model):
    """A status report with its figures as they were; the database refuses to change it (migration 0002)."""

    class Light(models.TextChoices):
        """The traffic light that the lead gives."""

        GREEN = "green", "im Plan"
        YELLOW = "yellow", "gefährdet"
        RED = "red", "kritisch"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    light = models.CharField(max_length=6, choices=Light.choices)
    done = models.TextField()
    next_steps = models.TextField()
    needs_decision = models.TextField(blank=True)
    by_name = models.CharField(max_length=250)
    figures = models.JSONField()

    class Meta:
        verbose_name = "Statusbericht"
        verbose_name_plural = "Statusberichte"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="portfolio_report_number"),
        ]


class Breach(models.Model):
    """A tolerance that is broken: found by the program, ended by a decision or when it is kept again."""

    class Dimension(models.TextChoices):
        """What is out of bounds."""

        TIME = "time", "Zeit"
        COST = "cost", "Kosten"
        SCOPE = "scope", "Umfang"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="breaches")
    dimension = models.CharField(max_length=5, choices=Dimension.choices)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    limit = models.DecimalField(max_digits=14, decimal_places=2)
    raised_on = models.DateField()
    open = models.BooleanField(default=True)
    accepted_until = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    decision = models.TextField(blank=True)
    decided_by = models.CharField(max_length=250, blank=True)
    decided_on = models.DateField(null=True)

    class Meta:
        verbose_name = "Ausnahme"
        verbose_name_plural = "Ausnahmen"
        ordering = ["-open", "-raised_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "dimension"], condition=Q(open=True), name="portfolio_breach_once"
            ),
        ]
