"""What is kept: events, and the deliveries still owed."""

from __future__ import annotations

from django.db import models


class StoredEvent(models.Model):
    """Something that happened, as it was told in its transaction."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=80, db_index=True)
    payload = models.JSONField(default=dict)
    actor_label = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Ereignis"
        verbose_name_plural = "Ereignisse"


class Delivery(models.Model):
    """An event that one subscriber is still owed. The row goes when the handler's transaction commits."""

    class Status(models.TextChoices):
        """Waiting for its turn, or given up and shown to an operator."""

        WAITING = "waiting", "wartet"
        FAILED = "failed", "fehlgeschlagen"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(StoredEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    subject = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "Zustellung"
        verbose_name_plural = "Zustellungen"
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="events_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["status", "due", "id"], name="events_delivery_due"),
            models.Index(fields=["subscriber", "subject", "id"], name="events_delivery_order"),
        ]
