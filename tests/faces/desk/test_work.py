"""One task: claim, give back, give on, put aside, do; whatever stands in the way, nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from faces.helpers import main_text
from leineweber.capabilities import documents
from leineweber.capabilities.processes import engine
from leineweber.capabilities.processes import services as processes
from leineweber.capabilities.processes.models import ProcessInstance, Task
from leineweber.domains.applications import letters, queries, services
from leineweber.domains.applications.models import Case, Need
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.organisation import services as organisation
from leineweber.people.organisation.models import Holding, Person, Post

pytestmark = pytest.mark.django_db
AREAS = [
    "Mitte", "Gadderbaum", "Schildesche", "Dornberg", "Jöllenbeck", "Heepen", "Stieghorst", "Sennestadt", "Senne",
    "Brackwede",
]  # fmt: skip


def address(city, case: Case, what: str = "") -> str:
    return f"/arbeit/aufgaben/{city.task(case)}/{what}"


def test_claim_and_release(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    page = clerk.post(address(city, case, "uebernehmen/"), follow=True)
    assert "liegt bei Ihnen" in main_text(page)
    run_until_idle()
    case.refresh_from_db()
    assert case.state == "in_review"
    page = clerk.post(address(city, case, "zuruecklegen/"), follow=True)
    assert "noch nicht übernommen" in main_text(page)


def test_the_slower_clerk_learns_who_was_faster(city) -> None:
    case = city.apply()
    processes.claim(city.task(case), city.actor("frieda."))
    other = city.apply(person__vorname="Ida")
    slower = city.browser("onno.")
    inbox = f"/arbeit/?ansicht=alle&aufgabe={city.task(case)}"
    for answer in (
        slower.post(address(city, case, "uebernehmen/")),
        slower.post(inbox, {"desk.aktion": "uebernehmen", "zurueck": inbox}),
    ):
        assert answer.status_code == 409
        assert "Diese Aufgabe hat bereits Frieda Garnmeister übernommen." in main_text(answer)
    assert other.reference in main_text(answer), "the list stays"


def test_others_get_no_task_whatever_they_try(city) -> None:
    case = city.apply()
    stranger = city.browser("jasper.")
    assert stranger.get(address(city, case)).status_code == 404
    for what in ("uebernehmen", "zuruecklegen", "weitergeben", "wiedervorlage", "erledigen"):
        assert stranger.post(address(city, case, f"{what}/")).status_code == 404
        assert city.browser("frieda.").get(address(city, case, f"{what}/")).status_code == 405
    assert Task.objects.get(id=city.task(case)).status == "open"


def test_whoever_only_looks_does_no_work(city) -> None:
    case = city.apply()
    auditor = city.browser("rieke.")
    assert auditor.get(f"/arbeit/vorgaenge/{case.id}/").status_code == 200
    assert auditor.get(address(city, case)).status_code == 404
    assert auditor.post(address(city, case, "erledigen/"), {"entscheidung": "annehmen"}).status_code == 404


def test_a_question_needs_its_text_and_says_so_at_the_field(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    answer = clerk.post(address(city, case, "erledigen/"), {"entscheidung": "rueckfragen", "frage": "  "})
    assert answer.status_code == 422
    content = answer.content.decode()
    assert "<title>Fehler: " in content
    assert 'href="#frage">Ihre Frage an die Person: Füllen Sie dieses Feld aus.' in content
    assert 'id="frage-fehler"' in content
    assert 'value="rueckfragen" checked' in content
    assert Task.objects.get(id=city.task(case)).status == "open"


@pytest.mark.parametrize(
    ("action", "typed", "message", "kept"),
    [
        ("erledigen", {"entscheidung": "rueckfragen", "frage": " "}, "Füllen Sie dieses Feld aus.", 'value="rueckfragen" checked'),
        ("weitergeben", {"an": "", "bemerkung": "Bitte heute noch"}, "Wählen Sie, wer die Aufgabe bekommt.", 'value="Bitte heute noch"'),
        ("wiedervorlage", {"tag.tag": "31", "tag.monat": "2", "tag.jahr": "2027", "notiz": "Anrufen"}, "Geben Sie den Tag der Wiedervorlage an", 'value="Anrufen"'),
    ],
)  # fmt: skip
def test_an_error_in_the_inbox_keeps_the_list_beside_the_task(
    city, action: str, typed: dict[str, str], message: str, kept: str
) -> None:
    case = city.apply()
    other = city.apply(person__vorname="Ida", person__familienname="Aabel")
    clerk = city.browser("frieda.")
    inbox = f"/arbeit/?ansicht=alle&aufgabe={city.task(case)}&hinweis=uebernommen"
    clerk.post(address(city, case, "uebernehmen/"))
    page = clerk.get(inbox).content.decode()
    assert page.count(f'action="{inbox.replace("&", "&amp;")}"') >= 4, (
        "all forms of the task are sent to the inbox"
    )
    answer = clerk.post(inbox, {"desk.aktion": action, "zurueck": inbox, **typed})
    content, text = answer.content.decode(), main_text(answer)
    assert answer.status_code == 422
    assert "<title>Fehler: " in content
    assert message in text and kept in content
    assert other.reference in text and "Eingangskorb" in text
    assert "Sie haben die Aufgabe übernommen." not in text
    assert f'action="{inbox.replace("&", "&amp;")}"' in content


def test_the_forms_of_the_inbox_do_what_those_of_the_task_do(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    inbox = f"/arbeit/?ansicht=frei&aufgabe={city.task(case)}"

    def send(action: str, **typed: str) -> str:
        return main_text(clerk.post(inbox, {"desk.aktion": action, "zurueck": inbox, **typed}, follow=True))

    assert "liegt bei Ihnen" in send("uebernehmen")
    assert "noch nicht übernommen" in send("zuruecklegen")
    assert "Die Rückfrage ist gestellt" in send("erledigen", entscheidung="rueckfragen", frage="Können Sie?")
    assert clerk.post(inbox, {"desk.aktion": "loeschen"}).status_code == 405
    assert clerk.post("/arbeit/", {"desk.aktion": "erledigen"}).status_code == 405
    stranger = city.browser("jasper.")
    assert stranger.post(inbox, {"desk.aktion": "erledigen"}).status_code in {403, 404}


def test_the_next_step_opens_beside_the_list_too(city) -> None:
    case, other = city.apply(), city.apply(person__vorname="Ida")
    inbox = f"/arbeit/?ansicht=frei&aufgabe={city.task(case)}&hinweis=uebernommen"
    answer = city.browser("frieda.").post(
        inbox, {"desk.aktion": "erledigen", "zurueck": inbox, "entscheidung": "annehmen"}, follow=True
    )
    following = f"/arbeit/?ansicht=frei&aufgabe={city.task(case)}&hinweis=naechster-schritt"
    assert answer.redirect_chain == [(following, 302)]
    text = main_text(answer)
    assert "Das ist der nächste Schritt." in text
    assert "Stimmbezirk und Funktion" in text and other.reference in text


def test_without_a_decision_nothing_happens(city) -> None:
    case = city.apply()
    answer = city.browser("frieda.").post(address(city, case, "erledigen/"))
    assert answer.status_code == 422
    assert "Wählen Sie eine Möglichkeit aus." in main_text(answer)


def test_a_text_that_is_too_long_comes_back_whole(city) -> None:
    case = city.apply()
    text = "ä" * 4001
    answer = city.browser("frieda.").post(
        address(city, case, "erledigen/"), {"entscheidung": "ablehnen", "begruendung": text}
    )
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "höchstens 4000 Zeichen" in main_text(answer)


def test_a_character_that_no_database_takes_is_left_out(city) -> None:
    case = city.apply()
    answer = city.browser("frieda.").post(
        address(city, case, "erledigen/"), {"entscheidung": "rueckfragen", "frage": "Können\x00 Sie?"}
    )
    assert answer.status_code == 302
    assert case.questions.get().text == "Können Sie?"


def test_fields_tell_the_browser_and_the_reader_when_they_are_asked(city) -> None:
    case = city.apply()
    content = city.browser("frieda.").get(address(city, case)).content.decode()
    assert 'data-depends="entscheidung" data-depends-values="rueckfragen"' in content
    assert "Nur bei „Rückfrage stellen“" in content


def test_the_conditions_of_true_and_false_are_told_too(city) -> None:
    case = city.apply()
    city.do(case, "frieda.", entscheidung="ablehnen", begruendung="Kein Bedarf mehr.")
    content = city.browser("henrike.").get(address(city, case)).content.decode()
    assert 'data-depends="freigabe" data-depends-values="false"' in content


def test_from_acceptance_to_the_signed_notice(city) -> None:
    case = city.apply()
    clerk, head = city.browser("frieda."), city.browser("henrike.")
    answer = clerk.post(address(city, case, "erledigen/"), {"entscheidung": "annehmen"}, follow=True)
    assert "Das ist der nächste Schritt." in main_text(answer)
    need = queries.open_needs("wahlhelfer", "heepen")[0]
    answer = clerk.post(
        address(city, case, "erledigen/"),
        {"need": str(need.id), "zurueck": address(city, case)},
        follow=True,
    )
    assert answer.redirect_chain == [(f"/arbeit/?hinweis=erledigt.{case.id}", 302)]
    role = "Leitung Wahlen (Heye Haspelmann, Henrike Leinenberg)"
    next_step = f"„Berufungsschreiben schlusszeichnen“ liegt jetzt im Eingangskorb von: {role}."
    assert f"Vorgang {case.reference}: {next_step}" in main_text(answer)
    need.refresh_from_db()
    assert need.filled == 1

    page = head.get(address(city, case))
    assert "Lesen Sie zuerst den Entwurf" in main_text(page)
    draft = head.get(f"/arbeit/vorgaenge/{case.id}/entwurf/")
    assert b"".join(draft).startswith(b"%PDF")
    head.post(address(city, case, "erledigen/"), {"freigabe": "true"})
    case.refresh_from_db()
    assert case.state == "accepted"
    assert head.get(f"/arbeit/vorgaenge/{case.id}/entwurf/").status_code == 404


def test_after_a_step_the_inbox_says_what_comes_next(city) -> None:
    case = city.apply(erreichbarkeit__kontaktweg="post")
    clerk = city.browser("frieda.")

    def told(browser, **values: str) -> str:
        values["zurueck"] = f"/arbeit/?ansicht=alle&aufgabe={city.task(case)}&hinweis=uebernommen"
        return main_text(browser.post(address(city, case, "erledigen/"), values, follow=True))

    with time_machine.travel("2026-11-24T12:00:00+01:00"):
        text = told(clerk, entscheidung="rueckfragen", frage="Können Sie?")
    assert (
        f"Vorgang {case.reference}: Die Rückfrage ist gestellt; erbeten ist die Antwort bis 08.12.2026."
        in text
    )
    services.answer_question(Actor.anonymous(), case.application_id, "Ja.")
    run_until_idle()
    text = told(clerk, entscheidung="ablehnen", begruendung="Kein Bedarf mehr.")
    assert "„Ablehnung schlusszeichnen“ liegt jetzt im Eingangskorb von: Leitung Wahlen" in text
    text = told(city.browser("henrike."), freigabe="false", bemerkung="Bitte freundlicher.")
    assert "im Eingangskorb von: Sachbearbeitung Wahlen (Frieda Garnmeister, Onno Webschiffer)." in text
    city.do(case, "frieda.", entscheidung="ablehnen", begruendung="Leider kein Bedarf mehr.")
    Holding.objects.filter(post__post_roles__role="elections.head").update(end=clock.today())
    note = f"?hinweis=erledigt.{case.id}"
    assert "Die Rolle Leitung Wahlen ist nicht besetzt." in main_text(clerk.get(f"/arbeit/{note}"))
    assert case.reference not in main_text(city.browser("jasper.").get(f"/arbeit/{note}"))


def test_the_last_step_says_what_became_of_the_case(city) -> None:
    case = city.apply(erreichbarkeit__kontaktweg="post")
    city.do(case, "frieda.", entscheidung="ablehnen", begruendung="Kein Bedarf mehr.")
    answer = city.browser("henrike.").post(
        address(city, case, "erledigen/"), {"freigabe": "true"}, follow=True
    )
    text = main_text(answer)
    assert "es wartet unter „Briefe drucken“" in text
    assert "Stand: Abgelehnt. Der Vorgang ist bei den Akten." in text


def test_the_wished_area_stands_first_and_full_places_are_not_offered(city) -> None:
    case = city.apply(verfuegbarkeit__wunschbezirk="senne")
    city.do(case, "frieda.", entscheidung="annehmen")
    full = Need.objects.filter(area="senne").order_by("place", "function").first()
    Need.objects.filter(id=full.id).update(filled=full.required)
    content = city.browser("frieda.").get(address(city, case)).content.decode()
    groups = [part.split('"', 1)[0] for part in content.split('<optgroup label="')[1:]]
    assert groups[0] == "Senne (Wunsch)"
    assert groups[1] == "Mitte"
    assert groups[2:10] == [area for area in AREAS if area not in {"Mitte", "Senne"}]
    assert str(full.id) not in content


def test_the_last_place_is_given_once(city) -> None:
    first, second = city.apply(), city.apply(person__vorname="Ida")
    for case in (first, second):
        city.do(case, "frieda.", entscheidung="annehmen")
    need = Need.objects.filter(function="wahlvorsteher").order_by("id").first()
    city.do(first, "frieda.", need=str(need.id))
    answer = city.browser("onno.").post(address(city, second, "erledigen/"), {"need": str(need.id)})
    assert answer.status_code == 422
    assert "Dieser Platz ist inzwischen besetzt." in main_text(answer)
    need.refresh_from_db()
    assert need.filled == need.required == 1


def test_a_place_taken_between_reading_and_writing_is_a_conflict(city, monkeypatch) -> None:
    case = city.apply()
    city.do(case, "frieda.", entscheidung="annehmen")
    need = Need.objects.filter(function="wahlvorsteher").order_by("id").first()
    open_needs = queries.open_needs

    def taken_meanwhile(*arguments: str) -> list[Need]:
        found = open_needs(*arguments)
        Need.objects.filter(id=need.id).update(filled=1)
        return found

    monkeypatch.setattr(queries, "open_needs", taken_meanwhile)
    answer = city.browser("frieda.").post(address(city, case, "erledigen/"), {"need": str(need.id)})
    assert answer.status_code == 409
    assert "eben besetzt" in main_text(answer)


def test_nobody_signs_what_she_prepared(city) -> None:
    case = city.apply()
    onno = Person.objects.get(email__startswith="onno.")
    city.do(case, "onno.", entscheidung="annehmen")
    city.do(case, "onno.", need=str(queries.open_needs("wahlhelfer")[0].id))
    # He looks after the head's post now, so he holds her role.
    organisation.name_deputy(
        city.actor("henrike."),
        post_id=Post.objects.get(key="150.4-1").id,
        deputy_id=onno.id,
        start=clock.today(),
        end=clock.today() + timedelta(days=5),
    )
    browser = city.browser("onno.")
    page = browser.get(address(city, case))
    assert "Vier-Augen-Prinzip" in main_text(page)
    assert "Aufgabe erledigen" not in main_text(page)
    answer = browser.post(address(city, case, "erledigen/"), {"freigabe": "true"})
    assert answer.status_code == 403
    assert "Sie haben den Schritt selbst bearbeitet" in main_text(answer)
    case.refresh_from_db()
    assert case.decided_at is None


def test_what_the_slower_one_typed_is_shown_to_her(city) -> None:
    case = city.apply()
    url = address(city, case, "erledigen/")
    city.do(case, "frieda.", entscheidung="rueckfragen", frage="Können Sie?")
    answer = city.browser("onno.").post(url, {"entscheidung": "ablehnen", "begruendung": "Mein langer Text."})
    assert answer.status_code == 409
    text = main_text(answer)
    assert "Frieda Garnmeister" in text and "schon erledigt" in text
    assert "Das hatten Sie eingegeben" in text
    assert "Mein langer Text." in text
    assert "Meldung ablehnen" in text


def test_a_disturbed_course_is_kept_for_the_operator_and_goes_on(city, monkeypatch) -> None:
    case = city.apply()
    url = address(city, case, "erledigen/")

    def broken(*_: object) -> None:
        raise engine.ProcessError("entscheidung_pruefung", "Kein Weg passt.")

    with monkeypatch.context() as patch:
        patch.setattr(engine.Run, "complete", broken)
        answer = city.browser("frieda.").post(url, {"entscheidung": "ablehnen", "begruendung": "Mein Text."})
    assert answer.status_code == 409
    assert "gestört" in main_text(answer)
    assert "Mein Text." in answer.content.decode()
    instance = ProcessInstance.objects.get()
    assert instance.status == "failed"
    again = city.browser("frieda.").post(url, {"entscheidung": "annehmen"})
    assert again.status_code == 409

    operator = city.browser("tjark.")
    page = main_text(operator.get("/arbeit/betrieb/"))
    assert "Kein Weg passt." in page
    assert "Zwirnstein" not in page
    operator.post(f"/arbeit/betrieb/ablaeufe/{instance.id}/")
    instance.refresh_from_db()
    assert instance.status == "running"
    assert city.browser("frieda.").post(url, {"entscheidung": "annehmen"}).status_code == 302


def test_a_letter_that_cannot_be_set_undoes_the_step(city, monkeypatch) -> None:
    case = city.apply()
    url = address(city, case, "erledigen/")

    def broken(*_: object, **__: object) -> bytes:
        raise documents.TypesetError(3, "Schlüssel fehlt.")

    with monkeypatch.context() as patch:
        patch.setattr(letters, "typeset_notice", broken)
        answer = city.browser("frieda.").post(url, {"entscheidung": "ablehnen", "begruendung": "Mein Text."})
    assert answer.status_code == 409
    assert "Mein Text." in answer.content.decode()
    assert Task.objects.get(id=city.task(case)).status == "open"


def test_hand_over_to_a_person_and_to_a_post(city) -> None:
    case = city.apply()
    clerk = city.browser("frieda.")
    onno = Person.objects.get(email__startswith="onno.")
    page = main_text(clerk.get(address(city, case)))
    assert "Onno Webschiffer, Sachbearbeitung Wahlen" in page
    assert "Merle Hechelbrink, Sachbearbeitung Wahlen in Vertretung" in page
    for name in ("Frieda Garnmeister", "Onno Webschiffer"):
        assert f"Sachbearbeitung Wahlen (150.4 Wahlen): {name}" in page
    answer = clerk.post(
        address(city, case, "weitergeben/"), {"an": f"person:{onno.id}", "bemerkung": "Bitte Du"}, follow=True
    )
    assert "liegt bei Onno Webschiffer" in main_text(answer)
    post = Post.objects.get(key="150.4-2")
    answer = city.browser("onno.").post(address(city, case, "weitergeben/"), {"an": f"post:{post.id}"})
    assert answer.status_code == 302
    task = Task.objects.get(id=city.task(case))
    assert (task.status, task.post_id) == ("open", post.id)
    assert city.browser("onno.").get(address(city, case)).status_code == 404
    story = main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/verlauf/"))
    assert "weitergegeben an Onno Webschiffer" in story
    assert "Hinweis: Bitte Du" in story


@pytest.mark.parametrize(
    "to", ["", "person:", "person:x", "post:00000000-0000-0000-0000-000000000000", "x:y"]
)
def test_a_task_goes_to_nobody_who_may_not(city, to: str) -> None:
    case = city.apply()
    answer = city.browser("frieda.").post(address(city, case, "weitergeben/"), {"an": to})
    assert answer.status_code in {409, 422}
    assert Task.objects.get(id=city.task(case)).status == "open"


def test_a_reminder_needs_a_day_to_come(city) -> None:
    case = city.apply()
    processes.claim(city.task(case), city.actor("frieda."))
    clerk = city.browser("frieda.")
    today = clock.today()

    def remind(day: str, month: str, year: str) -> object:
        return clerk.post(
            address(city, case, "wiedervorlage/"),
            {"tag.tag": day, "tag.monat": month, "tag.jahr": year, "notiz": "Unterlagen"},
        )

    for bad in (
        ("", "", ""),
        ("31", "2", "2027"),
        (str(today.day), str(today.month), str(today.year)),
        ("1", "1", "2999"),
    ):
        answer = remind(*bad)
        assert answer.status_code == 422
        assert "Geben Sie" in main_text(answer)
        assert 'value="Unterlagen"' in answer.content.decode()
    day = today + timedelta(days=10)
    assert remind(str(day.day), str(day.month), str(day.year)).status_code == 302
    task = Task.objects.get(id=city.task(case))
    assert (task.reminder_on, task.reminder_note) == (day, "Unterlagen")
    clerk.post(address(city, case, "wiedervorlage/"), {"aufheben": "1"})
    task.refresh_from_db()
    assert task.reminder_on is None


def test_the_page_of_a_task_costs_a_bounded_number_of_queries(city, django_assert_max_num_queries) -> None:
    case = city.apply()
    for _ in range(3):
        city.apply()
    browser = city.browser("frieda.")
    browser.get(address(city, case))
    url = address(city, case)
    with django_assert_max_num_queries(24):
        browser.get(url)


def test_the_page_of_a_done_task_says_who_did_it(city) -> None:
    case = city.apply()
    url = address(city, case)
    city.do(case, "frieda.", entscheidung="annehmen")
    text = main_text(city.browser("onno.").get(url))
    assert "erledigt" in text and "von Frieda Garnmeister am" in text
    assert "Aufgabe erledigen" not in text
