#!/usr/bin/env python3
"""Takes the pictures of README and Handbuch from a demo city: `.venv/bin/python scripts/screenshots.py [--only NAME]`.

The script starts a demo of its own in a temporary directory, applies as a citizen, works on the case as the election
office, and keeps what it sees on the way as `docs/bilder/NAME-1440.png` and `NAME-390.png`. People, order and sizes are
the same each time; reference numbers and days are those of the run. Needs the development environment and a Chromium.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from leineweber.config.testing.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "bilder"
WIDE, NARROW = (1440, 900), (390, 844)
COLOURS = 64
PICTURE_LIMIT, TOTAL_LIMIT = 250_000, 4_000_000
WAIT_SECONDS = 30
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]

CLERK, HEAD, MAYOR, OPERATOR, CITIZEN = "Garnmeister", "Leinenberg", "Damastky", "Kettenbaum", "martha.flachs"
SURNAME = "Leinweberin"
FORM: dict[str, dict[str, str]] = {
    "person": {
        "vorname": "Martha",
        "familienname": SURNAME,
        "geburtsdatum.tag": "17",
        "geburtsdatum.monat": "05",
        "geburtsdatum.jahr": "1990",
        "staatsangehoerigkeit": "deutsch",
        "strasse": "Niederwall",
        "hausnummer": "23",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "erreichbarkeit": {"email": "martha.flachs@buerger.example", "kontaktweg": "postfach"},
    "verfuegbarkeit": {
        "wahlen": "landtagswahl",
        "einsatzzeit": "ganztags",
        "wunschbezirk": "mitte",
        "wohnortnah": "ja",
    },
    "erfahrung": {"vorhanden": "nein", "wunschfunktion": "beisitz", "oeffentlicher_dienst": "nein"},
    "bank": {"auszahlung": "verzicht"},
    "einwilligung": {"wahlberechtigt": "ja", "datenschutz": "ja"},
}

TRY_OUT = {"Wahlart": "landtagswahl", "Alter am Wahltag": "15", "Staatsangehörigkeit": "deutsch"}


@dataclass(slots=True)
class Camera:
    """Keeps pictures of pages, small and without what moves."""

    only: str = ""
    taken: list[Path] = field(default_factory=list)

    def keep(self, name: str, picture: Image.Image) -> None:
        """Write a picture in few colours under a name.

        Raises:
            SystemExit: it is larger than a picture of the documentation may be.
        """
        if self.only and not name.startswith(self.only):
            return
        file = PICTURES / f"{name}.png"
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size > PICTURE_LIMIT:
            raise SystemExit(f"{file.name}: {file.stat().st_size} bytes are too many.")
        self.taken.append(file)

    def take(self, page: Page, name: str, *, tall: int = 0, narrow: bool = True, at: str = "") -> None:
        """Take a page at 1440 and, if wanted, 390 pixels.

        Args:
            page: what is open.
            name: of the picture.
            tall: height in pixels up to which the wide picture shows more than one screen.
            narrow: whether the small screen is wanted.
            at: selector of what stands at the top of the picture.
        """
        for width, height in (WIDE, NARROW) if narrow else (WIDE,):
            shown = max(height, tall) if width == WIDE[0] else height
            page.set_viewport_size({"width": width, "height": shown})
            page.evaluate("document.activeElement && document.activeElement.blur()")
            if at:
                page.locator(at).first.evaluate(
                    "e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 16)"
                )
            else:
                page.evaluate("window.scrollTo(0, 0)")
            page.evaluate("document.fonts.ready")
            shot = page.screenshot(animations="disabled", caret="hide")
            self.keep(f"{name}-{width}", Image.open(io.BytesIO(shot)))
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    def take_pdf(self, data: bytes, name: str) -> None:
        """Keep the first page of a PDF at about 700 pixels width."""
        import pypdfium2

        page = pypdfium2.PdfDocument(data)[0]
        self.keep(name, page.render(scale=700 / page.get_width()).to_pil())


@dataclass(frozen=True, slots=True)
class City:
    """A running demo and the browser that looks at it."""

    address: str
    browser: Browser

    def open(self, path: str = "/") -> Page:
        """Open a page as somebody not logged in, in a browser without a past."""
        context = self.browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]},
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            color_scheme="light",
        )
        page = context.new_page()
        page.goto(self.address + path)
        return page

    def as_person(self, name: str) -> Page:
        """Log in as a person of the demo."""
        page = self.open("/demo/")
        page.get_by_role("button", name=re.compile(re.escape(name))).first.click()
        page.wait_for_load_state()
        return page

    def go(self, page: Page, path: str) -> None:
        """Open another page of the city."""
        page.goto(self.address + path)


def until(page: Page, there: Callable[[], bool]) -> None:
    """Load a page again until something the worker does is there.

    Raises:
        SystemExit: it does not come.
    """
    end = time.monotonic() + WAIT_SECONDS
    while not there():
        if time.monotonic() > end:
            raise SystemExit(f"What was waited for does not come: {page.url}")
        time.sleep(0.2)
        page.reload()


def _fill(page: Page, group: str, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        inputs = page.locator(f'[name="{group}.{name}"]')
        kind = inputs.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in {"radio", "checkbox"}:
            page.locator(f'[name="{group}.{name}"][value="{value}"]').check(force=True)
        elif kind == "select":
            inputs.select_option(value)
        else:
            inputs.fill(value)


def _task_of(inbox: Page) -> str:
    """Return the address of the first task in the inbox."""
    chosen = inbox.locator("a[href*='aufgabe=']").first.get_attribute("href") or ""
    return f"/arbeit/aufgaben/{re.search('aufgabe=([0-9a-f-]{36})', chosen)[1]}/"


def portal(city: City, camera: Camera) -> None:
    """The pages everybody sees, and an application from the first question to the receipt."""
    page = city.open("/")
    camera.take(page, "portal-start")
    city.go(page, "/suche/?q=wahlhelfer")
    camera.take(page, "portal-suche", narrow=False)
    city.go(page, "/leistungen/wahlhelfer/")
    camera.take(page, "portal-leistung")
    city.go(page, "/konto/anmelden/")
    camera.take(page, "konto-anmelden", narrow=False)
    city.go(page, "/anmelden/")
    camera.take(page, "anmelden", narrow=False)

    page = city.as_person(CITIZEN)
    city.go(page, "/leistungen/wahlhelfer/")
    page.get_by_role("button", name="Jetzt online beantragen").first.click()
    for group, answers in FORM.items():
        if group == "person":
            page.get_by_role("button", name=re.compile("^Weiter")).click()
            camera.take(page, "antrag-fehler", tall=1000)
            page.goto(page.url)
        _fill(page, group, answers)
        if group in {"person", "verfuegbarkeit"}:
            camera.take(page, f"antrag-{group}", tall=1100, narrow=group == "person")
        page.get_by_role("button", name=re.compile("^Weiter")).click()
    camera.take(page, "antrag-pruefen", tall=1200)
    page.get_by_role("button", name=re.compile("absenden", re.IGNORECASE)).click()
    camera.take(page, "antrag-eingegangen")
    until(page, lambda: page.locator(".lw-message").count() > 0)
    city.go(page, "/konto/")
    camera.take(page, "konto")


def desk(city: City, camera: Camera) -> None:
    """The case that the citizen made, from the inbox to the signed notice."""
    page = city.as_person(CLERK)
    city.go(page, "/arbeit/?ansicht=frei")
    page.locator("a[href*='aufgabe=']").nth(1).click()
    page.wait_for_load_state()
    camera.take(page, "eingangskorb", tall=1000)
    city.go(page, f"/arbeit/?ansicht=frei&q={SURNAME}")
    until(page, lambda: page.locator("a[href*='aufgabe=']").count() > 0)
    city.go(page, _task_of(page))
    page.locator("form[data-claim] button").click()
    camera.take(page, "aufgabe-pruefen", tall=1100)
    case = page.get_by_role("link", name="Vorgang öffnen").get_attribute("href")
    page.locator('[name="entscheidung"][value="annehmen"]').check(force=True)
    page.get_by_role("button", name="Aufgabe erledigen").click()
    if page.locator("form[data-claim]").count():
        page.locator("form[data-claim] button").first.click()
    camera.take(page, "aufgabe-einsetzen", tall=1000, narrow=False)
    places = page.locator('select[name="need"] option', has_text="Beisitz")
    page.locator('select[name="need"]').select_option(value=places.first.get_attribute("value"))
    page.get_by_role("button", name="Aufgabe erledigen").click()

    head = city.as_person(HEAD)
    city.go(head, f"/arbeit/?ansicht=frei&q={SURNAME}")
    until(head, lambda: head.locator("a[href*='aufgabe=']").count() > 0)
    city.go(head, _task_of(head))
    head.locator("form[data-claim] button").click()
    camera.take(head, "aufgabe-schlusszeichnen", tall=1000, narrow=False)
    camera.take_pdf(head.request.get(f"{city.address}{case}entwurf/").body(), "bescheid-entwurf")
    head.locator('[name="freigabe"][value="true"]').check(force=True)
    head.get_by_role("button", name="Aufgabe erledigen").click()
    city.go(head, f"{case}akte/")
    until(head, lambda: head.locator(".desk-file > li").count() > 1)
    camera.take(head, "akte", tall=1000)
    city.go(head, f"{case}verlauf/")
    camera.take(head, "verlauf", tall=1400)
    camera.take(head, "entscheidung-begruendung", narrow=False, at="#nach-tabelle")
    city.go(head, "/arbeit/entscheidungen/wahlhelfer/voraussetzungen/")
    for label, value in TRY_OUT.items():
        head.get_by_label(label).fill(value)
    head.get_by_role("button", name="Ausprobieren").click()
    camera.take(head, "entscheidung", tall=1500)

    city.go(page, "/arbeit/vorgaenge/")
    camera.take(page, "vorgaenge", narrow=False)
    city.go(page, "/arbeit/bedarf/")
    camera.take(page, "bedarf", narrow=False)
    city.go(page, "/arbeit/druck/")
    camera.take(page, "drucken", narrow=False)
    city.go(page, "/arbeit/profil/")
    camera.take(page, "vertretung", tall=1200, narrow=False)
    city.go(page, "/konto/sicherheit/")
    camera.take(page, "sicherheit", narrow=False)


def cockpit(city: City, camera: Camera) -> None:
    """The goals as leadership sees them, and the operator's page."""
    page = city.as_person(MAYOR)
    city.go(page, "/steuerung/")
    camera.take(page, "steuerung")
    city.go(page, "/steuerung/ziele/wahlhelfer-online/")
    camera.take(page, "ziel")
    camera.take(page, "ziel-bezirke", tall=1000, narrow=False, at="figure >> nth=1")
    page = city.as_person(OPERATOR)
    city.go(page, "/arbeit/betrieb/")
    page.evaluate("document.querySelectorAll('details[open]').forEach(e => e.removeAttribute('open'))")
    camera.take(page, "betrieb", narrow=False)


