"""What is kept: entries, and the vocabulary that forgives misspellings and takes compounds apart.

The terms of an entry are kept by the engine itself (migration 0002): on SQLite in the FTS5 table
`search_fts` with the entry's id as rowid, on PostgreSQL in the column `search_entry.terms`.
"""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """Something that can be found, in one language."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    ref = models.UUIDField()
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=8, choices=[("public", "öffentlich"), ("staff", "Beschäftigte")])
    scope = models.CharField(max_length=200, blank=True)
    roles = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    body = models.TextField(blank=True)

    class Meta:
        db_table = "search_entry"
        verbose_name = "Sucheintrag"
        verbose_name_plural = "Sucheinträge"
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "language"], name="search_entry_once"),
        ]


class Term(models.Model):
    """A word that occurs in some entry, and its mirror image for finding compounds by their last part."""

    term = models.CharField(max_length=80, primary_key=True)
    mirror = models.CharField(max_length=80, db_index=True)


class Variant(models.Model):
    """A term with one letter left out, or the term itself: two words one slip apart share a variant."""

    id = models.BigAutoField(primary_key=True)
    variant = models.CharField(max_length=80)
    term = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "term"], name="search_variant_once")]
