"""What is kept: figures with their settings, their readings by day, entries by hand, formulas, overrides of lights."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids

LIGHTS = (("green", "auf Kurs"), ("yellow", "knapp"), ("red", "gefährdet"))
QUALITIES = (("complete", "vollständig"), ("estimated", "geschätzt"), ("provisional", "vorläufig"))
SHAPES = (("linear", "gleichmäßig"), ("steps", "in Stufen"), ("table", "nach Stützwerten"))


class KeptIndicator(models.Model):
    """A figure as the city keeps it: settings of every kind; label, unit and so on of those that no room computes.

    Of a figure that a room computes the room says what it is; an owner kept here goes before the room's.
    """

    class Kind(models.TextChoices):
        """Where values come from."""

        LIVE = "live", "gemessen"
        MANUAL = "manual", "von Hand"
        FORMULA = "formula", "berechnet"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=4, blank=True)
    definition = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    refresh_days = models.PositiveSmallIntegerField(default=1)
    tolerance_share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    tolerance_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    shape = models.CharField(max_length=8, choices=SHAPES, blank=True)
    points = models.JSONField(default=list, help_text="Sollpfad: Paare aus Tag und Wert, beide als Text")
    expression = models.TextField(blank=True)
    inputs = models.JSONField(default=dict, help_text="Namen der Formel → Schlüssel der Kennzahlen")
    version = models.PositiveIntegerField(default=1)
    retired_on = models.DateField(null=True)

    class Meta:
        verbose_name = "Kennzahl"
        verbose_name_plural = "Kennzahlen"


class DailyReading(models.Model):
    """What a figure said at the end of a day; `value` is null where there was nothing to compute from."""

    id = models.BigAutoField(primary_key=True)
    indicator = models.ForeignKey(KeptIndicator, on_delete=models.PROTECT, related_name="readings")
    on = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    target = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    quality = models.CharField(max_length=12, choices=QUALITIES)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = "Tageswert"
        verbose_name_plural = "Tageswerte"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "on"], name="indicators_reading_once_a_day")
        ]


class ManualEntry(models.Model):
    """A value somebody typed. A correction is an entry of its own with the next revision; the old one stays.

    The database refuses to change or remove entries (migration 0002).
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    indicator = models.ForeignKey(KeptIndicator, on_delete=models.PROTECT, related_name="entries")
    on = models.DateField()
    revision = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=20, decimal_places=4)
    quality = models.CharField(max_length=12, choices=QUALITIES)
    source = models.CharField(max_length=300)
    reason = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    entered_by_id = models.UUIDField(null=True)
    entered_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Eintrag von Hand"
        verbose_name_plural = "Einträge von Hand"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "on", "revision"], name="indicators_entry_revision"),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="indicators_correction_reason"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="indicators_entry_source"),
        ]


class FormulaVersion(models.Model):
    """A formula as it was saved once."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    indicator = models.ForeignKey(KeptIndicator, on_delete=models.PROTECT, related_name="formulas")
    number = models.PositiveIntegerField()
    expression = models.TextField()
    inputs = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Fassung einer Formel"
        verbose_name_plural = "Fassungen von Formeln"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicators_formula_version")
        ]


class LightOverride(models.Model):
    """A traffic light somebody set for a time and a reason, against what the figure says."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    indicator = models.ForeignKey(KeptIndicator, on_delete=models.PROTECT, related_name="overrides")
    light = models.CharField(max_length=6, choices=LIGHTS)
    reason = models.TextField()
    start = models.DateField()
    until = models.DateField(db_index=True, help_text="Letzter Tag")
    set_at = models.DateTimeField()
    set_by_id = models.UUIDField(null=True)
    set_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True, help_text="Erster Tag, an dem sie nicht mehr gilt")
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "Übersteuerung"
        verbose_name_plural = "Übersteuerungen"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(ended_at__isnull=True), name="indicators_override_one"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("start")), name="indicators_override_period"),
            models.CheckConstraint(condition=~Q(reason=""), name="indicators_override_reason"),
        ]
