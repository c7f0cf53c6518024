"""Pages and whole answers: rules of every kind, inner groups, properties."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.capabilities.forms.samples import ANSWERS, PACKAGE, field, group, load, rule, values

from leineweber.capabilities import forms

SCHEMA = forms.load_package(PACKAGE)
DAY = {"today": date(2026, 11, 23)}


def errors_of(result: forms.PageResult) -> dict[str, str]:
    return {error.path: error.code for error in result.errors}


@pytest.fixture(scope="module")
def schema() -> forms.FormSchema:
    return load(
        group(
            "antrag",
            field("art", sort="select", more=values("neu", "alt")),
            field("nummer", count="0:1", more=rule("R1", "M", 'antrag.art = "alt"')),
            field("zahl", kind="num_int", count="0:1", more=rule("R2", "V", "antrag.zahl < 10")),
            field("doppelt", sort="hidden", more=rule("R3", "B", "antrag.zahl * 2")),
            field(
                "gruss", sort="label", more=rule("R4", "B", '"Guten Tag"') + "<xdf:inhalt>Hallo</xdf:inhalt>"
            ),
            group("anschrift", field("strasse"), field("ort", count="0:1"), count="0:1"),
        ),
        group(
            "mehr",
            field("grund"),
            field("preis", kind="num_currency", count="0:1"),
            field("zeit", kind="time", count="0:1"),
            field("schaetzung", kind="num", count="0:1"),
            field("ende", kind="date", count="0:1"),
            field("datei", kind="file", count="0:1"),
            field("ja", kind="bool"),
            more=rule("R5", "K", 'antrag.art = "alt"'),
        ),
        texts={"de": {"rules": {"R2": "Zu groß."}}},
    )


def test_a_page_applies_only_when_its_condition_holds(schema: forms.FormSchema) -> None:
    assert [page.key for page in schema.pages({})] == ["antrag"]
    assert [page.key for page in schema.pages({"antrag": {"art": "alt"}})] == ["antrag", "mehr"]


def test_a_rule_makes_a_field_required(schema: forms.FormSchema) -> None:
    assert forms.validate_page(schema, "antrag", {"antrag.art": ["neu"]}).ok
    missing = forms.validate_page(schema, "antrag", {"antrag.art": ["alt"]})
    assert errors_of(missing) == {"antrag.nummer": "required"}


def test_a_check_and_a_computed_value(schema: forms.FormSchema) -> None:
    posted = {"antrag.art": ["neu"], "antrag.zahl": ["7"], "antrag.doppelt": ["666"]}
    result = forms.validate_page(schema, "antrag", posted)
    assert result.values == {"art": "neu", "zahl": 7, "doppelt": 14, "gruss": "Guten Tag"}
    wrong = forms.validate_page(schema, "antrag", {**posted, "antrag.zahl": ["70"]})
    assert [(error.message, error.html_id) for error in wrong.errors] == [("Zu groß.", "antrag-zahl")]


def test_an_optional_group_is_asked_for_whole_or_not_at_all(schema: forms.FormSchema) -> None:
    assert forms.validate_page(schema, "antrag", {"antrag.art": ["neu"]}).ok
    begun = {"antrag.art": ["neu"], "antrag.anschrift.ort": ["Bielefeld"]}
    assert errors_of(forms.validate_page(schema, "antrag", begun)) == {"antrag.anschrift.strasse": "required"}
    whole = forms.validate_page(schema, "antrag", {**begun, "antrag.anschrift.strasse": ["Welle"]})
    assert whole.values["anschrift"] == {"strasse": "Welle", "ort": "Bielefeld"}


def test_all_kinds_are_kept_in_normal_form(schema: forms.FormSchema) -> None:
    posted = {
        "mehr.grund": ["  x "], "mehr.preis": ["1.234,5"], "mehr.zeit": ["8.30"], "mehr.schaetzung": ["0,25"],
        "mehr.ende.tag": ["1"], "mehr.ende.monat": ["2"], "mehr.ende.jahr": ["2027"], "mehr.datei": ["a" * 128],
        "mehr.ja": ["nein"],
    }  # fmt: skip
    answers = {"antrag": {"art": "alt"}}
    result = forms.validate_page(schema, "mehr", posted, answers)
    assert result.values == {
        "grund": "x", "preis": "1234.50", "zeit": "08:30", "schaetzung": "0.25", "ende": "2027-02-01",
        "datei": "a" * 128, "ja": False,
    }  # fmt: skip
    whole = {"antrag": {"art": "alt", "nummer": "1"}, "mehr": result.values}
    assert forms.validate_all(schema, whole) == []
    again = forms.validate_page(schema, "mehr", forms.to_posted(schema, "mehr", whole), whole)
    assert again.values == result.values
    shown = {row.path: row.text for section in forms.summary(schema, whole) for row in section.rows}
    assert shown["mehr.preis"] == "1.234,50 €"
    assert shown["mehr.zeit"] == "08:30 Uhr"
    assert shown["mehr.schaetzung"] == "0,25"
    assert shown["mehr.ende"] == "01.02.2027"


def test_answers_of_an_interface_are_checked_for_their_type(schema: forms.FormSchema) -> None:
    answers = {
        "antrag": {"art": "alt", "nummer": 5, "zahl": "drei", "fremd": 1, "anschrift": "Welle", "gruss": "x"},
        "mehr": {"grund": ["x"], "ja": "ja", "preis": 12, "ende": "gestern", "zeit": True},
        "unfug": {},
    }  # fmt: skip
    found = [(error.path, error.code) for error in forms.validate_all(schema, answers)]
    assert found == [
        ("antrag.fremd", "unknown"), ("antrag.anschrift", "unknown"), ("antrag.gruss", "unknown"),
        ("unfug", "unknown"), ("antrag.nummer", "type"), ("antrag.zahl", "integer"), ("mehr.grund", "type"),
        ("mehr.zeit", "type"), ("mehr.ende", "date_iso"), ("mehr.ja", "type"),
    ]  # fmt: skip


def test_what_does_not_apply_is_left_out() -> None:
    answers = {**ANSWERS, "bank": {**ANSWERS["bank"], "auszahlung": "verzicht", "iban": "kaputt"}}
    assert forms.validate_all(SCHEMA, answers, DAY) == []
    assert forms.clean(SCHEMA, answers, DAY)["bank"] == {"auszahlung": "verzicht"}
    posted = {"bank.auszahlung": ["verzicht"], "bank.iban": ["kaputt"]}
    assert forms.validate_page(SCHEMA, "bank", posted, {}, DAY).values == {"auszahlung": "verzicht"}


def test_whole_answers_stay_as_they_are() -> None:
    checked = forms.check_all(SCHEMA, ANSWERS, DAY)
    assert checked.errors == []
    assert checked.answers == ANSWERS


@pytest.mark.parametrize("page", [page.key for page in SCHEMA.all_pages])
def test_posting_what_was_answered_gives_the_same_answers(page: str) -> None:
    posted = forms.to_posted(SCHEMA, page, ANSWERS)
    result = forms.validate_page(SCHEMA, page, posted, {}, DAY)
    relevant = {key: ANSWERS[key] for key in ANSWERS if key != page}
    assert forms.validate_page(SCHEMA, page, posted, relevant, DAY).values == ANSWERS[page]
    assert result.values == ANSWERS[page]


def test_all_shapes_of_posted_data_are_read(schema: forms.FormSchema) -> None:
    assert forms.validate_page(schema, "antrag", {"antrag.art": "neu", "antrag.zahl": None}).ok
    assert "antrag.art" in errors_of(forms.validate_page(schema, "antrag", {"antrag.art": 5}))


def test_bounds_of_selections_and_dates_of_an_interface() -> None:
    form = load(
        group(
            "g",
            field("viele", sort="select", count="1:2", more=values("a", "b", "c")),
            field("tag", kind="date", count="0:1"),
            field("zeit", kind="time", count="0:1"),
            field("wert", kind="num", count="0:1"),
            field("frage", kind="bool", count="0:1"),
        )
    )
    wrong = {"g": {"viele": ["a", "b", "c"], "tag": "", "zeit": "99:99", "wert": 10**40, "frage": "ja"}}
    found = [(error.path, error.code) for error in forms.validate_all(form, wrong)]
    assert found == [("g.viele", "too_many"), ("g.zeit", "time"), ("g.wert", "number"), ("g.frage", "type")]
    wrong_types = {"g": {"viele": "a", "wert": True}}
    assert [error.code for error in forms.validate_all(form, wrong_types)] == ["type", "type"]
    shown = forms.summary(
        form, {"g": {"viele": ["a", "x"], "tag": "gestern", "wert": 7, "frage": False}}, "en"
    )
    assert [row.text for row in shown[0].rows] == ["Wert a, x", "gestern", "Keine Angabe", "7", "Nein"]


def test_words_of_english_numbers() -> None:
    schema = load(
        group("g", field("geld", kind="num_currency"), field("zahl", kind="num_int"), field("zeit", kind="time"),
              field("komma", kind="num", more='<xdf:praezisierung minValue="1.5" maxValue="2000"/>')),
        texts={"en": {}},
    )  # fmt: skip
    answers = {"g": {"geld": "1234.50", "zahl": 12345, "zeit": "08:30", "komma": "3000"}}
    english = forms.summary(schema, answers, "en")[0].rows
    assert [row.text for row in english] == ["€1,234.50", "12,345", "08:30", "3,000"]
    german = forms.summary(schema, answers)[0].rows
    assert [row.text for row in german] == ["1.234,50 €", "12.345", "08:30 Uhr", "3.000"]
    errors = forms.validate_all(schema.in_language("en"), answers)
    assert [error.message for error in errors] == ["Enter a number up to 2,000."]
    low = forms.validate_page(schema, "g", {"g.komma": ["1,2"], "g.zahl": ["1,5"]})
    assert "Geben Sie eine Zahl ab 1,5 ein." in [error.message for error in low.errors]


def test_an_unknown_page_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        forms.validate_page(SCHEMA, "gibtsnicht", {})


NAMES = st.sampled_from(
    [
        name
        for item in SCHEMA.fields.values()
        for name in (
            item.path,
            f"{item.path}.tag",
            f"{item.path}.monat",
            f"{item.path}.jahr",
            f"{item.path}.bestaetigt",
        )
    ]
)
JUNK = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["ja", "nein", "ueberweisung", "31", "2", "1985", "landtagswahl", "0521 51 0", "\ud800", "\x00"]
    ),
)
POSTED = st.dictionaries(NAMES, st.lists(JUNK, max_size=4), max_size=25)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)
ANY_ANSWERS = st.dictionaries(
    st.sampled_from(["person", "bank", "verfuegbarkeit", "erfahrung", "x"]),
    st.one_of(
        JSON,
        st.dictionaries(st.sampled_from([item.key for item in SCHEMA.fields.values()]), JSON, max_size=6),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(POSTED, ANY_ANSWERS, st.sampled_from(["de", "en", "leicht"]))
def test_nothing_posted_makes_a_page_fail(posted: dict, answers: dict, language: str) -> None:
    schema = SCHEMA.in_language(language)
    for page in schema.all_pages:
        result = forms.validate_page(schema, page.key, posted, answers, DAY)
        view = page.present(posted, result.errors, answers)
        assert {error.html_id for error in result.errors} <= view.ids
        assert all("{" not in error.message or "{" in str(posted) for error in result.errors)
        again = forms.to_posted(schema, page.key, {page.key: result.values})
        # An unlisted street had to be confirmed: what was accepted once is known from the answers.
        known = {**answers, page.key: result.values}
        kept = forms.validate_page(schema, page.key, again, known, DAY).values
        assert {key: kept[key] for key in result.values} == result.values


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_ANSWERS)
def test_no_answers_make_a_check_fail(answers: dict) -> None:
    checked = forms.check_all(SCHEMA, answers, DAY)
    assert forms.check_all(SCHEMA, checked.answers, DAY).answers == checked.answers
    forms.summary(SCHEMA, answers, "en", DAY)
    for page in SCHEMA.all_pages:
        page.present(None, (), answers)


VALID = st.fixed_dictionaries(
    {
        "vorname": st.sampled_from(["Zoë", "Nguyễn", "Ana María", "K\u035fhan", "O’Neil"]),
        "familienname": st.sampled_from(["Müller", "Łukasz-Żółć", "von der Ölbach"]),
        "geburtsdatum": st.dates(date(1900, 1, 1), date(2010, 1, 1)).map(date.isoformat),
        "staatsangehoerigkeit": st.sampled_from(["deutsch", "eu"]),
        "strasse": st.sampled_from(SCHEMA.field("person.strasse").suggestions),
        "hausnummer": st.sampled_from(["1", "12a", "12 a", "12-14", "3/5", "7 1"]).filter(
            lambda text: text != "7 1"
        ),
        "plz": st.sampled_from([option.code for option in SCHEMA.field("person.plz").options]),
        "ort": st.sampled_from(["Bielefeld", "Bad Oeynhausen"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(VALID)
def test_valid_answers_survive_the_way_through_the_form(person: dict[str, str]) -> None:
    posted = forms.to_posted(SCHEMA, "person", {"person": person})
    result = forms.validate_page(SCHEMA, "person", posted, {}, DAY)
    assert result.errors == []
    assert result.values == person
