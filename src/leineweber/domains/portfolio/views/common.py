"""What the room's views share: choices for forms, the tabs of a project, reading of versions and pages, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from leineweber.domains.portfolio.fields import Field, Options, Parsed, bare
from leineweber.domains.portfolio.models import Mandate, Phase, Project, Skill
from leineweber.domains.portfolio.parts import PARTS
from leineweber.domains.portfolio.queries import pages
from leineweber.kernel import indicators, links
from leineweber.kernel.access import Actor, actor_of, allowed
from leineweber.kernel.refs import Ref
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.models import Unit

NOTE = "hinweis"
NOTES = {
    "gespeichert": "Ihre Änderung ist gespeichert.",
    "angelegt": "Der Eintrag ist angelegt.",
    "entfernt": "Der Eintrag ist entfernt.",
    "gate": "Die Entscheidung über das Gate steht fest.",
    "basisplan": "Der Basisplan ist eingefroren.",
    "bericht": "Der Statusbericht steht fest und ändert sich nicht mehr.",
    "ausnahme": "Ihre Entscheidung über die Ausnahme ist festgehalten.",
    "eingereicht": "Der Projektauftrag ist eingereicht.",
    "entschieden": "Ihre Entscheidung ist festgehalten.",
    "entwurf": "Der Entwurf ist gespeichert.",
    "idee": "Ihre Idee ist notiert.",
    "vorhaben": "Das Vorhaben ist angelegt.",
    "eingelesen": "Die Datei ist eingelesen.",
    "verschoben": "Die Termine sind gespeichert.",
}


def note_of(request: HttpRequest) -> str:
    """Return what the page says was done; the address only names it."""
    return NOTES.get(request.GET.get(NOTE, ""), "")


def lead_to(name: str, *args: object, note: str = "") -> HttpResponse:
    """Lead to a page after something was done."""
    address = reverse(name, args=args)
    return HttpResponseRedirect(f"{address}?{urlencode({NOTE: note})}" if note else address)


def text_of(request: HttpRequest, name: str = "q") -> str:
    """Return a text of the address, at most 100 characters."""
    return bare(request.GET.get(name, ""))[:100]


def page_of(request: HttpRequest) -> int:
    """Return the page that is asked for; nonsense is the first."""
    number = request.GET.get("seite", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def version_of(request: HttpRequest, name: str = "fassung") -> int:
    """Return the version a form was made of; 0, which no row has, if it is missing or forged."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def uuid_of(text: str) -> UUID | None:
    """Return an id as it stands in a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def project_or_404(project_id: UUID) -> Project:
    """Return a project, or answer that there is none."""
    try:
        return pages.project(project_id)
    except Project.DoesNotExist as error:
        raise Http404 from error


def mandate_or_404(actor: Actor, mandate_id: UUID) -> Mandate:
    """Return a mandate that the actor may see, or answer that there is none."""
    found = pages.visible_mandates(actor).select_related("project").filter(id=mandate_id).first()
    if found is None:
        raise Http404
    return found


def units() -> tuple[list[Any], dict[str, str]]:
    """Return the units as choices by code, each department with what hangs below it, and the paths by code."""
    paths: dict[str, str] = {}

    def below(branch: organisation.Branch, depth: int) -> list[tuple[str, str]]:
        paths[branch.unit.code] = branch.unit.path
        own = (branch.unit.code, "\u2007\u2007" * depth + str(branch.unit))
        return [own, *(entry for child in branch.children for entry in below(child, depth + 1))]

    choices: list[Any] = []
    for root in organisation.tree():
        entries = below(root, 0)
        choices.append({"label": str(root.unit), "options": entries} if len(entries) > 1 else entries[0])
    return choices, paths


def things(kind: str, actor: Actor, without: UUID | None = None) -> list[tuple[str, str]]:
    """Return all living things of a kind that the actor may see as choices, by title; empty if no room has them."""
    known = next((one for one in links.kinds() if one.name == kind), None)
    if known is None or known.every is None:
        return []
    refs = [Ref(kind, key) for key in known.every(actor) if key != without]
    cards = links.resolve(refs, actor)
    return sorted(((str(ref), card.title) for ref, card in cards.items()), key=lambda pair: pair[1])


def choices(fields: Iterable[Field], actor: Actor, project: Project | None = None) -> dict[str, Options]:
    """Return the choices that the fields name by their source."""
    makers: Mapping[str, Callable[[], Options]] = {
        "units": lambda: units()[0],
        "goals": lambda: things("goal", actor),
        "fields": lambda: things("field", actor),
        "projects": lambda: things("project", actor, project.id if project else None),
        "principles": lambda: things("principle", actor),
        "skills": lambda: [(str(one.id), one.name) for one in Skill.objects.all()],
        "phases": lambda: [(str(one.id), one.name) for one in Phase.objects.filter(project=project)],
        "activities": lambda: _activities(project),
        "indicators": lambda: [(one.key, one.label) for one in indicators.all_indicators()],
    }
    return {one.source: makers[one.source]() for one in fields if one.source}


def _activities(project: Project | None) -> Options:
    if project is None:
        return []
    view = pages.plan_view(project)
    return [(str(one.id), f"{one.number} {view.rows[one.id].name}") for one in view.outline]


def unit_of(code: str) -> Unit | None:
    """Return the unit of a code."""
    return organisation.unit_by_code(code) if code else None


def typed_of(fields: Iterable[Field], row: Any) -> dict[str, Any]:
    """Return what a form shows for a row that is there: dates and numbers as the fields write them."""
    found: dict[str, Any] = {}
    for one in fields:
        value = getattr(row, one.name, "")
        if one.kind == "month" and value:
            value = f"{value:%m.%Y}"
        elif one.kind in {"money", "decimal"} and value is not None and value != "":
            value = f"{value:.2f}".replace(".", ",")
        elif one.kind == "choice" and hasattr(value, "pk"):
            value = str(value.pk)
        found[one.name] = value
    return found


def form_page(
    request: HttpRequest,
    *,
    title: str,
    fields: Iterable[Field],
    options: Mapping[str, Options],
    back: tuple[str, str],
    button: str,
    parsed: Parsed | None = None,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
    intro: str = "",
    upload: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show a form of fields. `back` is (address, label); `upload` the label of a file field, if there is one."""
    return render(
        request,
        "portfolio/form.html",
        {
            "title": title,
            "fields": list(fields),
            "options": options,
            "back": back,
            "submit": button,
            "values": parsed.typed if parsed else dict(values or {}),
            "errors": parsed.errors if parsed else [],
            "faults": parsed.faults if parsed else {},
            "version": version,
            "intro": intro,
            "upload": upload,
            **more,
        },
        status=status,
    )


