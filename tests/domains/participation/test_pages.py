"""The pages: what they show to whom, what they take, and that points stay hidden until rating ends."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domains.participation.conftest import (
    AUDITOR,
    CHIEF,
    CLERK,
    COORDINATOR,
    MAYOR,
    OTHER,
    PROGRAM,
    Scene,
    at,
    content,
    spans,
)
from faces.helpers import main_text
from leineweber.domains.participation.models import (
    Comment,
    CriteriaSet,
    Decision,
    Proposal,
    Rating,
    Round,
)
from leineweber.domains.participation.services import proposals, results, rounds
from leineweber.domains.participation.views import results as result_views
from leineweber.people.organisation.rules import fold

pytestmark = pytest.mark.django_db
AT = "/steuerung/beteiligung/"
MONTHS = timedelta(days=50)
SECRET = "GEHEIMWORT"


def days(name: str, first: str) -> dict[str, str]:
    return dict(zip((f"{name}.tag", f"{name}.monat", f"{name}.jahr"), first.split("."), strict=True))


def round_form(**changes: str) -> dict[str, str]:
    values = {"titel": "Zweite Runde", "zweck": "Was kommt dazu?", "bewertung": "unit", "version": "0"}
    for kind, first, last in (
        ("collect", "1.12.2026", "20.12.2026"),
        ("comment", "21.12.2026", "10.1.2027"),
        ("rate", "11.1.2027", "31.1.2027"),
        ("decide", "1.2.2027", "28.2.2027"),
    ):
        values |= days(f"{kind}_ab", first) | days(f"{kind}_bis", last)
    return {**values, **changes}


def problems(response: HttpResponse) -> list[str]:
    """Return the links of the error summary, and see that each leads to something on the page."""
    assert response.status_code == 422
    page = response.content.decode()
    summary = page.split('id="fehler"', 1)[1].split("</ul>", 1)[0]
    links = re.findall(r'href="#([^"]+)"', summary)
    for link in links:
        assert f'id="{link}"' in page, link
    return links


def pages(scene: Scene, proposal: Proposal) -> Iterator[str]:
    """Return every address of the room that shows something."""
    here = f"{AT}{scene.round.id}/"
    yield AT
    yield from (here + page for page in ("", "vorschlaege/", "bewerten/", "ergebnis/", "entscheidungen/"))
    yield from (here + f"{name}.csv" for name in ("vorschlaege", "kommentare", "rangliste", "entscheidungen"))
    yield from (f"{AT}vorschlaege/{proposal.id}/{page}" for page in ("", "bewerten/", "entscheiden/"))
    yield f"{AT}kriterien/{scene.criteria.id}/"
    yield from ("/steuerung/", "/arbeit/", f"/arbeit/suche/?q={SECRET}", f"/arbeit/suche/?q={fold(SECRET)}")


@pytest.mark.parametrize("voice", ["unit", "person"])
def test_nobody_sees_the_points_of_others_before_rating_ends(scene: Scene, voice: str) -> None:
    """Over every page and export, for every role; in the unit's own sheet only its members see it."""
    Round.objects.filter(id=scene.round.id).update(voice=voice)
    proposal = scene.propose("600")
    with at("rate"):
        clerk = scene.browser(CLERK)
        sheet = f"{AT}vorschlaege/{proposal.id}/bewerten/"
        values = {f"punkte-{one.id}": "5" for one in scene.measures()}
        values |= {f"notiz-{one.id}": SECRET for one in scene.measures()}
        answer = clerk.post(sheet, {**values, "begruendung": f"{SECRET} für alle", "version": "0"})
        assert answer.status_code == 302
        assert SECRET in clerk.get(sheet).content.decode()
        assert SECRET in clerk.get(f"{AT}{scene.round.id}/bewerten/").content.decode()
    for stage in ("before", "collect", "comment", "rate"):
        with at(stage):
            for who in (OTHER, MAYOR, AUDITOR, COORDINATOR, "tjark.") + (
                (CHIEF,) if voice == "person" else ()
            ):
                browser = scene.browser(who)
                for address in pages(scene, proposal):
                    response = browser.get(address)
                    assert response.status_code in {200, 403, 404}, address
                    text = (
                        response.content.decode().replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
                    )
                    inside = text.split("<main", 1)[-1]
                    if "suche" not in address:
                        assert SECRET not in inside, (stage, who, address)
                assert browser.get(f"{AT}{scene.round.id}/rangliste.csv").status_code == 404
                assert browser.get(f"{AT}{scene.round.id}/entscheidungen.csv").status_code == 404
                assert browser.post(f"{AT}{scene.round.id}/festschreiben/").status_code in {403, 404}
    with at("between"):
        results.freeze(PROGRAM, round_id=scene.round.id)
        shown = scene.browser(OTHER).get(f"{AT}vorschlaege/{proposal.id}/").content.decode()
        assert f"{SECRET} für alle" in shown and "150 Bürgeramt" in shown
        assert "Garnmeister" not in shown  # units, not persons


