"""What can be asked: drafts, frozen reports, whether a seal still fits, what a report would say now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from leineweber.domains.reports import rules
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.kernel import clock, links, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.queries import entries_of
from leineweber.kernel.indicators import queries as indicators
from leineweber.kernel.indicators.queries import Reading, Standing
from leineweber.kernel.indicators.rules import thinned
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.refs import Ref

PAGE_SIZE = 25
MOST_POINTS = 30
GOAL = "goal"


def drafts() -> list[ReportDraft]:
    """Return all drafts, the newest half-year first."""
    return list(ReportDraft.objects.order_by("-year", "-half"))


def draft(draft_id: UUID) -> ReportDraft | None:
    """Return a draft."""
    return ReportDraft.objects.filter(id=draft_id).first()


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of the frozen reports, without their contents."""

    rows: tuple[FrozenReport, ...]
    total: int
    number: int
    pages: int


def reports(year: int | None = None, number: int = 1) -> ReportPage:
    """Return a page of the frozen reports, the newest half-year first; two queries."""
    rows = FrozenReport.objects.defer("content").order_by("-year", "-half", "-edition")
    if year is not None:
        rows = rows.filter(year=year)
    total = rows.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    return ReportPage(tuple(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]), total, number, pages)


def years() -> list[int]:
    """Return the years of which there are frozen reports, the newest first."""
    return list(FrozenReport.objects.order_by("-year").values_list("year", flat=True).distinct())


def report(report_id: UUID) -> FrozenReport | None:
    """Return a frozen report."""
    return FrozenReport.objects.filter(id=report_id).first()


def choices() -> list[tuple[str, str]]:
    """Return the frozen reports to choose from, newest first, at most two hundred."""
    rows = FrozenReport.objects.defer("content").order_by("-year", "-half", "-edition")[:200]
    return [(str(row.id), label_of(row)) for row in rows]


def label_of(row: FrozenReport) -> str:
    """Return how a report is called in lists."""
    name = rules.name_of(row.year, row.half)
    return name if row.edition == 1 else f"{name}, {row.edition}. Fassung"


def content_of(row: FrozenReport) -> dict[str, Any]:
    """Return what a report says."""
    found: dict[str, Any] = json.loads(row.content)
    return found


def findings(row: FrozenReport) -> list[str]:
    """Return what speaks against a report being as it was frozen, in German; nothing is as it should be.

    The seal is held against the bytes, against the entry in the sealed audit trail, and the PDF against the store.
    """
    found = []
    if rules.seal(row.content) != row.sha512:
        found.append("Der Inhalt passt nicht zu seinem Siegel.")
    entry = entries_of(Ref("report", row.id)).filter(name="reports.frozen").first()
    if entry is None:
        found.append("Im Protokoll fehlt der Eintrag über das Einfrieren.")
    elif (entry.detail.get("sha512"), entry.detail.get("pdf_sha512")) != (row.sha512, row.pdf_sha512):
        found.append("Das Siegel passt nicht zum Protokoll.")
    try:
        storage.open(row.pdf_sha512).close()
    except storage.StorageError:
        found.append("Die PDF-Datei fehlt oder wurde verändert.")
    return found


# What a report would say now.


def goals_to_choose(actor: Actor) -> dict[Ref, Card]:
    """Return the goals an actor may see, as their room shows them; empty if no room keeps goals."""
    kind = next((one for one in links.kinds() if one.name == GOAL), None)
    if kind is None or kind.every is None:
        return {}
    return links.resolve([Ref(GOAL, key) for key in kind.every(actor)], actor)


def goals_of(draft: ReportDraft, actor: Actor) -> list[tuple[Ref, Brief]]:
    """Return what the chosen goals tell of themselves; those that are gone or not to be seen are left out."""
    refs = [Ref.parse(text) for text in draft.goals]
    cards = links.resolve(refs, actor)
    told = []
    for ref in refs:
        if ref in cards:
            brief = links.brief(ref, actor)
            told.append((ref, brief or Brief(cards[ref].title, cards[ref].url, cards[ref].note)))
    return told


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as a report tells it: how it stands at the end, what it said just before, and its course."""

    standing: Standing
    before: Reading | None
    course: tuple[Reading, ...]


def figures_of(keys: Iterable[str], year: int, half: int) -> list[Told]:
    """Return figures as they stand at the end of a half-year, or today if it is not over; constant queries."""
    wanted = list(keys)
    start, end = rules.period(year, half)
    end = min(end, clock.today())
    standings = indicators.standings(wanted, end)
    before = indicators.readings(wanted, start - timedelta(days=1))
    courses = indicators.series(wanted, start, end)
    return [
        Told(standings[key], before.get(key), tuple(thinned(courses[key], MOST_POINTS)))
        for key in wanted
        if key in standings
    ]


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def _plain(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def told_as_content(told: Told) -> dict[str, Any]:
    """Return a figure as it stands in a frozen report."""
    one, reading, placed = told.standing.definition, told.standing.reading, told.standing.override
    return {
        "key": one.key,
        "label": one.label,
        "kind": one.kind,
        "unit": one.unit,
        "direction": one.direction,
        "definition": one.definition,
        "source": one.source,
        "owner": one.owner,
        "value": _plain(reading.value) if reading else None,
        "on": _text(reading.on) if reading else None,
        "quality": reading.quality if reading else None,
        "manual": reading.manual if reading else one.kind == "manual",
        "before": _plain(told.before.value) if told.before else None,
        "target": _plain(told.standing.target),
        "expected": _plain(told.standing.expected),
        "light": told.standing.light,
        "measured_light": told.standing.measured_light,
        "override": {
            "reason": placed.reason,
            "until": str(placed.until),
            "set_by": placed.set_by,
        }
        if placed
        else None,
        "course": [[str(point.on), _plain(point.value)] for point in told.course],
    }


def content(row: ReportDraft, actor: Actor, edition: int, moment: str) -> dict[str, Any]:
    """Return all that a draft would say if it were frozen now. `moment` is written as when it was frozen."""
    start, end = rules.period(row.year, row.half)
    return {
        "format": rules.FORMAT,
        "title": row.title,
        "year": row.year,
        "half": row.half,
        "edition": edition,
        "start": str(start),
        "end": str(end),
        "frozen_at": moment,
        "frozen_by": actor.label,
        "texts": [
            {"key": key, "title": title, "text": row.texts.get(key, "")} for key, title in rules.SECTIONS
        ],
        "figures": [told_as_content(told) for told in figures_of(row.figures, row.year, row.half)],
        "goals": [
            {
                "ref": str(ref),
                "title": str(brief.title),
                "summary": str(brief.summary),
                "owner": str(brief.owner),
                "facts": [[str(label), str(text)] for label, text in brief.facts],
            }
            for ref, brief in goals_of(row, actor)
        ],
    }


def last_over(today: date) -> tuple[int, int]:
    """Return the last half-year that is over."""
    return rules.before(*rules.half_of(today))
