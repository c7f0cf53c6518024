"""The whole story of a goal: proposed by a unit, rated, adopted, given a project by resolution, measured, reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from leineweber.config.bench._city import City
from story import steering
from story.people import Visitor
from story.steering import Ask

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.story]
CLERK, OTHER_OFFICE, MAYOR = "Frieda Garnmeister", "Jasper Spulenhoff", "Dr. Insa Damastky"
KEEPER, PORTFOLIO, PLANNER = "Wiebke Zwirnhagen", "Silja Jacquardsen", "Jorid Webrahmen"
COUNCIL, DEPARTMENT, OFFICE = "Detlev Haltegarn", "Enno Silberspule", "Tomke Seidenhagen"
TITLE = "Wahlhelfende melden sich online"
PROJECT = "Meldeportal für Wahlhelfende"
COMMENT = "Bitte denkt auch an Menschen, die lieber anrufen."
REASON = "Der Vorschlag hilft allen Wahlen der nächsten Jahre."
PROPOSED = "Der Verwaltungsvorstand genehmigt den Projektauftrag."
SUMMARY = "Ein Ziel kam neu hinzu, und sein Vorhaben ist beschlossen."

Colleague = Callable[[str, str], Visitor]


@pytest.fixture
def ask(town: City) -> Iterator[Ask]:
    """What happens behind the stage: time that passes, preparation."""
    with steering.backstage(town) as asked:
        yield asked


def test_from_a_proposal_to_the_report_that_tells_of_it(
    colleague: Colleague, ask: Ask, apply_quickly: Callable[[str], str]
) -> None:
    here = steering.prepare_round(ask)
    clerk, other, mayor = (
        colleague("proposer", CLERK),
        colleague("rater", OTHER_OFFICE),
        colleague("top", MAYOR),
    )
    keeper, portfolio = colleague("keeper", KEEPER), colleague("portfolio", PORTFOLIO)

    proposal = a_unit_proposes(clerk, here)
    steering.to_phase(ask, here, 1)
    another_unit_comments(other, proposal)
    steering.to_phase(ask, here, 2)
    units_rate_blindly(other, portfolio, here)
    steering.to_phase(ask, here, 3)
    the_ranking_is_read_and_decided_on(mayor, here, proposal)

    goal = a_draft_appears_in_the_strategy(keeper)
    the_profile_is_filled_in(keeper, goal)
    the_mayor_adopts(mayor, goal)

    mandate = a_mandate_is_written(portfolio)
    paper = a_paper_is_made_of_it(colleague("planner", PLANNER), mandate)
    it_is_signed(colleague("council", COUNCIL), colleague("department", DEPARTMENT), paper)
    it_is_decided_in_a_meeting(colleague("office", OFFICE), ask)
    project = the_mandate_became_a_project(portfolio, mandate, goal)
    it_is_chosen_under_limits(portfolio, project)

    before = progress(mayor, goal)
    apply_quickly("Adelheid")
    assert progress(mayor, goal) == before + 1
    mayor.opens("/steuerung/").sees(TITLE).looks("overview-with-goal")
    the_report_tells_of_it(keeper, mayor, ask, before + 1)


def a_unit_proposes(clerk: Visitor, here: str) -> str:
    clerk.opens("/steuerung/beteiligung/").goes_to_row(steering.ROUND).looks("round")
    clerk.follows("Vorschlag schreiben").types("Titel", TITLE)
    clerk.types("Zweck", "Wer bei Wahlen helfen will, soll das in fünf Minuten sagen können.")
    clerk.types("Ergebnis", "Neun von zehn Wahlhelfenden melden sich online.")
    clerk.types("Aufwand", "Zehn Tage im Amt").selects("Handlungsfeld", "Verwaltungsleistungen")
    clerk.presses("Vorschlag einreichen").reads_heading(TITLE)
    assert "bewertung" not in clerk.page.locator("main").inner_text().lower().split()
    return clerk.path.split("?")[0]


def another_unit_comments(other: Visitor, proposal: str) -> None:
    other.opens(proposal).sees_not("Vorschlag ändern").types("Ihr Kommentar", COMMENT)
    other.presses("Kommentar absenden").sees(COMMENT, "Jasper Spulenhoff")


def units_rate_blindly(other: Visitor, second: Visitor, here: str) -> None:
    for visitor, points in ((other, ("5", "4", "2")), (second, ("4", "4", "3"))):
        visitor.opens(f"{here}vorschlaege/").goes_to_row(TITLE).sees_not("von 100 Punkten", "Rang 1")
        visitor.follows("Vorschlag bewerten")
        steering.rate(visitor, points, "Das spart allen Ämtern Arbeit.")
    # Even who runs the round reads no points of others before the time.
    second.opens(f"{here}ergebnis/").sees("Noch kein Ergebnis")


def the_ranking_is_read_and_decided_on(mayor: Visitor, here: str, proposal: str) -> None:
    mayor.opens(f"{here}ergebnis/").sees("Rangliste", TITLE, steering.RIVAL)
    mayor.opens(proposal).sees(COMMENT, "Rang 1").follows("Entscheiden").looks("decide")
    mayor.chooses("Wie ist entschieden?", "Angenommen").types("Begründung", REASON)
    mayor.types("Wer hat entschieden?", "Verwaltungsvorstand").presses("Entscheidung festhalten")
    mayor.opens(proposal).sees(REASON)


def a_draft_appears_in_the_strategy(keeper: Visitor) -> str:
    steering.until(keeper, "/steuerung/strategie/smarte-ziele/?stand=draft", TITLE)
    keeper.goes_to_row(TITLE).reads_heading(TITLE).sees("offen", "Die Kennzahl fehlt", "Bürgeramt")
    return keeper.path.split("?")[0]


def the_profile_is_filled_in(keeper: Visitor, goal: str) -> None:
    keeper.follows("Bearbeiten")
    steering.fill_profile(keeper)
    keeper.presses("Speichern").sees("Das Ziel ist spezifisch, messbar, erreichbar, relevant und terminiert.")
    keeper.presses("Zum Beschluss vorschlagen").sees("Zurück zum Entwurf").looks("goal")


def the_mayor_adopts(mayor: Visitor, goal: str) -> None:
    mayor.opens(goal).presses("Beschließen").sees("beschlossen")


def a_mandate_is_written(portfolio: Visitor) -> str:
    portfolio.opens("/steuerung/portfolio/auftraege/neu/").types("Titel des Vorhabens", PROJECT)
    portfolio.presses("Projektauftrag beginnen")
    steering.write_mandate(portfolio, TITLE)
    portfolio.sees(TITLE, "Der Projektauftrag ist vollständig.").looks("mandate")
    portfolio.presses("Projektauftrag einreichen").sees("Beschlussvorlage beginnen")
    return portfolio.path.split("?")[0]


def a_paper_is_made_of_it(planner: Visitor, mandate: str) -> str:
    planner.opens(mandate).follows("Beschlussvorlage beginnen").sees(PROJECT).looks("paper-form")
    assert "Projektauftrag genehmigen" in planner.page.locator("#wirkung option:checked").inner_text()
    planner.selects("Art der Entscheidung", "IT-Entscheidung").types("Beschlussvorschlag", PROPOSED)
    for name in ("Datenschutz", "Informationssicherheit", "Schwerbehindertenvertretung", "Gleichstellung"):
        planner.ticks(name, group="Wer nimmt Stellung?")
    planner.presses("Entwurf speichern").sees(PROPOSED, "60.000,00")
    planner.presses("Einreichen").sees("Personalrat", "Frist")
    return planner.path.split("?")[0]


def it_is_signed(council: Visitor, department: Visitor, paper: str) -> None:
    steering.until(council, "/arbeit/?ansicht=frei", PROJECT)
    council.goes_to_row(PROJECT)
    council.page.locator(".desk-split__thing").get_by_role("link", name=PROJECT).press("Enter")
    council.chooses("Was sagen Sie dazu?", "Einverstanden").presses("Votum abgeben")
    council.sees("Ihr Votum ist festgehalten.")
    steering.until(department, "/arbeit/?ansicht=frei", PROJECT)
    department.opens(paper).chooses("Was sagen Sie dazu?", "Schlusszeichnen").presses("Votum abgeben")
    department.sees("Ihr Votum ist festgehalten.").looks("paper")


def it_is_decided_in_a_meeting(office: Visitor, ask: Ask) -> None:
    day = steering.next_working_day()
    office.opens("/steuerung/gremien/verwaltungsvorstand/").follows("Sitzung planen")
    office.types("Tag", str(day.day)).types("Monat", str(day.month)).types("Jahr", str(day.year))
    office.types("Beginn", "14:00").types("Ende", "15:00").types("Ort", "Altes Rathaus")
    office.presses("Sitzung speichern").presses("Mitglieder einladen").unfolds("Punkt aufnehmen")
    office.selects("Vorlage", PROJECT).presses("Punkt aufnehmen").sees(PROJECT)
    meeting = office.path.split("?")[0]
    steering.to_meeting(ask, meeting)
    the_body_votes(office, meeting)


def the_body_votes(office: Visitor, meeting: str) -> None:
    office.opens(meeting)
    if office.page.get_by_role("button", name="Anwesenheit feststellen").count():
        office.presses("Anwesenheit feststellen")
    office.goes_to_row_of(PROJECT, "Ergebnis festhalten")
    office.chooses("Was ist aus dem Punkt geworden?", "abgestimmt").types("Ja", "6").types("Nein", "0")
    office.presses("Ergebnis festhalten").sees("angenommen").looks("meeting")
    office.opens("/steuerung/beschluesse/").sees(PROJECT).goes_to_row("VV-").sees(PROPOSED, PROJECT).looks(
        "resolution"
    )


def the_mandate_became_a_project(portfolio: Visitor, mandate: str, goal: str) -> str:
    steering.until(portfolio, mandate, "Daraus entstand")
    portfolio.sees("genehmigt").goes_to_row("V-").reads_heading(PROJECT).sees(TITLE)
    project = portfolio.path.split("?")[0]
    portfolio.opens(goal).sees(PROJECT)
    return project


def it_is_chosen_under_limits(portfolio: Visitor, project: str) -> None:
    portfolio.opens(f"{project}aendern/").types("Nutzenpunkte", "90").presses("Änderungen speichern")
    portfolio.opens("/steuerung/portfolio/auswahl/neu/").types("Name", "Was die Wahlen brauchen")
    portfolio.types("Geld je Jahr", "90.000.000").presses("Szenario anlegen")
    portfolio.opens("/steuerung/portfolio/auswahl/").goes_to_row("Was die Wahlen brauchen").presses("Rechnen")
    here = portfolio.path.split("?")[0]
    steering.until(portfolio, here, "Gewählte Vorhaben", seconds=60)
    heading = portfolio.page.get_by_role("heading", name="Gewählte Vorhaben")
    assert PROJECT in portfolio.page.locator("section", has=heading).inner_text()


def progress(visitor: Visitor, goal: str) -> int:
    """Return how many registrations the page of the goal shows."""
    visitor.opens(goal).sees("Meldungen")
    tile = visitor.page.locator("section", has_text="Wie es heute steht").inner_text()
    found = re.search(r"Meldungen\s+(\d+)", tile)
    assert found, tile
    return int(found[1])


def the_report_tells_of_it(keeper: Visitor, mayor: Visitor, ask: Ask, measured: int) -> None:
    draft = steering.draft_of_this_half(ask)
    keeper.opens(draft).types("Zusammenfassung", SUMMARY).ticks_containing(TITLE)
    keeper.presses("Entwurf speichern").looks("draft")
    report = steering.freeze(ask, draft)
    mayor.opens(report).sees("Geprüft: unverändert.", SUMMARY, TITLE, f"Meldungen: {measured}").looks(
        "report"
    )
