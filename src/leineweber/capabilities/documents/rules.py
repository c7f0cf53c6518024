"""Which characters a document can show, and what stands in the place of those it cannot.

PDF/A-2 and PDF/UA-1 forbid glyphs without a meaning, so a character that no font of the room has must be
found before typesetting. It is printed as its code point, `[U+1F600]`: visible, readable on the phone, and
nothing is lost. The fonts have the Latin letters and marks of DIN 91379 (names in German registers).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

PLAIN = re.compile("[\n -~\u00a0-\u00ac\u00ae-\u017e]*")  # Latin letters that every family has, in form NFC
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
JOINERS = "\u200c\u200d"
LONG_WORD = re.compile(r"\S{32,}")
BREAK = "\u200b"


@dataclass(frozen=True)
class Family:
    """The code points a font family can show, as sorted inclusive ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def shows(self, character: str) -> bool:
        """Return whether the family has a glyph for one character."""
        position = bisect_right(self.starts, ord(character)) - 1
        return position >= 0 and ord(character) <= self.ends[position]


def families(coverage: Mapping[str, Sequence[tuple[int, int]]]) -> tuple[Family, ...]:
    """Return the families of `coverage.json` (name → inclusive ranges), in its order."""
    return tuple(
        Family(tuple(start for start, _ in ranges), tuple(end for _, end in ranges))
        for ranges in coverage.values()
    )


def code_point(character: str) -> str:
    """Return the visible stand-in for a character, e.g. `[U+1F600]`."""
    return f"[U+{ord(character):04X}]"


def clusters(text: str) -> list[str]:
    """Split text into base characters with the combining marks and joiners that belong to them."""
    result: list[str] = []
    for character in text:
        attached = unicodedata.category(character).startswith("M") or character in JOINERS
        if attached and result and result[-1] != "\n":
            result[-1] += character
        else:
            result.append(character)
    return result


def displayable(text: str, fonts: Sequence[Family]) -> str:
    """Return text in Unicode form NFC in which every character has a glyph.

    Line ends become a line feed, a tab a space; variation selectors go. A base character and its marks must
    be in one family, because marks of one font cannot sit on a letter of another; what no family has becomes
    its code point.
    """
    if PLAIN.fullmatch(text):
        return breakable(text)
    text = VARIATION_SELECTORS.sub("", LINE_ENDS.sub("\n", text).replace("\t", " "))
    result: list[str] = []
    for cluster in clusters(unicodedata.normalize("NFC", text)):
        if cluster == "\n" or _shown(cluster, fonts):
            result.append(cluster)
        else:
            base, marks = cluster[0], cluster[1:]
            result.append(base if _shown(base, fonts) else code_point(base))
            result.extend(code_point(mark) for mark in marks)
    return breakable("".join(result))


def breakable(text: str) -> str:
    """Return text in which words of 32 and more characters may break anywhere, lest they run off the page.

    The break is a zero-width space: it shows nothing and stands between characters, never between a letter
    and a mark.
    """
    return LONG_WORD.sub(lambda word: BREAK.join(clusters(word.group())), text)


def _shown(cluster: str, fonts: Sequence[Family]) -> bool:
    """Return whether one family shows all of a cluster that does not begin with a mark or a joiner."""
    if cluster in JOINERS or unicodedata.category(cluster[0]).startswith("M"):
        return False
    return any(all(family.shows(character) for character in cluster) for family in fonts)


def displayable_data(value: Json, fonts: Sequence[Family]) -> Json:
    """Return a copy of JSON data in which every text and key can be shown."""
    if isinstance(value, str):
        return displayable(value, fonts)
    if isinstance(value, Mapping):
        return {displayable(key, fonts): displayable_data(item, fonts) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [displayable_data(item, fonts) for item in value]
    return value
