"""What is kept beside the job rows of django-tasks: signs of life and the state of schedules."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """A worker's sign of life; a worker not seen for a minute, or whose process is gone, is dead.

    `seen` is written beside the work as well, `turned` only between two steps: it tells when the work last went on.
    """

    worker_id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started = models.DateTimeField()
    seen = models.DateTimeField(db_index=True)
    turned = models.DateTimeField(null=True)


class ScheduleState(models.Model):
    """When a schedule is due, how its last run went, and which worker is at it now (empty: none)."""

    name = models.CharField(max_length=100, primary_key=True)
    due = models.DateTimeField(db_index=True)
    last_run = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    runner = models.CharField(max_length=64, blank=True, default="", db_default="")
