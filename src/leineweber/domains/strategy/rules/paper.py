"""The paper as plain data: numbers in order, canonical JSON that can be sealed, and two editions compared in words."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""Kind → its parts, each a mapping of field to text, list of texts, or nothing; `id` names the part for ever."""

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"proposed", "adopted", "dropped"}),
    "proposed": frozenset({"draft", "adopted", "dropped"}),
    "adopted": frozenset({"completed", "dropped"}),
    "completed": frozenset(),
    "dropped": frozenset(),
}
"""Status of a goal → what may come next."""

KIND_LABELS: Mapping[str, str] = {
    "vision": "Vision",
    "strategic_goal": "Strategisches Ziel",
    "principle": "Prinzip",
    "field": "Handlungsfeld",
    "measure": "Maßnahme",
    "goal": "Smartes Ziel",
}
_PROSE = {"number": "Nummer", "title": "Titel", "text": "Text"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "vision": _PROSE,
    "strategic_goal": _PROSE | {"serves": "Dient"},
    "principle": _PROSE,
    "field": _PROSE,
    "measure": _PROSE | {"field": "Handlungsfeld", "serves": "Dient"},
    "goal": {
        "number": "Nummer",
        "title": "Titel",
        "status": "Stand",
        "field": "Handlungsfeld",
        "purpose": "Zweck",
        "result": "Ergebnis",
        "indicator": "Kennzahl",
        "unit": "Einheit",
        "direction": "Richtung",
        "baseline": "Ausgangswert",
        "baseline_on": "Ausgangswert vom",
        "target": "Zielwert",
        "trajectory": "Sollpfad",
        "points": "Punkte des Sollpfads",
        "source": "Quelle",
        "attainable": "Warum erreichbar",
        "responsible": "Verantwortlich",
        "participants": "Beteiligt",
        "start": "Beginn",
        "end": "Ende",
        "effort_days": "Aufwand in Personentagen",
        "costs": "Kosten je Jahr",
        "funding": "Finanzierung",
        "risks": "Risiken",
        "dependencies": "Abhängigkeiten",
        "contribution": "Beitrag zu Zielen und Prinzipien",
        "serves": "Dient",
        "follows": "Folgt",
        "on_citizens": "Wirkung auf Bürgerschaft und Wirtschaft",
        "on_staff": "Wirkung auf Beschäftigte",
        "on_climate": "Wirkung auf das Klima",
        "on_accessibility": "Wirkung auf die Barrierefreiheit",
        "on_data_ethics": "Datenethik",
        "measurements": "Gemessen durch",
        "overruled": "Beschlossen trotz Befunden",
        "resolution": "Beschluss",
    },
}
"""Kind → field → label on the screen, in the order in which they are read."""
_NUMBERS = frozenset({"baseline", "target"})
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def _roman(text: str) -> int:
    total = 0
    values = [_ROMAN[letter] for letter in text]
    for index, value in enumerate(values):
        total += -value if index + 1 < len(values) and values[index + 1] > value else value
    return total


def number_key(number: str) -> str:
    """Return what sorts numbers as the paper does: `A.V.2` before `B.II.2.4` before `B.II.2.10`; nothing comes last."""
    parts = []
    for part in number.split("."):
        if part.isascii() and part.isdigit():
            parts.append(part.zfill(5))
        elif parts and part and set(part) <= set(_ROMAN):
            parts.append(str(_roman(part)).zfill(5))
        else:
            parts.append(part.lower())
    return ".".join(parts)[:80] if number else "~"


def canonical(content: Content) -> str:
    """Return the one way to write a paper down: keys sorted, no white space between tokens, text as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-512 of a text as 128 hexadecimal digits."""
    return hashlib.sha512(text.encode("utf-8")).hexdigest()


def _german(value: Decimal) -> str:
    """Return a number as Germans write it: `1.250,5`, without zeros at its end."""
    whole, _, part = f"{value:,f}".partition(".")
    part = part.rstrip("0")
    return whole.replace(",", ".") + (f",{part}" if part else "")


def shown(field: str, value: Any) -> str:
    """Return a value of the paper as people read it; nothing is said in words."""
    if value is None or value == "" or value == []:
        return "keine Angabe"
    if isinstance(value, (list, tuple)):
        return "; ".join(shown(field, one) for one in value)
    text = str(value)
    if field in _NUMBERS:
        return _german(Decimal(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    return text


Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs: its label, and how it reads before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the paper that came, went or changed; only changed ones tell their fields."""

    kind: str
    how: Kind
    number: str
    title: str
    changes: tuple[Change, ...] = ()

    @property
    def sentence(self) -> str:
        """What happened, in one German sentence."""
        name = f"{KIND_LABELS[self.kind]} {self.number} „{self.title}“"
        if self.how == "added":
            return f"{name} ist neu."
        if self.how == "removed":
            return f"{name} ist entfallen."
        labels = [change.label for change in self.changes]
        if len(labels) == 1:
            return f"{name}: Geändert ist {labels[0]}."
        return f"{name}: Geändert sind {', '.join(labels[:-1])} und {labels[-1]}."


def differences(before: Content, after: Content) -> list[Difference]:
    """Return what differs between two papers in the order of the later; what is gone comes last of its kind."""
    found: list[Difference] = []
    for kind, fields in FIELDS.items():
        old = {str(part["id"]): part for part in before.get(kind, ())}
        new = {str(part["id"]): part for part in after.get(kind, ())}
        for key, part in new.items():
            number, title = str(part.get("number", "")), str(part.get("title", ""))
            if key not in old:
                found.append(Difference(kind, "added", number, title))
                continue
            changes = tuple(
                Change(label, shown(field, old[key].get(field)), shown(field, part.get(field)))
                for field, label in fields.items()
                if old[key].get(field) != part.get(field)
            )
            if changes:
                found.append(Difference(kind, "changed", number, title, changes))
        for key, part in old.items():
            if key not in new:
                found.append(
                    Difference(kind, "removed", str(part.get("number", "")), str(part.get("title", "")))
                )
    return found


def words(before: str, after: str) -> list[tuple[Literal["same", "out", "in"], str]]:
    """Return how one text became another, word by word: what stayed, what went out, what came in."""
    old, new = before.split(" "), after.split(" ")
    parts: list[tuple[Literal["same", "out", "in"], str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            parts.append(("out", " ".join(old[a:b])))
        if d > c:
            parts.append(("in", " ".join(new[c:d])))
    return parts
