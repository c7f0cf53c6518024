"""Pure: numbers, quorum, what votes give, who may decide alone, what a paper lacks.

Sources: the majority of the votes cast, abstentions not counted, and rejection on a tie are how German
collegial bodies usually vote; the city sets quorum and tie itself (CommitteeRules, labelled „Muster“).
The RACI reading: Responsible, Accountable, Consulted, Informed, and V for who proposes (Vorschlag).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Letter = Literal["V", "R", "C", "A", "I"]
LETTERS: dict[str, Letter] = {"proposes": "V", "prepares": "R", "heard": "C", "decides": "A", "informed": "I"}
ORDER = tuple(LETTERS)
_PREFIX = re.compile(r"[^0-9A-Za-zÄÖÜäöüß]+")
_AMOUNT = re.compile(r"-?\d{1,3}(?:\.\d{3})*(?:,\d{1,2})?|-?\d+(?:,\d{1,2})?")


def resolution_number(short: str, year: int, serial: int) -> str:
    """Return the number of a resolution: `VV` in 2026, the third, gives `VV-2026-003`."""
    return f"{_PREFIX.sub('-', short).strip('-') or 'B'}-{year}-{serial:03d}"


def paper_number(year: int, serial: int) -> str:
    """Return the number of a paper (Beschlussvorlage): `BV-2026-0012`; projects are `V-2026-0012`."""
    return f"BV-{year}-{serial:04d}"


def letters(roles: Iterable[str]) -> str:
    """Return what a body is in a kind of decision, in the order of a decision: proposes and decides give `V A`."""
    return " ".join(LETTERS[role] for role in ORDER if role in set(roles))


def quorate(present: int, voting: int, percent: int, *, more: bool) -> bool:
    """Tell whether a body can decide: so many of its voting members are there.

    Args:
        present: voting members present.
        voting: voting members there are.
        percent: the share that is needed, 1 to 100.
        more: whether it must be more than the share (half: four of seven) or the share is enough.
    """
    if voting <= 0 or present <= 0:
        return False
    reached, needed = present * 100, voting * percent
    return reached > needed if more else reached >= needed


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes cast: yes, no, abstained."""

    yes: int
    no: int
    abstained: int

    @property
    def total(self) -> int:
        """All who voted or abstained."""
        return self.yes + self.no + self.abstained


def carried(votes: Votes, tie: str, chair: str = "") -> bool | None:
    """Tell whether a motion is carried; None if it is a tie that the chair has to decide and has not.

    Args:
        votes: what was cast; abstentions count neither way.
        tie: `rejected`, or `chair`.
        chair: how the chair decides a tie, `yes` or `no`.
    """
    if votes.yes != votes.no:
        return votes.yes > votes.no
    if tie != "chair" or votes.yes == 0:
        return False
    return {"yes": True, "no": False}.get(chair)


def invitation_in_time(sent: date, meeting: date, days: int) -> bool:
    """Tell whether an invitation is sent early enough: so many days lie between its day and that of the meeting."""
    return meeting - sent >= timedelta(days=days)


def amount(text: str) -> Decimal | None:
    """Return an amount in euros as Germans write it (`1.234,50`, `1234`), None if it is none."""
    bare = text.replace("€", "").replace("\u00a0", "").replace(" ", "").strip()
    if not _AMOUNT.fullmatch(bare):
        return None
    return Decimal(bare.replace(".", "").replace(",", "."))


def department_path(path: str) -> str:
    """Return the top unit of a path: `/d1/110/110.6/` gives `/d1/`."""
    steps = [step for step in path.split("/") if step]
    return f"/{steps[0]}/" if steps else "/"


def lacking(*, proposal: str, reasons: str, title: str, has_body: bool) -> list[tuple[str, str]]:
    """Return what a paper lacks before it can be submitted, as (field, German sentence)."""
    missing = []
    if not title.strip():
        missing.append(("titel", "Geben Sie der Vorlage einen Titel."))
    if not proposal.strip():
        missing.append(("vorschlag", "Schreiben Sie, was beschlossen werden soll."))
    if not reasons.strip():
        missing.append(("begruendung", "Schreiben Sie Sachverhalt und Begründung."))
    if not has_body:
        missing.append(
            (
                "art",
                "Für diese Art der Entscheidung ist noch niemand zuständig. Das Büro der Gremien legt es fest.",
            )
        )
    return missing


def due_words(due: date, today: date) -> str:
    """Return how a deadline stands: `seit 3 Tagen überfällig`, `heute fällig`, `noch 5 Tage`."""
    days = (due - today).days
    if days < 0:
        return "seit gestern überfällig" if days == -1 else f"seit {-days} Tagen überfällig"
    if days == 0:
        return "heute fällig"
    return "noch 1 Tag" if days == 1 else f"noch {days} Tage"


def vote_words(votes: Votes) -> str:
    """Return votes in words: `5 Ja, 1 Nein, 1 Enthaltung`; `einstimmig` if all who voted said the same."""
    if votes.yes and not votes.no and not votes.abstained:
        return f"einstimmig ({votes.yes} Ja)"
    word = "Enthaltung" if votes.abstained == 1 else "Enthaltungen"
    return f"{votes.yes} Ja, {votes.no} Nein, {votes.abstained} {word}"


def total(amounts: Sequence[Decimal]) -> Decimal:
    """Return the sum of amounts in euros."""
    return sum(amounts, Decimal(0))