def test_the_list_says_what_runs_and_filters(scene: Scene) -> None:
    with at("collect"):
        browser = scene.browser(CLERK)
        text = main_text(browser.get(AT))
        assert text.startswith("tabindex") or "Eine Runde läuft: Vorschlagen bis 18.10.2026." in text
        assert "Sie handeln hier für: 150 Bürgeramt." in text
        assert "Welche Ziele zuerst?" in main_text(browser.get(f"{AT}?stand=running"))
        assert "Keine solche Runde" in main_text(browser.get(f"{AT}?stand=over"))
        assert "Runde anlegen" not in text
        assert "Runde anlegen" in main_text(scene.browser(COORDINATOR).get(AT))
    with at("after"):
        assert "Zurzeit läuft keine Beteiligung." in main_text(scene.browser(CLERK).get(AT))
    Round.objects.all().update(status="draft")
    with at("collect"):
        assert "Noch keine Runde" in main_text(browser.get(AT))
        for page in ("", "vorschlaege/", "ergebnis/", "vorschlaege.csv"):
            assert browser.get(f"{AT}{scene.round.id}/{page}").status_code == 404
        draft = main_text(scene.browser(COORDINATOR).get(f"{AT}{scene.round.id}/"))
        assert "Runde veröffentlichen" in draft


def test_a_round_is_prepared_published_moved_and_cancelled(scene: Scene) -> None:
    with at("collect"):
        browser = scene.browser(COORDINATOR)
        assert browser.get(f"{AT}neu/").status_code == 200
        wrong = browser.post(f"{AT}neu/", round_form(titel=" ", **days("rate_bis", "31.2.2027")))
        assert problems(wrong) == ["rate_bis-tag"]
        assert "Was kommt dazu?" in wrong.content.decode()
        wrong = browser.post(f"{AT}neu/", round_form(**days("comment_ab", "20.12.2026")))
        assert problems(wrong) == ["comment_ab-tag"]
        made = browser.post(f"{AT}neu/", round_form())
        assert made.status_code == 302
        fresh = Round.objects.get(title="Zweite Runde")
        here = f"{AT}{fresh.id}/"
        assert "Die Runde ist gespeichert." in main_text(browser.get(made.headers["Location"]))
        assert problems(browser.post(f"{here}veroeffentlichen/", {"version": "1"})) == ["kriterien"]
        chosen = round_form(kriterien=str(scene.criteria.id), version="1", eigene="true")
        assert browser.post(f"{here}bearbeiten/", chosen).status_code == 302
        stale = browser.post(f"{here}bearbeiten/", {**chosen, "titel": "Meine Fassung"})
        assert problems(stale) == ["titel"]
        assert "Jemand anders hat inzwischen gespeichert" in main_text(stale)
        assert "Meine Fassung" in stale.content.decode()
        assert browser.post(f"{here}veroeffentlichen/", {"version": "2"}).status_code == 302
        fresh.refresh_from_db()
        assert (fresh.status, fresh.own_rating) == ("open", True)
        assert "beginnt am 01.12.2026" in main_text(scene.browser(CLERK).get(here))
        assert problems(browser.post(f"{here}abbrechen/", {"grund": ""})) == ["grund"]
        assert browser.post(f"{here}abbrechen/", {"grund": "Die Mittel fehlen."}).status_code == 302
        assert "Die Mittel fehlen." in main_text(scene.browser(CLERK).get(here))


