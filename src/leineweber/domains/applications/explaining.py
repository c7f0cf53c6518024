"""Decisions made by table in words: for the clerk, for the applicant, and for the reasons of a notice. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leineweber.capabilities.processes.engine import values
from leineweber.kernel import clock
from leineweber.kernel.expressions import DaysDuration, MonthsDuration

if TYPE_CHECKING:
    from leineweber.capabilities.processes.queries import MadeByTable


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that led to a result: its number, its conditions beside the inputs, its annotations."""

    number: int
    description: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AskedInput:
    """What a table asked: label, value in words, and what the rules that fired demand of it, as written."""

    label: str
    text: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplainedTable:
    """How one table was decided."""

    decision: str
    question: str
    inputs: tuple[AskedInput, ...]
    rules: tuple[FiredRule, ...]
    result: str

    @property
    def short(self) -> str:
        """Which rules fired, in a few words."""
        numbers = [str(rule.number) for rule in self.rules]
        if not numbers:
            return "Keine Regel trifft zu"
        if len(numbers) == 1:
            return f"Regel {numbers[0]} trifft zu"
        return f"Regeln {', '.join(numbers[:-1])} und {numbers[-1]} treffen zu"


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision made in a case and why; the table of the decision itself comes last."""

    key: str
    at: datetime
    element: str
    name: str
    decision: str
    result: str
    tables: tuple[ExplainedTable, ...]
    problems: tuple[str, ...]

    @property
    def short(self) -> str:
        """The result and the rules in one sentence."""
        own = [table.short for table in self.tables if table.decision == self.decision]
        return f"Ergebnis: {self.result.removesuffix('.')}." + "".join(f" {short}." for short in own)


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,"))


_SPANS = (
    ("Tag", "Tage", 86_400),
    ("Stunde", "Stunden", 3_600),
    ("Minute", "Minuten", 60),
    ("Sekunde", "Sekunden", 1),
)


def _amounts(amount: int, units: Sequence[tuple[str, str, int]]) -> str:
    """Return an amount of the smallest unit in units, largest first; those with none are left out."""
    parts, rest = [], abs(amount)
    for one, many, size in units:
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number} {one if number == 1 else many}")
    return ("minus " if amount < 0 else "") + " ".join(parts or [f"0 {units[0][1]}"])


def in_words(value: Any) -> str:
    """Return a value of FEEL as people read it: ja, 1.234,5, 24.11.2026; „keine Angabe“ for null."""
    match value:
        case None:
            return "keine Angabe"
        case bool():
            return "ja" if value else "nein"
        case int() | Decimal():
            return _number(Decimal(value))
        case datetime():
            moment = clock.local(value) if value.tzinfo else value
            return f"{moment:%d.%m.%Y, %H:%M} Uhr"
        case date():
            return f"{value:%d.%m.%Y}"
        case time():
            return f"{value:%H:%M} Uhr"
        case MonthsDuration():
            return _amounts(value.months, (("Jahr", "Jahre", 12), ("Monat", "Monate", 1)))
        case DaysDuration():
            return _amounts(value.nanos // 10**9, _SPANS)
        case Mapping():
            return "; ".join(f"{name}: {in_words(item)}" for name, item in value.items()) or "leer"
        case list() | tuple():
            return ", ".join(in_words(item) for item in value) or "keine"
        case _:
            return str(value)


def _table(content: Mapping[str, Any]) -> ExplainedTable:
    rules = content["rules"]
    return ExplainedTable(
        decision=content["decision"],
        question=content["question"],
        inputs=tuple(
            AskedInput(
                one["label"],
                in_words(values.unpack(one["value"])),
                tuple(
                    rule["conditions"][place]
                    for rule in rules
                    if place < len(rule["conditions"]) and rule["conditions"][place] != "-"
                ),
            )
            for place, one in enumerate(content["inputs"])
        ),
        rules=tuple(
            FiredRule(
                rule["number"],
                rule["description"],
                tuple((note["name"], note["text"]) for note in rule["notes"]),
            )
            for rule in rules
        ),
        result=in_words(values.unpack(content["value"])),
    )


def explained(made: MadeByTable, only: Collection[str] | None = None) -> Explained:
    """Return a decision in words; with `only`, tables of other decisions are left out.

    What had no value on the way is told to the clerk where the decision came to nothing.
    """
    content = made.explanation
    problems = only is None and content["value"] is None
    return Explained(
        key=str(made.id),
        at=made.at,
        element=made.element,
        name=made.name or made.decision,
        decision=made.decision,
        result=in_words(values.unpack(content["value"])),
        tables=tuple(
            _table(table) for table in content["tables"] if only is None or table["decision"] in only
        ),
        problems=tuple(dict.fromkeys(content["diagnoses"])) if problems else (),
    )


def for_applicant(made: Sequence[MadeByTable], named: Collection[str]) -> list[Explained]:
    """Return the decisions a procedure explains to the applicant, each as it was made last."""
    last = {one.decision: one for one in made if one.decision in named}
    return [explained(one, named) for one in sorted(last.values(), key=lambda one: one.at)]


def for_letters(names: Iterable[str], made: Sequence[MadeByTable]) -> dict[str, dict[str, Any]]:
    """Return what the expressions of letters see as `decisions`: per decision what it came to, and why.

    An entry holds `value`, `rules` (numbers), `reasons` (all texts of the rules) and `notes` (per rule the texts
    by the name of their column). Of a decision that was not made, `value` is null and the lists are empty.
    """
    entries = {name: _entry(None, []) for name in names}
    for one in made:
        for table in one.explanation["tables"]:
            entries[table["decision"]] = _entry(table["value"], table["rules"])
        entries[one.decision] = {
            **entries.get(one.decision, _entry(None, [])),
            "value": values.unpack(one.explanation["value"]),
        }
    return entries


def _entry(value: Any, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "value": values.unpack(value),
        "rules": [rule["number"] for rule in rules],
        "reasons": [note["text"] for rule in rules for note in rule["notes"]],
        "notes": [{note["name"]: note["text"] for note in rule["notes"] if note["name"]} for rule in rules],
    }
