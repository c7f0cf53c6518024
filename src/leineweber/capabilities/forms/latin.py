"""The Latin characters of official registers: DIN 91379:2022-08 (String.Latin+ 1.3).

The normative letters and sequences (base letter with combining marks, in NFC) and the non-letters of
the groups N1 (names of persons) and N2, N3 (other names, continuous text). Source of the code points:
KoSIT, String.Latin+, as listed by the project DIN-91379-Characters-and-Sequences (CC BY 4.0).
"""

from __future__ import annotations

import re

_LETTERS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e\u0187\u0188\u018f\u0197\u01a0\u01a1\u01af"
    "\u01b0\u01b7\u01cd-\u01dc\u01de\u01df\u01e2-\u01f0\u01f4\u01f5\u01f8-\u01ff\u0212\u0213"
    "\u0218-\u021b\u021e\u021f\u0227-\u0233\u0259\u0268\u0292\u1e02\u1e03\u1e06\u1e07\u1e0a-"
    "\u1e11\u1e17\u1e1c-\u1e2b\u1e2f-\u1e37\u1e3a\u1e3b\u1e40-\u1e49\u1e52-\u1e5b\u1e5e-"
    "\u1e63\u1e6a-\u1e6f\u1e80-\u1e87\u1e8c-\u1e97\u1e9e\u1ea0-\u1ef9"
)
_SEQUENCES = (
    "[Ss]\u031b\u0304|[LRlr]\u0325\u0304|[Cc]\u0328\u0306|K\u035fH|[Kk]\u035fh|[CFGKMPSTZcfgk"
    "mpstz]\u0300|[Jj\u00ff\u012a\u012b]\u0301|[DKLMNdklmn]\u0302|[CFHKNPSTZcfhknpstz\u00db"
    "\u00fb\u1e32\u1e33\u1e62\u1e63\u1e6c\u1e6d\u1ee4\u1ee5]\u0304|[CMNRZcmnrz\u00c7\u00e7]"
    "\u0306|[KUku]\u0307|[CTZcz\u1ea0\u1ea1\u1ecc\u1ecd\u1ee4\u1ee5]\u0308|[Aa]\u030b|J\u030c"
    "|[\u0113\u014d]\u030d|[Mm]\u0310|[CKPTckpt\u010c\u010d]\u0315|[KTkt]\u031b|[CPcp\u010c"
    "\u010d]\u0323|[LRlr]\u0325|[CHKLNchkln\u017d\u017e]\u0326|[Zz\u017d\u017e]\u0327|[HSs]"
    "\u0331"
)
_N1 = " ',\\-.`~\u00a8\u00b4\u00b7\u02b9\u02ba\u02be\u02bf\u02c8\u02cc\u2019\u2021"
_N2 = (
    '!"#$%&()*+/0-9:;<=>?@\\[\\\\\\]\\^_{|}\u00a1\u00a2\u00a3\u00a5\u00a7\u00a9\u00aa\u00ab\u00ac\u00ae'
    "\u00af-\u00b3\u00b5\u00b6\u00b9\u00ba\u00bb\u00bf\u00d7\u00f7\u20ac"
)
_N3 = "\u00a4\u00a6\u00b8\u00bc\u00bd\u00be"

_PERSON_NAME = re.compile(f"(?:{_SEQUENCES}|[{_LETTERS}{_N1}])*\\Z")
_LATIN_TEXT = re.compile(f"(?:{_SEQUENCES}|[{_LETTERS}{_N1}{_N2}{_N3}\n])*\\Z")
_LETTER = re.compile(f"[{_LETTERS}]")
_UNIT = re.compile(f"{_SEQUENCES}|.", re.DOTALL)


def is_person_name(text: str) -> bool:
    """Tell whether NFC text has only what a person's name may have (data type A) and at least one letter."""
    return _LETTER.search(text) is not None and _PERSON_NAME.match(text) is not None


def is_latin_text(text: str) -> bool:
    """Tell whether NFC text has only normative Latin characters, digits and signs (data type C)."""
    return _LATIN_TEXT.match(text) is not None


def foreign_characters(text: str, *, names: bool = False) -> str:
    """Return the characters of NFC text that are not allowed, each once, in order: for the message."""
    allowed = _PERSON_NAME if names else _LATIN_TEXT
    found = (unit for unit in _UNIT.findall(text) if allowed.match(unit) is None)
    return "".join(dict.fromkeys(found))
