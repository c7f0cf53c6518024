"""Bodies with their members and rules, responsibilities, and who gives statements."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.resolutions import rules as pure
from leineweber.domains.resolutions.models import (
    CommitteeRules,
    DecisionKind,
    Responsibility,
    StatementRule,
)
from leineweber.domains.resolutions.queries import committees as queries
from leineweber.domains.resolutions.services import committees as services
from leineweber.domains.resolutions.services.errors import NotPossible
from leineweber.domains.resolutions.services.meetings import rules_of
from leineweber.domains.resolutions.views.reading import Form, back, note_of, uuid_of
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.people.organisation import committee_queries, committee_services
from leineweber.people.organisation.models import Committee, Holding, Membership, Person, Post, Unit
from leineweber.people.organisation.roles import UNIT_HEAD
from leineweber.people.organisation.services import OrganisationError

ROLE_FIELDS = {
    "proposes": "vorschlag",
    "prepares": "vorbereitung",
    "heard": "anhoerung",
    "decides": "entscheidet",
    "informed": "unterrichtung",
}


def body_of(key: str) -> Committee:
    """Return the body of an address.

    Raises:
        Http404: there is none.
    """
    body = committee_queries.committee_by_key(key)
    if body is None:
        raise Http404
    return body


@requires("resolutions.manage")
@require_POST
def samples(request: HttpRequest) -> HttpResponse:
    """Put in the responsibilities of the strategy paper and the sample rules; what is there stays."""
    services.put_samples(actor_of(request))
    return back(reverse("resolutions:matrix"), "muster")


@requires("resolutions.view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show all bodies: who belongs to them, who acts for them, when they meet."""
    return render(
        request,
        "resolutions/committees.html",
        {
            "views": queries.bodies(),
            "note": note_of(request),
            "may_manage": allowed(actor_of(request), "resolutions.manage"),
        },
    )


# -- one body ----------------------------------------------------------------------------------------------------


