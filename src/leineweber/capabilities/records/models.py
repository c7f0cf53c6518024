"""What is kept: the file plan, files, sub-files, documents and their versions.

Triggers (migration 0002) refuse documents and versions for a closed sub-file, its re-opening, and any change
to a version.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids
from leineweber.kernel.storage.models import StoredBlob


class Disposal(models.TextChoices):
    """What happens after retention (ArchivG NRW §§ 4, 10)."""

    OFFER = "offer", "dem Archiv anbieten"
    DESTROY = "destroy", "vernichten (Archiv hat verzichtet)"
    KEEP = "keep", "dauernd aufbewahren"


class FilePlanEntry(models.Model):
    """An entry of the file plan (Aktenplan); its parent is the entry whose code is the longest beginning."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    retention_years = models.PositiveSmallIntegerField(null=True)
    disposal = models.CharField(max_length=8, choices=Disposal.choices, default=Disposal.OFFER)
    legal_base = models.CharField(max_length=300, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = "Aktenplaneintrag"
        verbose_name_plural = "Aktenplaneinträge"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retention_years__isnull=False) | Q(disposal="keep"),
                name="records_plan_kept_for_ever_or_years",
            ),
        ]


class RecordFile(models.Model):
    """A file (Akte): one per file plan entry and year. `last_number` is the counter of its sub-files."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    entry = models.ForeignKey(FilePlanEntry, on_delete=models.PROTECT, related_name="files")
    year = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    last_number = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = "Akte"
        verbose_name_plural = "Akten"
        constraints = [models.UniqueConstraint(fields=["entry", "year"], name="records_file_once")]


class SubFile(models.Model):
    """A sub-file (Vorgang) about one thing, named by its reference. `last_number` counts its documents."""

    class Status(models.TextChoices):
        """Growing, or closed for good."""

        OPEN = "open", "offen"
        CLOSED = "closed", "zu den Akten"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    file = models.ForeignKey(RecordFile, on_delete=models.PROTECT, related_name="subfiles")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=50, unique=True)
    title = models.CharField(max_length=300)
    subject = models.CharField(max_length=80, unique=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    last_number = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed_on = models.DateField(null=True)
    retention_end = models.DateField(null=True)

    class Meta:
        verbose_name = "Vorgang"
        verbose_name_plural = "Vorgänge"
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="records_subfile_number_once"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on__isnull=True, retention_end__isnull=True)
                | Q(status="closed", closed_on__isnull=False),
                name="records_subfile_closed_with_day",
            ),
            models.CheckConstraint(
                condition=Q(retention_end__isnull=True) | Q(retention_end__gte=F("closed_on")),
                name="records_subfile_retention_after_closing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["retention_end"], condition=Q(status="closed"), name="records_subfile_retention"
            ),
        ]


class Document(models.Model):
    """A document of a sub-file in its place; `on` is the day it bears, `filed_at` when it was filed."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    subfile = models.ForeignKey(SubFile, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=30)
    on = models.DateField()
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Dokument"
        verbose_name_plural = "Dokumente"
        constraints = [
            models.UniqueConstraint(fields=["subfile", "number"], name="records_document_number_once")
        ]


class DocumentVersion(models.Model):
    """A state of a document: the stored file it was then. Written once."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(StoredBlob, on_delete=models.PROTECT, related_name="+", db_column="sha512")
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="records_version_number_once")
        ]
