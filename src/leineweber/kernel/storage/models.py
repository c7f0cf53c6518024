"""What is kept: a row per stored file, and the files that may be swept."""

from __future__ import annotations

from django.db import models


class StoredBlob(models.Model):
    """A stored file. Rooms that keep files point here, so that none in use can be removed."""

    sha512 = models.CharField(max_length=128, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    created = models.DateTimeField()

    class Meta:
        db_table = "storage_blob"
        verbose_name = "Abgelegte Datei"
        verbose_name_plural = "Abgelegte Dateien"


class SweepCandidate(models.Model):
    """A file no row names. It is removed a day after it was found, unless it is stored again before."""

    sha512 = models.CharField(max_length=128, primary_key=True)
    found = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "Verwaiste Datei"
        verbose_name_plural = "Verwaiste Dateien"
