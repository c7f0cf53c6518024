"""Who does what in which kind of decision, and the rules by which bodies decide and others are heard."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leineweber.kernel import ids
from leineweber.people.organisation.models import Committee


class DecisionKind(models.Model):
    """A kind of decision, such as adopting a standard."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField("Art der Entscheidung", max_length=200)
    description = models.TextField("Erläuterung", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Art der Entscheidung"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Responsibility(models.Model):
    """What a body does in a kind of decision. One body decides (migration and rules hold it)."""

    class Role(models.TextChoices):
        """The parts there are, in the order of a decision."""

        PROPOSES = "proposes", "schlägt vor"
        PREPARES = "prepares", "bereitet vor"
        HEARD = "heard", "wird gehört"
        DECIDES = "decides", "entscheidet"
        INFORMED = "informed", "wird unterrichtet"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.ForeignKey(DecisionKind, on_delete=models.CASCADE, related_name="responsibilities")
    body = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    source = models.CharField("Fundstelle", max_length=120, blank=True)

    class Meta:
        verbose_name = "Zuständigkeit"
        constraints = [
            models.UniqueConstraint(fields=["kind", "body", "role"], name="resolutions_responsible_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(role="decides"), name="resolutions_one_decides"
            ),
        ]


class CommitteeRules(models.Model):
    """How a body that meets decides. Every value is the city's own to set; until then it is a sample (Muster)."""

    class Tie(models.TextChoices):
        """What happens when yes and no are equal."""

        REJECTED = "rejected", "der Antrag ist abgelehnt"
        CHAIR = "chair", "die Stimme des Vorsitzes entscheidet"

    committee = models.OneToOneField(
        Committee, primary_key=True, on_delete=models.PROTECT, related_name="rules"
    )
    quorum_percent = models.PositiveSmallIntegerField("beschlussfähig ab Prozent", default=50)
    quorum_more = models.BooleanField("mehr als dieser Anteil", default=True)
    invitation_days = models.PositiveSmallIntegerField("Ladungsfrist in Tagen", default=7)
    tie = models.CharField("bei Stimmengleichheit", max_length=8, choices=Tie.choices, default=Tie.REJECTED)
    sample = models.BooleanField("Muster", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Geschäftsordnung eines Gremiums"
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum_percent__gte=1, quorum_percent__lte=100),
                name="resolutions_quorum_is_a_share",
            ),
        ]


class StatementRule(models.Model):
    """Who gives a statement on papers, how long she has, and what silence and objection mean."""

    class Silence(models.TextChoices):
        """What counts when the deadline is over."""

        AGREED = "agreed", "gilt als zugestimmt"
        WAIVED = "waived", "gilt als Verzicht auf eine Stellungnahme"
        WAITS = "waits", "die Vorlage wartet weiter"

    class Objection(models.TextChoices):
        """What an objection does."""

        NOTED = "noted", "wird in der Vorlage vermerkt"
        RETURNS = "returns", "die Vorlage geht zurück"

    key = models.SlugField(primary_key=True, max_length=40)
    label = models.CharField("Stelle", max_length=120)
    role = models.CharField("Rolle", max_length=80)
    period_days = models.PositiveSmallIntegerField("Frist in Arbeitstagen", default=10)
    silence = models.CharField("nach Ablauf der Frist", max_length=6, choices=Silence.choices)
    objection = models.CharField("bei Einwänden", max_length=7, choices=Objection.choices)
    legal_basis = models.CharField("Rechtsgrundlage", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    sample = models.BooleanField("Muster", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Regel für Stellungnahmen"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_days__gte=1, period_days__lte=90), name="resolutions_statement_period"
            ),
        ]
