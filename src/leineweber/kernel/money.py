"""Amounts of money: decimal, with their currency, rounded only where a law rounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency (ISO 4217 code, three capital letters)."""

    amount: Decimal
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError("An amount is a finite decimal number.")
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise ValueError("A currency is a three-letter code of ISO 4217.")

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def rounded(self) -> Money:
        """Return the amount in whole cents, half a cent up (commercial rounding, DIN 1333)."""
        return Money(self.amount.quantize(_CENT, rounding=ROUND_HALF_UP), self.currency)


def number_de(value: Decimal | int, places: int) -> str:
    """Return a number in German notation (`1.234,50`) with a fixed count of decimal places."""
    text = f"{Decimal(value):,.{places}f}"
    return text.translate(str.maketrans(",.", ".,"))


def format_de(money: Money) -> str:
    """Return the amount as German letters write it: `1.234,50 €` with a no-break space."""
    sign = "€" if money.currency == "EUR" else money.currency
    return f"{number_de(money.rounded().amount, 2)}\u00a0{sign}"
