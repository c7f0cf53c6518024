"""The inbox: a list of tasks by view and filter, the chosen one beside it."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import Filters, Sort, View
from leineweber.domains.applications.procedures import registry
from leineweber.faces.desk import onward, workplace
from leineweber.faces.desk.views.common import note_of, noted_case, page_of, text_of, uuid_of
from leineweber.kernel.access import actor_of, requires

VIEWS: Mapping[str, View] = {
    "meine": "mine",
    "frei": "unassigned",
    "ueberfaellig": "overdue",
    "spaeter": "later",
    "alle": "all",
}
LABELS = {
    "meine": "Meine",
    "frei": "Frei",
    "ueberfaellig": "Überfällig",
    "spaeter": "Später",
    "alle": "Alle",
}
SORTS: Mapping[str, Sort] = {"frist": "due", "neu": "newest"}
EMPTY = {
    "meine": (
        "Sie haben zurzeit keine Aufgabe",
        "Hier liegt, was Sie übernommen haben. Freie Aufgaben Ihrer Stelle finden Sie unter „Frei“.",
    ),
    "frei": (
        "Keine freie Aufgabe",
        "Hier erscheint, was an Ihre Stelle geht und noch niemand übernommen hat.",
    ),
    "ueberfaellig": ("Nichts ist überfällig", "Hier erscheint, was seine Frist überschritten hat."),
    "spaeter": (
        "Nichts auf Wiedervorlage",
        "Legen Sie eine übernommene Aufgabe auf Wiedervorlage; bis zum gewählten Tag liegt sie hier.",
    ),
    "alle": ("Keine Aufgabe", "Hier erscheinen alle offenen Aufgaben Ihrer Stelle, auch die der anderen."),
}


@requires("processes.inbox")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one's posts; everything that narrows the list stands in the address."""
    actor = actor_of(request)
    view = request.GET.get("ansicht", "meine")
    view = view if view in VIEWS else "meine"
    sort = request.GET.get("sort", "frist")
    sort = sort if sort in SORTS else "frist"
    procedures = registry.in_force()
    procedure = request.GET.get("verfahren", "")
    filters = Filters(
        VIEWS[view], procedure if procedure in procedures else "", text_of(request), SORTS[sort]
    )
    page = processes.inbox(actor, filters, page_of(request))
    counts = processes.counts(actor)
    task_id = uuid_of(request.GET.get("aufgabe", ""))
    chosen = workplace.load(actor, task_id) if task_id else None
    done = noted_case(request)
    title, text = EMPTY[view]
    if filters.text or filters.procedure:
        title, text = "Nichts gefunden", "Ändern Sie den Filter oder sehen Sie unter „Alle“ nach."
    return render(
        request,
        "desk/inbox.html",
        {
            "ansicht": view,
            "views": LABELS,
            "counts": {"meine": counts.mine, "frei": counts.unassigned, "ueberfaellig": counts.overdue},
            "count_limit": processes.COUNT_LIMIT,
            "sort": sort,
            "filters": filters,
            "procedures": [(key, row.title) for key, row in procedures.items()],
            "page": page,
            "place": chosen,
            "gone": task_id is not None and chosen is None,
            "note": note_of(request),
            "onward": onward.what_next(actor, done) if done else "",
            "empty_title": title,
            "empty_text": text,
        },
    )
