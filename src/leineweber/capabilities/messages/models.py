"""What is kept: postbox entries with attachments, e-mails on their way, letters to be printed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leineweber.kernel import ids
from leineweber.kernel.storage.models import StoredBlob


class PostboxEntry(models.Model):
    """A message between the city and a person, in the thread of a case.

    A person with an account finds it there; one without reaches the thread by the signed link of the case.
    """

    class Direction(models.TextChoices):
        """Seen from the city."""

        OUT = "out", "von der Stadt"
        IN = "in", "an die Stadt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account_id = models.UUIDField(null=True)
    case = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sender_label = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Nachricht"
        verbose_name_plural = "Nachrichten"
        constraints = [
            models.CheckConstraint(
                condition=Q(account_id__isnull=False) | ~Q(case=""), name="messages_entry_has_a_place"
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-id"], name="messages_entry_account"),
            models.Index(fields=["case", "id"], name="messages_entry_case"),
            models.Index(
                fields=["account_id"],
                condition=Q(read_at__isnull=True, direction="out"),
                name="messages_entry_unread",
            ),
        ]


class Attachment(models.Model):
    """A stored file that goes with a message, under the name shown to the reader."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    entry = models.ForeignKey(PostboxEntry, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(StoredBlob, on_delete=models.PROTECT, related_name="+", db_column="sha512")
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Anhang"
        verbose_name_plural = "Anhänge"


class Email(models.Model):
    """An e-mail on its way. Written in the caller's transaction, sent by a job; its body goes when it is sent."""

    class Status(models.TextChoices):
        """`uncertain`: handed over, or perhaps not; only an operator may send it again."""

        QUEUED = "queued", "wartet"
        SENDING = "sending", "wird gesendet"
        SENT = "sent", "gesendet"
        FAILED = "failed", "gescheitert"
        UNCERTAIN = "uncertain", "ungewiss"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=60)
    case = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    due = models.DateTimeField()
    sending_since = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "E-Mail"
        verbose_name_plural = "E-Mails"
        indexes = [
            # Asked for with `sent_at IS NULL`: SQLite uses a partial index only for a condition without parameters.
            models.Index(
                fields=["status", "due"], condition=Q(sent_at__isnull=True), name="messages_email_unsent"
            ),
            models.Index(fields=["sent_at"], name="messages_email_sent_at"),
            models.Index(fields=["case"], name="messages_email_case"),
        ]


class LetterItem(models.Model):
    """A letter for somebody without postbox, waiting for or taken into a print batch."""

    class Status(models.TextChoices):
        """Waiting, or handed to the printer."""

        QUEUED = "queued", "wartet auf Druck"
        PRINTED = "printed", "gedruckt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    blob = models.ForeignKey(StoredBlob, on_delete=models.PROTECT, related_name="+", db_column="sha512")
    title = models.CharField(max_length=200)
    recipient = models.CharField(max_length=300)
    case = models.CharField(max_length=80, blank=True, db_index=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    batch_id = models.UUIDField(null=True, db_index=True)
    created_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Brief"
        verbose_name_plural = "Briefe"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="queued", batch_id__isnull=True, printed_at__isnull=True)
                | Q(status="printed", batch_id__isnull=False, printed_at__isnull=False),
                name="messages_letter_printed_in_a_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="queued"), name="messages_letter_queue"),
        ]
