"""What is kept: rounds and phases, proposals and comments, criteria, ratings, frozen rankings, decisions.

Every period is half open: `end` is the first day on which it no longer holds. Fixed criteria, frozen rankings and
decisions cannot be changed in the database either (migration 0002).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids
from leineweber.people.organisation.models import Unit


class CriteriaSet(models.Model):
    """One version of a set of criteria with their weights. `family` is what the versions have in common."""

    class Method(models.TextChoices):
        """Where the weights come from."""

        PAIRWISE = "pairwise", "Paarvergleich"
        ENTERED = "entered", "Eingegeben"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    family = models.UUIDField(default=ids.new_id, editable=False)
    number = models.PositiveSmallIntegerField("Fassung", default=1)
    name = models.CharField("Name", max_length=120)
    purpose = models.TextField("Wofür", max_length=1000, blank=True)
    method = models.CharField("Gewichtung", max_length=8, choices=Method.choices, default=Method.PAIRWISE)
    # Judgements by "row,column" of the criteria's ids, as Saaty's scale writes them: "3" or "1/3".
    judgements = models.JSONField("Paarvergleiche", default=dict)
    consistency = models.DecimalField("Konsistenzverhältnis", max_digits=6, decimal_places=4, null=True)
    consistency_reason = models.TextField("Begründung der Inkonsistenz", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    fixed_at = models.DateTimeField("festgelegt am", null=True)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Kriteriensatz"
        verbose_name_plural = "Kriteriensätze"
        ordering = ["name", "family", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["family", "number"], name="participation_criteria_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, Fassung {self.number}"


class Criterion(models.Model):
    """A criterion of one version: scored from 1 to 5; `weight` is its share of one, None until it is known."""

    class Axis(models.TextChoices):
        """What a high score means: much benefit, or much effort (which counts against a proposal)."""

        BENEFIT = "benefit", "Nutzen"
        EFFORT = "effort", "Aufwand"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    criteria = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("Kriterium", max_length=120)
    question = models.CharField("Frage", max_length=400, blank=True)
    axis = models.CharField("Richtung", max_length=7, choices=Axis.choices, default=Axis.BENEFIT)
    weight = models.DecimalField("Gewicht", max_digits=7, decimal_places=6, null=True)

    class Meta:
        verbose_name = "Kriterium"
        verbose_name_plural = "Kriterien"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["criteria", "position"], name="participation_criterion_place"),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gt=0, weight__lte=1),
                name="participation_weight_is_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """A round of participation (Beteiligungsrunde)."""

    class Status(models.TextChoices):
        """Whether units know of it."""

        DRAFT = "draft", "in Vorbereitung"
        OPEN = "open", "veröffentlicht"
        CANCELLED = "cancelled", "abgebrochen"

    class Voice(models.TextChoices):
        """Who fills in a sheet; the result is by unit in both cases."""

        UNIT = "unit", "Jede Einheit gibt eine gemeinsame Bewertung ab"
        PERSON = "person", "Jede Person bewertet für sich; gezeigt wird nur das Mittel je Einheit"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    title = models.CharField("Titel", max_length=160)
    purpose = models.TextField("Worum es geht", max_length=4000)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    voice = models.CharField("Bewertung", max_length=6, choices=Voice.choices, default=Voice.UNIT)
    own_rating = models.BooleanField("Einheiten bewerten auch ihre eigenen Vorschläge", default=False)
    criteria = models.ForeignKey(CriteriaSet, null=True, on_delete=models.PROTECT, related_name="rounds")
    cancel_reason = models.TextField("Grund des Abbruchs", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Beteiligungsrunde"
        verbose_name_plural = "Beteiligungsrunden"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="open") | Q(criteria__isnull=False),
                name="participation_open_has_criteria",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """One of the four phases of a round; the marks say when its beginning and its end were told to the units."""

    class Kind(models.TextChoices):
        """The phases in their order."""

        COLLECT = "collect", "Vorschlagen"
        COMMENT = "comment", "Kommentieren"
        RATE = "rate", "Bewerten"
        DECIDE = "decide", "Entscheiden"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    start = models.DateField("ab")
    end = models.DateField("bis ausschließlich")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Phase"
        verbose_name_plural = "Phasen"
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="participation_phase_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="participation_phase_period"),
        ]
        indexes = [models.Index(fields=["kind", "end"], name="participation_phase_ends")]


class Proposal(models.Model):
    """What a unit proposes: a goal in the making. It gets its number within the round when it is handed in."""

    class Status(models.TextChoices):
        """Drafts are seen by their unit alone."""

        DRAFT = "draft", "Entwurf"
        SUBMITTED = "submitted", "eingereicht"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    class Outcome(models.TextChoices):
        """What was decided; open until then."""

        OPEN = "open", "noch offen"
        ACCEPT = "accept", "angenommen"
        REJECT = "reject", "abgelehnt"
        POSTPONE = "postpone", "zurückgestellt"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="proposals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("Nummer", null=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    title = models.CharField("Titel", max_length=160)
    purpose = models.TextField("Zweck", max_length=4000)
    result = models.TextField("Ergebnis", max_length=2000)
    effort = models.TextField("Aufwand", max_length=2000, blank=True)
    field = models.CharField("Handlungsfeld", max_length=200, blank=True)
    field_ref = models.CharField(max_length=80, blank=True)
    search_text = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Vorschlag"
        verbose_name_plural = "Vorschläge"
        ordering = ["round", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="participation_proposal_number"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(number__isnull=False), name="participation_numbered"
            ),
        ]
        indexes = [
            models.Index(fields=["round", "status", "outcome"], name="participation_by_outcome"),
            models.Index(fields=["unit", "status"], name="participation_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    @property
    def label(self) -> str:
        """The number as one says it: `V 12`, or that it is a draft."""
        return f"V\u00a0{self.number}" if self.number else "Entwurf"


class Comment(models.Model):
    """A comment on a proposal or an answer to one; answers have no answers. What is withdrawn keeps no text."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author_id = models.UUIDField(null=True)
    author = models.CharField(max_length=200)
    text = models.TextField("Kommentar", max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Kommentar"
        verbose_name_plural = "Kommentare"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["proposal", "parent", "created_at"], name="participation_thread")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(text=""), name="participation_withdrawn_empty"
            )
        ]


