"""Pages of the staff's own: profile with deputies and absence, directory."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.kernel import clock
from leineweber.kernel.access import Denied, actor_of, requires
from leineweber.people.organisation import queries, rules, services
from leineweber.people.organisation.models import Absence, Deputyship, Person, Post
from leineweber.people.organisation.services import OrganisationError

FAR = 366 * 3
NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES = {
    "vertretung": "Die Vertretung ist eingetragen.",
    "vertretung-beendet": "Die Vertretung ist beendet.",
    "abwesenheit": "Die Abwesenheit ist eingetragen.",
    "abwesenheit-entfernt": "Die Abwesenheit ist entfernt.",
}


def _own_id(request: HttpRequest) -> UUID:
    identifier = actor_of(request).id
    if identifier is None:
        raise Denied("staff")
    return identifier


def _typed(request: HttpRequest, name: str) -> dict[str, str]:
    return {part: request.POST.get(f"{name}.{part}", "").strip()[:4] for part in ("tag", "monat", "jahr")}


class _Form:
    """What was typed on the profile page, and what is wrong with it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.errors: list[dict[str, str]] = []
        self.values: dict[str, Any] = {}

    def fault(self, field: str, message: str) -> None:
        """Note a fault at a field."""
        self.errors.append({"message": message, "href": f"#{field}", "field": field})

    def day(self, name: str, label: str, *, required: bool = True) -> date | None:
        """Read a day of three fields within a few years from today."""
        typed = _typed(self.request, name)
        self.values[name] = typed
        if not any(typed.values()):
            if required:
                self.fault(name, f"Geben Sie an, {label}.")
            return None
        try:
            day = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
        except ValueError:
            self.fault(name, f"Geben Sie an, {label}: Tag, Monat und Jahr, zum Beispiel 24 11 2026.")
            return None
        if abs((day - clock.today()).days) > FAR:
            self.fault(name, "Das Datum liegt zu weit entfernt.")
            return None
        return day


def _profile(request: HttpRequest, form: _Form | None = None, status: int = 200) -> HttpResponse:
    own = _own_id(request)
    posts = queries.posts_of(own)
    deputies, absences = queries.deputyships_for(own), queries.absences_of(own)
    context = {
        "person": Person.objects.get(id=own),
        "posts": posts,
        "deputies": deputies,
        "deputising": queries.deputyships_by(own),
        "absences": absences,
        "alone": _alone(posts, deputies, absences),
        "note": "" if form else NOTES.get(request.GET.get(NOTE, ""), ""),
        "colleagues": _colleagues(own, posts),
        "errors": form.errors if form else [],
        "faults": {error["field"]: error["message"] for error in form.errors} if form else {},
        "values": form.values if form else {},
        "one_day": timedelta(days=1),
    }
    return render(request, "organisation/profile.html", context, status=status)


def _alone(
    posts: list[Post], deputies: list[Deputyship], absences: list[Absence]
) -> list[tuple[Absence, Post, date]]:
    """Return the absences in which nobody deputises for a post, each with the first such day still to come."""
    found = []
    for absence in absences:
        away = rules.Period(max(absence.start, clock.today()), absence.end)
        for post in posts:
            lent = [rules.Period(entry.start, entry.end) for entry in deputies if entry.post_id == post.id]
            day = rules.first_day_uncovered(away, lent)
            if day is not None:
                found.append((absence, post, day))
    return found


def _saved(note: str) -> HttpResponse:
    """Lead back to the profile, which says what was done."""
    return HttpResponseRedirect(f"{reverse('organisation:profile')}?{urlencode({NOTE: note})}")


def _around(posts: list[Any]) -> str:
    """Return the path of the office (or department) around a person's first post: where deputies come from."""
    steps = [step for step in posts[0].unit.path.split("/") if step] if posts else ["-"]
    return "/" + "".join(f"{step}/" for step in steps[:2])


def _colleagues(own: UUID, posts: list[Any]) -> list[Person]:
    """Return who can be named as a deputy: the others of the office."""
    return [person for person in queries.people_of(_around(posts)) if person.id != own]


