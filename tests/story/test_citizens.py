"""What else happens to citizens: accounts, second thoughts, old links, the back button, no scripts, no cookies."""

from __future__ import annotations

import pytest

from leineweber.config.bench._city import City
from story import applying
from story.conftest import Meeting
from story.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.story]
COUNT = """
import json
from leineweber.domains.applications.models import Application
print(json.dumps(sum(one.answers["person"]["vorname"] == {name!r} for one in Application.objects.all())))
"""
OLD_LINK = """
import json, time_machine, datetime
from uuid import UUID
from leineweber.domains.applications import services
with time_machine.travel(datetime.datetime.now() - datetime.timedelta(days=3650)):
    print(json.dumps(services.link_token(UUID(int=7))))
"""


def applications_of(town: City, name: str) -> object:
    """Return how many applications somebody has made."""
    return town.ask(COUNT.format(name=name))


def test_with_an_account_it_is_all_in_one_place(meet: Meeting, mailbox: Mailbox) -> None:
    """Log in by the link of an e-mail, apply, correct, withdraw; the postbox holds what the city wrote."""
    martha = meet("martha")
    martha.opens("/konto/").reads_heading("Anmelden im Bürgerkonto").looks("log-in")
    martha.presses("Link und Code anfordern").has_focus_on("Sie sind noch nicht angemeldet").looks(
        "log-in-empty"
    )
    martha.types("Ihre E-Mail-Adresse", "martha.garn@buerger.example").presses("Link und Code anfordern")
    martha.reads_heading("Sehen Sie in Ihr E-Mail-Postfach").looks("code")
    martha.opens(mailbox.link("martha.garn@", "Anmeldung")).looks("link").presses("Jetzt anmelden")
    martha.reads_heading("Mein Konto").sees("Noch kein Antrag").looks("account-empty")

    applying.begin(martha)
    martha.opens("/konto/").sees("Angefangene Anträge").looks("account-draft").presses("Weitermachen")
    martha.reads_heading("Ihre Person")
    applying.person(martha, "Martha", "Garn")
    applying.reachability(martha, "martha.garn@buerger.example")
    applying.availability(martha)
    applying.experience(martha)
    applying.consent(applying.bank(martha))
    number = applying.submit(martha)
    mailbox.latest("martha.garn@", number)
    martha.opens("/konto/").sees(number, "Wir haben Ihren Antrag erhalten").looks("account")

    martha.follows("Meldung als Wahlhelferin oder Wahlhelfer").reads_heading(number).looks("case")
    martha.follows("Ändern: Vorname").reads_heading("Angaben berichtigen").looks("correct")
    martha.types("Vorname", "").presses("Berichtigung absenden").has_focus_on("Prüfen Sie").looks(
        "correct-empty"
    )
    martha.types("Vorname", "Martha Luise").presses("Berichtigung absenden").sees("Martha Luise")
    martha.follows("Antrag zurückziehen").reads_heading("Möchten Sie").looks("withdraw")
    martha.follows("Nein, nichts ändern").follows("Antrag zurückziehen").presses("Ja, Antrag zurückziehen")
    martha.reads_heading(number).sees("Zurückgezogen").sees_not("Ändern").looks("withdrawn")
    martha.opens("/konto/").sees("martha.garn@buerger.example")
    martha.presses("Abmelden").looks("logged-out").opens("/konto/").reads_heading("Anmelden im Bürgerkonto")


def test_others_never_see_it(meet: Meeting, mailbox: Mailbox) -> None:
    """A stranger with an account who types the address of a case gets the page of what is not there."""
    stranger = meet("stranger").opens("/konto/anmelden/")
    stranger.types("Ihre E-Mail-Adresse", "fremd@buerger.example").presses("Link und Code anfordern")
    stranger.opens(mailbox.link("fremd@", "Anmeldung")).presses("Jetzt anmelden")
    stranger.opens("/konto/vorgang/01a20a7a-87ca-7000-8170-8cbde093567d/").sees("Diese Seite gibt es nicht")
    stranger.looks("not-found")


def test_without_scripts_all_questions_are_there(meet: Meeting) -> None:
    """The form works without JavaScript: dependent questions are shown, and asked only when they apply."""
    ida = meet("ida-without-scripts", java_script_enabled=False)
    applying.person(applying.begin(ida), "Ida", "Haspel")
    applying.reachability(ida, "ida@buerger.example")
    applying.availability(ida)
    assert ida.page.get_by_text("Welche Funktionen hatten Sie?").is_visible()
    ida.looks("form-experience")
    ida.chooses("Haben Sie schon einmal", "Ja")
    ida.chooses("Welche Funktion möchten Sie übernehmen?", "Beisitz")
    ida.chooses("Arbeiten Sie im öffentlichen Dienst?", "Nein").presses("Weiter")
    ida.sees("Prüfen Sie eine Angabe").ticks("Beisitz", group="Welche Funktionen hatten Sie?").presses(
        "Weiter"
    )
    applying.submit(applying.consent(applying.bank(ida)))


