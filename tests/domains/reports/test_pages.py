"""The pages of figures and reports: what they say, what they refuse, what they keep of what was typed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from domains.reports.conftest import COURSES, DOUBLE, TODAY, City, Freeze, write
from faces.helpers import main_text
from leineweber.domains.reports import services
from leineweber.domains.reports.forms import number_of, slug_of
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.kernel.access import Actor
from leineweber.kernel.indicators import all_indicators, queries
from leineweber.kernel.indicators.models import KeptIndicator
from leineweber.kernel.indicators.services import figures
from leineweber.kernel.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db
LIST = "/steuerung/kennzahlen/"
REPORTS = "/steuerung/berichte/"
MEASURED = "applications.registrations"


def of_rooms() -> int:
    """How many figures the rooms of the program compute, whatever rooms there are."""
    return len(all_indicators())


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}.tag": str(on.day), f"{name}.monat": str(on.month), f"{name}.jahr": str(on.year)}


def test_the_list(city: City, filled: Actor) -> None:
    answer = city.browser("insa.").get(LIST)
    text = main_text(answer)
    assert "Digitale Kurse 15" in text and "30.09.2026" in text and "von Hand" in text
    assert f"{of_rooms() + 2} Kennzahlen" in text
    assert "anlegen" not in text, "the mayor reads"
    keeper = city.browser("wiebke.")
    assert "Formel anlegen" in main_text(keeper.get(LIST))
    assert "1 Kennzahl" in main_text(keeper.get(f"{LIST}?q=kursliste"))
    assert "3 Kennzahlen" in main_text(keeper.get(f"{LIST}?verantwortlich=Bürgeramt, Wahlen"))
    assert "1 Kennzahl" in main_text(keeper.get(f"{LIST}?art=formula"))
    assert "Keine Kennzahl gefunden" in main_text(keeper.get(f"{LIST}?guete=provisional"))
    assert keeper.get(f"{LIST}?seite=99999&art=%00").status_code == 200


def test_it_costs_no_more_with_hundreds(city: City, filled: Actor, django_assert_num_queries: Any) -> None:
    head = city.browser("insa.")
    head.get(LIST)
    with django_assert_num_queries(7):
        head.get(LIST)
    KeptIndicator.objects.bulk_create(
        KeptIndicator(
            key=f"manual.n{number}",
            kind="manual",
            label=f"N {number}",
            unit="Anzahl",
            direction="up",
            refresh_days=9,
        )
        for number in range(500)
    )
    with django_assert_num_queries(7):
        assert f"{of_rooms() + 502} Kennzahlen" in main_text(head.get(LIST))


def test_one_measured_figure(city: City, filled: Actor, django_assert_max_num_queries: Any) -> None:
    city.apply()
    frieda, jasper = city.browser("frieda."), city.browser("jasper.")
    frieda.get(f"{LIST}{MEASURED}/")
    with django_assert_max_num_queries(18):
        page = main_text(frieda.get(f"{LIST}{MEASURED}/"))
    assert "In diesem Augenblick 1 (vorläufig)" in page
    assert "Quelle Vorgänge nach Eingangsdatum" in page and "Verantwortlich Bürgeramt, Wahlen" in page
    assert "Meldungen im Verlauf" in page and "Zu den Vorgängen" in page
    other = jasper.get(f"{LIST}{MEASURED}/")
    assert (
        "Zu den Vorgängen" not in main_text(other)
        and 'href="/arbeit/vorgaenge/"' not in other.content.decode().split("<main")[1]
    )
    assert "sehen nur die Stellen" in main_text(other)
    of_one = main_text(jasper.get(f"{LIST}{MEASURED}@wahlhelfer/"))
    assert "Ziel: 258" in of_one
    for unknown in ("nichts", f"{MEASURED}@nichts", "x" * 300, "a%00b"):
        assert jasper.get(f"{LIST}{unknown}/").status_code == 404


def test_figures_are_for_the_staff(city: City, filled: Actor) -> None:
    for address in (LIST, f"{LIST}{COURSES}/", REPORTS):
        assert city.browser("martha").get(address).status_code == 403
        assert Browser().get(address).status_code in {302, 403}
    for address in ("neu/", "formel/", f"{COURSES}/wert/", f"{COURSES}/einstellen/"):
        assert city.browser("insa.").get(LIST + address).status_code == 403


def test_a_figure_by_hand_from_its_beginning(city: City, keeper: Actor) -> None:
    browser = city.browser("wiebke.")
    form = {
        "name": "Öffentliche WLAN-Punkte",
        "kurz": "",
        "definition": "Zugangspunkte in der Stadt.",
        "einheit": "Anzahl",
        "richtung": "up",
        "quelle": "Netzplan",
        "verantwortlich": "BIE-Digital",
        "tage": "0",
    }
    answer = browser.post(f"{LIST}neu/", form)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Geben Sie 1 bis 1.100 Tage an." in text and "Öffentliche WLAN-Punkte" in text
    answer = browser.post(f"{LIST}neu/", form | {"tage": "1.000"})
    assert answer.headers["Location"] == f"{LIST}manual.oeffentliche-wlan-punkte/?hinweis=angelegt"
    address = f"{LIST}manual.oeffentliche-wlan-punkte/"
    assert "Es gibt noch keinen Wert." in main_text(browser.get(address))
    assert browser.post(f"{LIST}neu/", form | {"tage": "10"}).status_code == 422, "the name is taken"
    value = {
        **day("tag", TODAY),
        "wert": "1.234,5",
        "quelle": "Netzplan",
        "guete": "estimated",
        "fassung": "0",
    }
    answer = browser.post(f"{address}wert/", value | {"wert": "12.5"})
    assert answer.status_code == 422 and 'value="12.5"' in answer.content.decode()
    assert browser.post(f"{address}wert/", value).status_code == 302
    page = main_text(browser.get(address))
    assert "1.234,5" in page and "geschätzt" in page and "von Hand" in page and "Wiebke Zwirnhagen" in page


def test_a_second_value_for_a_day_is_a_correction(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}{COURSES}/wert/"
    shown = browser.get(f"{address}?tag=2026-09-30").content.decode()
    assert "Für den 30.09.2026 gilt: 15" in shown and 'name="fassung" value="1"' in shown
    value = {
        **day("tag", date(2026, 9, 30)),
        "wert": "16",
        "quelle": "Liste",
        "guete": "complete",
        "fassung": "0",
    }
    answer = browser.post(address, value)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "gibt es schon einen Wert" in text and 'value="16"' in text and 'name="fassung" value="1"' in text
    answer = browser.post(address, value | {"fassung": "1"})
    assert answer.status_code == 422 and "Begründen Sie die Änderung." in answer.content.decode()
    assert browser.post(address, value | {"fassung": "1", "grund": "Nachgezählt"}).status_code == 302
    page = main_text(browser.get(f"{LIST}{COURSES}/"))
    assert "Korrektur: Nachgezählt" in page and "ersetzt" in page
    assert browser.get(f"{address}?tag=unsinn").status_code == 200
    assert browser.get(f"{LIST}{MEASURED}/wert/").status_code == 404, "what is measured is not typed"


def formula(**changes: str) -> dict[str, str]:
    return {
        "name": "Quote",
        "definition": "Ein Verhältnis.",
        "einheit": "Prozent",
        "richtung": "up",
        "verantwortlich": "BIE-Digital",
        "zeilen": "4",
        "version": "0",
        "name-1": "Kurse",
        "kennzahl-1": COURSES,
        "formel": "Kurse * 10",
    } | changes


def test_a_formula_is_tried_before_it_is_saved(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}formel/"
    assert browser.get(address).status_code == 200
    tried = browser.post(address, formula(pruefen="ja"))
    assert tried.status_code == 200 and "ergibt sie 150" in tried.content.decode()
    assert queries.definition("formula.quote") is None
    wrong = browser.post(address, formula(formel="Kurse *\n Kusre", pruefen="ja"))
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Zeile 2, Spalte 2" in text and "Kusre" in text
    nothing = browser.post(address, formula(formel="Kurse / 0", pruefen="ja")).content.decode()
    assert "ergibt heute aber keinen Wert" in nothing
    more = browser.post(address, formula(mehr="ja"))
    assert more.status_code == 200 and 'name="name-6"' in more.content.decode()
    half = browser.post(address, formula(**{"name-2": "Plan"})).content.decode()
    assert "Wählen Sie, welche Kennzahl „Plan“ ist." in half
    assert browser.post(address, formula()).status_code == 302
    page = main_text(browser.get(f"{LIST}formula.quote/"))
    assert "Kurse * 10" in page and "enthält Werte von Hand" in page and "Digitale Kurse" in page


def test_a_formula_is_changed(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}{DOUBLE}/formel/"
    assert "Kurse * 2" in browser.get(address).content.decode()
    told = formula(name="Dreifache Kurse", formel="Kurse * 3", version="1")
    assert browser.post(address, told | {"kennzahl-1": DOUBLE}).status_code == 422
    assert browser.post(address, told).status_code == 302
    late = browser.post(address, told | {"formel": "Kurse * 4"})
    assert late.status_code == 422
    assert (
        "Jemand anders hat inzwischen etwas geändert" in late.content.decode()
        and "Kurse * 4" in late.content.decode()
    )
    page = main_text(browser.get(f"{LIST}{DOUBLE}/"))
    assert "Dreifache Kurse" in page and "Frühere Fassungen" in page


def test_a_light_is_set_and_taken_back(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}{MEASURED}/"
    told = {"ampel": "yellow", "grund": "Zu kurz", **day("bis", TODAY + timedelta(days=5))}
    answer = browser.post(f"{address}ampel/", told)
    assert answer.status_code == 422
    assert "mindestens 20 Zeichen" in answer.content.decode() and "Zu kurz" in answer.content.decode()
    assert (
        browser.post(f"{address}ampel/", told | {"grund": "Die Post streikt seit einer Woche."}).status_code
        == 302
    )
    page = main_text(city.browser("jasper.").get(address))
    assert "Diese Ampel ist gesetzt" in page and "Die Post streikt" in page and "28.11.2026" in page
    assert "knapp" in main_text(browser.get(LIST))
    assert city.browser("insa.").post(f"{address}ampel/aufheben/").status_code == 403
    assert browser.post(f"{address}ampel/aufheben/").headers["Location"].endswith("ampel-aufgehoben")
    assert browser.post(f"{address}ampel/aufheben/").headers["Location"].endswith("erledigt")


def test_owner_and_trajectory(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}{COURSES}/"
    version = queries.definition(COURSES).version  # type: ignore[union-attr]
    told = {
        "verantwortlich": "Volkshochschule",
        "anteil": "20",
        "betrag": "",
        "form": "table",
        "punkte": "31.12.2025: 10\n31.12.2026: 20",
        "version": str(version),
    }
    assert browser.get(f"{address}einstellen/").status_code == 200
    wrong = browser.post(f"{address}einstellen/", told | {"punkte": "31.12.2025: 10\n31.2.2026: 20"})
    assert wrong.status_code == 422 and "Zeile 2: Schreiben Sie Tag und Wert" in wrong.content.decode()
    assert browser.post(f"{address}einstellen/", told).status_code == 302
    page = main_text(browser.get(address))
    assert (
        "Verantwortlich Volkshochschule" in page and "Zielwert 20" in page and "heute erwartet: 18,96" in page
    )
    late = browser.post(f"{address}einstellen/", told | {"anteil": "33"})
    assert late.status_code == 422 and 'value="33"' in late.content.decode()


def test_days_gone_by_are_computed(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    address = f"{LIST}{MEASURED}/nachrechnen/"
    assert browser.post(address, day("ab", TODAY)).status_code == 422
    assert browser.post(address, day("ab", date(2026, 10, 1))).status_code == 302
    run_until_idle()
    assert len(queries.series([MEASURED], date(2026, 10, 1), TODAY)[MEASURED]) == 53


def test_retiring(city: City, filled: Actor) -> None:
    browser = city.browser("wiebke.")
    answer = browser.post(f"{LIST}{COURSES}/stilllegen/", {"stillgrund": "nicht mehr erhoben"})
    assert answer.status_code == 422 and "Doppelte Kurse" in answer.content.decode()
    assert browser.post(f"{LIST}{DOUBLE}/stilllegen/", {"stillgrund": "nicht mehr nötig"}).status_code == 302
    page = main_text(browser.get(f"{LIST}{DOUBLE}/"))
    assert "stillgelegt" in page and "Pflegen" not in page
    assert browser.get(f"{LIST}{DOUBLE}/formel/").status_code == 302
    assert f"{of_rooms() + 1} Kennzahlen" in main_text(browser.get(LIST))
    assert f"{of_rooms() + 2} Kennzahlen" in main_text(browser.get(f"{LIST}?stillgelegt=ja"))


def test_the_course_as_csv(city: City, filled: Actor) -> None:
    figures.define_manual(
        filled,
        slug="minus",
        label="=Böse",
        unit="Grad",
        direction="none",
        definition="Kälte.",
        source="Thermometer",
        owner="Umweltamt",
        refresh_days=1,
    )
    figures.enter(filled, "manual.minus", on=TODAY, value=Decimal("-1.5"), source="Thermometer")
    answer = city.browser("jasper.").get(f"{LIST}manual.minus/werte.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Tag", "'=Böse (Grad)", "Sollpfad", "Güte", "von Hand"],
        ["2026-11-23", "-1,5", "", "vollständig", "ja"],
    ]
    page = main_text(city.browser("jasper.").get(f"{LIST}manual.minus/"))
    assert "-1,5" in page, "below zero there is a table and no picture"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.234,5", "1234.5"), ("-3", "-3"), ("1234", "1234"), ("12.5", None), ("1,2,3", None), ("", None), ("1e9", None),
     ("٣", None), ("9" * 40, None)],
)  # fmt: skip
def test_german_numbers(typed: str, value: str | None) -> None:
    assert number_of(typed) == (None if value is None else Decimal(value))


def test_short_names() -> None:
    assert slug_of("Öffentliche WLAN-Punkte (Süd)") == "oeffentliche-wlan-punkte-sued"
    assert slug_of("日本") == ""


# Reports.


def test_from_draft_to_frozen_report(city: City, filled: Actor, goals: dict[Any, str]) -> None:
    browser = city.browser("wiebke.")
    assert "Noch kein Bericht" in main_text(browser.get(REPORTS))
    answer = browser.post(f"{REPORTS}neu/", {"jahr": "2026", "halbjahr": "1"})
    address = answer.headers["Location"].partition("?")[0]
    assert browser.post(f"{REPORTS}neu/", {"jahr": "2026", "halbjahr": "1"}).status_code == 422
    assert "B.3 Wahlhelfer online" in main_text(browser.get(address))
    goal = next(iter(goals))
    told = {
        "titel": "Bericht",
        "text-summary": "Es ging <b>voran</b>.\n\nZweiter Absatz.",
        "kennzahlen": [COURSES],
        "ziele": [f"goal:{goal}"],
        "version": "1",
    }
    assert browser.post(address, told | {"titel": ""}).status_code == 422
    assert browser.post(address, told).status_code == 302
    late = browser.post(address, told | {"text-summary": "Mein Text"})
    assert late.status_code == 422 and "Mein Text" in late.content.decode()
    assert "inzwischen geändert" in late.content.decode()
    assert browser.post(f"{address}einfrieren/", {"version": "1"}).status_code == 422
    answer = browser.post(f"{address}einfrieren/", {"version": "2"})
    report = answer.headers["Location"].partition("?")[0]
    page = browser.get(report)
    text = main_text(page)
    assert "Geprüft: unverändert." in text and "Digitale Kurse Kursliste 12 30.06.2026" in text
    assert "Es ging <b>voran</b>." in text and "&lt;b&gt;" in page.content.decode()
    assert "Stand 61 von 258" in text
    pdf = browser.get(f"{report}bericht.pdf")
    assert pdf.content.startswith(b"%PDF") and "inline" in pdf.headers["Content-Disposition"]
    sealed = browser.get(f"{report}bericht.json")
    assert sealed.content.decode() == FrozenReport.objects.get().content
    assert json.loads(sealed.content)["title"] == "Bericht"
    assert "1 Bericht" in main_text(city.browser("jasper.").get(REPORTS))
    assert browser.get(address).status_code == 404


def test_drafts_are_for_some(city: City, filled: Actor) -> None:
    draft = write(filled, services.begin(filled, year=2026, half=2))
    address = f"{REPORTS}entwurf/{draft.id}/"
    for who in ("insa.", "rieke."):
        page = city.browser(who).get(address)
        assert "Es ging voran." in main_text(page) and "Schreiben und einfrieren können" in main_text(page)
        assert city.browser(who).post(address, {"titel": "x"}).status_code == 403
    assert city.browser("jasper.").get(address).status_code == 403
    assert "Entwürfe" not in main_text(city.browser("jasper.").get(REPORTS))
    browser = city.browser("wiebke.")
    assert "Danach können Sie den Bericht einfrieren" in main_text(browser.get(address))
    early = browser.post(f"{address}einfrieren/", {"version": str(draft.version)})
    assert early.status_code == 422 and "endet am 31.12.2026" in early.content.decode()
    assert browser.post(f"{address}verwerfen/").status_code == 302
    assert not ReportDraft.objects.exists()
    assert browser.post(f"{address}verwerfen/").headers["Location"].endswith("erledigt")


def test_two_reports_compared(city: City, filled: Actor, freeze: Freeze) -> None:
    browser = city.browser("jasper.")
    assert "Noch kein Bericht" in main_text(browser.get(f"{REPORTS}vergleich/"))
    first, second = freeze(2025, 2), freeze(2026, 1, summary="Es ging rasch voran.")
    assert "Wählen Sie zwei Berichte." in main_text(browser.get(f"{REPORTS}vergleich/?a=unsinn"))
    text = main_text(browser.get(f"{REPORTS}vergleich/?a={first.id}&b={second.id}"))
    assert "Digitale Kurse – ohne Ampel 12 ohne Ampel –" in text and "Es ging rasch voran." in text
    same = main_text(browser.get(f"{REPORTS}vergleich/?a={first.id}&b={first.id}"))
    assert "Alle Texte sind gleich." in same
    assert "Zwei Berichte vergleichen" in main_text(browser.get(REPORTS))
    assert main_text(browser.get(f"{REPORTS}?jahr=2025")).count("PDF") == 1


def test_a_page_says_so_when_a_seal_is_broken(
    city: City, filled: Actor, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = freeze(2026, 1)
    monkeypatch.setattr("leineweber.domains.reports.rules.seal", lambda content: "0" * 128)
    page = main_text(city.browser("rieke.").get(f"{REPORTS}{report.id}/"))
    assert "nicht mehr, wie er eingefroren wurde" in page and "passt nicht zu seinem Siegel" in page
