"""Pages of the choice: scenarios, their limits, results, comparison. Thin over services and queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio.choice import model, presenting, queries, services, source
from leineweber.domains.portfolio.choice.forms import Form, limit_values, read_limits
from leineweber.domains.portfolio.choice.model import Limits
from leineweber.domains.portfolio.choice.models import OPEN_STATES, RunState, Scenario
from leineweber.domains.portfolio.choice.services import ChoiceError, Stale
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, requires

WISHES_PAGE = 50
NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES = {
    "gespeichert": "Das Szenario ist gespeichert.",
    "angelegt": "Das Szenario ist angelegt. Prüfen Sie die Grenzen, und lassen Sie dann rechnen.",
    "rechnet": "Die Rechnung läuft. Sie können weiterarbeiten; das Ergebnis bleibt hier stehen.",
    "abgebrochen": "Die Rechnung ist abgebrochen.",
    "warum": "Die Begründung wird berechnet. Laden Sie die Seite in einigen Sekunden neu.",
    "uebernommen": "Die Auswahl ist ins Portfolio übernommen.",
}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _to(name: str, *parts: object, note: str = "", anchor: str = "") -> HttpResponse:
    address = reverse(f"choice:{name}", args=parts)
    if note:
        address += f"?{urlencode({NOTE: note})}"
    return HttpResponseRedirect(address + anchor)


def _scenario(request: HttpRequest, scenario_id: UUID) -> Scenario:
    row = queries.scenario(actor_of(request), scenario_id)
    if row is None:
        raise Http404
    return row


def _note(request: HttpRequest) -> str:
    return NOTES.get(request.GET.get(NOTE, ""), "")


def _values(request: HttpRequest) -> dict[str, str]:
    """Return what was typed, without NUL, which PostgreSQL keeps in no column."""
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


@requires("choice.view")
@require_GET
def scenarios(request: HttpRequest) -> HttpResponse:
    """All scenarios with what came out, searched, filtered, paged; some can be put side by side."""
    actor = actor_of(request)
    text, state = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("stand", "")
    page = queries.listed(actor, text=text, state=state, page=_number(request.GET.get("seite", "1")))
    return render(
        request,
        "choice/list.html",
        {
            "page": page,
            "rows": [presenting.row(one) for one in page.rows],
            "text": text,
            "state": state if state in queries.STATES else "",
            "states": presenting.STATE_FILTERS,
            "may_manage": allowed(actor, "choice.manage"),
        },
    )


@requires("choice.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a scenario: name, question, period, money a year; the days of the skills come from the portfolio."""
    year = clock.today().year + 1
    if request.method != "POST":
        values = {"beginn": str(year), "jahre": "4"}
        return render(request, "choice/new.html", {"form": Form(values)})
    form = Form(_values(request))
    first = form.whole("beginn", "Erstes Jahr", 2000, 2100)
    years = form.whole("jahre", "Zahl der Jahre", *services.YEARS)
    money = form.amount("geld", "Geld je Jahr")
    if not form.errors:
        actor = actor_of(request)
        capacity = source.capacities(actor, first, years)
        limits = Limits(first, years, (money,) * years, capacity)
        try:
            row = services.create_scenario(
                actor, title=form.text("titel", 200), question=form.text("frage", 2000), limits=limits
            )
        except ChoiceError as error:
            form.fault(error.field or "titel", str(error))
        else:
            return _to("edit", row.id, note="angelegt")
    return render(request, "choice/new.html", {"form": form}, status=422)


