"""Reading forms: what was typed is kept, what is wrong is said at its field and in the summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import content_disposition_header

from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.kernel import clock

NOTE = "hinweis"
NOTES: Mapping[str, str] = {
    "gespeichert": "Gespeichert.",
    "angelegt": "Angelegt.",
    "muster": "Die Muster sind eingespielt. Prüfen Sie sie, und setzen Sie ein, was in Ihrer Stadt gilt.",
    "mitglied": "Das Mitglied ist aufgenommen.",
    "mitglied-beendet": "Die Mitgliedschaft ist beendet.",
    "eingeladen": "Die Einladungen sind auf dem Weg, mit dem Termin als Kalendereintrag.",
    "geaendert": "Die Sitzung ist geändert. Wer eingeladen war, erfährt es per E-Mail.",
    "abgesagt": "Die Sitzung ist abgesagt. Wer eingeladen war, erfährt es per E-Mail.",
    "punkt": "Der Punkt steht auf der Tagesordnung.",
    "punkt-weg": "Der Punkt ist von der Tagesordnung genommen.",
    "geordnet": "Die Tagesordnung ist neu geordnet.",
    "anwesenheit": "Die Anwesenheit ist festgestellt, die Sitzung ist eröffnet.",
    "behandelt": "Der Punkt ist behandelt.",
    "genehmigt": "Die Niederschrift ist genehmigt und liegt als PDF fest.",
    "eingereicht": "Die Vorlage ist unterwegs: Stellungnahmen und Mitzeichnung laufen nebeneinander.",
    "zurueckgezogen": "Die Vorlage ist zurückgezogen.",
    "abgegeben": "Ihr Votum ist festgehalten.",
    "entschieden": "Die Entscheidung ist als Beschluss festgehalten.",
    "wiedervorlage": "Die Wiedervorlage liegt als Aufgabe im Eingangskorb der Stelle.",
    "erledigt": "Die Wiedervorlage ist erledigt.",
    "verschoben": "Die Wiedervorlage hat einen neuen Tag.",
}
FAR_YEARS = 20
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def note_of(request: HttpRequest) -> str:
    """Return the short note a page opens with, "" for none; nothing the page says comes from its address."""
    return NOTES.get(request.GET.get(NOTE, ""), "") if request.method != "POST" else ""


def back(address: str, note: str) -> HttpResponse:
    """Lead to a page of the room, which says what was done."""
    return HttpResponseRedirect(f"{address}?{urlencode({NOTE: note})}")


def page_number(request: HttpRequest) -> int:
    """Return the page number of the address, 1 if there is none."""
    text = request.GET.get("seite", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def uuid_of(text: str) -> UUID | None:
    """Return the id written in a text, None if it is none."""
    try:
        return UUID(text[:36])
    except ValueError:
        return None


def searched(request: HttpRequest) -> str:
    """Return what was searched for, bounded and in one line."""
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]


def pdf(content: bytes, name: str) -> HttpResponse:
    """Give out a PDF to be read in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response.headers["Content-Security-Policy"] = _PDF_POLICY
    return response


class Form:
    """A form: `values` as typed (or as they stand), `errors` for the summary, `faults` by field."""

    def __init__(self, request: HttpRequest | None = None, values: Mapping[str, Any] | None = None) -> None:
        self.data = request.POST if request is not None else QueryDict()
        self.values: dict[str, Any] = dict(values or {})
        self.errors: list[dict[str, str]] = []
        self.problem = ""

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by field."""
        return {error["field"]: error["message"] for error in self.errors}

    def fault(self, field: str, message: str, href: str = "") -> None:
        """Note a fault at a field; the first one counts."""
        if field not in self.faults:
            self.errors.append({"message": message, "href": href or f"#{field}", "field": field})

    def refused(self, error: NotPossible, dates: Iterable[str] = ()) -> int:
        """Note why a service refused; return the status of the answer.

        Args:
            error: what it said.
            dates: fields of three parts, whose first part is the one to go to.
        """
        if not error.field:
            self.problem = error.message
        else:
            self.fault(error.field, error.message, f"#{error.field}-tag" if error.field in dates else "")
        return 409 if isinstance(error, Stale) else 422

    def text(self, name: str, limit: int = 20_000, *, needed: str = "") -> str:
        """Read a text; `needed` is the German sentence if it may not be empty."""
        found = str(self.data.get(name, "")).replace("\x00", "").replace("\r\n", "\n")
        self.values[name] = found
        if needed and not found.strip():
            self.fault(name, needed)
        if len(found) > limit:
            self.fault(name, f"Höchstens {limit:,} Zeichen.".replace(",", "."))
        return found

    def many(self, name: str) -> list[str]:
        """Return what was chosen of several."""
        return [str(one).replace("\x00", "") for one in self.data.getlist(name)]

    def flag(self, name: str) -> bool:
        """Read a check box."""
        self.values[name] = name in self.data
        return bool(self.values[name])

    def number(self, name: str, low: int, high: int, *, needed: str, empty: int | None = None) -> int:
        """Read a whole number within bounds; `empty` is what nothing stands for."""
        typed = self.text(name, 20).strip()
        if not typed and empty is not None:
            return empty
        if not (typed.isascii() and typed.isdigit() and len(typed) < 7 and low <= int(typed) <= high):
            self.fault(name, needed)
            return low
        return int(typed)

    def version(self) -> int:
        """Read the version the form was made from, 0 if it is none."""
        typed = str(self.data.get("version", ""))
        self.values["version"] = typed
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0

    def day(self, name: str, *, needed: str, required: bool = True) -> date | None:
        """Read a day of three fields."""
        typed = {
            part: str(self.data.get(f"{name}.{part}", "")).strip()[:4] for part in ("tag", "monat", "jahr")
        }
        self.values[name] = typed
        if not any(typed.values()) and not required:
            return None
        try:
            day = date(int(typed["jahr"]), int(typed["monat"]), int(typed["tag"]))
        except ValueError:
            self.fault(name, needed, f"#{name}-tag")
            return None
        if abs(day.year - clock.today().year) > FAR_YEARS:
            self.fault(name, "Das Datum liegt zu weit entfernt.", f"#{name}-tag")
            return None
        return day

    def time(self, name: str, *, needed: str) -> time | None:
        """Read a time of day such as `09:30` or `9.30`."""
        typed = self.text(name, 10).strip().replace(".", ":")
        hours, _, minutes = typed.partition(":")
        minutes = minutes or "0"
        if all(part.isascii() and part.isdigit() and len(part) < 3 for part in (hours, minutes)):
            try:
                return time(int(hours), int(minutes))
            except ValueError:
                pass
        self.fault(name, needed)
        return None


def at(day: date, hour: time) -> datetime:
    """Return a moment of Berlin's wall clock."""
    return datetime.combine(day, hour, tzinfo=clock.BERLIN)
