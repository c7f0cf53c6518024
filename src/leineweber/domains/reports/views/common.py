"""What the views share: notes after an act, page numbers, day fields, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header

from leineweber.kernel.indicators import queries
from leineweber.kernel.indicators.queries import Definition

NOTE = "hinweis"
# Nothing the page says comes from its address: the address names one of these.
NOTES = {
    "angelegt": "Die Kennzahl ist angelegt.",
    "wert": "Der Wert ist eingetragen.",
    "formel": "Die Formel ist gespeichert.",
    "eingestellt": "Verantwortung, Toleranz und Sollpfad sind gespeichert.",
    "ampel": "Die Ampel ist gesetzt.",
    "ampel-aufgehoben": "Die Ampel zeigt wieder, was die Kennzahl sagt.",
    "nachrechnen": "Die vergangenen Tage werden nachgerechnet. Laden Sie die Seite gleich neu.",
    "stillgelegt": "Die Kennzahl ist stillgelegt. Was eingetragen ist, bleibt.",
    "entwurf": "Der Entwurf ist angelegt.",
    "gespeichert": "Der Entwurf ist gespeichert.",
    "verworfen": "Der Entwurf ist verworfen.",
    "eingefroren": "Der Bericht ist eingefroren. Er ändert sich nicht mehr.",
    "erledigt": "Das hat sich inzwischen erledigt.",
}
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def note_of(request: HttpRequest) -> str:
    """Return the note a page opens with, empty for none."""
    return NOTES.get(request.GET.get(NOTE, ""), "")


def saved(address: str, note: str) -> HttpResponse:
    """Lead to a page that says what was done."""
    return HttpResponseRedirect(f"{address}?{urlencode({NOTE: note})}")


def text_of(request: HttpRequest, name: str, most: int = 100) -> str:
    """Return a text of the address, bounded and without line breaks."""
    return " ".join(request.GET.get(name, "").replace("\0", "").split())[:most]


def page_of(request: HttpRequest) -> int:
    """Return the page number of the address, 1 if there is none."""
    text = request.GET.get("seite", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def definition_or_404(key: str) -> Definition:
    """Return what a figure is.

    Raises:
        Http404: nobody gives it.
    """
    one = queries.definition(key) if len(key) <= 120 and "\0" not in key else None
    if one is None:
        raise Http404
    return one


def file_answer(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Return a file: a PDF to be read in the browser, anything else to be saved."""
    inline = media_type == "application/pdf"
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    if inline:
        response.headers["Content-Security-Policy"] = _PDF_POLICY
    return response


def csv_answer(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Return rows as CSV for German spreadsheets: semicolons, UTF-8 with mark, no text that runs as a formula."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return file_answer(("\ufeff" + target.getvalue()).encode(), name, "text/csv; charset=utf-8")


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    number = cell.lstrip("-").replace(",", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) and not number else cell
