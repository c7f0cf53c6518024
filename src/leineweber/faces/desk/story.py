"""The course of a case told in the words of the desk: who did what, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leineweber.capabilities.processes.queries import HistoryStep, TaskItem
from leineweber.domains.applications.explaining import Explained
from leineweber.domains.applications.models import CaseState, Channel, NoticeStatus
from leineweber.domains.applications.procedures.package import Package
from leineweber.domains.applications.queries import CaseView
from leineweber.kernel.ui.jinja import date_de

PROGRAM = "Programm"
# Steps of the machine; the case tells the same in its own words. Shown when all steps are asked for.
_MACHINE = frozenset(
    {"started", "task_opened", "message", "unexpected", "signal", "action", "decision", "script", "ended"}
)
_MACHINE_WORDS = {
    "started": "Ablauf begonnen",
    "task_opened": "Aufgabe „{name}“ eröffnet",
    "message": "Nachricht angekommen: {name}",
    "unexpected": "Nachricht ohne Wirkung auf den Ablauf: {name}",
    "signal": "Signal: {name}",
    "action": "Ausgeführt: {name}",
    "decision": "Nach Tabelle entschieden: {name}",
    "script": "Berechnet: {name}",
    "ended": "Ablauf beendet: {name}",
}
_WORDS = {
    "task_claimed": ("„{name}“ übernommen", ""),
    "task_released": ("„{name}“ zurückgelegt", ""),
    "task_handed_over": ("„{name}“ weitergegeben an {to}", ""),
    "task_completed": ("„{name}“ erledigt", "success"),
    "task_cancelled": ("„{name}“ entfallen", ""),
    "task_overdue": ("Frist für „{name}“ abgelaufen", "warning"),
    "reminder": ("„{name}“ auf Wiedervorlage", ""),
    "timer": ("{name}", "warning"),
    "failed": ("Der Ablauf ist gestört; der Betrieb kümmert sich", "danger"),
    "retried": ("Der Ablauf geht nach der Störung weiter", ""),
    "cancelled": ("Ablauf abgebrochen", "warning"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened, as `timeline` of the components shows it."""

    title: str
    when: datetime | None
    who: str = ""
    text: str = ""
    kind: str = ""
    href: str = ""
    link_label: str = ""
    open: bool = False


def _outputs(step: HistoryStep, package: Package, forms: Mapping[str, str]) -> str:
    """Return what a completed task decided, in words of its form and of the package."""
    form = package.task_forms.get(forms.get(step.element, ""))
    choices = {field.name: dict(field.options) for field in form.fields} if form else {}
    parts = []
    for name, value in (step.detail.get("outputs") or {}).items():
        key = str(value).lower() if isinstance(value, bool) else str(value)
        if choices.get(name):
            parts.append(choices[name].get(key, key))
        elif name == "function":
            parts.append(package.functions.get(key, key))
        elif name == "district":
            area, separator, place = key.partition(": ")
            parts.append(f"{package.areas.get(area, area)}, {place}" if separator else key)
        else:
            parts.append(key)
    return "; ".join(parts)


def _step(
    step: HistoryStep, package: Package, forms: Mapping[str, str], applicant: str, *, full: bool
) -> Chapter | None:
    who = applicant if step.actor_kind in {"anonymous", "citizen"} else step.actor_label
    if step.kind in _MACHINE:
        if not full:
            return None
        return Chapter(_MACHINE_WORDS[step.kind].format(name=step.name or "–"), step.at, who)
    title, kind = _WORDS.get(step.kind, ("{name}", ""))
    texts = []
    if step.kind == "task_completed":
        texts.append(_outputs(step, package, forms))
        if any(value is False for value in (step.detail.get("outputs") or {}).values()):
            kind = "warning"
    if step.detail.get("on_behalf_of"):
        texts.append(f"In Vertretung für {step.detail['on_behalf_of']}.")
    if step.kind == "task_handed_over" and step.detail.get("note"):
        texts.append(f"Hinweis: {step.detail['note']}")
    if step.kind == "reminder":
        on = step.detail.get("on")
        title = (
            "„{name}“ auf Wiedervorlage am " + date_de(on) if on else "Wiedervorlage für „{name}“ aufgehoben"
        )
    if step.kind == "cancelled" and step.detail.get("reason"):
        texts.append(str(step.detail["reason"]))
    return Chapter(
        title.replace("{name}", step.name or "–").replace("{to}", str(step.detail.get("to", ""))),
        step.at,
        who,
        " ".join(filter(None, texts)),
        kind,
    )


