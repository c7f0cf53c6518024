"""The pages of the choice: what they say in every state, and that typed text is never lost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domains.choice.conftest import PROGRAM, Town
from faces.helpers import main_text
from leineweber.domains.portfolio.choice import model, services
from leineweber.domains.portfolio.choice.models import Run, Scenario
from leineweber.domains.portfolio.models import Project
from leineweber.kernel.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db
LIST = "/steuerung/portfolio/auswahl/"


def edited(row: Scenario, **changes: str) -> dict[str, str]:
    return {
        "titel": row.title,
        "frage": row.question,
        "geld-0": "100.000",
        "geld-1": "",
        "abschlag": "3",
        "reihenfolge": "finish",
        "sekunden": "5",
        "genauigkeit": "0,5",
        "version": str(row.version),
        **changes,
    }


def test_from_nothing_to_a_result(town: Town) -> None:
    silja = town.browser("silja.")
    assert "Noch kein Szenario" in main_text(silja.get(LIST))
    town.project("Digitale Akte", 60, score=30, days=4)
    town.project("Neue Website", 70, score=20)
    answer = silja.post(
        f"{LIST}neu/", {"titel": "Wie geplant", "beginn": "2027", "jahre": "2", "geld": "100.000"}
    )
    assert answer.status_code == 302
    page = silja.get(answer["Location"])
    assert "ist angelegt" in main_text(page) and 'value="100.000"' in page.content.decode()
    row = Scenario.objects.get()
    assert "noch nicht gerechnet" in main_text(silja.get(f"{LIST}{row.id}/"))
    answer = silja.post(f"{LIST}{row.id}/bearbeiten/", edited(row, rechnen="1", **{"geld-1": "0"}))
    assert answer.status_code == 302
    text = main_text(silja.get(answer["Location"]))
    assert "Die Rechnung läuft" in text and "Rechnung abbrechen" in text
    run_until_idle()
    text = main_text(silja.get(f"{LIST}{row.id}/"))
    for said in (
        "1 von 2 Vorhaben passen in die Grenzen.",
        "bewiesen das Beste",
        "Digitale Akte",
        "60.000,00 €",
        "Was andere Budgets bringen",
        "1 Prozent mehr Geld in jedem Jahr",
        "ginge der Nutzen um 10,0 Punkte zurück. Dafür entfällt: „Digitale Akte“.",
        "Beschlussvorlage beginnen",
        Run.objects.get().inputs_hash[:32],
    ):
        assert said in text, f"{said} not in {text}"
    listed = main_text(silja.get(LIST))
    assert "fertig" in listed and "Ausgewählte vergleichen" in listed


def test_contradictions_are_told_in_words(town: Town) -> None:
    town.project("Digitale Akte", 80, must=True)
    town.project("Neue Website", 70, must=True)
    run = town.computed(100)
    text = main_text(town.browser("insa.").get(f"{LIST}{run.scenario_id}/"))
    assert "Keine Auswahl hält alle Grenzen ein." in text
    assert "„Digitale Akte“ muss dabei sein." in text and "2027 gibt es 100.000,00 €." in text
    assert "2027 50.000,00 € mehr" in text and "auf „" in text
    assert "Grenzen ändern" not in text, "leadership only reads"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"titel": ""}, "Geben Sie dem Szenario einen Namen."),
        ({"geld-0": "viel"}, "Geld 2027: Geben Sie eine Zahl ein"),
        ({"geld-0": "-5"}, "Geld 2027: Geben Sie eine Zahl ein"),
        ({"abschlag": "100"}, "Abschlag: Geben Sie höchstens 99 ein."),
        ({"sekunden": "301"}, "Rechenzeit: Geben Sie eine ganze Zahl von 1 bis 300 ein."),
        ({"genauigkeit": "x<b>"}, "Genauigkeit: Geben Sie eine Zahl ein"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    town: Town, changes: dict[str, str], message: str
) -> None:
    row = town.scenario(100, 50)
    answer = town.browser("silja.").post(
        f"{LIST}{row.id}/bearbeiten/", edited(row, frage="Bleibt das stehen?", **changes)
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page and "Bleibt das stehen?" in page
    assert "x<b>" not in page and Scenario.objects.get(id=row.id).version == row.version


def test_who_was_slower_keeps_the_typed_text(town: Town) -> None:
    row, silja = town.scenario(100, 50), town.browser("silja.")
    assert silja.post(f"{LIST}{row.id}/bearbeiten/", edited(row, titel="Erste")).status_code == 302
    answer = silja.post(f"{LIST}{row.id}/bearbeiten/", edited(row, titel="Zweite"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Inzwischen hat jemand anders" in page and 'value="Zweite"' in page
    assert f'name="version" value="{row.version + 1}"' in page


def test_wishes_are_kept_by_page(town: Town) -> None:
    one = town.project("Digitale Akte", 60)
    town.project("Gesetz", 10, must=True)
    row, silja = town.scenario(100), town.browser("silja.")
    address = f"{LIST}{row.id}/vorhaben/"
    assert "muss dabei sein (Portfolio)" in main_text(silja.get(address))
    sent = {f"wunsch-{one.id}": "out", "version": str(row.version)}
    assert silja.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert row.wishes == {str(one.id): "out"}
    assert silja.post(address, {**sent, "version": "1"}).status_code == 409


def test_comparing_and_taking_over(town: Town) -> None:
    one = town.project("Digitale Akte", 60, score=30)
    town.project("Neue Website", 70, score=20)
    small = town.computed(100, title="Wenig")
    great = town.computed(200, title="Viel")
    insa, silja = town.browser("insa."), town.browser("silja.")
    text = main_text(insa.get(f"{LIST}vergleich/?s={small.scenario_id}&s={great.scenario_id}&s=nix"))
    assert "Bei 1 Vorhaben unterscheiden sich" in text and "Wenig" in text and "Viel" in text
    assert "mindestens zwei" in main_text(insa.get(f"{LIST}vergleich/?s={small.scenario_id}"))
    confirm = f"{LIST}{great.scenario_id}/uebernehmen/"
    Project.objects.filter(id=one.id).update(score=31)
    assert "nicht mehr, wie sie gerechnet wurden" in main_text(silja.get(confirm))
    assert insa.post(confirm).status_code == 403
    assert silja.post(confirm).status_code == 302
    text = main_text(silja.get(f"{LIST}{great.scenario_id}/"))
    assert "Übernommen am 01.07.2026" in text and "Grenzen ändern" not in text
    assert silja.get(f"{LIST}{great.scenario_id}/bearbeiten/").status_code == 302
    assert silja.post(f"{LIST}{great.scenario_id}/rechnen/").status_code == 422
    assert "übernommen" in main_text(insa.get(f"{LIST}?stand=uebernommen"))
    assert "Nichts gefunden" in main_text(insa.get(f"{LIST}?q=gibtesnicht"))


def test_cancel_copy_why_and_earlier_runs(town: Town) -> None:
    town.project("Digitale Akte", 60, score=30)
    out = town.project("Neue Website", 70, score=20)
    run = town.computed(100)
    silja, page = town.browser("silja."), f"{LIST}{run.scenario_id}/"
    assert silja.post(f"{page}warum/{out.id}/").status_code == 302
    assert silja.post(f"{page}warum/{run.id}/").status_code == 422
    assert silja.post(f"{page}rechnen/").status_code == 302
    assert silja.post(f"{page}rechnen/").status_code == 422
    assert silja.post(f"{page}abbrechen/").status_code == 302
    assert "Die Rechnung ist abgebrochen." in main_text(silja.get(page))
    assert "1 von 2 Vorhaben passen" in main_text(silja.get(f"{page}?rechnung=1"))
    assert silja.get(f"{page}?rechnung=7").status_code == 404
    assert silja.post(f"{page}kopieren/", {"titel": "Weniger", "geld": "80"}).status_code == 302
    made = Scenario.objects.get(title="Weniger")
    assert model.limits_from_json(made.limits).money == (80000,)
    assert silja.post(f"{page}kopieren/", {"titel": "", "geld": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("beginning", "status"), [("silja.", 200), ("insa.", 200), ("rieke.", 200), ("jasper.", 403)]
)
def test_who_may_read(town: Town, beginning: str, status: int) -> None:
    row = town.scenario(100)
    browser = town.browser(beginning)
    assert browser.get(LIST).status_code == status
    assert browser.get(f"{LIST}{row.id}/").status_code == status
    assert browser.get(reverse("choice:new")).status_code == (200 if beginning == "silja." else 403)


def test_more_scenarios_and_projects_cost_no_more_queries(town: Town) -> None:
    silja = town.browser("silja.")

    def cost(address: str) -> int:
        silja.get(address)
        with CaptureQueriesContext(connection) as found:
            assert silja.get(address).status_code == 200
        return len(found)

    town.project("Eins", 60)
    run = town.computed(100)
    pages = [
        LIST,
        f"{LIST}{run.scenario_id}/",
        f"{LIST}{run.scenario_id}/bearbeiten/",
        f"{LIST}{run.scenario_id}/vorhaben/",
    ]
    before = [cost(page) for page in pages]
    for number in range(4):
        town.project(f"Noch {number}", 20, days=1)
        services.create_scenario(PROGRAM, title=f"S{number}", question="", limits=town.limits(1))
    services.compute(PROGRAM, run.scenario_id)
    run_until_idle()
    assert [cost(page) for page in pages] == before
    assert max(before) <= 12, before


def test_nul_is_no_text(town: Town) -> None:
    row, silja = town.scenario(100, 50), town.browser("silja.")
    assert silja.get(LIST, {"q": "a\x00b"}).status_code == 200
    answer = silja.post(f"{LIST}{row.id}/bearbeiten/", edited(row, titel="Ei\x00ns", frage="Wa\x00s?"))
    row.refresh_from_db()
    assert (answer.status_code, row.title, row.question) == (302, "Eins", "Was?")
