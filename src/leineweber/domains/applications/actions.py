"""What the program does by itself in a process: ask, draft, deliver, close, withdraw; in the step's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F

from leineweber.capabilities import documents, processes
from leineweber.capabilities.messages import services as messages
from leineweber.capabilities.processes import ActionCall
from leineweber.capabilities.processes import queries as process_queries
from leineweber.capabilities.records import services as records
from leineweber.domains.applications import letters, rules, services, work
from leineweber.domains.applications.models import (
    Allocation,
    Case,
    CaseState,
    Need,
    Notice,
    NoticeStatus,
    Question,
)
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.procedures.package import Letter, Package
from leineweber.kernel import clock, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.deadlines.rules import period_end
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


class ActionError(services.NotPossible):
    """An action cannot be done; the message is German and shown to whoever completed the task."""


def _case(call: ActionCall) -> tuple[Case, Package]:
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("application", "application__procedure")
        .get(id=call.subject.id)
    )
    return case, registry.package_of(case.application.procedure)


@processes.locked_first("case")
def lock(case_id: UUID) -> None:
    """Lock a case before its course, as everybody does who works on it."""
    Case.objects.select_for_update(of=("self",)).filter(id=case_id).values_list("id").first()


@processes.action("applications.ask")
def ask(call: ActionCall) -> dict[str, Any]:
    """Ask the applicant: question in the postbox, letter in the file, answer due by the package's period."""
    case, package = _case(call)
    text = str(call.variables.get("frage") or "").strip()
    if not text:
        raise ActionError("Die Rückfrage hat keinen Text.")
    due = period_end(clock.today(), package.answer_period)
    with act(call.actor, "case.question_asked", call.subject, {"due": due.isoformat()}):
        _close_questions(case)
        Question.objects.create(
            case=case, text=text, asked_by_label=call.actor.label, asked_at=clock.now(), due=due
        )
        case.state = CaseState.QUESTION_OPEN
        case.save(update_fields=["state"])
        letter = package.letters["question"]
        address = services.status_url(case.application_id)
        pdf = documents.typeset(
            letter.template,
            letters.question_data(package, case, call.actor.label, text, due, address),
        )
        blob = storage.put(pdf, "application/pdf")
        records.file_document(
            call.actor,
            services.file_of(case),
            title=letter.title,
            kind="question",
            blob=blob,
            on=clock.today(),
        )
        services.tell_applicant(
            call.actor,
            case.application,
            call.subject,
            event="question",
            text=text,
            attachments=[(blob.sha512, "Rückfrage.pdf")],
        )
    return {"answer_due": due.isoformat()}


def _close_questions(case: Case) -> None:
    """End a question that is still open: nobody waits for the answer any more."""
    Question.objects.filter(case=case, answered_at__isnull=True).update(answered_at=clock.now())


def _draft(call: ActionCall, kind: str) -> dict[str, Any]:
    case, package = _case(call)
    letter = package.letters[kind]
    need = None
    chosen = work.need_id(call.variables) if kind == "appointment" else None
    with act(call.actor, "case.notice_drafted", call.subject, {"kind": kind}):
        _close_questions(case)
        case.state = CaseState.IN_REVIEW
        case.save(update_fields=["state"])
        if chosen is not None:
            need = _allocate(case, chosen)
        else:
            _release(case)
        made = process_queries.decisions_of(call.subject)
        data = letters.notice_data(package, letter, case, need, call.variables, call.actor.label, made)
        letters.typeset_notice(letter, data, clock.today(), None)
        _put_aside_drafts(case)
        notice = Notice.objects.create(
            case=case,
            kind=kind,
            data=data,
            drafted_by=call.actor.id,
            drafted_by_label=call.actor.label,
            drafted_at=clock.now(),
        )
    return {"notice": str(notice.id)}


def _put_aside_drafts(case: Case) -> None:
    Notice.objects.filter(case=case, status=NoticeStatus.DRAFT).update(status=NoticeStatus.RETURNED)


def _allocate(case: Case, need_id: Any) -> Need:
    """Give the case one place of a need, and back the place it had before.

    Raises:
        ActionError: somebody else took the last place meanwhile.
    """
    _release(case)
    taken = Need.objects.filter(id=need_id, filled__lt=F("required")).update(filled=F("filled") + 1)
    if not taken:
        raise ActionError("Dieser Platz wurde eben besetzt. Wählen Sie einen anderen.")
    Allocation.objects.create(case=case, need_id=need_id, allocated_at=clock.now())
    return Need.objects.get(id=need_id)