def test_a_unit_proposes_and_changes_its_proposal(scene: Scene) -> None:
    here = f"{AT}{scene.round.id}/vorschlaege/"
    values = {
        "einheit": str(scene.unit("150").id),
        "titel": "Termin <b>verlegen</b>",
        "zweck": "",
        "ergebnis": "Ein Verweis",
        "handlungsfeld": "Digitale Dienste",
    }
    with at("collect"):
        browser = scene.browser(CLERK)
        assert "Sie schlagen für 150 Bürgeramt vor." in main_text(browser.get(f"{here}neu/"))
        assert problems(browser.post(f"{here}neu/", {**values, "einreichen": "1"})) == ["zweck"]
        foreign = {**values, "einheit": str(scene.unit("600").id)}
        assert browser.post(f"{here}neu/", foreign).status_code == 422
        kept = browser.post(f"{here}neu/", {**values, "entwurf": "1"})
        assert "Ihn sieht nur Ihre Einheit." in main_text(browser.get(kept.headers["Location"]))
        draft = Proposal.objects.get()
        one = f"{AT}vorschlaege/{draft.id}/"
        other = scene.browser(OTHER)
        for page in ("", "bearbeiten/", "bewerten/"):
            assert other.get(one + page).status_code == 404, page
        assert other.post(f"{one}zurueckziehen/").status_code == 404
        assert "Noch kein Vorschlag" in main_text(other.get(here))
        colleague = scene.browser(CHIEF)
        assert colleague.get(f"{one}bearbeiten/").status_code == 200
        full = {**values, "zweck": "Weniger Leerlauf", "version": "1", "einreichen": "1"}
        assert colleague.post(f"{one}bearbeiten/", full).status_code == 302
        assert "&lt;b&gt;verlegen&lt;/b&gt;" in other.get(one).content.decode()
        stale = browser.post(f"{one}bearbeiten/", {**full, "titel": "Mein Titel"})
        assert problems(stale) == ["titel"]
        assert "Mein Titel" in stale.content.decode()
        # The page now carries the version in force: who has compared may save.
        assert (
            browser.post(f"{one}bearbeiten/", {**full, "titel": "Mein Titel", "version": "2"}).status_code
            == 302
        )
        assert "Mein Titel" in main_text(other.get(f"{here}?q=mein+titel"))
        assert "Kein Vorschlag gefunden" in main_text(other.get(f"{here}?q=nirgends"))
        assert "Mein Titel" in main_text(other.get(f"{here}?einheit={scene.unit('150').id}&stand=open"))
        assert "Kein Vorschlag gefunden" in main_text(other.get(f"{here}?eigene=1"))
    with at("rate"):
        browser = scene.browser(CLERK)
        late = browser.post(f"{one}bearbeiten/", {**full, "version": "3"})
        assert late.status_code == 422
        assert "Vorschlagen ist in dieser Runde nur vom 05.10.2026 bis 18.10.2026 möglich." in main_text(late)
        assert problems(browser.post(f"{one}zurueckziehen/")) == ["vorschlag"]
        assert "Vorschlagen ist zurzeit nicht möglich" in main_text(browser.get(f"{here}neu/"))


def test_comments_on_the_page(scene: Scene) -> None:
    proposal = scene.propose("600")
    one = f"{AT}vorschlaege/{proposal.id}/"
    unit = str(scene.unit("150").id)
    with at("comment"):
        browser, colleague = scene.browser(CLERK), scene.browser(CHIEF)
        assert problems(browser.post(f"{one}kommentare/", {"einheit": unit, "kommentar": " "})) == [
            "kommentar"
        ]
        sent = browser.post(f"{one}kommentare/", {"einheit": unit, "kommentar": "Und die <Kosten>?"})
        assert sent.status_code == 302
        first = Comment.objects.get()
        text = main_text(colleague.get(f"{one}?antwort={first.id}"))
        assert "Frieda Garnmeister , 150 Bürgeramt" in text and "Und die <Kosten>?" in text
        assert "Ihre Antwort" in text
        answer = {"einheit": unit, "kommentar": "Sind bekannt.", "antwort_auf": str(first.id)}
        assert colleague.post(f"{one}kommentare/", answer).status_code == 302
        change = f"{AT}kommentare/{first.id}/"
        assert colleague.get(change).status_code == 404
        assert colleague.post(f"{change}zurueckziehen/").status_code == 404
        assert browser.get(change).status_code == 200
        assert browser.post(change, {"kommentar": "Was kostet es?", "version": "1"}).status_code == 302
        assert problems(browser.post(change, {"kommentar": "Alt", "version": "1"})) == ["kommentar"]
        assert browser.post(f"{change}zurueckziehen/").status_code == 302
        text = main_text(browser.get(one))
        assert "Dieser Kommentar wurde zurückgezogen." in text and "Sind bekannt." in text
        exported = browser.get(f"{AT}{scene.round.id}/kommentare.csv").content.decode()
        assert "Sind bekannt." in exported and "Leinenberg" not in exported


