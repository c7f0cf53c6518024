"""Resolutions and papers in the search of the desk."""

from __future__ import annotations

from urllib.parse import urlencode

from leineweber.domains.resolutions.queries.papers import PaperFilter, list_papers
from leineweber.domains.resolutions.queries.resolutions import ResolutionFilter, list_resolutions
from leineweber.kernel.access import Actor
from leineweber.kernel.search import sources
from leineweber.kernel.search.sources import Found, Source
from leineweber.kernel.ui.jinja import date_de


def _resolutions(actor: Actor, text: str, limit: int) -> Source:
    page = list_resolutions(actor, ResolutionFilter(text=text))
    found = [
        Found(
            f"{row.number} {row.title}",
            f"/steuerung/beschluesse/{row.id}/",
            f"{row.get_outcome_display()} am {date_de(row.on)}, {row.committee}",
        )
        for row in page.rows[:limit]
    ]
    return Source(tuple(found), page.total, f"/steuerung/beschluesse/?{urlencode({'q': text})}")


def _papers(actor: Actor, text: str, limit: int) -> Source:
    page = list_papers(actor, PaperFilter(text=text))
    found = [
        Found(f"{row.number} {row.title}".strip(), f"/steuerung/vorlagen/{row.id}/", row.get_status_display())
        for row in page.rows[:limit]
    ]
    return Source(tuple(found), page.total, f"/steuerung/vorlagen/?{urlencode({'q': text})}")


sources.register("papers", "Vorlagen", _papers)
sources.register("resolutions", "Beschlüsse", _resolutions)
