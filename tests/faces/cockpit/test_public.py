"""What everybody sees: only what was published, without small numbers; and the page on which that is chosen."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.test import Client as Browser

from faces.cockpit.conftest import adopt
from faces.conftest import City
from faces.helpers import main_text
from leineweber.domains.applications.models import Channel
from leineweber.domains.opendata.models import Publication

pytestmark = pytest.mark.django_db
CHOOSE = "/steuerung/veroeffentlichung/"
KEY = "applications.registrations"


def publish(city: City, what: str = f"indicator:{KEY}", title: str = "Wer sich gemeldet hat") -> None:
    """Publish something as the mayor, by the page."""
    answer = city.browser("insa.").post(
        f"{CHOOSE}neu/", {"was": what, "titel": title, "erlaeuterung": "Ohne zurückgezogene"}
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{CHOOSE}?hinweis=veroeffentlicht"), (
        answer.content
    )


def test_before_anything_is_published(city: City) -> None:
    adopt()
    text = main_text(Browser().get("/zahlen/"))
    assert "Noch keine Zahlen" in text and "Wahlhelfer online" not in text
    for ending in ("csv", "json"):
        assert Browser().get(f"/zahlen/{KEY}.{ending}").status_code == 404
    assert "Noch nichts ist öffentlich" in main_text(city.browser("insa.").get(CHOOSE))


def test_a_published_figure_is_there_for_everybody_and_small_ones_are_held_back(city: City) -> None:
    publish(city)
    for number in range(4):
        city.apply(person__vorname=f"Ida{'abcd'[number]}")
    page = Browser().get("/zahlen/")
    assert "zurückgehalten" in main_text(page) and "auf weniger als 5 Fälle" in main_text(page)
    assert Browser().get(f"/zahlen/{KEY}.csv").content.decode().splitlines()[1].split(",")[4] == ""
    assert json.loads(Browser().get(f"/zahlen/{KEY}.json").content)["wert_zurueckgehalten"] is True
    city.apply(person__vorname="Ida")
    page = Browser().get("/zahlen/")
    text = main_text(page)
    assert "Wer sich gemeldet hat" in text and "Ohne zurückgezogene" in text
    assert "Datenlizenz Deutschland – Namensnennung – Version 2.0" in text
    answer = Browser().get(f"/zahlen/{KEY}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{KEY}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert rows[0]["wert"] == "5" and rows[0]["art"] == "gesamt"
    content = json.loads(Browser().get(f"/zahlen/{KEY}.json").content)
    assert content["wert"] == "5" and content["herausgeber"] == "Stadt Bielefeld"


def test_no_person_and_no_small_cell_in_any_file(city: City) -> None:
    for key in (KEY, "applications.online_share", "applications.days_to_notice"):
        publish(city, f"indicator:{key}", f"Titel zu {key}")
    for number in range(9):
        city.apply(person__vorname=f"Ida{'abcdefghi'[number]}")
    city.apply(channel=Channel.PAPER, person__vorname="Jost")
    for key in (KEY, "applications.online_share", "applications.days_to_notice"):
        for ending in ("csv", "json"):
            text = Browser().get(f"/zahlen/{key}.{ending}").content.decode()
            assert "Zwirnstein" not in text and "Ida" not in text
    # One of ten on paper: the share would tell that it was one.
    share = json.loads(Browser().get("/zahlen/applications.online_share.json").content)
    assert share["wert"] is None and share["teile"] == []
    assert "Zwirnstein" not in Browser().get("/zahlen/").content.decode()


def test_goals_are_public_only_when_chosen(city: City) -> None:
    adopt()
    adopt("geheim", number="Z.9", title="Noch nicht öffentlich")
    publish(city, "goal:wahlhelfer-online", "Genug Menschen helfen bei der Wahl")
    text = main_text(Browser().get("/zahlen/"))
    assert "Genug Menschen helfen bei der Wahl" in text and "gefährdet" in text
    assert "Z.9" not in text and "Noch nicht öffentlich" not in text


def test_withdrawing(city: City) -> None:
    publish(city)
    row = Publication.objects.get()
    mayor = city.browser("insa.")
    assert "Wer sich gemeldet hat" in main_text(mayor.get(CHOOSE))
    for _ in range(2):
        answer = mayor.post(f"{CHOOSE}{row.id}/zurueckziehen/")
        assert answer.status_code == 302
    assert "Das ist nicht mehr öffentlich." in main_text(mayor.get(answer["Location"]))
    assert Browser().get(f"/zahlen/{KEY}.csv").status_code == 404
    assert "Wer sich gemeldet hat" not in main_text(Browser().get("/zahlen/"))
    assert mayor.post(f"{CHOOSE}01900000-0000-7000-8000-000000000000/zurueckziehen/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said", "field"),
    [
        ({}, "Wählen Sie aus, was öffentlich werden soll.", "was"),
        ({"was": "indicator:niemand"}, "Diese Kennzahl gibt es nicht.", "was"),
        ({"was": "goal:niemand", "titel": "x"}, "Dieses Ziel gibt es nicht.", "was"),
        ({"was": "person:1", "titel": "x"}, "gibt es nicht", "was"),
        ({"was": f"indicator:{KEY}"}, "Geben Sie einen Titel ein, den alle verstehen.", "titel"),
        ({"was": f"indicator:{KEY}", "titel": "x" * 201}, "Kürzen Sie den Titel", "titel"),
        ({"was": f"indicator:{KEY}", "titel": "x", "erlaeuterung": "y" * 1001}, "Kürzen Sie", "erlaeuterung"),
    ],
)
def test_faults_are_told_at_the_field_and_nothing_typed_is_lost(
    city: City, typed: dict[str, str], said: str, field: str
) -> None:
    answer = city.browser("insa.").post(f"{CHOOSE}neu/", typed)
    content = answer.content.decode()
    assert answer.status_code == 422 and said in main_text(answer)
    assert f'href="#{field}"' in content and re.search(rf'id="{field}"[^>]*aria-invalid="true"', content)
    assert typed.get("titel", "") in content and typed.get("erlaeuterung", "") in content
    assert not Publication.objects.exists()


@pytest.mark.parametrize("who", ["jasper.", "rieke.", "tjark.", "henrike."])
def test_only_who_holds_the_role_chooses(city: City, who: str) -> None:
    other = city.browser(who)
    assert other.get(CHOOSE).status_code == 403
    assert other.post(f"{CHOOSE}neu/", {"was": f"indicator:{KEY}", "titel": "x"}).status_code == 403
    assert "Veröffentlichung" not in other.get("/steuerung/").content.decode()
    assert "Veröffentlichung" in city.browser("insa.").get("/steuerung/").content.decode()


def test_what_is_public_costs_the_same_however_many_cases(city: City, django_assert_num_queries) -> None:
    publish(city)
    city.apply()
    Browser().get("/zahlen/")
    with django_assert_num_queries(2):
        Browser().get("/zahlen/")
    for number in range(4):
        city.apply(person__vorname=f"Ida{'abcd'[number]}")
    with django_assert_num_queries(2):
        Browser().get("/zahlen/")
