"""The form for election helpers: words, law and the checks of the story."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.capabilities.forms.samples import ANSWERS, PACKAGE

from leineweber.capabilities import forms
from leineweber.kernel import decisions

SCHEMA = forms.load_package(PACKAGE)
TODAY = date(2026, 11, 23)
DAY = {"today": TODAY}


def answers(**changes: Any) -> dict[str, Any]:
    """Return good answers with some replaced (`person__plz="…"`)."""
    changed = {page: dict(content) for page, content in ANSWERS.items()}
    for path, value in changes.items():
        page, key = path.split("__")
        changed[page][key] = value
    return changed


def found(language: str = "de", today: date = TODAY, **changes: Any) -> dict[str, str]:
    errors = forms.validate_all(SCHEMA.in_language(language), answers(**changes), {"today": today})
    return {error.path: error.message for error in errors}


@pytest.mark.parametrize("language", forms.LANGUAGES)
def test_every_word_is_there_in_every_language(language: str) -> None:
    schema = SCHEMA.in_language(language)
    assert schema.language == language
    assert schema.missing_texts == ()
    service = schema.texts["service"]
    for key in ("title", "summary", "what", "cost", "duration", "remedies", "note"):
        assert isinstance(service[key], str) and service[key]
    for key in ("who", "documents", "steps", "keywords", "legal_basis"):
        assert isinstance(service[key], list) and service[key]
    assert set(service["office"]) == {"name", "address", "phone", "email", "hours"}


def test_plain_german_has_short_sentences() -> None:
    """DIN SPEC 33429: one thought a sentence; here at most sixteen words."""
    texts = SCHEMA.in_language("leicht").texts

    def words(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value
        return [text for entry in inner for text in words(entry)]

    for text in words({key: texts[key] for key in ("form", "pages", "fields", "service")}):
        for sentence in text.replace("?", ".").replace(":", ".").replace("!", ".").split("."):
            assert len(sentence.split()) <= 16, sentence


def test_the_story_is_accepted() -> None:
    assert found() == {}


def test_old_enough_on_election_day_by_type_of_election() -> None:
    """§ 1 Nr. 2 LWahlG NRW: 16 on 25.04.2027; § 12 Abs. 1 Nr. 1 BWahlG: 18 on the (sample) day in 2029."""
    wahlen = ["landtagswahl"]
    assert found(person__geburtsdatum="2011-04-25", verfuegbarkeit__wahlen=wahlen) == {}
    young = found(person__geburtsdatum="2011-04-26", verfuegbarkeit__wahlen=wahlen)
    assert young == {
        "verfuegbarkeit.wahlen": (
            "Am Wahltag sind Sie dafür noch nicht alt genug. "
            "Entfernen Sie das Häkchen bei: Landtagswahl am 25. April 2027."
        )
    }
    both = found(person__geburtsdatum="2011-04-25", verfuegbarkeit__wahlen=["landtagswahl", "bundestagswahl"])
    assert both["verfuegbarkeit.wahlen"].endswith("Bundestagswahl, voraussichtlich 2029.")
    assert found(person__geburtsdatum="2011-03-04", verfuegbarkeit__wahlen=["bundestagswahl"]) == {}
    english = found(
        "en", person__geburtsdatum="2014-01-01", verfuegbarkeit__wahlen=["landtagswahl", "bundestagswahl"]
    )
    assert english["verfuegbarkeit.wahlen"].endswith(
        "Remove the tick from: State election (Landtag) on 25 April 2027 and Federal election (Bundestag), "
        "probably 2029."
    )


@pytest.mark.parametrize(
    ("election", "age"),
    [("landtagswahl", 16), ("bundestagswahl", 18), ("europawahl", 16), ("kommunalwahl", 16)],
)
def test_the_birthday_on_election_day_counts(election: str, age: int) -> None:
    """§ 187 Abs. 2, § 188 Abs. 2 BGB: a year of life is completed when the day before the birthday ends."""
    row = next(row for row in SCHEMA.codelists["wahlen"].rows if row["code"] == election)
    assert row["mindestalter"] == age
    born = row["wahltag"].replace(year=row["wahltag"].year - age)
    assert found(person__geburtsdatum=born.isoformat(), verfuegbarkeit__wahlen=[election]) == {}
    late = (born + timedelta(days=1)).isoformat()
    assert "verfuegbarkeit.wahlen" in found(person__geburtsdatum=late, verfuegbarkeit__wahlen=[election])


@pytest.mark.parametrize("election", ["landtagswahl", "bundestagswahl", "europawahl", "kommunalwahl"])
def test_the_decision_table_knows_the_ages_of_the_form(election: str) -> None:
    """What the form lets through, the table of the clerks does not refuse: one law, one age."""
    model = decisions.load((PACKAGE / "decisions.dmn").read_bytes())
    row = next(row for row in SCHEMA.codelists["wahlen"].rows if row["code"] == election)
    assert model.evaluate("Mindestalter", {"wahlart": election}).value == row["mindestalter"]
    for age, fulfilled in ((row["mindestalter"] - 1, False), (row["mindestalter"], True)):
        person = {"wahlart": election, "staatsangehoerigkeit": "deutsch", "alter": age}
        assert model.evaluate("Voraussetzungen", person).value["erfuellt"] is fulfilled
    european = {"wahlart": election, "staatsangehoerigkeit": "eu", "alter": 40}
    assert model.evaluate("Voraussetzungen", european).value["erfuellt"] is not row["nur_deutsche"]


def test_nationality_by_type_of_election() -> None:
    eu = {"person__staatsangehoerigkeit": "eu"}
    assert found(**eu, verfuegbarkeit__wahlen=["kommunalwahl", "europawahl"]) == {}
    only = found(**eu, verfuegbarkeit__wahlen=["kommunalwahl", "landtagswahl"])
    assert only["verfuegbarkeit.wahlen"].endswith("Landtagswahl am 25. April 2027.")
    none = found(person__staatsangehoerigkeit="andere")
    assert list(none) == ["person.staatsangehoerigkeit"]
    assert none["person.staatsangehoerigkeit"].startswith("In einem Wahlvorstand dürfen nur Wahlberechtigte")


def test_elections_that_are_over_cannot_be_chosen() -> None:
    assert "verfuegbarkeit.wahlen" in found(today=date(2027, 4, 26), verfuegbarkeit__wahlen=["landtagswahl"])
    assert found(today=date(2027, 4, 25), verfuegbarkeit__wahlen=["landtagswahl"]) == {}


def test_sample_dates_say_so() -> None:
    for row in SCHEMA.codelists["wahlen"].rows:
        assert row["wahltag"].weekday() == 6
        assert row["stand"].startswith("Muster") == (row["code"] != "landtagswahl")


def test_born_in_the_future() -> None:
    assert found(person__geburtsdatum="2026-11-24") == {
        "person.geburtsdatum": "Prüfen Sie das Geburtsdatum. Es liegt in der Zukunft.",
        "verfuegbarkeit.wahlen": found(person__geburtsdatum="2026-11-24")["verfuegbarkeit.wahlen"],
    }
    assert "person.geburtsdatum" in found(person__geburtsdatum="1899-12-31")


@pytest.mark.parametrize("number", ["1", "12a", "12 a", "12-14", "12a-14b", "3/5"])
def test_house_numbers(number: str) -> None:
    assert found(person__hausnummer=number) == {}


@pytest.mark.parametrize("number", ["a", "12 Hinterhof", "-1", "12345"])
def test_no_house_numbers(number: str) -> None:
    assert found(person__hausnummer=number) == {
        "person.hausnummer": "Geben Sie die Hausnummer so ein wie 12, 12a oder 12-14."
    }


def test_postcodes_of_the_city() -> None:
    assert len(SCHEMA.field("person.plz").options) == 18
    for plz, reason in (("32049", "in Bielefeld"), ("3360", "fünf Ziffern"), ("336021", "fünf Ziffern")):
        assert reason in found(person__plz=plz)["person.plz"]


def test_conditional_fields() -> None:
    assert found(erfahrung__frueher=[]) == {
        "erfahrung.frueher": "Wählen Sie mindestens eine Funktion aus, die Sie schon hatten."
    }
    assert found(erfahrung__frueher=[], erfahrung__vorhanden="nein") == {}
    assert set(found(bank__iban=None, bank__kontoinhaber=None)) == {"bank.iban", "bank.kontoinhaber"}
    assert found(bank__iban=None, bank__kontoinhaber=None, bank__auszahlung="verzicht") == {}


def test_consents_are_needed() -> None:
    refused = found(einwilligung__wahlberechtigt=False, einwilligung__datenschutz=False)
    assert set(refused) == {"einwilligung.wahlberechtigt", "einwilligung.datenschutz"}
    assert refused["einwilligung.datenschutz"].startswith("Lesen Sie die Hinweise zum Datenschutz")


def test_a_street_that_is_not_listed_is_asked_about_once() -> None:
    posted = forms.to_posted(SCHEMA, "person", answers(person__strasse="Am Alten Dreisch"))
    first = forms.validate_page(SCHEMA, "person", posted, {}, DAY)
    assert [error.confirm for error in first.errors] == ["Am Alten Dreisch"]
    assert "strasse" not in first.values
    ticked = {**posted, "person.strasse.bestaetigt": ["Am Alten Dreisch"]}
    second = forms.validate_page(SCHEMA, "person", ticked, {}, DAY)
    assert second.ok
    assert second.values["strasse"] == "Am Alten Dreisch"
    assert forms.validate_page(SCHEMA, "person", posted, {"person": second.values}, DAY).ok
    other = {**ticked, "person.strasse": ["Am Neuen Dreisch"]}
    assert not forms.validate_page(SCHEMA, "person", other, {"person": second.values}, DAY).ok
    assert found(person__strasse="Am Alten Dreisch") == {}
    near = {**posted, "person.strasse": ["Niderwall"]}
    assert (
        "Meinten Sie „Niederwall“" in forms.validate_page(SCHEMA, "person", near, {}, DAY).errors[0].message
    )


def test_all_answers_in_words() -> None:
    sections = forms.summary(SCHEMA, ANSWERS, context=DAY)
    assert [section.page_key for section in sections] == [page.key for page in SCHEMA.pages()]
    words = {row.path: row.text for section in sections for row in section.rows}
    assert words["person.geburtsdatum"] == "07.03.1985"
    assert words["person.plz"] == "33602"
    assert words["erreichbarkeit.telefon"] == "+49 521 51000"
    assert (
        words["verfuegbarkeit.wahlen"]
        == "Landtagswahl am 25. April 2027, Bundestagswahl, voraussichtlich 2029"
    )
    assert words["bank.iban"] == "DE89 3704 0044 0532 0130 00"
    assert words["erfahrung.oeffentlicher_dienst"] == "Nein"
    english = {row.path: row.text for part in forms.summary(SCHEMA, ANSWERS, "en") for row in part.rows}
    assert english["person.geburtsdatum"] == "7 March 1985"
    assert english["erfahrung.oeffentlicher_dienst"] == "No"


def test_what_is_missing_stands_in_the_summary() -> None:
    rows = {row.path: row for section in forms.summary(SCHEMA, {}) for row in section.rows}
    assert rows["person.vorname"].text == "Noch nicht beantwortet"
    assert rows["erreichbarkeit.telefon"].text == "Keine Angabe"
    assert not rows["person.vorname"].answered
    assert "bank.iban" not in rows


def test_who_reads_about_a_person_is_not_addressed_as_her() -> None:
    sections = forms.summary(SCHEMA, ANSWERS, context=DAY, output=True)
    assert [section.title for section in sections] == [
        "Person", "Erreichbarkeit", "Einsatz", "Erfahrung und Wunschfunktion", "Erfrischungsgeld", "Erklärungen",
    ]  # fmt: skip
    names = {row.path: row.label for section in sections for row in section.rows}
    assert names["verfuegbarkeit.wunschbezirk"] == "Wunschbezirk"
    for name in names.values():
        assert not name.endswith(("?", ".")) and not {"Sie", "Ihr", "Ihre", "Ich"} & set(name.split()), name
    asked = forms.summary(SCHEMA, ANSWERS, context=DAY)
    assert asked[0].title == "Ihre Person"
    assert SCHEMA.page("person").present().title == "Ihre Person"
