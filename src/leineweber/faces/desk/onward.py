"""What comes next in a case, told to whoever has just done a step: read from the running process, for any procedure."""

from __future__ import annotations

from uuid import UUID

from leineweber.capabilities.messages import queries as message_queries
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import TaskItem
from leineweber.domains.applications import queries
from leineweber.domains.applications.procedures.package import Package
from leineweber.faces.desk.workplace import LIVE
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de

NAMED = 3


def _whose(task: TaskItem, package: Package) -> str:
    """Return with whom a task lies: who has it, else the role with those who hold it, if they are few."""
    if task.assignee_label:
        return f"„{task.name}“ liegt bei {task.assignee_label}."
    role = package.roles.get(task.role, task.role)
    holders = processes.candidates(task.id)
    if not holders:
        return (
            f"„{task.name}“ kann zurzeit niemand erledigen: Die Rolle {role} ist nicht besetzt. "
            "Geben Sie Ihrer Amtsleitung Bescheid."
        )
    names = dict.fromkeys(holder.person.name for holder in holders if not holder.deputising)
    who = f"{role} ({', '.join(names)})" if 0 < len(names) <= NAMED else role
    return f"„{task.name}“ liegt jetzt im Eingangskorb von: {who}."


def what_next(actor: Actor, case_id: UUID) -> str:
    """Return where a case stands and who is next, "" if the actor may not see it."""
    view = queries.case_for(actor, case_id)
    if view is None:
        return ""
    subject = Ref("case", case_id)
    parts = [_whose(task, view.package) for task in processes.tasks_of(subject, actor) if task.status in LIVE]
    question = next((one for one in view.questions if one.answered_at is None), None)
    if question is not None:
        due = f"; erbeten ist die Antwort bis {date_de(question.due)}" if question.due else ""
        parts.append(f"Die Rückfrage ist gestellt{due}.")
    if any(one.status == "queued" for one in message_queries.letters_of(subject)):
        parts.append("Das Schreiben geht per Post; es wartet unter „Briefe drucken“.")
    if view.case.closed_at is not None:
        parts.append(f"Stand: {view.case.get_state_display()}. Der Vorgang ist bei den Akten.")
    elif not parts:
        running = [one for one in processes.instances_of(subject) if one.status == "running"]
        times = [one.next_timer for one in running if one.next_timer is not None]
        parts.append(
            f"Der Ablauf geht von selbst weiter, spätestens am {date_de(min(times))}."
            if times
            else f"Stand: {view.case.get_state_display()}."
        )
    return f"Vorgang {view.case.reference}: {' '.join(parts)}"
