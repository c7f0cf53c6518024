"""Pictures of the room as SVG made on the server: the bar plan (Gantt) of one or of all, the network.

As in `kernel.ui.charts` there are only classes and presentation attributes. Bars that may be moved carry data
attributes; `gantt.js` makes them draggable and lets them follow the arrow keys, and writes into the table's fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.domains.portfolio.rules import network
from leineweber.kernel.ui import charts
from leineweber.kernel.ui.jinja import date_de, money, number

WIDTH = 1120
LABELS = 290
ROW = 34
HEAD = 40
MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")


@dataclass(frozen=True, slots=True)
class Mark:
    """A diamond on a row: a day and its name."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A row of a bar plan. `kind` is bar, summary, milestone or group (a heading without a bar).

    `movable` names the fields in the table that a moved bar writes into: `beginn-<movable>` and `ende-<movable>`.
    """

    id: UUID | str
    label: str
    kind: str
    start: date
    end: date
    depth: int = 0
    progress: int = 0
    critical: bool = False
    movable: str = ""
    frozen: tuple[date, date] | None = None
    marks: Sequence[Mark] = field(default_factory=tuple)
    href: str = ""


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _clip(text: str, width: float) -> str:
    room = max(6, int(width / 7.4))
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


class _Scale:
    """Days to pixels."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self.last = last
        self.per_day = (WIDTH - LABELS - 12) / ((last - first).days + 1)

    def x(self, day: date) -> float:
        """Return where a day begins, within the picture."""
        return LABELS + min(max((day - self.first).days, 0), (self.last - self.first).days + 1) * self.per_day

    def after(self, day: date) -> float:
        """Return where a day ends."""
        return self.x(day + timedelta(days=1))


def _ticks(scale: _Scale) -> Iterable[tuple[date, str, bool]]:
    """Yield first days of months, quarters or years with their words, and whether the line is strong."""
    days = (scale.last - scale.first).days
    every = 1 if days <= 430 else 3 if days <= 2000 else 12
    at = scale.first.replace(day=1)
    while at <= scale.last:
        if (at.month - 1) % every == 0 and at >= scale.first:
            if every == 12:
                word = str(at.year)
            elif every == 3:
                word = f"{(at.month - 1) // 3 + 1}. Q."
            else:
                word = MONTHS[at.month - 1]
            yield at, word, at.month == 1
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)


def _diamond(x: float, y: float, classes: str, title: str) -> SafeString:
    return format_html(
        '<path d="M{} {}l8 8-8 8-8-8z" class="{}"><title>{}</title></path>', _n(x), _n(y - 8), classes, title
    )


def _row(row: GanttRow, y: float, scale: _Scale) -> SafeString:
    middle = y + ROW / 2
    words = row.label if row.kind == "group" else f"{row.label}: {date_de(row.start)} bis {date_de(row.end)}"
    parts: list[SafeString] = []
    indent = 8 + row.depth * 14
    label = format_html(
        '<text x="{}" y="{}" class="{}">{}</text>',
        _n(indent),
        _n(middle + 5),
        "lw-c-strong" if row.kind in {"summary", "group"} else "",
        _clip(row.label, LABELS - indent - 10),
    )
    parts.append(format_html('<a href="{}">{}</a>', row.href, label) if row.href else label)
    if row.kind == "group":
        return format_html("<g>{}</g>", parts[0])
    if row.frozen is not None:
        left, right = scale.x(row.frozen[0]), scale.after(row.frozen[1])
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="5" class="pf-frozen">'
                "<title>Basisplan: {} bis {}</title></rect>",
                _n(left),
                _n(y + ROW - 7),
                _n(max(2, right - left)),
                date_de(row.frozen[0]),
                date_de(row.frozen[1]),
            )
        )
    bar: list[SafeString] = []
    if row.kind == "milestone":
        bar.append(
            _diamond(
                scale.after(row.end), middle - 2, "pf-mark pf-critical" if row.critical else "pf-mark", words
            )
        )
    else:
        left, right = scale.x(row.start), scale.after(row.end)
        height = 8 if row.kind == "summary" else 18
        top = middle - 2 - height / 2
        classes = (
            "pf-summary" if row.kind == "summary" else "pf-bar pf-critical" if row.critical else "pf-bar"
        )
        bar.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"><title>{}</title></rect>',
                _n(left),
                _n(top),
                _n(max(3, right - left)),
                height,
                classes,
                words + (f", {row.progress} Prozent fertig" if row.progress else ""),
            )
        )
        if row.progress and row.kind != "summary":
            bar.append(
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="4" class="pf-done"/>',
                    _n(left),
                    _n(top + 7),
                    _n((right - left) * row.progress / 100),
                )
            )
        bar.extend(
            _diamond(scale.after(mark.day), middle - 2, "pf-mark", f"{mark.name}, {date_de(mark.day)}")
            for mark in row.marks
        )
    attributes = SafeString("")
    if row.movable:
        attributes = format_html(
            ' data-gantt-bar="{}" data-start="{}" data-end="{}" data-kind="{}" data-name="{}"',
            row.movable,
            row.start.isoformat(),
            row.end.isoformat(),
            row.kind,
            row.label,
        )
    parts.append(format_html("<g{}>{}</g>", attributes, format_html_join("", "{}", ((one,) for one in bar))))
    return format_html("<g>{}</g>", format_html_join("", "{}", ((one,) for one in parts)))


