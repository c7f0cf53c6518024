"""Following an application by its signed link: status, receipt, documents, answer, correct, withdraw, find again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leineweber.capabilities import forms
from leineweber.capabilities.messages import queries as messages
from leineweber.capabilities.messages import rules as message_rules
from leineweber.capabilities.messages import services as message_services
from leineweber.capabilities.processes import queries as processes
from leineweber.domains.applications import explaining, queries, rules, services
from leineweber.domains.applications.queries import CaseView
from leineweber.faces.portal.views.catalogue import language_of
from leineweber.kernel import crypto, ids, storage
from leineweber.kernel.access import Actor, actor_of, requires
from leineweber.kernel.refs import Ref
from leineweber.people.identity import throttle
from leineweber.people.identity.client import address_of


@dataclass(frozen=True, slots=True)
class Followed:
    """A case reached by its signed link or from the account, and the address under which its pages lie."""

    view: CaseView
    base: str

    def address(self, page: str = "") -> str:
        """Return the address of one of its pages."""
        return f"{self.base}{page}/" if page else self.base


def by_link(request: HttpRequest, token: str) -> Followed | HttpResponse:
    """Return the case of a signed link, or the answer to give if the link does not hold."""
    try:
        application_id = services.application_id_of(token)
    except crypto.Expired:
        return render(request, "portal/link_expired.html", status=410)
    except (crypto.BadSignature, ValueError):
        raise Http404 from None
    view = queries.application_by_id(application_id)
    if view is None:
        raise Http404
    return Followed(view, f"/vorgang/{token}/")


def by_account(request: HttpRequest, application_id: UUID) -> Followed:
    """Return a case of the account that is logged in.

    Raises:
        Http404: it belongs to somebody else, or does not exist.
    """
    actor = actor_of(request)
    view = queries.application_of_account(actor.id, application_id) if actor.id else None
    if view is None:
        raise Http404
    return Followed(view, f"/konto/vorgang/{application_id}/")


def applicant_of(request: HttpRequest) -> Actor:
    """Return who acts behind a signed link or in the account: the file and the course name the applicant so."""
    return replace(actor_of(request), label="Antragstellende Person")


def show(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Return the page of a case for its applicant: status, what to do, answers, post."""
    view = followed.view
    case, package = view.case, view.package
    thread = messages.thread(Ref("case", case.id))
    actor = actor_of(request)
    if actor.kind == "citizen" and actor.id is not None:
        for entry in thread:
            if entry.direction == "out" and entry.read_at is None:
                message_services.mark_read(actor, entry.id, account_id=actor.id)
    return render(
        request,
        "portal/case.html",
        {
            "followed": followed,
            "case": case,
            "application": view.application,
            "title": package.schema.in_language(language_of(request)).title,
            "arrived": request.GET.get("eingegangen") == "1",
            "steps": rules.steps_of(case.state),
            "question": next((one for one in view.questions if one.answered_at is None), None),
            "thread": thread,
            "sections": forms.summary(
                package.schema.in_language(language_of(request)),
                view.application.answers,
                language_of(request),
            ),
            "may_correct": rules.may_correct(case.state),
            "may_withdraw": rules.may_withdraw(case.state),
            "office": package.office,
            "made": _made(view),
            "change_url": lambda key: followed.address(f"berichtigen/{key}"),
            "may_take": actor.kind == "citizen" and view.application.account_id is None,
        },
    )


def _made(view: CaseView) -> list[explaining.Explained]:
    """Return the decisions by table that the procedure explains to its applicants, once the notice is out."""
    if not view.package.explain or view.case.notified_at is None:
        return []
    made = processes.decisions_of(Ref("case", view.case.id))
    return explaining.for_applicant(made, view.package.explain)


def pdf(data: bytes, name: str) -> HttpResponse:
    """Return a PDF to be saved under a name."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def receipt(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Return the receipt; made at once if the job that files it has not run yet."""
    application = followed.view.application
    blob = services.receipt_of(followed.view.package, application)
    return pdf(storage.read(blob.sha512), f"Eingangsbestaetigung-{application.reference}.pdf")


def document(request: HttpRequest, followed: Followed, attachment_id: UUID) -> HttpResponse:
    """Return an attachment of the case's post; the reading is recorded.

    Raises:
        Http404: the document is not part of the post to this applicant.
    """
    found = message_services.read_attachment(
        actor_of(request), attachment_id, case=Ref("case", followed.view.case.id)
    )
    if found is None:
        raise Http404
    attachment, stream = found
    with stream:
        return pdf(stream.read(), attachment.name)