class Rating(models.Model):
    """One sheet: how a unit (or one person of it) rates a proposal. `rater` is empty for the unit's common sheet.

    A person's id stands there only until rating has ended; then a random one takes its place.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="ratings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    rater = models.CharField(max_length=36, blank=True)
    justification = models.TextField("Begründung", max_length=2000)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "Bewertung"
        verbose_name_plural = "Bewertungen"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "unit", "rater"], name="participation_rated_once")
        ]
        indexes = [models.Index(fields=["unit", "rater"], name="participation_own_sheets")]


class Score(models.Model):
    """The points for one criterion on one sheet, 1 to 5, with a note that may stay empty."""

    id = models.BigAutoField(primary_key=True)
    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "Punkte"
        verbose_name_plural = "Punkte"
        constraints = [
            models.UniqueConstraint(fields=["rating", "criterion"], name="participation_scored_once"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=5), name="participation_points"),
        ]


class FrozenRanking(models.Model):
    """The ranking as it came out when rating ended, with the criteria it was made by. It never changes.

    `report` holds the sensitivity (reversals by criterion and by draws); `digest` is the SHA-512 of all of it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="ranking")
    criteria = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    units = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    draws = models.PositiveIntegerField()
    report = models.JSONField()
    digest = models.CharField(max_length=128)

    class Meta:
        verbose_name = "Festgeschriebene Rangliste"
        verbose_name_plural = "Festgeschriebene Ranglisten"


class RankedProposal(models.Model):
    """One line of a frozen ranking. `rank` is None for a proposal that some criterion has no score for.

    `value` runs from 0 to 100 points; `benefit` and `effort` are weighted means of the scores (1 to 5);
    `best` and `worst` are the ranks reached with weights varied, `stable` the share of draws at the same rank.
    """

    id = models.BigAutoField(primary_key=True)
    ranking = models.ForeignKey(FrozenRanking, on_delete=models.CASCADE, related_name="rows")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="ranked")
    position = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(null=True)
    value = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    benefit = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    effort = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    efficient = models.BooleanField(default=False)
    best = models.PositiveIntegerField(null=True)
    worst = models.PositiveIntegerField(null=True)
    stable = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    voices = models.PositiveIntegerField(default=0)
    spreads = models.JSONField()

    class Meta:
        verbose_name = "Platz"
        verbose_name_plural = "Plätze"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "position"], name="participation_place_once")
        ]


class Decision(models.Model):
    """What was decided about a proposal and why, by which criteria and at which rank."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=8, choices=Proposal.Outcome.choices)
    reason = models.TextField("Begründung", max_length=2000)
    body = models.CharField("Wer entschieden hat", max_length=200)
    resolution = models.CharField("Beschluss", max_length=80, blank=True)
    ranking = models.ForeignKey(FrozenRanking, on_delete=models.PROTECT, related_name="decisions")
    criteria = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "Entscheidung"
        verbose_name_plural = "Entscheidungen"
        ordering = ["proposal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="participation_decision_number"),
            models.CheckConstraint(condition=~Q(outcome="open"), name="participation_decision_decides"),
        ]
