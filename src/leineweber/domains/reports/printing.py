"""A frozen report on paper: PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from leineweber.capabilities import documents
from leineweber.domains.reports import rules
from leineweber.domains.reports.wording import LIGHT_WORDS, quality_of, with_unit
from leineweber.kernel import clock
from leineweber.kernel.ui.jinja import CITY, date_de

MEDIA_TYPE = "application/pdf"
_TEMPLATE = (Path(__file__).parent / "documents" / "report.typ").read_text(encoding="utf-8")


def _said(text: str | None, unit: str) -> str:
    return "–" if text is None else with_unit(Decimal(text), unit)


def _figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    marks = [quality_of(figure["value"], figure["quality"])]
    if figure["manual"]:
        marks.append("von Hand" if figure["kind"] == "manual" else "enthält Werte von Hand")
    light = LIGHT_WORDS[figure["light"]]
    if figure["override"]:
        light += " (gesetzt)"
    return {
        "label": figure["label"],
        "value": _said(figure["value"], figure["unit"]),
        "on": date_de(figure["on"]) if figure["on"] else "",
        "before": _said(figure["before"], figure["unit"]),
        "target": _said(figure["target"], figure["unit"]),
        "light": light,
        "marks": ", ".join(marks),
        "source": figure["source"],
        "override": figure["override"]["reason"] if figure["override"] else "",
        "set_by": figure["override"]["set_by"] if figure["override"] else "",
    }


def as_pdf(content: Mapping[str, Any], seal: str, moment: datetime) -> bytes:
    """Return a report as PDF; the same content, seal and moment give the same bytes.

    Raises:
        documents.TypesetError: the report cannot be set.
    """
    return documents.typeset(
        _TEMPLATE,
        {
            "city": CITY["name"],
            "title": content["title"],
            "period": rules.name_of(content["year"], content["half"]),
            "edition": content["edition"],
            "frozen_at": clock.local(moment).strftime("%Y-%m-%dT%H:%M"),
            "frozen_by": content["frozen_by"],
            "texts": [{"title": title, "text": text} for title, text in rules.texts_of(content)],
            "figures": [_figure(figure) for figure in content["figures"]],
            "goals": content["goals"],
            # In groups, because words of 32 letters and more are made to break anywhere.
            "seal": " ".join(seal[start : start + 16] for start in range(0, len(seal), 16)),
        },
        at=moment,
    )
