"""Pages over all projects: two who move at once, odd addresses, many rows."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

import pytest

from domains.portfolio.conftest import PROGRAM, House
from faces.helpers import main_text
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import Phase, Project

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


def many(house: House, count: int) -> list[Project]:
    pattern = house.project("Muster", from_template=False)
    rows = [
        Project(
            number=f"V-2025-{index:04d}", title=f"Vorhaben {index}", kind="software", status="running", purpose="x",
            unit_path=pattern.unit_path, unit_name=f"Amt {index % 3}", search_text="x",
            start=pattern.start + timedelta(days=index), end=pattern.end + timedelta(days=index),
        )
        for index in range(count)
    ]  # fmt: skip
    return Project.objects.bulk_create(rows)


def test_the_roadmap_shows_every_project_on_its_pages(house: House) -> None:
    many(house, 120)
    browser = house.browser("jasper.")
    pages = [browser.get(f"{HERE}fahrplan/", {"seite": number}).content.decode() for number in (1, 2, 3)]
    found = [re.findall(r">(Vorhaben \d+|Muster)</a>", page) for page in pages]
    assert [len(one) for one in found] == [50, 50, 21]
    assert len({title for one in found for title in one}) == 121
    assert "Amt 0" in pages[0] and "Amt 0" not in pages[2]


@pytest.mark.slow
def test_the_roadmap_of_five_hundred_projects_is_fast(house: House) -> None:
    rows = many(house, 500)
    Phase.objects.bulk_create(
        Phase(project=row, position=place, name=f"Phase {place}", start=row.start, end=row.end)
        for row in rows for place in range(4)
    )  # fmt: skip
    browser = house.browser("jasper.")
    browser.get(f"{HERE}fahrplan/")
    best = 9.0
    for _ in range(5):
        begun = time.perf_counter()
        assert browser.get(f"{HERE}fahrplan/").status_code == 200
        best = min(best, time.perf_counter() - begun)
    assert best < 0.1, best
