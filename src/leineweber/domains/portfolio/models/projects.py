"""Projects and their plan: phases with gates, activities in an outline, dependencies. All days are inclusive."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


def period(name: str) -> models.CheckConstraint:
    """Return the constraint that a thing does not end before it begins."""
    return models.CheckConstraint(condition=Q(end__gte=F("start")), name=name)


class Project(models.Model):
    """A project (Vorhaben). `unit_path` is whose it is, `lead_id` the person who leads it, `version` locks its form."""

    class Kind(models.TextChoices):
        """The type of a project; each has a template."""

        SOFTWARE = "software", "Einführung einer Software"
        SERVICE = "service", "Neuer Online-Dienst"
        ORGANISATION = "organisation", "Organisation und Regeln"

    class Status(models.TextChoices):
        """Where a project stands."""

        PLANNED = "planned", "geplant"
        RUNNING = "running", "läuft"
        PAUSED = "paused", "ruht"
        CLOSED = "closed", "abgeschlossen"
        STOPPED = "stopped", "abgebrochen"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    number = models.CharField("Nummer", max_length=20, unique=True)
    title = models.CharField("Titel", max_length=200)
    kind = models.CharField("Art", max_length=12, choices=Kind.choices)
    status = models.CharField("Stand", max_length=8, choices=Status.choices, default=Status.PLANNED)
    purpose = models.TextField("Zweck")
    result = models.TextField("Ergebnis", blank=True)
    unit_path = models.CharField("Einheit (Pfad)", max_length=400, db_index=True)
    unit_name = models.CharField("Einheit", max_length=250)
    lead_id = models.UUIDField("Projektleitung", null=True, db_index=True)
    lead_name = models.CharField("Projektleitung (Name)", max_length=250, blank=True)
    sponsor_id = models.UUIDField("Auftrag durch", null=True)
    sponsor_name = models.CharField("Auftrag durch (Name)", max_length=250, blank=True)
    field = models.CharField("Handlungsfeld", max_length=80, blank=True)
    start = models.DateField("Beginn")
    end = models.DateField("Ende")
    must = models.BooleanField("Pflicht", default=False)
    earliest = models.DateField("frühester Beginn", null=True)
    latest = models.DateField("spätester Beginn", null=True)
    score = models.DecimalField("Nutzenpunkte", max_digits=6, decimal_places=2, default=Decimal(0))
    funding = models.CharField("Finanzierung", max_length=300, blank=True)
    budget_released = models.DecimalField(
        "freigegebenes Budget", max_digits=14, decimal_places=2, default=Decimal(0)
    )
    tolerance_days = models.PositiveSmallIntegerField("Toleranz Zeit (Tage)", default=30)
    tolerance_cost = models.DecimalField(
        "Toleranz Kosten (Prozent)", max_digits=5, decimal_places=2, default=Decimal(10)
    )
    tolerance_scope = models.DecimalField(
        "Toleranz Umfang (Prozent)", max_digits=5, decimal_places=2, default=Decimal(10)
    )
    resolution = models.CharField("Beschluss", max_length=60, blank=True)
    start_source = models.CharField("Quelle des Beginns", max_length=120, blank=True)
    closed_on = models.DateField("abgeschlossen am", null=True)
    search_text = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Vorhaben"
        verbose_name_plural = "Vorhaben"
        ordering = ["number"]
        constraints = [period("portfolio_project_period")]
        indexes = [models.Index(fields=["status", "end"], name="portfolio_by_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ProjectPart(models.Model):
    """What belongs to one project and is edited by itself; `version` is what an open form was made of."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="%(class)s_rows")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Phase(ProjectPart):
    """A phase; at its end stands a gate, a decision with conditions."""

    class Gate(models.TextChoices):
        """How the gate stands."""

        OPEN = "open", "offen"
        PASSED = "passed", "bestanden"
        CONDITIONAL = "conditional", "mit Auflagen bestanden"
        REFUSED = "refused", "nicht bestanden"

    position = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    name = models.CharField("Name", max_length=200)
    start = models.DateField("Beginn")
    end = models.DateField("Ende")
    gate = models.CharField("Gate", max_length=11, choices=Gate.choices, default=Gate.OPEN)

    class Meta:
        verbose_name = "Phase"
        verbose_name_plural = "Phasen"
        ordering = ["position", "start", "id"]
        constraints = [period("portfolio_phase_period")]
        indexes = [models.Index(fields=["project", "gate", "end"], name="portfolio_gates_due")]


