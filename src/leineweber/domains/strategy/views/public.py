"""The strategy for everybody: the adopted edition, nothing else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.domains.strategy import printing, queries, rules
from leineweber.domains.strategy.kinds import PLURALS
from leineweber.kernel.access import requires


def _parts(content: dict[str, list[dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{kind.replace('_', '-')}-{part['slug']}",
            "title": f"{part['number']} {part['title']}".strip(),
            "text": part.get("text", ""),
            "rows": printing.rows_of(kind, part, public=True) if kind == "goal" else [],
            "field": part.get("field", ""),
        }
        for part in content.get(kind, ())
    ]


@requires("public")
@require_safe
def strategy(request: HttpRequest) -> HttpResponse:
    """The adopted edition as a page."""
    found = queries.adopted_content()
    content = found.content if found else {}
    return render(
        request,
        "strategy/public.html",
        {
            "found": found,
            "state": printing.state_of(found.edition) if found else "",
            "heading": printing.HEADING,
            "sections": [
                {
                    "id": kind.replace("_", "-"),
                    "title": PLURALS[kind],
                    "kind": kind,
                    "parts": _parts(content, kind),
                }
                for kind in rules.KIND_LABELS
                if content.get(kind)
            ],
        },
    )


@requires("public")
@require_safe
def strategy_pdf(request: HttpRequest) -> HttpResponse:
    """The adopted edition as PDF/UA."""
    found = queries.adopted_content()
    if found is None:
        raise Http404
    answer = HttpResponse(printing.pdf(found, public=True), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="strategie.pdf"'
    return answer