def test_rating_all_in_a_table(scene: Scene) -> None:
    made = [scene.propose("600", f"Vorschlag {number}") for number in range(12)]
    scene.propose("150", "Eigener")
    here = f"{AT}{scene.round.id}/bewerten/"
    first, second, *_ = made
    points = scene.measures()
    with at("comment"):
        assert "Bewerten ist zurzeit nicht möglich" in main_text(scene.browser(CLERK).get(here))
    with at("rate"):
        browser = scene.browser(CLERK)
        page = browser.get(here)
        assert "Eigener" not in main_text(page) and "12 Vorschläge" in main_text(page).replace("\u00a0", " ")
        values = {f"{first.id}.punkte-{one.id}": "4" for one in points} | {f"{first.id}.version": "0"}
        wrong = browser.post(here, values)
        assert problems(wrong) == [f"{first.id}-begruendung"]
        assert re.search(r'<option value="4" selected>', wrong.content.decode())
        values[f"{first.id}.begruendung"] = "Nützt vielen."
        values |= {f"{second.id}.punkte-{points[0].id}": "2", f"{second.id}.begruendung": "Kaum."}
        saved = browser.post(f"{here}?seite=1", {**values, "weiter": "1"})
        assert saved.status_code == 302 and "seite=2" in saved.headers["Location"]
        assert "seite=2" in saved.headers["Location"]
        assert Rating.objects.count() == 2
        # Sent again without a change nothing is written; with an older version it is refused and kept.
        values |= {f"{first.id}.version": "1", f"{second.id}.version": "1"}
        browser.post(here, values)
        assert set(Rating.objects.values_list("version", flat=True)) == {1}
        values |= {f"{first.id}.begruendung": "Anders gesehen.", f"{first.id}.version": "0"}
        stale = browser.post(here, values)
        assert problems(stale) == [f"{first.id}-begruendung"]
        assert "Anders gesehen." in stale.content.decode()
        assert "2 von 12" in main_text(browser.get(here))


def test_rating_one_by_one_leads_on(scene: Scene) -> None:
    first, second = scene.propose("600", "Erster"), scene.propose("420", "Zweiter")
    own = scene.propose("150", "Eigener")
    measure = scene.measures()[0]
    with at("rate"):
        browser = scene.browser(CLERK)
        sheet = f"{AT}vorschlaege/{first.id}/bewerten/"
        assert problems(browser.post(sheet, {"begruendung": "x", "version": "0"})) == [f"punkte-{measure.id}"]
        values = {f"punkte-{measure.id}": "4", "begruendung": "Gut.", "version": "0", "weiter": "1"}
        onward = browser.post(sheet, values)
        assert str(second.id) in onward.headers["Location"]
        done = browser.post(f"{AT}vorschlaege/{second.id}/bewerten/", values)
        assert "alle-bewertet" in done.headers["Location"]
        assert "Das ist ein Vorschlag Ihrer Einheit" in main_text(
            browser.get(f"{AT}vorschlaege/{own.id}/bewerten/")
        )
        assert problems(browser.post(sheet, values)) == ["begruendung"]  # saved meanwhile


