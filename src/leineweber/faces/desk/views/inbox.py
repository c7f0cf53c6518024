"""The inbox: the tasks of one's posts, and the forms of the one that is open beside the list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from leineweber.faces.desk.views import listing, work
from leineweber.faces.desk.views.common import uuid_of
from leineweber.kernel.access import requires

# With a dot, so that no field of a task's form has the same name.
ACTION = "desk.aktion"
ACTIONS = {
    "uebernehmen": work.claim,
    "zuruecklegen": work.release,
    "weitergeben": work.hand_over,
    "wiedervorlage": work.remind,
    "erledigen": work.complete,
}


@requires("processes.inbox")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one's posts, or do with the chosen one what its form says: what fails is shown in its place."""
    if request.method in {"GET", "HEAD"}:
        return listing.show(request)
    action = ACTIONS.get(request.POST.get(ACTION, ""))
    task_id = uuid_of(request.GET.get("aufgabe", ""))
    if request.method != "POST" or action is None or task_id is None:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return action(request, task_id)
