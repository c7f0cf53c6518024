"""Pages: who sees what, forms that keep what was typed, lists that stay constant, files that can be read."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from leineweber.capabilities.processes import queries as processes
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import (
    DecisionKind,
    DecisionPaper,
    FollowUp,
    Meeting,
    NumberSeries,
    PaperStatus,
    Resolution,
    StatementRule,
)
from leineweber.domains.resolutions.services import meetings, resolutions
from leineweber.domains.resolutions.services.resolutions import Ballot
from leineweber.kernel import clock, ids
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Membership, Person, Post
from leineweber.people.organisation.rules import fold

pytestmark = pytest.mark.django_db


def main_text(response: HttpResponse) -> str:
    content = response.content.decode()
    inner = content.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)).split())


def day(name: str, value) -> dict[str, str]:
    return {f"{name}.tag": str(value.day), f"{name}.monat": str(value.month), f"{name}.jahr": str(value.year)}


def test_bodies_and_the_matrix(house) -> None:
    browser = house.browser("jasper.")
    text = main_text(browser.get("/steuerung/gremien/"))
    assert "Verwaltungsvorstand" in text and "Dr. Insa Damastky (Vorsitz)" in text
    assert "Enno Silberspule" in text, "who holds the office"
    assert "Gremium anlegen" not in text
    answer = browser.get("/steuerung/gremien/zustaendigkeiten/")
    text = main_text(answer)
    assert "BG 1 entscheidet allein, ohne Sitzung" in text
    assert answer.content.decode().count('class="lw-raci lw-raci--A"') == 8 + 1, (
        "one per kind, one in the key"
    )
    detail = main_text(browser.get("/steuerung/gremien/zustaendigkeiten/standards/"))
    assert "A IV 2" in detail and "Zuständigkeiten speichern" not in detail
    assert "§ 66 LPVG NRW" in main_text(browser.get("/steuerung/gremien/beteiligung/"))
    for address in ("gremien/gibt-es-nicht/", "gremien/zustaendigkeiten/gibt-es-nicht/"):
        assert browser.get(f"/steuerung/{address}").status_code == 404


def test_empty_states(house) -> None:
    browser = house.browser("tomke.")
    assert "Noch kein Beschluss" in main_text(browser.get("/steuerung/beschluesse/"))
    assert "Noch keine Vorlage" in main_text(browser.get("/steuerung/vorlagen/"))
    assert "Kein Beschluss gefunden" in main_text(browser.get("/steuerung/beschluesse/?q=nichts"))
    assert "Keine Vorlage gefunden" in main_text(browser.get("/steuerung/vorlagen/?q=nichts"))


def test_the_office_changes_responsibilities_and_rules(house) -> None:
    browser = house.browser("tomke.")
    page = "/steuerung/gremien/zustaendigkeiten/standards/"
    answer = browser.post(
        page, {"name": "Standard", "version": "1", "vorschlag": [str(house.body("personalrat").id)]}
    )
    assert answer.status_code == 422
    assert "Genau eine Stelle entscheidet" in main_text(answer)
    assert f'value="{house.body("personalrat").id}" checked' in answer.content.decode()
    good = {"name": "Standard", "version": "1", "entscheidet": str(house.body("it-steuerung").id)}
    assert browser.post(page, good).status_code == 302
    again = browser.post(page, {**good, "name": "Zu spät"})
    assert again.status_code == 409 and "Zu spät" in again.content.decode()
    rule = "/steuerung/gremien/beteiligung/personalrat/"
    wrong = browser.post(rule, {"frist": "0", "schweigen": "agreed", "einwand": "noted", "version": "1"})
    assert wrong.status_code == 422 and "1 bis 90 Arbeitstagen" in main_text(wrong)
    assert (
        browser.post(
            rule, {"frist": "7", "schweigen": "agreed", "einwand": "noted", "version": "1"}
        ).status_code
        == 302
    )
    assert "7 Arbeitstage" in main_text(browser.get("/steuerung/gremien/beteiligung/"))
    board = "/steuerung/gremien/verwaltungsvorstand/"
    assert "Muster" in main_text(browser.get(board))
    values = {"anteil": "60", "ladung": "5", "gleichheit": "chair", "version": "0"}
    assert browser.post(f"{board}regeln/", values).status_code == 302
    assert "mindestens 60 Prozent" in main_text(browser.get(board))
    assert browser.post(f"{board}regeln/", values).status_code == 409
    assert house.browser("insa.").post(f"{board}regeln/", values).status_code == 403


def test_a_new_board_and_its_members(house) -> None:
    browser = house.browser("tomke.")
    assert browser.post("/steuerung/gremien/neu/", {"name": "", "kurz": ""}).status_code == 422
    made = browser.post(
        "/steuerung/gremien/neu/", {"name": "Datenkreis für Öffnung", "kurz": "DK", "aufgabe": "Daten"}
    )
    assert made.headers["Location"].startswith("/steuerung/gremien/datenkreis-fuer-oeffnung/")
    page = "/steuerung/gremien/datenkreis-fuer-oeffnung/"
    today = clock.today()
    wrong = browser.post(f"{page}mitglieder/", {"funktion": "chair", **day("ab", today)})
    assert wrong.status_code == 422 and "entweder eine Person oder eine Stelle" in main_text(wrong)
    values = {"stelle": str(Post.objects.get(key="110.6-1").id), "funktion": "chair", **day("ab", today)}
    assert browser.post(f"{page}mitglieder/", values).status_code == 302
    assert "Jorid Webrahmen" in main_text(browser.get(page))
    row = Membership.objects.get(committee__short="DK")
    assert browser.post(f"/steuerung/gremien/think-tank/mitglieder/{row.id}/beenden/").status_code == 404
    assert browser.post(f"{page}mitglieder/{row.id}/beenden/").status_code == 302
    change = {"name": "Datenkreis", "kurz": "DK", "aufgabe": "", "version": "1"}
    assert browser.post(f"{page}bearbeiten/", change).status_code == 302
    assert browser.post(f"{page}bearbeiten/", change).status_code == 422


def test_a_city_that_begins_puts_in_the_samples(house) -> None:
    DecisionKind.objects.all().delete()
    StatementRule.objects.all().delete()
    browser = house.browser("tomke.")
    for page in ("zustaendigkeiten", "beteiligung"):
        assert "Muster aus dem Strategiepapier" in main_text(browser.get(f"/steuerung/gremien/{page}/"))
    assert "Muster aus" not in main_text(house.browser("insa.").get("/steuerung/gremien/zustaendigkeiten/"))
    assert browser.post("/steuerung/gremien/muster/").status_code == 302
    assert (DecisionKind.objects.count(), StatementRule.objects.count()) == (8, 5)
    unit = Post.objects.get(key="800-1").unit
    values = {"name": "Wirtschaftsförderung", "kurz": "WF", "gremienart": "unit", "einheit": ""}
    wrong = browser.post("/steuerung/gremien/neu/", values)
    assert wrong.status_code == 422 and "Wählen Sie die Einheit" in main_text(wrong)
    assert browser.post("/steuerung/gremien/neu/", {**values, "einheit": str(unit.id)}).status_code == 302
    assert "Levke Tuchmesser" in main_text(browser.get("/steuerung/gremien/wirtschaftsfoerderung/"))


def test_writing_a_paper_from_a_thing(house) -> None:
    browser = house.browser("jorid.")
    start = browser.get("/steuerung/vorlagen/neu/")
    assert f'value="test_thing:{house.thing}"' in start.content.decode()
    address = f"/steuerung/vorlagen/neu/?gegenstand=test_thing:{house.thing}&wirkung=start"
    page = browser.get(address).content.decode()
    for part in (
        'value="Dokumentenmanagement"',
        "120.000,00",
        "Haushalt 2027",
        "Akten liegen verstreut.",
        "01.03.2027",
    ):
        assert part in page
    assert '<option value="start" selected>' in page
    typed = {
        "titel": "Dokumente", "art": str(house.kind("it-grundsatz").id), "wirkung": "start", "vorschlag": "Ja.",
        "begruendung": "Weil.", "jahr-0": "2027", "betrag-0": "viel", "stellungnahmen": ["personalrat", "erfunden"],
    }  # fmt: skip
    wrong = browser.post(address, typed)
    assert wrong.status_code == 422
    assert "Geben Sie den Betrag in Euro an" in main_text(wrong) and 'value="viel"' in wrong.content.decode()
    done = browser.post(address, {**typed, "betrag-0": "1.000,50"})
    paper = DecisionPaper.objects.get()
    assert done.headers["Location"].startswith(f"/steuerung/vorlagen/{paper.id}/")
    assert paper.statements == ["personalrat"] and str(paper.costs.get().amount) == "1000.50"
    edit = f"/steuerung/vorlagen/{paper.id}/bearbeiten/"
    assert "1.000,50" in browser.get(edit).content.decode()
    changed = {**typed, "betrag-0": "", "titel": "Dokumente neu", "version": "1"}
    assert browser.post(edit, changed).status_code == 302
    late = browser.post(edit, {**changed, "vorschlag": "Mein später Text."})
    assert late.status_code == 409 and "Mein später Text." in late.content.decode()
    for other in ("gegenstand=test_thing:x", "gegenstand=unsinn", f"gegenstand=test_thing:{ids.new_id()}"):
        assert browser.get(f"/steuerung/vorlagen/neu/?{other}").status_code == 404
    assert house.browser("frieda.").get(f"/steuerung/vorlagen/{paper.id}/").status_code == 404
    assert browser.get("/steuerung/vorlagen/neu/?gegenstand=ohne").status_code == 200


def test_from_the_inbox_to_the_vote_of_the_staff_council(house) -> None:
    paper = house.submit(house.paper(statements=("personalrat",)))
    detlev = house.browser("detlev.")
    task = house.task(paper, "s_personalrat")
    inbox = detlev.get(f"/arbeit/?ansicht=frei&aufgabe={task}")
    page = f"/steuerung/vorlagen/{paper.id}/"
    assert f'href="{page}"' in inbox.content.decode()
    assert "Aufgabe erledigen</span>" not in inbox.content.decode(), "it is done on the paper's page"
    assert f'href="{page}"' in detlev.get(f"/arbeit/aufgaben/{task}/").content.decode()
    assert detlev.post(f"/arbeit/aufgaben/{task}/erledigen/").headers["Location"] == page
    assert detlev.post(f"/arbeit/aufgaben/{task}/uebernehmen/").status_code == 302
    text = main_text(detlev.get(page))
    assert "gilt als zugestimmt" in text and "§ 66 LPVG NRW" in text
    give = f"{page}aufgabe/{task}/"
    wrong = detlev.post(give, {"votum": "objected", "text": ""})
    assert wrong.status_code == 422 and "Schreiben Sie dazu, warum" in main_text(wrong)
    assert detlev.post(give, {"votum": "agreed", "text": ""}).status_code == 302
    twice = detlev.post(give, {"votum": "agreed", "text": "noch einmal"})
    assert twice.status_code in {409, 422}
    assert "Votum abgeben" not in main_text(detlev.get(page))
    assert "einverstanden" in main_text(house.browser("tomke.").get(page))
    for name in ("vorlage.pdf", "fassung/1/vorlage.pdf"):
        answer = detlev.get(f"{page}{name}")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert detlev.get(f"{page}fassung/7/vorlage.pdf").status_code == 404


def test_sending_round_says_what_is_missing_and_withdrawing_asks_why(house) -> None:
    paper = house.paper("jorid.", proposal="")
    browser, page = house.browser("jorid."), f"/steuerung/vorlagen/{paper.id}/"
    answer = browser.post(f"{page}einreichen/", {"version": "1"})
    assert answer.status_code == 422 and "was beschlossen werden soll" in main_text(answer)
    assert browser.post(f"{page}zurueckziehen/", {"grund": ""}).status_code == 422
    assert browser.post(f"{page}zurueckziehen/", {"grund": "Überholt"}).status_code == 302
    assert "zurückgezogen" in main_text(browser.get(page))
    paper.refresh_from_db()
    assert paper.status == PaperStatus.WITHDRAWN
    assert browser.get(f"{page}bearbeiten/").status_code == 409


def test_deciding_alone(house) -> None:
    paper = house.cleared(key="standards", effect="start")
    page = f"/steuerung/vorlagen/{paper.id}/"
    enno = house.browser("enno.")
    assert "entscheiden Sie allein" in main_text(enno.get(page))
    assert "entscheiden Sie allein" not in main_text(house.browser("insa.").get(page))
    values = {"entscheidung": "", "wortlaut": "Der Standard gilt.", "version": str(paper.version)}
    wrong = enno.post(f"{page}entscheiden/", values)
    assert wrong.status_code == 422 and "Der Standard gilt." in wrong.content.decode()
    assert (
        house.browser("insa.").post(f"{page}entscheiden/", {**values, "entscheidung": "annehmen"}).status_code
        == 403
    )
    done = enno.post(f"{page}entscheiden/", {**values, "entscheidung": "annehmen"})
    made = Resolution.objects.get()
    assert done.headers["Location"].startswith(f"/steuerung/beschluesse/{made.id}/")
    text = main_text(enno.get(f"/steuerung/beschluesse/{made.id}/"))
    assert "Vorhaben beginnen" in text and "Wiedervorlage anlegen" in text


def test_a_meeting_from_plan_to_minutes(house) -> None:
    browser = house.browser("tomke.")
    plan = "/steuerung/gremien/verwaltungsvorstand/sitzung/neu/"
    when = house.meeting(-14).starts_at
    wrong = browser.post(plan, {**day("tag", when), "beginn": "neun", "ende": "11", "ort": "Rathaus"})
    assert wrong.status_code == 422 and 'value="neun"' in wrong.content.decode()
    made = browser.post(plan, {**day("tag", when), "beginn": "9.30", "ende": "11", "ort": "Rathaus"})
    meeting = Meeting.objects.latest("id")
    page = f"/steuerung/gremien/sitzungen/{meeting.id}/"
    assert made.headers["Location"].startswith(page)
    assert browser.post(f"{page}tagesordnung/", {"thema": "", "art": "decision"}).status_code == 422
    for title in ("Mobile Geräte", "Lage der IT"):
        kind = "decision" if title.startswith("M") else "information"
        values = {"thema": title, "art": kind, "dauer": "20"}
        assert browser.post(f"{page}tagesordnung/", values).status_code == 302
    first, second = meeting.items.order_by("position")
    assert browser.post(f"{page}tagesordnung/{second.id}/ordnen/", {"was": "hoch"}).status_code == 302
    text = main_text(browser.get(page))
    assert text.index("Lage der IT") < text.index("Mobile Geräte")
    assert "Ladungsfrist ist knapp" in text
    assert browser.post(f"{page}einladen/", {"version": "1"}).status_code == 302
    assert "Ladungsfrist" in main_text(browser.post(f"{page}einladen/", {"version": "1"}))
    calendar = browser.get(f"{page}termin.ics")
    assert calendar["Content-Type"].startswith("text/calendar") and b"METHOD:PUBLISH" in calendar.content
    item = f"{page}tagesordnung/{first.id}/"
    assert "noch nicht eröffnet" in main_text(browser.get(item))
    there = [str(one.id) for one in Person.objects.filter(email__regex="^(insa|enno|gesche|hinnerk|amke)")]
    assert browser.post(f"{page}anwesenheit/", {"anwesend": there, "version": "2"}).status_code == 302
    vote = {"ergebnis": "vote", "wortlaut": "Neue Geräte.", "ja": "9", "nein": "0", "enthaltung": "0"}
    wrong = browser.post(item, vote)
    assert wrong.status_code == 422 and "nur 5 Stimmberechtigte" in main_text(wrong)
    assert browser.post(item, {**vote, "ja": "5"}).status_code == 302
    assert browser.post(f"{page}tagesordnung/{second.id}/", {"niederschrift": "Bericht."}).status_code == 302
    minutes = {
        "verlauf": "Pünktlich.",
        f"punkt-{first.id}": "Aussprache.",
        f"punkt-{second.id}": "Bericht.",
        "version": "0",
    }
    assert browser.post(f"{page}niederschrift/", minutes).status_code == 302
    assert browser.post(f"{page}niederschrift/", minutes).status_code == 409
    draft = browser.get(f"{page}niederschrift.pdf")
    assert draft.content.startswith(b"%PDF")
    assert (
        browser.post(f"{page}niederschrift/genehmigen/", {"sitzung": "", "version": "1"}).status_code == 422
    )
    later = house.held(-2)
    values = {"sitzung": str(later.id), "version": "1"}
    assert browser.post(f"{page}niederschrift/genehmigen/", values).status_code == 302
    text = main_text(house.browser("insa.").get(page))
    assert "genehmigt" in text and "Beschluss VV-" in text
    assert house.browser("frieda.").get(page).status_code == 404
    assert house.browser("frieda.").get(f"{page}niederschrift.pdf").status_code == 404
    assert browser.get(f"{page}niederschrift/").status_code == 404, "it is closed"


def test_moving_and_calling_off_a_meeting(house) -> None:
    browser, meeting = house.browser("tomke."), house.meeting(20)
    page = f"/steuerung/gremien/sitzungen/{meeting.id}/"
    assert 'value="09:00"' in browser.get(f"{page}bearbeiten/").content.decode()
    values = {
        **day("tag", meeting.starts_at),
        "beginn": "10:00",
        "ende": "12:00",
        "ort": "Saal",
        "version": "1",
    }
    assert browser.post(f"{page}bearbeiten/", values).status_code == 302
    assert browser.post(f"{page}bearbeiten/", values).status_code == 409
    assert browser.post(f"{page}absagen/", {"version": "2"}).status_code == 302
    assert "abgesagt" in main_text(browser.get(page))


@pytest.fixture
def resolution(house) -> Resolution:
    meeting = house.held(-20)
    item = meetings.add_item(
        house.actor("tomke."), meeting_id=meeting.id, title="Geräte", kind="decision", minutes=10
    )
    made = resolutions.decide_item(
        house.actor("tomke."),
        meeting_id=meeting.id,
        item_id=item.id,
        outcome="vote",
        text="=Neue Geräte.",
        ballot=Ballot(rules.Votes(6, 0, 0)),
    )
    assert made is not None
    return made


def test_a_follow_up_by_its_pages(house, resolution) -> None:
    browser, page = house.browser("tomke."), f"/steuerung/beschluesse/{resolution.id}/"
    due = clock.today() + timedelta(days=10)
    add = f"{page}wiedervorlage/"
    wrong = browser.post(add, {"auftrag": "Zeitplan", **day("bis", due)})
    assert wrong.status_code == 422 and 'value="Zeitplan"' in wrong.content.decode()
    values = {"auftrag": "Zeitplan", "wer": str(Post.objects.get(key="110.6-1").id), **day("bis", due)}
    assert house.browser("insa.").post(add, values).status_code == 403
    assert browser.post(add, values).status_code == 302
    row = FollowUp.objects.get()
    jorid = house.browser("jorid.")
    (item,) = processes.inbox(house.actor("jorid."), processes.Filters(view="all")).items
    inbox = jorid.get(f"/arbeit/?ansicht=alle&aufgabe={item.id}").content.decode()
    assert f"{page}#wv-{row.id}" in inbox
    done = f"{add}{row.id}/erledigen/"
    assert jorid.post(done, {"vermerk": ""}).status_code == 422
    assert house.browser("frieda.").post(done, {"vermerk": "x"}).status_code == 403
    assert jorid.post(f"{add}{row.id}/verschieben/", day("bis", due)).status_code == 403
    assert browser.post(f"{add}{row.id}/verschieben/", day("bis", due + timedelta(days=5))).status_code == 302
    assert browser.post(f"{add}{ids.new_id()}/erledigen/", {"vermerk": "x"}).status_code == 404
    assert jorid.post(done, {"vermerk": "Liegt vor."}).status_code == 302
    assert "Liegt vor." in main_text(browser.get(page))
    assert jorid.post(done, {"vermerk": "Noch einmal"}).status_code == 422


def many(resolution: Resolution, number: int) -> None:
    """Write resolutions as the register has them after years."""
    today = clock.today()
    Resolution.objects.bulk_create(
        [
            Resolution(
                committee=resolution.committee,
                year=today.year - 1 - serial % 5,
                serial=1000 + serial,
                number=f"VV-ALT-{serial:05d}",
                on=today - timedelta(days=serial % 1800),
                title=f"Beschluss über Sache {serial}",
                text="Wortlaut",
                outcome="adopted",
                decided_by="Verwaltungsvorstand",
                recorded_at=clock.now(),
                recorded_by="Büro",
                search_text=fold(f"VV-ALT-{serial:05d} Beschluss über Sache {serial}"),
            )
            for serial in range(number)
        ]
    )


def test_the_register_with_ten_thousand(house, resolution) -> None:
    browser = house.browser("jasper.")

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    few = queries("/steuerung/beschluesse/")
    many(resolution, 10_000)
    assert queries("/steuerung/beschluesse/") == few
    text = main_text(browser.get("/steuerung/beschluesse/?q=sache+4711"))
    assert "VV-ALT-04711" in text and "1 Beschluss" in text
    assert queries("/steuerung/beschluesse/?seite=400") == few
    year = clock.today().year - 1
    page = browser.get(
        f"/steuerung/beschluesse/?jahr={year}&gremium={resolution.committee_id}&ergebnis=adopted"
    )
    assert "2.000 Beschlüsse" in main_text(page)
    answer = browser.get(f"/steuerung/beschluesse/beschluesse.csv?jahr={resolution.year}")
    rows = list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0][0] == "Nummer" and rows[1][0] == resolution.number
    assert rows[1][6] == "'=Neue Geräte.", "no spreadsheet computes what somebody wrote"
    found = main_text(browser.get("/arbeit/suche/?q=sache+4711"))
    assert "Beschluss über Sache 4711" in found


def test_lists_and_pages_ask_a_constant_number(house) -> None:
    browser = house.browser("tomke.")
    paper = house.submit(house.paper(statements=("personalrat",)))

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    before = {
        one: queries(one)
        for one in ("/steuerung/vorlagen/", "/steuerung/gremien/", f"/steuerung/vorlagen/{paper.id}/")
    }
    for _ in range(6):
        house.submit(house.paper(statements=("datenschutz", "personalrat", "gleichstellung")))
    for _ in range(5):
        house.meeting(10)
    for address, number in before.items():
        assert queries(address) <= number, address
    assert Ref("decision_paper", paper.id)
    assert NumberSeries.objects.get(series="paper").last == 7


def test_odd_input_is_no_fault_of_ours(house, resolution) -> None:
    browser = house.browser("tomke.")
    for query in (
        "?seite=x",
        "?seite=99999",
        "?gremium=x",
        "?jahr=12345",
        "?jahr=abcd",
        "?folge=nie",
        "?q=%00",
    ):
        assert browser.get(f"/steuerung/beschluesse/{query}").status_code == 200, query
        assert browser.get(f"/steuerung/vorlagen/{query}").status_code == 200, query
    board = "/steuerung/gremien/verwaltungsvorstand/"
    for values in ({}, {"person": "\x00", "stelle": "x" * 500, "funktion": "\x00"}):
        assert browser.post(f"{board}mitglieder/", values).status_code == 422
    assert (
        browser.post(
            f"{board}sitzung/neu/", {"tag.tag": "31", "tag.monat": "2", "tag.jahr": "2027"}
        ).status_code
        == 422
    )
    page = f"/steuerung/beschluesse/{resolution.id}/wiedervorlage/"
    assert browser.post(page, {"auftrag": "x" * 501, "wer": "y"}).status_code == 422


@pytest.mark.parametrize("typed", ["9" * 30, "9:" + "9" * 9, "٣:00", "25:00"])
def test_a_time_that_cannot_be_is_told_at_its_field(house, typed: str) -> None:
    answer = house.browser("tomke.").post(
        "/steuerung/gremien/verwaltungsvorstand/sitzung/neu/",
        {"beginn": typed, "ende": "12:00", "ort": "Rathaus"},
    )
    assert answer.status_code == 422 and 'id="beginn-fehler"' in answer.content.decode()
