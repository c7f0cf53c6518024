"""Charts as SVG made on the server: bars, a line with its target trajectory, need against what there is.

Every chart begins at zero, carries its values as direct labels, has `<title>` and `<desc>`, and holds the same
figures as columns and rows for the table beside it (`chart_frame` in `ui/components.html` shows both). No style
attributes: only classes and presentation attributes, because the content security policy forbids inline styles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.kernel.ui.jinja import date_de, number

Number = Decimal | int
WIDTH = 480
CHARACTER = 7.6
MONTHS = ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table. `columns` and `rows` are as `data_table` takes them; `draw` makes the SVG's inside."""

    title: str
    description: str
    height: int
    columns: Sequence[dict[str, Any]]
    rows: Sequence[dict[str, Any]]
    draw: Callable[[], SafeString] = field(repr=False)
    source: str = ""

    def svg(self, id: str) -> SafeString:
        """Return the picture; `id` makes its title and description unique in the page."""
        return format_html(
            '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{id}-t {id}-d">'
            '<title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{inside}</svg>',
            w=WIDTH,
            h=self.height,
            id=id,
            title=self.title,
            desc=self.description,
            inside=self.draw(),
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label and its value; `weak` draws it paler than the others."""

    label: str
    value: Number
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed in one place (a district, a function) and what there is."""

    label: str
    need: Number
    value: Number


@dataclass(frozen=True, slots=True)
class Reading:
    """A value on a day."""

    day: date
    value: Number


@dataclass(frozen=True, slots=True)
class Course:
    """How one part (a district) comes to what it needs: running totals by day, in order."""

    label: str
    need: Number
    readings: Sequence[Reading]


def nice_maximum(value: Number) -> Decimal:
    """Return the least of 1, 2, 2.5, 3, 4, 5, 8 or 10 times a power of ten that reaches the value; 1 for nothing."""
    exact = Decimal(value)
    if exact <= 0:
        return Decimal(1)
    power = Decimal(10) ** (ceil(log10(exact)) - 1)
    steps = (Decimal(step) for step in ("1", "2", "2.5", "3", "4", "5", "8", "10", "20"))
    return next(step * power for step in steps if step * power >= exact)


def _x(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _clip(text: str, width: float) -> str:
    room = max(4, int(width / CHARACTER))
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _text(x: float, y: float, text: str, classes: str = "", anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', _x(x), _x(y), classes, anchor, text
    )


def _rect(x: float, y: float, width: float, height: float, classes: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>',
        _x(x),
        _x(y),
        _x(max(0.0, width)),
        _x(max(0.0, height)),
        classes,
    )


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', _x(x1), _x(y1), _x(x2), _x(y2), classes
    )


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _label_width(labels: Sequence[str]) -> float:
    return min(170.0, max([60.0, *(len(label) * CHARACTER + 12 for label in labels)]))


def bars(title: str, items: Sequence[Bar], unit: str = "", source: str = "", label: str = "Bereich") -> Chart:
    """Compare amounts: one horizontal bar each, the value written at its end."""
    top = nice_maximum(max((item.value for item in items), default=0))
    left = _label_width([item.label for item in items])
    room = WIDTH - left - 56
    step = 32
    height = step * max(1, len(items)) + 8

    def draw() -> SafeString:
        parts = [_line(left, 0, left, height - 4, "lw-c-axis")]
        for index, item in enumerate(items):
            y = index * step + 6
            length = float(Decimal(item.value) / top) * room
            parts.append(_text(left - 10, y + 15, _clip(item.label, left), anchor="end"))
            parts.append(_rect(left, y, length, 20, "lw-c-bar lw-c-bar--weak" if item.weak else "lw-c-bar"))
            parts.append(_text(left + length + 8, y + 15, number(item.value), "lw-c-strong"))
        return _joined(parts)

    largest = max(items, key=lambda item: item.value, default=None)
    described = (
        "Keine Werte."
        if largest is None
        else f"Am höchsten: {largest.label} mit {number(largest.value)} {unit}".strip()
    )
    return Chart(
        title=title,
        description=described,
        height=height,
        columns=[
            {"key": "label", "label": label},
            {"key": "value", "label": unit or "Wert", "numeric": True},
        ],
        rows=[{"cells": {"label": item.label, "value": number(item.value)}} for item in items],
        draw=draw,
        source=source,
    )


def need_bars(
    title: str,
    items: Sequence[Need],
    value_label: str = "vorhanden",
    need_label: str = "benötigt",
    source: str = "",
    label: str = "Bereich",
) -> Chart:
    """Compare what is needed with what there is: a pale bar for the need, a strong one within it."""
    top = nice_maximum(max((max(item.need, item.value) for item in items), default=0))
    left = _label_width([item.label for item in items])
    room = WIDTH - left - 168
    step = 34
    height = step * max(1, len(items)) + 8

    def draw() -> SafeString:
        parts = [_line(left, 0, left, height - 4, "lw-c-axis")]
        for index, item in enumerate(items):
            y = index * step + 6
            need = float(Decimal(item.need) / top) * room
            length = float(Decimal(item.value) / top) * room
            end = left + max(need, length) + 10
            missing = Decimal(item.need) - Decimal(item.value)
            parts.append(_text(left - 10, y + 16, _clip(item.label, left), anchor="end"))
            parts.append(_rect(left, y, need, 22, "lw-c-need"))
            parts.append(_rect(left, y + 5, length, 12, "lw-c-bar"))
            said = f"{number(item.value)} von {number(item.need)}"
            parts.append(_text(end, y + 16, said, "lw-c-strong"))
            if missing > 0:
                gap = end + len(said) * CHARACTER + 10
                parts.append(_text(gap, y + 16, f"fehlen {number(missing)}", "lw-c-muted"))
        return _joined(parts)

    short = [item for item in items if item.value < item.need]
    described = (
        "Überall ist der Bedarf gedeckt."
        if not short
        else f"In {len(short)} von {len(items)} fehlt noch etwas, am meisten in "
        + max(short, key=lambda item: Decimal(item.need) - Decimal(item.value)).label
        + "."
    )
    return Chart(
        title=title,
        description=described,
        height=height,
        columns=[
            {"key": "label", "label": label},
            {"key": "value", "label": value_label, "numeric": True},
            {"key": "need", "label": need_label, "numeric": True},
            {"key": "missing", "label": "fehlen", "numeric": True},
        ],
        rows=[
            {
                "cells": {
                    "label": item.label,
                    "value": number(item.value),
                    "need": number(item.need),
                    "missing": number(max(Decimal(0), Decimal(item.need) - Decimal(item.value))),
                }
            }
            for item in items
        ],
        draw=draw,
        source=source,
    )


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    days = (last - first).days
    if days <= 14:
        return [(first, f"{first:%d.%m.}"), (last, f"{last:%d.%m.}")]
    months = (last.year - first.year) * 12 + last.month - first.month
    every = 1 if months <= 8 else 3 if months <= 24 else 12
    found: list[tuple[date, str]] = []
    for index in range(1, months + 1):
        absolute = first.year * 12 + first.month - 1 + index
        day = date(absolute // 12, absolute % 12 + 1, 1)
        if (day.month - 1) % every == 0:
            found.append((day, str(day.year) if day.month == 1 else MONTHS[day.month - 1]))
    return found or [(first, f"{first:%d.%m.}"), (last, f"{last:%d.%m.}")]


def line(
    title: str,
    readings: Sequence[Reading],
    target: Sequence[Reading] = (),
    unit: str = "",
    value_label: str = "Stand",
    target_label: str = "Sollpfad",
    source: str = "",
) -> Chart:
    """Show a course in time, beside the trajectory that was planned (dashed); both are labelled at their last point."""
    everything = [*readings, *target]
    first = min((reading.day for reading in everything), default=date(2000, 1, 1))
    last = max((reading.day for reading in everything), default=date(2000, 1, 2))
    days = max(1, (last - first).days)
    top = nice_maximum(max((reading.value for reading in everything), default=0))
    left, right, up, height = 44.0, WIDTH - 14.0, 26.0, 250
    down = height - 30.0

    def place(reading: Reading) -> tuple[float, float]:
        along = left + (reading.day - first).days / days * (right - left)
        return along, down - float(Decimal(reading.value) / top) * (down - up)

    def path(points: Sequence[Reading]) -> str:
        return "".join(
            f"{'M' if index == 0 else 'L'}{_x(x)} {_x(y)}" for index, (x, y) in enumerate(map(place, points))
        )

    def draw() -> SafeString:
        parts: list[SafeString] = []
        for share in (0, Decimal("0.5"), 1):
            y = down - float(share) * (down - up)
            parts.append(_line(left, y, right, y, "lw-c-axis" if share == 0 else "lw-c-grid"))
            parts.append(_text(left - 8, y + 4, number(top * share), "lw-c-muted", "end"))
        for day, word in _ticks(first, last):
            x = left + (day - first).days / days * (right - left)
            parts.append(_line(x, down, x, down + 5, "lw-c-axis"))
            parts.append(_text(x, down + 20, word, "lw-c-muted", "middle"))
        if target:
            parts.append(format_html('<path d="{}" class="lw-c-target"/>', path(target)))
            x, y = place(target[-1])
            said = f"{target_label} {number(target[-1].value)}"
            parts.append(_text(x, max(14.0, y - 10), said, "lw-c-muted", "end"))
        if readings:
            parts.append(format_html('<path d="{}" class="lw-c-line"/>', path(readings)))
            x, y = place(readings[-1])
            parts.append(format_html('<circle cx="{}" cy="{}" r="4.5" class="lw-c-dot"/>', _x(x), _x(y)))
            said = f"{value_label} {number(readings[-1].value)}"
            fits = x + 10 + len(said) * CHARACTER < right
            below = y + 24 if y + 24 < down - 4 else y - 30
            parts.append(_text(x + 10 if fits else x, below, said, "lw-c-strong", "start" if fits else "end"))
        return _joined(parts)

    planned = {reading.day: reading.value for reading in target}
    measured = {reading.day: reading.value for reading in readings}
    columns: list[dict[str, Any]] = [
        {"key": "day", "label": "Tag"},
        {"key": "value", "label": f"{value_label} ({unit})" if unit else value_label, "numeric": True},
    ]
    if target:
        columns.append({"key": "target", "label": target_label, "numeric": True})
    described = "Keine Werte."
    if readings:
        described = (
            f"{value_label} am {date_de(readings[-1].day)}: {number(readings[-1].value)} {unit}".strip() + "."
        )
        if target:
            described += f" {target_label} am {date_de(target[-1].day)}: {number(target[-1].value)}."
    return Chart(
        title=title,
        description=described,
        height=height,
        columns=columns,
        rows=[
            {
                "cells": {
                    "day": date_de(day),
                    "value": number(measured[day]) if day in measured else "",
                    "target": number(planned[day]) if day in planned else "",
                }
            }
            for day in sorted(measured.keys() | planned.keys())
        ],
        draw=draw,
        source=source,
    )


PANEL_WIDTH, PANEL_HEIGHT, PANEL_GAP = 228, 92, 24


def courses(
    title: str,
    items: Sequence[Course],
    first: date,
    last: date,
    need_label: str = "benötigt",
    source: str = "",
    label: str = "Bereich",
) -> Chart:
    """Show how parts come to their need: a small picture each, all on one scale, the way that was planned dashed."""
    days = max(1, (last - first).days)
    top = max((max([item.need, *(reading.value for reading in item.readings)]) for item in items), default=0)
    room = PANEL_HEIGHT - 42

    def draw() -> SafeString:
        parts: list[SafeString] = []
        for index, item in enumerate(items):
            left = index % 2 * (PANEL_WIDTH + PANEL_GAP)
            up = index // 2 * PANEL_HEIGHT
            down = up + PANEL_HEIGHT - 16

            def place(day: date, value: Number, left: float = left, down: float = down) -> str:
                along = left + (day - first).days / days * PANEL_WIDTH
                return f"{_x(along)} {_x(down - float(Decimal(value) / (Decimal(top) or 1)) * room)}"

            reached = item.readings[-1].value if item.readings else 0
            parts.append(_text(left, up + 14, _clip(item.label, PANEL_WIDTH - 80)))
            said = f"{number(reached)} von {number(item.need)}"
            parts.append(_text(left + PANEL_WIDTH, up + 14, said, "lw-c-strong", "end"))
            parts.append(_line(left, down, left + PANEL_WIDTH, down, "lw-c-axis"))
            planned = f"M{place(first, 0)}L{place(last, item.need)}"
            parts.append(format_html('<path d="{}" class="lw-c-target"/>', planned))
            if item.readings:
                path = "L".join(place(reading.day, reading.value) for reading in item.readings)
                parts.append(format_html('<path d="M{}" class="lw-c-line"/>', path))
                x, y = place(item.readings[-1].day, reached).split()
                parts.append(format_html('<circle cx="{}" cy="{}" r="3.5" class="lw-c-dot"/>', x, y))
        return _joined(parts)

    # A table of every week would be too wide to read: the last reading of each month, and the last of all.
    months = {
        (reading.day.year, reading.day.month): reading.day for item in items for reading in item.readings
    }
    shown = sorted(months.values())
    ahead = sum(
        bool(item.readings)
        and item.readings[-1].value * days >= item.need * min(days, (item.readings[-1].day - first).days)
        for item in items
    )
    return Chart(
        title=title,
        description=f"{ahead} von {len(items)} liegen auf oder über ihrem Sollpfad."
        if items
        else "Keine Werte.",
        height=PANEL_HEIGHT * max(1, (len(items) + 1) // 2),
        columns=[
            {"key": "label", "label": label},
            *({"key": f"{day}", "label": f"{day:%d.%m.}", "numeric": True} for day in shown),
            {"key": "need", "label": need_label, "numeric": True},
        ],
        rows=[
            {
                "cells": {
                    "label": item.label,
                    **{f"{reading.day}": number(reading.value) for reading in item.readings},
                    "need": number(item.need),
                }
            }
            for item in items
        ],
        draw=draw,
        source=source,
    )
