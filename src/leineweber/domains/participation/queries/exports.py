"""What can be taken away as a table; by unit, without names of persons."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from leineweber.domains.participation.models import Comment, Decision, Proposal, RankedProposal
from leineweber.domains.participation.queries.results import frozen
from leineweber.domains.participation.queries.rounds import RoundView

PROPOSALS = (
    "Nummer",
    "Titel",
    "Einheit",
    "Stand",
    "Entscheidung",
    "Handlungsfeld",
    "Zweck",
    "Ergebnis",
    "Aufwand",
)
COMMENTS = ("Nummer", "Vorschlag", "Einheit", "Tag", "Kommentar")
DECISIONS = (
    "Nummer",
    "Titel",
    "Einheit",
    "Entscheidung",
    "Begründung",
    "Entschieden von",
    "Beschluss",
    "Rang",
    "Kriterien",
    "Prüfsumme der Rangliste",
    "Tag",
)
SPREAD = (
    ("count", "Einheiten"),
    ("minimum", "Minimum"),
    ("lower", "unteres Quartil"),
    ("median", "Median"),
    ("upper", "oberes Quartil"),
    ("maximum", "Maximum"),
    ("mean", "Mittel"),
    ("deviation", "Standardabweichung"),
)


def proposals(view: RoundView) -> QuerySet[Proposal]:
    """Return all proposals that were handed in, also those withdrawn, by number; one query."""
    found = Proposal.objects.filter(round=view.round).exclude(status=Proposal.Status.DRAFT)
    return found.select_related("unit").order_by("number")


def comments(view: RoundView) -> QuerySet[Comment]:
    """Return all comments that stand, by proposal and time; one query."""
    found = Comment.objects.filter(proposal__round=view.round, withdrawn_at__isnull=True)
    return found.select_related("unit", "proposal").order_by("proposal__number", "created_at", "id")


def decisions(view: RoundView) -> list[Sequence[object]]:
    """Return the decisions as rows of `DECISIONS`; one query."""
    found = Decision.objects.filter(proposal__round=view.round).select_related(
        "proposal__unit", "criteria", "ranking"
    )
    return [
        (
            row.proposal.number,
            row.proposal.title,
            str(row.proposal.unit),
            row.get_outcome_display(),
            row.reason,
            row.body,
            row.resolution,
            row.rank,
            str(row.criteria),
            row.ranking.digest,
            row.decided_at.date().isoformat(),
        )
        for row in found.order_by("proposal__number", "number")
    ]


def ranking(view: RoundView) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return head and rows of the frozen ranking with the spread of each criterion; three queries.

    Raises:
        LookupError: there is no ranking, or scores are still hidden.
    """
    found = frozen(view)
    if found is None:
        raise LookupError("There is no ranking yet.")
    criteria = list(found.criteria.criteria.all())
    head = [
        "Rang",
        "Nummer",
        "Titel",
        "Einheit",
        "Wert",
        "Nutzen",
        "Aufwand",
        "Pareto-Front",
        "bester Rang",
        "schlechtester Rang",
        "gleicher Rang",
        "Einheiten",
        *(f"{one.name}: {label}" for one in criteria for _, label in SPREAD),
    ]
    rows: list[Sequence[object]] = []
    lines = RankedProposal.objects.filter(ranking=found).select_related("proposal__unit").order_by("position")
    for line in lines:
        spreads = [
            Decimal(value) if isinstance(value, str) else value
            for one in criteria
            for key, _ in SPREAD
            for value in [line.spreads.get(str(one.id), {}).get(key)]
        ]
        rows.append(
            (
                line.rank,
                line.proposal.number,
                line.proposal.title,
                str(line.proposal.unit),
                line.value,
                line.benefit,
                line.effort,
                "ja" if line.efficient else "nein",
                line.best,
                line.worst,
                line.stable,
                line.voices,
                *spreads,
            )
        )
    return head, rows
