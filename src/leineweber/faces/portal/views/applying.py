"""Filling in a form: start, pages, save and go on elsewhere, check all answers, submit. Works without scripts.

The draft is reached by the token in its address; whoever has the address has the draft, so it is never linked to from
elsewhere and never kept by caches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leineweber.capabilities import forms
from leineweber.capabilities.forms import services as drafts
from leineweber.capabilities.forms.models import Draft
from leineweber.capabilities.forms.schema import FormSchema, Page
from leineweber.capabilities.messages import rules as message_rules
from leineweber.capabilities.messages import services as messages
from leineweber.domains.applications import rules, services
from leineweber.domains.applications.models import Channel, Procedure
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.procedures.package import Package
from leineweber.faces.portal.views.catalogue import language_of
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de
from leineweber.people.identity import throttle
from leineweber.people.identity.client import address_of

SUMMARY = "pruefen"


@dataclass(frozen=True, slots=True)
class Filling:
    """A draft being filled in, with the form it belongs to in the language of the page."""

    draft: Draft
    token: str
    procedure: Procedure
    package: Package
    schema: FormSchema

    def pages(self) -> tuple[Page, ...]:
        """The pages that apply to the answers so far."""
        return tuple(self.schema.pages(self.draft.answers))

    def address(self, page_key: str) -> str:
        """The address of a page of this draft."""
        return f"/antrag/{self.package.service_slug}/{self.token}/{page_key}/"


def _submitted(reference_text: str) -> HttpResponse:
    application_id = Ref.parse(reference_text).id
    return HttpResponseRedirect(f"/vorgang/{services.link_token(application_id)}/")


def _filling(request: HttpRequest, slug: str, token: str) -> Filling | HttpResponse:
    """Return the draft behind an address, or the answer to give if it is gone or was submitted."""
    draft = drafts.load(token)
    if draft is None:
        return render(request, "portal/draft_gone.html", {"slug": slug}, status=404)
    if draft.submitted_ref:
        return _submitted(draft.submitted_ref)
    procedure = registry.version(draft.procedure_key, draft.procedure_version)
    if procedure is None:
        raise Http404
    package = registry.package_of(procedure)
    if package.service_slug != slug:
        raise Http404
    return Filling(draft, token, procedure, package, package.schema.in_language(language_of(request)))


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an application. Opened by address it leads back to the description, where the button is."""
    procedure = registry.by_slug(slug)
    if procedure is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(f"/leistungen/{slug}/")
    package = registry.package_of(procedure)
    actor = actor_of(request)
    account_id = actor.id if actor.kind == "citizen" else None
    first = package.schema.pages({})[0].key
    _, token = drafts.start(
        procedure.key,
        procedure.version,
        actor=actor,
        language=language_of(request),
        account_id=account_id,
        page=first,
    )
    return HttpResponseRedirect(f"/antrag/{slug}/{token}/{first}/")


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("stand", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, token: str, page_key: str) -> HttpResponse:
    """One page of the form: show it, or check and keep what was posted and go on."""
    filling = _filling(request, slug, token)
    if isinstance(filling, HttpResponse):
        return filling
    pages = filling.pages()
    position = next((number for number, one in enumerate(pages) if one.key == page_key), None)
    if position is None:
        if page_key in {one.key for one in filling.schema.all_pages}:
            return HttpResponseRedirect(filling.address(pages[0].key))
        raise Http404
    current = pages[position]
    if request.method != "POST":
        view = current.present(None, (), filling.draft.answers)
        return _show_page(request, filling, pages, position, view)
    posted = dict(request.POST.lists())
    result = forms.validate_page(filling.schema, page_key, posted, filling.draft.answers)
    saving = "sichern" in request.POST
    if result.errors and not saving:
        view = current.present(posted, result.errors, filling.draft.answers)
        return _show_page(request, filling, pages, position, view, status=422)
    try:
        saved = drafts.save_page(
            filling.draft, page_key, result.values, seen=_seen(request), language=language_of(request)
        )
    except drafts.DraftSubmitted as gone:
        return _submitted(gone.reference)
    except drafts.DraftGone:
        return render(request, "portal/draft_gone.html", {"slug": slug}, status=404)
    if saved.conflict:
        view = current.present(None, (), filling.draft.answers)
        return _show_page(request, filling, pages, position, view, conflict=True)
    if saving:
        return HttpResponseRedirect(filling.address("sichern"))
    if request.GET.get("zurueck") == SUMMARY:
        return HttpResponseRedirect(filling.address(SUMMARY))
    pages = filling.pages()
    keys = [one.key for one in pages]
    following = keys.index(page_key) + 1 if page_key in keys else 0
    return HttpResponseRedirect(filling.address(keys[following] if following < len(keys) else SUMMARY))


