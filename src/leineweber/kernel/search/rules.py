"""Pure: from text to terms, the same for what is stored and what is asked.

Stems are Snowball's (snowballstem.org, German and English), taken after folding, so that "Bürgeramt",
"Buergeramt" and "Burgeramt" are one term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

WORD_LIMIT = 60
QUERY_LIMIT = 200
QUERY_WORDS = 10
SLIP_MINIMUM = 4

_UNWANTED = re.compile(r"[\x00\ud800-\udfff\u00ad\u200b-\u200d\ufeff]")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_GENDER = re.compile(r"(?<=\w)(?:[:*_/]-?in(?:nen)?|In(?:nen)?|\(in(?:nen)?\))(?!\w)")
_LETTERS = r"[^\W_](?:[^\W_]|[\u00ad\u200b-\u200d])*"
_WORD = re.compile(rf"{_LETTERS}(?:[-'’‐‑.]{_LETTERS})*")
_JOINT = re.compile(r"[-'’‐‑.]")
_DIGRAPH = re.compile(r"(?<![aeiouq])([aou])e")
_FEMININE = re.compile(r"(?<=er)in(?:nen)?\Z")

_STOP_DE = frozenset(
    re.findall(
        r"\w+",
        """
    aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dem den der des die
    dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es
    euch fur hat hatte habe haben hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja kann
    konnen man mein meine meinem meinen meiner mich mir mit mochte muss nach nicht noch nur ob oder ohne
    sein seine sich sie sind so soll um und uns unser unsere vom von vor war was wegen welche wenn wer
    werde werden wie will wir wird wo zu zum zur
""",
    )
)
_STOP_EN = frozenset(
    re.findall(
        r"\w+",
        """
    a an and are as at be but by can do does for from has have how i if in into is it its me my no not
    of on or our she so that the their them then there they this to was we what when where which who
    will with you your
""",
    )
)


def fold(text: str) -> str:
    """Return text in lower case with accents and umlauts taken away: ä, ae and a become a; ß becomes ss."""
    bare = _COMBINING.sub("", unicodedata.normalize("NFKD", _UNWANTED.sub("", text).casefold()))
    return _DIGRAPH.sub(r"\1", bare)


@lru_cache(maxsize=2)
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english" if language == "en" else "german")


@lru_cache(maxsize=60_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; a feminine form has the stem of the masculine one."""
    if not word.isascii() or not word.isalpha():
        return word
    if language != "en":
        word = _FEMININE.sub("", word)
    return str(_stemmer(language).stemWord(word))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it is, and the terms under which it can be found."""

    start: int
    end: int
    terms: tuple[str, ...]


def words(text: str, language: str) -> Iterator[Word]:
    """Yield the words of a text with their terms; `language` is `en` or any German one.

    "Wahl-Helferin" yields `wahlhelf`, `wahl` and `helf`; "Wahlhelfer*innen" yields `wahlhelf`.
    """
    stop = _STOP_EN if language == "en" else _STOP_DE
    plain = _GENDER.sub(lambda found: " " * len(found[0]), text)
    for match in _WORD.finditer(plain):
        parts = [part for part in (fold(part) for part in _JOINT.split(match[0])) if part]
        candidates = ["".join(parts), *parts] if len(parts) > 1 else parts
        terms = dict.fromkeys(
            stem(part[:WORD_LIMIT], language) for part in candidates if part not in stop and part.isalnum()
        )
        if terms:
            yield Word(match.start(), match.end(), tuple(terms))


def terms(text: str, language: str) -> list[str]:
    """Return the terms of a text in order, repetitions kept."""
    return [term for word in words(text, language) for term in word.terms]


def asked(text: str, language: str) -> list[str]:
    """Return the terms of a question: one per word, at most ten, each once."""
    found = dict.fromkeys(word.terms[0] for word in words(text[:QUERY_LIMIT], language))
    return list(found)[:QUERY_WORDS]


def variants(term: str) -> set[str]:
    """Return the term and what is left of it when one letter is missing; for words, not for numbers."""
    if len(term) < SLIP_MINIMUM or len(term) > WORD_LIMIT or not term.isalpha():
        return {term}
    return {term, *(term[:place] + term[place + 1 :] for place in range(len(term)))}


def one_slip(left: str, right: str) -> bool:
    """Tell whether two words are at most one slip apart.

    A slip is a letter too many, missing or wrong, or two neighbours swapped.
    """
    if left == right:
        return True
    if abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    rest, other = left[start:], right[start:]
    if len(left) == len(right):
        swapped = len(rest) > 1 and rest[1] + rest[0] + rest[2:] == other
        return swapped or rest[1:] == other[1:]
    return rest[1:] == other or rest == other[1:]


def splits(term: str) -> Iterator[tuple[str, str]]:
    """Yield the ways a compound may come apart: first part without its joining sound, and last part."""
    for place in range(3, len(term) - 2):
        head, tail = term[:place], term[place:]
        yield head, tail
        for sound in ("s", "es", "n", "en"):
            if head.endswith(sound) and len(head) - len(sound) >= 3:
                yield head[: -len(sound)], tail


def next_prefix(prefix: str) -> str:
    """Return the least text that is greater than every text beginning with the prefix."""
    return prefix + "\U0010ffff"


def encode(term: str) -> str:
    """Return a term in ASCII letters and digits alone; beginnings stay beginnings.

    What SQLite's tokenizer would cut or fold again is written as the hexadecimal digits of its UTF-8 form.
    """
    return (
        term
        if term.isascii()
        else "".join(letter if letter.isascii() else f"0x{letter.encode().hex()}" for letter in term)
    )


@lru_cache(maxsize=60_000)
def _word_terms(word: str, language: str) -> tuple[str, ...]:
    return tuple(term for found in words(word, language) for term in found.terms)


SNIPPET_WIDTH = 200
SNIPPET_SCAN = 3000


def snippet(
    text: str, full: frozenset[str], prefixes: tuple[str, ...], language: str
) -> list[tuple[str, bool]]:
    """Return the piece of a text around the first word found, as parts; True marks what was found.

    Args:
        text: the text; its first 3,000 characters are looked at.
        full: terms that count when equal.
        prefixes: terms that count as beginnings.
        language: the text's.
    """
    text = " ".join(text[:SNIPPET_SCAN].split())
    marks: list[tuple[int, int]] = []
    begin = 0
    for match in _WORD.finditer(_GENDER.sub(lambda found: " " * len(found[0]), text)):
        if marks and match.end() > begin + SNIPPET_WIDTH:
            break
        found = _word_terms(match[0], language)
        if any(term in full or term.startswith(prefixes) for term in found):
            if not marks:
                begin = max(0, match.start() - SNIPPET_WIDTH // 3)
                begin = text.find(" ", begin) + 1 if begin else 0
            marks.append(match.span())
    end = begin + SNIPPET_WIDTH
    if end < len(text):
        end = max(text.rfind(" ", begin, end), marks[0][1] if marks else begin + 1)
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    place = begin
    for left, right in marks:
        if right > end:
            break
        parts += [(text[place:left], False), (text[left:right], True)]
        place = right
    parts.append((text[place:end] + (" …" if end < len(text) else ""), False))
    return [part for part in parts if part[0]]
