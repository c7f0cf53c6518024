"""The overview: sentence, matters, goals worst first, services, security; by field and unit; for whom; on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.test import Client as Browser

from faces.cockpit.conftest import adopt
from faces.conftest import City
from faces.helpers import main_text
from leineweber.faces.cockpit.panels import modules
from leineweber.kernel import clock, ids
from leineweber.kernel.attention import Matter
from leineweber.kernel.audit import services as audit
from leineweber.kernel.refs import Ref
from pdf_checks import faults

pytestmark = pytest.mark.django_db
ONE = {"applications.online_share": Decimal(90)}
PAGES = (
    "/steuerung/",
    "/steuerung/ampeln/",
    "/steuerung/felder/digitale-dienste/",
    "/steuerung/einheiten/150/",
    "/steuerung/meine-einheit/",
    "/steuerung/zusammenhang/",
    "/steuerung/zusammenhang/luecken/",
    "/steuerung/ueberblick.pdf",
)


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


@pytest.fixture
def goals(city: City, tell: Callable[..., None]) -> None:
    """Three goals: one behind, one in time, one without a figure; two fields, two offices."""
    city.apply()
    adopt(number="B.3")
    adopt(
        "schule",
        number="C.1",
        title="Schule digital",
        field="Bildung",
        responsible="Amt für Schule",
        measurements=ONE,
    )
    adopt(
        "spaeter",
        number="C.2",
        title="Bescheide schneller",
        field="Bildung",
        responsible="Bürgeramt",
        measurements={"applications.days_to_notice": Decimal(10)},
    )


def test_goals_stand_worst_first_and_those_without_figure_are_folded(city: City, goals: None) -> None:
    page = city.browser("henrike.").get("/steuerung/")
    text = main_text(page)
    assert "1 von 3 Zielen braucht Sie." in text
    assert "Am dringendsten ist B.3 Wahlhelfer online." in text
    assert "1 gefährdet" in text and "1 auf Kurs" in text and "1 noch keine Werte" in text
    assert "1 Ziel ohne laufende Zahl" in text
    content = page.content.decode()
    behind = content.index("Ziele, die Sie brauchen")
    assert (
        behind
        < content.index("<summary>1\u00a0Ziel auf Kurs")
        < content.index("ohne laufende Zahl</summary>")
    )


def test_what_needs_somebody_comes_first_and_late_things_say_so(
    city: City, goals: None, tell: Callable[..., None]
) -> None:
    today = clock.today()
    goal = Ref("goal", ids.new_id())
    tell(
        Matter(
            goal,
            "exception",
            "Budget überschritten",
            "/a/",
            today - timedelta(days=2),
            "/d5/150/",
            "Ist über Plan.",
        ),
        Matter(goal, "decision", "Antrag zum Portal", "/b/", today + timedelta(days=5), "/d2/400/"),
        Matter(goal, "deadline", "Phase endet", "/c/"),
    )
    text = main_text(city.browser("insa.").get("/steuerung/"))
    said = (
        "1 Ausnahme, 1 Entscheidung und 1 Frist stehen an, 1 davon ist überfällig; "
        f"die nächste Frist endet am {today + timedelta(days=5):%d.%m.%Y}."
    )
    assert text.count(said) == 1  # at the top
    assert text.index("Was Sie braucht") < text.index("Sind wir, wo wir sein wollten?")
    assert "Ist über Plan." in text and "überfällig" in text and "ohne Frist" in text
    only = main_text(city.browser("insa.").get("/steuerung/einheiten/150/"))
    assert "Budget überschritten" in only and "Antrag zum Portal" not in only


def test_many_matters_are_folded(city: City, tell: Callable[..., None]) -> None:
    tell(*(Matter(Ref("goal", ids.new_id()), "decision", f"Sache {one:02}", "/a/") for one in range(12)))
    content = city.browser("insa.").get("/steuerung/").content.decode()
    assert "4\u00a0weitere Punkte" in content
    assert content.index("Sache 07") < content.index("4\u00a0weitere Punkte") < content.index("Sache 08")


def test_matters_of_a_field_are_those_of_its_goals(
    city: City, goals: None, tell: Callable[..., None]
) -> None:
    mine, other = adopt(number="B.3"), adopt("schule", number="C.1", field="Bildung", measurements=ONE)
    tell(
        Matter(Ref("goal", mine.id), "exception", "Zu wenig Meldungen", "/a/"),
        Matter(Ref("goal", other.id), "exception", "Zu wenig Schulen", "/b/"),
    )
    text = main_text(city.browser("insa.").get("/steuerung/felder/digitale-dienste/"))
    assert "Zu wenig Meldungen" in text and "Zu wenig Schulen" not in text


def test_by_field_and_by_unit(city: City, goals: None) -> None:
    head = city.browser("henrike.")
    field = main_text(head.get("/steuerung/felder/bildung/"))
    assert "C.1" in field and "B.3 Wahl" not in field
    assert "Kein Ziel braucht Sie; 1 von 2 hat noch keine laufende Zahl." in field
    unit = main_text(head.get("/steuerung/einheiten/150/"))
    assert "B.3" in unit and "C.2" in unit and "C.1" not in unit
    assert "Gehört zu Dezernat 5" in unit and "150.4 Wahlen" in unit
    both = main_text(head.get("/steuerung/?feld=bildung&einheit=150"))
    assert "C.2" in both and "B.3" not in both and "C.1" not in both
    empty = main_text(head.get("/steuerung/einheiten/700/"))
    assert "Zu dieser Auswahl gehört kein Ziel." in empty
    for address in ("felder/gibt-es-nicht/", "einheiten/999/", "?feld=x", "?einheit=x", "einheiten/%00/"):
        assert head.get(f"/steuerung/{address}").status_code == 404, address


def test_the_list_of_all_goals_is_filtered_and_paged(city: City, tell: Callable[..., None]) -> None:
    for number in range(55):
        adopt(f"ziel-{number}", number=f"A.{number:02}", title=f"Ziel Nummer {number}", measurements={})
    adopt()
    head = city.browser("henrike.")
    first, second = head.get("/steuerung/ampeln/"), head.get("/steuerung/ampeln/?seite=2")
    assert first.content.decode().count('<th scope="row">') == 50
    assert second.content.decode().count('<th scope="row">') == 6
    assert main_text(first).index("B.3") < main_text(first).index("A.00")  # red before grey
    assert "56 Ziele" in main_text(first)
    found = main_text(head.get("/steuerung/ampeln/?q=nummer+7&ampel=grey"))
    assert "A.07" in found and "A.08" not in found
    assert "Kein Ziel gefunden" in main_text(head.get("/steuerung/ampeln/?ampel=green"))
    for strange in ("?seite=999999", "?seite=x", "?ampel=x", "?q=%00"):
        assert head.get(f"/steuerung/ampeln/{strange}").status_code == 200, strange
    assert head.get("/steuerung/ampeln/?einheit=x").status_code == 404


def test_services_are_counted_live_and_lead_to_the_cases_only_who_may(city: City, goals: None) -> None:
    clerk, other = city.browser("frieda.").get("/steuerung/"), city.browser("jasper.").get("/steuerung/")
    assert "ging 1\u00a0Antrag ein, 1 mehr als in den 30 Tagen davor" in clerk.content.decode()
    assert 'href="/arbeit/vorgaenge/"' in clerk.content.decode()
    assert 'href="/arbeit/vorgaenge/"' not in other.content.decode().split("<main", 1)[1]
    assert "Wie laufen die Leistungen?" in main_text(other)
    # The school office has no procedure.
    assert "Wie laufen die Leistungen?" not in main_text(
        city.browser("jasper.").get("/steuerung/einheiten/400/")
    )


@pytest.mark.parametrize(
    ("who", "sees"),
    [("insa.", True), ("rieke.", True), ("tjark.", True), ("henrike.", False), ("jasper.", False)],
)
def test_who_sees_how_safe_the_house_is(city: City, goals: None, who: str, sees: bool) -> None:
    content = city.browser(who).get("/steuerung/")
    assert ("Ist das Haus sicher?" in main_text(content)) is sees
    # Only who runs the program is led to the page of its operation.
    assert ("/arbeit/betrieb/" in content.content.decode().split("<main", 1)[1]) is (who == "tjark.")


def test_security_says_what_is_measured_and_what_not(city: City, goals: None) -> None:
    text = main_text(city.browser("insa.").get("/steuerung/"))
    assert "nie geprüft" in text and "Noch nicht gemessen: Sicherheitsvorfälle" in text
    audit.bind()
    audit.verify()
    Browser().post("/anmelden/", {"email": "insa@example.org", "password": "falsch"})
    text = main_text(city.browser("insa.").get("/steuerung/"))
    assert "unverändert" in text and "Abgewiesene Anmeldungen 1" in text


def test_the_steering_is_for_the_staff(city: City, goals: None) -> None:
    for address in PAGES:
        assert city.browser("martha").get(address).status_code == 403, address
        assert Browser().get(address).status_code in {302, 403}, address
        assert city.browser("jasper.").get(address).status_code == 200, address
    assert city.browser("jasper.").get("/steuerung/veroeffentlichung/").status_code == 403


def test_on_paper_it_says_the_same(city: City, goals: None) -> None:
    head, mayor = city.browser("henrike."), city.browser("insa.")
    answer = mayor.get("/steuerung/ueberblick.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert not faults(answer.content)
    text = text_of(answer.content)
    assert "1 von 3 Zielen braucht Sie." in text and "B.3 Wahlhelfer online" in text
    assert "Ist das Haus sicher?" in text
    assert "Ist das Haus sicher?" not in text_of(head.get("/steuerung/ueberblick.pdf").content)
    part = text_of(head.get("/steuerung/ueberblick.pdf?feld=bildung").content)
    assert "Schule digital" in part and "Wahlhelfer online" not in part
    assert head.get("/steuerung/ueberblick.pdf?feld=x").status_code == 404


def test_each_page_costs_the_same_however_much_there_is(
    city: City,
    goals: None,
    tell: Callable[..., None],
    django_assert_max_num_queries,
    django_assert_num_queries,
) -> None:
    mayor = city.browser("insa.")
    costs = []
    for address in ("/steuerung/einheiten/150/", "/steuerung/meine-einheit/", "/steuerung/zusammenhang/"):
        mayor.get(address)
        with django_assert_max_num_queries(60) as few:
            mayor.get(address)
        costs.append((address, len(few)))
    tell(
        *(
            Matter(Ref("goal", ids.new_id()), "decision", f"Sache {one}", "/a/", None, "/d5/150/")
            for one in range(60)
        )
    )
    for area in ("senne", "mitte"):
        city.apply(person__vorname=area.capitalize(), verfuegbarkeit__wunschbezirk=area)
    for address, cost in costs:
        with django_assert_num_queries(cost):
            mayor.get(address)


def test_every_panel_has_its_place_and_its_policy() -> None:
    orders = [module.ORDER for module in modules()]
    assert orders == sorted(orders) and len(set(orders)) == len(orders)
    assert all(module.POLICY and module.__doc__ for module in modules())


def test_my_unit(city: City, goals: None, tell: Callable[..., None]) -> None:
    tell(Matter(Ref("goal", ids.new_id()), "decision", "Wahlräume festlegen", "/a/", None, "/d5/150/150.4/"))
    text = main_text(city.browser("frieda.").get("/steuerung/meine-einheit/"))
    assert "150.4 Wahlen" in text and "Noch nennt kein Ziel Ihre Einheit." in text
    # The office around it is responsible.
    assert "Ziele, zu denen Sie beitragen" in text and "B.3 Wahlhelfer online" in text
    assert "1 Punkt Ihrer Einheit wartet" in text and "Wahlräume" in text
    school = main_text(city.browser("jasper.").get("/steuerung/meine-einheit/"))
    assert "600.4" in school and "Wahlräume" not in school and "B.3" not in school
    assert not re.search(r"\d+ (Aufgaben|Vorgänge) von", school)
