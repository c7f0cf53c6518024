"""Who reads Leichte Sprache reads it in the words of the portal, too: headings, buttons, help, what was wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import leineweber
from faces.conftest import City
from faces.helpers import main_text
from faces.portal.conftest import Applicant
from leineweber.capabilities.messages import queries as messages
from leineweber.domains.applications.models import Case
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref

ROOMS = ("kernel/ui", "faces/portal")
LONGEST = 14
"""Words in a sentence; DIN SPEC 33429 asks for short ones."""
PLACE = re.compile(r"%\(\w+\)s|#")


def _texts(room: str, language: str) -> dict[str, str]:
    """Return the texts of a room's catalogue by their German, plural forms apart."""
    path = Path(leineweber.__file__).parent / room / "locale" / language / "LC_MESSAGES" / "django.po"
    found: dict[str, str] = {}
    with path.open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str):
                found[message.id] = str(message.string)
            else:
                found.update(zip(message.id, message.string, strict=True))
    del found[""]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_the_catalogue_knows_texts_of_the_portal_only_and_keeps_their_places(room: str) -> None:
    leicht = _texts(room, "de_Leicht")
    assert leicht.keys() <= _texts(room, "en").keys()
    for german, text in leicht.items():
        assert sorted(PLACE.findall(german)) == sorted(PLACE.findall(text)), german


@pytest.mark.parametrize("room", ROOMS)
def test_sentences_are_short_and_without_clauses(room: str) -> None:
    for text in _texts(room, "de_Leicht").values():
        for sentence in re.split(r"[.?!:]\s+", text):
            assert len(sentence.split()) <= LONGEST, sentence
            assert not re.search(r", (?:d(?:ie|er|as|ass)|wenn|weil|mit der|mit dem)\b", sentence), sentence


def test_the_way_through_an_application_is_in_leichte_sprache(city: City, applicant: Applicant) -> None:
    browser = applicant.browser

    def reads(address: str, *words: str) -> None:
        page = main_text(browser.get(address))
        for one in words:
            assert one in page, page

    reads("/?sprache=leicht", "Was möchten Sie machen?", "Meinen Antrag finden", "Das geht im Internet")
    reads("/leistungen/wahlhelfer/", "Jetzt den Antrag ausfüllen", "Diese Gesetze gibt es dazu")
    page = applicant.begin()
    reads(applicant.address(page), "Später weitermachen")
    wrong = main_text(applicant.send(page, {"person.vorname": ""}))
    assert re.search(r"Bitte prüfen Sie \d+ Antworten", wrong)
    applicant.fill()
    reads(applicant.address("pruefen"), "Bitte prüfen Sie Ihre Antworten", "Antrag abschicken")
    sent = applicant.submit()
    reads(sent.headers["Location"], "Wir haben Ihren Antrag bekommen", "Das ist Ihre Nummer:")
    run_until_idle()
    reads(
        sent.headers["Location"].split("?")[0],
        "Ihr Antrag ist da",
        "Der Brief ist nicht in Leichter Sprache.",
        "Ich möchte den Antrag nicht mehr",
    )
    (message,) = messages.thread(Ref("case", Case.objects.get().id))
    assert message.subject.startswith("Wir haben Ihren Antrag bekommen")
    reads("/?sprache=de", "Was möchten Sie erledigen?")
