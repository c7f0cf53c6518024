"""The whole story of a registration, from the search to the closed file, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from story import applying
from story.conftest import Meeting
from story.mailbox import Mailbox, text_of
from story.people import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.story]
GRETA = "greta@buerger.example"
CLERK, OTHER_OFFICE, HEAD = "Frieda Garnmeister", "Jasper Spulenhoff", "Henrike Leinenberg"
MAYOR, OPERATOR = "Dr. Insa Damastky", "Tjark Kettenbaum"
QUESTION = "Können Sie auch bis zum Ende der Auszählung bleiben?"
ANSWER = "Ja, ich bleibe, bis alles ausgezählt ist."


def test_from_the_search_to_the_closed_file(
    meet: Meeting, colleague: Callable[[str, str], Visitor], mailbox: Mailbox
) -> None:
    mayor = colleague("mayor", MAYOR).opens("/steuerung/")
    before = figure_of(mayor.looks("overview-before"))
    greta = meet("greta")

    finds_and_reads_the_service(greta)
    phone = fills_in_half_and_goes_on_elsewhere(greta, meet, mailbox)
    number = checks_and_submits(phone)
    status = follows_the_link(meet, mailbox, number)
    clerk = colleague("clerk", CLERK)
    the_clerk_asks_back(clerk, colleague("other-office", OTHER_OFFICE), number)
    greta_answers(status, mailbox)
    the_clerk_accepts_and_assigns(clerk)
    head = colleague("head", HEAD)
    four_eyes_sign(clerk, head)
    greta_reads_the_notice(status, mailbox)
    the_case_is_closed_and_can_be_read(clerk, number)
    after = figure_of(mayor.opens("/steuerung/"))
    assert after == before + 1
    the_goal_leads_down(mayor)
    operator = colleague("operator", OPERATOR)
    operator.opens("/arbeit/betrieb/").reads_heading("Betrieb").looks("operations")


def finds_and_reads_the_service(greta: Visitor) -> None:
    greta.opens("/").looks("home").looks_in_the_dark("home")
    greta.goes_to("Dienst, Stichwort oder Anliegen", tags=("INPUT",))
    greta.page.keyboard.type("wahlhelfer")
    greta.presses("Suchen").sees("Wahlhelfer").looks("search")
    greta.follows("Meldung als Wahlhelferin oder Wahlhelfer").looks("service")
    greta.looks_in_the_dark("service").sees("Worum geht es?", "Rechtsgrundlagen", "Zuständige Stelle")
    greta.follows("English").reads_heading("election helper").sees("What is it about?").looks("service-en")
    assert greta.page.locator("html").get_attribute("lang") == "en"
    greta.follows("Leichte Sprache").sees("Wahl-Helfer").looks("service-easy")
    greta.follows("Deutsch")
    greta.presses("Jetzt online beantragen").reads_heading("Ihre Person").looks("form-person")


def fills_in_half_and_goes_on_elsewhere(greta: Visitor, meet: Meeting, mailbox: Mailbox) -> Visitor:
    greta.types("Vorname", "Greta").types("Postleitzahl", "3360")
    greta.presses("Weiter").has_focus_on("Prüfen Sie").looks("form-person-errors")
    assert greta.page.title().startswith("Fehler")
    greta.unfolds("Geben Sie Ihren Familiennamen").has_focus_on("Familienname")
    assert greta.page.get_by_label("Vorname").input_value() == "Greta"
    assert greta.page.get_by_label("Postleitzahl").input_value() == "3360"
    described = greta.page.get_by_label("Familienname").get_attribute("aria-describedby") or ""
    assert any(
        "Familiennamen" in greta.page.locator(f"[id='{one}']").inner_text() for one in described.split()
    )
    applying.person(greta, "Greta", "Zwirnstein")
    greta.looks("form-reachability")
    applying.reachability(greta, GRETA)
    greta.looks("form-availability")
    applying.availability(greta)

    functions = greta.page.get_by_text("Welche Funktionen hatten Sie?")
    greta.looks("form-experience")
    assert not functions.is_visible()
    greta.chooses("Haben Sie schon einmal", "Ja")
    assert functions.is_visible()
    greta.looks("form-experience-more")
    greta.ticks("Beisitz", group="Welche Funktionen hatten Sie?")
    greta.chooses("Welche Funktion möchten Sie übernehmen?", "Beisitz")
    greta.chooses("Arbeiten Sie im öffentlichen Dienst?", "Nein")
    greta.presses("Speichern und später weitermachen").looks("save")
    assert greta.page.get_by_label("Ihre E-Mail-Adresse").input_value() == GRETA
    greta.presses("Link senden").sees(GRETA).looks("saved")

    phone = meet("phone")
    phone.opens(mailbox.link(GRETA, "gespeicherter Antrag")).looks("resume")
    phone.presses("Weitermachen").looks("form-bank")
    return phone


def checks_and_submits(phone: Visitor) -> str:
    phone.chooses("Sollen wir Ihnen das Erfrischungsgeld überweisen?", "Ja, auf mein Konto")
    phone.types("Wem gehört das Konto?", "Greta Zwirnstein").types("IBAN", "DE89370400440532013001")
    phone.presses("Weiter").has_focus_on("Prüfen Sie").looks("form-bank-errors")
    phone.types("IBAN", "DE89 3704 0044 0532 0130 00").presses("Weiter").looks("form-consent")
    applying.consent(phone)
    phone.looks("summary").looks_in_the_dark("summary")
    phone.sees("Zwirnstein", "17.04.1988", "Heepen", "DE89 3704 0044 0532 0130 00")
    phone.follows("Ändern: Vorname").has_focus_on("Vorname")
    phone.types("Vorname", "Greta Marie").presses("Änderung übernehmen").sees("Greta Marie")
    number = applying.submit(phone)
    phone.looks("receipt")
    assert phone.downloads("Eingangsbestätigung herunterladen").startswith(b"%PDF")
    return number


def follows_the_link(meet: Meeting, mailbox: Mailbox, number: str) -> Visitor:
    mail = mailbox.latest(GRETA, "eingegangen")
    assert number in text_of(mail)
    assert "Zwirnstein" not in text_of(mail)
    status = meet("status").opens(mailbox.link(GRETA, "eingegangen"))
    return status.reads_heading(number).looks("status")


def the_clerk_asks_back(clerk: Visitor, other: Visitor, number: str) -> None:
    other.opens("/arbeit/?ansicht=frei").sees_not("Zwirnstein").looks("inbox")
    clerk.opens("/arbeit/").looks("inbox-mine")
    clerk.follows("Frei").sees("Zwirnstein").looks("inbox-free")
    clerk.goes_to_row("Zwirnstein, Greta Marie").sees(number, "Heepen").looks("inbox-task")
    link = clerk.page.url
    assert other.page.goto(link) is not None
    other.sees_not("Niederwall", "Zwirnstein").looks("task-of-others")
    clerk.claims_it()
    clerk.chooses("Wie entscheiden Sie?", "Rückfrage").looks("task-asking")
    clerk.types("Ihre Frage an die Person", QUESTION).presses("Aufgabe erledigen")
    clerk.sees("Die Aufgabe ist erledigt.")
    clerk.opens(f"/arbeit/vorgaenge/?q={number}").looks("cases").follows("Zwirnstein, Greta Marie")
    clerk.sees("Rückfrage offen", QUESTION).looks("case-question")


def greta_answers(status: Visitor, mailbox: Mailbox) -> None:
    status.opens(mailbox.link(GRETA, "Frage")).sees(QUESTION).looks("question")
    status.follows("Jetzt antworten").looks("answer")
    status.presses("Antwort absenden").has_focus_on("Prüfen Sie").looks("answer-empty")
    status.types("Ihre Antwort", ANSWER).presses("Antwort absenden")
    status.sees(ANSWER).sees_not("Jetzt antworten").looks("answered")


def the_clerk_accepts_and_assigns(clerk: Visitor) -> None:
    clerk.page.reload()
    clerk.follows("Aufgabe öffnen: Meldung prüfen").sees(ANSWER).looks("task-answered")
    clerk.chooses("Wie entscheiden Sie?", "Meldung annehmen").presses("Aufgabe erledigen")
    clerk.sees("Das ist der nächste Schritt").looks("task-assign")
    clerk.selects("Stimmbezirk und Funktion", "Beisitz").presses("Aufgabe erledigen")


def four_eyes_sign(clerk: Visitor, head: Visitor) -> None:
    clerk.opens("/arbeit/?ansicht=alle").sees_not("Berufungsschreiben schlusszeichnen:")
    head.opens("/arbeit/?ansicht=frei").looks("inbox")
    head.goes_to_row("Zwirnstein, Greta Marie").claims_it().looks("task-sign")
    assert clerk.page.goto(head.page.url) is not None
    assert not clerk.page.get_by_role("button", name="Aufgabe erledigen").count()
    assert head.downloads("Entwurf lesen").startswith(b"%PDF")
    head.chooses("Ihre Entscheidung", "Schlusszeichnen und versenden").presses("Aufgabe erledigen")


def greta_reads_the_notice(status: Visitor, mailbox: Mailbox) -> None:
    status.opens(mailbox.link(GRETA, "Bescheid ist da")).looks("notice")
    name = status.page.locator(".lw-thread a").first.inner_text()
    assert status.downloads(name).startswith(b"%PDF")


def the_case_is_closed_and_can_be_read(clerk: Visitor, number: str) -> None:
    clerk.opens(f"/arbeit/vorgaenge/?q={number}").follows("Zwirnstein, Greta Marie").looks("case-closed")
    clerk.follows("Verlauf").sees(QUESTION, "Frieda Garnmeister", "Henrike Leinenberg").looks("case-course")
    clerk.follows("Akte").looks("case-file")
    titles = clerk.page.locator(".desk-file__title").all_inner_texts()
    for word, title in zip(("Antrag", "Rückfrage", "Antwort", "Berufung"), titles, strict=True):
        assert title.startswith(word), titles
    clerk.sees("Aufbewahren bis")
    clerk.follows("Nachrichten").sees(ANSWER).looks("case-messages")


def figure_of(mayor: Visitor) -> int:
    """Return the number of registrations that the page of the goal shows."""
    mayor.opens("/steuerung/ziele/wahlhelfer-online/")
    heading = mayor.page.get_by_role("heading", name="Wie es heute steht")
    tile = mayor.page.locator("section", has=heading).inner_text()
    found = re.search(r"Meldungen[^\d]*(\d+)", tile)
    assert found, tile
    return int(found[1])


def the_goal_leads_down(mayor: Visitor) -> None:
    mayor.opens("/steuerung/").looks("overview").looks_in_the_dark("overview").opens("/steuerung/ampeln/")
    mayor.goes_to_row("Wahlhelfer").sees("Heepen").looks("goal")
