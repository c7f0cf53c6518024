"""What can be wrong with a decision model."""

from __future__ import annotations

from dataclasses import dataclass


class DecisionError(ValueError):
    """A decision model cannot be used, or a decision is asked for that it does not hold.

    Attributes:
        line: the line of the XML, from 1.
        column: the place in that line of the expression, from 1; 0 where no expression is at fault.
        message_de, message_en: the reason in two languages.
    """

    def __init__(self, line: int, message_de: str, message_en: str, column: int = 0) -> None:
        super().__init__(f"Zeile {line}{f', Spalte {column}' if column else ''}: {message_de}")
        self.line = line
        self.column = column
        self.message_de = message_de
        self.message_en = message_en


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a model that was read leniently: the line of the XML and the reason."""

    line: int
    message_de: str
    message_en: str