def _committee(
    request: HttpRequest, body: Committee, form: Form | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    may_manage = allowed(actor, "resolutions.manage")
    board = body.kind == Committee.Kind.BOARD
    today = clock.today()
    people, posts = [], []
    if may_manage and board:
        held = Holding.objects.filter(start__lte=today).exclude(end__lte=today)
        people = [
            (one.id, f"{one.family_name}, {one.given_name}")
            for one in Person.objects.filter(id__in=held.values("person_id"))
        ]
        posts = [
            (one.id, f"{one.title}, {one.unit}")
            for one in Post.objects.filter(id__in=held.values("post_id")).select_related("unit")
        ]
    return render(
        request,
        "resolutions/committee.html",
        {
            "body": body,
            "board": board,
            "members": committee_queries.members(body.id) if board else [],
            "memberships": committee_queries.memberships(body.id) if board and may_manage else [],
            "acting": queries.acting_for(body),
            "meetings": queries.meetings_of(actor, body) if board else [],
            "rules": rules_of(body.id) if board else None,
            "functions": Membership.Function.choices,
            "people": people,
            "posts": posts,
            "may_manage": may_manage,
            "note": note_of(request),
            "form": form or Form(),
            "today": today,
            "one_day": timedelta(days=1),
        },
        status=status,
    )


@requires("resolutions.view")
@require_safe
def committee(request: HttpRequest, key: str) -> HttpResponse:
    """Show a body: task, members or who acts for it, meetings the actor may see, its rules."""
    return _committee(request, body_of(key))


def _body_form(request: HttpRequest, body: Committee | None, form: Form, status: int = 200) -> HttpResponse:
    heads = committee_queries.posts_with_role(UNIT_HEAD) if body is None else []
    return render(
        request,
        "resolutions/committee_form.html",
        {
            "body": body,
            "form": form,
            "kinds": Committee.Kind.choices,
            "posts": [(post.id, f"{post.title}, {post.unit}") for post in heads],
            "units": list({post.unit_id: str(post.unit) for post in heads}.items()),
        },
        status=status,
    )


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a body: a board, the office of one person, or a unit."""
    if request.method != "POST":
        return _body_form(request, None, Form())
    form = Form(request)
    name = form.text("name", 200, needed="Geben Sie dem Gremium einen Namen.")
    short = form.text("kurz", 12, needed="Geben Sie eine Abkürzung an; sie steht in den Beschlussnummern.")
    purpose, kind = form.text("aufgabe", 4000), form.text("gremienart", 10) or "board"
    post_id, unit_id = uuid_of(form.text("stelle", 36)), uuid_of(form.text("einheit", 36))
    post = Post.objects.filter(id=post_id).first() if kind == "post" and post_id else None
    unit = Unit.objects.filter(id=unit_id).first() if kind == "unit" and unit_id else None
    if kind == "post" and post is None:
        form.fault("stelle", "Wählen Sie die Stelle, deren Inhaberin oder Inhaber handelt.")
    if kind == "unit" and unit is None:
        form.fault("einheit", "Wählen Sie die Einheit, deren Leitung handelt.")
    if not form.errors:
        try:
            body = committee_services.create_committee(
                actor_of(request), name=name, short=short, purpose=purpose, kind=kind, post=post, unit=unit
            )
            return back(reverse("resolutions:committee", args=[body.key]), "angelegt")
        except OrganisationError as error:
            form.fault("kurz", str(error))
    return _body_form(request, None, form, 422)


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Give a body another name or task."""
    body = body_of(key)
    if request.method != "POST":
        values = {"name": body.name, "kurz": body.short, "aufgabe": body.purpose, "version": body.version}
        return _body_form(request, body, Form(values=values))
    form = Form(request)
    name = form.text("name", 200, needed="Geben Sie dem Gremium einen Namen.")
    short = form.text("kurz", 12, needed="Geben Sie eine Abkürzung an.")
    purpose = form.text("aufgabe", 4000)
    version = form.version()
    if not form.errors:
        try:
            committee_services.change_committee(
                actor_of(request),
                committee_id=body.id,
                name=name,
                short=short,
                purpose=purpose,
                version=version,
            )
            return back(reverse("resolutions:committee", args=[key]), "gespeichert")
        except OrganisationError as error:
            form.problem = str(error)
            form.values["version"] = body.version
    return _body_form(request, body, form, 422)


@requires("resolutions.manage")
@require_POST
def add_member(request: HttpRequest, key: str) -> HttpResponse:
    """Take a person, or whoever holds a post, into a board."""
    body, form = body_of(key), Form(request)
    person, post = uuid_of(form.text("person", 36)), uuid_of(form.text("stelle", 36))
    function = form.text("funktion", 20)
    start = form.day("ab", needed="Geben Sie an, ab wann: Tag, Monat und Jahr.")
    last = form.day("bis", needed="Geben Sie Tag, Monat und Jahr an, oder nichts.", required=False)
    if (person is None) == (post is None):
        form.fault("person", "Wählen Sie entweder eine Person oder eine Stelle.")
    if not form.errors and start is not None:
        try:
            committee_services.add_member(
                actor_of(request),
                committee_id=body.id,
                person_id=person,
                post_id=post,
                function=function,
                start=start,
                end=last + timedelta(days=1) if last else None,
            )
            return back(reverse("resolutions:committee", args=[key]), "mitglied")
        except OrganisationError as error:
            form.fault("funktion", str(error))
    return _committee(request, body, form, 422)


@requires("resolutions.manage")
@require_POST
def end_member(request: HttpRequest, key: str, membership_id: UUID) -> HttpResponse:
    """End a membership with today."""
    body = body_of(key)
    if not Membership.objects.filter(id=membership_id, committee=body).exists():
        raise Http404
    try:
        committee_services.end_membership(actor_of(request), membership_id=membership_id)
    except OrganisationError as error:
        form = Form()
        form.problem = str(error)
        return _committee(request, body, form, 409)
    return back(reverse("resolutions:committee", args=[key]), "mitglied-beendet")


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, key: str) -> HttpResponse:
    """Set how a board decides."""
    body = body_of(key)
    if body.kind != Committee.Kind.BOARD:
        raise Http404
    chosen, status = rules_of(body.id), 200
    form = Form(
        values={
            "anteil": chosen.quorum_percent,
            "mehr": chosen.quorum_more,
            "ladung": chosen.invitation_days,
            "gleichheit": chosen.tie,
            "version": chosen.version,
        }
    )
    if request.method == "POST":
        form, status = Form(request), 422
        percent = form.number("anteil", 1, 100, needed="Geben Sie einen Anteil von 1 bis 100 Prozent an.")
        more = form.flag("mehr")
        days = form.number("ladung", 0, 60, needed="Geben Sie eine Ladungsfrist von 0 bis 60 Tagen an.")
        tie, version = form.text("gleichheit", 20), form.version()
        if not form.errors:
            try:
                services.save_rules(
                    actor_of(request),
                    committee=body,
                    quorum_percent=percent,
                    quorum_more=more,
                    invitation_days=days,
                    tie=tie,
                    version=version,
                )
                return back(reverse("resolutions:committee", args=[key]), "gespeichert")
            except NotPossible as error:
                status = form.refused(error)
                form.values["version"] = rules_of(body.id).version
    return render(
        request,
        "resolutions/committee_rules.html",
        {"body": body, "form": form, "ties": CommitteeRules.Tie.choices, "sample": chosen.sample},
        status=status,
    )


# -- responsibilities --------------------------------------------------------------------------------------------