def _arrow(
    arc: network.Arc[UUID], places: Mapping[UUID, tuple[float, float, float]], broken: bool
) -> SafeString:
    left, right, y = places[arc.before]
    other_left, other_right, other_y = places[arc.after]
    begin = right if arc.kind in {"FS", "FF"} else left
    end = other_left if arc.kind in {"FS", "SS"} else other_right
    turn = begin + 7 if arc.kind in {"FS", "FF"} else begin - 7
    tip = 1 if arc.kind in {"FS", "SS"} else -1
    return format_html(
        '<path d="M{} {}H{}V{}H{}m{} -4l{} 4 {} 4" class="{}"/>',
        _n(begin),
        _n(y),
        _n(turn),
        _n(other_y),
        _n(end),
        -6 * tip,
        6 * tip,
        -6 * tip,
        "pf-arrow pf-arrow--broken" if broken else "pf-arrow",
    )


def gantt(
    id: str,
    title: str,
    rows: Sequence[GanttRow],
    *,
    today: date,
    arcs: Sequence[network.Arc[UUID]] = (),
    broken: frozenset[tuple[UUID, UUID]] = frozenset(),
) -> SafeString:
    """Return a bar plan as SVG; `id` makes its title unique in the page."""
    days = [day for row in rows if row.kind != "group" for day in (row.start, row.end)]
    days += [day for row in rows if row.frozen for day in row.frozen]
    first, last = (min(days), max(days)) if days else (today, today)
    scale = _Scale(first.replace(day=1), max(last, first + timedelta(days=27)) + timedelta(days=10))
    height = HEAD + ROW * max(1, len(rows)) + 6
    parts: list[SafeString] = []
    for index in range(1, len(rows), 2):
        parts.append(
            format_html(
                '<rect x="0" y="{}" width="{}" height="{}" class="pf-stripe"/>',
                _n(HEAD + index * ROW),
                WIDTH,
                ROW,
            )
        )
    last_word = -99.0
    for day, word, strong in _ticks(scale):
        x = scale.x(day)
        parts.append(
            format_html(
                '<line x1="{x}" y1="{}" x2="{x}" y2="{}" class="{}"/>',
                HEAD - 6,
                height,
                "lw-c-axis" if strong else "lw-c-grid",
                x=_n(x),
            )
        )
        if x - last_word > 34 and word != str(day.year):
            parts.append(
                format_html('<text x="{}" y="{}" class="lw-c-muted">{}</text>', _n(x + 3), HEAD - 10, word)
            )
            last_word = x
        if strong or day == scale.first:
            parts.append(
                format_html('<text x="{}" y="14" class="lw-c-strong">{}</text>', _n(x + 3), day.year)
            )
    if scale.first <= today <= scale.last:
        parts.append(
            format_html(
                '<line x1="{x}" y1="{}" x2="{x}" y2="{}" class="pf-today"/>',
                HEAD - 6,
                height,
                x=_n(scale.after(today)),
            )
        )
    places: dict[UUID, tuple[float, float, float]] = {}
    for index, row in enumerate(rows):
        if isinstance(row.id, UUID) and row.kind != "group":
            x = scale.after(row.end)
            edges = (x - 8, x + 8) if row.kind == "milestone" else (scale.x(row.start), scale.after(row.end))
            places[row.id] = (*edges, HEAD + index * ROW + ROW / 2 - 2)
    parts.extend(
        _arrow(arc, places, (arc.before, arc.after) in broken)
        for arc in arcs
        if arc.before in places and arc.after in places
    )
    parts.extend(_row(row, HEAD + index * ROW, scale) for index, row in enumerate(rows))
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group" aria-labelledby="{id}-t" data-gantt '
        'data-day="{per}"><title id="{id}-t">{title}</title>{inside}</svg>',
        w=WIDTH,
        h=_n(height),
        id=id,
        per=f"{scale.per_day:.6f}",
        title=title,
        inside=format_html_join("", "{}", ((one,) for one in parts)),
    )


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """A fiscal year: euros planned, and euros committed and paid."""

    year: int
    planned: Decimal
    bound: Decimal


