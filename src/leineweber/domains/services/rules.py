"""Pure: which words of a service are shown in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("de", "en", "leicht")
PARTS = ("summary", "what", "who", "documents", "cost", "duration", "legal_basis", "office", "steps", "hint")


NAMES = frozenset({"legal_basis", "office"})
"""Parts that hold names of laws and offices: these may stay German in a translation."""


def in_language(
    texts: Mapping[str, Mapping[str, Any]], language: str
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the description in a language, and the parts of it that are borrowed from the German text.

    Parts that a translation lacks are taken from the German text, so nothing needed is missing.
    """
    german = dict(texts.get("de") or {})
    own = dict(texts.get(language) or {})
    borrowed = frozenset(german).difference(own) if language != "de" else frozenset()
    return {**german, **own}, borrowed.intersection({"title", "remedies", "note", *PARTS})


def plain_text(value: Any) -> str:
    """Return a part of a description as one text for the search: lists and mappings joined."""
    if isinstance(value, Mapping):
        return " ".join(plain_text(item) for item in value.values())
    if isinstance(value, list | tuple):
        return " ".join(plain_text(item) for item in value)
    return "" if value is None else str(value)
