"""What of participation needs somebody: phases that end for one's unit, decisions for those who decide."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q

from leineweber.domains.participation.models import Proposal, Rating, Round
from leineweber.domains.participation.queries.rounds import RoundView, running
from leineweber.domains.participation.queries.units import acting_units
from leineweber.domains.participation.services.rating import rater_of
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.attention import Matter, register
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Unit

SOON = timedelta(days=7)


def _matters(actor: Actor, limit: int) -> list[Matter]:
    if not allowed(actor, "participation.view"):
        return []
    views = running(("collect", "comment", "rate", "decide"))
    if not views:
        return []
    units = acting_units(actor)
    found: list[Matter] = []
    if allowed(actor, "participation.decide"):
        found += _decisions([view for view in views if view.stage == "decide"])
    ending = [view for view in views if view.current and view.current.end - view.day <= SOON]
    if units:
        found += _drafts([view for view in ending if view.stage == "collect"], units)
        found += _sheets([view for view in ending if view.stage == "rate"], units[0], actor)
        found += [
            _matter(
                view,
                "Die Kommentarphase endet",
                "Danach nimmt diese Runde keine Kommentare mehr an.",
                units[0].path,
            )
            for view in ending
            if view.stage == "comment"
        ]
    found.sort(key=lambda matter: (matter.due is None, matter.due, matter.title))
    return found[:limit]


def _matter(view: RoundView, title: str, note: str, unit_path: str = "", decision: bool = False) -> Matter:
    current = view.current
    page = "entscheidungen/" if decision else ""
    return Matter(
        Ref("round", view.round.id),
        "decision" if decision else "deadline",
        f"{view.round.title}: {title}",
        f"/steuerung/beteiligung/{view.round.id}/{page}",
        current.last if current else None,
        unit_path,
        note,
    )


def _decisions(views: list[RoundView]) -> list[Matter]:
    counts = dict(
        Proposal.objects.filter(
            round__in=[view.round.id for view in views],
            status=Proposal.Status.SUBMITTED,
            outcome=Proposal.Outcome.OPEN,
        )
        .order_by()
        .values_list("round_id")
        .annotate(number=Count("id"))
    )
    return [
        _matter(
            view,
            "1 Vorschlag ist noch offen" if number == 1 else f"{number} Vorschläge sind noch offen",
            "Die Bewertung ist beendet; jetzt wird entschieden.",
            decision=True,
        )
        for view in views
        if (number := counts.get(view.round.id, 0))
    ]


def _drafts(views: list[RoundView], units: list[Unit]) -> list[Matter]:
    counts = dict(
        Proposal.objects.filter(
            round__in=[view.round.id for view in views],
            unit__in=[unit.id for unit in units],
            status=Proposal.Status.DRAFT,
        )
        .order_by()
        .values_list("round_id")
        .annotate(number=Count("id"))
    )
    return [
        _matter(
            view,
            "Entwurf noch nicht eingereicht",
            "Was bis zum Ende der Phase Entwurf bleibt, nimmt an der Runde nicht teil.",
            units[0].path,
        )
        for view in views
        if counts.get(view.round.id)
    ]


def _sheets(views: list[RoundView], unit: Unit, actor: Actor) -> list[Matter]:
    """Return the rounds in which a unit has not rated everything; one query for all that rate in the same way."""
    found = []
    for voice in Round.Voice.values:
        chosen = [view for view in views if view.round.voice == voice]
        if not chosen:
            continue
        rater = rater_of(chosen[0].round, actor)
        who = "Sie haben" if rater else "Ihre Einheit hat"
        sheet = Rating.objects.filter(proposal=OuterRef("id"), unit=unit, rater=rater)
        counts = dict(
            Proposal.objects.filter(
                ~Exists(sheet),
                ~Q(unit=unit) | Q(round__own_rating=True),
                round__in=[view.round.id for view in chosen],
                status=Proposal.Status.SUBMITTED,
            )
            .order_by()
            .values_list("round_id")
            .annotate(number=Count("id"))
        )
        found += [
            _matter(
                view,
                "Bewertung fehlt noch",
                f"{who} {number} Vorschläge noch nicht bewertet."
                if number > 1
                else f"{who} einen Vorschlag noch nicht bewertet.",
                unit.path,
            )
            for view in chosen
            if (number := counts.get(view.round.id, 0))
        ]
    return found


register("participation", _matters)
