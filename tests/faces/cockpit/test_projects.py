"""What it costs, whether there are the people, and which projects work for a field or a unit; for whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from faces.cockpit.conftest import adopt
from faces.conftest import City
from faces.helpers import main_text
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import Capacity, Cost, Need, Project, Skill
from leineweber.domains.strategy.models import SmartGoal
from leineweber.faces.cockpit import charts, projects
from leineweber.faces.cockpit.charts import Year, euros
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Post, Unit

pytestmark = pytest.mark.django_db


def project(title: str, unit: str, **money: int) -> Project:
    """Make a running project of a unit with costs of this year: planned, committed, actual."""
    today = clock.today()
    row = services.create_project(
        Actor.system(),
        title=title,
        kind="software",
        purpose="Dienste online",
        unit=Unit.objects.get(code=unit),
        start=today - timedelta(days=30),
        end=today + timedelta(days=200),
        lead=None,
        sponsor=None,
    )
    Project.objects.filter(id=row.id).update(status=Project.Status.RUNNING)
    Cost.objects.filter(project=row).delete()
    for stage, amount in money.items():
        Cost.objects.create(
            project=row, year=today.year, kind=Cost.Kind.values[0], stage=stage, amount=Decimal(amount)
        )
    return Project.objects.get(id=row.id)


@pytest.fixture
def portfolio(city: City) -> dict[str, Any]:
    """Two projects of two offices; the first serves a goal."""
    goal = adopt()
    SmartGoal.objects.filter(id=goal.id).update(unit_path=Unit.objects.get(code="150").path)
    first = project("Portal erneuern", "150", planned=4_200_000, committed=800_000, actual=1_000_000)
    second = project("Straßen vermessen", "620", planned=500_000)
    links.connect(Ref("project", first.id), "serves", Ref("goal", goal.id))
    return {"goal": goal, "first": first, "second": second}


@pytest.mark.parametrize(
    ("who", "sees"),
    [("insa.", True), ("rieke.", True), ("henrike.", False), ("jasper.", False), ("tjark.", False)],
)
def test_money_is_for_leadership_and_auditors(
    city: City, portfolio: dict[str, Any], who: str, sees: bool
) -> None:
    browser = city.browser(who)
    for address in ("/steuerung/", "/steuerung/einheiten/150/"):
        assert ("Was kostet es?" in main_text(browser.get(address))) is sees
    assert ("4.200.000" in browser.get("/steuerung/einheiten/150/").content.decode()) is sees


def test_what_it_costs_stands_at_the_top(city: City, portfolio: dict[str, Any]) -> None:
    year = clock.today().year
    mayor = city.browser("insa.")
    text = main_text(mayor.get("/steuerung/"))
    said = f"{year} sind 4,7 Mio. € geplant, 800.000 € gebunden und 1 Mio. € ausgegeben."
    assert text.count(said) == 2 and text.index(said) < text.index("Was kostet es?")
    unit = main_text(mayor.get("/steuerung/einheiten/620/"))
    assert f"{year} sind 500.000 € geplant" in unit and "4,2 Mio." not in unit
    field = main_text(mayor.get(f"/steuerung/felder/{SmartGoal.objects.get().field.slug}/"))
    assert f"{year} sind 4,2 Mio. € geplant" in field
    assert "Was kostet es?" not in main_text(mayor.get("/steuerung/einheiten/700/"))


def test_what_stopped_projects_planned_does_not_count(portfolio: dict[str, Any]) -> None:
    Project.objects.filter(id=portfolio["first"].id).update(status=Project.Status.STOPPED)
    (year,) = projects.money(Scope(), [clock.today().year])
    assert (year.planned, year.actual) == (Decimal(500_000), Decimal(1_000_000))


def test_projects_of_a_unit_and_of_a_field(city: City, portfolio: dict[str, Any]) -> None:
    other = city.browser("jasper.")
    unit = main_text(other.get("/steuerung/einheiten/620/"))
    assert "1 Vorhaben arbeitet dafür, alle in ihren Grenzen." in unit
    assert "Straßen vermessen" in unit and "Portal erneuern" not in unit
    field = main_text(other.get(f"/steuerung/felder/{SmartGoal.objects.get().field.slug}/"))
    assert "Portal erneuern" in field and "Straßen vermessen" not in field
    assert "Was wird dafür getan?" not in main_text(other.get("/steuerung/"))
    assert "Gerade arbeitet kein Vorhaben dafür." in main_text(other.get("/steuerung/meine-einheit/"))


def test_whether_there_are_the_people(city: City, portfolio: dict[str, Any]) -> None:
    year = clock.today().year
    for name, there, needed in (("Projektleitung", 100, 20), ("Entwicklung", 30, 8)):
        skill = Skill.objects.create(name=name)
        Capacity.objects.create(
            post_id=Post.objects.get(key="120-1").id, post_title="Leitung", skill=skill, year=year, days=there
        )
        Need.objects.create(
            project=portfolio["first"],
            skill=skill,
            first_month=date(year, 1, 1),
            last_month=date(year, 5, 1),
            days=needed,
        )
    text = main_text(city.browser("insa.").get("/steuerung/"))
    assert f"{year} reicht es in 1 von 2 Fähigkeiten nicht; am meisten fehlt Entwicklung: 10 Tage." in text
    assert "40 von 30 Tagen, 10 zu wenig" in text and "100 von 100 Tagen" in text
    assert "Haben wir die Leute?" in text and "Silja" not in text.split("Haben wir die Leute?")[1]


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0 €"), (820_000, "820.000 €"), (999_999, "999.999 €"), (4_240_000, "4,2 Mio. €"), (-5, "-5 €")],
)
def test_amounts_as_leadership_reads_them(amount: int, said: str) -> None:
    assert euros(Decimal(amount)).replace("\u00a0", " ") == said


def test_the_chart_begins_at_zero_and_has_its_table() -> None:
    chart = charts.money("Geld", [Year(2026, Decimal(100), Decimal(50), Decimal(0))], "Kosten")
    svg = str(chart.svg("geld"))
    widths = [float(part.split('"')[1]) for part in svg.split("width=")[2:]]
    assert widths[0] == 2 * widths[1] and widths[2] == 0
    assert chart.rows[0]["cells"] == {
        "year": "2026", "planned": "100,00", "committed": "50,00", "actual": "0,00",
    }  # fmt: skip
    assert charts.money("Geld", [], "Kosten").description == "Keine Werte."
