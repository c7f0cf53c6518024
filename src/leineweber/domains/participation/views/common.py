"""What the room's pages share: reading forms and addresses, notes, the frame of a round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from leineweber.domains.participation.models import Round
from leineweber.domains.participation.queries import rounds as queries
from leineweber.domains.participation.queries.rounds import RoundView
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.services import ParticipationError
from leineweber.kernel.access import actor_of, allowed

NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES: Mapping[str, str] = {
    "runde": "Die Runde ist gespeichert.",
    "veroeffentlicht": "Die Runde ist veröffentlicht. Alle Beschäftigten sehen sie jetzt.",
    "abgebrochen": "Die Runde ist abgebrochen.",
    "entwurf": "Der Entwurf ist gespeichert. Ihn sieht nur Ihre Einheit.",
    "eingereicht": "Der Vorschlag ist eingereicht.",
    "geaendert": "Der Vorschlag ist geändert.",
    "zurueckgezogen": "Der Vorschlag ist zurückgezogen.",
    "verworfen": "Der Entwurf ist gelöscht.",
    "kommentar": "Ihr Kommentar steht jetzt da.",
    "kommentar-geaendert": "Ihr Kommentar ist geändert.",
    "kommentar-zurueck": "Ihr Kommentar ist zurückgezogen.",
    "bewertet": "Die Bewertung ist gespeichert. Bis zum Ende der Phase sieht sie nur Ihre Einheit.",
    "alle-bewertet": "Die Bewertung ist gespeichert. Damit sind alle Vorschläge bewertet.",
    "entschieden": "Die Entscheidung ist festgehalten.",
    "festgeschrieben": "Die Rangliste ist festgeschrieben.",
    "kriterien": "Der Kriteriensatz ist gespeichert.",
    "gewichtet": "Die Vergleiche sind gespeichert und die Gewichte berechnet.",
    "festgelegt": "Der Kriteriensatz ist festgelegt. Runden können ihn jetzt verwenden.",
    "fassung": "Das ist die neue Fassung. Ändern Sie, was anders werden soll, und legen Sie sie fest.",
}
STAGES: Mapping[str, str] = {
    "before": "noch nicht begonnen",
    "between": "zwischen zwei Phasen",
    "after": "beendet",
    **{str(kind): label for kind, label in phases.LABELS.items()},
}
BREADCRUMB = {"label": "Beteiligung", "href": "/steuerung/beteiligung/"}


class Form:
    """What was typed, and what is wrong with it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.errors: list[dict[str, str]] = []
        self.values: dict[str, Any] = {}

    def fault(self, field: str, message: str, anchor: str = "") -> None:
        """Note a fault at a field; `anchor` is the id to jump to where it is another than the field's name."""
        self.errors.append({"message": message, "href": f"#{anchor or field}", "field": field})

    def refused(self, error: ParticipationError, default: str, dates: frozenset[str] = frozenset()) -> None:
        """Note what a service refused, at the field it names or at another; fields of days begin with their day."""
        field = error.field or default
        self.fault(field, str(error), f"{field}-tag" if field in dates else field)

    def text(self, name: str, most: int = 4000) -> str:
        """Read a text; a longer one is kept to be shown and refused by the service."""
        typed = self.request.POST.get(name, "").replace("\x00", "")[: most + 1000]
        self.values[name] = typed
        return typed

    def flag(self, name: str) -> bool:
        """Read a check box."""
        checked = name in self.request.POST
        self.values[name] = checked
        return checked

    def whole(self, name: str, default: int = 0) -> int:
        """Read a number that the page itself wrote into the form; anything else counts as the default."""
        typed = self.request.POST.get(name, "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else default

    def identifier(self, name: str) -> UUID | None:
        """Read an id, None if nothing or something else stands there."""
        self.values[name] = self.request.POST.get(name, "")[:40]
        return uuid_of(self.values[name])

    def number(self, name: str) -> Decimal | None:
        """Read a German decimal number, None if there is none."""
        typed = self.request.POST.get(name, "").strip()[:12]
        self.values[name] = typed
        if not typed:
            return None
        try:
            found = Decimal(typed.replace(".", "").replace(",", ".") if "," in typed else typed)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found) >= 10**6:
            self.fault(name, "Geben Sie eine Zahl ein, zum Beispiel 25 oder 12,5.")
            return None
        return found

    def day(self, name: str, missing: str) -> date | None:
        """Read a day of three fields."""
        typed = {
            part: self.request.POST.get(f"{name}.{part}", "").strip()[:4] for part in ("tag", "monat", "jahr")
        }
        self.values[name] = typed
        try:
            day = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
        except ValueError:
            self.fault(name, missing, f"{name}-tag")
            return None
        if not 2000 <= day.year <= 2100:
            self.fault(name, "Das Jahr liegt zu weit entfernt.", f"{name}-tag")
            return None
        return day

    @property
    def faults(self) -> dict[str, str]:
        """The first message at each field."""
        found: dict[str, str] = {}
        for error in self.errors:
            found.setdefault(error["field"], error["message"])
        return found


def uuid_of(text: str) -> UUID | None:
    """Return the id written in a text, None if it is none."""
    try:
        return UUID(text[:36])
    except ValueError:
        return None


def page_of(request: HttpRequest, name: str = "seite") -> int:
    """Return a page number of the address, 1 if there is none."""
    text = request.GET.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def text_of(request: HttpRequest, name: str = "q") -> str:
    """Return a text of the address, bounded and without line breaks."""
    return " ".join(request.GET.get(name, "").replace("\x00", "").split())[:100]


def led_to(name: str, *arguments: object, note: str = "", anchor: str = "") -> HttpResponse:
    """Lead to a page of the room, which says what was done."""
    address = reverse(f"participation:{name}", args=arguments)
    query = f"?{urlencode({NOTE: note})}" if note else ""
    return HttpResponseRedirect(f"{address}{query}{f'#{anchor}' if anchor else ''}")


def round_or_404(request: HttpRequest, round_id: UUID) -> RoundView:
    """Return a round the actor may see.

    Raises:
        Http404: there is none.
    """
    view = queries.round_view(actor_of(request), round_id)
    if view is None:
        raise Http404
    return view


def tabs(view: RoundView, current: str) -> list[dict[str, Any]]:
    """Return the pages of a round."""
    items = [("round", "Überblick"), ("proposals", "Vorschläge")]
    if view.round.status != Round.Status.DRAFT:
        items += [("rating", "Bewerten"), ("results", "Ergebnis"), ("decisions", "Entscheidungen")]
    return [
        {
            "label": label,
            "href": reverse(f"participation:{name}", args=[view.round.id]),
            "current": name == current,
        }
        for name, label in items
    ]


def paper_address(kind: str, identifier: UUID, effect: str = "") -> str:
    """Return where a decision paper about a thing is begun; empty if this installation has no decision papers."""
    address = "/steuerung/vorlagen/neu/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    query = {"gegenstand": f"{kind}:{identifier}"} | ({"wirkung": effect} if effect else {})
    return f"{address}?{urlencode(query)}"


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the room with what all of them know."""
    actor = actor_of(request)
    shared = {
        "note": "" if form and form.errors else NOTES.get(request.GET.get(NOTE, ""), ""),
        "errors": form.errors if form else [],
        "faults": form.faults if form else {},
        "manages": allowed(actor, "participation.manage"),
        "decides": allowed(actor, "participation.decide"),
        "stages": STAGES,
        "phase_labels": phases.LABELS,
    }
    return render(request, f"participation/{template}.html", {**shared, **context}, status=status)
