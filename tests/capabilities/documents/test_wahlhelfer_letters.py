"""The letters of the package wahlhelfer: valid, fit for the window envelope, complete in law and content."""

from __future__ import annotations

import copy
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import pdf_checks
from leineweber.capabilities import documents

PACKAGE = Path(__file__).resolve().parents[3] / "procedures" / "wahlhelfer" / "documents"
LETTERS = ["notice", "refusal", "question"]
MILLIMETRE = 72 / 25.4
A4_HEIGHT = 297


def template(name: str) -> str:
    return (PACKAGE / f"{name}.typ").read_text(encoding="utf-8")


def data_of(name: str) -> dict[str, Any]:
    return json.loads((PACKAGE / f"{name}.example.json").read_text(encoding="utf-8"))


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page in one line without soft breaks."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]


def text_of(name: str, data: dict[str, Any]) -> str:
    return " ".join(pages_of(documents.typeset(template(name), data)))


def place_of(pdf: bytes, words: str) -> tuple[float, float]:
    """Return millimetres from the left and the top edge of the first page at which words begin."""
    textpage = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = textpage.search(words).get_next()
    assert found is not None, words
    left, _bottom, _right, top = textpage.get_charbox(found[0])
    return left / MILLIMETRE, A4_HEIGHT - top / MILLIMETRE


@pytest.mark.parametrize("name", [*LETTERS, "receipt"])
def test_each_letter_is_accessible_archivable_and_without_warnings(name: str) -> None:
    assert documents.check(template(name), data_of(name)) == []
    pdf = documents.typeset(template(name), data_of(name))
    assert pdf_checks.faults(pdf) == []
    found = pdf_checks.tags(pdf)
    assert found.count("/H1") == 1
    assert "/H2" in found


@pytest.mark.parametrize("name", LETTERS)
def test_the_address_is_in_the_window_and_the_rest_where_din_5008_wants_it(name: str) -> None:
    pdf = documents.typeset(template(name), data_of(name))
    for words in ("Stadt Bielefeld · Bürgeramt", "Anna Beispiel", "33602 Bielefeld"):
        left, top = place_of(pdf, words)
        assert 20 <= left <= 105, words
        assert 45 <= top <= 90, words
    assert place_of(pdf, "Anna Beispiel")[1] == pytest.approx(62.7, abs=2.5)
    assert place_of(pdf, "Unser Zeichen")[0] == pytest.approx(125, abs=1)
    assert 50 <= place_of(pdf, "Unser Zeichen")[1] <= 55
    subject = (
        "Ihre Berufung" if name == "notice" else "Ihre Meldung" if name == "refusal" else "Unsere Rückfrage"
    )
    left, top = place_of(pdf, subject)
    assert left == pytest.approx(25, abs=1)
    assert 98.2 <= top <= 104


@pytest.mark.parametrize("name", LETTERS)
def test_the_order_of_reading_is_sender_address_reference_subject_text(name: str) -> None:
    text = pages_of(documents.typeset(template(name), data_of(name)))[0]
    order = ["Oberbürgermeisterin", "Musterweg 12 a", "Unser Zeichen", "Guten Tag Anna Beispiel,"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [*LETTERS, "receipt"])
def test_every_page_carries_reference_and_page_number(name: str) -> None:
    pages = pages_of(documents.typeset(template(name), data_of(name)))
    for number, text in enumerate(pages, 1):
        assert "WH-7K3F-92QD-5" in text
        assert f"Seite {number} von {len(pages)}" in text


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        ("bundestagswahl", ["§ 9 Absatz 2 und § 11 Bundeswahlgesetz", "§§ 6, 9 und 10 Bundeswahlordnung"]),
        ("europawahl", ["§ 4 Europawahlgesetz", "§§ 6, 9 und 10 Europawahlordnung"]),
        (
            "landtagswahl",
            [
                "§§ 8 und 11 Landeswahlgesetz NRW",
                "§ 5 Landeswahlordnung NRW",
                "§§ 28 und 29 Gemeindeordnung NRW",
            ],
        ),
        (
            "kommunalwahl",
            [
                "§ 2 Kommunalwahlgesetz NRW",
                "§ 7 Kommunalwahlordnung NRW",
                "§§ 28 und 29 Gemeindeordnung NRW",
            ],
        ),
    ],
)
def test_the_appointment_names_the_law_of_its_election(kind: str, bases: list[str]) -> None:
    data = data_of("notice")
    data["election"]["kind"] = kind
    text = text_of("notice", data)
    for basis in [*bases, "§§ 35, 37, 39 und 41 Verwaltungsverfahrensgesetz NRW"]:
        assert basis in text


def test_the_appointment_holds_everything_a_member_needs() -> None:
    text = text_of("notice", data_of("notice"))
    for words in (
        "Beisitzerin oder Beisitzer",
        "041 Gadderbaum-Nord",
        "Musterschule, Raum 3",
        "Sonntag, 25. April 2027",
        "07:30 Uhr",
        "60,00 €",
        "barrierefrei",
        "unparteiisch",
        "Ehrenamt",
        "Begründung",
        "Elektronisch schlussgezeichnet von Karla Beispielhaft am 24.11.2026 um 10:12 Uhr",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["notice", "refusal"])
def test_an_administrative_act_instructs_on_the_remedy(name: str) -> None:
    text = text_of(name, data_of(name))
    assert "Rechtsbehelfsbelehrung" in text
    assert "innerhalb eines Monats nach Bekanntgabe Klage" in text
    assert "Verwaltungsgericht Minden" in text
    assert "Widerspruch" not in text


@pytest.mark.parametrize("name", ["question", "receipt"])
def test_what_decides_nothing_carries_no_instruction(name: str) -> None:
    assert "Rechtsbehelf" not in text_of(name, data_of(name))


