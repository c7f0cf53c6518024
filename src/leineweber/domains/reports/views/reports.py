"""Half-year reports: the list, drafts, freezing, what is frozen, two beside each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.reports import printing, queries, rules, services, wording
from leineweber.domains.reports.forms import Form
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.domains.reports.services import DraftChanged, ReportError
from leineweber.domains.reports.views.common import file_answer, note_of, page_of, saved
from leineweber.kernel import clock, storage
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.kernel.indicators import queries as indicators
from leineweber.kernel.ui.jinja import date_de

HALVES = [("1", "1. Halbjahr (Januar bis Juni)"), ("2", "2. Halbjahr (Juli bis Dezember)")]
FIELDS = {"year": "jahr", "title": "titel", "figures": "kennzahlen", "goals": "ziele", "": ""}


def _fault(form: Form, error: ReportError) -> None:
    field = FIELDS.get(error.field, f"text-{error.field}")
    form.fault(field, str(error), field or "inhalt")


def _year(request: HttpRequest) -> int | None:
    text = request.GET.get("jahr", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def _listing(request: HttpRequest, form: Form | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    year = _year(request)
    page = queries.reports(year, page_of(request))
    last_year, last_half = queries.last_over(clock.today())
    return render(
        request,
        "reports/reports.html",
        {
            "page": page,
            "year": year or "",
            "years": [(str(one), str(one)) for one in queries.years()],
            "rows": [
                {
                    "href": reverse("reports:report", args=[row.id]),
                    "cells": {
                        "period": queries.label_of(row),
                        "title": row.title,
                        "frozen": date_de(row.frozen_at),
                        "who": row.frozen_by,
                        "pdf": {"text": "PDF", "href": reverse("reports:pdf", args=[row.id])},
                    },
                }
                for row in page.rows
            ],
            "drafts": queries.drafts() if allowed(actor, "reports.draft.view") else [],
            "name_of": rules.name_of,
            "choices": queries.choices(),
            "halves": HALVES,
            "may_manage": allowed(actor, "reports.manage"),
            "errors": form.errors if form else [],
            "faults": form.faults if form else {},
            "values": form.values if form else {"jahr": str(last_year), "halbjahr": str(last_half)},
            "note": "" if form else note_of(request),
        },
        status=status,
    )


@requires("reports.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the reports that are frozen, and the drafts to those who may see them."""
    return _listing(request)


@requires("reports.manage")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft for a half-year."""
    form = Form(request)
    year = form.whole("jahr", 9999)
    half = form.choice("halbjahr", ("1", "2"), "Wählen Sie das Halbjahr.")
    if not form.errors:
        try:
            row = services.begin(actor_of(request), year=year, half=int(half))
            return saved(reverse("reports:draft", args=[row.id]), "entwurf")
        except ReportError as error:
            _fault(form, error)
    return _listing(request, form, 422)


def _draft_page(
    request: HttpRequest, row: ReportDraft, form: Form | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    told = queries.figures_of(row.figures, row.year, row.half)
    goals = queries.goals_to_choose(actor)
    _, end = rules.period(row.year, row.half)
    values: dict[str, Any] = (
        form.values
        if form
        else {
            "titel": row.title,
            "kennzahlen": row.figures,
            "ziele": row.goals,
            "version": row.version,
            **{f"text-{key}": row.texts.get(key, "") for key, _ in rules.SECTIONS},
        }
    )
    return render(
        request,
        "reports/draft.html",
        {
            "row": row,
            "period": rules.name_of(row.year, row.half),
            "sections": rules.SECTIONS,
            "longest": services.LONGEST_TEXT,
            "told": told,
            "with_unit": wording.with_unit,
            "light_words": wording.LIGHT_WORDS,
            "quality_of": wording.quality_of,
            "all_figures": [(key, one.label) for key, one in indicators.definitions().items()],
            "all_goals": [(str(ref), card.title) for ref, card in goals.items()],
            "over": end < clock.today(),
            "end": end,
            "may_manage": allowed(actor, "reports.manage"),
            "values": values,
            "errors": form.errors if form else [],
            "faults": form.faults if form else {},
            "note": "" if form else note_of(request),
        },
        status=status,
    )


def _several(request: HttpRequest, name: str, most: int) -> list[str]:
    """Return what was chosen of a list, one more than is allowed at most; signs that no database keeps go."""
    return [one.replace("\0", "")[:200] for one in request.POST.getlist(name)[: most + 1]]


def _draft_or_404(draft_id: UUID) -> ReportDraft:
    row = queries.draft(draft_id)
    if row is None:
        raise Http404
    return row


@requires("reports.draft.view")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft; save its texts and choices for those who may."""
    row = _draft_or_404(draft_id)
    if request.method != "POST":
        return _draft_page(request, row)
    check(actor_of(request), "reports.manage")
    form = Form(request)
    title = form.text("titel", 200, "Geben Sie dem Bericht einen Titel.")
    texts = {key: form.text(f"text-{key}", services.LONGEST_TEXT) for key, _ in rules.SECTIONS}
    figures = form.values["kennzahlen"] = _several(request, "kennzahlen", services.MOST_FIGURES)
    goals = form.values["ziele"] = _several(request, "ziele", services.MOST_GOALS)
    version = form.whole("version")
    if not form.errors:
        try:
            services.write(
                actor_of(request),
                draft_id,
                title=title,
                texts=texts,
                figures=figures,
                goals=goals,
                version=version,
            )
            return saved(reverse("reports:draft", args=[draft_id]), "gespeichert")
        except DraftChanged as error:
            form.values["version"] = row.version
            _fault(form, error)
        except ReportError as error:
            _fault(form, error)
    return _draft_page(request, row, form, 422)