def answer(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Take the answer to the open question."""
    text, error = request.POST.get("antwort", "").replace("\0", ""), ""
    if request.method == "POST":
        try:
            services.answer_question(applicant_of(request), followed.view.application.id, text)
        except services.NotPossible as problem:
            error = str(problem)
        else:
            return HttpResponseRedirect(followed.address())
    question = next((one for one in followed.view.questions if one.answered_at is None), None)
    if question is None:
        return HttpResponseRedirect(followed.address())
    return render(
        request,
        "portal/case_answer.html",
        {
            "followed": followed,
            "question": question,
            "text": text,
            "error": error,
            "case": followed.view.case,
        },
        status=422 if error else 200,
    )


def withdraw(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Ask whether to withdraw, and withdraw."""
    error = ""
    if request.method == "POST":
        try:
            services.withdraw(applicant_of(request), followed.view.application.id)
        except services.NotPossible as problem:
            error = str(problem)
        else:
            return HttpResponseRedirect(followed.address())
    return render(
        request,
        "portal/case_withdraw.html",
        {"followed": followed, "error": error, "case": followed.view.case},
        status=409 if error else 200,
    )


def correct(request: HttpRequest, followed: Followed, page_key: str) -> HttpResponse:
    """Correct the answers of one page; the earlier ones are kept in the case.

    Raises:
        Http404: there is no such page.
    """
    application = followed.view.application
    schema = followed.view.package.schema.in_language(language_of(request))
    page = next((one for one in schema.pages(application.answers) if one.key == page_key), None)
    if page is None:
        raise Http404
    if not rules.may_correct(followed.view.case.state):
        return HttpResponseRedirect(followed.address())
    view, problem, others = page.present(None, (), application.answers), "", []
    if request.method == "POST":
        posted = dict(request.POST.lists())
        result = forms.validate_page(schema, page_key, posted, application.answers)
        view = page.present(posted, result.errors, application.answers)
        if not result.errors:
            answers = {**application.answers, page_key: result.values}
            version = request.POST.get("stand", "")
            try:
                services.correct(
                    applicant_of(request),
                    application.id,
                    forms.clean(schema, answers),
                    version=int(version)
                    if version.isascii() and version.isdigit() and len(version) < 6
                    else 0,
                )
            except services.NotPossible as error:
                problem = str(error)
            except services.InvalidAnswers as error:
                others = [one.message for one in error.errors]
            else:
                return HttpResponseRedirect(followed.address())
    return render(
        request,
        "portal/case_correct.html",
        {
            "followed": followed,
            "page": page,
            "view": view,
            "problem": problem,
            "others": others,
            "application": application,
        },
        status=422 if view.errors or others else 409 if problem else 200,
    )


@requires("citizen")
@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Put an application that was sent without an account into the account that is logged in."""
    followed = by_link(request, token)
    if isinstance(followed, HttpResponse):
        return followed
    actor = applicant_of(request)
    assert actor.id is not None
    application_id = followed.view.application.id
    try:
        services.take_into_account(actor, application_id, actor.id)
    except services.NotPossible:
        return HttpResponseRedirect(followed.address())  # the page no longer offers it
    return HttpResponseRedirect(f"/konto/vorgang/{application_id}/")


def _asked_rarely(request: HttpRequest) -> bool:
    """Count a question from the sender's address; tell whether it is within the limit."""
    try:
        throttle.hit("status_link.address", address_of(request))
    except throttle.TooManyAttempts:
        return False
    return True


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Send the link of an application anew; the answer is the same whether it exists or not."""
    reference = request.POST.get("nummer", "")[:40]
    email = request.POST.get("email", "").strip()[:254]
    errors = []
    if request.method == "POST":
        if ids.normalise_reference(reference) is None:
            errors.append(
                {
                    "message": _(
                        "Prüfen Sie die Vorgangsnummer. "
                        "Sie steht auf der Eingangsbestätigung, zum Beispiel WH-7K3F-92QD-5."
                    ),
                    "href": "#nummer",
                }
            )
        if message_rules.normal_address(email) is None:
            errors.append(
                {"message": _("Geben Sie die E-Mail-Adresse ein, die im Antrag steht."), "href": "#email"}
            )
        if not errors:
            if _asked_rarely(request):
                services.request_link_again(queries.by_reference_and_email(reference, email))
            return render(request, "portal/find_sent.html", {"email": email})
    return render(
        request,
        "portal/find.html",
        {"reference": reference, "email": email, "errors": errors},
        status=422 if errors else 200,
    )


Inner = Callable[..., HttpResponse]


def _linked(method_names: list[str], inner: Inner) -> Inner:
    """Return the view of a signed link for a page of a case."""

    @requires("public")
    @require_http_methods(method_names)
    def view(request: HttpRequest, token: str, **arguments: Any) -> HttpResponse:
        followed = by_link(request, token)
        return followed if isinstance(followed, HttpResponse) else inner(request, followed, **arguments)

    return view


def _owned(method_names: list[str], inner: Inner) -> Inner:
    """Return the view of the account for a page of a case."""

    @requires("citizen")
    @require_http_methods(method_names)
    def view(request: HttpRequest, application_id: UUID, **arguments: Any) -> HttpResponse:
        return inner(request, by_account(request, application_id), **arguments)

    return view


_READ, _WRITE = ["GET", "HEAD"], ["GET", "HEAD", "POST"]
PAGES: dict[str, tuple[list[str], Inner]] = {
    "": (_READ, show),
    "eingangsbestaetigung.pdf": (_READ, receipt),
    "dokument/<uuid:attachment_id>/": (_READ, document),
    "antworten/": (_WRITE, answer),
    "zurueckziehen/": (_WRITE, withdraw),
    "berichtigen/<str:page_key>/": (_WRITE, correct),
}
LINKED = {route: _linked(methods, inner) for route, (methods, inner) in PAGES.items()}
OWNED = {route: _owned(methods, inner) for route, (methods, inner) in PAGES.items()}