@requires("choice.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """The limits of a scenario: money and days by year, fields of action, how the search is made."""
    row = _scenario(request, scenario_id)
    if row.adopted is not None:
        return _to("result", row.id)
    actor = actor_of(request)
    limits = model.limits_from_json(row.limits)
    instance = services.frozen(actor, row)
    skills, fields = sorted(instance.skills), sorted(instance.fields, key=lambda key: instance.fields[key])
    context: dict[str, Any] = {
        "scenario": row,
        "years": [limits.first_year + offset for offset in range(limits.years)],
        "skills": skills,
        "fields": [(key, instance.fields[key]) for key in fields],
        "count": len(instance.candidates),
        "note": _note(request),
        "stale": False,
    }
    if request.method != "POST":
        values = {
            "titel": row.title,
            "frage": row.question,
            "sekunden": str(row.seconds),
            "genauigkeit": presenting.typed_percent(row.gap),
            "version": str(row.version),
            **limit_values(limits, skills, fields),
        }
        return render(request, "choice/edit.html", {**context, "form": Form(values)})
    form = Form(_values(request))
    wanted = read_limits(form, limits, skills, fields)
    seconds = form.whole("sekunden", "Rechenzeit", *services.SECONDS)
    gap = form.amount("genauigkeit", "Genauigkeit", most=Decimal(99)) or Decimal(0)
    status = 422
    if not form.errors:
        try:
            services.change_scenario(
                actor,
                row.id,
                title=form.text("titel", 200),
                question=form.text("frage", 2000),
                limits=wanted,
                seconds=seconds,
                gap=gap / 100,
                version=_number(form.values.get("version", "")),
            )
        except Stale as error:
            form.values = {**form.values, "version": str(queries.scenario(actor, row.id).version)}  # type: ignore[union-attr]  # it is there, rows are never removed
            form.fault("titel", str(error))
            context["stale"], status = True, 409
        except ChoiceError as error:
            form.fault(error.field or "titel", str(error))
        else:
            if "rechnen" in request.POST:
                return _start(request, row.id)
            return _to("result", row.id, note="gespeichert")
    return render(request, "choice/edit.html", {**context, "form": form}, status=status)


@requires("choice.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """The projects to choose from, with a wish for each: must be in, stays out, or as in the portfolio."""
    row = _scenario(request, scenario_id)
    actor = actor_of(request)
    instance = services.frozen(actor, _without_wishes(row))
    ordered = sorted(instance.candidates, key=lambda one: (one.title, one.id))
    pages = max(1, -(-len(ordered) // WISHES_PAGE))
    number = min(max(1, _number(request.GET.get("seite", "1"))), pages)
    shown = ordered[(number - 1) * WISHES_PAGE : number * WISHES_PAGE]
    error, status = "", 200
    wanted = dict(row.wishes)
    if request.method == "POST":
        sent = {one.id: request.POST.get(f"wunsch-{one.id}", "") for one in shown if not one.must}
        try:
            services.set_wishes(actor, row.id, sent, version=_number(request.POST.get("version", "")))
        except Stale as problem:
            error, status, wanted = str(problem), 409, {**wanted, **sent}
        except ChoiceError as problem:
            error, status = str(problem), 422
        else:
            return _to("result", row.id, note="gespeichert")
    return render(
        request,
        "choice/wishes.html",
        {
            "scenario": row,
            "rows": presenting.wish_rows(instance, shown, wanted),
            "number": number,
            "pages": pages,
            "total": len(ordered),
            "error": error,
        },
        status=status,
    )


def _without_wishes(row: Scenario) -> Scenario:
    """Return a scenario without its wishes, unsaved: to see what the portfolio itself says of its projects."""
    return Scenario(id=row.id, limits=row.limits, wishes={})


@requires("choice.view")
@require_GET
def result(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """What came out of the last run (or of an earlier one): roadmap, limits, what is out and why, other budgets."""
    actor = actor_of(request)
    row = _scenario(request, scenario_id)
    asked = request.GET.get("rechnung", "")
    found = queries.result(row, _number(asked) if asked else None)
    if asked and found is None:
        raise Http404
    context: dict[str, Any] = {
        "scenario": row,
        "found": found,
        "note": _note(request),
        "may_manage": allowed(actor, "choice.manage"),
        "earlier": queries.earlier(row),
        "limits": presenting.limit_facts(row),
        "paper": f"/steuerung/vorlagen/neu/?{urlencode({'gegenstand': f'scenario:{row.id}', 'wirkung': 'adopt'})}",
    }
    if found is not None:
        context |= presenting.whole(
            found, _number(request.GET.get("seite", "1")), _number(request.GET.get("aussen", "1"))
        )
        context["is_last"] = found.run.number == context["earlier"][0].number
        context["is_open"] = found.run.state in OPEN_STATES
        context["can_adopt"] = (
            context["is_last"] and found.run.state == RunState.DONE and found.found and row.adopted is None
        )
    return render(request, "choice/result.html", context)


def _start(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    try:
        services.compute(actor_of(request), scenario_id)
    except ChoiceError as error:
        return _refused(request, scenario_id, error)
    return _to("result", scenario_id, note="rechnet")


def _refused(request: HttpRequest, scenario_id: UUID, error: ChoiceError) -> HttpResponse:
    return render(
        request,
        "choice/refused.html",
        {"scenario": _scenario(request, scenario_id), "message": str(error)},
        status=422,
    )


@requires("choice.manage")
@require_POST
def compute(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Freeze the inputs and let a job compute."""
    return _start(request, _scenario(request, scenario_id).id)


@requires("choice.manage")
@require_POST
def cancel(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Break off the run that is not at its end."""
    services.cancel(actor_of(request), _scenario(request, scenario_id).id)
    return _to("result", scenario_id, note="abgebrochen")


@requires("choice.manage")
@require_POST
def explain(request: HttpRequest, scenario_id: UUID, project_id: UUID) -> HttpResponse:
    """Let a job find out why a project is out."""
    try:
        services.explain(actor_of(request), _scenario(request, scenario_id).id, project_id)
    except ChoiceError as error:
        return _refused(request, scenario_id, error)
    place = _number(request.POST.get("aussen", "1"))
    return _to("result", scenario_id, note="warum", anchor=f"&aussen={place}#v-{project_id}")


@requires("choice.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Make a scenario like another, with more or less money or days."""
    row = _scenario(request, scenario_id)
    if request.method != "POST":
        values = {"titel": f"{row.title} (Kopie)"[:120], "geld": "100", "tage": "100"}
        return render(request, "choice/copy.html", {"scenario": row, "form": Form(values)})
    form = Form(_values(request))
    most = Decimal(10_000)
    money, days = form.amount("geld", "Geld", most=most), form.amount("tage", "Tage", most=most)
    if not form.errors:
        try:
            made = services.copy_scenario(
                actor_of(request),
                row.id,
                title=form.text("titel", 200),
                money=(Decimal(100) if money is None else money) / 100,
                days=(Decimal(100) if days is None else days) / 100,
            )
        except ChoiceError as error:
            form.fault(error.field or "titel", str(error))
        else:
            return _to("edit", made.id, note="angelegt")
    return render(request, "choice/copy.html", {"scenario": row, "form": form}, status=422)


@requires("choice.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Say what taking over will do, and do it."""
    row = _scenario(request, scenario_id)
    if request.method == "POST":
        try:
            services.take_over(actor_of(request), row.id)
        except ChoiceError as error:
            return _refused(request, row.id, error)
        return _to("result", row.id, note="uebernommen")
    found = queries.result(row)
    if row.adopted is not None or found is None or not found.found or found.run.state != RunState.DONE:
        return _to("result", row.id)
    now = services.frozen(actor_of(request), row)
    return render(
        request,
        "choice/take_over.html",
        {"scenario": row, "rows": presenting.chosen(found), "changed": presenting.changed(found, now)},
    )


@requires("choice.view")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Put up to four scenarios side by side: figures, and who is chosen when."""
    wanted = []
    for text in request.GET.getlist("s")[: queries.COMPARED]:
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    found = queries.compared(actor_of(request), wanted)
    return render(
        request,
        "choice/compare.html",
        {"found": found, "most": queries.COMPARED, **(presenting.comparison(found) if found else {})},
    )
