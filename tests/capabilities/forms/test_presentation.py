"""Pages as shown: what a template gets, and that every error leads to a control that is there."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template import engines
from tests.capabilities.forms.samples import ANSWERS, PACKAGE, field, group, load, rule, values

from leineweber.capabilities import forms

SCHEMA = forms.load_package(PACKAGE)
DAY = {"today": date(2026, 11, 23)}
TEMPLATE = (
    '{% from "forms/page.html" import render_page, render_summary %}'
    "{% if page %}{{ render_page(page, values, errors, answers) }}{% endif %}"
    "{% if sections %}{{ render_summary(sections, change_url) }}{% endif %}"
)


class Controls(HTMLParser):
    """Gathers ids and controls, and refuses an id that comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))
        if tag in ("input", "select", "textarea"):
            self.controls.append({"tag": tag, **attributes})
        if tag == "a":
            self.links.append(str(attributes.get("href")))


def render(**context: object) -> tuple[str, Controls]:
    full = {"page": None, "values": None, "errors": (), "answers": None, "sections": None, "change_url": None}
    html = engines.all()[0].from_string(TEMPLATE).render({**full, **context})
    controls = Controls()
    controls.feed(html)
    assert len(controls.ids) == len(set(controls.ids))
    return html, controls


@pytest.mark.parametrize("language", forms.LANGUAGES)
@pytest.mark.parametrize("key", [page.key for page in SCHEMA.all_pages])
def test_every_error_leads_to_a_control(key: str, language: str) -> None:
    schema = SCHEMA.in_language(language)
    posted = QueryDict(
        "person.geburtsdatum.tag=31&person.geburtsdatum.monat=2&person.geburtsdatum.jahr=1985"
        "&person.strasse=Niderwal&erreichbarkeit.email=x&bank.auszahlung=ueberweisung&bank.iban=DE00"
        "&verfuegbarkeit.wahlen=unfug&erfahrung.vorhanden=ja"
    )
    result = forms.validate_page(schema, key, posted, {}, DAY)
    assert result.errors
    html, controls = render(page=schema.page(key), values=posted, errors=result.errors)
    for error in result.errors:
        assert error.html_id in controls.ids
        assert f"#{error.html_id}" in controls.links
    wrong = [control for control in controls.controls if control.get("aria-invalid") == "true"]
    assert wrong or 'aria-invalid="true"' in html
    labels = re.findall(r'<label[^>]* for="([^"]+)"', html)
    assert {str(control["id"]) for control in controls.controls} <= set(labels)


@pytest.mark.parametrize("key", [page.key for page in SCHEMA.all_pages])
def test_what_is_shown_and_sent_back_unchanged_is_the_same(key: str) -> None:
    _, controls = render(page=SCHEMA.page(key), answers=ANSWERS)
    html, _ = render(page=SCHEMA.page(key), answers=ANSWERS)
    posted = QueryDict(mutable=True)
    for control in controls.controls:
        name = str(control["name"])
        if control["tag"] == "input" and control.get("type") in ("radio", "checkbox"):
            if "checked" in control:
                posted.appendlist(name, str(control["value"]))
        elif control["tag"] == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', html)
            posted.appendlist(name, chosen[1] if chosen else "")
        elif control["tag"] == "textarea":
            text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
            posted.appendlist(name, text[1] if text else "")
        else:
            posted.appendlist(name, str(control.get("value") or ""))
    others = {page: content for page, content in ANSWERS.items() if page != key}
    result = forms.validate_page(SCHEMA, key, posted, others, DAY)
    assert result.errors == []
    assert result.values == ANSWERS[key]


def test_text_of_a_person_is_only_text() -> None:
    attack = '"><script>alert(1)</script>'
    posted = {"person.vorname": [attack], "person.strasse": [attack], "person.geburtsdatum.tag": [attack]}
    result = forms.validate_page(SCHEMA, "person", posted, {}, DAY)
    html, _ = render(page=SCHEMA.page("person"), values=posted, errors=result.errors)
    assert "<script>" not in html
    sections = forms.summary(SCHEMA, {"person": {"ort": attack}})
    assert "<script>" not in render(sections=sections)[0]


def test_a_street_can_be_confirmed_on_the_page() -> None:
    posted = {"person.strasse": ["Am Alten Dreisch"]}
    errors = forms.validate_page(SCHEMA, "person", posted, {}, DAY).errors
    html, controls = render(page=SCHEMA.page("person"), values=posted, errors=errors)
    box = next(control for control in controls.controls if control["name"] == "person.strasse.bestaetigt")
    assert box["value"] == "Am Alten Dreisch"
    assert "checked" not in box
    assert "Die Schreibweise „Am Alten Dreisch“ ist richtig." in html
    assert '<option value="Niederwall">' in html


def test_fields_of_the_same_page_are_always_there_with_a_note() -> None:
    html, controls = render(page=SCHEMA.page("bank"), answers={})
    assert {"bank.iban", "bank.kontoinhaber"} <= {str(control["name"]) for control in controls.controls}
    assert "Nur ausfüllen, wenn Sie bei „Sollen wir Ihnen das Erfrischungsgeld überweisen?“" in html
    assert 'data-shown-when="bank.auszahlung"' in html


@pytest.mark.parametrize(("language", "words"), [("de", "neues Fenster"), ("en", "new window")])
def test_what_is_to_be_read_before_agreeing_is_one_click_away(language: str, words: str) -> None:
    html, controls = render(page=SCHEMA.in_language(language).page("einwilligung"), answers={})
    assert controls.links == ["/datenschutz/"]
    link = html[html.index("<a ") : html.index("</a>")]
    assert 'target="_blank"' in link, "what is ticked on the page stays"
    assert words in link


def test_fields_that_depend_on_another_page_are_left_out() -> None:
    schema = load(
        group("a", field("art", sort="select", more=values("x", "y"))),
        group(
            "b",
            group("innen", field("nur_x", more=rule("R1", "K", 'a.art = "x"')), count="0:1"),
            field("hinweis", sort="label", more=rule("R2", "B", '"Art " + a.art')),
            field("geheim", sort="hidden"),
            field("datei", kind="file", count="0:1"),
        ),
    )
    shown = schema.page("b").present(None, (), {"a": {"art": "x"}})
    assert [widget.kind for widget in shown.widgets] == ["fieldset", "static", "file"]
    assert shown.ids == {"b-innen-nur_x", "b-hinweis", "b-datei"}
    assert "Art x" in render(page=shown)[0]
    assert [widget.kind for widget in schema.page("b").present().widgets] == ["static", "file"]


def test_the_first_visit_shows_what_is_usual() -> None:
    by_name = {widget.name: widget for widget in SCHEMA.page("person").present().widgets}
    assert by_name["person.ort"].value == "Bielefeld"
    assert by_name["person.vorname"].value == ""
    cleared = SCHEMA.page("person").present({"person.ort": [""]}, (), {})
    assert {widget.name: widget for widget in cleared.widgets}["person.ort"].value == ""


def test_the_summary_leads_to_each_question() -> None:
    _, controls = render(sections=forms.summary(SCHEMA, ANSWERS), change_url="/antrag/wahlhelfer/{}/".format)
    assert "/antrag/wahlhelfer/person/#person-geburtsdatum-tag" in controls.links
    for link in controls.links:
        page, _, place = link.removeprefix("/antrag/wahlhelfer/").partition("/#")
        assert place in SCHEMA.page(page).present(None, (), ANSWERS).ids
