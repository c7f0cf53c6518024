"""Decision papers: the list, one paper, writing it, sending it round, what one is asked for, deciding alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.capabilities.processes import queries as process_queries
from leineweber.capabilities.processes import services as processes
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.documents import paper_pdf
from leineweber.domains.resolutions.models import PaperStatus, PartKind, Verdict
from leineweber.domains.resolutions.queries import committees as committee_queries
from leineweber.domains.resolutions.queries import papers as queries
from leineweber.domains.resolutions.queries.papers import PaperFilter, PaperView
from leineweber.domains.resolutions.services import papers as services
from leineweber.domains.resolutions.services import resolutions
from leineweber.domains.resolutions.services.content import Alternative, Content, snapshot
from leineweber.domains.resolutions.services.errors import NotPossible
from leineweber.domains.resolutions.services.papers import EDITABLE
from leineweber.domains.resolutions.views.reading import (
    Form,
    back,
    note_of,
    page_number,
    pdf,
    searched,
    uuid_of,
)
from leineweber.kernel import clock, links
from leineweber.kernel.access import Denied, actor_of, allowed, requires
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import number as shown_number
from leineweber.people.organisation.committee_queries import committees, posts_with_role
from leineweber.people.organisation.roles import UNIT_HEAD

NONE = "ohne"
COSIGNERS = 4
STATUS_KIND = {
    "draft": "neutral",
    "cosigning": "info",
    "returned": "warning",
    "cleared": "warning",
    "decided": "success",
    "withdrawn": "neutral",
}
VERDICT_KIND = {
    "": "neutral",
    "agreed": "success",
    "notes": "info",
    "objected": "danger",
    "signed": "success",
    "returned": "danger",
    "silent": "warning",
    "dropped": "neutral",
}
SAYS = {
    PartKind.STATEMENT: [
        (Verdict.AGREED.value, "Einverstanden"),
        (Verdict.NOTES.value, "Einverstanden, mit Hinweisen"),
        (Verdict.OBJECTED.value, "Einwände"),
    ],
    PartKind.COSIGN: [
        (Verdict.SIGNED.value, "Mitzeichnen"),
        (Verdict.RETURNED.value, "Zurückgeben, mit Begründung"),
    ],
    PartKind.FINAL: [
        (Verdict.SIGNED.value, "Schlusszeichnen: zur Entscheidung freigeben"),
        (Verdict.RETURNED.value, "Zurückgeben, mit Begründung"),
    ],
}


@requires("resolutions.view")
@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """Show the papers the actor may see, with filters in the address."""
    filters = PaperFilter(
        text=searched(request),
        status=request.GET.get("stand", "")[:10],
        body=uuid_of(request.GET.get("gremium", "")),
        mine=request.GET.get("meine") == "true",
    )
    page = queries.list_papers(actor_of(request), filters, page_number(request))
    rows = [
        {
            "href": reverse("resolutions:paper", args=[row.id]),
            "cells": {
                "title": {"text": row.title, "note": row.subject_title},
                "number": row.number or "–",
                "body": row.body.name if row.body else row.kind.label,
                "unit": row.unit_label,
                "status": {"badge": row.get_status_display(), "badge_kind": STATUS_KIND[row.status]},
            },
        }
        for row in page.rows
    ]
    return render(
        request,
        "resolutions/papers.html",
        {
            "page": page,
            "rows": rows,
            "filters": filters,
            "statuses": PaperStatus.choices,
            "bodies": [(one.id, one.name) for one in committees()],
            "narrowed": bool(filters.text or filters.status or filters.body or filters.mine),
            "note": note_of(request),
        },
    )


def _units() -> list[tuple[str, str]]:
    """Return the units that somebody heads, by path."""
    found: dict[str, str] = {}
    for post in posts_with_role(UNIT_HEAD):
        found.setdefault(post.unit.path, str(post.unit))
    return list(found.items())


def _form(
    request: HttpRequest,
    form: Form,
    subject: Ref | None,
    *,
    view: PaperView | None = None,
    brief: links.Brief | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "resolutions/paper_form.html",
        {
            "form": form,
            "view": view,
            "paper": view.paper if view else None,
            "subject": str(subject or NONE),
            "brief": brief,
            "effects": queries.effects_of(subject),
            "kinds": [(one.id, f"{one.label} – {_decides(one)}") for one in committee_queries.kinds()],
            "statements": [(one.key, one.label) for one in committee_queries.statement_rules()],
            "units": _units(),
            "years": range(services.YEARS),
            "alternatives": range(services.ALTERNATIVES),
            "cosigners": range(COSIGNERS),
        },
        status=status,
    )


def _decides(kind: Any) -> str:
    return next(
        (one.body.name for one in kind.responsibilities.all() if one.role == "decides"),
        "noch niemand zuständig",
    )


def _read(form: Form) -> tuple[Content | None, str]:
    """Read what was typed; None if something is wrong. The second part is the effect."""
    title = form.text("titel", services.TITLE_LIMIT, needed="Geben Sie der Vorlage einen Titel.")
    kind = uuid_of(form.text("art", 36))
    if kind is None:
        form.fault("art", "Wählen Sie die Art der Entscheidung.")
    texts = {
        name: form.text(name) for name in ("vorschlag", "begruendung", "finanzierung", "wirtschaftlichkeit")
    }
    alternatives = []
    for number in range(services.ALTERNATIVES):
        name, text = form.text(f"weg-{number}", 200), form.text(f"weg-{number}-text", 4000)
        if name.strip():
            alternatives.append(Alternative(name.strip(), text.strip()))
        elif text.strip():
            form.fault(f"weg-{number}", "Geben Sie der Alternative einen Namen.")
    costs: list[tuple[int, Decimal]] = []
    for number in range(services.YEARS):
        typed = form.text(f"betrag-{number}", 20)
        year = form.number(
            f"jahr-{number}", 2000, 2100, needed="Geben Sie das Haushaltsjahr mit vier Ziffern an.", empty=0
        )
        if not typed.strip():
            continue
        amount = rules.amount(typed)
        if amount is None or abs(amount) >= 10**12:
            form.fault(f"betrag-{number}", "Geben Sie den Betrag in Euro an, zum Beispiel 12.500,00.")
        elif not year:
            form.fault(f"jahr-{number}", "Geben Sie zu dem Betrag das Haushaltsjahr an.")
        elif any(year == other for other, _ in costs):
            form.fault(f"jahr-{number}", "Dieses Jahr steht schon da.")
        else:
            costs.append((year, amount))
    known = {one.key for one in committee_queries.statement_rules()}
    units = dict(_units())
    asked = [key for key in form.many("stellungnahmen")[:20] if key in known]
    signs = [path for path in form.many("mitzeichnung")[:COSIGNERS] if path in units]
    form.values.update(stellungnahmen=asked, mitzeichnung=signs)
    restricted, effect = form.flag("vertraulich"), form.text("wirkung", 40)
    if form.errors or kind is None:
        return None, effect
    return (
        Content(
            title=title,
            kind_id=kind,
            proposal=texts["vorschlag"],
            reasons=texts["begruendung"],
            alternatives=tuple(alternatives),
            funding=texts["finanzierung"],
            assessment=texts["wirtschaftlichkeit"],
            costs=tuple(costs),
            statements=tuple(asked),
            cosigners=tuple(dict.fromkeys(signs)),
            restricted=restricted,
        ),
        effect,
    )


def _subject(text: str) -> Ref | None:
    """Return the thing an address names.

    Raises:
        Http404: it names none.
    """
    if text == NONE:
        return None
    try:
        return Ref.parse(text[:80])
    except ValueError:
        raise Http404 from None


@requires("resolutions.paper.write")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Choose what to decide about, then begin the paper from it."""
    actor = actor_of(request)
    chosen = request.GET.get("gegenstand", "")
    if not chosen:
        return render(
            request, "resolutions/paper_choose.html", {"choices": queries.decidable(actor), "without": NONE}
        )
    subject = _subject(chosen)
    brief = links.brief(subject, actor) if subject else None
    if subject is not None and brief is None:
        raise Http404
    if request.method != "POST":
        return _form(request, Form(values=_prefilled(request, brief)), subject, brief=brief)
    form, status = Form(request), 422
    content, effect = _read(form)
    if content is not None:
        try:
            made = services.draft(actor, subject=subject, effect=effect, content=content)
            return back(reverse("resolutions:paper", args=[made.id]), "angelegt")
        except NotPossible as error:
            status = form.refused(error)
    return _form(request, form, subject, brief=brief, status=status)


