"""Money, people and benefits: costs by year, kind and stage; need and capacity by skill and post; benefits."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from leineweber.domains.portfolio.models.projects import ProjectPart
from leineweber.kernel import ids


class Cost(ProjectPart):
    """An amount in euros: planned, committed (Obligo) or actual (Ist) in a fiscal year, by kind."""

    class Stage(models.TextChoices):
        """How firm the amount is."""

        PLANNED = "planned", "geplant"
        COMMITTED = "committed", "beauftragt (Obligo)"
        ACTUAL = "actual", "bezahlt (Ist)"

    class Kind(models.TextChoices):
        """What the money is for."""

        STAFF = "staff", "Personal"
        EXTERNAL = "external", "Externe Leistungen"
        LICENCE = "licence", "Lizenzen"
        HARDWARE = "hardware", "Technik"
        OPERATION = "operation", "Betrieb und Pflege"
        TRAINING = "training", "Schulung"

    year = models.PositiveSmallIntegerField("Haushaltsjahr")
    kind = models.CharField("Kostenart", max_length=9, choices=Kind.choices)
    stage = models.CharField("Stand", max_length=9, choices=Stage.choices)
    amount = models.DecimalField("Betrag", max_digits=14, decimal_places=2)
    booked_on = models.DateField("gebucht am", null=True)
    note = models.CharField("Bemerkung", max_length=300, blank=True)

    class Meta:
        verbose_name = "Kosten"
        verbose_name_plural = "Kosten"
        ordering = ["year", "kind", "stage", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="portfolio_cost_amount")]
        indexes = [models.Index(fields=["year", "stage"], name="portfolio_cost_by_year")]


class Skill(models.Model):
    """A skill (Fähigkeit) that projects need and posts have."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    name = models.CharField("Fähigkeit", max_length=80, unique=True)

    class Meta:
        verbose_name = "Fähigkeit"
        verbose_name_plural = "Fähigkeiten"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Capacity(models.Model):
    """How many days a year a post has for projects with a skill. A post, never a person: no view of performance."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="capacities")
    post_id = models.UUIDField("Stelle")
    post_title = models.CharField("Stelle (Name)", max_length=450)
    year = models.PositiveSmallIntegerField("Jahr")
    days = models.DecimalField("Tage im Jahr", max_digits=7, decimal_places=2)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Kapazität"
        verbose_name_plural = "Kapazitäten"
        ordering = ["year", "skill__name", "post_title"]
        constraints = [
            models.UniqueConstraint(fields=["skill", "post_id", "year"], name="portfolio_capacity_once"),
            models.CheckConstraint(condition=Q(days__gte=0), name="portfolio_capacity_days"),
        ]


class Need(ProjectPart):
    """Days of a skill that a project needs each month from the first month to the last, perhaps of a certain post."""

    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="demands")
    post_id = models.UUIDField("Stelle", null=True)
    post_title = models.CharField("Stelle (Name)", max_length=450, blank=True)
    first_month = models.DateField("erster Monat")
    last_month = models.DateField("letzter Monat")
    days = models.DecimalField("Tage je Monat", max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = "Bedarf"
        verbose_name_plural = "Bedarf"
        ordering = ["skill__name", "first_month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")), name="portfolio_need_period"
            ),
            models.CheckConstraint(condition=Q(days__gte=0), name="portfolio_need_days"),
        ]


class Benefit(ProjectPart):
    """What a project brings, with the indicator that shows it: key, baseline, target and the day to reach it."""

    title = models.CharField("Nutzen", max_length=200)
    beneficiary = models.CharField("Für wen", max_length=200, blank=True)
    indicator = models.CharField("Kennzahl", max_length=100, blank=True)
    baseline = models.DecimalField("Ausgangswert", max_digits=14, decimal_places=2, null=True)
    target = models.DecimalField("Zielwert", max_digits=14, decimal_places=2, null=True)
    unit = models.CharField("Einheit", max_length=40, blank=True)
    due = models.DateField("erreicht bis", null=True)
    yearly = models.DecimalField("Euro im Jahr", max_digits=14, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "Nutzen"
        verbose_name_plural = "Nutzen"
        ordering = ["due", "id"]
