"""The graph from the vision to the cases, with the list that says the same, and what hangs loose in it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.faces.cockpit import drawing
from leineweber.faces.cockpit import network as graph
from leineweber.kernel import links
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.refs import Ref

TEXT_LIMIT = 100
PAGE_SIZE = 50


def _centre(text: str) -> Ref | None:
    """Return the thing in the middle; 404 for what is no reference."""
    if not text:
        return None
    try:
        return Ref.parse(text[:120])
    except ValueError as error:
        raise Http404 from error


def _depth(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 1 and int(text) in graph.DEPTHS else graph.DEPTH


@requires("strategy.view")
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """The outline of the whole strategy, or the ways around one thing."""
    actor = actor_of(request)
    centre, depth = _centre(request.GET.get("mitte", "")), _depth(request.GET.get("tiefe", ""))
    shown = graph.outline(actor) if centre is None else graph.around(actor, centre, depth)
    if shown is None:
        raise Http404
    text = request.GET.get("q", "")[:TEXT_LIMIT].strip()
    nodes = shown.nodes
    ways: dict[str, list[tuple[str, graph.Node]]] = {}
    for line in shown.lines:
        ways.setdefault(line.source, []).append((line.verb, nodes[line.target]))
    context = {
        "shown": shown,
        "ways": ways,
        "picture": drawing.svg(shown, "zusammenhang") if shown.columns else "",
        "sentence": graph.sentence(shown),
        "depth": depth,
        "depths": graph.DEPTHS,
        "text": text,
        "found": graph.find(actor, text) if text else [],
        "loose": links.orphans(actor, limit=1),
        "mitte": str(centre) if centre else "",
    }
    return render(request, "cockpit/network.html", context)


@requires("strategy.view")
@require_safe
def loose_ends(request: HttpRequest) -> HttpResponse:
    """Things without the edge they should have: a list for each expectation, `PAGE_SIZE` a page."""
    actor = actor_of(request)
    asked = request.GET.get("seite", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    found = links.orphans(actor, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    wanted = request.GET.get("liste", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 4 and int(wanted) < len(found) else 0
    chosen = found[number] if found else None
    pages = max(1, -(-chosen.total // PAGE_SIZE)) if chosen else 1
    if page > pages:
        raise Http404
    context = {
        "lists": found,
        "number": number,
        "chosen": chosen,
        "page": page,
        "pages": pages,
        "address": graph.address,
        "total": sum(one.total for one in found),
    }
    return render(request, "cockpit/loose_ends.html", context)
