"""Benefit against effort as a picture: a point for each proposal, the Pareto front as a line through the best."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.domains.participation.models import RankedProposal
from leineweber.domains.participation.rules.ranking import HIGHEST, LOWEST
from leineweber.kernel.ui.charts import WIDTH, Chart
from leineweber.kernel.ui.jinja import number

HEIGHT = 380
LEFT, RIGHT, UP, DOWN = 52.0, WIDTH - 20.0, 30.0, HEIGHT - 52.0
NAMED = 12


def _place(row: RankedProposal) -> tuple[float, float]:
    effort, benefit = row.effort or Decimal(LOWEST), row.benefit or Decimal(LOWEST)
    reach = HIGHEST - LOWEST
    return (
        LEFT + float(effort - LOWEST) / reach * (RIGHT - LEFT),
        DOWN - float(benefit - LOWEST) / reach * (DOWN - UP),
    )


def _text(x: float, y: float, words: str, classes: str, anchor: str = "middle") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>',
        f"{x:.1f}",
        f"{y:.1f}",
        classes,
        anchor,
        words,
    )


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>',
        f"{x1:.1f}",
        f"{y1:.1f}",
        f"{x2:.1f}",
        f"{y2:.1f}",
        classes,
    )


def pareto(rows: Sequence[RankedProposal]) -> Chart:
    """Show which proposals bring much for little: the lower right could be left, the upper left is best.

    The scores have no zero, so both axes run from the lowest score to the highest. The proposals on the front and the
    first of the ranking carry their numbers, as far as there is room; the table names all.
    """
    front = sorted((row for row in rows if row.efficient), key=lambda row: (row.effort, row.benefit))

    def draw() -> SafeString:
        parts: list[SafeString] = []
        for step in range(LOWEST, HIGHEST + 1):
            share = (step - LOWEST) / (HIGHEST - LOWEST)
            x, y = LEFT + share * (RIGHT - LEFT), DOWN - share * (DOWN - UP)
            kind = "lw-c-axis" if step == LOWEST else "lw-c-grid"
            parts += [_line(LEFT, y, RIGHT, y, kind), _line(x, UP, x, DOWN, kind)]
            parts.append(_text(LEFT - 10, y + 5, str(step), "lw-c-muted", "end"))
            parts.append(_text(x, DOWN + 20, str(step), "lw-c-muted"))
        parts.append(_text((LEFT + RIGHT) / 2, HEIGHT - 10, "Aufwand (1 gering, 5 hoch)", "lw-c-muted"))
        parts.append(_text(2, 16, "Nutzen (1 gering, 5 hoch)", "lw-c-muted", "start"))
        if len(front) > 1:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(_place, front))
            parts.append(format_html('<path d="{}" class="lw-c-target"/>', path))
        for row in sorted(rows, key=lambda one: one.efficient):
            x, y = _place(row)
            kind = "lw-c-dot" if row.efficient else "lw-c-need"
            parts.append(
                format_html(
                    '<circle cx="{}" cy="{}" r="6" class="{}"><title>{}</title></circle>',
                    f"{x:.1f}",
                    f"{y:.1f}",
                    kind,
                    str(row.proposal),
                )
            )
        taken: list[tuple[float, float]] = []
        for row in sorted(rows, key=lambda one: (not one.efficient, one.position))[: len(front) + NAMED]:
            x, y = _place(row)
            at = (x, y - 11)
            if all(abs(at[0] - other[0]) > 34 or abs(at[1] - other[1]) > 15 for other in taken):
                taken.append(at)
                weight = "lw-c-strong" if row.efficient else "lw-c-muted"
                parts.append(_text(min(max(x, LEFT + 14), RIGHT - 4), at[1], row.proposal.label, weight))
        return format_html_join("", "{}", ((part,) for part in parts))

    names = ", ".join(row.proposal.label for row in front[:8])
    more = f" und {len(front) - 8} weitere" if len(front) > 8 else ""
    return Chart(
        title="Nutzen und Aufwand",
        description=f"Mehr Nutzen bei höchstens gleichem Aufwand hat niemand als: {names}{more}."
        if front
        else "Keine Werte.",
        height=HEIGHT,
        columns=[
            {"key": "proposal", "label": "Vorschlag"},
            {"key": "rank", "label": "Rang", "numeric": True},
            {"key": "benefit", "label": "Nutzen", "numeric": True},
            {"key": "effort", "label": "Aufwand", "numeric": True},
            {"key": "front", "label": "Pareto-Front"},
        ],
        rows=[
            {
                "cells": {
                    "proposal": str(row.proposal),
                    "rank": "–" if row.rank is None else number(row.rank),
                    "benefit": number(row.benefit),
                    "effort": number(row.effort),
                    "front": "ja" if row.efficient else "nein",
                }
            }
            for row in rows
        ],
        draw=draw,
        source="festgeschriebene Rangliste, gewichtete Mittel der Einheiten",
    )