def test_legal_bases_and_remedy_can_be_replaced_by_the_case() -> None:
    data = data_of("notice")
    data["legal_bases"] = ["§ 99 Mustergesetz"]
    data["remedy"] = {"title": "Ihr Recht", "text": ["Erster Absatz.", "Zweiter Absatz."]}
    text = text_of("notice", data)
    assert "§ 99 Mustergesetz" in text
    assert "Landeswahlgesetz" not in text
    assert "Ihr Recht Erster Absatz. Zweiter Absatz." in text
    assert "Minden" not in text


def test_a_draft_says_so_and_moves_nothing() -> None:
    data = data_of("notice")
    final = documents.typeset(template("notice"), data)
    data["draft"] = True
    del data["signature"]
    draft = documents.typeset(template("notice"), data)
    assert pdf_checks.faults(draft) == []
    assert "Entwurf: noch nicht schlussgezeichnet" in pages_of(draft)[0]
    assert "Elektronisch schlussgezeichnet" not in " ".join(pages_of(draft))
    assert "Entwurf" not in " ".join(pages_of(final))
    assert place_of(draft, "Guten Tag")[1] == pytest.approx(place_of(final, "Guten Tag")[1], abs=0.6)


def required(data: dict[str, Any], optional: set[str]) -> dict[str, Any]:
    """Return data without its optional keys, at every depth."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(item) for key, item in value.items() if key not in optional}
        return value

    return strip(copy.deepcopy(data))


@pytest.mark.parametrize("name", [*LETTERS, "receipt"])
def test_what_is_marked_optional_may_be_missing(name: str) -> None:
    optional = {
        "file_reference", "salutation", "office", "clerk", "address", "hours", "website", "note", "signature",
        "draft", "training", "shift", "payment", "accessible", "duties", "advice", "answer_until",
        "answer_ways", "answer_url", "next_steps", "status_url", "decision_days",
    }  # fmt: skip
    if name == "refusal":
        optional |= {"election"}
    data = required(data_of(name), optional)
    assert pdf_checks.faults(documents.typeset(template(name), data)) == []


@pytest.mark.parametrize("name", [*LETTERS, "receipt"])
def test_hostile_and_long_names_change_nothing_but_the_text(name: str) -> None:
    data = data_of(name)
    hostile = '#panic("x") *fett* $x$ <b> "\\n" ' + "Maximiliane-Charlotte " * 6 + "X" * 90
    data["applicant" if name == "receipt" else "recipient"]["name"] = hostile
    if name == "receipt":
        data["sections"][0]["rows"][0] = {"label": "L" * 200, "text": hostile + "\n\n" + hostile * 20}
    pdf = documents.typeset(template(name), data)
    assert pdf_checks.faults(pdf) == []
    assert '#panic("x") *fett* $x$ <b>' in " ".join(pages_of(pdf))


def test_the_receipt_shows_every_answer_in_a_table_with_headers() -> None:
    data = data_of("receipt")
    pdf = documents.typeset(template("receipt"), data)
    text = " ".join(pages_of(pdf))
    for section in data["sections"]:
        assert section["title"] in text
        for row in section["rows"]:
            assert row["label"] in text
            assert " ".join(row["text"].split()) in text
    assert "keine Angabe" in text
    found = pdf_checks.tags(pdf)
    assert found.count("/Table") == len(data["sections"])
    assert found.count("/TH") == 2 * len(data["sections"])
    assert found.count("/TD") == 2 * sum(len(section["rows"]) for section in data["sections"])


@pytest.mark.parametrize("text", ["Zeile\n" * 90, "wort " * 1500, "W" * 2000, "李" * 400])
def test_a_long_answer_goes_on_over_the_page_and_covers_nothing(text: str) -> None:
    data = data_of("receipt")
    data["sections"] = [
        {
            "title": "Erfahrung",
            "rows": [{"label": f"Frage {n}", "text": text if n == 1 else "ja"} for n in range(6)],
        }
    ]
    pdf = documents.typeset(template("receipt"), data)
    assert pdf_checks.faults(pdf) == []
    pages = [sheet.get_textpage() for sheet in pypdfium2.PdfDocument(pdf)]
    margins = [page.get_text_bounded(bottom=0, top=24 * MILLIMETRE) for page in pages]
    assert all(text.startswith("Stadt Bielefeld · ") and "\n" not in text.strip() for text in margins)
    found = [pages[-1].search(f"Frage {number}").get_next() for number in (2, 3, 4, 5)]
    heights = [pages[-1].get_charbox(place[0])[3] for place in found if place is not None]
    assert len(heights) == 4
    assert heights == sorted(set(heights), reverse=True)


def test_one_question_is_asked_as_one_and_several_are_numbered() -> None:
    data = data_of("question")
    assert "Unsere Fragen 1. Sie haben" in text_of("question", data)
    data["questions"] = data["questions"][:1]
    assert "Unsere Frage Sie haben" in text_of("question", data)


def test_the_status_can_be_opened_from_the_receipt_by_a_link_that_says_where_it_leads() -> None:
    data = data_of("receipt")
    data["status_url"] = (
        "https://www.stadt.example/vorgang/IjAxYTIxMjE1LWQ0ODEtNzAwMC04Nzk3LTFhMzgzMjZkNTg0YSI/"
    )
    pdf = documents.typeset(template("receipt"), data)
    with pikepdf.open(BytesIO(pdf)) as document:
        links = [note for page in document.pages for note in page.get("/Annots", [])]
        assert [(str(link.A.URI), str(link.Contents)) for link in links] == [(data["status_url"],) * 2]
    assert data["status_url"] in "".join(pages_of(pdf)).replace(" ", "")
    assert pdf_checks.faults(pdf) == []
