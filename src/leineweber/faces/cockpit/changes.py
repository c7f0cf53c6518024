"""How figures have changed: today against 30, 90 and 365 days ago, as they were kept day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from leineweber.kernel.indicators.queries import Definition, Reading, definitions_of, readings
from leineweber.kernel.ui.jinja import NO_BREAK, number

BACK = (30, 90, 365)
Turn = Literal["better", "worse", "same", "other", "unknown"]
TURNS: Mapping[Turn, str] = {
    "better": "besser",
    "worse": "schlechter",
    "same": "gleich",
    "other": "anders",
    "unknown": "kein Vergleich",
}


@dataclass(frozen=True, slots=True)
class Then:
    """A figure some days ago: the value that was kept, the difference of today's to it, and whether that is good."""

    days: int
    value: Decimal | None
    change: Decimal | None
    turn: Turn


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure today and before. `outdated` tells that today's value is older than it should be."""

    key: str
    label: str
    unit: str
    url: str
    on: date | None
    now: Decimal | None
    manual: bool
    outdated: bool
    before: tuple[Then, ...]

    def then(self, days: int) -> Then:
        """Return the comparison with so many days ago."""
        return next(one for one in self.before if one.days == days)


def turn(direction: str, now: Decimal | None, before: Decimal | None) -> Turn:
    """Return whether a change is good, by the direction that is wanted (`up`, `down`, `none`)."""
    if now is None or before is None:
        return "unknown"
    if now == before:
        return "same"
    if direction not in {"up", "down"}:
        return "other"
    return "better" if (now > before) == (direction == "up") else "worse"


def _then(days: int, one: Definition, now: Reading | None, before: Reading | None) -> Then:
    present = now.value if now else None
    past = before.value if before else None
    change = None if present is None or past is None else present - past
    return Then(days, past, change, turn(one.direction, present, past))


def url_of(key: str) -> str:
    """Return the page of a figure, which says how it is counted and leads to what it is counted from."""
    return f"/steuerung/kennzahlen/{quote(key, safe='.@')}/"


def changes(keys: Iterable[str], today: date) -> list[Changed]:
    """Return how figures changed, in the order of the keys; thirteen queries, however many and however long ago."""
    wanted = list(dict.fromkeys(keys))
    known = definitions_of(wanted)
    now = readings(wanted, today)
    past = {days: readings(wanted, today - timedelta(days=days)) for days in BACK}
    return [
        Changed(
            key,
            known[key].label,
            known[key].unit,
            url_of(key),
            now[key].on if key in now else None,
            now[key].value if key in now else None,
            now[key].manual if key in now else False,
            key in now and now[key].quality == "outdated",
            tuple(_then(days, known[key], now.get(key), past[days].get(key)) for days in BACK),
        )
        for key in wanted
        if key in known
    ]


def amount(value: Decimal | None, unit: str) -> str:
    """Return a value with its unit; things that are counted have none, nothing is a dash."""
    if value is None:
        return "–"
    return number(value) if unit == "Anzahl" else f"{number(value)}{NO_BREAK}{unit}"


def said(one: Then) -> str:
    """Return a change in words: `+12, besser`; without a value then `kein Vergleich`."""
    if one.change is None:
        return TURNS["unknown"]
    if not one.change:
        return TURNS["same"]
    sign = "+" if one.change > 0 else "−"
    return f"{sign}{number(abs(one.change))}, {TURNS[one.turn]}"
