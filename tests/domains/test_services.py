"""The catalogue: found by German words, read in the language asked for, online as soon as a procedure is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from leineweber.config import demo
from leineweber.domains.services import queries, rules, services
from leineweber.domains.services.models import Service
from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

SYSTEM = Actor.system()
TEXTS = {
    "de": {
        "title": "Hund anmelden",
        "summary": "Zur Steuer anmelden",
        "what": "Was",
        "keywords": ["Hundesteuer"],
    },
    "en": {"title": "Register a dog", "summary": "For tax", "what": "What"},
}


@pytest.fixture
def dog(db) -> Service:
    services.describe_situation(
        SYSTEM, slug="tiere", titles={"de": "Tiere"}, topic_area="Freizeit", position=1
    )
    return services.describe(SYSTEM, slug="hund", key="LW-1", texts=TEXTS, situations=["tiere"], position=5)


def test_a_service_is_found_by_a_keyword_in_its_language(dog):
    assert [card.slug for card in queries.find("hundesteuer", "de")[1]] == ["hund"]
    assert [card.title for card in queries.find("dog", "en")[1]] == ["Register a dog"]
    assert [card.title for card in queries.find("hunde", "en")[1]] == ["Register a dog"]
    assert queries.find("katze", "de") == (0, [])


def test_a_missing_translation_says_so(dog):
    assert queries.service_page("hund", "en").translated
    page = queries.service_page("hund", "leicht")
    assert not page.translated and page.text["title"] == "Hund anmelden"
    assert queries.service_page("katze", "de") is None


def test_a_page_tells_what_it_borrows_from_the_german_text(dog):
    """A page is translated when everything a person reads is; names of laws and offices stay as they are."""
    texts = {**TEXTS, "de": {**TEXTS["de"], "who": ["Alle mit Hund"], "office": {"name": "Amt für Finanzen"}}}
    services.describe(SYSTEM, slug="hund", key="LW-1", texts=texts, situations=["tiere"], position=5)
    page = queries.service_page("hund", "en")
    assert not page.translated and page.german == {"who", "office"}
    texts["en"] = {**TEXTS["en"], "who": ["Everyone with a dog"]}
    services.describe(SYSTEM, slug="hund", key="LW-1", texts=texts, situations=["tiere"], position=5)
    page = queries.service_page("hund", "en")
    assert page.translated and page.german == {"office"}
    assert [card.german for card in queries.catalogue("en")] == [False]
    assert [card.german for card in queries.catalogue("leicht")] == [True]


def test_the_demo_city_speaks_english_to_the_end():
    """No service of the demonstration falls back to German on an English page."""
    content = yaml.safe_load((Path(demo.__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))
    for entry in content["services"]:
        _, german = rules.in_language(entry["texts"], "en")
        assert german <= rules.NAMES, entry["slug"]
    assert all(set(entry["titles"]) == set(rules.LANGUAGES) for entry in content["situations"])


def test_no_comma_of_the_demo_city_cuts_a_sentence_into_a_list():
    """YAML takes a comma in brackets for the end of an entry; both languages name the same number of things."""
    content = yaml.safe_load((Path(demo.__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))
    for entry in content["services"]:
        german, english = entry["texts"]["de"], entry["texts"]["en"]
        for part in ("who", "documents", "steps"):
            assert len(german.get(part, ())) == len(english.get(part, ())), (entry["slug"], german.get(part))


def test_a_life_situation_leads_to_its_services(dog):
    (card,) = queries.situations("en")
    assert (card.title, card.services) == ("Tiere", 1)
    assert [one.slug for one in queries.situation("tiere", "de")[1]] == ["hund"]
    assert queries.situation("keine", "de") is None


def test_publishing_a_procedure_brings_its_service_online(dog):
    with act(SYSTEM, "procedure.published", Ref("procedure", ids.new_id())) as current:
        current.emit(
            "procedure.published",
            {"key": "hund", "service_slug": "hund", "service_key": "LW-1", "texts": TEXTS, "title": "Hund"},
        )
    run_until_idle()
    service = Service.objects.get()
    assert service.online and service.procedure_key == "hund" and service.position == 5
    assert [one.slug for one in service.situations.all()] == ["tiere"]


def test_lists_ask_a_constant_number_of_queries(dog, django_assert_num_queries):
    for number in range(20):
        services.describe(SYSTEM, slug=f"hund-{number}", key="LW-1", texts=TEXTS, situations=["tiere"])
    with django_assert_num_queries(1):
        assert len(queries.catalogue("de")) == 21
    with django_assert_num_queries(1):
        assert len(queries.most_used("de")) == 6
    with django_assert_num_queries(1):
        queries.situations("de")
    with django_assert_num_queries(2):
        assert len(queries.situation("tiere", "de")[1]) == 21


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (["a", {"text": "b", "url": "c"}], "a b c"), ({"x": ["y"]}, "y"), (3, "3")],
)
def test_any_part_becomes_text_for_the_search(value, text):
    assert rules.plain_text(value) == text
