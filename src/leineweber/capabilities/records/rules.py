"""Pure: references, and when retention ends.

The periods of a file plan are a city's own decision unless a law names them. Beginning at the end of the
calendar year of closing is the municipal convention (KGSt-Bericht 4/2006, "Aufbewahrungsfristen für
Kommunalverwaltungen") and the law for accounting records (§ 147 (4) AO). What is no longer needed is offered
to the archive before it may be destroyed (§§ 4, 10 ArchivG NRW).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

YEAR_RANGE = range(1900, 2200)
NUMBER_LIMIT = 999_999
_CODE = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,4}\Z", re.ASCII)
_REFERENCE = re.compile(
    r"(?P<code>\d{1,3}(?:\.\d{1,3}){0,4})-(?P<year>\d{4})(?:/(?P<number>\d{6}))?\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class FileReference:
    """An Aktenzeichen: file plan code and year, with a running number for a sub-file.

    `12.20-2026` names a file, `12.20-2026/000123` the 123rd sub-file in it.
    """

    code: str
    year: int
    number: int | None = None

    def __post_init__(self) -> None:
        if not is_code(self.code):
            raise ValueError(f"{self.code!r} ist keine Nummer eines Aktenplans.")
        if self.year not in YEAR_RANGE:
            raise ValueError(f"{self.year} ist kein Jahr eines Aktenzeichens.")
        if self.number is not None and not 1 <= self.number <= NUMBER_LIMIT:
            raise ValueError("Die laufende Nummer eines Vorgangs liegt zwischen 1 und 999.999.")

    def __str__(self) -> str:
        file = f"{self.code}-{self.year:04d}"
        return file if self.number is None else f"{file}/{self.number:06d}"

    @classmethod
    def parse(cls, text: str) -> FileReference:
        """Return the reference as it is written.

        Raises:
            ValueError: the text has another form.
        """
        match = _REFERENCE.match(text.strip())
        if match is None:
            raise ValueError(f"{text!r} ist kein Aktenzeichen.")
        number = match["number"]
        return cls(match["code"], int(match["year"]), int(number) if number else None)


def is_code(text: str) -> bool:
    """Tell whether a text is written like a file plan code: one to five groups of digits, `12.20`."""
    return _CODE.match(text) is not None


def retention_begin(closed_on: date) -> date:
    """Return the first day of retention: 1 January after the calendar year of closing."""
    return date(closed_on.year + 1, 1, 1)


def retention_end(closed_on: date, years: int | None) -> date | None:
    """Return the last day of retention, None if it is kept for ever.

    Args:
        closed_on: the day of closing (z. d. A.).
        years: full years of retention, None for ever.

    Raises:
        ValueError: the number of years is negative.
    """
    if years is None:
        return None
    if years < 0:
        raise ValueError("Eine Aufbewahrungsfrist ist nicht negativ.")
    return date(closed_on.year + years, 12, 31)


def is_expired(end: date | None, today: date) -> bool:
    """Tell whether retention is over: on the day after its last."""
    return end is not None and today > end
