"""Which characters a document shows, and what stands for the rest."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leineweber.capabilities.documents as documents
from leineweber.capabilities.documents import rules

COVERAGE = json.loads((Path(documents.__file__).parent / "fonts" / "coverage.json").read_text())
FONTS = rules.families(COVERAGE)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Müller-Lüdenscheidt", "Müller-Lüdenscheidt"),
        ("Ğökçe Żółć Ștefăniță", "Ğökçe Żółć Ștefăniță"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("Чайковский Παπαδόπουλος", "Чайковский Παπαδόπουλος"),
        ("فاطمة כהן", "فاطمة כהן"),
        ("u\u0308ber", "über"),
        ("王", "[U+738B]"),
        ("😀", "[U+1F600]"),
        ("👍\ufe0f", "[U+1F44D]"),
        ("\ue000", "[U+E000]"),
        ("\x00\x07", "[U+0000][U+0007]"),
        ("\ud800", "[U+D800]"),
        ("\u202eabc", "[U+202E]abc"),
        ("\u0308", "[U+0308]"),
        ("\u200dx", "[U+200D]x"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e"),
        ("\n\u0301", "\n[U+0301]"),
        ("a\u0e31", "a[U+0E31]"),
        ("", ""),
    ],
)
def test_text_becomes_displayable(given_text: str, shown: str) -> None:
    assert rules.displayable(given_text, FONTS) == shown


# DIN 91379, normative letters with a combining mark that Unicode has no single character for.
@pytest.mark.parametrize("letter", ["C̨̆", "D̂", "Ł̇", "m̐", "S̱̄", "J̌", "ẑ̄"[:2], "K̛", "R̥̄", "Û̄", "A̋"])
def test_letters_of_din_91379_are_kept(letter: str) -> None:
    assert rules.displayable(letter, FONTS) == unicodedata.normalize("NFC", letter)


def test_long_words_may_break_and_stay_the_same_to_the_reader() -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    shown = rules.displayable(word, FONTS)
    assert shown.replace(rules.BREAK, "") == word
    assert shown.count(rules.BREAK) == len(word) - 1
    assert rules.displayable("Wahlvorsteherstellvertretung", FONTS) == "Wahlvorsteherstellvertretung"


def test_data_is_walked_through_with_keys_and_lists() -> None:
    data = {"na😀me": ["a\u0308", {"x": "\x00"}, 5, 1.5, True, None], "leer": {}}
    assert rules.displayable_data(data, FONTS) == {
        "na[U+1F600]me": ["ä", {"x": "[U+0000]"}, 5, 1.5, True, None],
        "leer": {},
    }


@given(st.text())
def test_every_character_of_the_result_has_a_glyph(text: str) -> None:
    shown = rules.displayable(text, FONTS)
    for character in shown.replace(rules.BREAK, "").replace("\n", ""):
        assert any(family.shows(character) for family in FONTS)


@given(st.text())
def test_text_shown_once_is_shown_the_same_again(text: str) -> None:
    shown = rules.displayable(text, FONTS).replace(rules.BREAK, "")
    assert rules.displayable(shown, FONTS).replace(rules.BREAK, "") == shown


def test_one_family_has_every_block_from_which_din_91379_takes_its_letters_and_marks() -> None:
    noto = rules.families({"NotoSans": COVERAGE["NotoSans"]})[0]
    blocks = [range(0x20, 0x7F), range(0xA0, 0x250), range(0x300, 0x370), range(0x1E00, 0x1F00)]
    missing = [
        hex(p)
        for block in blocks
        for p in block
        if not noto.shows(chr(p)) and unicodedata.category(chr(p)) != "Cf"
    ]
    assert missing == []
