"""What is kept: what the city chose to publish, since when, and until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


class Publication(models.Model):
    """A figure or a goal that everybody may see from `since` on; `until` is the day it was withdrawn, None: public.

    `key` is the key of an indicator, or the slug of a goal. A row stays when it is withdrawn: what was public once can
    be told later.
    """

    class Subject(models.TextChoices):
        """What is published."""

        INDICATOR = "indicator", "Kennzahl"
        GOAL = "goal", "Ziel"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    subject = models.CharField("Art", max_length=12, choices=Subject.choices)
    key = models.CharField("Schlüssel", max_length=100)
    title = models.CharField("Titel", max_length=200)
    note = models.TextField("Erläuterung", max_length=1000, blank=True)
    since = models.DateField("öffentlich seit")
    until = models.DateField("zurückgezogen am", null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Veröffentlichung"
        verbose_name_plural = "Veröffentlichungen"
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "key"], condition=Q(until__isnull=True), name="opendata_public_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="opendata_period"
            ),
        ]

    def __str__(self) -> str:
        return self.title