def _prefilled(request: HttpRequest, brief: links.Brief | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "wirkung": request.GET.get("wirkung", "")[:40],
        "stellungnahmen": [one.key for one in committee_queries.statement_rules()],
        "mitzeichnung": [],
    }
    if brief is not None:
        values.update(titel=brief.title[:200], begruendung=brief.summary, finanzierung=brief.funding)
        for number, (year, amount) in enumerate(brief.costs[: services.YEARS]):
            values[f"jahr-{number}"], values[f"betrag-{number}"] = str(year), shown_number(amount, 2)
    year = clock.today().year
    for number in range(services.YEARS):
        values.setdefault(f"jahr-{number}", str(year + number) if not brief or not brief.costs else "")
    return values


def _shown(request: HttpRequest, paper_id: UUID) -> PaperView:
    view = queries.paper_view(actor_of(request), paper_id)
    if view is None:
        raise Http404
    return view


def _page(
    request: HttpRequest, paper_id: UUID, form: Form | None = None, status: int = 200, about: str = ""
) -> HttpResponse:
    """Return the page of a paper; `about` names the form (task id, `zurueckziehen`, `entscheiden`) that failed."""
    view = _shown(request, paper_id)
    actor, paper = actor_of(request), view.paper
    may_write = allowed(actor, "resolutions.paper.write", paper)
    alone = (
        paper.status == PaperStatus.CLEARED
        and paper.body is not None
        and allowed(actor, "resolutions.paper.decide", paper.body)
    )
    return render(
        request,
        "resolutions/paper.html",
        {
            "view": view,
            "paper": paper,
            "total": rules.total([one.amount for one in view.costs]),
            "status_kind": STATUS_KIND,
            "verdict_kind": VERDICT_KIND,
            "says": {part.value: options for part, options in SAYS.items()},
            "may_edit": may_write and paper.status in EDITABLE,
            "may_withdraw": may_write and paper.status not in {PaperStatus.DECIDED, PaperStatus.WITHDRAWN},
            "alone": alone and paper.author_id != actor.id,
            "own": alone and paper.author_id == actor.id,
            "note": note_of(request),
            "form": form or Form(values={"wortlaut": paper.proposal}),
            "about": about,
        },
        status=status,
    )


