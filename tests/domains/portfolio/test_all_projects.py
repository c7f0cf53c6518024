"""Pages over all projects: two who move at once, odd addresses, many rows."""

from __future__ import annotations

import re
from datetime import date

import pytest

from domains.portfolio.conftest import PROGRAM, House
from faces.helpers import main_text
from leineweber.domains.portfolio import services

pytestmark = pytest.mark.django_db
HERE = "/steuerung/portfolio/"


def test_a_year_that_cannot_be_is_the_present_one(house: House) -> None:
    for year in ("2026999", "9" * 30, "²027"):
        answer = house.browser("jasper.").get(f"{HERE}menschen/", {"jahr": year})
        assert answer.status_code == 200, year


def test_who_moves_one_project_does_not_move_back_another(house: House) -> None:
    mine, other = house.project("Meins"), house.project("Das andere")
    manager, address = house.browser("silja."), f"{HERE}zeitplan/"
    page = manager.get(address).content.decode()
    form = {
        name: value
        for key in (mine.id, other.id)
        for name in (f"beginn-{key}", f"bisher-{key}")
        for value in re.findall(f'name="{name}"[^>]* value="([^"]*)"', page)
    }
    assert len(form) == 4
    services.plan_start(PROGRAM, other, date(2026, 5, 1), "jemand anders")
    answer = manager.post(address, {**form, f"beginn-{mine.id}": "1.3.2026"})
    for row in (mine, other):
        row.refresh_from_db()
    assert (mine.start, other.start) == (date(2026, 3, 1), date(2026, 5, 1)) and answer.status_code == 302
    answer = manager.post(address, {**form, f"beginn-{mine.id}": "1.4.2026"})
    mine.refresh_from_db()
    assert answer.status_code == 422 and "Inzwischen hat jemand anders" in main_text(answer)
    assert mine.start == date(2026, 3, 1) and 'value="1.4.2026"' in answer.content.decode()