@requires("resolutions.view")
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Show who does what in which kind of decision."""
    return render(
        request,
        "resolutions/matrix.html",
        {
            "matrix": queries.matrix(),
            "letters": [(pure.LETTERS[role], label) for role, label in Responsibility.Role.choices],
            "note": note_of(request),
            "may_manage": allowed(actor_of(request), "resolutions.manage"),
            "today": clock.today(),
        },
    )


def _kind(request: HttpRequest, found: DecisionKind | None, form: Form, status: int = 200) -> HttpResponse:
    return render(
        request,
        "resolutions/kind.html",
        {
            "kind": found,
            "roles": [
                (role, label, queries.responsibilities(found)[role] if found else [], ROLE_FIELDS[role])
                for role, label in Responsibility.Role.choices
            ],
            "bodies": [(one.id, one.name) for one in committee_queries.committees()],
            "form": form,
            "note": note_of(request),
            "may_manage": allowed(actor_of(request), "resolutions.manage"),
        },
        status=status,
    )


def _save_kind(request: HttpRequest, found: DecisionKind | None) -> HttpResponse:
    form = Form(request)
    label = form.text("name", 200, needed="Geben Sie der Art der Entscheidung einen Namen.")
    description, version = form.text("erlaeuterung", 4000), form.version()
    chosen: dict[str, list[UUID]] = {}
    for role, field in ROLE_FIELDS.items():
        typed = request.POST.getlist(field)[:50]
        form.values[field] = typed if role != "decides" else (typed[0] if typed else "")
        chosen[role] = [key for key in map(uuid_of, typed) if key is not None]
    status = 422
    if not form.errors:
        try:
            saved = services.save_kind(
                actor_of(request),
                kind_id=found.id if found else None,
                label=label,
                description=description,
                roles=chosen,
                version=version,
            )
            return back(reverse("resolutions:kind", args=[saved.key]), "gespeichert")
        except NotPossible as error:
            status = form.refused(error)
            if found is not None:
                found.refresh_from_db()
                form.values["version"] = found.version
    return _kind(request, found, form, status)


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def kind_new(request: HttpRequest) -> HttpResponse:
    """Make a kind of decision."""
    return _save_kind(request, None) if request.method == "POST" else _kind(request, None, Form())


@requires("resolutions.view")
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, key: str) -> HttpResponse:
    """Show a kind of decision with who does what; the office of the bodies changes it here."""
    found = queries.kind_by_key(key)
    if found is None:
        raise Http404
    if request.method == "POST":
        check(actor_of(request), "resolutions.manage")
        return _save_kind(request, found)
    by_role = queries.responsibilities(found)
    values: dict[str, object] = {
        field: [str(one.body_id) for one in by_role[role]] for role, field in ROLE_FIELDS.items()
    }
    values["entscheidet"] = next((str(one.body_id) for one in by_role["decides"]), "")
    values.update(name=found.label, erlaeuterung=found.description, version=found.version)
    return _kind(request, found, Form(values=values))


# -- statements --------------------------------------------------------------------------------------------------


@requires("resolutions.view")
@require_safe
def statement_rules(request: HttpRequest) -> HttpResponse:
    """Show who gives statements on papers, how long they have, and what silence and objections mean."""
    return render(
        request,
        "resolutions/statement_rules.html",
        {
            "rules": queries.statement_rules(),
            "note": note_of(request),
            "may_manage": allowed(actor_of(request), "resolutions.manage"),
        },
    )


@requires("resolutions.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def statement_rule(request: HttpRequest, key: str) -> HttpResponse:
    """Set the period and the effects of a statement."""
    rule = StatementRule.objects.filter(key=key).first()
    if rule is None:
        raise Http404
    status = 200
    form = Form(
        values={
            "frist": rule.period_days,
            "schweigen": rule.silence,
            "einwand": rule.objection,
            "grundlage": rule.legal_basis,
            "version": rule.version,
        }
    )
    if request.method == "POST":
        form, status = Form(request), 422
        days = form.number("frist", 1, 90, needed="Geben Sie eine Frist von 1 bis 90 Arbeitstagen an.")
        silence, objection = form.text("schweigen", 20), form.text("einwand", 20)
        basis, version = form.text("grundlage", 200), form.version()
        if not form.errors:
            try:
                services.save_statement_rule(
                    actor_of(request),
                    key=key,
                    period_days=days,
                    silence=silence,
                    objection=objection,
                    legal_basis=basis,
                    version=version,
                )
                return back(reverse("resolutions:statement_rules"), "gespeichert")
            except NotPossible as error:
                status = form.refused(error)
                rule.refresh_from_db()
                form.values["version"] = rule.version
    return render(
        request,
        "resolutions/statement_rule.html",
        {
            "rule": rule,
            "form": form,
            "silences": StatementRule.Silence.choices,
            "objections": StatementRule.Objection.choices,
        },
        status=status,
    )
