"""What is kept: scenarios with their limits, and runs with frozen inputs and what came out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leineweber.kernel import ids


class Scenario(models.Model):
    """A question to the choice (Szenario): limits over some years, and wishes for single projects.

    `limits` is JSON as `model.limits_to_json` writes it, `wishes` maps a project's id to `must` or `out`. `version`
    grows with every change: whoever saves names the one that was read.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    title = models.CharField(max_length=120)
    question = models.TextField(max_length=2000, blank=True)
    limits = models.JSONField()
    wishes = models.JSONField(default=dict)
    seconds = models.PositiveSmallIntegerField(default=20)
    gap = models.DecimalField(max_digits=5, decimal_places=4)
    version = models.PositiveIntegerField(default=1)
    author = models.CharField(max_length=200)
    created = models.DateTimeField()
    changed = models.DateTimeField(db_index=True)
    adopted = models.DateTimeField(null=True)
    adopted_by = models.CharField(max_length=200, blank=True)
    adopted_run = models.ForeignKey("Run", on_delete=models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "Szenario"
        verbose_name_plural = "Szenarien"
        ordering = ["-changed", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(adopted__isnull=True, adopted_run__isnull=True)
                | Q(adopted__isnull=False, adopted_run__isnull=False),
                name="choice_adopted_with_run",
            ),
            models.CheckConstraint(condition=Q(seconds__gte=1, seconds__lte=300), name="choice_seconds"),
            models.CheckConstraint(condition=Q(gap__gte=0, gap__lt=1), name="choice_gap"),
        ]


class RunState(models.TextChoices):
    """Where a run is."""

    WAITING = "waiting", "wartet"
    RUNNING = "running", "rechnet"
    DONE = "done", "fertig"
    IMPOSSIBLE = "impossible", "nicht erfüllbar"
    UNKNOWN = "unknown", "nichts gefunden"
    CANCELLED = "cancelled", "abgebrochen"
    FAILED = "failed", "gescheitert"


OPEN_STATES = (RunState.WAITING, RunState.RUNNING)


class Run(models.Model):
    """One computation of a scenario (Rechnung): inputs frozen with their hash, then what came out, step by step.

    `inputs` is JSON as `model.to_json` writes it and never changes; `step` is what is done now or next; `result`,
    `more`, `front` and `reasons` are the answers of the solver.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    seconds = models.PositiveSmallIntegerField()
    gap_wanted = models.DecimalField(max_digits=5, decimal_places=4)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    step = models.CharField(max_length=10, default="solve")
    attempts = models.PositiveSmallIntegerField(default=0)
    author = models.CharField(max_length=200)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    benefit = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    bound = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    money = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    chosen = models.PositiveIntegerField(null=True)
    result = models.JSONField(null=True)
    more = models.JSONField(null=True)
    front = models.JSONField(null=True)
    reasons = models.JSONField(default=dict)

    class Meta:
        verbose_name = "Rechnung"
        verbose_name_plural = "Rechnungen"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "number"], name="choice_run_number"),
            models.UniqueConstraint(
                fields=["scenario"],
                condition=Q(state__in=["waiting", "running"]),
                name="choice_one_open_run",
            ),
        ]
