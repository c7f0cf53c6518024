"""All figures against earlier: thirty, ninety, three hundred and sixty-five days ago."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.faces.cockpit.changes import BACK, Changed, amount, changes, said
from leineweber.kernel import clock
from leineweber.kernel.access import requires
from leineweber.kernel.indicators.queries import definitions
from leineweber.kernel.ui.jinja import date_de

PAGE_SIZE = 40
TEXT_LIMIT = 100
WORDS = {"worse": "schlechter", "better": "besser", "same": "gleich"}


def _row(one: Changed) -> dict[str, object]:
    note = "von Hand" if one.manual else ""
    if one.on is None:
        note = "noch kein Wert"
    elif one.outdated:
        note = f"veraltet, Stand {date_de(one.on)}"
    cells: dict[str, object] = {
        "label": {"text": one.label, "note": note},
        "now": amount(one.now, one.unit),
    }
    for then in one.before:
        cells[f"then{then.days}"] = {
            "text": amount(then.value, one.unit),
            "note": said(then) if one.now is not None else "",
        }
    return {"href": one.url, "cells": cells}


def sentence(found: list[Changed], days: int) -> str:
    """Return how the figures have turned against so many days ago."""
    turns = [one.then(days).turn for one in found]
    compared = len(turns) - turns.count("unknown")
    if not compared:
        return f"Vor {days} Tagen wurde noch nichts gemessen."
    better, worse = turns.count("better"), turns.count("worse")
    return f"Gegen den Stand vor {days} Tagen: {better} von {compared} Kennzahlen besser, {worse} schlechter."


@requires("strategy.view")
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Each figure today and before, by turn against the days asked for, `PAGE_SIZE` a page; constant queries."""
    asked = request.GET.get("tage", "")
    days = int(asked) if asked in {str(one) for one in BACK} else BACK[0]
    text = request.GET.get("q", "")[:TEXT_LIMIT].strip()
    wanted = request.GET.get("richtung", "")
    words = text.casefold().split()
    known = definitions()
    keys = [key for key, one in known.items() if all(word in one.label.casefold() for word in words)]
    found = changes(keys, clock.today())
    told = sentence(found, days)
    if wanted in WORDS:
        found = [one for one in found if one.then(days).turn == wanted]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    typed = request.GET.get("seite", "1")
    page = min(max(1, int(typed) if typed.isdecimal() and len(typed) < 7 else 1), pages)
    context = {
        "sentence": told,
        "columns": [
            {"key": "label", "label": "Kennzahl"},
            {"key": "now", "label": "heute", "numeric": True},
            *({"key": f"then{one}", "label": f"vor {one} Tagen", "numeric": True} for one in BACK),
        ],
        "rows": [_row(one) for one in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
        "total": len(found),
        "page": page,
        "pages": pages,
        "days": days,
        "back": [(str(one), f"{one} Tagen") for one in BACK],
        "turn": wanted if wanted in WORDS else "",
        "turns": list(WORDS.items()),
        "text": text,
    }
    return render(request, "cockpit/comparison.html", context)
