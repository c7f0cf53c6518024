"""Who reads the portal in English reads English everywhere: no text of a page that citizens see lacks its English."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from jinja2 import Environment

import leineweber
from leineweber.domains.applications import rules
from leineweber.domains.applications.models import CaseState

ROOT = Path(leineweber.__file__).parent
TEMPLATES = sorted(
    path
    for pattern in (
        "faces/portal/templates/portal/*.html",
        "capabilities/forms/templates/forms/*.html",
        "people/identity/templates/identity/citizen_*.html",
        "people/identity/templates/identity/log*_out.html",
        "people/identity/templates/identity/link_spent.html",
        "kernel/ui/templates/ui/*.html",
    )
    for path in ROOT.glob(pattern)
    if "gallery" not in path.name
)
SAME = {"Cookies", "Demonstration", "Demonstration.", "Name", "Version"}
"""Words that are the same in both languages."""


def missing(texts: set[str]) -> list[str]:
    """Return the texts that stay German."""
    with translation.override("en"):
        return sorted(text for text in texts - SAME if translation.gettext(text) == text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_has_its_english(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    texts = set()
    for _, _, found in environment.extract_translations(path.read_text()):
        first = found if isinstance(found, str) else next((one for one in found or () if one), "")
        texts.add(first)
    assert not missing(texts - {""})


def test_the_states_of_a_case_have_their_english() -> None:
    steps = {step.title for state in CaseState.values for step in rules.steps_of(state)}
    assert not missing(steps | {str(label) for label in CaseState.labels})