def money_chart(title: str, bars: Sequence[MoneyBar], source: str) -> charts.Chart:
    """Return planned money by year as pale bars, what is bound of it as strong ones, in thousand euros."""
    top = charts.nice_maximum(max((max(one.planned, one.bound) for one in bars), default=Decimal(0)))
    left, room, step = 56, 230, 34

    def thousand(value: Decimal) -> str:
        return number(value / 1000, 0)

    def draw() -> SafeString:
        parts = []
        for index, one in enumerate(bars):
            y = index * step + 6
            planned, bound = (float(value / top) * room for value in (one.planned, one.bound))
            parts.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="end">{}</text>'
                    '<rect x="{}" y="{}" width="{}" height="22" rx="2" class="lw-c-need"/>'
                    '<rect x="{}" y="{}" width="{}" height="12" rx="2" class="lw-c-bar"/>'
                    '<text x="{}" y="{}" class="lw-c-strong">{} von {} Tsd. €</text>',
                    left - 10,
                    y + 16,
                    one.year,
                    left,
                    y,
                    _n(planned),
                    left,
                    y + 5,
                    _n(bound),
                    _n(left + max(planned, bound) + 10),
                    y + 16,
                    thousand(one.bound),
                    thousand(one.planned),
                )
            )
        return format_html_join("", "{}", ((one,) for one in parts))

    most = max(bars, key=lambda one: one.planned, default=None)
    return charts.Chart(
        title=title,
        description=f"Am meisten ist {most.year} geplant: {thousand(most.planned)} Tausend Euro."
        if most
        else "Keine Werte.",
        height=step * max(1, len(bars)) + 8,
        columns=[
            {"key": "year", "label": "Haushaltsjahr"},
            {"key": "planned", "label": "geplant", "numeric": True},
            {"key": "bound", "label": "gebunden (Obligo und Ist)", "numeric": True},
        ],
        rows=[
            {"cells": {"year": str(one.year), "planned": money(one.planned), "bound": money(one.bound)}}
            for one in bars
        ],
        draw=draw,
        source=source,
    )


BOX, BOX_HEIGHT, GAP, ROW_GAP = 190, 66, 46, 22


def network_picture(
    id: str,
    title: str,
    found: network.Network[UUID],
    arcs: Sequence[network.Arc[UUID]],
    names: Mapping[UUID, str],
) -> SafeString:
    """Return the network as SVG: a box an activity, from left to right; critical ones have a thick edge and say so."""
    rank: dict[UUID, int] = {}
    before: dict[UUID, list[UUID]] = {}
    for arc in arcs:
        before.setdefault(arc.after, []).append(arc.before)
    for key in found.timings:
        rank[key] = max((rank[one] + 1 for one in before.get(key, ())), default=0)
    columns: dict[int, list[UUID]] = {}
    for key in sorted(
        found.timings, key=lambda one: (found.timings[one].total, found.timings[one].earliest_start)
    ):
        columns.setdefault(rank[key], []).append(key)
    places: dict[UUID, tuple[float, float]] = {}
    for column, keys in columns.items():
        for index, key in enumerate(keys):
            places[key] = (8 + column * (BOX + GAP), 8 + index * (BOX_HEIGHT + ROW_GAP))
    width = 16 + max(1, len(columns)) * (BOX + GAP) - GAP
    height = 16 + max((len(keys) for keys in columns.values()), default=1) * (BOX_HEIGHT + ROW_GAP)
    parts: list[SafeString] = []
    for arc in arcs:
        (x1, y1), (x2, y2) = places[arc.before], places[arc.after]
        critical = found.timings[arc.before].critical and found.timings[arc.after].critical
        parts.append(
            format_html(
                '<path d="M{} {}C{} {} {} {} {} {}m-7 -4l7 4-7 4" class="{}"/>',
                _n(x1 + BOX),
                _n(y1 + BOX_HEIGHT / 2),
                _n(x1 + BOX + GAP / 2),
                _n(y1 + BOX_HEIGHT / 2),
                _n(x2 - GAP / 2),
                _n(y2 + BOX_HEIGHT / 2),
                _n(x2),
                _n(y2 + BOX_HEIGHT / 2),
                "pf-arrow pf-arrow--critical" if critical else "pf-arrow",
            )
        )
    for key, (x, y) in places.items():
        timing = found.timings[key]
        parts.append(
            format_html(
                '<g><rect x="{}" y="{}" width="{}" height="{}" rx="4" class="{}"/>'
                '<text x="{}" y="{}" class="lw-c-strong">{}</text>'
                '<text x="{}" y="{}" class="lw-c-muted">Tag {} bis {}</text>'
                '<text x="{}" y="{}" class="{}">{}</text></g>',
                _n(x),
                _n(y),
                BOX,
                BOX_HEIGHT,
                "pf-box pf-box--critical" if timing.critical else "pf-box",
                _n(x + 10),
                _n(y + 20),
                _clip(names[key], BOX - 16),
                _n(x + 10),
                _n(y + 39),
                timing.earliest_start,
                timing.earliest_finish,
                _n(x + 10),
                _n(y + 57),
                "lw-c-strong" if timing.critical else "lw-c-muted",
                "kritisch" if timing.critical else f"Puffer {timing.total} Tage",
            )
        )
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{id}-t">'
        '<title id="{id}-t">{title}</title>{inside}</svg>',
        w=_n(width),
        h=_n(height),
        id=id,
        title=title,
        inside=format_html_join("", "{}", ((one,) for one in parts)),
    )