def steering(city: City, camera: Camera) -> None:
    """The strategy, taking part, projects, decisions and figures as leadership sees them in the demo."""
    page = city.as_person(MAYOR)
    for path, name, tall in (
        ("strategie/", "strategie", 1400),
        ("strategie/schaubild/", "schaubild", 1600),
        ("zusammenhang/", "zusammenhang", 1400),
        ("portfolio/", "vorhaben", 1200),
        ("portfolio/zeitplan/", "zeitplan", 1200),
        ("gremien/zustaendigkeiten/", "zustaendigkeiten", 1200),
        ("beschluesse/", "beschluesse", 0),
        ("vergleich/", "vergleich", 0),
    ):
        city.go(page, f"/steuerung/{path}")
        camera.take(page, name, tall=tall, narrow=False)
    for path, link, name in (
        ("portfolio/", "DMS-Einführung", "ein-vorhaben"),
        ("vorlagen/", "Dokumentenmanagement", "vorlage"),
        ("kennzahlen/", "Meldungen", "kennzahl"),
        ("berichte/", "Halbjahr", "bericht"),
        ("beteiligung/", "Erste Runde", "beteiligung"),
        ("portfolio/auswahl/", "", "auswahl"),
    ):
        city.go(page, f"/steuerung/{path}")
        page.locator("main").get_by_role("link", name=re.compile(link)).first.click()
        page.wait_for_load_state()
        camera.take(page, name, tall=1500)