@requires("staff")
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own posts, deputies and absences."""
    return _profile(request)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@requires("staff")
@require_POST
def deputy(request: HttpRequest) -> HttpResponse:
    """Name a deputy for one of one's own posts."""
    form = _Form(request)
    post_id = _uuid(request.POST.get("stelle", ""))
    deputy_id = _uuid(request.POST.get("vertretung", ""))
    form.values.update(stelle=request.POST.get("stelle", ""), vertretung=request.POST.get("vertretung", ""))
    if post_id is None or not queries.holds(_own_id(request), post_id):
        form.fault("stelle", "Wählen Sie eine Ihrer Stellen.")
    own = _own_id(request)
    if deputy_id not in {person.id for person in _colleagues(own, queries.posts_of(own))}:
        form.fault("vertretung", "Wählen Sie, wer Sie vertritt.")
    start = form.day("vertretung_ab", "ab wann Sie vertreten werden")
    last = form.day("vertretung_bis", "bis wann Sie vertreten werden", required=False)
    if not form.errors and post_id is not None and deputy_id is not None and start is not None:
        end = last + timedelta(days=1) if last else None
        try:
            services.name_deputy(
                actor_of(request), post_id=post_id, deputy_id=deputy_id, start=start, end=end
            )
            return _saved("vertretung")
        except OrganisationError as error:
            form.fault("vertretung_ab", str(error))
    return _profile(request, form, 422)


@requires("staff")
@require_POST
def deputy_end(request: HttpRequest, deputyship_id: UUID) -> HttpResponse:
    """End a deputyship for one of one's own posts."""
    try:
        services.end_deputyship(actor_of(request), deputyship_id=deputyship_id)
    except (Deputyship.DoesNotExist, Denied) as error:
        raise Http404 from error
    return _saved("vertretung-beendet")


@requires("staff")
@require_POST
def absence(request: HttpRequest) -> HttpResponse:
    """Note that one will be away."""
    form = _Form(request)
    start = form.day("abwesend_ab", "ab wann Sie fehlen")
    last = form.day("abwesend_bis", "bis wann Sie fehlen")
    if start is not None and last is not None:
        try:
            services.record_absence(
                actor_of(request), person_id=_own_id(request), start=start, end=last + timedelta(days=1)
            )
            return _saved("abwesenheit")
        except OrganisationError as error:
            form.fault("abwesend_bis", str(error))
    return _profile(request, form, 422)


@requires("staff")
@require_POST
def absence_cancel(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Take back one's own absence."""
    try:
        services.cancel_absence(actor_of(request), absence_id=absence_id)
    except (Absence.DoesNotExist, Denied) as error:
        raise Http404 from error
    return _saved("abwesenheit-entfernt")


def _unbroken(phone: str) -> str:
    """Return a telephone number that stays in one line."""
    return phone.replace(" ", "\u00a0").replace("-", "\u2011")


def _units() -> tuple[list[Any], dict[str, str]]:
    """Return the units as choices, each department with what hangs below it, and the paths by code."""
    paths: dict[str, str] = {}

    def below(branch: queries.Branch, depth: int) -> list[tuple[str, str]]:
        paths[branch.unit.code] = branch.unit.path
        own = (branch.unit.code, "\u2007\u2007" * depth + str(branch.unit))
        return [own, *(entry for child in branch.children for entry in below(child, depth + 1))]

    choices: list[Any] = []
    for root in queries.tree():
        entries = below(root, 0)
        choices.append({"label": str(root.unit), "options": entries} if len(entries) > 1 else entries[0])
    return choices, paths


def _units_of(person: Person) -> dict[str, str]:
    """Return the units in which a person holds a post, with the address that shows all who work in the first."""
    units = list(dict.fromkeys(holding.post.unit for holding in person.current_holdings))  # type: ignore[attr-defined]
    href = f"?{urlencode({'einheit': units[0].code})}" if units else ""
    return {"text": ", ".join(map(str, units)), "href": href}


@requires("organisation.directory.view")
@require_http_methods(["GET"])
def directory(request: HttpRequest) -> HttpResponse:
    """Search colleagues by name, unit, post or phone, or see who works in a unit."""
    text = request.GET.get("q", "")[:100]
    number = request.GET.get("seite", "1")
    units, paths = _units()
    code = request.GET.get("einheit", "")
    page = queries.directory(
        text,
        unit_path=paths.get(code, ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )
    rows = [
        {
            "cells": {
                "name": person.name,
                "post": ", ".join(holding.post.title for holding in person.current_holdings),  # type: ignore[attr-defined]
                "unit": _units_of(person),
                "phone": {"text": _unbroken(person.phone), "href": f"tel:{person.phone.replace(' ', '')}"}
                if person.phone
                else "",
                "email": {"text": person.email, "href": f"mailto:{person.email}"},
            }
        }
        for person in page.persons
    ]
    return render(
        request,
        "organisation/directory.html",
        {
            "text": text,
            "page": page,
            "rows": rows,
            "units": units,
            "unit": code if code in paths else "",
        },
    )
