"""The inbox: views and filters from the address, the chosen task beside the list, counts, limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from faces.helpers import main_text
from leineweber.capabilities.processes import services as processes
from leineweber.capabilities.processes.models import ProcessDefinition
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db


def test_a_new_application_lies_free_in_the_inbox_of_its_office_only(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    mine = clerk.get("/arbeit/")
    assert "Sie haben zurzeit keine Aufgabe" in main_text(mine)
    assert "1 freie Aufgabe ansehen" in main_text(mine).replace("\xa0", " ")
    free = main_text(clerk.get("/arbeit/?ansicht=frei"))
    assert f"Zwirnstein, Greta ({case.reference})" in free
    assert "Meldung prüfen" in free
    assert case.reference not in main_text(city.browser("jasper.").get("/arbeit/?ansicht=alle"))
    assert case.reference not in main_text(city.browser("henrike.").get("/arbeit/?ansicht=frei"))


def test_the_deputy_sees_the_task_of_whom_she_stands_in_for(city) -> None:
    case = city.apply()
    processes.claim(city.task(case), city.actor("frieda."))
    text = main_text(city.browser("merle.").get("/arbeit/"))
    assert case.reference in text
    assert "in Vertretung" in text


def test_the_chosen_task_stands_beside_the_list_and_its_reading_is_recorded(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    response = clerk.get(f"/arbeit/?ansicht=frei&aufgabe={city.task(case)}")
    text = main_text(response)
    assert "Zurück zur Liste" in text
    assert "17.04.1988" in text
    assert 'aria-current="true"' in response.content.decode()
    reading = Entry.objects.get(name="read", subject=str(Ref("case", case.id)))
    assert reading.detail == {"purpose": "task.view"}
    assert reading.actor_id == city.actor("frieda.").id


def test_a_chosen_task_of_others_is_not_told(city) -> None:
    case = city.apply()
    text = main_text(city.browser("jasper.").get(f"/arbeit/?aufgabe={city.task(case)}"))
    assert "Diese Aufgabe gibt es nicht" in text
    assert "Zwirnstein" not in text


def test_claiming_from_the_list_leads_back_to_the_list_with_the_task(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    page = clerk.get("/arbeit/?ansicht=frei&q=zwirn").content.decode()
    back = re.search(r'name="zurueck" value="([^"]+)"', page)[1].replace("&amp;", "&")
    answer = clerk.post(f"/arbeit/aufgaben/{city.task(case)}/uebernehmen/", {"zurueck": back}, follow=True)
    assert "Sie haben die Aufgabe übernommen." in main_text(answer)
    assert "liegt bei Ihnen" in main_text(answer)
    assert answer.request["QUERY_STRING"].startswith("ansicht=frei&q=zwirn&aufgabe=")


@pytest.mark.parametrize("name", ["greta", "Greta+Zwirn", "zwirnstein+gre", "Zwirnstein,+Greta"])
def test_a_task_is_found_by_any_part_of_the_name(city, name: str) -> None:
    city.apply()
    city.apply(person__vorname="Ida", person__familienname="Aabel")
    text = main_text(city.browser("frieda.").get(f"/arbeit/?ansicht=frei&q={name}"))
    assert "Zwirnstein, Greta" in text
    assert "Aabel" not in text


@pytest.mark.parametrize(
    "target", ["https://evil.example/arbeit/", "//evil.example", "/konto/", "javascript:x"]
)
def test_a_form_never_leads_out_of_the_desk(city, target: str) -> None:
    case = city.apply()
    task = city.task(case)
    answer = city.browser("frieda.").post(f"/arbeit/aufgaben/{task}/uebernehmen/", {"zurueck": target})
    assert answer.headers["Location"] == f"/arbeit/aufgaben/{task}/?hinweis=uebernommen"


def test_overdue_and_later_have_their_views(city, time_machine) -> None:
    case = city.apply()
    task, clerk = city.task(case), city.actor("frieda.")
    processes.claim(task, clerk)
    processes.remind(task, clerk, clock.today() + timedelta(days=2), "Unterlagen fehlen")
    browser = city.browser("frieda.")
    assert case.reference not in main_text(browser.get("/arbeit/"))
    later = main_text(browser.get("/arbeit/?ansicht=spaeter"))
    assert case.reference in later and "Wiedervorlage" in later
    processes.remind(task, clerk, None)
    time_machine.move_to(clock.now() + timedelta(days=40), tick=False)
    processes.mark_overdue()
    browser = city.browser("frieda.")
    overdue = main_text(browser.get("/arbeit/?ansicht=ueberfaellig"))
    assert case.reference in overdue and "überfällig" in overdue


def _many(city, number: int) -> None:
    """Start the same course again and again, as cheap as the engine allows."""
    definition = ProcessDefinition.objects.get()
    for _ in range(number):
        processes.start(
            definition, Ref("thing", ids.new_id()), {}, city.procedure.scope, Actor.system(), title="Muster"
        )


def test_the_number_of_queries_does_not_grow_with_the_tasks(
    city, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    city.apply()
    browser = city.browser("frieda.")
    browser.get("/arbeit/?ansicht=frei")
    with django_assert_max_num_queries(10) as first:
        browser.get("/arbeit/?ansicht=frei")
    number = len(first)
    _many(city, 30)
    browser.get("/arbeit/?ansicht=frei")
    with django_assert_num_queries(number):
        answer = browser.get("/arbeit/?ansicht=frei")
    text = main_text(answer)
    assert "31 Aufgaben" in text.replace("\xa0", " ")
    assert answer.content.decode().count("data-row>") == 25
    assert browser.get("/arbeit/?ansicht=frei&seite=2").content.decode().count("data-row>") == 6


@pytest.mark.parametrize(
    "query",
    ["ansicht=quatsch", "seite=0", "seite=99999", "seite=-1", "seite=x", "aufgabe=x", "q=%00%27%22%3Cb%3E", "sort=x",
     "verfahren=x", "hinweis=%3Cscript%3E"],
)  # fmt: skip
def test_any_address_is_answered(city, query: str) -> None:
    answer = city.browser("frieda.").get(f"/arbeit/?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode().split("<main")[1]


def test_whoever_is_not_staff_is_sent_to_log_in(city, client) -> None:
    answer = client.get("/arbeit/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/anmelden/")
