"""What is kept: SMART goals and how each is measured."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


class SmartGoal(models.Model):
    """A SMART goal (smartes Ziel) of the strategy paper: specific, measurable, timed."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    field_of_action = models.CharField(max_length=200)
    responsible = models.CharField(max_length=200)
    procedure_key = models.CharField(max_length=60, blank=True)
    start = models.DateField()
    end = models.DateField()

    class Meta:
        verbose_name = "Smartes Ziel"
        verbose_name_plural = "Smarte Ziele"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="strategy_goal_period"),
        ]


class GoalMeasurement(models.Model):
    """An indicator by which a goal is measured. Without a target of its own the figure's need is the target."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    goal = models.ForeignKey(SmartGoal, on_delete=models.CASCADE, related_name="measurements")
    indicator = models.CharField(max_length=100)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "indicator"], name="strategy_measured_once"),
        ]
