"""One task: see it, claim it, give it back or on, put it aside, do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leineweber.capabilities import documents
from leineweber.capabilities.processes import queries as process_queries
from leineweber.capabilities.processes import services as processes
from leineweber.capabilities.processes.models import Task
from leineweber.domains.applications import services
from leineweber.domains.applications import work as inputs
from leineweber.domains.applications.actions import ActionError
from leineweber.domains.applications.letters import LetterError
from leineweber.faces.desk import taskform, workplace
from leineweber.faces.desk.views import listing
from leineweber.faces.desk.views.common import back, clean, note_of, sent_from, uuid_of, with_note
from leineweber.faces.desk.workplace import Workplace
from leineweber.kernel import clock
from leineweber.kernel.access import Denied, actor_of, requires

FAR = 366
TEXT = 500
LOST_RIGHT = (
    "Sie dürfen diese Aufgabe nicht bearbeiten. Rechte hängen an der Stelle; Ihre Amtsleitung kann sie geben."
)


def _shown(request: HttpRequest, task_id: UUID) -> Workplace:
    """Return a task for its page.

    Raises:
        Http404: there is none that the actor may see.
    """
    place = workplace.load(actor_of(request), task_id)
    if place is None:
        raise Http404
    return place


def _page(
    request: HttpRequest,
    place: Workplace,
    *,
    status: int = 200,
    problem: str = "",
    kept: Sequence[taskform.Typed] = (),
    faults: dict[str, str] | None = None,
    values: dict[str, object] | None = None,
) -> HttpResponse:
    """Return the page of a task, or the inbox it lies open in: with what is wrong, and with what was typed."""
    if request.resolver_match is not None and request.resolver_match.view_name == "desk:inbox":
        return listing.show(
            request, place, status=status, problem=problem, kept=kept, faults=faults, values=values
        )
    return render(
        request,
        "desk/task.html",
        {
            "place": place,
            "note": note_of(request),
            "problem": problem,
            "kept": kept,
            "faults": faults or {},
            "values": values or {},
            "target": request.POST.get("zurueck", "") or reverse("desk:task", args=[place.item.id]),
        },
        status=status,
    )


@requires("processes.task.work")
@require_safe
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Show a task with its case."""
    return _page(request, _shown(request, task_id))


def _own(request: HttpRequest, task_id: UUID) -> str:
    """Return the address of the task.

    Raises:
        Http404: there is none that the actor may see.
    """
    if process_queries.task(actor_of(request), task_id) is None:
        raise Http404
    return reverse("desk:task", args=[task_id])


def _refused(request: HttpRequest, task_id: UUID, error: Exception) -> HttpResponse:
    """Show a task anew with the reason for which something was not done."""
    match error:
        case processes.Conflict():
            return _page(request, _shown(request, task_id), status=409, problem=error.message)
        case processes.FourEyes():
            return _page(request, _shown(request, task_id), status=403, problem=error.message)
    return _page(request, _shown(request, task_id), status=403, problem=LOST_RIGHT)


