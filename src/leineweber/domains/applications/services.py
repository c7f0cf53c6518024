"""What can be done by and for applicants: submit, correct, withdraw, answer; and the chain after a submission."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from leineweber.capabilities import documents, forms
from leineweber.capabilities.forms import services as drafts
from leineweber.capabilities.messages import services as messages
from leineweber.capabilities.processes import services as processes
from leineweber.capabilities.processes.models import ProcessDefinition, ProcessInstance
from leineweber.capabilities.records import queries as record_queries
from leineweber.capabilities.records import services as records
from leineweber.domains.applications import letters, queries, rules, work
from leineweber.domains.applications.models import (
    AnswersVersion,
    Application,
    Case,
    CaseState,
    Channel,
    Need,
    Procedure,
    Question,
)
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.procedures.package import Package
from leineweber.domains.applications.tasks import file_correction, process_submission, send_link
from leineweber.kernel import clock, crypto, ids, storage
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.identity.queries import account_of
from leineweber.people.organisation.rules import fold

log = structlog.get_logger(__name__)

LINK_PURPOSE = "applications.link"
LINK_DAYS = 400
IDENTITY_PURPOSE = "applications.identity"
ANSWER_LIMIT = 4000


class InvalidAnswers(ValueError):
    """Answers that the form does not accept; `errors` are those of `forms.validate_all`."""

    def __init__(self, errors: list[forms.FieldError]) -> None:
        super().__init__(
            "Eine Angabe stimmt noch nicht."
            if len(errors) == 1
            else f"{len(errors)} Angaben stimmen noch nicht."
        )
        self.errors = errors


class NotPossible(ValueError):
    """What was asked cannot be done in this state; the message is German and says why."""


def link_token(application_id: UUID) -> str:
    """Return the signed token by which an application is reached without an account."""
    return crypto.sign(LINK_PURPOSE, str(application_id))


def application_id_of(token: str) -> UUID:
    """Return the application of a signed link.

    Raises:
        crypto.Expired: the link is older than `LINK_DAYS`.
        crypto.BadSignature: it is no link of ours.
    """
    return UUID(crypto.unsign(LINK_PURPOSE, token, max_age=LINK_DAYS * 86_400))


def status_url(application_id: UUID) -> str:
    """Return the full address at which an application is followed by its signed link."""
    return f"{settings.PUBLIC_URL}/vorgang/{link_token(application_id)}/"


def _identity_seal(procedure_key: str, applicant: rules.Applicant) -> str:
    return crypto.mac(IDENTITY_PURPOSE, rules.identity_text(procedure_key, applicant).encode())


def _area(package: Package, answers: Mapping[str, Any]) -> str:
    area = rules.text_at(answers, package.area_path)
    return area if area in package.areas else ""


def submit(
    actor: Actor,
    procedure: Procedure,
    answers: Mapping[str, Any],
    *,
    channel: Channel,
    language: str = "de",
    account_id: UUID | None = None,
    draft_id: UUID | None = None,
) -> Application:
    """Accept an application. Sent twice from one draft it is accepted once.

    In the transaction: the application, its case, the end of the draft, the event and the job of the chain.

    Raises:
        InvalidAnswers: the form does not accept the answers; nothing is written.
    """
    if draft_id is not None:
        earlier = Application.objects.filter(draft_id=draft_id).first()
        if earlier is not None:
            return earlier
    package = registry.package_of(procedure)
    checked = forms.check_all(package.schema, answers, {"today": clock.today()})
    if checked.errors:
        raise InvalidAnswers(list(checked.errors))
    application = Application(
        reference=ids.new_reference(package.prefix),
        procedure=procedure,
        answers=dict(checked.answers),
        language=language,
        channel=channel,
        account_id=account_id,
        email=rules.applicant_of(checked.answers, package.applicant).email,
        submitted_at=clock.now(),
        draft_id=draft_id,
    )
    receipt = _receipt_at_once(package, application)
    try:
        with transaction.atomic():
            return _accept(actor, application, package, receipt)
    except IntegrityError:
        # Two windows sent the same draft at the same moment: the other one was first.
        earlier = Application.objects.filter(draft_id=draft_id).first() if draft_id else None
        if earlier is None:
            raise
        return earlier


def _receipt_at_once(package: Package, application: Application) -> bytes:
    """Typeset and store the receipt before any lock is held; empty if that fails.

    An application is accepted all the same: the job that files it makes the receipt, and fails visibly if it cannot.
    """
    try:
        data = letters.receipt(package, application, status_url(application.id))
        storage.put_file(io.BytesIO(data), "application/pdf")
    except (letters.LetterError, documents.TypesetError, storage.StorageFull, storage.StorageUnavailable):
        log.warning("receipt not made at once", application=str(application.id), exc_info=True)
        return b""
    return data


def _accept(actor: Actor, application: Application, package: Package, receipt: bytes) -> Application:
    applicant = rules.applicant_of(application.answers, package.applicant)
    procedure = application.procedure
    subject = Ref("application", application.id)
    with act(actor, "application.submitted", subject, {"procedure": procedure.key}) as current:
        if receipt:
            application.receipt_sha512 = storage.put(receipt, "application/pdf").sha512
        application.save(force_insert=True)
        case = Case(
            application=application,
            reference=application.reference,
            procedure_key=procedure.key,
            scope=procedure.scope,
            applicant=applicant.listed[:200],
            sort_name=fold(applicant.listed)[:420],
            spoken_name=fold(applicant.name)[:420],
            identity_seal=_identity_seal(procedure.key, applicant),
            channel=application.channel,
            wished_area=_area(package, application.answers),
            opened_on=clock.local(application.submitted_at).date(),
            opened_at=application.submitted_at,
        )
        case.save(force_insert=True)
        if application.draft_id is not None:
            drafts.mark_submitted(application.draft_id, subject)
        current.emit(
            "application.submitted",
            {"procedure": procedure.key, "case": str(case.id), "channel": str(application.channel)},
        )
        current.enqueue(process_submission, application_id=str(application.id))
    return application


def open_case(application_id: UUID) -> None:
    """Do what follows a submission: receipt, file, process with its first task, postbox entry and e-mail.

    One idempotent chain; run again after a crash it finds the file and ends. A receipt that could not be made when
    the application came is typeset before the transaction, so that no lock is held meanwhile. Filed is what was
    submitted first; corrections that were quicker than this chain follow as further versions.
    """
    case = _known(queries.case_of(application_id))
    if case.subfile_id is not None:
        return
    application = case.application
    package = registry.package_of(application.procedure)
    blob = _receipt_of_version(package, application, 1)
    program = Actor.system()
    with act(program, "case.opened", Ref("case", case.id)) as current:
        # Read anew under the lock: a correction may have come while the receipt was typeset.
        application, case, _ = _locked(application_id)
        if case.subfile_id is not None:
            return
        subject = Ref("case", case.id)
        subfile = records.open_subfile(
            program,
            package.file_plan,
            f"{package.title}: {case.applicant}",
            subject,
            documents=[
                records.NewDocument("Antrag mit Eingangsbestätigung", "application", blob, case.opened_on)
            ],
        )
        case.subfile_id = subfile.id
        case.file_reference = subfile.reference
        case.save(update_fields=["subfile_id", "file_reference"])
        processes.start(
            ProcessDefinition.objects.only("key").get(id=application.procedure.process_definition_id),
            subject,
            letters.process_variables(package, application.answers),
            case.scope,
            program,
            title=task_title(case),
        )
        tell_applicant(
            program,
            application,
            subject,
            event="received",
            attachments=[(blob.sha512, "Eingangsbestätigung.pdf")],
        )
        current.emit("case.opened", {"application": str(application.id), "procedure": package.key})


def receipt_of(package: Package, application: Application) -> storage.Blob:
    """Return the stored receipt of an application; typeset now if that failed when it was submitted."""
    if application.receipt_sha512:
        return storage.blobs([application.receipt_sha512])[application.receipt_sha512]
    data = letters.receipt(package, application, status_url(application.id))
    storage.put_file(io.BytesIO(data), "application/pdf")  # the slow part, before any lock
    same = Application.objects.filter(id=application.id, version=application.version)
    with transaction.atomic():
        blob = storage.put(data, "application/pdf")
        kept = ""
        if not same.filter(receipt_sha512="").update(receipt_sha512=blob.sha512):
            kept = same.values_list("receipt_sha512", flat=True).first() or ""
        if kept:
            # The other was first: ours is taken back, and the sweep removes a file that no row names.
            transaction.set_rollback(True)
    return storage.blobs([kept])[kept] if kept else blob


def _receipt_of_version(package: Package, application: Application, number: int) -> storage.Blob:
    """Return the stored receipt of the answers as they were in one version."""
    if number == application.version:
        return receipt_of(package, application)
    answers = application.versions.get(number=number).answers
    earlier = Application(
        id=application.id,
        reference=application.reference,
        submitted_at=application.submitted_at,
        answers=answers,
    )
    return storage.put(letters.receipt(package, earlier, status_url(application.id)), "application/pdf")


def task_title(case: Case) -> str:
    """Return what the inbox shows of a case."""
    return f"{case.applicant} ({case.reference})"


def tell_applicant(
    actor: Actor,
    application: Application,
    subject: Ref,
    *,
    event: str,
    text: str = "",
    attachments: list[tuple[str, str]] | None = None,
) -> None:
    """Put a message into the applicant's postbox (or the thread behind the signed link) and notify by e-mail.

    `event` and `text` are those of `rules.told`; the message is in the language of the application.

    The e-mail carries the reference and the link, nothing that was answered.
    """
    title, body = rules.told(event, application.language, application.reference, text)
    messages.send(
        actor,
        to=messages.Recipient(account_id=application.account_id, email=application.email, case=subject),
        subject=title,
        body=body,
        attachments=attachments or [],
        template=f"application_{event}",
        context={"reference": application.reference, "link": status_url(application.id)},
        language=application.language,
    )


def _locked(application_id: UUID) -> tuple[Application, Case, Package]:
    """Lock a case and return it with its application as it is now."""
    case = _known(queries.case_of(application_id, locked=True))
    return case.application, case, registry.package_of(case.application.procedure)


def _known(case: Case | None) -> Case:
    if case is None:
        raise Case.DoesNotExist
    return case


def correct(actor: Actor, application_id: UUID, answers: Mapping[str, Any], *, version: int) -> Application:
    """Replace the answers by corrected ones; the earlier ones are kept.

    Args:
        actor: who corrects.
        application_id: what is corrected.
        answers: all answers anew.
        version: the version the person had before them; another one now means two corrections at once.

    Raises:
        NotPossible: it is decided, or was corrected elsewhere meanwhile.
        InvalidAnswers: the form does not accept the answers.
    """
    subject = Ref("application", application_id)
    with transaction.atomic():
        application, case, package = _locked(application_id)
        if not rules.may_correct(case.state):
            raise NotPossible("Über den Antrag ist schon entschieden. Schreiben Sie uns eine Nachricht.")
        if application.version != version:
            raise NotPossible(
                "Ihre Angaben wurden inzwischen in einem anderen Fenster berichtigt. Laden Sie die Seite neu."
            )
        checked = forms.check_all(package.schema, answers, {"today": clock.today()})
        if checked.errors:
            raise InvalidAnswers(list(checked.errors))
        answers = checked.answers
        paths = rules.changed_paths(application.answers, answers)
        if not paths:
            return application
        with act(actor, "application.corrected", subject, {"paths": paths}) as current:
            AnswersVersion.objects.create(
                application=application,
                number=application.version,
                answers=application.answers,
                replaced_at=clock.now(),
                changed_paths=paths,
            )
            applicant = rules.applicant_of(answers, package.applicant)
            application.answers = dict(answers)
            application.version += 1
            application.email = applicant.email
            application.receipt_sha512 = ""
            application.save(update_fields=["answers", "version", "email", "receipt_sha512"])
            case.applicant = applicant.listed[:200]
            case.identity_seal = _identity_seal(case.procedure_key, applicant)
            case.wished_area = _area(package, answers)
            case.sort_name = fold(applicant.listed)[:420]
            case.spoken_name = fold(applicant.name)[:420]
            case.save(update_fields=["applicant", "sort_name", "spoken_name", "identity_seal", "wished_area"])
            if case.subfile_id is not None:
                about = Ref("case", case.id)
                processes.receive(
                    about, "berichtigt", letters.process_variables(package, application.answers), actor
                )
                processes.retitle(about, task_title(case))
            current.enqueue(file_correction, application_id=str(application_id))
            current.emit("application.corrected", {"paths": paths, "case": str(case.id)})
    return application


def file_corrections(application_id: UUID) -> None:
    """File the answers of every version that is not in the file yet, in order, as versions of one document.

    Run again it finds them filed: the document has as many versions as answers were filed.

    Raises:
        NotPossible: the file does not exist yet.
    """
    application = (
        Application.objects.select_related("procedure", "case")
        .defer("procedure__files")
        .get(id=application_id)
    )
    package = registry.package_of(application.procedure)
    document = record_queries.document_of(file_of(application.case), "application")
    if document is None:
        raise NotPossible("In der Akte fehlt der Antrag.")
    program, subject = Actor.system(), Ref("case", application.case.id)
    for number in range(document.versions.count() + 1, application.version + 1):
        blob = _receipt_of_version(package, application, number)
        with transaction.atomic():
            Case.objects.select_for_update().get(id=application.case.id)
            if document.versions.count() != number - 1:
                continue
            with act(program, "application.correction_filed", subject, {"version": number}):
                records.add_version(program, document, blob)


def take_into_account(actor: Actor, application_id: UUID, account_id: UUID) -> None:
    """Put an application that was sent without an account, and its post, into an account; done twice it is done once.

    Raises:
        NotPossible: it belongs to another account.
    """
    with transaction.atomic():
        application, case, _ = _locked(application_id)
        if application.account_id == account_id:
            return
        if application.account_id is not None:
            raise NotPossible("Dieser Antrag gehört schon zu einem anderen Konto.")
        with act(actor, "application.taken_into_account", Ref("application", application_id)):
            application.account_id = account_id
            application.save(update_fields=["account_id"])
            messages.move_to_account(actor, Ref("case", case.id), account_id)


def withdraw(actor: Actor, application_id: UUID) -> None:
    """Withdraw an application before it is decided; open tasks end, the file is closed by the process.

    Raises:
        NotPossible: it is decided or withdrawn already, or so new that its case is still being opened.
    """
    with transaction.atomic():
        application, case, _ = _locked(application_id)
        if not rules.may_withdraw(case.state):
            raise NotPossible("Der Antrag kann nicht mehr zurückgezogen werden.")
        if case.subfile_id is None:
            raise NotPossible(
                "Ihr Antrag wird gerade angelegt. Versuchen Sie es in einer Minute noch einmal."
            )
        with act(actor, "application.withdrawn", Ref("application", application.id)) as current:
            case.state = CaseState.WITHDRAWN
            case.decided_at = clock.now()
            case.save(update_fields=["state", "decided_at"])
            processes.receive(Ref("case", case.id), "zurueckgezogen", {}, actor)
            current.emit("application.withdrawn", {"case": str(case.id)})


def answer_question(actor: Actor, application_id: UUID, text: str) -> Question:
    """Answer the open question of the office.

    Raises:
        NotPossible: there is none, or the answer is empty or too long.
    """
    text = text.strip()
    if not text or len(text) > ANSWER_LIMIT:
        raise NotPossible(f"Schreiben Sie eine Antwort mit höchstens {ANSWER_LIMIT} Zeichen.")
    with transaction.atomic():
        application, case, _ = _locked(application_id)
        question = case.questions.filter(answered_at__isnull=True).first()
        if question is None or case.state not in rules.OPEN_STATES:
            raise NotPossible("Zu diesem Antrag ist keine Frage offen.")
        subject = Ref("case", case.id)
        with act(
            actor, "application.answered", Ref("application", application.id), {"question": str(question.id)}
        ) as current:
            question.answer = text
            question.answered_at = clock.now()
            question.save(update_fields=["answer", "answered_at"])
            case.state = CaseState.IN_REVIEW
            case.save(update_fields=["state"])
            messages.receive(
                actor,
                case=subject,
                account_id=application.account_id,
                subject=f"Antwort auf unsere Frage ({application.reference})",
                body=text,
            )
            blob = storage.put(note(case, "Antwort", text, actor.label), "application/pdf")
            records.file_document(
                actor,
                file_of(case),
                title="Antwort auf Rückfrage",
                kind="answer",
                blob=blob,
                on=clock.today(),
            )
            processes.receive(subject, "antwort", {}, actor)
            current.emit("application.answered", {"case": str(case.id)})
    return question


def file_of(case: Case) -> UUID:
    """Return the sub-file of a case.

    Raises:
        NotPossible: the chain after submission has not made it yet.
    """
    if case.subfile_id is None:
        raise NotPossible("Der Vorgang wird gerade angelegt. Versuchen Sie es in einer Minute noch einmal.")
    return case.subfile_id


def note(case: Case, title: str, text: str, author: str) -> bytes:
    """Typeset a short note for the file."""
    return documents.note(
        title=title,
        reference=case.reference,
        file_reference=case.file_reference,
        at=clock.local(clock.now()),
        author=author,
        text=text,
    )


def request_link_again(application: Application | None) -> None:
    """Have the signed link of an application sent anew.

    With none it takes as long: how soon the page answers tells nobody whether somebody applied.
    """
    asked = application.id if application is not None else ids.new_id()
    with act(Actor.anonymous(), "application.link_requested", Ref("link_request", ids.new_id())) as current:
        current.enqueue(send_link, application_id=str(asked))


def send_link_again(application_id: UUID) -> None:
    """Send the signed link anew to the address in the application; does nothing if there is none."""
    application = Application.objects.defer("answers").filter(id=application_id).first()
    if application is None:
        return
    program = Actor.system()
    with act(program, "application.link_sent", Ref("application", application.id)):
        messages.send_email(
            program,
            to=application.email,
            template="application_link",
            context={"reference": application.reference, "link": status_url(application.id)},
            language=application.language,
        )


def complete_task(actor: Actor, task_id: UUID, case_id: UUID, values: Mapping[str, Any]) -> None:
    """Complete a task of a case with the inputs of its form.

    The case is locked first, as everywhere in this room, then the chosen place, so that two clerks cannot give the
    last one away twice. The place the case holds already (the head returned the draft) may be chosen again.

    Raises:
        NotPossible: it is the actor's own application, the place is taken, or the course is disturbed after the step.
        processes.Conflict, processes.OutputsRefused, Denied: as the process engine says.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(id=case_id)
        if _is_own(actor, case.application_id):
            raise NotPossible(
                "Das ist Ihr eigener Antrag. Darüber entscheidet jemand anderes "
                "(§ 20 Absatz 1 Satz 1 Nummer 1 VwVfG NRW). Geben Sie die Aufgabe weiter."
            )
        needs: dict[str, Need] = {}
        if "need" in values:
            chosen = [key for key in [_uuid(values["need"])] if key]
            free = queries.free_needs(case.procedure_key, case_id).filter(id__in=chosen)
            need = free.select_for_update().first()
            if need is None:
                raise NotPossible("Dieser Platz wurde eben besetzt. Wählen Sie einen anderen.")
            needs[str(need.id)] = need
        instance = processes.complete(task_id, actor, work.outputs_of(values, needs))
    # Outside of the transaction: that the course is disturbed must be kept, so that the operator sees it.
    if instance.status == ProcessInstance.Status.FAILED:
        raise NotPossible(
            "Der nächste Schritt ist gestört. Der Betrieb sieht die Störung. Ihre Eingabe steht noch hier; "
            "senden Sie sie ab, wenn der Ablauf weitergeht."
        )


