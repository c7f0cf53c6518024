"""What can be wrong with a decision model."""

from __future__ import annotations

from dataclasses import dataclass


class DecisionError(ValueError):
    """A decision model cannot be used, or a decision is asked for that it does not hold.

    Attributes:
        line: the line of the XML, from 1.
        message_de, message_en: the reason in two languages.
    """

    def __init__(self, line: int, message_de: str, message_en: str) -> None:
        super().__init__(f"Zeile {line}: {message_de}")
        self.line = line
        self.message_de = message_de
        self.message_en = message_en


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a model that was read leniently: the line of the XML and the reason."""

    line: int
    message_de: str
    message_en: str
