"""Texts, addresses, patience."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leineweber.capabilities.messages as room
from leineweber.capabilities.messages import rules

TEXTS = sorted((Path(room.__file__).parent / "emails").glob("*.txt"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_text_is_well_formed_and_tells_nothing(path):
    text = rules.parse_text(path.read_text(encoding="utf-8"))
    assert text.names <= {"salutation", "reference", "link", "until"}
    assert {"salutation", "link"} <= text.names
    assert len(text.subject) < 90


def test_every_text_is_there_in_german_and_english():
    names = {path.name.split(".")[0] for path in TEXTS}
    assert {path.name for path in TEXTS} == {f"{name}.{code}.txt" for name in names for code in ("de", "en")}


SOURCE = "Betreff: Eingang ({reference})\n\n{salutation},\n\n{link}\n"
VALUES = {"salutation": "Guten Tag", "reference": "WH-1", "link": "https://stadt.example/v/1"}


def test_a_text_is_filled():
    subject, body = rules.fill(rules.parse_text(SOURCE), VALUES)
    assert subject == "Eingang (WH-1)"
    assert body == "Guten Tag,\n\nhttps://stadt.example/v/1\n"


def test_the_title_of_a_service_is_withheld():
    text = rules.parse_text(SOURCE)
    assert rules.fill(text, VALUES | {"title": "Schuldnerberatung"}) == rules.fill(text, VALUES)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Kein Betreff\n\nText",
        "Betreff: x\nText ohne Leerzeile",
        "Thema: x\n\nText",
        "Betreff: x\n\n{geburtsdatum}",
        "Betreff: {answers.person}\n\nText",
        "Betreff: x\n\n{link!r}",
        "Betreff: x\n\n{link:>10}",
        "Betreff: x\n\n{",
        "Betreff: x\n\n}",
        "Betreff: x\n\n{}",
    ],
)
def test_broken_texts_are_refused(source):
    with pytest.raises(rules.TemplateError):
        rules.parse_text(source)


@pytest.mark.parametrize(
    "change",
    [
        {"link": ""},
        {"link": "javascript:alert(1)"},
        {"reference": "WH-1\nBcc: alle@example.org"},
        {"reference": "WH-1\rX"},
        {"salutation": "x" * 201},
        {"link": "https://" + "x" * 2000},
        {"iban": "DE00"},
    ],
)
def test_values_that_do_not_fit_are_refused(change):
    with pytest.raises(rules.TemplateError):
        rules.fill(rules.parse_text(SOURCE), VALUES | change)


@given(st.text(min_size=1, max_size=100))
def test_no_value_makes_a_further_header_line(value):
    try:
        subject, _ = rules.fill(rules.parse_text(SOURCE), VALUES | {"reference": value})
    except rules.TemplateError:
        return
    assert len(subject.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@example.org", "a@example.org"),
        (" Erika.Muster+wahl@Example.ORG ", "Erika.Muster+wahl@example.org"),
        ("a@käse.example", "a@xn--kse-qla.example"),
        ("a@b.c.example.museum", "a@b.c.example.museum"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("", None),
        ("a@b", None),
        ("@example.org", None),
        ("a@", None),
        ("a b@example.org", None),
        ("a@exa mple.org", None),
        ("a@b@example.org", None),
        ("ä@example.org", None),
        ("a@-x.org", None),
        ("a@example..org", None),
        (".a@example.org", None),
        ("a@example.org\nBcc: x@example.org", None),
        ("a@example.org>", None),
        ("x" * 65 + "@example.org", None),
        ("a@" + "ü" * 70 + ".example", None),
    ],
)
def test_addresses(text, address):
    assert rules.normal_address(text) == address


@given(st.text(max_size=80))
def test_an_address_is_plain(text):
    address = rules.normal_address(text)
    if address is not None:
        assert address.isascii()
        assert len(address.split()) == 1
        assert not set(address) & set('<>"(),:;\\[]\r\n')
        assert rules.normal_address(address) == address


def test_patience():
    pauses = [rules.pause_after(attempts) for attempts in range(1, 9)]
    assert pauses == [*(timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60)), None]


@pytest.mark.parametrize(
    ("code", "final"), [(250, False), (421, False), (452, False), (550, True), (554, True), (600, False)]
)
def test_final_refusals(code, final):
    assert rules.is_final(code) is final
