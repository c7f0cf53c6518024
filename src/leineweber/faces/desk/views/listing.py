"""The inbox as shown: a list of tasks by view and filter, the chosen one beside it, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import Filters, Sort, View
from leineweber.domains.applications.procedures import registry
from leineweber.faces.desk import onward, taskform, workplace
from leineweber.faces.desk.views.common import note_of, noted_case, page_of, text_of, uuid_of
from leineweber.faces.desk.workplace import Workplace
from leineweber.kernel.access import actor_of
from leineweber.kernel.audit.services import record_listing

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


def show(
    request: HttpRequest,
    place: Workplace | None = None,
    *,
    status: int = 200,
    problem: str = "",
    kept: Sequence[taskform.Typed] = (),
    faults: dict[str, str] | None = None,
    values: dict[str, object] | None = None,
) -> HttpResponse:
    """Return the page of the inbox; everything that narrows the list stands in the address.

    Args:
        request: whose address says which list and which task.
        place: the chosen task, if a form of it could not be done: with what was typed.
        status: of the answer.
        problem: what stood in the way.
        kept: what was typed into a form that can no longer be sent.
        faults: what is wrong, by field.
        values: what was typed, by field.
    """
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
    if filters.text:
        subjects = [item.subject.id for item in page.items if item.subject.kind == "case"]
        record_listing(actor, "tasks.searched", shown=len(page.items), found=subjects)
    counts = processes.counts(actor)
    task_id = uuid_of(request.GET.get("aufgabe", ""))
    chosen = place or (workplace.load(actor, task_id) if task_id else None)
    # The note of the address is about what was done before the form that was just sent.
    note, done = (note_of(request), noted_case(request)) if request.method != "POST" else ("", None)
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
            "note": note,
            "onward": onward.what_next(actor, done) if done else "",
            "empty_title": title,
            "empty_text": text,
            "problem": problem,
            "kept": kept,
            "faults": faults or {},
            "values": values or {},
        },
        status=status,
    )
