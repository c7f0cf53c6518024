"""What is kept: services and the life situations that lead to them."""

from __future__ import annotations

from django.db import models

from leineweber.kernel import ids


class LifeSituation(models.Model):
    """A situation in life or business (Lebenslage, Unternehmenslage; OZG-Umsetzungskatalog)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    titles = models.JSONField(help_text="Titel je Sprache")
    topic_area = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "Lebenslage"
        verbose_name_plural = "Lebenslagen"
        ordering = ["position", "slug"]


class Service(models.Model):
    """A service of the catalogue (Leistung, LeiKa). `texts` holds its description per language."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.CharField(max_length=40, help_text="LeiKa-Schlüssel oder eigener Schlüssel")
    slug = models.SlugField(max_length=60, unique=True)
    texts = models.JSONField()
    situations = models.ManyToManyField(LifeSituation, related_name="services", blank=True)
    procedure_key = models.CharField(max_length=60, blank=True, db_index=True)
    online = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=100, help_text="Kleine Zahlen stehen vorn")

    class Meta:
        verbose_name = "Leistung"
        verbose_name_plural = "Leistungen"
        ordering = ["position", "slug"]
