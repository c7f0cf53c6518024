"""What is kept: definitions by content, running instances, tasks of persons, and the history."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from leineweber.kernel import ids

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class ProcessDefinition(models.Model):
    """A process as it was put in force: BPMN and DMN, addressed by their content, never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.CharField("Verfahren", max_length=80)
    digest = models.CharField("Prüfsumme (SHA-256)", max_length=64)
    name = models.CharField("Name", max_length=200, blank=True)
    bpmn = models.BinaryField()
    decisions = models.BinaryField(default=bytes)
    deployed_at = models.DateTimeField("in Kraft seit")

    class Meta:
        verbose_name = "Prozess"
        verbose_name_plural = "Prozesse"
        ordering = ["key", "-deployed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["key", "digest"], name="processes_definition_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.digest[:12]}"


class ProcessInstance(models.Model):
    """One course of a process about one subject. Changed only while its row is locked."""

    class Status(models.TextChoices):
        """Where the course stands."""

        RUNNING = "running", "läuft"
        ENDED = "ended", "beendet"
        CANCELLED = "cancelled", "abgebrochen"
        FAILED = "failed", "gestört"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT, related_name="instances")
    procedure = models.CharField("Verfahren", max_length=80)
    subject = models.CharField("Gegenstand", max_length=80)
    title = models.CharField("Bezeichnung", max_length=200, blank=True)
    unit_path = models.CharField("Zuständige Einheit", max_length=200)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.RUNNING)
    state = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    next_timer = models.DateTimeField("nächste Frist", null=True)
    outcome = models.CharField("Ergebnis", max_length=200, blank=True)
    failure = models.TextField("Störung", blank=True)
    pending = models.JSONField(default=list)
    started_at = models.DateTimeField("begonnen")
    ended_at = models.DateTimeField("beendet", null=True)

    class Meta:
        verbose_name = "Prozesslauf"
        verbose_name_plural = "Prozessläufe"
        indexes = [
            models.Index(fields=["subject"], name="processes_instance_subject"),
            models.Index(
                fields=["next_timer"],
                condition=Q(status="running", next_timer__isnull=False),
                name="processes_instance_timer",
            ),
            models.Index(
                fields=["started_at"], condition=Q(status="failed"), name="processes_instance_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject}"


class Task(models.Model):
    """What a person has to do. The columns of its instance that lists filter by are copied.

    `live` says that the status is open or claimed; `sort_due` is the deadline, or the end of time.
    """

    class Status(models.TextChoices):
        """Where the task stands."""

        OPEN = "open", "offen"
        CLAIMED = "claimed", "in Arbeit"
        DONE = "done", "erledigt"
        CANCELLED = "cancelled", "entfallen"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="tasks")
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    name = models.CharField("Aufgabe", max_length=200)
    note = models.CharField("Anlass", max_length=500, blank=True)
    form = models.CharField(max_length=120, blank=True)
    procedure = models.CharField("Verfahren", max_length=80)
    subject = models.CharField("Gegenstand", max_length=80)
    title = models.CharField("Bezeichnung", max_length=200, blank=True)
    search_text = models.CharField(max_length=420, blank=True)
    role = models.CharField("Rolle", max_length=80)
    unit_path = models.CharField("Zuständige Einheit", max_length=200)
    post_id = models.UUIDField("Stelle", null=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    live = models.BooleanField(default=True, editable=False)
    assignee = models.UUIDField("in Arbeit bei", null=True)
    assignee_label = models.CharField(max_length=200, blank=True)
    four_eyes = models.CharField("Vier-Augen-Prinzip zu", max_length=120, blank=True)
    barred = models.UUIDField("darf nicht bearbeiten", null=True)
    due = models.DateTimeField("Frist", null=True)
    sort_due = models.DateTimeField(default=NEVER)
    overdue = models.BooleanField("überfällig", default=False)
    reminder_on = models.DateField("Wiedervorlage", null=True)
    reminder_note = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField("eröffnet")
    finished_at = models.DateTimeField("erledigt", null=True)
    completed_by = models.UUIDField("erledigt von", null=True)
    completed_by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "Aufgabe"
        verbose_name_plural = "Aufgaben"
        constraints = [
            models.UniqueConstraint(fields=["instance", "token"], name="processes_task_token"),
            models.CheckConstraint(
                condition=~Q(status="claimed") | Q(assignee__isnull=False), name="processes_task_holder"
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(assignee__isnull=True), name="processes_task_free"
            ),
            models.CheckConstraint(
                condition=Q(live=True, status__in=["open", "claimed"])
                | Q(live=False, status__in=["done", "cancelled"]),
                name="processes_task_live",
            ),
        ]
        # `live` is a column of its own because SQLite uses a partial index only for a condition without parameters.
        indexes = [
            models.Index(
                fields=["role", "sort_due", "id"], condition=Q(live=True), name="processes_task_role"
            ),
            models.Index(fields=["sort_due", "id"], condition=Q(live=True), name="processes_task_due"),
            models.Index(fields=["opened_at", "id"], condition=Q(live=True), name="processes_task_newest"),
            models.Index(
                fields=["role", "sort_due", "id"],
                condition=Q(live=True, overdue=True),
                name="processes_task_overdue",
            ),
            models.Index(
                fields=["assignee", "sort_due", "id"], condition=Q(live=True), name="processes_task_mine"
            ),
            models.Index(fields=["subject"], name="processes_task_subject"),
        ]

    def __str__(self) -> str:
        return self.name


class HistoryEntry(models.Model):
    """A step of a course, for the story of the case: who, what, when. Never what a person answered."""

    class Kind(models.TextChoices):
        """What happened."""

        STARTED = "started", "begonnen"
        TASK_OPENED = "task_opened", "Aufgabe eröffnet"
        TASK_CLAIMED = "task_claimed", "Aufgabe übernommen"
        TASK_RELEASED = "task_released", "Aufgabe zurückgelegt"
        TASK_HANDED_OVER = "task_handed_over", "Aufgabe weitergegeben"
        TASK_COMPLETED = "task_completed", "Aufgabe erledigt"
        TASK_CANCELLED = "task_cancelled", "Aufgabe entfallen"
        TASK_OVERDUE = "task_overdue", "Frist abgelaufen"
        REMINDER = "reminder", "auf Wiedervorlage gelegt"
        MESSAGE = "message", "Nachricht"
        UNEXPECTED = "unexpected", "Nachricht ohne Wirkung auf den Ablauf"
        SIGNAL = "signal", "Signal"
        TIMER = "timer", "Zeitpunkt erreicht"
        ACTION = "action", "automatisch ausgeführt"
        DECISION = "decision", "Entscheidungstabelle"
        SCRIPT = "script", "berechnet"
        FAILED = "failed", "gestört"
        RETRIED = "retried", "nach Störung fortgesetzt"
        CANCELLED = "cancelled", "abgebrochen"
        ENDED = "ended", "beendet"

    id = models.BigAutoField(primary_key=True)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="history")
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    element = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    actor_kind = models.CharField(max_length=9)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = "Schritt"
        verbose_name_plural = "Verlauf"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject", "id"], name="processes_history_subject")]


class TableDecision(models.Model):
    """A decision made by table in a course, with its explanation as it was then: inputs, rules, their texts.

    It goes with the instance; unlike the history it holds what the person answered, as far as the table asked.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="table_decisions")
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()
    element = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    decision = models.CharField("Entscheidung", max_length=200)
    explanation = models.JSONField("Begründung")

    class Meta:
        verbose_name = "Entscheidung nach Tabelle"
        verbose_name_plural = "Entscheidungen nach Tabelle"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["subject", "at"], name="processes_table_decision")]

    def __str__(self) -> str:
        return f"{self.decision} {self.subject}"
