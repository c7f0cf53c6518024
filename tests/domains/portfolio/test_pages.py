"""The pages: what they say, what they refuse, what they keep; queries constant; every page once for its HTML."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from domains.portfolio.conftest import PROGRAM, House
from faces.helpers import main_text
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import (
    Activity,
    Breach,
    Capacity,
    Cost,
    GateCondition,
    Mandate,
    Phase,
    Project,
    Risk,
    StatusReport,
)
from leineweber.domains.portfolio.parts import PARTS
from pdf_checks import faults

pytestmark = pytest.mark.django_db
AsPersona = Callable[[str], Browser]
HERE = "/steuerung/portfolio/"


def days(name: str, day: str) -> dict[str, str]:
    return dict(zip((f"{name}.tag", f"{name}.monat", f"{name}.jahr"), day.split("."), strict=True))


def one(project: Project, end: str = "") -> str:
    return f"{HERE}vorhaben/{project.id}/{end}"


def test_a_city_without_projects_says_what_will_stand_here(house: House) -> None:
    browser = house.browser("jasper.")
    for address, said in (
        (HERE, "Noch kein Vorhaben"),
        (f"{HERE}zeitplan/", "Noch kein Vorhaben"),
        (f"{HERE}fahrplan/", "Noch kein Vorhaben"),
        (f"{HERE}menschen/", "Noch keine Angaben"),
        (f"{HERE}erfahrungen/", "Noch keine Erfahrung"),
        (f"{HERE}auftraege/", "Noch kein Projektauftrag"),
        (f"{HERE}geld/", "Geld der Vorhaben"),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200 and said in main_text(answer), address


def test_the_list_searches_filters_and_pages(house: House) -> None:
    for index in range(27):
        house.project(f"Straße {index}", from_template=False)
    services.set_status(PROGRAM, Project.objects.get(title="Straße 3").id, "start")
    browser = house.browser("jasper.")
    text = main_text(browser.get(HERE))
    assert "Das eine Vorhaben ist im Plan." in text and "27 Vorhaben" in text.replace("\xa0", " ")
    assert "Straße 26" in text and "Straße 1 " not in text
    assert "Straße 1 " in main_text(browser.get(f"{HERE}?seite=2"))
    assert "1 Vorhaben" in main_text(browser.get(f"{HERE}?q=strasse+3&stand=running")).replace("\xa0", " ")
    assert "Kein Vorhaben gefunden" in main_text(browser.get(f"{HERE}?ampel=red"))
    assert browser.get(f"{HERE}?seite=x&stand=x&ampel=x&art=x&einheit=x&q=%00").status_code == 200
    table = browser.get(f"{HERE}vorhaben.csv?stand=running").content.decode()
    assert table.count("\r\n") == 2 and "Straße 3" in table


def test_pages_ask_a_constant_number_of_queries(house: House) -> None:
    browser = house.browser("silja.")

    said: dict[tuple[int, str], list[str]] = {}

    def count(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(address).status_code == 200
        said[len(captured), address] = [query["sql"][:200] for query in captured]
        return len(captured)

    project = house.project()
    addresses = (
        HERE,
        f"{HERE}zeitplan/",
        f"{HERE}fahrplan/",
        f"{HERE}menschen/",
        one(project),
        one(project, "terminplan/"),
    )
    browser.get(HERE)
    # Twice each: what the house does once in a while, such as renewing a session, is not the page's.
    few = [min(count(address), count(address)) for address in addresses]
    for index in range(10):
        house.project(f"Mehr {index}")
    for index in range(30):
        values = {
            "name": f"P{index}",
            "kind": "package",
            "parent": "",
            "phase": "",
            "position": index,
            "progress": 0,
        }
        values |= {"start": project.start, "end": project.end, "budget": Decimal(1), "responsible": ""}
        services.put_part(PROGRAM, project.id, "arbeitspakete", values)
    many = [min(count(address), count(address)) for address in addresses]
    assert all(now <= before for now, before in zip(many, few, strict=True)), (few, many, said)


@pytest.mark.slow
def test_the_list_of_five_hundred_projects_is_fast(house: House) -> None:
    pattern = house.project("Muster", from_template=False)
    rows = [
        Project(
            number=f"V-2025-{index:04d}", title=f"Vorhaben {index}", kind="software", status="running", purpose="x",
            unit_path=pattern.unit_path, unit_name=pattern.unit_name, start=pattern.start, end=pattern.end, search_text="x",
        )
        for index in range(500)
    ]  # fmt: skip
    Project.objects.bulk_create(rows)
    Cost.objects.bulk_create(
        Cost(project=row, year=2026, kind="external", stage="planned", amount=Decimal(10)) for row in rows
    )
    Activity.objects.bulk_create(
        Activity(project=row, name="M", kind="milestone", start=date(2026, 6, 1), end=date(2026, 6, 1))
        for row in rows
    )
    browser = house.browser("jasper.")
    browser.get(HERE)
    for address in (HERE, f"{HERE}?ampel=yellow&q=x", f"{HERE}zeitplan/"):
        best = 9.0
        for _ in range(5):
            begun = time.perf_counter()
            assert browser.get(address).status_code == 200
            best = min(best, time.perf_counter() - begun)
        assert best < 0.1, (address, best)


def test_a_mandate_through_the_wizard(house: House) -> None:
    browser = house.browser("wiebke.")
    answer = browser.post(f"{HERE}auftraege/idee/", {"title": "", "reason": "Weil"})
    assert answer.status_code == 422 and "Weil" in answer.content.decode()
    answer = browser.post(f"{HERE}auftraege/neu/", {"title": "Vertragsmanagement"})
    mandate = Mandate.objects.get()
    home = f"{HERE}auftraege/{mandate.id}/"
    assert answer.url == f"{home}schritt/anlass/"
    answer = browser.post(f"{home}schritt/anlass/", {"title": "Verträge", "fassung": "1"})
    assert answer.status_code == 422 and "Füllen Sie das Feld „Anlass“ aus." in unescape(
        answer.content.decode()
    )
    mandate.refresh_from_db()
    assert mandate.title == "Verträge", "what was typed is kept"
    nul = {"start.tag": "\x00x", "milestones": "\x00"}
    answer = browser.post(f"{home}schritt/zeit/", {"aktion": "speichern", "fassung": "2", **nul})
    assert answer.status_code == 302 and answer.url.startswith(home)
    assert "Bis zum Einreichen fehlt noch" in main_text(browser.get(home))
    answer = browser.post(
        f"{home}schritt/zeit/", {"fassung": "1", **days("start", "1.3.2027"), **days("end", "1.3.2028")}
    )
    assert answer.status_code == 422 and "Inzwischen hat jemand anders" in answer.content.decode()
    plain = house.answers()
    data: dict[str, dict[str, Any]] = {
        "anlass": {key: plain[key] for key in ("title", "kind", "reason", "result")},
        "organisation": {key: plain[key] for key in ("unit", "lead", "sponsor")},
        "zeit": {**days("start", "1.3.2027"), **days("end", "31.12.2028")},
        "kosten": {key: plain[key] for key in ("cost_0", "cost_1", "funding")},
        "nutzen": {key: plain[key] for key in ("benefit", "risks", "alternatives")},
    }
    for key, values in data.items():
        mandate.refresh_from_db()
        assert browser.get(f"{home}schritt/{key}/").status_code == 200
        answer = browser.post(f"{home}schritt/{key}/", {**values, "fassung": str(mandate.version)})
        assert answer.status_code == 302, main_text(answer)
    mandate.refresh_from_db()
    text = main_text(browser.get(home))
    assert "Der Projektauftrag ist vollständig." in text and "Kosten im Haushaltsjahr 2028" in text
    assert house.browser("jasper.").get(home).status_code == 404
    assert browser.post(f"{home}einreichen/", {"fassung": "1"}).status_code == 422
    assert browser.post(f"{home}einreichen/", {"fassung": str(mandate.version)}).status_code == 302
    assert house.browser("jasper.").get(home).status_code == 200
    assert browser.get(f"{home}schritt/anlass/").status_code == 404
    pdf = house.browser("jasper.").get(f"{home}projektauftrag.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert faults(pdf.content) == []
    assert browser.post(f"{home}entscheiden/", {"effect": "approve", "reason": "x"}).status_code == 403
    insa = house.browser("insa.")
    assert insa.post(f"{home}entscheiden/", {"effect": "approve", "reason": ""}).status_code == 422
    assert insa.post(f"{home}entscheiden/", {"effect": "approve", "reason": "Ja"}).status_code == 302
    project = Project.objects.get()
    assert f"Daraus entstand: {project}" in main_text(browser.get(home))
    assert "entstand aus: Projektauftrag" in main_text(browser.get(one(project)))


FORMS: dict[str, dict[str, str]] = {
    "phasen": {"name": "Nachlauf", "position": "9", **days("start", "1.1.2027"), **days("end", "1.2.2027")},
    "bedingungen": {"phase": "{phase}", "text": "Abnahme liegt vor"},
    "arbeitspakete": {
        "name": "Abnahme", "kind": "milestone", "parent": "", "phase": "", "position": "5", "progress": "0",
        "budget": "1.000,50", **days("start", "1.6.2026"), **days("end", "1.6.2026"),
    },
    "abhaengigkeiten": {"predecessor": "{first}", "successor": "{second}", "kind": "FS", "lag": "-2"},
    "kosten": {"year": "2026", "kind": "licence", "stage": "planned", "amount": "12.000"},
    "bedarf": {"skill": "{skill}", "first_month": "3.2026", "last_month": "05.2026", "days": "2,5", "post": "120.1-2"},
    "nutzen": {"title": "Schneller", "indicator": "portfolio.projects", "target": "5", "yearly": "0"},
    "risiken": {"title": "Ausfall", "probability": "2", "effect": "5", "status": "open"},
    "probleme": {"title": "Server fehlt", "severity": "3", "status": "open"},
    "beteiligte": {"name": "Personalrat", "interest": "3", "influence": "3"},
    "erfahrungen": {"topic": "Vergabe", "situation": "Es dauerte.", "recommendation": "Früher.", **days("recorded_on", "1.7.2026")},
}  # fmt: skip


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_is_added_changed_and_removed(house: House, part: str) -> None:
    project = house.project()
    first, second = Activity.objects.filter(project=project, kind="package", parent__isnull=False)[:2]
    known = {
        "{phase}": str(Phase.objects.filter(project=project)[0].id),
        "{first}": str(first.id),
        "{second}": str(second.id),
        "{skill}": str(services.define_skill(PROGRAM, "Recht").id),
    }
    form = {key: known.get(value, value) for key, value in FORMS[part].items()}
    lead, reader = house.browser("frieda."), house.browser("jasper.")
    home = one(project, f"teile/{part}/")
    assert reader.get(home).status_code == 200 and reader.get(f"{home}neu/").status_code == 403
    assert reader.post(f"{home}neu/", form).status_code == 403
    assert lead.get(f"{home}neu/").status_code == 200
    model = PARTS[part].model
    before = set(model._default_manager.values_list("id", flat=True))
    answer = lead.post(f"{home}neu/", dict.fromkeys(form, ""))
    assert answer.status_code == 422 and "Prüfen Sie" in answer.content.decode()
    answer = lead.post(f"{home}neu/", form)
    assert answer.status_code == 302, main_text(answer)
    (key,) = set(model._default_manager.values_list("id", flat=True)) - before
    edit = f"{home}{key}/"
    page = lead.get(edit).content.decode()
    for name, value in form.items():
        if name not in {"days", "target", "amount", "budget", "yearly", "first_month"} and len(value) > 2:
            assert unescape(page).count(value) >= 1, (name, value)
    assert lead.post(edit, {**form, "fassung": "7"}).status_code == 422
    assert lead.post(edit, {**form, "fassung": "1"}).status_code == 302
    assert lead.get(home).status_code == 200
    assert reader.post(f"{edit}entfernen/").status_code == 403
    assert lead.post(f"{edit}entfernen/").status_code == 302
    assert lead.get(edit).status_code == 404


def test_dates_are_moved_in_the_table(house: House) -> None:
    project = house.project()
    lead = house.browser("frieda.")
    home = one(project, "terminplan/")
    page = lead.get(home).content.decode()
    row = Activity.objects.filter(project=project, kind="package", parent__isnull=False)[0]
    stone = Activity.objects.filter(project=project, kind="milestone")[0]
    assert f'id="beginn-{row.id}"' in page and f'data-gantt-bar="{row.id}"' in page
    form = {f"beginn-{row.id}": "5.1.2026", f"ende-{row.id}": "9.1.2026", f"fassung-{row.id}": "1"}
    form |= {f"beginn-{stone.id}": "10.1.2026", f"fassung-{stone.id}": "1"}
    assert lead.post(home, form).status_code == 302
    row.refresh_from_db()
    stone.refresh_from_db()
    assert (row.start, row.end, stone.end) == (date(2026, 1, 5), date(2026, 1, 9), date(2026, 1, 10))
    answer = lead.post(home, {**form, f"ende-{row.id}": "x"})
    assert answer.status_code == 422 and 'value="x"' in answer.content.decode()
    answer = lead.post(
        home, {**form, f"ende-{row.id}": "1.1.2026", f"fassung-{row.id}": "2", f"fassung-{stone.id}": "2"}
    )
    assert answer.status_code == 422 and "vor dem Beginn" in main_text(answer)
    answer = lead.post(home, {**form, f"ende-{row.id}": "1.2.2026"})
    assert answer.status_code == 422 and "Inzwischen hat jemand anders" in main_text(answer)
    assert house.browser("jasper.").post(home, form).status_code == 403
    assert "data-gantt-bar" not in house.browser("jasper.").get(home).content.decode()


def test_planned_projects_are_moved_on_the_common_plan(house: House) -> None:
    project, running = house.project(), house.project("Läuft")
    services.set_status(PROGRAM, running.id, "start")
    manager = house.browser("silja.")
    page = manager.get(f"{HERE}zeitplan/").content.decode()
    assert f'id="beginn-{project.id}"' in page and f'id="beginn-{running.id}"' not in page
    assert manager.post(f"{HERE}zeitplan/", {f"beginn-{project.id}": "1.2.2026"}).status_code == 302
    project.refresh_from_db()
    assert project.start == date(2026, 2, 1)
    answer = manager.post(f"{HERE}zeitplan/", {f"beginn-{project.id}": "bald", "beginn-x": "1.1.2026"})
    assert answer.status_code == 422 and 'value="bald"' in answer.content.decode()
    assert house.browser("frieda.").post(f"{HERE}zeitplan/", {}).status_code == 403


def test_gates_and_exceptions_are_decided_on_their_pages(house: House) -> None:
    project = house.project()
    phase = Phase.objects.filter(project=project)[0]
    home = one(project, f"gate/{phase.id}/")
    sponsor, lead = house.browser("henrike."), house.browser("frieda.")
    answer = sponsor.post(home, {"outcome": "passed", "fassung": "1"})
    assert answer.status_code == 422 and "nicht alle Bedingungen" in main_text(answer)
    assert lead.post(home, {"outcome": "passed", "fassung": "1"}).status_code == 403
    for condition in GateCondition.objects.filter(phase=phase):
        answer = lead.post(one(project, f"bedingung/{condition.id}/"), {"erfuellt": "ja", "fassung": "1"})
        assert answer.status_code == 302
    assert (
        lead.post(
            one(project, f"bedingung/{condition.id}/"), {"erfuellt": "nein", "fassung": "1"}
        ).status_code
        == 422
    )
    assert sponsor.post(home, {"outcome": "passed", "fassung": "1"}).status_code == 302
    assert "bestanden" in main_text(sponsor.get(home))
    breach = Breach.objects.create(
        project=project, dimension="time", value=Decimal(40), limit=Decimal(30), raised_on=date(2026, 6, 1)
    )
    assert "40 Tage über dem Basisplan" in main_text(sponsor.get(one(project)))
    place = one(project, f"ausnahme/{breach.id}/")
    assert lead.get(place).status_code == 403
    assert sponsor.get(place).status_code == 200
    assert sponsor.post(place, {"accept": "ja", "decision": ""}).status_code == 422
    assert sponsor.post(place, {"accept": "nein", "decision": "Mehr Leute"}).status_code == 302
    assert "Mehr Leute" in main_text(sponsor.get(one(project)))


def test_reports_baselines_and_status(house: House) -> None:
    project = house.project()
    lead, manager = house.browser("frieda."), house.browser("silja.")
    assert lead.post(one(project, "basisplan/"), {"reason": ""}).status_code == 422
    assert lead.post(one(project, "basisplan/"), {"reason": "Beginn"}).status_code == 302
    assert lead.post(one(project, "berichte/neu/"), {"light": "green", "done": "A"}).status_code == 422
    answer = lead.post(
        one(project, "berichte/neu/"), {"light": "red", "done": "Viel getan", "next_steps": "B"}
    )
    assert answer.status_code == 302 and StatusReport.objects.count() == 1
    assert "Text und Zahlen sind eingefroren" in main_text(lead.get(one(project, "berichte/1/")))
    assert lead.get(one(project, "berichte/9/")).status_code == 404
    assert "Basisplan 1" in main_text(lead.get(one(project, "berichte/")))
    assert lead.post(one(project, "stand/"), {"effect": "start"}).status_code == 403
    assert manager.post(one(project, "stand/"), {"effect": "x"}).status_code == 422
    assert manager.post(one(project, "stand/"), {"effect": "stop"}).status_code == 422
    assert manager.post(one(project, "stand/"), {"effect": "start"}).status_code == 302
    assert "läuft" in main_text(manager.get(one(project)))


def test_a_project_is_made_changed_and_linked(house: House) -> None:
    manager = house.browser("silja.")
    form = {
        "title": "E-Rechnung",
        "kind": "software",
        "purpose": "Rechnungen kommen elektronisch.",
        "unit": "210",
    }
    form |= {
        **days("start", "1.1.2026"),
        **days("end", "31.12.2026"),
        "lead": "frieda.garnmeister@bielefeld.example",
    }
    assert manager.post(f"{HERE}neu/", {**form, "lead": "niemand@x.example"}).status_code == 422
    assert manager.post(f"{HERE}neu/", {**form, **days("end", "1.1.2020")}).status_code == 422
    assert manager.post(f"{HERE}neu/", form).status_code == 302
    project = Project.objects.get()
    assert project.lead_name == "Frieda Garnmeister"
    other = house.project("DMS")
    page = manager.get(one(project, "aendern/")).content.decode()
    assert "frieda.garnmeister@bielefeld.example" in page and 'value="30"' in page
    full = {
        **form,
        "score": "7,5",
        "tolerance_days": "30",
        "tolerance_cost": "10",
        "tolerance_scope": "10",
        "must": "true",
    }
    assert manager.post(one(project, "aendern/"), {**full, "fassung": "9"}).status_code == 422
    assert manager.post(one(project, "aendern/"), {**full, "fassung": "1"}).status_code == 302
    project.refresh_from_db()
    assert (project.score, project.must) == (Decimal("7.5"), True)
    assert house.browser("frieda.").get(one(project, "aendern/")).status_code == 200
    assert house.browser("jasper.").get(one(project, "aendern/")).status_code == 403
    answer = manager.post(one(project, "verknuepfen/"), {"depends": f"project:{other.id}"})
    assert answer.status_code == 302
    assert "wartet auf: V-" in main_text(manager.get(one(project)))
    assert manager.post(one(project, "verknuepfen/"), {"depends": f"project:{project.id}"}).status_code == 422


def test_files_out_and_in(house: House) -> None:
    project = house.project()
    lead, manager = house.browser("frieda."), house.browser("silja.")
    xml = lead.get(one(project, "terminplan.xml"))
    table = lead.get(one(project, "terminplan.csv"))
    calendar = lead.get(one(project, "meilensteine.ics"))
    assert project.number in xml["Content-Disposition"] and table.content.startswith(b"\xef\xbb\xbf")
    events = Calendar.from_ical(calendar.content).walk("VEVENT")
    assert (
        len(events) == 4
        and events[0]["DTSTART"].dt == Activity.objects.filter(kind="milestone").order_by("end")[0].end
    )
    assert len(Calendar.from_ical(lead.get(f"{HERE}meilensteine.ics").content).walk("VEVENT")) == 4

    def upload(content: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("plan.xml", content)

    place = one(project, "einlesen/")
    assert lead.post(place, {"datei": upload(xml.content)}).status_code == 302
    assert lead.post(place, {}).status_code == 422
    answer = lead.post(place, {"datei": upload(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')})
    assert answer.status_code == 422 and "DOCTYPE" in main_text(answer)
    new = {"datei": upload(table.content), "kind": "software", "unit": "120", "title": "Kopie"}
    assert manager.post(f"{HERE}einlesen/", new).status_code == 302
    assert Project.objects.get(title="Kopie")
    assert lead.get(f"{HERE}einlesen/").status_code == 403


def test_network_money_and_capacity_pages(house: House) -> None:
    project = house.project()
    first, second = Activity.objects.filter(project=project, kind="package", parent__isnull=False)[:2]
    reader, manager = house.browser("jasper."), house.browser("silja.")
    assert "Noch keine Abhängigkeit" in main_text(reader.get(one(project, "netzplan/")))
    values = {"predecessor": str(first.id), "successor": str(second.id), "kind": "FS", "lag": 400}
    services.put_part(PROGRAM, project.id, "abhaengigkeiten", values)
    text = main_text(reader.get(one(project, "netzplan/")))
    assert "Der kritische Weg dauert" in text and "liegt zu früh nach" in text
    text = main_text(reader.get(one(project, "geld/")))
    assert "n/a" in text and "Noch keine Kosten" in text
    cost = {
        "year": 2026,
        "kind": "licence",
        "stage": "planned",
        "amount": Decimal(5),
        "booked_on": None,
        "note": "",
    }
    services.put_part(PROGRAM, project.id, "kosten", cost)
    assert "zusammen 5,00" in main_text(reader.get(one(project, "geld/"))).replace("zusammen  ", "zusammen ")
    form = {"skill": "Technik", "post": "120.1-2", "year": "2026", "days": "100"}
    assert reader.post(f"{HERE}menschen/kapazitaet/", form).status_code == 403
    assert manager.post(f"{HERE}menschen/kapazitaet/", {**form, "post": "x"}).status_code == 422
    assert manager.post(f"{HERE}menschen/kapazitaet/", form).status_code == 302
    assert Capacity.objects.get().days == 100
    assert "Technik" in main_text(reader.get(f"{HERE}menschen/"))
    assert reader.get(f"{HERE}menschen/?jahr=99999").status_code == 200


def test_what_is_typed_is_only_text(house: House) -> None:
    project = house.project("<script>alert(1)</script>")
    Risk.objects.filter(project=project).update(title='"><img src=x>')
    browser = house.browser("frieda.")
    for end in ("", "terminplan/", "teile/risiken/", "netzplan/"):
        page = browser.get(one(project, end)).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "<script>alert" not in browser.get(f"{HERE}zeitplan/").content.decode()


def test_headings_ids_and_titles(house: House) -> None:
    project = house.project()
    house.submitted()
    browser = house.browser("silja.")
    names = [
        "list",
        "all_plan",
        "roadmap",
        "capacity",
        "all_money",
        "lessons",
        "create",
        "import_new",
        "mandates",
        "idea",
    ]
    addresses = [reverse(f"portfolio:{name}") for name in names]
    addresses += [
        one(project, end)
        for end in ("", "aendern/", "terminplan/", "netzplan/", "geld/", "berichte/", "verknuepfen/")
    ]
    addresses += [one(project, f"teile/{part}/") for part in PARTS] + [
        one(project, f"teile/{part}/neu/") for part in PARTS
    ]
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (address, [key for key in ids if ids.count(key) > 1])
        levels = [int(level) for level in re.findall(r"<h(\d)", page.split("<main", 1)[1])]
        assert levels.count(1) == 1 and all(b <= a + 1 for a, b in pairwise(levels)), (
            address,
            levels,
        )
        assert " style=" not in page and "onclick" not in page