def tabs(project: Project, current: str) -> list[dict[str, Any]]:
    """Return the tabs of a project's pages."""
    own = (project.id,)
    found = [
        ("uebersicht", "Überblick", reverse("portfolio:project", args=own)),
        ("plan", "Terminplan", reverse("portfolio:plan", args=own)),
        ("netz", "Netzplan", reverse("portfolio:network", args=own)),
        ("geld", "Geld und Leistungswert", reverse("portfolio:money", args=own)),
        *(
            (key, part.title, reverse("portfolio:part", args=(*own, key)))
            for key, part in PARTS.items()
            if key != "bedingungen"
        ),
        ("berichte", "Berichte und Basispläne", reverse("portfolio:reports", args=own)),
    ]
    return [{"label": label, "href": href, "current": key == current} for key, label, href in found]


def project_context(request: HttpRequest, project: Project, current: str) -> dict[str, Any]:
    """Return what all pages of a project show: its tabs, its light, what the actor may do with it."""
    actor = actor_of(request)
    ended = project.status in {Project.Status.CLOSED, Project.Status.STOPPED}
    return {
        "project": project,
        "light": pages.light_of(project),
        "tabs": tabs(project, current),
        "may_edit": not ended and allowed(actor, "portfolio.project.edit", project),
        "may_decide": not ended and allowed(actor, "portfolio.gate.decide", project),
        "may_manage": allowed(actor, "portfolio.manage"),
        "note": note_of(request),
    }