@requires("resolutions.view")
@require_safe
def paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Show a paper with what was said about it and what the actor can do."""
    return _page(request, paper_id)


@requires("resolutions.paper.write")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Write a paper that is a draft or came back."""
    view, actor = _shown(request, paper_id), actor_of(request)
    found = view.paper
    if not allowed(actor, "resolutions.paper.write", found):
        raise Denied("resolutions.paper.write")
    subject = Ref.parse(found.subject) if found.subject else None
    brief = links.brief(subject, actor) if subject else None
    if found.status not in EDITABLE:
        form = Form()
        form.problem = "Die Vorlage ist unterwegs oder entschieden und lässt sich nicht mehr ändern."
        return _page(request, paper_id, form, 409)
    if request.method != "POST":
        return _form(request, Form(values=_stored(view)), subject, view=view, brief=brief)
    form, status = Form(request), 422
    content, effect = _read(form)
    version = form.version()
    if content is not None:
        try:
            services.change(actor, paper_id=paper_id, content=content, effect=effect, version=version)
            return back(reverse("resolutions:paper", args=[paper_id]), "gespeichert")
        except NotPossible as error:
            status = form.refused(error)
            form.values["version"] = found.version
    return _form(request, form, subject, view=view, brief=brief, status=status)


def _stored(view: PaperView) -> dict[str, Any]:
    found = view.paper
    values: dict[str, Any] = {
        "titel": found.title,
        "art": str(found.kind_id),
        "wirkung": found.effect,
        "vorschlag": found.proposal,
        "begruendung": found.reasons,
        "finanzierung": found.funding,
        "wirtschaftlichkeit": found.assessment,
        "stellungnahmen": found.statements,
        "mitzeichnung": found.cosigners,
        "vertraulich": found.restricted,
        "version": found.version,
    }
    for number, one in enumerate(found.alternatives):
        values[f"weg-{number}"], values[f"weg-{number}-text"] = one["title"], one["text"]
    for number, cost in enumerate(view.costs):
        values[f"jahr-{number}"], values[f"betrag-{number}"] = str(cost.year), shown_number(cost.amount, 2)
    return values


