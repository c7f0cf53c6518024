"""Forms for figures: by hand, values, formulas, lights, trajectories."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leineweber.domains.reports import wording
from leineweber.domains.reports.forms import Form, number_text, points_text
from leineweber.domains.reports.views import figures as shown
from leineweber.domains.reports.views.common import definition_or_404, saved
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.indicators import formulas, queries, registry, rules
from leineweber.kernel.indicators.formulas import FormulaError
from leineweber.kernel.indicators.queries import Definition
from leineweber.kernel.indicators.services import Changed, IndicatorError, capture, figures, steering

DIRECTIONS = list(wording.DIRECTION_WORDS.items())
SHAPES = [("", "kein Sollpfad"), *wording.SHAPE_WORDS.items()]
QUALITIES = [(key, wording.QUALITY_WORDS[key]) for key in rules.QUALITIES[:3]]
ROWS, MOST_ROWS = 4, formulas.MOST_INPUTS
# The services' names of what is wrong → the field and, where it differs, the place in the page to go to.
FIELDS = {
    "slug": ("kurz", ""),
    "label": ("name", ""),
    "unit": ("einheit", ""),
    "definition": ("definition", ""),
    "source": ("quelle", ""),
    "owner": ("verantwortlich", ""),
    "refresh_days": ("tage", ""),
    "on": ("tag", "tag-tag"),
    "value": ("wert", ""),
    "quality": ("guete", ""),
    "reason": ("grund", ""),
    "inputs": ("name-1", ""),
    "expression": ("formel", ""),
    "light": ("ampel", ""),
    "until": ("bis", "bis-tag"),
    "share": ("anteil", ""),
    "amount": ("betrag", ""),
    "points": ("punkte", ""),
    "start": ("ab", "ab-tag"),
    "": ("", "inhalt"),
}


def _note_fault(form: Form, error: IndicatorError | FormulaError) -> None:
    field, anchor = FIELDS[error.field]
    form.fault(field, str(error), anchor)


def _direction(form: Form) -> registry.Direction:
    """Return the direction chosen; `up` where none is, with the fault noted."""
    chosen = form.choice("richtung", wording.DIRECTION_WORDS, "Wählen Sie die Richtung.")
    return cast(registry.Direction, chosen or "up")


def _context(form: Form | None, **more: Any) -> dict[str, Any]:
    return {
        "errors": form.errors if form else [],
        "faults": form.faults if form else {},
        "values": form.values if form else {},
        **more,
    }


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def manual(request: HttpRequest) -> HttpResponse:
    """Make a figure whose values are typed."""
    form = Form(request) if request.method == "POST" else None
    if form is not None:
        label = form.text("name", 120, "Geben Sie der Kennzahl einen Namen.")
        slug = form.slug("kurz", label)
        definition = form.text("definition", 1000, "Beschreiben Sie, was gezählt wird.")
        unit = form.text("einheit", 40, "Geben Sie die Einheit an, zum Beispiel: Prozent.")
        direction = _direction(form)
        source = form.text("quelle", 300, "Geben Sie an, woher der Wert kommt.")
        owner = form.text("verantwortlich", 120, "Geben Sie an, wer für die Kennzahl verantwortlich ist.")
        days = form.number("tage", "Geben Sie 1 bis 1.100 Tage an.")
        if days is not None and days != days.to_integral_value():
            form.fault("tage", "Geben Sie ganze Tage an.")
        if not form.errors and days is not None:
            try:
                key = figures.define_manual(
                    actor_of(request),
                    slug=slug,
                    label=label,
                    unit=unit,
                    direction=direction,
                    definition=definition,
                    source=source,
                    owner=owner,
                    refresh_days=int(min(days, Decimal(9999))),
                )
                return saved(reverse("reports:figure", args=[key]), "angelegt")
            except IndicatorError as error:
                _note_fault(form, error)
    return render(
        request,
        "reports/manual.html",
        _context(form, one=None, directions=DIRECTIONS),
        status=422 if form else 200,
    )


def _revision_today(one: Definition, typed: Any) -> queries.Entry | None:
    """Return the value that holds for the day that is typed, None if there is none or the day is no day."""
    try:
        day = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
    except (KeyError, TypeError, ValueError):
        return None
    return queries.entry_on(one.key, day)


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def value(request: HttpRequest, key: str) -> HttpResponse:
    """Type a value for a day, or correct it with a reason."""
    one = definition_or_404(key)
    if one.kind != "manual":
        raise Http404
    if one.retired_on is not None:
        return HttpResponseRedirect(reverse("reports:figure", args=[key]))
    form = Form(request) if request.method == "POST" else None
    if form is not None:
        day = form.day("tag", "Geben Sie den Tag an, von dem der Wert ist.")
        number = form.number("wert", "Geben Sie eine Zahl ein, zum Beispiel 1.234,5.")
        source = form.text("quelle", 300, "Geben Sie an, woher der Wert kommt.")
        quality = form.choice("guete", rules.QUALITIES[:3], "Wählen Sie, wie sicher der Wert ist.")
        reason = form.text("grund", 1000)
        revision = form.whole("fassung")
        if not form.errors and day is not None and number is not None:
            try:
                figures.enter(
                    actor_of(request),
                    key,
                    on=day,
                    value=number,
                    source=source,
                    quality=cast(rules.Quality, quality),
                    reason=reason,
                    revision=revision,
                )
                return saved(reverse("reports:figure", args=[key]), "wert")
            except Changed:
                form.fault(
                    "grund",
                    "Für diesen Tag gibt es schon einen Wert; er steht oben. Wenn Ihrer richtig ist, begründen Sie "
                    "die Korrektur und speichern Sie noch einmal.",
                )
            except IndicatorError as error:
                _note_fault(form, error)
    earlier = request.GET.get("tag", "")[:10]
    values: dict[str, Any] = (
        form.values if form else {"quelle": one.source, "guete": "complete", "tag": earlier}
    )
    if form is None:
        try:
            day = date.fromisoformat(earlier)
            values["tag"] = {"tag": str(day.day), "monat": str(day.month), "jahr": str(day.year)}
        except ValueError:
            values["tag"] = ""
    before = _revision_today(one, values["tag"])
    return render(
        request,
        "reports/value.html",
        {
            **_context(form, one=one, qualities=QUALITIES, before=before, with_unit=wording.with_unit),
            "values": values,
            "quality_words": wording.QUALITY_WORDS,
        },
        status=422 if form else 200,
    )


def _all_figures(own: str) -> list[tuple[str, str]]:
    return [(key, f"{one.label} ({one.unit})") for key, one in queries.definitions().items() if key != own]


def _inputs(form: Form, rows: int) -> dict[str, str]:
    """Return the names and the figures chosen; half a row is a fault, and so is a name that comes twice."""
    found: dict[str, str] = {}
    for number in range(1, rows + 1):
        name, key = form.text(f"name-{number}", 60), form.text(f"kennzahl-{number}", 120)
        if name and not key:
            form.fault(f"kennzahl-{number}", f"Wählen Sie, welche Kennzahl „{name}“ ist.")
        elif key and not name:
            form.fault(f"name-{number}", "Geben Sie an, wie die Kennzahl in der Formel heißt.")
        elif name in found:
            form.fault(f"name-{number}", f"Den Namen „{name}“ gibt es schon in dieser Formel.")
        elif name:
            found[name] = key
    return found


def _formula(request: HttpRequest, one: Definition | None) -> HttpResponse:
    """Make or change a formula; `pruefen` evaluates it without saving, `mehr` gives more rows."""
    posted = request.method == "POST"
    form = Form(request) if posted else None
    rows, result, checked = ROWS, None, False
    own = one.key if one else ""
    if form is not None:
        rows = min(max(form.whole("zeilen", MOST_ROWS), ROWS), MOST_ROWS)
        label = form.text("name", 120, "Geben Sie der Kennzahl einen Namen.")
        slug = own.removeprefix(registry.FORMULA) if one else form.slug("kurz", label)
        definition = form.text("definition", 1000, "Beschreiben Sie, was gezählt wird.")
        unit = form.text("einheit", 40, "Geben Sie die Einheit an, zum Beispiel: Prozent.")
        direction = _direction(form)
        owner = form.text("verantwortlich", 120, "Geben Sie an, wer für die Kennzahl verantwortlich ist.")
        form.text("formel", formulas.LONGEST)
        # Not stripped at its beginning, so that line and column of an error are those of the field.
        expression = str(form.values["formel"]).rstrip()
        inputs, version = _inputs(form, rows), form.whole("version")
        if "mehr" in request.POST:
            form.errors, rows = [], min(rows + 2, MOST_ROWS)
            posted = False
        elif "pruefen" in request.POST:
            posted = False
            form.errors = [
                error for error in form.errors if error["field"].startswith(("name-", "kennzahl-", "formel"))
            ]
            if not form.errors:
                try:
                    result, checked = figures.try_formula(inputs, expression, own), True
                except FormulaError as error:
                    _note_fault(form, error)
        elif not form.errors:
            try:
                key = figures.save_formula(
                    actor_of(request),
                    slug=slug,
                    label=label,
                    unit=unit,
                    direction=direction,
                    definition=definition,
                    owner=owner,
                    inputs=inputs,
                    expression=expression,
                    version=version,
                )
                return saved(reverse("reports:figure", args=[key]), "formel")
            except (FormulaError, IndicatorError) as error:
                _note_fault(form, error)
    values: dict[str, Any] = form.values if form else {}
    if form is None and one is not None:
        values = {
            "name": one.label,
            "einheit": one.unit,
            "richtung": one.direction,
            "definition": one.definition,
            "verantwortlich": one.owner,
            "formel": one.expression,
            "version": one.version,
        }
        for number, (name, key) in enumerate((one.inputs or {}).items(), 1):
            values |= {f"name-{number}": name, f"kennzahl-{number}": key}
            rows = max(rows, number)
    errors = bool(form and form.errors)
    return render(
        request,
        "reports/formula.html",
        {
            **_context(
                form, one=one, directions=DIRECTIONS, figures=_all_figures(own), with_unit=wording.with_unit
            ),
            "values": values,
            "rows": rows,
            "may_add": rows < MOST_ROWS,
            "result": result,
            "checked": checked,
        },
        status=422 if errors or posted else 200,
    )


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def formula_new(request: HttpRequest) -> HttpResponse:
    """Make a figure that is computed of others."""
    return _formula(request, None)


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def formula(request: HttpRequest, key: str) -> HttpResponse:
    """Change a formula."""
    one = definition_or_404(key)
    if one.kind != "formula":
        raise Http404
    if one.retired_on is not None:
        return HttpResponseRedirect(reverse("reports:figure", args=[key]))
    return _formula(request, one)


@requires("indicators.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, key: str) -> HttpResponse:
    """Set owner, tolerance and trajectory."""
    one = definition_or_404(key)
    form = Form(request) if request.method == "POST" else None
    if form is not None:
        owner = form.text("verantwortlich", 120)
        share = form.number("anteil", "Geben Sie die Toleranz in Prozent an, von 0 bis 100.")
        amount = form.number("betrag", "Geben Sie eine Zahl ab 0 ein.", Decimal(0))
        shape = form.choice("form", ["", *rules.SHAPES], "Wählen Sie, wie der Sollpfad verläuft.")
        points = form.points("punkte")
        version = form.whole("version")
        if not form.errors and share is not None and amount is not None:
            try:
                steering.settle(
                    actor_of(request),
                    key,
                    owner=owner,
                    share=share / 100,
                    amount=amount,
                    shape=cast(rules.Shape, shape) if shape else None,
                    points=points,
                    version=version,
                )
                return saved(reverse("reports:figure", args=[key]), "eingestellt")
            except Changed as error:
                form.values["version"] = one.version
                _note_fault(form, error)
            except IndicatorError as error:
                _note_fault(form, error)
    values = (
        form.values
        if form
        else {
            "verantwortlich": one.owner,
            "anteil": number_text(one.tolerance.share * 100),
            "betrag": number_text(one.tolerance.amount),
            "form": one.trajectory.shape if one.trajectory else "",
            "punkte": points_text(one.trajectory.points) if one.trajectory else "",
            "version": one.version,
        }
    )
    return render(
        request,
        "reports/settle.html",
        {**_context(form, one=one, shapes=SHAPES, may_be_empty=one.code is not None), "values": values},
        status=422 if form else 200,
    )


@requires("indicators.manage")
@require_POST
def light(request: HttpRequest, key: str) -> HttpResponse:
    """Set the light of a figure for a time."""
    definition_or_404(key)
    form = Form(request)
    chosen = form.choice("ampel", rules.LIGHTS[:3], "Wählen Sie eine Ampel.")
    reason = form.text("grund", 1000, "Begründen Sie, warum die Ampel anders steht.")
    until = form.day("bis", "Geben Sie an, bis wann die Ampel so steht.")
    if not form.errors and until is not None:
        try:
            steering.override(
                actor_of(request), key, light=cast(rules.Light, chosen), reason=reason, until=until
            )
            return saved(reverse("reports:figure", args=[key]), "ampel")
        except IndicatorError as error:
            _note_fault(form, error)
    return shown.page(request, key, form, 422)


@requires("indicators.manage")
@require_POST
def light_end(request: HttpRequest, key: str) -> HttpResponse:
    """Let the light follow the figure again."""
    definition_or_404(key)
    ended = steering.end_override(actor_of(request), key)
    return saved(reverse("reports:figure", args=[key]), "ampel-aufgehoben" if ended else "erledigt")


@requires("indicators.manage")
@require_POST
def backfill(request: HttpRequest, key: str) -> HttpResponse:
    """Let days gone by be computed."""
    definition_or_404(key)
    form = Form(request)
    start = form.day("ab", "Geben Sie den ersten Tag an.")
    if not form.errors and start is not None:
        try:
            capture.request_backfill(actor_of(request), key, start)
            return saved(reverse("reports:figure", args=[key]), "nachrechnen")
        except IndicatorError as error:
            _note_fault(form, error)
    return shown.page(request, key, form, 422)


@requires("indicators.manage")
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Take a figure out of use."""
    definition_or_404(key)
    form = Form(request)
    reason = form.text("stillgrund", 1000, "Begründen Sie, warum die Kennzahl nicht mehr gebraucht wird.")
    if not form.errors:
        try:
            figures.retire(actor_of(request), key, reason=reason)
            return saved(reverse("reports:figure", args=[key]), "stillgelegt")
        except IndicatorError as error:
            form.fault("stillgrund", str(error))
    return shown.page(request, key, form, 422)
