"""Pure: which words of a service are shown in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("de", "en", "leicht")
PARTS = ("summary", "what", "who", "documents", "cost", "duration", "legal_basis", "office", "steps", "hint")


def in_language(texts: Mapping[str, Mapping[str, Any]], language: str) -> tuple[dict[str, Any], bool]:
    """Return the description in a language, and whether it is really in that language.

    Parts that a translation lacks are taken from the German text, so nothing needed is missing.
    """
    german = dict(texts.get("de") or {})
    own = dict(texts.get(language) or {})
    complete = language == "de" or all(part in own for part in ("title", "summary", "what"))
    return {**german, **own}, complete


def plain_text(value: Any) -> str:
    """Return a part of a description as one text for the search: lists and mappings joined."""
    if isinstance(value, Mapping):
        return " ".join(plain_text(item) for item in value.values())
    if isinstance(value, list | tuple):
        return " ".join(plain_text(item) for item in value)
    return "" if value is None else str(value)
