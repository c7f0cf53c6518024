"""Fields of the room's forms: what is asked, in which words, within which bounds; read from a form into values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["text", "area", "int", "decimal", "money", "date", "month", "choice", "check", "many"]
Options = Sequence[Any]
YEARS = (2000, 2100)
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+\Z")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the attribute it fills, its German label, its kind, and its bounds.

    `options` are fixed (value, label) pairs, or `source` names a list that the view finds (`phases`, `units` …).
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    limit: int = 200
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    hint: str = ""
    unit: str = ""
    options: Options = ()
    source: str = ""


@dataclass(slots=True)
class Parsed:
    """What a form holds: values for the service, what was typed, and what is wrong (with the anchor of the field)."""

    values: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        """Note a fault at a field."""
        self.errors.append({"message": message, "href": f"#{name}" if name else "#formular", "field": name})

    @property
    def faults(self) -> dict[str, str]:
        """The first fault of each field."""
        found: dict[str, str] = {}
        for error in self.errors:
            found.setdefault(error["field"], error["message"])
        return found


def number_of(text: str) -> Decimal | None:
    """Return a number typed in German (`1.200,50`) or with a point (`1200.50`); None for anything else."""
    bare = re.sub(r"[\s  €]", "", text).replace("−", "-")
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    elif _THOUSANDS.match(bare):
        bare = bare.replace(".", "")
    if not _NUMBER.match(bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def day_of(text: str) -> date | None:
    """Return a day typed as `24.11.2026` or `2026-11-24` within a century around now; None for anything else."""
    found = re.fullmatch(r"\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*", text, re.ASCII)
    parts = (int(found[3]), int(found[2]), int(found[1])) if found else None
    if parts is None:
        other = re.fullmatch(r"\s*(\d{4})-(\d{2})-(\d{2})\s*", text, re.ASCII)
        parts = (int(other[1]), int(other[2]), int(other[3])) if other else None
    if parts is None or not YEARS[0] <= parts[0] <= YEARS[1]:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def month_of(text: str) -> date | None:
    """Return the first day of a month typed as `03.2027`; None for anything else."""
    found = re.fullmatch(r"\s*(\d{1,2})[./](\d{4})\s*", text, re.ASCII)
    if found is None or not 1 <= int(found[1]) <= 12 or not YEARS[0] <= int(found[2]) <= YEARS[1]:
        return None
    return date(int(found[2]), int(found[1]), 1)


def _choices(one: Field, options: Mapping[str, Options]) -> set[str]:
    found: set[str] = set()
    for option in options.get(one.source, ()) if one.source else one.options:
        if isinstance(option, Mapping):
            found.update(str(value) for value, _ in option["options"])
        else:
            found.add(str(option[0]))
    return found


def read(fields: Sequence[Field], post: Any, options: Mapping[str, Options] | None = None) -> Parsed:
    """Read a form: `post` is a QueryDict; `options` are the choices by source."""
    parsed = Parsed()
    for one in fields:
        _read(one, post, options or {}, parsed)
    return parsed


def bare(text: str) -> str:
    """Return a text without NUL, which PostgreSQL keeps in no column."""
    return text.replace("\x00", "")


def _read(one: Field, post: Any, options: Mapping[str, Options], parsed: Parsed) -> None:
    name, label = one.name, one.label
    if one.kind == "date":
        typed = {part: bare(post.get(f"{name}.{part}", "")).strip()[:4] for part in ("tag", "monat", "jahr")}
        parsed.typed[name] = typed
        parsed.values[name] = None
        if not any(typed.values()):
            if one.required:
                parsed.fault(f"{name}", f"Geben Sie bei „{label}“ ein Datum an.")
            return
        day = day_of(f"{typed['tag']}.{typed['monat']}.{typed['jahr']}")
        if day is None:
            parsed.fault(name, f"Geben Sie bei „{label}“ Tag, Monat und Jahr an, zum Beispiel 24 11 2026.")
        parsed.values[name] = day
        return
    if one.kind == "check":
        parsed.typed[name] = parsed.values[name] = post.get(name, "") == "true"
        return
    if one.kind == "many":
        chosen = [bare(value)[:80] for value in post.getlist(name)[:200]]
        parsed.typed[name] = chosen
        parsed.values[name] = chosen
        if not set(chosen) <= _choices(one, options):
            parsed.fault(name, f"Wählen Sie bei „{label}“ aus der Liste.")
        elif one.required and not chosen:
            parsed.fault(name, f"Wählen Sie bei „{label}“ mindestens einen Eintrag aus.")
        return
    text = bare(post.get(name, "")).replace("\r\n", "\n").strip()
    parsed.typed[name] = text[: one.limit * 2 + 200]
    if not text:
        parsed.values[name] = None if one.kind in {"int", "decimal", "money", "month"} else ""
        if one.required:
            verb = "Wählen Sie bei" if one.kind == "choice" else "Füllen Sie das Feld"
            end = "einen Eintrag aus." if one.kind == "choice" else "aus."
            parsed.fault(name, f"{verb} „{label}“ {end}")
        return
    if one.kind in {"text", "area"}:
        if len(text) > one.limit:
            parsed.fault(name, f"Kürzen Sie „{label}“ auf höchstens {one.limit} Zeichen.")
        parsed.values[name] = text if one.kind == "area" else " ".join(text.split())
    elif one.kind == "choice":
        parsed.values[name] = text
        if text not in _choices(one, options):
            parsed.fault(name, f"Wählen Sie bei „{label}“ einen Eintrag aus der Liste.")
    elif one.kind == "month":
        parsed.values[name] = month_of(text)
        if parsed.values[name] is None:
            parsed.fault(name, f"Geben Sie bei „{label}“ Monat und Jahr an, zum Beispiel 03.2027.")
    else:
        _read_number(one, text, parsed)


def _read_number(one: Field, text: str, parsed: Parsed) -> None:
    number = number_of(text)
    whole = one.kind == "int"
    if number is None or (whole and number != number.to_integral_value()):
        example = "12" if whole else "1.200,50"
        parsed.fault(one.name, f"Geben Sie bei „{one.label}“ eine Zahl an, zum Beispiel {example}.")
        parsed.values[one.name] = None
        return
    low = one.low if one.low is not None else (None if one.kind == "decimal" else 0)
    high = one.high if one.high is not None else Decimal("99999999999.99")
    if (low is not None and number < low) or number > high:
        bounds = f"von {low} bis {high}" if one.high is not None else f"ab {low}"
        parsed.fault(one.name, f"Geben Sie bei „{one.label}“ eine Zahl {bounds} an.")
    parsed.values[one.name] = int(number) if whole else number.quantize(Decimal("0.01"))
