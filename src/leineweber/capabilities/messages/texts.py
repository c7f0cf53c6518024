"""The texts of e-mails: files `emails/<name>.<language>.txt` of any room."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.apps import apps

from leineweber.capabilities.messages import rules

LANGUAGES = ("de", "en")


def _paths(name: str, language: str) -> list[Path]:
    return [
        path
        for app in apps.get_app_configs()
        if (path := Path(app.path) / "emails" / f"{name}.{language}.txt").is_file()
    ]


@lru_cache(maxsize=256)
def load(name: str, language: str) -> rules.EmailText:
    """Return a text in a language, in German where there is no other.

    Raises:
        rules.TemplateError: there is none of that name, two rooms have it, or it is not well-formed.
    """
    if not name.replace("_", "").isalnum():
        raise rules.TemplateError(f"{name!r} ist kein Name eines Textes.")
    found = (_paths(name, language) if language in LANGUAGES else []) or _paths(name, "de")
    if len(found) != 1:
        raise rules.TemplateError(f"Den Text {name} gibt es {len(found)}-mal.")
    return rules.parse_text(found[0].read_text(encoding="utf-8"))