def test_the_result_first_the_sentence_then_ranking_sensitivity_and_picture(scene: Scene) -> None:
    _, second = scene.rated()
    here = f"{AT}{scene.round.id}/"
    with at("rate"):
        text = main_text(scene.browser(MAYOR).get(f"{here}ergebnis/"))
        assert "Die Punkte sind bis zum 15.11.2026 verdeckt." in text
    with at("between"):
        browser = scene.browser(COORDINATOR)
        assert "wird gerade festgeschrieben" in main_text(browser.get(f"{here}ergebnis/"))
        assert browser.post(f"{here}festschreiben/").status_code == 302
        page = scene.browser(CLERK).get(f"{here}ergebnis/")
        text = main_text(page).replace("\u00a0", " ")
        assert "V 1 „Bauakten durchsuchen“ steht vorn und bleibt es in 100 % der Versuche" in text
        assert "3 Einheiten haben bewertet" in text and "Maßstab, Fassung 1" in text
        assert "In keinem Versuch haben benachbarte Vorschläge die Plätze getauscht." in text
        picture = page.content.decode().split("<svg viewBox", 1)[1].split("</svg>", 1)[0]
        assert "Aufwand (1 gering, 5 hoch)" in picture and "V\u00a01" in picture
        assert "style=" not in picture
        (head, *lines) = csv.reader(
            io.StringIO(browser.get(f"{here}rangliste.csv").content.decode("utf-8-sig")), delimiter=";"
        )
        assert [line[:3] for line in lines] == [
            ["1", "1", "Bauakten durchsuchen"],
            ["2", "2", "Rund um die Uhr"],
        ]
        assert lines[1][head.index("Beitrag: Standardabweichung")] == "1,0000"
        text = main_text(browser.get(f"{AT}vorschlaege/{second.id}/"))
        assert "Streuung der Punkte von 1 bis 5" in text and "Weil es nützt." in text


def test_deciding_on_the_page(scene: Scene) -> None:
    first, second = scene.rated()
    here = f"{AT}vorschlaege/{first.id}/entscheiden/"
    with at("rate"):
        assert scene.browser(MAYOR).get(here).status_code == 404
    with at("decide"):
        assert scene.browser(CLERK).get(here).status_code == 403
        browser = scene.browser(MAYOR)
        assert browser.get(here).status_code == 200
        values = {
            "entscheidung": "accept",
            "begruendung": "",
            "gremium": "Verwaltungsvorstand",
            "beschluss": "",
        }
        assert problems(browser.post(here, values)) == ["begruendung"]
        assert problems(browser.post(here, {**values, "entscheidung": "x"})) == ["entscheidung"]
        assert browser.post(here, {**values, "begruendung": "Trägt bei."}).status_code == 302
        again = browser.post(here, {**values, "begruendung": "Noch einmal."})
        assert again.status_code == 422 and "das bleibt so" in main_text(again)
        text = main_text(scene.browser(CLERK).get(f"{AT}{scene.round.id}/entscheidungen/")).replace(
            "\u00a0", " "
        )
        assert "V 1 Bauakten durchsuchen" in text and "angenommen Trägt bei." in text
        assert "Maßstab, Fassung 1 Rang 1" in text and "Vorschlag Einheit V 2 Rund um die Uhr" in text
        proposal_text = main_text(scene.browser(CLERK).get(f"{AT}vorschlaege/{first.id}/"))
        assert "Grundlage: Rang 1 nach „Maßstab, Fassung 1“." in proposal_text
        exported = browser.get(f"{AT}{scene.round.id}/entscheidungen.csv").content.decode()
        assert Decision.objects.get().ranking.digest in exported
    assert second.decisions.count() == 0


def test_what_is_postponed_can_be_proposed_again(scene: Scene) -> None:
    first, second = scene.rated()
    scene.decide(first, "postpone", reason="Später.")
    with at("decide"):
        later = [replace(one, start=one.start + MONTHS, end=one.end + MONTHS) for one in spans()]
        made = rounds.create(
            PROGRAM,
            title="Nächste Runde",
            purpose="Weiter",
            voice="unit",
            own_rating=False,
            criteria_id=scene.criteria.id,
            spans=later,
        )
        rounds.publish(PROGRAM, round_id=made.id, version=1)
        browser, other = scene.browser(OTHER), scene.browser(CLERK)
        one = f"{AT}vorschlaege/{first.id}/"
        assert "In „Nächste Runde“ noch einmal vorschlagen" in main_text(browser.get(one))
        assert "noch einmal vorschlagen" not in main_text(other.get(one))
        form = f"{AT}{made.id}/vorschlaege/neu/"
        assert "Bauakten durchsuchen" in browser.get(f"{form}?von={first.id}").content.decode()
        assert "Bauakten durchsuchen" not in other.get(f"{form}?von={first.id}").content.decode()
        assert second.title not in browser.get(f"{form}?von=nichts").content.decode()


