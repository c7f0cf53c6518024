"""What the pages share: numbers out of addresses, notes after a redirect, tabs, who is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from leineweber.domains.strategy.services import StrategyError

NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES = {
    "gespeichert": "Gespeichert.",
    "angelegt": "Angelegt.",
    "vorgeschlagen": "Das Ziel ist vorgeschlagen.",
    "zurueckgenommen": "Das Ziel ist wieder ein Entwurf.",
    "beschlossen": "Beschlossen.",
    "erreicht": "Das Ziel ist als erreicht abgeschlossen.",
    "aufgegeben": "Das Ziel ist aufgegeben.",
    "vorgelegt": "Die Fassung ist zum Beschluss vorgelegt. Weiter geht es in einer neuen Arbeitsfassung.",
    "entfallen": "Der Teil ist entfallen.",
    "notiert": "Die Notiz ist festgehalten.",
}


def note_of(request: HttpRequest) -> str:
    """Return what to say after a redirect."""
    return NOTES.get(request.GET.get(NOTE, ""), "")


def saved(address: str, note: str) -> HttpResponse:
    """Lead to a page, which says what was done."""
    return HttpResponseRedirect(f"{address}?{urlencode({NOTE: note})}")


def page_of(request: HttpRequest) -> int:
    """Return the number of the page asked for, 1 for anything else."""
    typed = request.GET.get("seite", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def asked_for(request: HttpRequest, name: str, longest: int) -> str:
    """Return a text of the address, bounded; signs that no database keeps are taken out."""
    return request.GET.get(name, "").replace("\x00", "")[:longest]


def version_of(request: HttpRequest) -> int:
    """Return the version that the form was opened with; one that cannot be for anything else."""
    typed = request.POST.get("fassung", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the pages of the paper as tabs."""
    pages = (
        ("overview", "Überblick"),
        ("tree", "Baum"),
        ("picture", "Schaubild"),
        ("goals", "Smarte Ziele"),
        ("editions", "Fassungen"),
    )
    return [
        {"href": reverse(f"strategy:{name}"), "label": label, "current": name == current}
        for name, label in pages
    ]


def error_of(error: StrategyError, fallback: str) -> dict[str, str]:
    """Return what a service refused as a form shows it."""
    name = error.field or fallback
    return {"field": name.removesuffix("-tag"), "message": str(error), "href": f"#{name}"}