def _release(case: Case) -> None:
    for allocation in Allocation.objects.filter(case=case):
        Need.objects.filter(id=allocation.need_id).update(filled=F("filled") - 1)
        allocation.delete()


@processes.action("applications.draft_notice")
def draft_notice(call: ActionCall) -> dict[str, Any]:
    """Allocate the chosen place and draft the letter of appointment."""
    return _draft(call, "appointment")


@processes.action("applications.draft_refusal")
def draft_refusal(call: ActionCall) -> dict[str, Any]:
    """Draft the refusal with the reasons given in the task."""
    return _draft(call, "refusal")


def _sign(case: Case, letter: Letter, notice: Notice, signer: Actor) -> bytes:
    if signer.id is None or signer.id == notice.drafted_by:
        raise ActionError(
            "Wer den Bescheid entworfen hat, zeichnet ihn nicht. Eine zweite Person muss zeichnen."
        )
    moment = clock.local(clock.now())
    return letters.typeset_notice(
        letter,
        {**notice.data, "file_reference": case.file_reference},
        moment.date(),
        {"name": signer.label, "on_behalf": "Im Auftrag", "signed_at": moment.strftime("%Y-%m-%dT%H:%M")},
    )


@processes.action("applications.deliver_notice")
def deliver_notice(call: ActionCall) -> dict[str, Any]:
    """Sign, file and deliver the newest notice: into the postbox, or on paper where that was wished."""
    case, package = _case(call)
    notice = Notice.objects.select_for_update().filter(case=case, status=NoticeStatus.DRAFT).first()
    if notice is None:
        raise ActionError("Es gibt keinen Entwurf, der versandt werden kann.")
    letter = package.letters[notice.kind]
    pdf = _sign(case, letter, notice, call.actor)
    blob = storage.put(pdf, "application/pdf")
    moment = clock.now()
    application = case.application
    applicant = rules.applicant_of(application.answers, package.applicant)
    with act(call.actor, "case.notice_delivered", call.subject, {"notice": str(notice.id)}) as current:
        by_post = applicant.by_post or not application.email
        if by_post:
            messages.queue_letter(
                call.actor, blob=blob, title=letter.title, recipient=applicant.name, case=call.subject
            )
        else:
            services.tell_applicant(
                call.actor,
                application,
                call.subject,
                event="notice",
                text=letter.title,
                attachments=[(blob.sha512, f"{letter.title}.pdf")],
            )
        records.file_document(
            call.actor, services.file_of(case), title=letter.title, kind="notice", blob=blob, on=clock.today()
        )
        notice.status = NoticeStatus.DELIVERED
        notice.signed_by = call.actor.id
        notice.signed_by_label = call.actor.label
        notice.signed_at = notice.delivered_at = moment
        notice.delivered_by = "post" if by_post else "postbox"
        notice.sha512 = blob.sha512
        notice.save()
        case.state = CaseState(letter.decision)
        case.decided_at = case.notified_at = moment
        case.days_to_notice = rules.days_between(case.opened_on, clock.local(moment).date())
        case.save(update_fields=["state", "decided_at", "notified_at", "days_to_notice"])
        current.emit("notice.delivered", {"kind": notice.kind, "by": notice.delivered_by})
    return {}


@processes.action("applications.close")
def close(call: ActionCall) -> dict[str, Any]:
    """Close the sub-file (z. d. A.); its retention begins."""
    case, _ = _case(call)
    services.file_corrections(case.application_id)
    with act(call.actor, "case.closed", call.subject) as current:
        records.close(call.actor, services.file_of(case))
        case.closed_at = clock.now()
        case.save(update_fields=["closed_at"])
        current.emit("case.closed", {})
    return {}


@processes.action("applications.withdraw")
def withdraw(call: ActionCall) -> dict[str, Any]:
    """Give back what was allocated, file the withdrawal, confirm it."""
    case, _ = _case(call)
    subject = Ref("case", case.id)
    with act(call.actor, "case.withdrawn", subject):
        _release(case)
        _close_questions(case)
        _put_aside_drafts(case)
        blob = storage.put(
            services.note(case, "Zurückziehung", "Der Antrag wurde zurückgezogen.", call.actor.label),
            "application/pdf",
        )
        records.file_document(
            call.actor,
            services.file_of(case),
            title="Zurückziehung",
            kind="withdrawal",
            blob=blob,
            on=clock.today(),
        )
        services.tell_applicant(
            call.actor,
            case.application,
            subject,
            event="withdrawn",
        )
    return {}