@requires("reports.manage")
@require_POST
def freeze(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Freeze a draft for good."""
    row = _draft_or_404(draft_id)
    form = Form(request)
    try:
        frozen = services.freeze(actor_of(request), draft_id, version=form.whole("version"))
    except ReportError as error:
        told = Form(request)
        told.values = {
            "titel": row.title,
            "kennzahlen": row.figures,
            "ziele": row.goals,
            "version": row.version,
            **{f"text-{key}": row.texts.get(key, "") for key, _ in rules.SECTIONS},
        }
        _fault(told, error)
        return _draft_page(request, row, told, 422)
    return saved(reverse("reports:report", args=[frozen.id]), "eingefroren")


@requires("reports.manage")
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    gone = services.discard(actor_of(request), draft_id)
    return saved(reverse("reports:reports"), "verworfen" if gone else "erledigt")


def _report_or_404(report_id: UUID) -> FrozenReport:
    row = queries.report(report_id)
    if row is None:
        raise Http404
    return row


@requires("reports.view")
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show a frozen report as it was, and whether its seal still fits."""
    row = _report_or_404(report_id)
    content = queries.content_of(row)
    return render(
        request,
        "reports/frozen.html",
        {
            "row": row,
            "content": content,
            "label": queries.label_of(row),
            "texts": rules.texts_of(content),
            "findings": queries.findings(row),
            "rows": [_figure_row(figure) for figure in content["figures"]],
            "note": note_of(request),
        },
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _figure_row(figure: dict[str, Any]) -> dict[str, Any]:
    marks = [wording.quality_of(figure["value"], figure["quality"])]
    if figure["manual"]:
        marks.append("von Hand" if figure["kind"] == "manual" else "enthält Werte von Hand")
    placed = figure["override"]
    unit = figure["unit"]
    return {
        "href": reverse("reports:figure", args=[figure["key"]]),
        "cells": {
            "label": {"text": figure["label"], "note": figure["source"]},
            "value": {
                "text": wording.with_unit(_decimal(figure["value"]), unit),
                "note": date_de(figure["on"]) if figure["on"] else "",
            },
            "before": wording.with_unit(_decimal(figure["before"]), unit),
            "target": wording.with_unit(_decimal(figure["target"]), unit),
            "light": {
                "light": figure["light"],
                "text": wording.LIGHT_WORDS[figure["light"]],
                "note": f"gesetzt von {placed['set_by']}: {placed['reason']}" if placed else "",
            },
            "quality": ", ".join(marks),
        },
    }


@requires("reports.view")
@require_GET
def pdf(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Give out the PDF of a frozen report."""
    row = _report_or_404(report_id)
    data = storage.read(row.pdf_sha512)
    return file_answer(data, f"Halbjahresbericht {row.year}-{row.half}.pdf", printing.MEDIA_TYPE)


@requires("reports.view")
@require_GET
def json(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Give out the very bytes that are sealed."""
    row = _report_or_404(report_id)
    name = f"halbjahresbericht-{row.year}-{row.half}-{row.edition}.json"
    return file_answer(row.content.encode(), name, "application/json")


def _chosen(request: HttpRequest, name: str) -> FrozenReport | None:
    try:
        return queries.report(UUID(request.GET.get(name, "")[:36]))
    except ValueError:
        return None


@requires("reports.view")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show two reports beside each other."""
    first, second = _chosen(request, "a"), _chosen(request, "b")
    changes = rules.compare(queries.content_of(first), queries.content_of(second)) if first and second else []
    texts: list[tuple[str, str, str]] = []
    if first and second:
        of = [{part["key"]: part for part in queries.content_of(row)["texts"]} for row in (first, second)]
        texts = [
            (title, of[0].get(key, {}).get("text", ""), of[1].get(key, {}).get("text", ""))
            for key, title in rules.SECTIONS
        ]
    return render(
        request,
        "reports/compare.html",
        {
            "first": first,
            "second": second,
            "label_of": queries.label_of,
            "choices": queries.choices(),
            "texts": [one for one in texts if one[1] != one[2]],
            "rows": [_change_row(change) for change in changes],
        },
    )


def _change_row(change: rules.Change) -> dict[str, Any]:
    def cell(value: Decimal | None, light: str) -> dict[str, str]:
        words = wording.LIGHT_WORDS[light] if light else "nicht im Bericht"
        return {"text": wording.with_unit(value, change.unit), "note": words}

    difference = change.difference
    said = "–"
    if difference is not None:
        sign = "+" if difference > 0 else "±" if difference == 0 else ""
        said = sign + wording.with_unit(difference, change.unit)
    return {
        "cells": {
            "label": change.label,
            "first": cell(change.first, change.first_light),
            "second": cell(change.second, change.second_light),
            "difference": said,
        }
    }
