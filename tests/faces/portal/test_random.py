"""Whatever is posted, in whatever order: never a fault of the program, and no valid earlier page is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from faces.portal.conftest import PAGES, Applicant
from leineweber.capabilities.forms.models import Draft
from leineweber.domains.applications.models import Application

pytestmark = pytest.mark.django_db
SAMPLE = (
    "",
    "ja",
    "nein",
    "true",
    "deutsch",
    "heepen",
    "2026-13-45",
    "0",
    "-1",
    "DE00",
    "egal",
    "\0",
    "🧵",
    "x" * 5000,
)
VALUES = st.lists(st.one_of(st.sampled_from(SAMPLE), st.text(max_size=40)), max_size=3)
NAMES = st.sampled_from(
    [
        "person.vorname",
        "person.geburtsdatum",
        "person.geburtsdatum.tag",
        "person.geburtsdatum.jahr",
        "person.strasse",
        "person.strasse.bestaetigt",
        "person.plz",
        "erreichbarkeit.email",
        "erreichbarkeit.kontaktweg",
        "verfuegbarkeit.wahlen",
        "verfuegbarkeit.wunschbezirk",
        "erfahrung.vorhanden",
        "erfahrung.frueher",
        "bank.iban",
        "bank.auszahlung",
        "einwilligung.datenschutz",
        "stand",
        "sichern",
        "..",
        "person",
    ]
)
FIELDS = st.dictionaries(st.one_of(NAMES, st.text(max_size=15)), VALUES, max_size=12)


def _encodable(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out half of a surrogate pair, which no browser can send."""

    def clean(text: str) -> str:
        return text.encode("utf-8", "ignore").decode()

    return {clean(name): [clean(value) for value in values] for name, values in fields.items()}


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would walk the form thousands of times
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(st.tuples(st.sampled_from([*PAGES, "sichern", "pruefen"]), FIELDS), min_size=1, max_size=4)
)
def test_random_posts_never_break_anything(applicant: Applicant, steps: list[tuple[str, Any]]) -> None:
    applicant.fill()
    for page, fields in steps:
        before = Draft.objects.order_by("-id").first()
        assert before is not None
        answer = applicant.browser.post(applicant.address(page), _encodable(fields))
        assert answer.status_code in {200, 302, 404, 422, 429}, (page, answer.status_code)
        after = Draft.objects.get(id=before.id)
        if after.submitted_ref:
            assert before.submitted_ref or page == "pruefen"
            assert Application.objects.filter(draft_id=after.id).count() == 1
            continue
        for key, kept in before.answers.items():
            if key != page:
                assert after.answers[key] == kept
        assert set(after.answers) <= set(PAGES)
        assert applicant.browser.get(applicant.address("pruefen")).status_code == 200