def _of_the_case(view: CaseView, labels: Mapping[str, str]) -> Iterable[Chapter]:
    case, application, applicant = view.case, view.application, view.applicant.name
    channel = Channel(application.channel).label
    yield Chapter("Antrag eingegangen", application.submitted_at, applicant, f"Eingereicht {channel}.")
    for version in view.versions:
        fields = ", ".join(dict.fromkeys(labels.get(path, path) for path in version.changed_paths))
        yield Chapter("Angaben berichtigt", version.replaced_at, applicant, f"Geändert: {fields}.", "warning")
    for question in view.questions:
        due = f" Antwort erbeten bis {date_de(question.due)}." if question.due else ""
        yield Chapter(
            "Rückfrage gestellt", question.asked_at, question.asked_by_label, f"„{question.text}“{due}"
        )
        if question.answered_at and question.answer:
            yield Chapter("Rückfrage beantwortet", question.answered_at, applicant, f"„{question.answer}“")
    for notice in view.notices:
        letter = view.package.letters.get(notice.kind)
        title = letter.title if letter else notice.kind
        yield Chapter(f"Entwurf gefertigt: {title}", notice.drafted_at, notice.drafted_by_label or PROGRAM)
        if notice.status == NoticeStatus.DELIVERED:
            way = "auf dem Postweg" if notice.delivered_by == "post" else "über das Postfach"
            yield Chapter(
                f"Schlussgezeichnet und bekannt gegeben: {title}",
                notice.delivered_at,
                notice.signed_by_label,
                f"Versandt {way}.",
                "success",
            )
    if case.state == CaseState.WITHDRAWN and case.decided_at:
        yield Chapter("Antrag zurückgezogen", case.decided_at, applicant, "", "warning")
    if case.closed_at:
        yield Chapter("Vorgang zu den Akten genommen", case.closed_at, PROGRAM)


def _decided(made: Sequence[Explained]) -> Iterable[Chapter]:
    for one in made:
        yield Chapter(
            f"Nach Tabelle entschieden: {one.name}",
            one.at,
            PROGRAM,
            one.short,
            "",
            f"#entscheidung-{one.key}",
            "Begründung ansehen",
        )


def tell(
    view: CaseView,
    history: Sequence[HistoryStep],
    tasks: Sequence[TaskItem],
    labels: Mapping[str, str],
    made: Sequence[Explained] = (),
    *,
    full: bool = False,
) -> list[Chapter]:
    """Return the story of a case, oldest first, and at its end what is still to be done.

    Args:
        view: the case.
        history: the steps of its course.
        tasks: its tasks, done or not.
        labels: the questions of the form by path.
        made: the decisions made by table, with their explanation on the same page.
        full: also tell every step of the machine.
    """
    forms = {task.element: task.form for task in tasks}
    applicant = view.applicant.name
    explained = {one.element for one in made}
    received, *effects = _of_the_case(view, labels)
    told = [
        received,
        *(
            chapter
            for step in history
            if not (step.kind == "decision" and step.element in explained)
            and (chapter := _step(step, view.package, forms, applicant, full=full)) is not None
        ),
        *_decided(made),
        *effects,
    ]
    # Of what happened at the same moment, the step comes before what it brought about.
    told.sort(key=lambda chapter: chapter.when.timestamp() if chapter.when else 0.0)
    for task in tasks:
        if task.status in {"open", "claimed"}:
            holder = f"Liegt bei {task.assignee_label}." if task.assignee_label else "Noch nicht übernommen."
            due = f" Frist: {date_de(task.due)}." if task.due else ""
            told.append(
                Chapter(
                    f"Zu tun: {task.name}",
                    None,
                    "",
                    holder + due,
                    "danger" if task.overdue else "",
                    f"/arbeit/aufgaben/{task.id}/",
                    "Aufgabe öffnen",
                    True,
                )
            )
    return told
