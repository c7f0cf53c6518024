"""Terms: the same for what is stored and what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel.search import rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bürgerämter", ["burgeramt"]),
        ("Wahlhelfer*innen", ["wahlhelf"]),
        ("Wahlhelfer(innen)", ["wahlhelf"]),
        ("Wahl-Helferin", ["wahlhelf", "wahl", "helf"]),
        ("neue Steuern", ["neu", "steu"]),
        ("der die das", []),
        ("Aktenzeichen 12.20-2026/000123", ["aktenzeich", "12202026", "12", "20", "2026", "000123"]),
        ("Quelle", ["quell"]),
        ("Soft\u00adhyphen", ["softhyph"]),
    ],
)
def test_german_terms(text, expected):
    assert rules.terms(text, "de") == expected


def test_english_terms():
    assert rules.terms("The elections and applying", "en") == ["elect", "appli"]


def test_asked_is_bounded():
    assert len(rules.asked(" ".join(f"wort{n}" for n in range(50)), "de")) == rules.QUERY_WORDS
    assert len(rules.asked("x" * 5000, "de")[0]) <= rules.WORD_LIMIT


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("wahl", "wahl", True),
        ("wahl", "wal", True),
        ("wal", "wahl", True),
        ("wahl", "zahl", True),
        ("wahl", "wahlen", False),
        ("wahl", "whal", True),
        ("wahl", "lhaw", False),
        ("abcd", "abdx", False),
        ("", "a", True),
        ("abc", "abcde", False),
    ],
)
def test_one_slip(left, right, expected):
    assert rules.one_slip(left, right) is expected


@given(st.text("abcd", min_size=4, max_size=12), st.integers(0, 11), st.sampled_from("xyz"))
def test_a_slip_is_always_bridged_by_a_shared_variant(word, place, letter):
    place %= len(word)
    for slipped in (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    ):
        assert rules.one_slip(word, slipped)
        if len(slipped) >= rules.SLIP_MINIMUM:
            assert rules.variants(word) & rules.variants(slipped)


def test_numbers_and_short_words_forgive_nothing():
    assert rules.variants("2026a") == {"2026a"}
    assert rules.variants("amt") == {"amt"}


def test_compounds_come_apart_at_the_joining_sound():
    assert ("arbeit", "amt") in set(rules.splits("arbeitsamt"))
    assert ("wahl", "helf") in set(rules.splits("wahlhelf"))
    assert list(rules.splits("amt")) == []


@given(st.text(max_size=40))
def test_encoded_terms_are_plain(text):
    for term in rules.terms(text, "de"):
        encoded = rules.encode(term)
        assert encoded.isascii()
        assert encoded.isalnum()


def test_a_snippet_without_a_hit_is_the_beginning():
    assert rules.snippet("Kurzer Text", frozenset(), ("wahl",), "de") == [("Kurzer Text", False)]
    assert rules.snippet("", frozenset(), ("wahl",), "de") == []


@given(st.text(max_size=600), st.text("abc", min_size=1, max_size=3))
def test_a_snippet_is_bounded(text, prefix):
    parts = rules.snippet(text, frozenset({prefix}), (prefix,), "de")
    plain = "".join(part for part, _ in parts)
    longest = max((len(word) for word in text.split()), default=0)
    assert len(plain) <= rules.SNIPPET_WIDTH + longest + 10


def test_a_snippet_leaves_marks_beyond_its_end():
    text = "wahl " + "a" * 184 + " wahlwahlwa ende"
    assert text[: rules.SNIPPET_WIDTH].endswith("wahlwahlwa")
    parts = rules.snippet(text, frozenset(), ("wahl",), "de")
    assert parts == [("wahl", True), (" " + "a" * 184 + " …", False)]
