"""The staff's own pages: profile with deputy and absence, directory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leineweber.people.organisation import queries
from leineweber.people.organisation.models import Absence, Deputyship, Holding, Person, Post

pytestmark = pytest.mark.django_db
AsPersona = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


def days(name: str, first: str) -> dict[str, str]:
    return dict(zip((f"{name}.tag", f"{name}.monat", f"{name}.jahr"), first.split("."), strict=True))


def deputy_form(**changes: str) -> dict[str, str]:
    return {
        "stelle": str(Post.objects.get(key="150.4-2").id),
        "vertretung": str(Person.objects.get(email__startswith="tale.").id),
        **days("vertretung_ab", "1.12.2026"),
        **days("vertretung_bis", "4.12.2026"),
        **changes,
    }


def test_naming_and_ending_ones_deputy(as_persona: AsPersona) -> None:
    browser = as_persona("frieda.")
    page = browser.get("/arbeit/profil/").content.decode()
    assert "Merle Hechelbrink" in page and "bis auf Weiteres" in page
    assert browser.post(reverse("organisation:deputy"), deputy_form()).status_code == 302
    entry = Deputyship.objects.get(deputy__email__startswith="tale.")
    assert (entry.start.isoformat(), entry.end.isoformat()) == ("2026-12-01", "2026-12-05")
    assert "01.12.2026 bis 04.12.2026" in browser.get("/arbeit/profil/").content.decode()
    end = reverse("organisation:deputy_end", args=[entry.id])
    assert as_persona("onno.").post(end).status_code == 404
    assert browser.post(end).status_code == 302
    entry.refresh_from_db()
    assert entry.start == entry.end, "it never came into force"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stelle": ""}, "Wählen Sie eine Ihrer Stellen."),
        ({"stelle": "fremd"}, "Wählen Sie eine Ihrer Stellen."),
        ({"vertretung": "x"}, "Wählen Sie, wer Sie vertritt."),
        ({"vertretung": "00000000-0000-0000-0000-000000000000"}, "Wählen Sie, wer Sie vertritt."),
        (days("vertretung_ab", "31.2.2027"), "Tag, Monat und Jahr"),
        (days("vertretung_ab", ".."), "Geben Sie an, ab wann"),
        (days("vertretung_ab", "1.12.2099"), "zu weit entfernt"),
        (days("vertretung_bis", "1.11.2026"), "Das Ende liegt vor dem Beginn."),
        (days("vertretung_ab", "<b>.x.y"), "Tag, Monat und Jahr"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    as_persona: AsPersona, changes: dict[str, str], message: str
) -> None:
    browser = as_persona("frieda.")
    answer = browser.post(reverse("organisation:deputy"), deputy_form(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page and "<b>" not in page
    assert 'value="4"' in page or "vertretung_bis.tag" in changes
    assert Deputyship.objects.count() == 1


def test_nobody_names_a_deputy_for_anothers_post(as_persona: AsPersona) -> None:
    assert as_persona("merle.").post(reverse("organisation:deputy"), deputy_form()).status_code == 422
    assert Deputyship.objects.count() == 1


def test_a_deputy_comes_from_the_own_office(as_persona: AsPersona) -> None:
    """The rights over personal data go with the post; the page offers nobody of another office."""
    browser = as_persona("frieda.")
    assert "Jasper Spulenhoff" not in browser.get("/arbeit/profil/").content.decode()
    stranger = str(Person.objects.get(email__startswith="jasper.").id)
    answer = browser.post(reverse("organisation:deputy"), deputy_form(vertretung=stranger))
    assert answer.status_code == 422
    assert "Wählen Sie, wer Sie vertritt." in answer.content.decode()
    assert Deputyship.objects.count() == 1


def test_absence(as_persona: AsPersona) -> None:
    browser = as_persona("frieda.")
    address = reverse("organisation:absence")
    assert browser.post(address, {}).status_code == 422
    typed = {**days("abwesend_ab", "21.12.2026"), **days("abwesend_bis", "31.12.2026")}
    assert browser.post(address, typed).status_code == 302
    again = browser.post(address, typed)
    assert again.status_code == 422 and "schon eine Abwesenheit" in again.content.decode()
    cancel = reverse("organisation:absence_cancel", args=[Absence.objects.get().id])
    assert as_persona("onno.").post(cancel).status_code == 404
    assert browser.post(cancel).status_code == 302
    assert browser.post(cancel).status_code == 404


def test_what_was_saved_is_said_and_who_is_away_alone_is_warned(as_persona: AsPersona) -> None:
    browser = as_persona("frieda.")
    alone = "In Ihrer Abwesenheit vertritt Sie niemand"

    def saved(name: str, typed: dict[str, str] | None = None, *args: object) -> str:
        address = reverse(f"organisation:{name}", args=args)
        return unescape(browser.post(address, typed or {}, follow=True).content.decode())

    standing = Deputyship.objects.get()
    page = saved("absence", {**days("abwesend_ab", "1.12.2026"), **days("abwesend_bis", "10.12.2026")})
    assert "Die Abwesenheit ist eingetragen." in page and alone not in page
    page = saved("deputy_end", None, standing.id)
    assert "Die Vertretung ist beendet." in page
    assert "Ab dem 01.12.2026 vertritt Sie niemand als Sachbearbeitung Wahlen" in page
    page = saved("deputy", deputy_form())
    assert "Die Vertretung ist eingetragen." in page and "Ab dem 05.12.2026 vertritt Sie niemand" in page
    page = saved("absence_cancel", None, Absence.objects.get().id)
    assert "Die Abwesenheit ist entfernt." in page and alone not in page
    assert "ist eingetragen" not in browser.get("/arbeit/profil/?hinweis=x").content.decode()


@pytest.mark.parametrize(("address", "limit"), [("/arbeit/profil/", 9), ("/arbeit/verzeichnis/?seite=2", 6)])
def test_pages_cost_the_same_however_many_there_are(as_persona: AsPersona, address: str, limit: int) -> None:
    browser = as_persona("frieda.")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    own = [query for query in queries if '"organisation_' in query["sql"] or '"identity_' in query["sql"]]
    assert len(own) <= limit, own


@pytest.mark.parametrize(
    "query", ["?seite=x", "?seite=-1", "?seite=²", "?seite=99999999999", "?q=%00", "?q=" + "a " * 400]
)
def test_the_directory_bears_any_address(as_persona: AsPersona, query: str) -> None:
    assert as_persona("frieda.").get("/arbeit/verzeichnis/" + query).status_code == 200


def test_the_directory_finds_and_says_if_it_does_not(as_persona: AsPersona) -> None:
    browser = as_persona("onno.")
    page = browser.get("/arbeit/verzeichnis/?q=spulen").content.decode()
    assert "Jasper Spulenhoff" in page and "600.4 Bauaufsicht" in page and "mailto:jasper" in page
    page = browser.get("/arbeit/verzeichnis/?q=<script>").content.decode()
    assert "Niemand gefunden" in page and "<script>" not in page.replace("<script src", "")


def test_the_directory_shows_who_works_in_a_unit(as_persona: AsPersona) -> None:
    browser = as_persona("onno.")
    whole = browser.get("/arbeit/verzeichnis/").content.decode()
    assert "600.4 Bauaufsicht</option>" in whole
    found = browser.get("/arbeit/verzeichnis/?q=spulen").content.decode()
    address = re.search(r'href="(\?einheit=[^"]+)">600\.4 Bauaufsicht', found)
    assert address
    page = browser.get("/arbeit/verzeichnis/" + address[1]).content.decode()
    assert "Jasper Spulenhoff" in page and "Maren Bindfaden" in page and "Frieda Garnmeister" not in page
    assert (
        "Frieda Garnmeister" in browser.get("/arbeit/verzeichnis/?einheit=quatsch&q=frieda").content.decode()
    )


def test_the_nearest_head_is_named(as_persona: AsPersona) -> None:
    def over(beginning: str) -> str:
        found = queries.head_over(Person.objects.get(email__startswith=beginning).id)
        return found[0].name if found else ""

    assert over("frieda.") == "Henrike Leinenberg"
    assert over("henrike.") not in {"", "Henrike Leinenberg"}
    assert over("insa.") == ""
    Holding.objects.filter(person__email__startswith="frieda.").delete()
    assert over("frieda.") == ""


def test_the_pages_are_for_staff(as_persona: AsPersona) -> None:
    citizen = as_persona("martha.")
    for address in ("/arbeit/profil/", "/arbeit/verzeichnis/"):
        assert citizen.get(address).status_code == 403
        assert Browser().get(address).status_code == 302
