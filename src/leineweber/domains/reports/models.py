"""What is kept: drafts of half-year reports, and reports that are frozen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leineweber.kernel import ids


class ReportDraft(models.Model):
    """A half-year report in the making; one per half-year. It is gone once it is frozen or thrown away."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    texts = models.JSONField(default=dict, help_text="Abschnitt → Text")
    figures = models.JSONField(default=list, help_text="Schlüssel der Kennzahlen")
    goals = models.JSONField(default=list, help_text="Verweise auf Ziele")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Entwurf eines Halbjahresberichts"
        verbose_name_plural = "Entwürfe von Halbjahresberichten"
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="reports_draft_once"),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="reports_draft_half"),
        ]


class FrozenReport(models.Model):
    """A half-year report for good. `content` is canonical JSON, `sha512` the seal over its bytes.

    The database refuses to change, replace or remove a row (migration 0002). A mistake is mended by a further edition.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    content = models.TextField()
    sha512 = models.CharField(max_length=128)
    pdf_sha512 = models.CharField(max_length=128)
    frozen_at = models.DateTimeField()
    frozen_by_id = models.UUIDField(null=True)
    frozen_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Halbjahresbericht"
        verbose_name_plural = "Halbjahresberichte"
        constraints = [
            models.UniqueConstraint(fields=["year", "half", "edition"], name="reports_edition_once"),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="reports_half"),
        ]
