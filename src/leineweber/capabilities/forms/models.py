"""What is kept of a form before it is submitted: the draft. Nothing else of the room is in the database."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


class Draft(models.Model):
    """Answers on their way: personal data that nobody in the city works with, so it is kept for short.

    Whoever holds the token may read and change it; only the token's digest is kept. `link_digest` is that
    of the link sent by e-mail. `page_revisions` says at which revision each page was last saved, so that two
    windows do not overwrite each other unnoticed. A submitted draft keeps no answers, only what became of it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    procedure_key = models.CharField(max_length=60)
    procedure_version = models.CharField(max_length=40)
    token_digest = models.CharField(max_length=64, unique=True)
    link_digest = models.CharField(max_length=64, unique=True, null=True, default=None)
    answers = models.JSONField(default=dict)
    page_revisions = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    page = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, default="de")
    email = models.CharField(max_length=254, blank=True)
    account_id = models.UUIDField(null=True, default=None, db_index=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    submitted_ref = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gte=F("created_at")), name="draft_expires_later"),
            models.CheckConstraint(
                condition=Q(language__in=["de", "en", "leicht"]), name="draft_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_key} {self.id}"
