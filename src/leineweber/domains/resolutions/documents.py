"""Papers and minutes as PDF/UA: from what is frozen, so the same version gives the same text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from importlib import resources
from typing import Any

from leineweber.capabilities import documents
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import Meeting, Minutes, PaperPart, Resolution
from leineweber.kernel import clock
from leineweber.kernel.ui.jinja import money
from leineweber.people.organisation.models import Membership


def _template(name: str) -> bytes:
    return resources.files(__package__).joinpath(f"typst/{name}.typ").read_bytes()


def _moment(value: Any) -> str:
    return clock.local(value).strftime("%Y-%m-%dT%H:%M") if value else ""


def decided_words(resolution: Resolution) -> str:
    """Return how a resolution came about in one line."""
    outcome = resolution.get_outcome_display()
    if resolution.yes is None:
        return f"{outcome}, entschieden von {resolution.decided_by}"
    votes = rules.Votes(resolution.yes, resolution.no or 0, resolution.abstained or 0)
    words = f"{outcome}, {rules.vote_words(votes)}"
    if resolution.chair_decided:
        words += ", bei Stimmengleichheit durch die Stimme des Vorsitzes"
    return words


def paper_pdf(
    content: dict[str, Any], parts: Sequence[PaperPart], resolution: Resolution | None, *, draft: bool
) -> bytes:
    """Return a paper as PDF/UA-1 and PDF/A-2a.

    Args:
        content: what a version keeps (`content.snapshot`).
        parts: statements and signatures of that version.
        resolution: what was decided, None if nothing is.
        draft: whether a strip says that the paper is not submitted.

    Raises:
        documents.TypesetError: it cannot be set.
    """
    amounts = [Decimal(amount) for _, amount in content["costs"]]
    return documents.typeset(
        _template("paper"),
        {
            **content,
            "draft": draft,
            "costs": [[str(year), money(Decimal(amount))] for year, amount in content["costs"]],
            "total": money(rules.total(amounts)) if amounts else "",
            "parts": [
                {
                    "label": f"{part.get_part_display()}: {part.label}",
                    "verdict": _verdict(part),
                    "text": part.text,
                    "by": part.by_label,
                    "at": _moment(part.at),
                    "basis": part.legal_basis,
                }
                for part in parts
            ],
            "resolution": {
                "number": resolution.number,
                "on": resolution.on.isoformat(),
                "words": decided_words(resolution),
                "text": resolution.text,
                "conditions": resolution.conditions,
            }
            if resolution
            else {},
        },
    )


def _verdict(part: PaperPart) -> str:
    if part.verdict == "silent":
        effect = {"agreed": "gilt als zugestimmt", "waived": "gilt als Verzicht"}.get(part.silence, "")
        return f"Frist abgelaufen, {effect}" if effect else "Frist abgelaufen"
    return str(part.get_verdict_display())


def minutes_pdf(meeting: Meeting, minutes: Minutes) -> bytes:
    """Return the minutes of a meeting as PDF/UA-1 and PDF/A-2a: a draft unless they are approved.

    Raises:
        documents.TypesetError: they cannot be set.
    """
    labels = dict(Membership.Function.choices)
    attended = list(meeting.attendances.select_related("person").order_by("person__sort_key"))
    items = list(meeting.items.select_related("paper").order_by("position", "id"))
    decided = {one.item_id: one for one in meeting.resolutions.prefetch_related("votes__person")}
    approved_in = minutes.approved_in
    return documents.typeset(
        _template("minutes"),
        {
            "committee": meeting.committee.name,
            "start": _moment(meeting.starts_at),
            "end": clock.local(meeting.ends_at).strftime("%H:%M"),
            "place": meeting.place,
            "author": minutes.author_label,
            "approved": _moment(approved_in.starts_at) if approved_in else "",
            "quorate": bool(meeting.quorate),
            "text": minutes.text,
            "attended": [
                [row.person.name, labels[row.function], "anwesend" if row.present else "abwesend"]
                for row in attended
            ],
            "items": [
                {
                    "title": item.title,
                    "kind": item.get_kind_display(),
                    "outcome": item.get_outcome_display(),
                    "record": item.record,
                    "paper": item.paper.number if item.paper else "",
                    "number": decided[item.id].number if item.id in decided else "",
                    "words": decided_words(decided[item.id]) if item.id in decided else "",
                    "resolved": decided[item.id].text if item.id in decided else "",
                    "conditions": decided[item.id].conditions if item.id in decided else "",
                    "names": [
                        [vote.person.name, vote.get_choice_display()] for vote in decided[item.id].votes.all()
                    ]
                    if item.id in decided
                    else [],
                }
                for item in items
            ],
        },
    )