class GateCondition(ProjectPart):
    """A condition of a gate; who found it met, and when. `imposed` ones came with a decision (Auflage)."""

    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="conditions")
    text = models.CharField("Bedingung", max_length=300)
    met = models.BooleanField("erfüllt", default=False)
    met_by = models.CharField(max_length=250, blank=True)
    met_on = models.DateField(null=True)
    imposed = models.BooleanField("Auflage", default=False)

    class Meta:
        verbose_name = "Bedingung"
        verbose_name_plural = "Bedingungen"
        ordering = ["imposed", "id"]


class GateDecision(models.Model):
    """A decision about a gate: outcome, by whom, why. Rows are only added; the last one counts."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=11, choices=Phase.Gate.choices)
    reason = models.TextField(blank=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=250)
    on = models.DateField()

    class Meta:
        verbose_name = "Gate-Entscheidung"
        verbose_name_plural = "Gate-Entscheidungen"
        ordering = ["-id"]


class Activity(ProjectPart):
    """A work package or a milestone in the outline; a milestone begins and ends on one day.

    `budget` is the part of the budget that is earned with the activity, `progress` in percent.
    """

    class Kind(models.TextChoices):
        """What an activity is."""

        PACKAGE = "package", "Arbeitspaket"
        MILESTONE = "milestone", "Meilenstein"

    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    phase = models.ForeignKey(Phase, null=True, on_delete=models.SET_NULL, related_name="activities")
    position = models.PositiveIntegerField("Reihenfolge", default=1)
    kind = models.CharField("Art", max_length=9, choices=Kind.choices, default=Kind.PACKAGE)
    name = models.CharField("Name", max_length=200)
    start = models.DateField("Beginn")
    end = models.DateField("Ende")
    progress = models.PositiveSmallIntegerField("Fortschritt (Prozent)", default=0)
    budget = models.DecimalField("Budgetanteil", max_digits=14, decimal_places=2, default=Decimal(0))
    responsible = models.CharField("Zuständig", max_length=250, blank=True)

    class Meta:
        verbose_name = "Arbeitspaket"
        verbose_name_plural = "Arbeitspakete und Meilensteine"
        ordering = ["position", "id"]
        constraints = [
            period("portfolio_activity_period"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="portfolio_activity_progress"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="portfolio_activity_budget"),
            models.CheckConstraint(
                condition=~Q(kind="milestone") | Q(start=F("end")), name="portfolio_milestone_one_day"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="portfolio_activity_not_own_parent"),
        ]
        indexes = [models.Index(fields=["project", "kind", "end"], name="portfolio_activity_due")]

    def __str__(self) -> str:
        return self.name


class Dependency(ProjectPart):
    """A dependency between two activities of a project; `lag` in calendar days, negative for an overlap."""

    class Kind(models.TextChoices):
        """Which end of the predecessor holds which end of the successor."""

        FS = "FS", "Ende–Anfang (EA)"
        SS = "SS", "Anfang–Anfang (AA)"
        FF = "FF", "Ende–Ende (EE)"
        SF = "SF", "Anfang–Ende (AE)"

    predecessor = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="followers")
    successor = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="needs")
    kind = models.CharField("Art", max_length=2, choices=Kind.choices, default=Kind.FS)
    lag = models.SmallIntegerField("Abstand (Tage)", default=0)

    class Meta:
        verbose_name = "Abhängigkeit"
        verbose_name_plural = "Abhängigkeiten"
        ordering = ["predecessor__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="portfolio_dependency_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="portfolio_dependency_on_another"
            ),
        ]
