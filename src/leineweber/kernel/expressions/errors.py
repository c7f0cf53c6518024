"""What can go wrong in an expression, said in German and English with the place in the text."""

from __future__ import annotations

from dataclasses import dataclass


class FeelError(ValueError):
    """A text is not an expression (or uses an unknown name); raised when it is compiled, never when it runs.

    Attributes:
        line, column: the place in the text, both counted from 1.
        message_de, message_en: what is wrong and what was expected.
    """

    def __init__(self, line: int, column: int, message_de: str, message_en: str) -> None:
        super().__init__(f"Zeile {line}, Spalte {column}: {message_de}")
        self.line = line
        self.column = column
        self.message_de = message_de
        self.message_en = message_en


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a part of an expression gave null: the place (counted from 1) and the reason in two languages."""

    line: int
    column: int
    message_de: str
    message_en: str

    def __str__(self) -> str:
        return f"Zeile {self.line}, Spalte {self.column}: {self.message_de}"


class Fault(Exception):
    """An operation has no value; the caller turns it into null and records the reason."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(de)
        self.de = de
        self.en = en


class LimitReached(Fault):
    """A bound of the evaluation was reached; the whole evaluation ends with null."""
