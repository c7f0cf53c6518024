"""What is kept: the parts of the paper, SMART goals with their profile, editions, and notes of the evaluation."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


class Numbered(models.Model):
    """What every part of the paper has: its number as printed, an address, and the version that a form has seen."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    number = models.CharField(max_length=20, blank=True)
    sort_key = models.CharField(max_length=80, editable=False, db_index=True, default="")
    title = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["sort_key", "slug"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Element(Numbered):
    """A part of the paper that is told in prose. Withdrawn ones stay for the editions that name them."""

    text = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta(Numbered.Meta):
        abstract = True


class Vision(Element):
    """The vision (A.I)."""

    class Meta(Element.Meta):
        verbose_name = "Vision"
        verbose_name_plural = "Visionen"


class StrategicGoal(Element):
    """A strategic goal (A.II); it serves the vision."""

    class Meta(Element.Meta):
        verbose_name = "Strategisches Ziel"
        verbose_name_plural = "Strategische Ziele"


class Principle(Element):
    """An overarching principle (A.III) that every activity follows."""

    class Meta(Element.Meta):
        verbose_name = "Prinzip"
        verbose_name_plural = "Prinzipien"


class FieldOfAction(Element):
    """A field of action (A.V)."""

    class Meta(Element.Meta):
        verbose_name = "Handlungsfeld"
        verbose_name_plural = "Handlungsfelder"


class Measure(Element):
    """A measure (B.I); it belongs to a field and serves strategic goals."""

    field = models.ForeignKey(FieldOfAction, on_delete=models.PROTECT, related_name="measures")

    class Meta(Element.Meta):
        verbose_name = "Maßnahme"
        verbose_name_plural = "Maßnahmen"


class SmartGoal(Numbered):
    """A SMART goal (smartes Ziel, B.II) with its profile: specific, measurable, achievable, relevant, timed."""

    class Status(models.TextChoices):
        """Where a goal stands between idea and end."""

        DRAFT = "draft", "Entwurf"
        PROPOSED = "proposed", "vorgeschlagen"
        ADOPTED = "adopted", "beschlossen"
        COMPLETED = "completed", "erreicht"
        DROPPED = "dropped", "aufgegeben"

    class Direction(models.TextChoices):
        """Which way is good."""

        UP = "up", "mehr ist besser"
        DOWN = "down", "weniger ist besser"

    class Trajectory(models.TextChoices):
        """How the way from baseline to target is thought."""

        LINEAR = "linear", "gleichmäßig"
        STEPS = "steps", "in Stufen"
        TABLE = "table", "nach Tabelle"

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    field = models.ForeignKey(FieldOfAction, null=True, on_delete=models.PROTECT, related_name="goals")
    purpose = models.TextField(blank=True)
    result = models.TextField(blank=True)
    indicator = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    baseline = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    baseline_on = models.DateField(null=True)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    trajectory = models.CharField(max_length=6, choices=Trajectory.choices, default=Trajectory.LINEAR)
    points = models.JSONField(default=list, help_text="[[ISO-Tag, Wert als Text], …], nach Tagen geordnet")
    source = models.CharField(max_length=300, blank=True)
    attainable = models.TextField(blank=True)
    unit_path = models.CharField(max_length=400, blank=True, db_index=True)
    post = models.UUIDField(null=True, help_text="Stelle der Organisation")
    responsible = models.CharField(max_length=300, blank=True)
    participants = models.TextField(blank=True)
    start = models.DateField(null=True)
    end = models.DateField(null=True)
    effort_days = models.PositiveIntegerField(null=True)
    costs = models.JSONField(default=list, help_text="[[Jahr, Euro als Text], …], nach Jahren geordnet")
    funding = models.TextField(blank=True)
    risks = models.TextField(blank=True)
    dependencies = models.TextField(blank=True)
    contribution = models.TextField(blank=True)
    on_citizens = models.TextField(blank=True)
    on_staff = models.TextField(blank=True)
    on_climate = models.TextField(blank=True)
    on_accessibility = models.TextField(blank=True)
    on_data_ethics = models.TextField(blank=True)
    procedure_key = models.CharField(max_length=60, blank=True)
    open_findings = models.PositiveSmallIntegerField(default=0, help_text="Befunde beim letzten Speichern")
    origin = models.CharField(
        max_length=80, blank=True, help_text="Vorschlag, aus dem es entstand: Art:Kennung"
    )
    proposed_by = models.CharField(max_length=200, blank=True)
    proposed_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    resolution = models.CharField(max_length=60, blank=True)
    overruled = models.TextField(blank=True, help_text="Grund, trotz offener Befunde zu beschließen")
    search_text = models.TextField(editable=False, blank=True)

    class Meta(Numbered.Meta):
        verbose_name = "Smartes Ziel"
        verbose_name_plural = "Smarte Ziele"
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="strategy_goal_period"),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="strategy_goal_number_once"
            ),
            models.UniqueConstraint(
                fields=["origin"], condition=~Q(origin=""), name="strategy_goal_origin_once"
            ),
        ]
        indexes = [models.Index(fields=["status", "sort_key"], name="strategy_goal_by_status")]

    @property
    def field_of_action(self) -> str:
        """The title of its field of action, empty without one."""
        return self.field.title if self.field else ""


class GoalMeasurement(models.Model):
    """An indicator by which a goal is measured. Without a target of its own the figure's need is the target."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    goal = models.ForeignKey(SmartGoal, on_delete=models.CASCADE, related_name="measurements")
    indicator = models.CharField(max_length=100)
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "indicator"], name="strategy_measured_once"),
        ]


class Edition(models.Model):
    """An edition of the whole paper. `content` is canonical JSON, frozen when it is proposed or adopted.

    The working edition has no content: it is what the tables say now. Its SHA-512 proves a frozen one unchanged.
    """

    class Status(models.TextChoices):
        """Where an edition stands."""

        WORKING = "working", "Arbeitsfassung"
        PROPOSED = "proposed", "zum Beschluss vorgelegt"
        ADOPTED = "adopted", "beschlossen"
        SUPERSEDED = "superseded", "abgelöst"
        REJECTED = "rejected", "abgelehnt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WORKING)
    content = models.TextField(blank=True)
    sha512 = models.CharField(max_length=128, blank=True)
    opened_on = models.DateField()
    proposed_by = models.CharField(max_length=200, blank=True)
    proposed_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    resolution = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="working"), name="strategy_one_working_edition"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="adopted"), name="strategy_one_adopted_edition"
            ),
            models.CheckConstraint(
                condition=Q(status="working", content="") | (~Q(status="working") & ~Q(content="")),
                name="strategy_edition_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"Fassung {self.number}"


class EvaluationNote(models.Model):
    """What was seen when a part of the paper or an edition was evaluated; written once, never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    subject = models.CharField(max_length=80, db_index=True)
    text = models.TextField()
    author = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = "Notiz der Auswertung"
        verbose_name_plural = "Notizen der Auswertung"
        ordering = ["-written_at", "-id"]
