"""Single answers: vectors with their source, and properties."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.capabilities.forms import latin, rules
from leineweber.capabilities.forms.rules import Invalid


def code_of(function, *args, **kwargs) -> str:
    with pytest.raises(Invalid) as caught:
        function(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("  Anna   Lena ", "Anna Lena"),
        ("Mu\u0308ller", "Müller"),
        ("a\u0000b\u202ec\ud800d", "abcd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("eins\r\nzwei", "eins zwei"),
        ("\u00a0x\u2003y\u00a0", "x y"),
    ],
)
def test_tidy_keeps_what_a_person_meant(raw: str, tidied: str) -> None:
    assert rules.tidy(raw) == tidied


def test_tidy_keeps_lines_of_a_long_text() -> None:
    assert (
        rules.tidy("eins  zwei\r\n\r\n\r\n\r\ndrei ä\u2028vier", multiline=True)
        == "eins zwei\n\ndrei ä\nvier"
    )


@given(st.text())
def test_tidy_is_idempotent(raw: str) -> None:
    assert rules.tidy(rules.tidy(raw)) == rules.tidy(raw)
    long = rules.tidy(raw, multiline=True)
    assert rules.tidy(long, multiline=True) == long


def test_text_is_bounded() -> None:
    assert rules.text("", max_length=5) is None
    assert rules.text("abc", max_length=5, pattern=re.compile("[a-c]+")) == "abc"
    assert code_of(rules.text, "abcdef", max_length=5) == "too_long"
    assert code_of(rules.text, "a" * 50_000, max_length=rules.RAW_LIMIT) == "too_long"
    assert code_of(rules.text, "ab", max_length=5, min_length=3) == "too_short"
    assert code_of(rules.text, "abd", max_length=5, pattern=re.compile("[a-c]+")) == "pattern"


@pytest.mark.parametrize(
    "name",
    ["Zoë", "Nguyễn Thị", "D’Angelo", "K\u035fhan", "Łukasz-Żółć", "J. R.", "Þórður", "C\u0328\u0306a"],
)
def test_names_of_the_registers(name: str) -> None:
    assert rules.person_name(rules.tidy(name)) == rules.tidy(name)


@pytest.mark.parametrize(
    ("name", "code"), [("Иван", "name_characters"), ("Ana 2", "name_characters"), ("-", "name_letter")]
)
def test_names_the_registers_cannot_hold(name: str, code: str) -> None:
    assert code_of(rules.person_name, name) == code


def test_latin_text() -> None:
    assert rules.latin_text("Straße 12 (Hof) § 3") == "Straße 12 (Hof) § 3"
    assert code_of(rules.latin_text, "Ωμέγα") == "latin_characters"
    assert latin.foreign_characters("aΩbΩψ") == "Ωψ"


def test_letters_are_as_many_as_the_standard_has() -> None:
    """DIN 91379:2022-08, group bll: 500 single letters (String.Latin+ 1.3)."""
    letters = [chr(point) for point in range(0x250) if latin.is_person_name(chr(point))]
    assert "ə" not in letters
    assert sum(latin.is_person_name(chr(point)) for point in range(0x3000)) == 500


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@example.org", "a@example.org"),
        (" Zoe.M+wahl@EXAMPLE.Org ", "Zoe.M+wahl@example.org"),
        ("o'neil@bücher.example", "o'neil@bücher.example"),
        ("x@sub.a-b.museum", "x@sub.a-b.museum"),
    ],
)
def test_e_mail(typed: str, kept: str) -> None:
    assert rules.e_mail(rules.tidy(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("name.example.org", "email_at"),
        ("@example.org", "email_at"),
        ("a@example", "email_domain"),
        ("a@example.", "email_domain"),
        ("a@@example.org", "email"),
        ("a..b@example.org", "email"),
        ("a@-x.org", "email"),
        ("a@exa_mple.o", "email"),
        ("a" * 65 + "@example.org", "email"),
        ("a@" + "b." * 130 + "org", "email"),
    ],
)
def test_e_mail_refused(typed: str, code: str) -> None:
    assert code_of(rules.e_mail, typed) == code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0521 51-0", "+49521510"),
        ("0521/51 27 50", "+49521512750"),
        ("+49 (0) 521 51 27 50", "+49521512750"),
        ("0049 521 512750", "+49521512750"),
        ("+43 1 4000", "+4314000"),
        ("(0171) 123 45 67", "+491711234567"),
    ],
)
def test_phone(typed: str, kept: str) -> None:
    if kept == "+4314000":
        assert code_of(rules.phone, typed) == "phone_length"
    else:
        assert rules.phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("512750", "phone_area"),
        ("+0521 512750", "phone_area"),
        ("0521 abc", "phone_characters"),
        ("", "phone_characters"),
        ("٠٥٢١٥١٢٧٥٠", "phone_characters"),
        ("0521 1", "phone_length"),
        ("0521 12345678901234", "phone_length"),
    ],
)
def test_phone_refused(typed: str, code: str) -> None:
    assert code_of(rules.phone, typed) == code


def test_phone_in_groups() -> None:
    assert rules.format_phone("+49521512750") == "+49 521 512750"
    assert rules.format_phone("+49520512345") == "+49 5205 12345"
    assert rules.format_phone("+491711234567") == "+49 171 1234567"
    assert rules.format_phone("+493012345678") == "+49 3012345678"
    assert rules.format_phone("+4314000123") == "+4314000123"


def test_iban_of_the_registry() -> None:
    """Examples of the SWIFT IBAN registry (ISO 13616)."""
    assert rules.iban("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert rules.iban("NL91-ABNA-0417-1643-00") == "NL91ABNA0417164300"
    assert rules.format_iban("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE89 3704 0044 0532 0130 01", "iban_checksum"),
        ("DE98 3704 0044 0532 0130 00", "iban_checksum"),
        ("DE89 3704 0044", "iban_length"),
        ("DE89 3704 0044 0532 0130 0A", "iban_structure"),
        ("ZZ89 3704 0044 0532 0130 00", "iban_country"),
        ("1234567890", "iban_country"),
        ("DE89ß", "iban_characters"),
        ("", "iban_characters"),
    ],
)
def test_iban_refused(typed: str, code: str) -> None:
    assert code_of(rules.iban, typed) == code


@given(st.integers(0, 9), st.integers(4, 21))
def test_every_single_wrong_digit_of_an_iban_is_found(digit: int, place: int) -> None:
    right = "DE89370400440532013000"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    if wrong == right:
        assert rules.iban(wrong) == right
    else:
        assert code_of(rules.iban, wrong) == "iban_checksum"


def test_dates() -> None:
    assert rules.date_parts("", " ", "") is None
    assert rules.date_parts("7", "03", "1985") == "1985-03-07"
    assert rules.date_parts("29", "2", "2024") == "2024-02-29"
    assert rules.iso_date("1985-03-07") == "1985-03-07"


@pytest.mark.parametrize(
    ("parts", "code", "part"),
    [
        (("7", "", "1985"), "date_missing", "monat"),
        (("x", "3", "1985"), "date_digits", "tag"),
        (("٧", "3", "1985"), "date_digits", "tag"),
        (("7", "3", "85"), "date_year", "jahr"),
        (("7", "13", "1985"), "date_month", "monat"),
        (("31", "4", "1985"), "date_unreal", "tag"),
        (("29", "2", "2023"), "date_unreal", "tag"),
        (("1", "1", "0000"), "date_unreal", "tag"),
        (("9" * 30, "1", "1985"), "date_unreal", "tag"),
        (("31", "12", "1899"), "date_early", "jahr"),
        (("1", "1", "2001"), "date_late", "jahr"),
    ],
)
def test_dates_refused(parts: tuple[str, str, str], code: str, part: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.date_parts(*parts, minimum=date(1900, 1, 1), maximum=date(2000, 12, 31))
    assert (caught.value.code, caught.value.part) == (code, part)


@pytest.mark.parametrize("text", ["7.3.1985", "1985-02-30", "19850307", ""])
def test_iso_dates_refused(text: str) -> None:
    assert code_of(rules.iso_date, text) == "date_iso"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_real_date_is_accepted(day: date) -> None:
    assert rules.date_parts(str(day.day), str(day.month), str(day.year)) == day.isoformat()


def test_times() -> None:
    assert [rules.clock_time(text) for text in ("8", "8:30", "08.30 Uhr", "23:59", "7 h")] == [
        "08:00", "08:30", "08:30", "23:59", "07:00",
    ]  # fmt: skip
    assert [code_of(rules.clock_time, text) for text in ("24:00", "8:60", "früh", "")] == ["time"] * 4


def test_numbers() -> None:
    assert rules.decimal("1.234,50") == "1234.50"
    assert rules.decimal("1234.5") == "1234.5"
    assert rules.decimal("1.234") == "1234"
    assert rules.decimal("−3,5") == "-3.5"
    assert rules.decimal("12 €", places=2) == "12.00"
    assert rules.integer("1.000") == 1000
    low, high = Decimal(1), Decimal(10)
    assert code_of(rules.decimal, "0,5", minimum=low) == "number_min"
    assert code_of(rules.decimal, "10,5", maximum=high) == "number_max"
    assert code_of(rules.decimal, "1,234", places=2) == "number_places"
    assert [code_of(rules.decimal, text) for text in ("", "abc", "1,2,3", "1e5", "NaN", "9" * 31)] == [
        "number"
    ] * 6
    assert code_of(rules.integer, "1,5") == "integer"
    assert code_of(rules.integer, "x") == "integer"
    assert code_of(rules.integer, "11", maximum=high) == "number_max"


def test_codes() -> None:
    assert rules.one_code("", {"a"}) is None
    assert rules.one_code("a", {"a"}) == "a"
    assert code_of(rules.one_code, "b", {"a"}) == "choice"
    assert rules.many_codes(["c", "a", "a", ""], ["a", "b", "c"], max_items=2) == ["a", "c"]
    assert code_of(rules.many_codes, ["a", "x"], ["a"], max_items=2) == "choice"
    assert code_of(rules.many_codes, ["a", "b"], ["a", "b"], max_items=1) == "too_many"
    assert rules.listed(" 33602 ", {"33602"}) == "33602"
    assert code_of(rules.listed, "12345", {"33602"}) == "not_listed"
    assert [rules.yes_no(text) for text in ("", "ja", "nein")] == [None, True, False]
    assert code_of(rules.yes_no, "vielleicht") == "choice"
    assert rules.digest("") is None
    assert rules.digest("a" * 128) == "a" * 128
    assert code_of(rules.digest, "../etc/passwd") == "file"


STREETS = ("Detmolder Straße", "Niederwall", "August-Bebel-Straße")
FOLDED = {rules.fold(street): street for street in STREETS}


@pytest.mark.parametrize(
    ("typed", "street"),
    [
        ("niederwall", "Niederwall"),
        ("Detmolder Str.", "Detmolder Straße"),
        ("DETMOLDER STRASSE", "Detmolder Straße"),
        ("August Bebel Straße", "August-Bebel-Straße"),
    ],
)
def test_streets_are_found_however_they_are_written(typed: str, street: str) -> None:
    assert rules.suggested(typed, FOLDED, confirmed=()) == street


def test_an_unlisted_street_is_accepted_once_confirmed() -> None:
    with pytest.raises(Invalid) as caught:
        rules.suggested("Niederwal", FOLDED, confirmed=("Nieder",))
    assert caught.value.code == "unlisted"
    assert caught.value.confirm == "Niederwal"
    assert caught.value.params["candidates"] == ("Niederwall",)
    assert rules.suggested("Niederwal", FOLDED, confirmed=("Niederwal",)) == "Niederwal"
    assert rules.nearest("Xyz", FOLDED) == ()
