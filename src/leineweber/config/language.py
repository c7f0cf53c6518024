"""The language of the command line: German or English, by the locale of the terminal."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

_GERMAN_ARGPARSE = {
    "usage: ": "Aufruf: ",
    "options": "Optionen",
    "positional arguments": "Angaben",
    "show this help message and exit": "diese Hilfe zeigen",
    "the following arguments are required: %s": "es fehlt: %s",
    "unrecognized arguments: %s": "unbekannte Angaben: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r gibt es nicht (möglich: %(choices)s)",
    "invalid %(type)s value: %(value)r": "%(value)r ist nicht erlaubt",
    "expected one argument": "hier fehlt ein Wert",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n",
}

_language = "de"


def detect(environment: Mapping[str, str] | None = None) -> str:
    """Return `de` or `en` for an environment (default: of this process).

    As POSIX has it, LC_ALL goes before LC_MESSAGES before LANG. Where no language is set (`C`, `POSIX` or
    nothing, as on servers), it is German, the language of the house.
    """
    source = os.environ if environment is None else environment
    value = source.get("LC_ALL") or source.get("LC_MESSAGES") or source.get("LANG") or ""
    name = value.partition(".")[0]
    return "de" if name in {"", "C", "POSIX"} or name.startswith("de") else "en"


def use(language: str) -> None:
    """Speak `de` or `en` from now on, argparse's own words included.

    argparse looks its words up through a name in its module that is gettext's; that name is set here,
    because the catalogues of the system rarely hold argparse's words.
    """
    global _language
    _language = language
    words = _GERMAN_ARGPARSE if language == "de" else {}
    argparse._ = lambda text: words.get(text, text)  # type: ignore[attr-defined]  # see above


def say(german: str, english: str) -> str:
    """Return the text in the language in use."""
    return german if _language == "de" else english
