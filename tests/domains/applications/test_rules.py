"""The room's pure rules, by worked vectors and by properties."""

from __future__ import annotations

import copy
import statistics
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.domains.applications import rules
from leineweber.domains.applications.models import CaseState


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zwirn", ("zwirn",)),
        ("zwirnstein, greta", ("zwirnstein, greta",)),
        ("zwirnstein greta", ("zwirnstein greta", "zwirnstein, greta")),
        (
            "von der heide anna",
            ("von der heide anna", "von, der heide anna", "von der, heide anna", "von der heide, anna"),
        ),
        ("", ("",)),
    ],
)
def test_a_listed_name_can_be_typed_without_its_comma(typed: str, meant: tuple[str, ...]) -> None:
    assert rules.name_beginnings(typed) == meant
    assert len(rules.name_beginnings("a " * 50)) <= rules.NAME_WORDS


def test_a_listed_name_as_people_say_it() -> None:
    assert rules.spoken("Zwirnstein, Greta Ida") == "Greta Ida Zwirnstein"
    assert rules.spoken("Zwirnstein") == "Zwirnstein"


PATHS = {
    "given_name": "person.vorname",
    "family_name": "person.familienname",
    "birth_date": "person.geburtsdatum",
    "street": "person.strasse",
    "house_number": "person.hausnummer",
    "postcode": "person.plz",
    "city": "person.ort",
    "email": "kontakt.email",
    "contact": "kontakt.weg",
    "by_post": "post",
}
ANSWERS: dict[str, Any] = {
    "person": {
        "vorname": "Åsa",
        "familienname": "Groß-Müller",
        "geburtsdatum": "1990-05-17",
        "strasse": "Niederwall",
        "hausnummer": "23",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "kontakt": {"email": "asa@example.org", "weg": "post"},
}
KEYS = st.sampled_from(["a", "b", "c", "d"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | st.text(max_size=3)
    | st.lists(st.integers(0, 2), max_size=2)
)
TREES = st.recursive(
    st.dictionaries(KEYS, LEAVES, max_size=3),
    lambda inner: st.dictionaries(KEYS, LEAVES | inner, max_size=3),
    max_leaves=12,
)


def test_an_answer_is_found_by_its_path_or_not_at_all() -> None:
    assert rules.at_path(ANSWERS, "person.vorname") == "Åsa"
    assert rules.at_path(ANSWERS, "person.vorname.laenge") is None
    assert rules.at_path(ANSWERS, "bank.iban") is None
    assert rules.text_at(ANSWERS, "bank.iban") == ""
    assert rules.text_at({"n": {"zahl": 0}}, "n.zahl") == "0"
    assert rules.text_at(ANSWERS, None) == ""


def test_the_applicant_is_read_where_the_package_says() -> None:
    applicant = rules.applicant_of(ANSWERS, PATHS)
    assert applicant.name == "Åsa Groß-Müller"
    assert applicant.listed == "Groß-Müller, Åsa"
    assert applicant.address == ("Niederwall 23", "33602 Bielefeld")
    assert applicant.email == "asa@example.org"
    assert applicant.by_post


def test_what_is_not_said_is_left_out() -> None:
    applicant = rules.applicant_of({"person": {"familienname": "Prinz"}}, PATHS)
    assert (applicant.name, applicant.listed, applicant.address) == ("Prinz", "Prinz", ())
    assert not applicant.by_post
    assert not rules.applicant_of({}, {}).by_post


@pytest.mark.parametrize(
    ("family", "given_name"),
    [
        ("GROSS-MUELLER", "Asa"),
        ("Groß Müller", "Åsa"),
        ("gross–müller", "Åsa"),
        ("Großmüller", "A\u030asa"),
    ],
)
def test_the_same_person_is_found_however_the_name_is_written(family: str, given_name: str) -> None:
    same = copy.deepcopy(ANSWERS)
    same["person"] |= {"familienname": family, "vorname": given_name}
    expected = rules.identity_text("wahlhelfer", rules.applicant_of(ANSWERS, PATHS))
    assert rules.identity_text("wahlhelfer", rules.applicant_of(same, PATHS)) == expected


@pytest.mark.parametrize(
    ("path", "value"), [("geburtsdatum", "1990-05-18"), ("vorname", "Ida"), ("familienname", "Müller")]
)
def test_another_person_is_another(path: str, value: str) -> None:
    other = copy.deepcopy(ANSWERS)
    other["person"][path] = value
    mine = rules.applicant_of(ANSWERS, PATHS)
    assert rules.identity_text("w", mine) != rules.identity_text("w", rules.applicant_of(other, PATHS))
    assert rules.identity_text("w", mine) != rules.identity_text("v", mine)


@given(st.text(max_size=20), st.text(max_size=20))
def test_folding_a_name_ignores_case_form_and_punctuation(family: str, given_name: str) -> None:
    def folded(family: str, given_name: str) -> str:
        return rules.identity_text("w", rules.Applicant(given_name, family, "2000-01-01", "", (), False))

    assert folded(family, given_name) == folded(unicodedata.normalize("NFC", family), given_name)
    assert folded(f" {family}-", f".{given_name}") == folded(family, given_name)
    assert " " not in folded(family, given_name)


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *groups, last = path.split(".")
    for group in groups:
        if not isinstance(tree.get(group), dict):
            tree[group] = {}
        tree = tree[group]
    tree[last] = value


@given(TREES, TREES)
def test_changed_paths_say_all_that_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    paths = rules.changed_paths(before, after)
    assert paths == sorted(set(paths))
    assert sorted(paths) == sorted(rules.changed_paths(after, before))
    assert rules.changed_paths(before, before) == []
    patched = copy.deepcopy(before)
    for path in paths:
        if "." in path or not isinstance(rules.at_path(patched, path), dict):
            _put(patched, path, rules.at_path(after, path))
    for path in paths:
        assert rules.at_path(patched, path) == rules.at_path(after, path)
    assert set(rules.changed_paths(patched, after)) <= set(paths)


def test_a_group_that_goes_changes_each_of_its_fields() -> None:
    assert rules.changed_paths({"a": {"x": 1, "y": 2}, "b": 1}, {"b": 1}) == ["a.x", "a.y"]
    assert rules.changed_paths({"a": 1}, {"a": {"x": 1}}) == ["a.x"]
    assert rules.changed_paths({"a": None}, {}) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 6)), max_size=12))
