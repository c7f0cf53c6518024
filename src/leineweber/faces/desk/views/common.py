"""What the desk's pages share: reading addresses, going back, short notes, giving out files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme

TEXT_LIMIT = 100
NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES: Mapping[str, str] = {
    "uebernommen": "Sie haben die Aufgabe übernommen.",
    "zurueckgelegt": "Die Aufgabe liegt wieder für alle im Eingangskorb.",
    "weitergegeben": "Die Aufgabe ist weitergegeben.",
    "wiedervorlage": "Die Aufgabe liegt bis zu diesem Tag unter „Später“.",
    "wiedervorlage-aufgehoben": "Die Wiedervorlage ist aufgehoben.",
    "erledigt": "Die Aufgabe ist erledigt.",
    "naechster-schritt": "Die Aufgabe ist erledigt. Das ist der nächste Schritt.",
    "gedruckt": "Der Druckstapel ist fertig. Laden Sie ihn herunter und drucken Sie ihn.",
    "nichts-zu-drucken": "Zurzeit wartet kein Brief.",
    "stapel-zurueck": "Die Briefe warten wieder auf den Druck.",
    "wiederholt": "Wird wiederholt. Laden Sie die Seite gleich neu, um das Ergebnis zu sehen.",
    "schon-erledigt": "Das hat sich inzwischen erledigt.",
    "laeuft-weiter": "Der Ablauf geht weiter.",
    "noch-gestoert": "Der Ablauf ist noch immer gestört. Der Grund steht dabei.",
    "verworfen": "Die Zustellung ist verworfen. Ihr Grund steht im Protokoll.",
    "grund-fehlt": "Zum Verwerfen fehlt der Grund. Die Zustellung steht noch da.",
    "abgehakt": "Die Nachricht ist abgehakt.",
    "pruefung": "Die Prüfung des Protokolls läuft. Laden Sie die Seite gleich neu.",
}
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def note_of(request: HttpRequest) -> str:
    """Return the short note a page opens with, "" for none."""
    return NOTES.get(request.GET.get(NOTE, "").partition(".")[0], "")


def noted_case(request: HttpRequest) -> UUID | None:
    """Return the case the note of a page is about (`erledigt.<id>`), None if it is about none."""
    return uuid_of(request.GET.get(NOTE, "").partition(".")[2])


def clean(text: str) -> str:
    """Return a text without characters that no keyboard sends and PostgreSQL refuses (NUL)."""
    return text.replace("\x00", "")


def text_of(request: HttpRequest, name: str = "q") -> str:
    """Return a text of the address, bounded and without line breaks."""
    return " ".join(clean(request.GET.get(name, "")).split())[:TEXT_LIMIT]


def page_of(request: HttpRequest) -> int:
    """Return the page number of the address, 1 if there is none."""
    text = request.GET.get("seite", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def uuid_of(text: str) -> UUID | None:
    """Return the id written in a text, None if it is none."""
    try:
        return UUID(text[:36])
    except ValueError:
        return None


def with_note(address: str, note: str, **changes: str) -> str:
    """Return an address of the desk with a note to open with, in place of an earlier one, and other parts changed."""
    parts, new = urlsplit(address), {**changes, NOTE: note}
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in new]
    return f"{parts.path}?{urlencode([*kept, *new.items()])}"


def sent_from(request: HttpRequest, fallback: str) -> str:
    """Return the page of the desk that a form was sent from (`zurueck`), the fallback if it names no such page."""
    target = request.POST.get("zurueck", "")
    inside = target.startswith("/arbeit/") and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, request.is_secure()
    )
    return target if inside else fallback


def back(request: HttpRequest, fallback: str, note: str) -> HttpResponse:
    """Lead to the page of the desk that a form was sent from, with a note."""
    return HttpResponseRedirect(with_note(sent_from(request, fallback), note))


def give_out(stream: BinaryIO, name: str, media_type: str, *, download: bool = False) -> HttpResponseBase:
    """Return a file: a PDF to be read in the browser (unless `download`), anything else to be saved."""
    inline = media_type == "application/pdf" and not download
    response = FileResponse(
        stream,
        content_type=media_type if inline or media_type == "application/pdf" else "application/octet-stream",
    )
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if inline:
        response.headers["Content-Security-Policy"] = _PDF_POLICY
    return response
