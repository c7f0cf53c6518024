"""Jinja2 as the house uses it: filters, escaping, what every template knows, and how strict it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel.access import Actor
from leineweber.kernel.money import Money
from leineweber.kernel.ui import jinja
from leineweber.kernel.ui.jinja import (
    LeineweberJinja2,
    date_de,
    date_parts,
    datetime_de,
    day,
    moment,
    money,
    number,
    percent,
    plural,
)

NO_BREAK = "\u00a0"


def backend() -> LeineweberJinja2:
    return next(engine for engine in engines.all() if isinstance(engine, LeineweberJinja2))


def rendered(source: str, **context: object) -> str:
    return backend().from_string(source).render(context, RequestFactory().get("/?seite=2&q=a%26b"))


def test_dates_and_times_are_german_and_of_berlin() -> None:
    assert date_de(date(2026, 11, 4)) == "04.11.2026"
    assert date_de("2026-11-24") == "24.11.2026"
    assert date_de(None) == date_de("") == ""
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert date_de(late) == "25.11.2026"
    assert datetime_de(late) == f"25.11.2026, 00:30{NO_BREAK}Uhr"
    assert jinja.time_de(datetime(2026, 7, 1, 10, 5, tzinfo=UTC)) == f"12:05{NO_BREAK}Uhr"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        datetime_de(datetime(2026, 11, 24, 12, 0))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234, None, "1.234"),
        (Decimal("1234.50"), None, "1.234,5"),
        (Decimal("1234.5"), 2, "1.234,50"),
        (Decimal("-0.126"), None, "-0,13"),
        (0, None, "0"),
        (100, None, "100"),
        (Decimal("1E+3"), None, "1.000"),
        (4.5, None, "4,5"),
        (None, None, ""),
    ],
)
def test_numbers(value: Decimal | int | None, places: int | None, text: str) -> None:
    assert number(value, places) == text


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_whole_number_reads_back(value: int) -> None:
    assert int(number(value).replace(".", "")) == value


def test_money_percent_and_plural() -> None:
    assert money(Decimal("12.5")) == f"12,50{NO_BREAK}€"
    assert money(Money(Decimal("1234.565"), "EUR")) == f"1.234,57{NO_BREAK}€"
    assert money(None) == ""
    assert percent(Decimal("0.871")) == f"87{NO_BREAK}%"
    assert plural(1, "Vorgang", "Vorgänge") == f"1{NO_BREAK}Vorgang"
    assert plural(0, "Vorgang", "Vorgänge") == f"0{NO_BREAK}Vorgänge"
    assert plural(1200, "Vorgang", "Vorgänge") == f"1.200{NO_BREAK}Vorgänge"


def test_date_parts_keep_what_was_typed() -> None:
    assert date_parts("1985-03-07") == {"tag": "7", "monat": "3", "jahr": "1985"}
    assert date_parts(date(2026, 1, 2)) == {"tag": "2", "monat": "1", "jahr": "2026"}
    assert date_parts({"tag": "31", "monat": "2"}) == {"tag": "31", "monat": "2", "jahr": ""}
    assert date_parts("Unfug") == date_parts(None) == {"tag": "", "monat": "", "jahr": ""}


def test_everything_is_escaped() -> None:
    assert rendered("{{ text }}", text="<b>&") == "&lt;b&gt;&amp;"
    source = '{% from "ui/forms.html" import text_input %}{{ text_input("n", label, value) }}'
    html = rendered(source, label="<i>", value='"><script>')
    assert "<script>" not in html
    assert "&lt;i&gt;" in html


def test_an_unknown_variable_is_an_error_but_a_missing_key_is_no() -> None:
    with pytest.raises(jinja2.UndefinedError):
        rendered("{{ nobody }}")
    with pytest.raises(jinja2.UndefinedError):
        rendered("{% if nobody %}x{% endif %}")
    assert rendered("{% if row.href %}x{% else %}-{% endif %}", row={}) == "-"
    with pytest.raises(jinja2.UndefinedError):
        rendered("{{ row.href }}", row={})


def test_every_template_knows_who_asks() -> None:
    request = RequestFactory().get("/")
    request.actor = Actor(kind="citizen", id=None, label="Mathilde Muster")  # type: ignore[attr-defined]
    template = backend().from_string("{{ actor.label }} {{ language }}")
    assert template.render({}, request) == "Mathilde Muster de"
    assert template.render() == "Nicht angemeldet de"


def test_csrf_is_there_when_asked_for_only() -> None:
    request = RequestFactory().get("/")
    assert "csrfmiddlewaretoken" in backend().from_string("{{ csrf_input }}").render({}, request)
    untouched = RequestFactory().get("/")
    backend().from_string("nothing").render({}, untouched)
    assert "CSRF_COOKIE" not in untouched.META


def test_query_changes_and_removes_parameters() -> None:
    assert rendered("{{ query(request, seite=3) }}") == "?seite=3&amp;q=a%26b"
    assert rendered("{{ query(request, seite=none) }}") == "?q=a%26b"


def test_static_addresses_change_with_the_file() -> None:
    assert jinja.static("ui/leineweber.css").startswith("/static/ui/leineweber.css?v=")


def test_only_rooms_of_the_house_are_looked_into() -> None:
    folders = [Path(folder) for folder in backend().template_dirs]
    assert folders
    assert all("leineweber" in folder.parts for folder in folders)
    with pytest.raises(TemplateDoesNotExist):
        render_to_string("registration/logged_out.html")


def test_english_catalogue_is_used() -> None:
    with translation.override("en"):
        assert rendered("{{ _('Zum Inhalt springen') }}") == "Skip to content"
        assert rendered("{{ _('Schritt %(number)s von %(total)s', number=1, total=6) }}") == "Step 1 of 6"
        source = '{% from "ui/forms.html" import error_summary %}{{ error_summary([{"message": "x", "href": "#x"}]) }}'
        assert "Check one answer" in rendered(source)


def test_days_and_moments_are_written_as_the_reader_writes_them() -> None:
    late = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
    assert day(date(2026, 11, 4)) == "04.11.2026"
    assert moment(late) == "25.11.2026, 00:05\N{NO-BREAK SPACE}Uhr"
    with translation.override("en"):
        assert day("2026-11-04") == "4 November 2026"
        assert day(late) == "25 November 2026"
        assert moment(late) == "25 November 2026, 00:05"
        assert day(None) == moment(None) == ""
