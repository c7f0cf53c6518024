"""Reading what was typed: bounded texts, German numbers, days of three fields, lists of points; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from leineweber.kernel import clock

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?\Z", re.ASCII)
_POINT = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[\s:;=]+(\S.*)\Z", re.ASCII)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
FAR = timedelta(days=366 * 30)


def number_of(text: str) -> Decimal | None:
    """Return a number as Germans write it (`1.234,5`), None if it is none or longer than twenty digits."""
    text = text.strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if len(text) > 28 or not _NUMBER.match(text):
        return None
    return Decimal(text.replace(".", "").replace(",", "."))


def number_text(value: Decimal) -> str:
    """Return a number as it is typed again: all its places, a comma, no groups."""
    return f"{value.normalize():f}".replace(".", ",")


def slug_of(text: str) -> str:
    """Return a short name for a label: `Kurse in der Bibliothek` → `kurse-in-der-bibliothek`; may be empty."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_SPELT))[:50].strip("-")


def points_text(points: Collection[tuple[date, Decimal]]) -> str:
    """Return points of a trajectory as they are typed: a line each."""
    return "\n".join(f"{day:%d.%m.%Y}: {number_text(value)}" for day, value in points)


class Form:
    """What was typed in a form, and what is wrong with it. `values` fill the fields again."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.errors: list[dict[str, str]] = []
        self.values: dict[str, Any] = {}

    @property
    def faults(self) -> dict[str, str]:
        """The messages by field."""
        return {error["field"]: error["message"] for error in self.errors}

    def fault(self, field: str, message: str, anchor: str = "") -> None:
        """Note a fault at a field, one for each; `anchor` is the id to go to if it is another than the field's name."""
        if field not in self.faults:
            self.errors.append({"message": message, "href": f"#{anchor or field}", "field": field})

    def text(self, name: str, most: int, missing: str = "") -> str:
        """Return a text; `missing` is said where it is empty. What is too long is refused, not cut."""
        raw = self.request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n")
        self.values[name] = raw[: most * 2]
        if not raw.strip():
            if missing:
                self.fault(name, missing)
        elif len(raw) > most:
            self.fault(name, f"Kürzen Sie den Text auf höchstens {most} Zeichen.")
        return raw.strip()

    def slug(self, name: str, label: str) -> str:
        """Return a short name, made from the label where none is typed."""
        typed = self.text(name, 50) or slug_of(label)
        if label and not _SLUG.match(typed):
            self.fault(name, "Nehmen Sie kleine Buchstaben ohne Umlaute, Ziffern und Bindestriche.")
        return typed

    def choice(self, name: str, options: Collection[str], missing: str) -> str:
        """Return one of the options."""
        raw = self.request.POST.get(name, "")[:200]
        self.values[name] = raw
        if raw not in options:
            self.fault(name, missing)
            return ""
        return raw

    def number(self, name: str, missing: str, default: Decimal | None = None) -> Decimal | None:
        """Return a number; where nothing is typed the default, or `missing` is said."""
        raw = self.request.POST.get(name, "")[:60]
        self.values[name] = raw
        if not raw.strip() and default is not None:
            return default
        found = number_of(raw)
        if found is None:
            self.fault(name, missing)
        return found

    def whole(self, name: str, most: int = 2_000_000_000) -> int:
        """Return a whole number from 0, such as a hidden version; 0 for anything else."""
        raw = self.request.POST.get(name, "")
        self.values[name] = raw[:12]
        return min(int(raw), most) if raw.isascii() and raw.isdigit() and len(raw) < 11 else 0

    def day(self, name: str, missing: str) -> date | None:
        """Return a day of three fields, within thirty years."""
        typed = {
            part: self.request.POST.get(f"{name}.{part}", "").strip()[:4] for part in ("tag", "monat", "jahr")
        }
        self.values[name] = typed
        if not any(typed.values()):
            self.fault(name, missing, f"{name}-tag")
            return None
        try:
            found = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
        except ValueError:
            self.fault(name, "Geben Sie Tag, Monat und Jahr an, zum Beispiel 24 11 2026.", f"{name}-tag")
            return None
        if abs(found - clock.today()) > FAR:
            self.fault(name, "Das Datum liegt zu weit entfernt.", f"{name}-tag")
            return None
        return found

    def points(self, name: str) -> list[tuple[date, Decimal]]:
        """Return the points of a trajectory, a line each: day, then value."""
        found = []
        for number, line in enumerate(self.text(name, 3000).splitlines(), 1):
            if not line.strip():
                continue
            match = _POINT.match(line.strip())
            value = number_of(match[4]) if match else None
            try:
                day = date(int(match[3]), int(match[2]), int(match[1])) if match else None
            except ValueError:
                day = None
            if day is None or value is None:
                self.fault(name, f"Zeile {number}: Schreiben Sie Tag und Wert, zum Beispiel 31.12.2026: 90")
                return []
            found.append((day, value))
        return found
