"""Criteria sets: the list, the editor, the matrix of pairwise comparisons, fixing, new versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.participation.models import CriteriaSet, Criterion
from leineweber.domains.participation.queries import rounds as queries
from leineweber.domains.participation.queries.rounds import CriteriaView
from leineweber.domains.participation.rules import weighting
from leineweber.domains.participation.services import ParticipationError, criteria
from leineweber.domains.participation.services.criteria import CriterionEntry
from leineweber.domains.participation.views.common import Form, led_to, page_of, show, uuid_of
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.ui.jinja import number

SCALE = [str(step) for step in weighting.SCALE]
WORDS = {
    "9": "9, überragend wichtiger",
    "7": "7, sehr viel wichtiger",
    "5": "5, viel wichtiger",
    "3": "3, etwas wichtiger",
    "1": "1, gleich wichtig",
    "1/3": "1/3, etwas weniger wichtig",
    "1/5": "1/5, viel weniger wichtig",
    "1/7": "1/7, sehr viel weniger wichtig",
    "1/9": "1/9, überragend weniger wichtig",
}
CHOICES = [(step, WORDS.get(step, step)) for step in SCALE]


def _or_404(criteria_id: UUID) -> CriteriaView:
    view = queries.criteria_view(criteria_id)
    if view is None:
        raise Http404
    return view


@requires("participation.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All criteria sets with their versions."""
    return show(request, "criteria_list", {"page": queries.criteria_sets(page_of(request))})


def _matrix(view: CriteriaView) -> list[list[str]]:
    """Return the matrix as it is written: rows and columns in the order of the criteria."""
    return [[str(entry) for entry in row] for row in criteria.matrix_of(view.criteria, view.rows)]


def _set_page(
    request: HttpRequest,
    view: CriteriaView,
    form: Form | None = None,
    values: Mapping[str, Any] | None = None,
) -> HttpResponse:
    kept = view.criteria
    pairwise = kept.method == CriteriaSet.Method.PAIRWISE
    weighed = bool(view.rows) and all(one.weight is not None for one in view.rows)
    doubtful = None
    if pairwise and weighed and kept.consistency is not None and kept.consistency > weighting.LIMIT:
        pair = weighting.least_consistent(
            criteria.matrix_of(kept, view.rows), [one.weight for one in view.rows if one.weight is not None]
        )
        doubtful = (view.rows[pair[0]], view.rows[pair[1]]) if pair else None
    return show(
        request,
        "criteria",
        {
            "set": view,
            "pairwise": pairwise,
            "weighed": weighed,
            "matrix": _matrix(view),
            "choices": CHOICES,
            "words": WORDS,
            "inconsistent": kept.consistency is not None and kept.consistency > weighting.LIMIT,
            "doubtful": doubtful,
            "values": values or {"begruendung": kept.consistency_reason, "version": kept.version},
        },
        form=form,
        status=422 if form and form.errors else 200,
    )


@requires("participation.view")
@require_safe
def one(request: HttpRequest, criteria_id: UUID) -> HttpResponse:
    """One version: its criteria, weights and comparisons; a draft can be compared and fixed here."""
    return _set_page(request, _or_404(criteria_id))


def _form_page(
    request: HttpRequest,
    view: CriteriaView | None,
    form: Form | None = None,
    values: dict[str, Any] | None = None,
) -> HttpResponse:
    if values is None:
        kept = view.criteria if view else None
        values = {
            "name": kept.name if kept else "",
            "zweck": kept.purpose if kept else "",
            "methode": kept.method if kept else CriteriaSet.Method.PAIRWISE.value,
            "version": kept.version if kept else 0,
        }
        for place, row in enumerate(view.rows if view else (), start=1):
            values |= {
                f"id-{place}": row.id,
                f"kriterium-{place}": row.name,
                f"frage-{place}": row.question,
                f"richtung-{place}": row.axis,
                f"gewicht-{place}": number(row.weight * 100) if row.weight is not None else "",
            }
    filled = sum(bool(values.get(f"kriterium-{place}")) for place in range(1, weighting.MOST + 1))
    return show(
        request,
        "criteria_form",
        {
            "set": view,
            "values": values,
            "lines": range(1, min(weighting.MOST, max(5, filled + 2)) + 1),
            "methods": CriteriaSet.Method.choices,
            "axes": Criterion.Axis.choices,
        },
        form=form,
        status=422 if form and form.errors else 200,
    )


