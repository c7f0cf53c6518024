"""The paper: overview, tree, picture, and each part that is told in prose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leineweber.domains.strategy import drawing, queries, rules, services
from leineweber.domains.strategy.forms import Form
from leineweber.domains.strategy.kinds import ELEMENTS, KIND_OF_PATH, PATHS, PLURALS, address, kind_of, ref_of
from leineweber.domains.strategy.models import Edition, Element, Numbered
from leineweber.domains.strategy.queries import Paper
from leineweber.domains.strategy.services import Conflict, StrategyError
from leineweber.domains.strategy.views.common import error_of, note_of, saved, tabs, version_of
from leineweber.kernel import links
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import plural

LONGEST = 10_000


def _kind(art: str) -> str:
    if art not in KIND_OF_PATH:
        raise Http404
    return KIND_OF_PATH[art]


def _sentence(edition: Edition | None, changes: int) -> str:
    if edition is None:
        return "Noch ist keine Strategie beschlossen."
    if changes == 0:
        return f"Es gilt {edition}; die Arbeitsfassung ist gleich."
    return f"Es gilt {edition}; die Arbeitsfassung unterscheidet sich in {plural(changes, 'Teil', 'Teilen')}."


@requires("strategy.view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The paper at a glance: which edition is in force, and its parts with the number of goals."""
    whole = queries.paper()
    adopted = Edition.objects.filter(status=Edition.Status.ADOPTED).first()
    changes = 0
    if adopted is not None:
        before = queries.verified(adopted).content
        changes = len(rules.differences(before, queries.snapshot(whole)))
    goals_of = {field.id: sum(goal.field_id == field.id for goal in whole.goals) for field in whole.fields}
    return render(
        request,
        "strategy/overview.html",
        {
            "sentence": _sentence(adopted, changes),
            "tabs": tabs("overview"),
            "note": note_of(request),
            "paper": whole,
            "goals_of": goals_of,
            "measures_of": {field.id: len(whole.below(field, "measure")) for field in whole.fields},
            "adopted": adopted,
            "address": address,
            "paths": PATHS,
        },
    )


def _node(part: Numbered, children: list[dict[str, Any]], note: str = "") -> dict[str, Any]:
    return {
        "label": str(part),
        "href": address(kind_of(part), part.slug),
        "children": children,
        "note": note,
        "open": False,
    }


def _branches(whole: Paper) -> list[dict[str, Any]]:
    fields = []
    for field in whole.fields:
        measures = [
            _node(measure, [_node(goal, []) for goal in whole.below(measure, "goal")])
            for measure in whole.below(field, "measure")
        ]
        count = len(measures)
        fields.append(_node(field, measures, plural(count, "Maßnahme", "Maßnahmen")) | {"open": True})
    strategic = [
        _node(goal, [_node(measure, []) for measure in whole.below(goal, "measure")])
        for goal in whole.strategic_goals
    ]
    return [
        *(_node(vision, strategic) | {"open": True} for vision in whole.visions),
        *(_node(principle, []) for principle in whole.principles),
        *fields,
    ]