def test_tables_to_take_away_start_no_formula(scene: Scene) -> None:
    scene.propose("600", '=HYPERLINK("x")')
    with at("comment"):
        browser = scene.browser(CLERK)
        given = browser.get(f"{AT}{scene.round.id}/vorschlaege.csv")
        assert given.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "'=HYPERLINK" in given.content.decode("utf-8-sig")
        assert browser.get(f"{AT}{scene.round.id}/anderes.csv").status_code == 404


def test_criteria_from_the_form_to_fixed(scene: Scene) -> None:
    browser = scene.browser(COORDINATOR)
    form = {"name": "Neu", "zweck": "", "methode": "pairwise", "version": "0"}
    assert problems(browser.post(f"{AT}kriterien/neu/", {**form, "kriterium-1": "A"})) == ["kriterium-1"]
    twice = {**form, "kriterium-1": "A", "kriterium-4": "a"}
    assert problems(browser.post(f"{AT}kriterien/neu/", twice)) == ["kriterium-4"]
    rows = {"kriterium-1": "A", "kriterium-2": "B", "kriterium-4": "C", "richtung-4": "effort"}
    made = browser.post(f"{AT}kriterien/neu/", {**form, **rows})
    assert made.status_code == 302
    kept = CriteriaSet.objects.get(name="Neu")
    here = f"{AT}kriterien/{kept.id}/"
    a, b, c = (one.id for one in kept.criteria.all())
    assert "noch offen" in main_text(browser.get(here))
    assert problems(browser.post(f"{here}festlegen/", {"version": "1"})) == ["begruendung"]
    judged = {f"paar-{a}-{b}": "9", f"paar-{b}-{c}": "9", f"paar-{a}-{c}": "1/9", "version": "1"}
    assert browser.post(f"{here}vergleichen/", {**judged, "begruendung": ""}).status_code == 302
    text = main_text(browser.get(here))
    assert "Die Vergleiche widersprechen sich" in text and "6,130" in text
    assert problems(browser.post(f"{here}festlegen/", {"version": "2"})) == ["begruendung"]
    assert browser.post(f"{here}vergleichen/", {**judged, f"paar-{a}-{b}": "8/3"}).status_code == 422
    good = {
        f"paar-{a}-{b}": "3",
        f"paar-{a}-{c}": "5",
        f"paar-{b}-{c}": "3",
        "version": "2",
        "begruendung": "",
    }
    assert browser.post(f"{here}vergleichen/", good).status_code == 302
    text = main_text(browser.get(here)).replace("\u00a0", " ")
    assert "63,7 %" in text and "Konsistenzverhältnis: 0,033" in text
    assert browser.post(f"{here}festlegen/", {"version": "3"}).status_code == 302
    assert browser.get(f"{here}bearbeiten/").status_code == 404
    assert browser.post(f"{here}bearbeiten/", {**form, **rows, "version": "4"}).status_code == 422
    second = browser.post(f"{here}fassung/")
    assert "Das ist die neue Fassung." in main_text(browser.get(second.headers["Location"]))
    assert problems(browser.post(f"{here}fassung/")) == ["kriterien"]
    clerk = scene.browser(CLERK)
    assert "Neu, Fassung 2" in main_text(clerk.get(f"{AT}kriterien/"))
    assert "Neue Fassung beginnen" not in main_text(clerk.get(here))
    entered = {**form, "methode": "entered", "kriterium-1": "A", "gewicht-1": "viel", "kriterium-2": "B"}
    assert problems(browser.post(f"{AT}kriterien/neu/", entered)) == ["gewicht-1"]


