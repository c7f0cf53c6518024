"""What can be done: begin, write, throw away and freeze a half-year report."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from leineweber.domains.reports import printing, queries, rules
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.kernel import clock, ids, links, storage
from leineweber.kernel.access import Actor, check
from leineweber.kernel.indicators import queries as indicators
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.kernel.ui.jinja import date_de

POLICY = "reports.manage"
LONGEST_TEXT = 10_000
MOST_FIGURES = 100
MOST_GOALS = 200


class ReportError(ValueError):
    """Something cannot be done; the message is German and says what to do. `field` names what was wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class DraftChanged(ReportError):
    """Somebody else changed the draft meanwhile, or it is gone; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "",
            "Jemand anders hat den Entwurf inzwischen geändert. Was Sie geschrieben haben, steht noch hier. "
            "Vergleichen Sie es mit dem neuen Stand und speichern Sie noch einmal.",
        )


def begin(actor: Actor, *, year: int, half: int) -> ReportDraft:
    """Begin a draft for a half-year, with all figures in use and all goals; what is left out is chosen afterwards.

    Raises:
        Denied: the actor may not manage reports.
        ReportError: no such half-year, it has not begun, or there is a draft already.
    """
    check(actor, POLICY)
    try:
        start, _ = rules.period(year, half)
    except ValueError:
        raise ReportError(
            "year", f"Geben Sie ein Jahr von {rules.FIRST_YEAR} bis {rules.LAST_YEAR} an."
        ) from None
    if start > clock.today():
        raise ReportError("year", f"Das Halbjahr beginnt erst am {date_de(start)}.")
    name = rules.name_of(year, half)
    row = ReportDraft(
        id=ids.new_id(),
        year=year,
        half=half,
        title=f"Bericht zur Digitalisierungsstrategie, {name}",
        figures=list(indicators.definitions())[:MOST_FIGURES],
        goals=[str(ref) for ref in queries.goals_to_choose(actor)][:MOST_GOALS],
        changed_at=clock.now(),
        changed_by=actor.label,
    )
    with act(actor, "reports.begun", Ref("report_draft", row.id), {"year": year, "half": half}):
        ReportDraft.objects.bulk_create([row], ignore_conflicts=True)
        if not ReportDraft.objects.filter(id=row.id).exists():
            raise ReportError("year", f"Für das {name} gibt es schon einen Entwurf.")
    return row


def write(
    actor: Actor,
    draft_id: UUID,
    *,
    title: str,
    texts: Mapping[str, str],
    figures: Sequence[str],
    goals: Sequence[str],
    version: int,
) -> ReportDraft:
    """Save what a draft says: title, texts by section, keys of figures and references of goals in order.

    Raises:
        Denied: the actor may not manage reports.
        DraftChanged: another version than the one shown, or the draft is gone.
        ReportError: no title, a text too long, an unknown figure or goal, or too many.
    """
    check(actor, POLICY)
    if not title.strip():
        raise ReportError("title", "Geben Sie dem Bericht einen Titel.")
    for key, name in rules.SECTIONS:
        if len(texts.get(key, "")) > LONGEST_TEXT:
            raise ReportError(key, f"Kürzen Sie den Abschnitt „{name}“ auf höchstens 10.000 Zeichen.")
    chosen = list(dict.fromkeys(figures))
    if len(chosen) > MOST_FIGURES or set(chosen) - indicators.definitions_of(chosen).keys():
        raise ReportError("figures", "Wählen Sie Kennzahlen aus der Liste.")
    refs = list(dict.fromkeys(goals))
    if len(refs) > MOST_GOALS or not _are_goals(refs, actor):
        raise ReportError("goals", "Wählen Sie Ziele aus der Liste.")
    with act(actor, "reports.written", Ref("report_draft", draft_id)) as current:
        row = _locked(draft_id, version)
        row.title = title.strip()
        row.texts = {key: texts.get(key, "").strip() for key, _ in rules.SECTIONS}
        row.figures, row.goals = chosen, refs
        row.version += 1
        row.changed_at, row.changed_by = clock.now(), actor.label
        row.save()
        current.detail["version"] = row.version
    return row


def _are_goals(texts: Sequence[str], actor: Actor) -> bool:
    try:
        refs = [Ref.parse(text) for text in texts]
    except ValueError:
        return False
    return all(ref.kind == queries.GOAL for ref in refs) and len(links.resolve(refs, actor)) == len(refs)


def _locked(draft_id: UUID, version: int) -> ReportDraft:
    row = ReportDraft.objects.select_for_update().filter(id=draft_id).first()
    if row is None or row.version != version:
        raise DraftChanged
    return row


def discard(actor: Actor, draft_id: UUID) -> bool:
    """Throw a draft away; return False if it is gone already.

    Raises:
        Denied: the actor may not manage reports.
    """
    check(actor, POLICY)
    row = queries.draft(draft_id)
    if row is None:
        return False
    with act(actor, "reports.discarded", Ref("report_draft", draft_id), {"year": row.year, "half": row.half}):
        count, _ = ReportDraft.objects.filter(id=draft_id).delete()
    return bool(count)


def freeze(actor: Actor, draft_id: UUID, *, version: int) -> FrozenReport:
    """Freeze a draft for good: figures, goals and texts as canonical JSON with its seal, and the PDF.

    A second report for the same half-year is a further edition; the first stays. Goals get an edge from the report.

    Raises:
        Denied: the actor may not manage reports.
        DraftChanged: another version than the one shown, or the draft is gone.
        ReportError: the half-year is not over, or the summary is missing.
        storage.StorageError: the PDF cannot be kept; nothing is frozen.
    """
    check(actor, POLICY)
    row = queries.draft(draft_id)
    if row is None or row.version != version:
        raise DraftChanged
    _, end = rules.period(row.year, row.half)
    if end >= clock.today():
        raise ReportError(
            "",
            f"Das Halbjahr endet am {date_de(end)}. Einfrieren können Sie ab dem {date_de(end + timedelta(days=1))}.",
        )
    if not row.texts.get("summary", "").strip():
        raise ReportError("summary", "Schreiben Sie eine Zusammenfassung, bevor Sie den Bericht einfrieren.")
    editions = FrozenReport.objects.filter(year=row.year, half=row.half)
    edition = (editions.aggregate(last=Max("edition"))["last"] or 0) + 1
    moment = clock.now()
    content = queries.content(row, actor, edition, moment.isoformat(timespec="seconds"))
    text = rules.canonical(content)
    seal = rules.seal(text)
    pdf = printing.as_pdf(content, seal, moment)
    storage.put_file(io.BytesIO(pdf), printing.MEDIA_TYPE)  # the slow part, before any lock
    report = FrozenReport(
        id=ids.new_id(),
        year=row.year,
        half=row.half,
        edition=edition,
        title=row.title,
        content=text,
        sha512=seal,
        frozen_at=moment,
        frozen_by_id=actor.id,
        frozen_by=actor.label,
    )
    with act(actor, "reports.frozen", Ref("report", report.id), {"draft": str(draft_id)}) as current:
        _locked(draft_id, version).delete()
        report.pdf_sha512 = storage.put(pdf, printing.MEDIA_TYPE).sha512
        report.save(force_insert=True)
        for goal in content["goals"]:
            links.connect(Ref("report", report.id), "tells", Ref.parse(goal["ref"]))
        current.detail.update(sha512=seal, pdf_sha512=report.pdf_sha512)
        current.emit("report.frozen", _told(report))
    return report


def _told(report: FrozenReport) -> dict[str, Any]:
    return {"year": report.year, "half": report.half, "edition": report.edition, "sha512": report.sha512}