def test_the_median_of_counts_is_the_median(counts: list[tuple[int, int]]) -> None:
    values = [value for value, number in counts for _ in range(number)]
    expected = statistics.median(values) if values else None
    assert rules.median_of_counts(counts) == expected


def test_who_may_do_what_when() -> None:
    for state in CaseState.values:
        still_open = state in {"received", "in_review", "question_open"}
        assert rules.may_correct(state) is still_open
        assert rules.may_withdraw(state) is still_open
    assert {*rules.OPEN_STATES, *rules.DECIDED_STATES, "withdrawn"} == set(CaseState.values)


def test_days_between_are_calendar_days() -> None:
    assert rules.days_between(date(2026, 11, 23), date(2026, 12, 1)) == 8
    assert rules.days_between(date(2026, 11, 23), date(2026, 11, 22)) == 0


@pytest.mark.parametrize(
    ("state", "titles", "current"),
    [
        ("received", ["Eingegangen", "In Prüfung", "Entscheidung"], "Eingegangen"),
        ("in_review", ["Eingegangen", "In Prüfung", "Entscheidung"], "In Prüfung"),
        (
            "question_open",
            ["Eingegangen", "Wir brauchen eine Antwort von Ihnen", "Entscheidung"],
            "Wir brauchen eine Antwort von Ihnen",
        ),
        ("accepted", ["Eingegangen", "In Prüfung", "Zusage erhalten"], "Zusage erhalten"),
        ("refused", ["Eingegangen", "In Prüfung", "Ablehnung erhalten"], "Ablehnung erhalten"),
        ("withdrawn", ["Eingegangen", "In Prüfung", "Zurückgezogen"], "Zurückgezogen"),
    ],
)
def test_a_citizen_reads_where_the_case_stands(state: str, titles: list[str], current: str) -> None:
    steps = rules.steps_of(state)
    assert [step.title for step in steps] == titles
    assert [step.title for step in steps if step.current] == [current]
    assert steps[0].done
    assert steps[2].done is (state in {"accepted", "refused", "withdrawn"})


@pytest.mark.parametrize(
    ("some", "others", "shared"),
    [
        (["a@x.de"], ["A@X.de "], True),
        (["a@x.de", "b@x.de"], ["c@x.de", "b@x.de"], True),
        (["a@x.de"], ["b@x.de"], False),
        (["", "a@x.de"], [""], False),
        ([], [], False),
    ],
)
def test_addresses_are_shared_however_they_are_written(
    some: list[str], others: list[str], shared: bool
) -> None:
    assert rules.share_an_address(some, others) is shared


@pytest.mark.parametrize(
    ("event", "language", "words"),
    [
        ("received", "de", "Wir haben Ihren Antrag erhalten (WH-1)"),
        ("received", "en", "We have received your application (WH-1)"),
        ("received", "leicht", "Wir haben Ihren Antrag bekommen (WH-1)"),
        ("withdrawn", "leicht", "Sie möchten den Antrag nicht mehr (WH-1)"),
        ("question", "en", "We have a question about your application (WH-1)"),
        ("notice", "en", "Our decision is here (WH-1)"),
        ("withdrawn", "en", "Your application is withdrawn (WH-1)"),
    ],
)
def test_applicants_are_told_in_their_language(event: str, language: str, words: str) -> None:
    assert rules.told(event, language, "WH-1", "Text")[0] == words


def test_the_words_of_the_office_stay_as_they_are() -> None:
    """A question may hold braces; it is text, not a template."""
    assert rules.told("question", "en", "WH-1", "Wann? {reference}")[1] == "Wann? {reference}"
    assert rules.told("notice", "de", "WH-1", "Berufung")[1] == "Berufung: Den Bescheid finden Sie im Anhang."