def _is_own(actor: Actor, application_id: UUID) -> bool:
    """Tell whether somebody of the staff applied herself, as far as addresses tell: her citizen account is another."""
    worker = account_of(actor.account_id) if actor.account_id else None
    if worker is None or worker.person is None:
        return False
    application = Application.objects.only("email", "account_id").get(id=application_id)
    applicant = account_of(application.account_id) if application.account_id else None
    return rules.share_an_address(
        (worker.email, worker.person.email), (application.email, applicant.email if applicant else "")
    )


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def begin_review(case_id: UUID) -> None:
    """Show a case as being worked on; a case that is further already stays where it is."""
    if not Case.objects.filter(id=case_id, state=CaseState.RECEIVED).exists():
        return
    with act(Actor.system(), "case.review_begun", Ref("case", case_id)):
        Case.objects.filter(id=case_id, state=CaseState.RECEIVED).update(state=CaseState.IN_REVIEW)


def follow_unit(old_path: str, new_path: str) -> None:
    """Keep the scopes of procedures and cases when a unit moves in the organisation."""
    moved = Concat(Value(new_path), Substr("scope", len(old_path) + 1))
    with act(Actor.system(), "case.scope_moved", Ref("case_scope", UUID(int=0)), {"new_path": new_path}):
        Case.objects.filter(queries.beginning("scope", old_path)).update(scope=moved)
        Procedure.objects.filter(queries.beginning("scope", old_path)).update(scope=moved)
    registry.forget()