@requires("strategy.view")
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The paper as a tree: from the vision down to the measures, from the fields down to the goals."""
    return render(
        request, "strategy/tree.html", {"tabs": tabs("tree"), "nodes": _branches(queries.paper()), "note": ""}
    )


@requires("strategy.view")
@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """The picture of the strategy: choose a part, and what it is joined with stands out; the same as a list below."""
    whole = queries.paper()
    here = reverse("strategy:picture")
    chosen = next(
        (
            ref
            for ref, part in whole.parts.items()
            if f"{ref.kind}.{part.slug}" == request.GET.get("auswahl", "")
        ),
        None,
    )
    addresses = {ref: f"{here}?auswahl={ref.kind}.{part.slug}#bild" for ref, part in whole.parts.items()}
    lit = drawing.related(whole, chosen) if chosen else set()
    groups = [
        (
            PLURALS[kind],
            [
                {
                    "label": str(part),
                    "href": addresses[ref],
                    "open": address(kind, part.slug),
                    "chosen": ref == chosen,
                    "lit": ref in lit,
                }
                for ref, part in whole.parts.items()
                if ref.kind == kind and (not chosen or ref in lit)
            ],
        )
        for kind in rules.KIND_LABELS
    ]
    return render(
        request,
        "strategy/picture.html",
        {
            "tabs": tabs("picture"),
            "note": "",
            "svg": drawing.svg(whole, links=addresses, chosen=chosen),
            "groups": [group for group in groups if group[1]],
            "chosen": whole.parts[chosen] if chosen else None,
            "chosen_href": address(chosen.kind, whole.parts[chosen].slug) if chosen else "",
            "empty": not whole.parts,
        },
    )


@requires("strategy.view")
@require_safe
def picture_svg(request: HttpRequest) -> HttpResponse:
    """The picture as a file of its own."""
    answer = HttpResponse(drawing.svg(queries.paper()), content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="schaubild.svg"'
    return answer


@requires("strategy.view")
@require_safe
def element(request: HttpRequest, art: str, slug: str) -> HttpResponse:
    """One part: its text, what it serves, what hangs below it, the notes."""
    kind = _kind(art)
    page = queries.element_page(kind, slug, actor_of(request))
    if page is None:
        raise Http404
    return render(
        request,
        "strategy/element.html",
        {
            "page": page,
            "kind_label": rules.KIND_LABELS[kind],
            "art": art,
            "note": note_of(request),
        },
    )


def _options(model_kind: str) -> list[tuple[str, str]]:
    rows = ELEMENTS[model_kind]._default_manager.filter(withdrawn=False).defer("text")
    return [(str(row.id), str(row)) for row in rows]


_ABOVE = {"strategic_goal": "vision", "measure": "strategic_goal"}


def _form(request: HttpRequest, kind: str, part: Element | None) -> HttpResponse:
    above = _ABOVE.get(kind, "")
    options = _options(above) if above else []
    fields = _options("field") if kind == "measure" else []
    form, status, conflict = Form(request.POST), 200, ""
    version = part.version if part else 0
    if request.method == "POST":
        number = form.text("nummer", "Nummer", 20, required=True)
        title = form.text("titel", "Titel", 200, required=True)
        text = form.text("text", "Text", LONGEST)
        field = (
            form.choice("handlungsfeld", "Handlungsfeld", [key for key, _ in fields], required=bool(fields))
            if fields
            else ""
        )
        serves = form.several("dient", "Dient", [key for key, _ in options])
        status = 422
        if not form.errors:
            try:
                if part is not None and request.POST.get("tun") == "entfallen":
                    services.withdraw_element(actor_of(request), kind, id=part.id, seen=version_of(request))
                    return saved(reverse("strategy:overview"), "entfallen")
                written = services.write_element(
                    actor_of(request),
                    kind,
                    id=part.id if part else None,
                    seen=version_of(request) if part else None,
                    number=number,
                    title=title,
                    text=text,
                    field=UUID(field) if field else None,
                    serves=[UUID(one) for one in serves],
                )
                return saved(address(kind, written.slug), "gespeichert" if part else "angelegt")
            except Conflict as error:
                status, conflict = 409, str(error)
            except StrategyError as error:
                form.errors.append(error_of(error, "titel"))
    elif part is not None:
        joined = [str(target.id) for _, target in links.targets(ref_of(part), "serves")]
        form.values = {"nummer": part.number, "titel": part.title, "text": part.text, "dient": joined}
        form.values["handlungsfeld"] = str(getattr(part, "field_id", ""))
    return render(
        request,
        "strategy/element_form.html",
        {
            "form": form,
            "part": part,
            "version": version,
            "conflict": conflict,
            "kind_label": rules.KIND_LABELS[kind],
            "above": options,
            "above_label": f"Dient ({PLURALS[above]})" if above else "",
            "fields": fields,
            "back": address(kind, part.slug) if part else reverse("strategy:overview"),
        },
        status=status,
    )


@requires("strategy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, art: str) -> HttpResponse:
    """Write a new part of the paper."""
    return _form(request, _kind(art), None)


@requires("strategy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, art: str, slug: str) -> HttpResponse:
    """Change a part of the paper, or take it out."""
    kind = _kind(art)
    part = ELEMENTS[kind]._default_manager.filter(slug=slug, withdrawn=False).first()
    if part is None:
        raise Http404
    return _form(request, kind, part)


def ref_in(kind: str, id: UUID) -> Ref:
    """Return a reference out of an address.

    Raises:
        Http404: the strategy has no such kind.
    """
    if kind not in {*ELEMENTS, "goal", "edition"}:
        raise Http404
    return Ref(kind, id)
