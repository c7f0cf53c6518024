"""Mandates: from the idea to the decision."""

from __future__ import annotations

from django.db import models

from leineweber.domains.portfolio.models.projects import Project
from leineweber.kernel import ids


class Mandate(models.Model):
    """A project mandate (Projektauftrag). `answers` holds what was typed, by field; ids and dates as text."""

    class Status(models.TextChoices):
        """Where a mandate stands."""

        IDEA = "idea", "Idee"
        DRAFT = "draft", "Entwurf"
        SUBMITTED = "submitted", "eingereicht"
        APPROVED = "approved", "genehmigt"
        REJECTED = "rejected", "abgelehnt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    number = models.CharField("Nummer", max_length=20, unique=True)
    title = models.CharField("Titel", max_length=200)
    status = models.CharField("Stand", max_length=9, choices=Status.choices, default=Status.DRAFT)
    author_id = models.UUIDField(null=True, db_index=True)
    author_name = models.CharField(max_length=250)
    unit_path = models.CharField(max_length=400, blank=True)
    answers = models.JSONField(default=dict)
    created = models.DateField()
    submitted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=250, blank=True)
    reason = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    resolution = models.CharField(max_length=60, blank=True)
    project = models.OneToOneField(Project, null=True, on_delete=models.PROTECT, related_name="mandate")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Projektauftrag"
        verbose_name_plural = "Projektaufträge"
        ordering = ["-number"]
        indexes = [models.Index(fields=["status", "-number"], name="portfolio_mandates")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
