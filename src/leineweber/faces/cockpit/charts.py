"""Charts that only the cockpit has, in the shape of the house's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.kernel.ui.charts import WIDTH, Chart, nice_maximum
from leineweber.kernel.ui.jinja import NO_BREAK, number

STEP, LEFT, RIGHT, BLOCK = 24, 52, 172, 16
MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Year:
    """What is planned, bound and paid in a fiscal year, in euros."""

    year: int
    planned: Decimal
    committed: Decimal
    actual: Decimal


def euros(value: Decimal) -> str:
    """Return an amount as leadership reads it: `4,2 Mio. €`, below a million `820.000 €`."""
    if abs(value) >= MILLION:
        return f"{number(round(value / MILLION, 1))}{NO_BREAK}Mio.{NO_BREAK}€"
    return f"{number(value, 0)}{NO_BREAK}€"


def money(title: str, years: Sequence[Year], source: str) -> Chart:
    """Show money by year: a bar each for what is planned, bound and paid, labelled at its end, from zero on."""
    top = nice_maximum(
        max((max(one.planned, one.committed, one.actual) for one in years), default=Decimal(0))
    )
    block = 3 * STEP + BLOCK
    height = block * max(1, len(years)) + 4

    def draw() -> SafeString:
        parts = [
            format_html('<line x1="{x}" y1="0" x2="{x}" y2="{h}" class="lw-c-axis"/>', x=LEFT, h=height - 8)
        ]
        for index, one in enumerate(years):
            y = index * block + 4
            parts.append(
                format_html(
                    '<text x="{}" y="{}" class="lw-c-strong" text-anchor="end">{}</text>',
                    LEFT - 10,
                    y + 15,
                    one.year,
                )
            )
            bars = (
                ("geplant", one.planned, "lw-c-need"),
                ("gebunden", one.committed, "lw-c-bar lw-c-bar--weak"),
                ("ausgegeben", one.actual, "lw-c-bar"),
            )
            for row, (word, value, classes) in enumerate(bars):
                length = round(float(max(value, Decimal(0)) / top) * (WIDTH - LEFT - RIGHT), 1)
                down = y + row * STEP
                parts.append(
                    format_html(
                        '<rect x="{}" y="{}" width="{}" height="18" rx="2" class="{}"/>',
                        LEFT,
                        down,
                        length,
                        classes,
                    )
                )
                parts.append(
                    format_html(
                        '<text x="{}" y="{}">{} {}</text>', LEFT + length + 8, down + 14, euros(value), word
                    )
                )
        return format_html_join("", "{}", ((part,) for part in parts))

    said = "; ".join(
        f"{one.year}: {euros(one.planned)} geplant, {euros(one.actual)} ausgegeben" for one in years
    )
    return Chart(
        title=title,
        description=f"{said}." if said else "Keine Werte.",
        height=height,
        columns=[
            {"key": "year", "label": "Haushaltsjahr"},
            {"key": "planned", "label": "geplant (€)", "numeric": True},
            {"key": "committed", "label": "gebunden (€)", "numeric": True},
            {"key": "actual", "label": "ausgegeben (€)", "numeric": True},
        ],
        rows=[
            {
                "cells": {
                    "year": str(one.year),
                    "planned": number(one.planned, 2),
                    "committed": number(one.committed, 2),
                    "actual": number(one.actual, 2),
                }
            }
            for one in years
        ],
        draw=draw,
        source=source,
    )


@dataclass(frozen=True, slots=True)
class Load:
    """Days of a skill: what there is, what is needed."""

    skill: str
    available: Decimal
    needed: Decimal


def loads(title: str, items: Sequence[Load], source: str) -> Chart:
    """Show need within what there is: a pale bar for the days there are, a strong one for those needed."""
    top = nice_maximum(max((max(one.available, one.needed) for one in items), default=Decimal(0)))
    left, step = 168, 34
    height = step * max(1, len(items)) + 8

    def draw() -> SafeString:
        parts = [
            format_html('<line x1="{x}" y1="0" x2="{x}" y2="{h}" class="lw-c-axis"/>', x=left, h=height - 4)
        ]
        for index, one in enumerate(items):
            y = index * step + 6
            there, needed = (
                round(float(value / top) * (WIDTH - left - 196), 1) for value in (one.available, one.needed)
            )
            said = f"{number(one.needed, 0)} von {number(one.available, 0)} Tagen"
            if one.needed > one.available:
                said += f", {number(one.needed - one.available, 0)} zu wenig"
            name = one.skill if len(one.skill) <= 21 else f"{one.skill[:20].rstrip()}…"
            parts += [
                format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', left - 10, y + 16, name),
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="22" rx="2" class="lw-c-need"/>', left, y, there
                ),
                format_html(
                    '<rect x="{}" y="{}" width="{}" height="12" rx="2" class="lw-c-bar"/>',
                    left,
                    y + 5,
                    needed,
                ),
                format_html('<text x="{}" y="{}">{}</text>', left + max(there, needed) + 8, y + 16, said),
            ]
        return format_html_join("", "{}", ((part,) for part in parts))

    short = [one for one in items if one.needed > one.available]
    return Chart(
        title=title,
        description=f"In {len(short)} von {len(items)} fehlen Tage."
        if short
        else "Überall reichen die Tage.",
        height=height,
        columns=[
            {"key": "skill", "label": "Fähigkeit"},
            {"key": "needed", "label": "gebraucht (Tage)", "numeric": True},
            {"key": "available", "label": "vorhanden (Tage)", "numeric": True},
        ],
        rows=[
            {
                "cells": {
                    "skill": one.skill,
                    "needed": number(one.needed, 0),
                    "available": number(one.available, 0),
                }
            }
            for one in items
        ],
        draw=draw,
        source=source,
    )