@requires("processes.task.work")
@require_POST
def claim(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a task into one's own work."""
    address = _own(request, task_id)
    try:
        processes.claim(task_id, actor_of(request))
    except (processes.Conflict, Denied) as error:
        return _refused(request, task_id, error)
    return back(request, address, "uebernommen")


@requires("processes.task.work")
@require_POST
def release(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Put a task back for all who could do it."""
    address = _own(request, task_id)
    try:
        processes.release(task_id, actor_of(request))
    except (processes.Conflict, Denied) as error:
        return _refused(request, task_id, error)
    return back(request, address, "zurueckgelegt")


@requires("processes.task.work")
@require_POST
def hand_over(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give a task to another person or post of the same role."""
    address = _own(request, task_id)
    kind, _, identifier = request.POST.get("an", "").partition(":")
    receiver = uuid_of(identifier)
    note = clean(request.POST.get("bemerkung", "")).strip()
    values: dict[str, object] = {"an": request.POST.get("an", ""), "bemerkung": note}
    fault = ""
    if receiver is None or kind not in {"person", "post"}:
        fault = "Wählen Sie, wer die Aufgabe bekommt."
    elif len(note) > TEXT:
        fault = f"Die Bemerkung hat höchstens {TEXT} Zeichen."
    if fault:
        field = "bemerkung" if len(note) > TEXT else "an"
        return _page(
            request,
            _shown(request, task_id),
            status=422,
            faults={f"weitergabe-{field}": fault},
            values=values,
        )
    try:
        processes.hand_over(
            task_id,
            actor_of(request),
            person_id=receiver if kind == "person" else None,
            post_id=receiver if kind == "post" else None,
            note=note,
        )
    except (processes.Conflict, Denied) as error:
        return _refused(request, task_id, error)
    return back(request, address, "weitergegeben")


def _day(request: HttpRequest) -> tuple[date | None, dict[str, str], str]:
    """Return the day of a reminder, the parts as typed, and what is wrong with them."""
    parts = {part: request.POST.get(f"tag.{part}", "").strip()[:4] for part in ("tag", "monat", "jahr")}
    try:
        day = date(int(parts["jahr"]), int(parts["monat"]), int(parts["tag"]))
    except ValueError:
        return None, parts, "Geben Sie den Tag der Wiedervorlage an, zum Beispiel 24 11 2026."
    if day <= clock.today():
        return None, parts, "Geben Sie einen Tag an, der noch kommt."
    if (day - clock.today()).days > FAR:
        return None, parts, "Geben Sie einen Tag innerhalb eines Jahres an."
    return day, parts, ""


@requires("processes.task.work")
@require_POST
def remind(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Put a task aside until a day, or take it up again."""
    address = _own(request, task_id)
    lifted = request.POST.get("aufheben") == "1"
    note = clean(request.POST.get("notiz", "")).strip()
    day, parts, fault = (None, {}, "") if lifted else _day(request)
    faults = {"wiedervorlage-tag": fault} if fault else {}
    if len(note) > TEXT:
        faults["wiedervorlage-notiz"] = f"Die Notiz hat höchstens {TEXT} Zeichen."
    if faults:
        values: dict[str, object] = {"tag": parts, "notiz": note}
        return _page(request, _shown(request, task_id), status=422, faults=faults, values=values)
    try:
        processes.remind(task_id, actor_of(request), day, note)
    except (processes.Conflict, Denied) as error:
        return _refused(request, task_id, error)
    return back(request, address, "wiedervorlage-aufgehoben" if lifted else "wiedervorlage")


def _after(request: HttpRequest, place: Workplace) -> HttpResponse:
    """Lead on after a task is done: to the next one of the case if the actor can do it, else to the inbox."""
    following = [
        one
        for one in process_queries.tasks_of(place.item.subject, actor_of(request))
        if one.status in workplace.LIVE and one.may_work and not one.four_eyes_barred
    ]
    inbox = reverse("desk:inbox")
    if following:
        page = reverse("desk:task", args=[following[0].id])
        came = sent_from(request, page)
        if came.partition("?")[0] == inbox:
            return HttpResponseRedirect(with_note(came, "naechster-schritt", aufgabe=str(following[0].id)))
        return HttpResponseRedirect(with_note(page, "naechster-schritt"))
    note = f"erledigt.{place.view.case.id}" if place.view else "erledigt"
    if request.POST.get("zurueck", "").startswith(reverse("desk:task", args=[place.item.id])):
        return HttpResponseRedirect(with_note(inbox, note))
    return back(request, inbox, note)


@requires("processes.task.work")
@require_POST
def complete(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Do a task with the inputs of its form; whatever stands in the way, nothing typed is lost."""
    actor = actor_of(request)
    posted = {name: [clean(str(value)) for value in values] for name, values in request.POST.lists()}
    place = workplace.load(actor, task_id, posted)
    if place is None:
        raise Http404
    if place.page is not None:
        return HttpResponseRedirect(place.page.url)
    read = inputs.TaskInput({}, ())
    if place.form is not None:
        read = inputs.read_inputs(place.form, posted, place.needs)
    if read.errors and place.workable:
        return _page(request, workplace.load(actor, task_id, posted, read.errors) or place, status=422)
    problem, status = "", 409
    try:
        if place.view is None:
            processes.complete(task_id, actor, read.values)
        else:
            services.complete_task(actor, task_id, place.view.case.id, read.values)
    except processes.OutputsRefused as error:
        problem, status = error.message, 422
    except processes.FourEyes as error:
        problem, status = error.message, 403
    except processes.Conflict as error:
        problem = error.message
    except (services.NotPossible, ActionError) as error:
        problem = str(error)
    except (LetterError, documents.TypesetError) as error:
        problem = f"Das Schreiben kann nicht gesetzt werden: {error} Geben Sie dem Betrieb Bescheid."
    except Denied:
        problem, status = LOST_RIGHT, 403
    except Task.DoesNotExist:
        raise Http404 from None
    if not problem:
        return _after(request, place)
    again = workplace.load(actor, task_id, posted)
    if again is None:
        raise Http404
    kept = () if again.workable else taskform.typed(again.widgets)
    return _page(request, again, status=status, problem=problem, kept=kept)
