"""Pictures of a choice as SVG with their tables: roadmap, use of the limits, front over budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.domains.portfolio.choice import rules
from leineweber.domains.portfolio.choice.model import Instance
from leineweber.domains.portfolio.choice.rules import Slack
from leineweber.domains.portfolio.choice.wording import Words
from leineweber.kernel.ui.charts import WIDTH, Chart, nice_maximum
from leineweber.kernel.ui.jinja import money, number, percent

ROWS = 60
LABELS = 186.0
THOUSAND = Decimal(1000)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, classes: str = "", anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', _n(x), _n(y), classes, anchor, text
    )


def _rect(x: float, y: float, width: float, height: float, classes: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>',
        _n(x),
        _n(y),
        _n(max(0.0, width)),
        _n(height),
        classes,
    )


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', _n(x1), _n(y1), _n(x2), _n(y2), classes
    )


def _all(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _clip(text: str, width: float) -> str:
    room = int(width / 7.6)
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def roadmap(instance: Instance, starts: Mapping[str, int]) -> Chart:
    """Show when the chosen projects run: a bar from the year of the start, the first sixty of them."""
    limits, known = instance.limits, instance.by_id()
    ordered = sorted(starts, key=lambda key: (starts[key], known[key].duration_years, known[key].title))
    shown = ordered[:ROWS]
    step, up = 24, 26.0
    width = (WIDTH - LABELS - 4) / limits.years

    def draw() -> SafeString:
        parts = []
        bottom = up + step * len(shown)
        for year in range(limits.years + 1):
            x = LABELS + year * width
            parts.append(_line(x, up - 6, x, bottom, "lw-c-axis" if year == 0 else "lw-c-grid"))
            if year < limits.years:
                parts.append(_text(x + width / 2, 14, str(limits.first_year + year), "lw-c-muted", "middle"))
        for row, key in enumerate(shown):
            one, y = known[key], up + row * step
            length = min(one.duration_years, limits.years - starts[key]) * width
            parts.append(_text(LABELS - 8, y + 14, _clip(one.title, LABELS - 12), "", "end"))
            classes = "lw-c-bar" if not one.must else "lw-c-bar lw-c-bar--weak"
            parts.append(_rect(LABELS + starts[key] * width + 2, y + 2, length - 4, 16, classes))
        return _all(parts)

    left = len(ordered) - len(shown)
    described = f"{len(ordered)} Vorhaben; blass sind die, die dabei sein müssen."
    if left:
        described += f" Gezeigt sind die ersten {len(shown)}; alle stehen unter „Gewählte Vorhaben“."
    return Chart(
        title="Fahrplan",
        description=described,
        height=int(up) + step * max(1, len(shown)) + 4,
        columns=[
            {"key": "title", "label": "Vorhaben"},
            {"key": "start", "label": "Beginn", "numeric": True},
            {"key": "end", "label": "Ende", "numeric": True},
        ],
        rows=[
            {
                "cells": {
                    "title": known[key].title,
                    "start": str(limits.first_year + starts[key]),
                    "end": str(limits.first_year + starts[key] + known[key].duration_years - 1),
                }
            }
            for key in shown
        ],
        draw=draw,
    )


def usage(words: Words, slacks: Sequence[Slack]) -> Chart:
    """Show how far money and days are used: each bar is a share of its own limit."""
    shown = [one for one in slacks if one.limit.kind != "minimum"]
    step, left, room = 30, 170.0, 150.0

    def draw() -> SafeString:
        parts = [_line(left, 0, left, step * len(shown), "lw-c-axis")]
        for row, one in enumerate(shown):
            y = row * step + 4
            share = float(min(Decimal(1), one.used / one.bound)) if one.bound else 1.0
            free = (
                f"{number(one.free / THOUSAND, 0)} Tsd. €"
                if one.limit.kind == "money"
                else f"{number(one.free, 0)} Tage"
            )
            name, _, year = words.name(one.limit).rpartition(" ")
            label = f"{_clip(name, left - 52)} {year}"
            parts.append(_text(left - 8, y + 16, label, "", "end"))
            parts.append(_rect(left, y, room, 22, "lw-c-need"))
            parts.append(_rect(left, y + 5, room * share, 12, "lw-c-bar"))
            parts.append(
                _text(
                    left + room + 8, y + 16, percent(one.used / one.bound if one.bound else 1), "lw-c-strong"
                )
            )
            parts.append(_text(left + room + 58, y + 16, f"frei {free}", "lw-c-muted"))
        return _all(parts)

    tight = [one for one in shown if one.tight]
    described = (
        f"Ausgeschöpft: {', '.join(words.name(one.limit) for one in tight)}."
        if tight
        else "Keine Grenze ist ausgeschöpft."
    )
    return Chart(
        title="Wie weit die Grenzen genutzt sind",
        description=described,
        height=step * max(1, len(shown)) + 4,
        columns=[
            {"key": "limit", "label": "Grenze"},
            {"key": "used", "label": "genutzt", "numeric": True},
            {"key": "bound", "label": "verfügbar", "numeric": True},
            {"key": "free", "label": "frei", "numeric": True},
            {"key": "share", "label": "Anteil", "numeric": True},
        ],
        rows=[words.slack(one) for one in shown],
        draw=draw,
    )


def front(points: Sequence[Mapping[str, Any]]) -> Chart:
    """Show what other budgets bring: benefit over money; the present budget is marked."""
    known = [one for one in points if one["possible"]]
    most = nice_maximum(max((Decimal(one["money"]) for one in points), default=Decimal(0)))
    top = nice_maximum(max((Decimal(one["benefit"]) for one in known), default=Decimal(0)))
    left, right, up, down = 48.0, WIDTH - 16.0, 22.0, 224.0

    def place(one: Mapping[str, Any]) -> tuple[float, float]:
        x = left + float(Decimal(one["money"]) / most) * (right - left)
        return x, down - float(Decimal(one["benefit"]) / top) * (down - up)

    def draw() -> SafeString:
        parts = []
        for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
            y = down - float(share) * (down - up)
            parts.append(_line(left, y, right, y, "lw-c-axis" if share == 0 else "lw-c-grid"))
            parts.append(_text(left - 8, y + 4, number(top * share), "lw-c-muted", "end"))
            x = left + float(share) * (right - left)
            said = (
                f"{number(most * share / 1_000_000)} Mio. €"
                if most >= 1_000_000
                else f"{number(most * share / THOUSAND)} Tsd. €"
            )
            anchor = "start" if share == 0 else "middle" if share < 1 else "end"
            parts.append(_text(x, down + 20, said, "lw-c-muted", anchor))
        places = [place(one) for one in known]
        if len(places) > 1:
            path = "".join(f"{'M' if row == 0 else 'L'}{_n(x)} {_n(y)}" for row, (x, y) in enumerate(places))
            parts.append(format_html('<path d="{}" class="lw-c-line"/>', path))
        for one, (x, y) in zip(known, places, strict=True):
            now = Decimal(one["factor"]) == 1
            parts.append(
                format_html(
                    '<circle cx="{}" cy="{}" r="{}" class="lw-c-dot"/>', _n(x), _n(y), 6 if now else 3
                )
            )
            if now:
                said = f"dieses Budget: {number(Decimal(one['benefit']), 1)}"
                parts.append(_line(x, up, x, down, "lw-c-target"))
                parts.append(_text(x, 14, said, "lw-c-strong", "middle"))
        return _all(parts)

    return Chart(
        title="Was andere Budgets bringen",
        description="Nutzen in Punkten über dem Geld aller Jahre; jeder Punkt ist eine eigene Rechnung.",
        height=250,
        columns=[
            {"key": "factor", "label": "Budget"},
            {"key": "money", "label": "Geld im Zeitraum", "numeric": True},
            {"key": "used", "label": "davon genutzt", "numeric": True},
            {"key": "chosen", "label": "Vorhaben", "numeric": True},
            {"key": "benefit", "label": "Nutzen", "numeric": True},
            {"key": "bound", "label": "höchstens", "numeric": True},
        ],
        rows=[_point(one) for one in points],
        draw=draw,
    )


def _point(one: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {"factor": percent(Decimal(one["factor"])), "money": money(Decimal(one["money"]))}
    if one["possible"]:
        cells |= {
            "used": money(Decimal(one["used"])),
            "chosen": number(one["chosen"]),
            "benefit": number(Decimal(one["benefit"]), 1),
            "bound": "" if one["bound"] is None else number(Decimal(one["bound"]), 1),
        }
    else:
        cells["used"] = "nicht erfüllbar" if one["possible"] is False else "nicht geklärt"
    return {"cells": cells}


def roadmap_rows(instance: Instance, starts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the chosen projects as rows of a table: start, end, field, cost in the period, benefit."""
    limits, known, words = instance.limits, instance.by_id(), Words.of(instance)
    found = []
    for key in sorted(starts, key=lambda one: (starts[one], known[one].title)):
        one, offset = known[key], starts[key]
        inside = limits.years - offset
        found.append(
            {
                "cells": {
                    "title": {
                        "text": one.title,
                        "href": f"/steuerung/portfolio/vorhaben/{key}/",
                        **({"note": "muss dabei sein"} if one.must else {}),
                    },
                    "field": words.field(one.field),
                    "start": str(limits.first_year + offset),
                    "end": str(limits.first_year + offset + one.duration_years - 1),
                    "cost": money(sum(one.costs[:inside], Decimal(0))),
                    "beyond": money(sum(one.costs[inside:], Decimal(0))),
                    "benefit": number(rules.worth(one, offset, limits), 1),
                }
            }
        )
    return found
