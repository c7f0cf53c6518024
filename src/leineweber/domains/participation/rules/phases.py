"""Pure: the phases of a round, and what may be done in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

Kind = Literal["collect", "comment", "rate", "decide"]
Deed = Literal["propose", "withdraw", "comment", "rate", "decide"]
Stage = Literal["before", "collect", "comment", "rate", "decide", "between", "after"]

ORDER: tuple[Kind, ...] = ("collect", "comment", "rate", "decide")
LABELS: Mapping[Kind, str] = MappingProxyType(
    {"collect": "Vorschlagen", "comment": "Kommentieren", "rate": "Bewerten", "decide": "Entscheiden"}
)
DEEDS: Mapping[Kind, frozenset[Deed]] = MappingProxyType(
    {
        "collect": frozenset({"propose", "withdraw"}),
        "comment": frozenset({"comment", "withdraw"}),
        "rate": frozenset({"rate"}),
        "decide": frozenset({"decide"}),
    }
)
"""What may be done in each phase; outside of the phases nothing may."""


@dataclass(frozen=True, slots=True)
class Span:
    """A phase from `start` up to but not including `end`."""

    kind: Kind
    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day on which it holds: what is shown to people."""
        return self.end - timedelta(days=1)


def phase_on(spans: Sequence[Span], day: date) -> Kind | None:
    """Return the phase in force on a day, None before, between and after the phases."""
    return next((span.kind for span in spans if span.start <= day < span.end), None)


def stage_on(spans: Sequence[Span], day: date) -> Stage:
    """Return where a round stands on a day; a round without phases has not begun."""
    phase = phase_on(spans, day)
    if phase is not None:
        return phase
    if not spans or day < min(span.start for span in spans):
        return "before"
    return "after" if day >= max(span.end for span in spans) else "between"


def may(spans: Sequence[Span], deed: Deed, day: date) -> bool:
    """Tell whether a phase in which the deed is allowed is in force on a day."""
    phase = phase_on(spans, day)
    return phase is not None and deed in DEEDS[phase]


def over(spans: Sequence[Span], kind: Kind, day: date) -> bool:
    """Tell whether a phase lies behind; one that the round does not have never does."""
    return any(span.kind == kind and span.end <= day for span in spans)


def refusal(spans: Sequence[Span], deed: Deed, day: date) -> str:
    """Return in German why a deed is refused on a day: when it is possible, or was."""
    periods = " und ".join(
        f"vom {span.start:%d.%m.%Y} bis {span.last:%d.%m.%Y}" for span in spans if deed in DEEDS[span.kind]
    )
    verb = {
        "propose": "Vorschlagen",
        "withdraw": "Zurückziehen",
        "comment": "Kommentieren",
        "rate": "Bewerten",
        "decide": "Entscheiden",
    }[deed]
    return f"{verb} ist in dieser Runde nur {periods} möglich. Heute ist der {day:%d.%m.%Y}."


def check_order(spans: Sequence[Span]) -> dict[Kind, str]:
    """Return what is wrong with the phases of a round, by phase: each comes after the one before, none is empty."""
    found: dict[Kind, str] = {}
    by_kind = {span.kind: span for span in spans}
    before: Span | None = None
    for kind in ORDER:
        span = by_kind.get(kind)
        if span is None:
            found[kind] = f"Geben Sie den Zeitraum der Phase „{LABELS[kind]}“ an."
            continue
        if span.end <= span.start:
            found[kind] = f"„{LABELS[kind]}“ endet vor dem Beginn."
        elif before is not None and span.start < before.end:
            found[kind] = f"„{LABELS[kind]}“ beginnt, bevor „{LABELS[before.kind]}“ endet."
        before = span
    return found


def check_move(old: Sequence[Span], new: Sequence[Span], today: date) -> dict[Kind, str]:
    """Return which phases of a published round cannot be moved so: what is over stays, what runs keeps its beginning.

    A phase that runs may end today at the earliest, one to come may begin today. So the end of rating, with which the
    scores become known, can never be taken back.
    """
    found: dict[Kind, str] = {}
    wanted = {span.kind: span for span in new}
    for span in old:
        other = wanted.get(span.kind)
        if other is None:
            continue
        label = LABELS[span.kind]
        if span.end <= today:
            if other != span:
                found[span.kind] = f"„{label}“ ist vorbei und lässt sich nicht mehr verschieben."
        elif span.start <= today:
            if other.start != span.start:
                found[span.kind] = f"„{label}“ hat begonnen; der erste Tag bleibt der {span.start:%d.%m.%Y}."
            elif other.end <= today:
                found[span.kind] = f"„{label}“ läuft und kann frühestens heute enden."
        elif other.start < today:
            found[span.kind] = f"„{label}“ kann nicht in der Vergangenheit beginnen."
    return found