def _show_page(
    request: HttpRequest,
    filling: Filling,
    pages: tuple[Page, ...],
    position: int,
    view: Any,
    *,
    status: int = 200,
    conflict: bool = False,
) -> HttpResponse:
    returning = request.GET.get("zurueck") == SUMMARY
    back = (
        filling.address(SUMMARY)
        if returning
        else filling.address(pages[position - 1].key)
        if position
        else f"/leistungen/{filling.package.service_slug}/"
    )
    return render(
        request,
        "portal/form_page.html",
        {
            "filling": filling,
            "title": filling.schema.title,
            "page": pages[position],
            "view": view,
            "number": position + 1,
            "total": len(pages),
            "back": back,
            "returning": returning,
            "conflict": conflict,
        },
        status=status,
    )


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """All answers on one page; posting submits them."""
    filling = _filling(request, slug, token)
    if isinstance(filling, HttpResponse):
        return filling
    answers = filling.draft.answers
    if request.method == "POST":
        actor = actor_of(request)
        account_id = actor.id if actor.kind == "citizen" else filling.draft.account_id
        try:
            application = services.submit(
                actor,
                filling.procedure,
                answers,
                channel=Channel.ONLINE,
                language=language_of(request),
                account_id=account_id,
                draft_id=filling.draft.id,
            )
        except services.InvalidAnswers:
            pass  # said below, in the language of the page
        else:
            return HttpResponseRedirect(f"/vorgang/{services.link_token(application.id)}/?eingegangen=1")
    checked = forms.check_all(filling.schema, answers, {"today": clock.today()})
    errors = [
        {
            "message": error.message,
            "href": filling.address(_page_of(error.path)) + f"?zurueck={SUMMARY}#{error.html_id}",
        }
        for error in checked.errors
    ]
    return render(
        request,
        "portal/form_summary.html",
        {
            "filling": filling,
            "title": filling.schema.title,
            "sections": forms.summary(filling.schema, answers, language_of(request)),
            "errors": errors,
            "change_url": lambda key: filling.address(key) + f"?zurueck={SUMMARY}",
            "back": filling.address(filling.pages()[-1].key),
        },
        status=422 if request.method == "POST" else 200,
    )


def _page_of(path: str) -> str:
    return path.split(".", 1)[0]


def _link_refused(request: HttpRequest, email: str) -> tuple[str, int]:
    """Return why no link goes to an address, and the status that says so; empty and 200 if one may go."""
    if message_rules.normal_address(email) is None:
        return _("Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.de."), 422
    try:
        throttle.hit("draft_link.address", address_of(request))
        throttle.hit("draft_link.email", email.lower())
    except throttle.TooManyAttempts as limit:
        text = _("Das waren zu viele Versuche. Versuchen Sie es in %(minutes)s Minuten noch einmal.")
        return text % {"minutes": limit.minutes}, 429
    return "", 200


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Send a link by e-mail with which the person goes on later or on another device."""
    filling = _filling(request, slug, token)
    if isinstance(filling, HttpResponse):
        return filling
    known = filling.draft.email or rules.text_at(
        filling.draft.answers, filling.package.applicant.get("email")
    )
    email, error, status = request.POST.get("email", known).strip()[:254], "", 200
    if request.method == "POST":
        error, status = _link_refused(request, email)
        if not error:
            link = drafts.new_link(filling.draft, email)
            messages.send_email(
                actor_of(request),
                to=email,
                template="draft_link",
                context={
                    "until": date_de(filling.draft.expires_at),
                    "link": f"{settings.PUBLIC_URL}/antrag/weiter/{link}/",
                },
                language=language_of(request),
            )
            return render(
                request,
                "portal/draft_saved.html",
                {"filling": filling, "email": email, "draft": filling.draft},
            )
    return render(
        request,
        "portal/draft_save.html",
        {"filling": filling, "email": email, "error": error, "title": filling.schema.title},
        status=status,
    )


@requires("public")
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Go on by the link from the e-mail. Only the button opens it: programs that look at links do not use it up."""
    if request.method != "POST":
        return render(request, "portal/draft_resume.html", {"token": token})
    try:
        draft, fresh = drafts.resume(token)
    except drafts.DraftGone:
        return render(request, "portal/draft_gone.html", {"slug": ""}, status=404)
    return _go_on(draft, fresh)


def _go_on(draft: Draft, token: str) -> HttpResponse:
    """Lead to the first page that is not filled in."""
    if draft.submitted_ref:
        return _submitted(draft.submitted_ref)
    procedure = registry.version(draft.procedure_key, draft.procedure_version)
    if procedure is None:
        raise Http404
    package = registry.package_of(procedure)
    pages = package.schema.pages(draft.answers)
    unfinished = next((one.key for one in pages if one.key not in draft.answers), SUMMARY)
    return HttpResponseRedirect(f"/antrag/{package.service_slug}/{token}/{unfinished}/")


@requires("citizen")
@require_POST
def reopen(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on with a draft of the account that is logged in."""
    actor = actor_of(request)
    assert actor.id is not None
    try:
        draft, token = drafts.reopen(draft_id, actor.id)
    except drafts.DraftGone:
        return render(request, "portal/draft_gone.html", {"slug": ""}, status=404)
    return _go_on(draft, token)


@requires("public")
@require_POST
def discard(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Delete the draft at once."""
    filling = _filling(request, slug, token)
    if isinstance(filling, HttpResponse):
        return filling
    drafts.discard(filling.draft.id, actor=actor_of(request))
    return render(request, "portal/draft_discarded.html", {"slug": slug})
