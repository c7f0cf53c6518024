"""What is kept: edges."""

from __future__ import annotations

from django.db import models


class Link(models.Model):
    """A typed edge from one thing to another; both named by `kind:id`."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    target = models.CharField(max_length=80)
    created = models.DateTimeField()

    class Meta:
        verbose_name = "Verknüpfung"
        verbose_name_plural = "Verknüpfungen"
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "target"], name="links_edge_once"),
        ]
        indexes = [models.Index(fields=["target", "kind"], name="links_backwards")]
