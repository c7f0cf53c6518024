"""What is kept: entries, the queue of those not yet in the chain, and the chain."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act or one reading of personal data. Written once; triggers refuse change and removal."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=80, db_index=True)
    detail = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = "Protokolleintrag"
        verbose_name_plural = "Protokolleinträge"


class Unbound(models.Model):
    """An entry that no block holds yet; made with the entry, removed when the block is written.

    `seal` covers the entry's number and its seal, so that a copy under another number gets into no block.
    """

    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    seal = models.CharField(max_length=64)


class Block(models.Model):
    """A link of the chain over the entries it names. `seal` covers the seal of the block before."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    entry_ids = models.JSONField()
    previous_seal = models.CharField(max_length=64, unique=True)
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "Siegelblock"
        verbose_name_plural = "Siegelblöcke"


class ChainEnd(models.Model):
    """The one row that says which block is the newest, sealed: a chain cut off at its end does not fit it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    block_seal = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_chain_end_once")]


class Verification(models.Model):
    """When the whole was last verified and with what result, for the operator's page."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    entries = models.PositiveBigIntegerField()
    findings = models.JSONField(default=list)
