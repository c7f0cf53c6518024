"""The paper as a PDF that everybody can read (PDF/UA-1) and the archive keeps (PDF/A-2a)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from leineweber.capabilities import documents
from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import PLURALS
from leineweber.domains.strategy.models import Edition
from leineweber.domains.strategy.queries import Verified

TEMPLATE = Path(__file__).with_name("paper.typ")
PUBLIC = (
    "field", "purpose", "result", "indicator", "unit", "baseline", "target", "start", "end", "responsible", "serves",
    "follows", "on_citizens", "on_accessibility", "on_data_ethics",
)  # fmt: skip
"""What of a goal everybody may read; money, risks and the way to it stay in the house."""
HEADING = "Digitalisierung der Bielefelder Verwaltung"


def state_of(edition: Edition) -> str:
    """Return which edition it is and what became of it, in words."""
    if edition.decided_on is None:
        return f"{edition}, {edition.get_status_display()}"
    return f"{edition}, {edition.get_status_display()} am {edition.decided_on:%d.%m.%Y}"


def rows_of(kind: str, part: dict[str, Any], *, public: bool) -> list[tuple[str, str]]:
    """Return the fields of a part as (label, text), without number, title and prose; empty ones are left out."""
    names = [name for name in rules.FIELDS[kind] if name not in {"number", "title", "text"}]
    if public and kind == "goal":
        names = [name for name in PUBLIC if name in rules.FIELDS[kind]]
    labels = rules.FIELDS[kind]
    return [
        (labels[name], rules.shown(name, part[name]))
        for name in names
        if part.get(name) not in (None, "", [])
    ]


def sections_of(content: dict[str, list[dict[str, Any]]], *, public: bool) -> list[dict[str, Any]]:
    """Return the paper as sections with parts, for print."""
    return [
        {
            "title": PLURALS[kind],
            "parts": [
                {
                    "title": f"{part['number']} {part['title']}".strip(),
                    "text": part.get("text", ""),
                    "rows": [list(row) for row in rows_of(kind, part, public=public)],
                }
                for part in content.get(kind, ())
            ],
        }
        for kind in rules.KIND_LABELS
        if content.get(kind)
    ]


@lru_cache(maxsize=4)
def _set(source: str, state: str, draft: bool, public: bool, day: str, picture: str) -> bytes:
    """Set a paper; the same words, day and picture are the same file, so it is kept."""
    data: dict[str, Any] = {
        "city": "Stadt Bielefeld",
        "heading": HEADING,
        "state": state,
        "draft": draft,
        "picture": bool(picture),
        "picture-alt": "Schaubild der Strategie: Alle seine Teile stehen in diesem Dokument als Text.",
        "sections": sections_of(json.loads(source), public=public),
    }
    at = datetime.combine(datetime.fromisoformat(day), time(12), tzinfo=UTC)
    assets = {"schaubild.svg": picture.encode()} if picture else {}
    return documents.typeset(TEMPLATE.read_text(encoding="utf-8"), data, assets=assets, at=at)


def pdf(found: Verified, *, public: bool = False, picture: str = "") -> bytes:
    """Return an edition as PDF/UA-1 and PDF/A-2a; `public` leaves out what stays in the house.

    Raises:
        TypesetError: the text cannot be set.
    """
    edition = found.edition
    day = edition.decided_on or edition.proposed_on or edition.opened_on
    draft = edition.status in {Edition.Status.WORKING, Edition.Status.PROPOSED}
    source = rules.canonical(found.content)
    return _set(source, state_of(edition), draft, public, day.isoformat(), picture)