@contextmanager
def own_city() -> Iterator[str]:
    """Start a demo in a directory of its own; nothing of it is left."""
    import os

    from leineweber.config.testing.installed import free_port, started

    with tempfile.TemporaryDirectory(prefix="leineweber-bilder-") as name:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "leineweber.config.cli",
            "start",
            "--port",
            str(port),
            "--data",
            name,
        ]
        with started(command, Path(name), {**os.environ, "LEINEWEBER_DEMO": "1"}, port):
            yield f"http://127.0.0.1:{port}"


def main(arguments: list[str]) -> int:
    """Take the pictures; return 1 if they weigh too much together."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="keep only pictures whose name begins so")
    parser.add_argument(
        "--address", default="", help="use the fresh demo that runs there instead of an own one"
    )
    given = parser.parse_args(arguments)
    PICTURES.mkdir(parents=True, exist_ok=True)
    camera = Camera(given.only)
    with nullcontext(given.address) if given.address else own_city() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=OPTIONS)
        city = City(address, browser)
        portal(city, camera)
        desk(city, camera)
        cockpit(city, camera)
        steering(city, camera)
        browser.close()
    total = sum(file.stat().st_size for file in PICTURES.glob("*.png"))
    print(f"{len(camera.taken)} pictures taken; all together {total:,} bytes")
    return int(total > TOTAL_LIMIT)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