def test_for_the_staff_only_and_what_is_not_there_is_404(scene: Scene) -> None:
    for address in (AT, f"{AT}{scene.round.id}/", f"{AT}kriterien/"):
        assert scene.browser("martha.").get(address).status_code == 403
    browser = scene.browser(CLERK)
    for address in (f"{AT}{uuid4()}/", f"{AT}vorschlaege/{uuid4()}/", f"{AT}kriterien/{uuid4()}/"):
        assert browser.get(address).status_code == 404
    for address in (f"{AT}neu/", f"{AT}kriterien/neu/", f"{AT}{scene.round.id}/bearbeiten/"):
        assert browser.get(address).status_code == 403


def test_many_proposals_and_comments_cost_no_more_queries(scene: Scene) -> None:
    """Ten thousand of each: as many queries as for one, and a page a page."""
    proposal = scene.propose("600", "Der erste")
    unit = scene.unit("600")
    with at("comment"):
        proposals.comment(PROGRAM, proposal_id=proposal.id, unit_id=unit.id, text="Kommentar 0")
    here = f"{AT}{scene.round.id}/"
    addresses = (
        AT,
        here,
        f"{here}vorschlaege/",
        f"{here}vorschlaege/?q=erste",
        f"{AT}vorschlaege/{proposal.id}/",
    )
    with at("rate"):
        browser = scene.browser(CLERK)
        watched = (*addresses, f"{here}bewerten/", f"{here}entscheidungen/")
        few = {address: _cost(browser, address) for address in watched}
        now = proposal.created_at
        Proposal.objects.bulk_create(
            (
                Proposal(
                    round=scene.round,
                    unit=unit,
                    number=number,
                    status="submitted",
                    title=f"Vorschlag {number}",
                    purpose="x",
                    result="y",
                    search_text=f"vorschlag {number}",
                    created_at=now,
                    submitted_at=now,
                )
                for number in range(2, 10_001)
            ),
            batch_size=500,
        )
        Comment.objects.bulk_create(
            (
                Comment(
                    proposal=proposal, unit=unit, author="Jemand", text=f"Kommentar {number}", created_at=now
                )
                for number in range(1, 10_000)
            ),
            batch_size=500,
        )
        for address, cost in few.items():
            assert _cost(browser, address) <= cost + 1, address
            assert cost < 25, (address, cost)
        text = main_text(browser.get(f"{here}vorschlaege/?seite=400")).replace("\u00a0", " ")
        assert "Vorschlag 10000" in text and "10.000 Vorschläge" in text
        assert "Kommentar 9999" in main_text(browser.get(f"{AT}vorschlaege/{proposal.id}/?seite=500"))


def test_results_of_many_rows_cost_few_queries_and_are_checked_when_asked(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = scene.rated()
    here = f"{AT}{scene.round.id}/"
    with at("decide"):
        results.freeze(PROGRAM, round_id=scene.round.id)
        browser = scene.browser(CLERK)
        for address in (f"{here}ergebnis/", f"{here}entscheidungen/", f"{AT}vorschlaege/{first.id}/"):
            assert _cost(browser, address) < 25, address
        assert "…, geprüft" in main_text(browser.get(f"{here}ergebnis/"))
        monkeypatch.setattr(result_views, "CHECKED_AT_ONCE", 1)
        assert "noch nicht geprüft" in main_text(browser.get(f"{here}ergebnis/"))
        assert "…, geprüft" in main_text(browser.get(f"{here}ergebnis/?pruefen=1"))
        monkeypatch.setattr(result_views.queries, "digest_of", lambda *_: "anders")
        assert "Die Prüfsumme stimmt nicht" in main_text(browser.get(f"{here}ergebnis/?pruefen=1"))


def _cost(browser, address: str) -> int:  # type: ignore[no-untyped-def]  # Django's test client
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def test_every_page_has_its_name(scene: Scene) -> None:
    assert reverse("participation:rounds") == AT
    with at("collect"):
        rounds.advance(PROGRAM)
        made = proposals.propose(
            PROGRAM, round_id=scene.round.id, unit_id=scene.unit("600").id, content=content(), submit=True
        )
        page = scene.browser(CLERK).get(f"{AT}vorschlaege/{made.id}/").content.decode()
    assert "<title>V\u00a01 Termin verlegen" in page