def _save(request: HttpRequest, view: CriteriaView | None) -> HttpResponse:
    form = Form(request)
    name, purpose, method = form.text("name", 120), form.text("zweck", 1000), form.text("methode", 10)
    version = form.whole("version")
    entries, places = [], []
    for place in range(1, weighting.MOST + 1):
        label = form.text(f"kriterium-{place}", 120)
        entry = CriterionEntry(
            name=label,
            axis=form.text(f"richtung-{place}", 10) or Criterion.Axis.BENEFIT.value,
            question=form.text(f"frage-{place}", 400),
            points=form.number(f"gewicht-{place}") if method == CriteriaSet.Method.ENTERED else None,
            id=form.identifier(f"id-{place}"),
        )
        form.values.setdefault(f"gewicht-{place}", request.POST.get(f"gewicht-{place}", "")[:12])
        if label.strip():
            entries.append(entry)
            places.append(place)
    if not form.errors:
        try:
            if view is None:
                saved = criteria.create(
                    actor_of(request), name=name, purpose=purpose, method=method, entries=entries
                )
            else:
                saved = criteria.edit(
                    actor_of(request),
                    criteria_id=view.criteria.id,
                    version=version,
                    name=name,
                    purpose=purpose,
                    method=method,
                    entries=entries,
                )
            return led_to("criteria_one", saved.id, note="kriterien")
        except ParticipationError as error:
            # The service counts the criteria it was given, the page its lines, some of which are empty.
            part, _, place_text = error.field.rpartition("-")
            if part and place_text.isdigit() and 0 < int(place_text) <= len(places):
                error.field = f"{part}-{places[int(place_text) - 1]}"
            form.refused(error, "name")
    return _form_page(request, view, form, {**form.values, "version": view.criteria.version if view else 0})


@requires("participation.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a criteria set."""
    return _save(request, None) if request.method == "POST" else _form_page(request, None)


@requires("participation.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, criteria_id: UUID) -> HttpResponse:
    """Change the criteria of a draft."""
    view = _or_404(criteria_id)
    if view.criteria.fixed_at is not None and request.method != "POST":
        raise Http404
    return _save(request, view) if request.method == "POST" else _form_page(request, view)


@requires("participation.manage")
@require_POST
def compare(request: HttpRequest, criteria_id: UUID) -> HttpResponse:
    """Save the comparisons of a draft and weigh it."""
    view = _or_404(criteria_id)
    form = Form(request)
    judgements: dict[tuple[UUID, UUID], str] = {}
    for name in request.POST:
        if name.startswith("paar-") and len(name) == 78:
            row, column = uuid_of(name[5:41]), uuid_of(name[42:])
            if row and column:
                judgements[row, column] = form.text(name, 4)
    reason = form.text("begruendung", 1000)
    try:
        criteria.judge(
            actor_of(request),
            criteria_id=criteria_id,
            version=form.whole("version"),
            judgements=judgements,
            reason=reason,
        )
    except ParticipationError as error:
        form.refused(error, "begruendung")
        return _set_page(
            request, view, form, {**form.values, "begruendung": reason, "version": view.criteria.version}
        )
    return led_to("criteria_one", criteria_id, note="gewichtet")


@requires("participation.manage")
@require_POST
def fix(request: HttpRequest, criteria_id: UUID) -> HttpResponse:
    """Fix a version for good."""
    view = _or_404(criteria_id)
    form = Form(request)
    try:
        criteria.fix(actor_of(request), criteria_id=criteria_id, version=form.whole("version"))
    except ParticipationError as error:
        form.refused(error, "begruendung")
        return _set_page(request, view, form)
    return led_to("criteria_one", criteria_id, note="festgelegt")


@requires("participation.manage")
@require_POST
def new_version(request: HttpRequest, criteria_id: UUID) -> HttpResponse:
    """Begin the next version of a fixed set."""
    view = _or_404(criteria_id)
    form = Form(request)
    try:
        made = criteria.new_version(actor_of(request), criteria_id=criteria_id)
    except ParticipationError as error:
        form.refused(error, "kriterien")
        return _set_page(request, view, form)
    return led_to("criteria_one", made.id, note="fassung")
