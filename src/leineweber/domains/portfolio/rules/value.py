"""Pure: earned value after ANSI/EIA-748 and the PMBOK Guide; a zero divisor gives None, shown as "n/a"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


def _ratio(above: Decimal, below: Decimal) -> Decimal | None:
    return None if below == 0 else above / below


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """Budget at completion, planned value, earned value and actual cost on a day, in euros, and what follows."""

    bac: Decimal
    pv: Decimal
    ev: Decimal
    ac: Decimal

    @property
    def sv(self) -> Decimal:
        """Schedule variance: EV − PV; below zero is behind."""
        return self.ev - self.pv

    @property
    def cv(self) -> Decimal:
        """Cost variance: EV − AC; below zero is too dear."""
        return self.ev - self.ac

    @property
    def spi(self) -> Decimal | None:
        """Schedule performance index: EV / PV."""
        return _ratio(self.ev, self.pv)

    @property
    def cpi(self) -> Decimal | None:
        """Cost performance index: EV / AC."""
        return _ratio(self.ev, self.ac)

    @property
    def eac(self) -> Decimal | None:
        """Estimate at completion: BAC / CPI, that is BAC · AC / EV; none without cost or without earned value."""
        return None if self.ac == 0 else _ratio(self.bac * self.ac, self.ev)

    @property
    def etc(self) -> Decimal | None:
        """Estimate to complete: EAC − AC."""
        return None if self.eac is None else self.eac - self.ac

    @property
    def vac(self) -> Decimal | None:
        """Variance at completion: BAC − EAC."""
        return None if self.eac is None else self.bac - self.eac

    @property
    def tcpi(self) -> Decimal | None:
        """To-complete performance index: (BAC − EV) / (BAC − AC), the thrift needed to keep the budget."""
        return _ratio(self.bac - self.ev, self.bac - self.ac)


def planned_share(start: date, end: date, on: date) -> Decimal:
    """Return the share of an activity planned to be done at the end of a day: linear by days, both ends inclusive."""
    if on < start:
        return Decimal(0)
    if on >= end:
        return Decimal(1)
    return Decimal((on - start).days + 1) / Decimal((end - start).days + 1)