def test_back_after_sending_leads_to_the_receipt(meet: Meeting, town: City) -> None:
    """Who goes back to the form after sending comes to the case, and nothing is sent twice."""
    jonas = meet("jonas")
    number = applying.apply(jonas, "Jonas", "Tuch", "jonas@buerger.example")
    jonas.goes_back()
    if "/vorgang/" not in jonas.path:
        jonas.page.reload()
    jonas.sees(number)
    assert "/vorgang/" in jonas.path
    assert applications_of(town, "Jonas") == 1


def test_sending_twice_at_once_makes_one_application(meet: Meeting, town: City) -> None:
    """Two requests of an impatient double click get the same answer."""
    lena = applying.fill_in(meet("lena"), "Lena", "Zwirn", "lena@buerger.example")
    places = lena.page.evaluate(
        """async () => {
            const form = [...document.forms].find((one) => one.action.endsWith("/pruefen/"));
            const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
            return (await Promise.all([send(), send(), send()])).map((answer) => [answer.status, answer.url]);
        }"""
    )
    assert [status for status, _ in places] == [200, 200, 200]
    assert len({url.split("?")[0].split(":")[1] for _, url in places}) == 1
    assert applications_of(town, "Lena") == 1


def test_two_tabs_are_told_of_each_other(meet: Meeting) -> None:
    """A page sent from two tabs: the second is told, nothing typed is lost, and one can go on."""
    till = applying.begin(meet("till"))
    other = meet("till-other-tab").opens(till.path)
    applying.person(till, "Till", "Faden")
    other.types("Vorname", "Tillmann").types("Familienname", "Faden")
    applying.person(other, "Tillmann", "Faden")
    other.sees("Diese Seite wurde auch in einem anderen Fenster geändert").looks("conflict")
    assert other.page.get_by_label("Vorname").input_value() == "Tillmann"
    other.presses("Weiter").reads_heading("Wie wir Sie erreichen")


def test_without_cookies_nothing_typed_is_lost(meet: Meeting) -> None:
    """A browser that has lost its cookies is told so, and sends what was typed with one more press."""
    vera = applying.begin(meet("vera"))
    vera.context.clear_cookies()
    applying.person(vera, "Vera", "Spule")
    vera.reads_heading("Cookies sind nötig").sees("Ihre Eingaben sind noch da").looks("cookies")
    vera.presses("Noch einmal absenden").reads_heading("Wie wir Sie erreichen")


def test_old_links_say_what_to_do(meet: Meeting, mailbox: Mailbox, town: City) -> None:
    """An expired link, a used one and one that never was each lead on."""
    nils = meet("nils").opens(f"/vorgang/{town.ask(OLD_LINK)}/")
    nils.reads_heading("Dieser Link ist abgelaufen").looks("expired").follows("Neuen Link anfordern").looks(
        "find"
    )
    nils.presses("Link senden").has_focus_on("Prüfen Sie 2 Angaben").looks("find-empty")
    number = applying.apply(meet("nils-before"), "Nils", "Kette", "nils@buerger.example")
    nils.types("Vorgangsnummer", number.lower()).types("E-Mail-Adresse", "nils@buerger.example")
    nils.presses("Link senden").reads_heading("Sehen Sie in Ihr E-Mail-Postfach").looks("find-sent")
    nils.opens(mailbox.link("nils@", "", number=2)).reads_heading(number)
    nils.opens("/antrag/weiter/nie-dagewesen/").presses("Weitermachen")
    nils.reads_heading("Dieser Entwurf ist nicht mehr da").looks("draft-gone")


@pytest.mark.parametrize(
    "path", ["/leistungen/", "/lebenslagen/", "/impressum/", "/datenschutz/", "/barrierefreiheit/"]
)
def test_the_other_pages(meet: Meeting, path: str) -> None:
    """The pages around the story are without barriers too."""
    meet("reader").opens(path).looks(path.strip("/"))


def test_a_whole_application_in_english(meet: Meeting) -> None:
    """Who chose English reads English to the end."""
    joy = meet("joy").opens("/leistungen/wahlhelfer/?sprache=en").presses("Apply online now").looks("person")
    joy.presses("Next").has_focus_on("Check").looks("person-errors")
    joy.sees_not("Geben Sie", "Weiter", "Schritt")
