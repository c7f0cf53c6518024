"""For everybody: the figures and goals that the city publishes, and the same as open data."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.domains.opendata import queries, rules
from leineweber.domains.opendata.queries import PublicFigure
from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock
from leineweber.kernel.access import requires
from leineweber.kernel.ui import charts
from leineweber.kernel.ui.jinja import CITY


def _publisher() -> str:
    return str(getattr(settings, "LEINEWEBER_CITY", CITY)["name"])


def _picture(one: PublicFigure) -> charts.Chart | None:
    """Return the course of a figure, or its parts where it has no course; None where neither may be shown."""
    title, source = one.publication.title, one.indicator.source
    if len(one.shown.series) > 1:
        readings = [charts.Reading(point.on, point.value) for point in one.shown.series]
        return charts.line(f"{title} im Verlauf", readings, value_label=one.indicator.label, source=source)
    cells = [cell for cell in one.shown.cells if cell.value is not None]
    if len(cells) < 2:
        return None
    return charts.bars(
        f"{title}: die Teile", [charts.Bar(cell.label, cell.value or 0) for cell in cells], source=source
    )


@requires("public")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All published figures with picture and table, then the published goals as they stand."""
    public = queries.published()
    found = [(one, _picture(one)) for one in queries.figures(public)]
    by_slug = {row.key: row for row in public if row.subject == "goal"}
    standing = [one for one in goals.standings(Scope()) if one.slug in by_slug] if by_slug else []
    context = {
        "found": found,
        "goals": [(one, by_slug[one.slug]) for one in standing],
        "light_words": goals.LIGHT_WORDS,
        "licence": queries.licence(),
        "smallest": queries.smallest(),
        "publisher": _publisher(),
        "as_of": clock.today(),
    }
    return render(request, "cockpit/public.html", context)


def _sheet(key: str) -> rules.Sheet:
    found = queries.sheet(key, _publisher()) if len(key) <= 100 else None
    if found is None:
        raise Http404
    return found


def _file(content: str, kind: str, key: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    name = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in key)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


@requires("public")
@require_safe
def as_csv(request: HttpRequest, key: str) -> HttpResponse:
    """One published figure as CSV."""
    return _file(rules.as_csv(_sheet(key)), "text/csv", key, "csv")


@requires("public")
@require_safe
def as_json(request: HttpRequest, key: str) -> HttpResponse:
    """One published figure as JSON."""
    return _file(rules.as_json(_sheet(key)), "application/json", key, "json")