@requires("resolutions.paper.write")
@require_POST
def submit(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Send a paper round."""
    _shown(request, paper_id)
    form = Form(request)
    try:
        services.submit(actor_of(request), paper_id=paper_id, version=form.version())
    except NotPossible as error:
        status = form.refused(error)
        form.problem = error.message
        form.errors.clear()
        return _page(request, paper_id, form, status)
    return back(reverse("resolutions:paper", args=[paper_id]), "eingereicht")


@requires("resolutions.paper.write")
@require_POST
def withdraw(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Take a paper back."""
    _shown(request, paper_id)
    form = Form(request)
    reason = form.text("grund", 1000)
    try:
        services.withdraw(actor_of(request), paper_id=paper_id, reason=reason)
    except NotPossible as error:
        return _page(request, paper_id, form, form.refused(error), "zurueckziehen")
    return back(reverse("resolutions:paper", args=[paper_id]), "zurueckgezogen")


@requires("processes.task.work")
@require_POST
def give(request: HttpRequest, paper_id: UUID, task_id: UUID) -> HttpResponse:
    """Give the statement or signature one is asked for."""
    _shown(request, paper_id)
    if process_queries.task(actor_of(request), task_id) is None:
        raise Http404
    form = Form(request)
    verdict, text = form.text("votum", 10), form.text("text")
    status = 422
    if not form.errors:
        try:
            services.give(actor_of(request), task_id=task_id, verdict=verdict, text=text)
            return back(reverse("resolutions:paper", args=[paper_id]), "abgegeben")
        except NotPossible as error:
            status = form.refused(error)
        except processes.FourEyes as error:
            form.problem, status = error.message, 403
        except processes.Conflict as error:
            form.problem, status = error.message, 409
    return _page(request, paper_id, form, status, str(task_id))


@requires("resolutions.paper.decide")
@require_POST
def decide(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Decide alone, as the holder of the office that is responsible."""
    body = _shown(request, paper_id).paper.body
    if body is None or not allowed(actor_of(request), "resolutions.paper.decide", body):
        raise Denied("resolutions.paper.decide")
    form = Form(request)
    outcome, text, conditions = form.text("entscheidung", 10), form.text("wortlaut"), form.text("auflagen")
    version, status = form.version(), 422
    if outcome not in {"annehmen", "ablehnen"}:
        form.fault("entscheidung", "Wählen Sie, wie Sie entscheiden.")
    if not form.errors:
        try:
            made = resolutions.decide_alone(
                actor_of(request),
                paper_id=paper_id,
                adopt=outcome == "annehmen",
                text=text,
                conditions=conditions,
                version=version,
            )
            return back(reverse("resolutions:resolution", args=[made.id]), "entschieden")
        except NotPossible as error:
            status = form.refused(error)
    return _page(request, paper_id, form, status, "entscheiden")


@requires("resolutions.view")
@require_safe
def file(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Give out a paper as PDF: as last submitted, a draft as it stands."""
    view = _shown(request, paper_id)
    found = view.paper
    draft = found.status in EDITABLE or not view.versions
    content = snapshot(found) if draft else view.versions[0].content
    decided = view.resolutions[0] if view.resolutions else None
    name = f"{found.number or 'Entwurf'} {found.title[:80]}.pdf"
    return pdf(paper_pdf(content, [] if draft else view.parts, decided, draft=draft), name)


@requires("resolutions.view")
@require_safe
def version_file(request: HttpRequest, paper_id: UUID, revision: int) -> HttpResponse:
    """Give out a version of a paper as it was submitted."""
    found = queries.version_of(actor_of(request), paper_id, revision)
    if found is None:
        raise Http404
    parts = list(found.paper.parts.filter(revision=revision))
    name = f"{found.content['number']} Fassung {revision}.pdf"
    return pdf(paper_pdf(found.content, parts, None, draft=False), name)
