"""Tolerances, frozen reports, earned value, money, capacity, choice, links, figures, files, lists, two at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from domains.portfolio.conftest import PROGRAM, House
from leineweber.domains.portfolio import queries, services
from leineweber.domains.portfolio.models import (
    Activity,
    Baseline,
    Breach,
    Cost,
    Dependency,
    Mandate,
    Phase,
    Project,
    StatusReport,
)
from leineweber.domains.portfolio.parts import DEFAULTS
from leineweber.domains.portfolio.queries import earned, pages
from leineweber.domains.portfolio.queries.files import plan_rows
from leineweber.domains.portfolio.rules import exchange
from leineweber.domains.portfolio.services import PortfolioError, StaleError
from leineweber.kernel import attention, links
from leineweber.kernel.access import Denied
from leineweber.kernel.indicators import IndicatorQuery, compute
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Post, Unit
from together import at_once

pytestmark = pytest.mark.django_db


def put(project: Project, part: str, **values: Any) -> Any:
    return services.put_part(PROGRAM, project.id, part, {**DEFAULTS.get(part, {}), **values})


def package(project: Project, name: str, first: date, last: date, **values: Any) -> Activity:
    plain = {"parent": "", "phase": "", "responsible": "", **values}
    return put(project, "arbeitspakete", name=name, start=first, end=last, **plain)


def cost(project: Project, year: int, stage: str, amount: int, **values: Any) -> Cost:
    plain = {"kind": "external", "booked_on": None, "note": "", **values}
    return put(project, "kosten", year=year, stage=stage, amount=Decimal(amount), **plain)


def test_a_broken_tolerance_raises_an_exception_by_itself_and_ends_by_itself(house: House) -> None:
    project = house.project(from_template=False, tolerance_days=10)
    work = package(project, "Alles", date(2026, 1, 1), date(2026, 12, 31), budget=Decimal(1000))
    cost(project, 2026, "planned", 1000)
    services.take_baseline(house.actor("frieda."), project.id, "Beginn")
    assert not Breach.objects.exists()

    def until(last: date) -> None:
        version = Activity.objects.get(id=work.id).version
        services.move_activities(
            house.actor("frieda."), project.id, {work.id: (work.start, last)}, {work.id: version}
        )

    until(date(2027, 1, 10))
    assert not Breach.objects.exists()
    until(date(2027, 1, 11))
    breach = Breach.objects.get()
    assert (breach.dimension, breach.value, breach.limit, breach.open) == ("time", 11, 10, True)
    (matter,) = [one for one in attention.matters(house.actor("insa.")) if one.kind == "exception"]
    assert "11 Tage über dem Basisplan" in matter.note
    assert pages.light_of(pages.project(project.id)) == "grey"
    services.set_status(PROGRAM, project.id, "start")
    assert pages.light_of(pages.project(project.id)) == "red"
    with pytest.raises(Denied):
        services.decide_breach(house.actor("frieda."), project.id, breach.id, accept=True, decision="x")
    with pytest.raises(PortfolioError, match="Begründen"):
        services.decide_breach(house.actor("henrike."), project.id, breach.id, accept=True, decision=" ")
    services.decide_breach(house.actor("henrike."), project.id, breach.id, accept=True, decision="Umzug")
    services.watch_all()
    assert not Breach.objects.filter(open=True).exists(), "what is accepted is not raised anew"
    until(date(2027, 1, 20))
    assert Breach.objects.get(open=True).value == 20
    until(date(2026, 12, 31))
    assert not Breach.objects.filter(open=True).exists()
    cost(project, 2026, "actual", 1101)
    assert Breach.objects.get(open=True).dimension == "cost"


def test_time_alone_breaks_a_tolerance(house: House) -> None:
    project = house.project(from_template=False, tolerance_days=10)
    package(project, "Alles", date(2026, 1, 1), date(2026, 12, 31), progress=90)
    services.take_baseline(PROGRAM, project.id, "Beginn")
    services.set_status(PROGRAM, project.id, "start")
    with time_machine.travel("2027-01-10T12:00:00+01:00"):
        assert services.watch_all() == 0
    with time_machine.travel("2027-01-11T12:00:00+01:00"):
        assert services.watch_all() == services.watch_all() == 1
    assert Breach.objects.count() == 1


@pytest.mark.parametrize("model", [Baseline, StatusReport])
def test_the_database_refuses_to_change_what_is_frozen(house: House, model: Any) -> None:
    project = house.project()
    services.take_baseline(PROGRAM, project.id, "Beginn")
    services.report(house.actor("frieda."), project.id, light="green", done="Viel", next_steps="Mehr")
    for change in (lambda: model.objects.update(by_name="anders"), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            change()
    assert model.objects.get().by_name in {"Test", "Frieda Garnmeister"}


def test_a_report_holds_the_figures_of_its_day(house: House) -> None:
    project = house.project()
    cost(project, 2026, "planned", 5000)
    first = services.report(PROGRAM, project.id, light="yellow", done="a", next_steps="b")
    cost(project, 2026, "planned", 5000)
    second = services.report(PROGRAM, project.id, light="green", done="a", next_steps="b")
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert Decimal(first.figures["planned"]) == 5000 and Decimal(second.figures["planned"]) == 10000
    with pytest.raises(PortfolioError, match="Ampel"):
        services.report(PROGRAM, project.id, light="blue", done="a", next_steps="b")
    with pytest.raises(PortfolioError, match="Füllen"):
        services.report(PROGRAM, project.id, light="red", done=" ", next_steps="b")


def test_earned_value_comes_from_plan_baseline_and_costs(house: House) -> None:
    project = house.project(from_template=False)
    package(project, "A", date(2026, 1, 1), date(2026, 6, 30), budget=Decimal(200_000), progress=90)
    package(project, "B", date(2026, 7, 2), date(2026, 12, 31), budget=Decimal(300_000))
    cost(project, 2026, "actual", 220_000, booked_on=date(2026, 6, 1))
    cost(project, 2026, "actual", 9_999, booked_on=date(2026, 7, 2))
    found = earned.earned_value(project.id, date(2026, 7, 1))
    assert (found.bac, found.pv, found.ev, found.ac) == (500_000, 200_000, 180_000, 220_000)
    services.take_baseline(PROGRAM, project.id, "Beginn")
    Activity.objects.filter(name="B").update(start=date(2026, 1, 1), budget=Decimal(1))
    assert earned.earned_value(project.id, date(2026, 7, 1)).bac == 500_000, "the baseline counts"


def test_money_and_capacity_over_all_projects(house: House) -> None:
    project = house.project()
    cost(project, 2026, "planned", 100)
    cost(project, 2026, "committed", 40)
    cost(project, 2027, "actual", 7)
    stopped = house.project("Gestoppt")
    cost(stopped, 2026, "planned", 900)
    services.set_status(PROGRAM, stopped.id, "stop", reason="x")
    actor = house.actor("insa.")
    assert [
        (one.year, one.planned, one.committed, one.actual) for one in queries.money(actor, [2027, 2026])
    ] == [
        (2026, 100, 40, 0),
        (2027, 0, 0, 7),
    ]
    skill = services.define_skill(PROGRAM, " Datenschutz ")
    assert services.define_skill(PROGRAM, "Datenschutz") == skill
    post = Post.objects.get(key="120.1-2")
    services.put_capacity(PROGRAM, skill=skill, post=post, year=2026, days=Decimal(120))
    services.put_capacity(PROGRAM, skill=skill, post=post, year=2026, days=Decimal(60))
    put(
        project,
        "bedarf",
        skill=str(skill.id),
        first_month=date(2025, 11, 1),
        last_month=date(2026, 3, 1),
        days=Decimal(6),
        post="120.1-2",
    )
    (load,) = queries.capacity(actor, 2026)
    assert (load.skill, load.available, load.needed, load.share) == ("Datenschutz", 60, 18, Decimal("0.3"))
    (post_load,) = queries.post_loads(actor, 2026)
    assert (post_load.available, post_load.needed) == (60, 18) and "IT-Betrieb" in post_load.post
    (row,) = queries.heat(actor, date(2026, 1, 15))
    assert [cell.level for cell in row.cells[:4]] == ["over", "over", "over", "none"]
    assert queries.projects_for("/d1/") == [project]
    for year, days in ((1900, 1), (2026, -1)):
        with pytest.raises(PortfolioError):
            services.put_capacity(PROGRAM, skill=skill, post=post, year=year, days=Decimal(days))
    with pytest.raises(Denied):
        services.define_skill(house.actor("jasper."), "x")


def test_candidates_for_the_choice(house: House) -> None:
    one, two, three = (
        house.project("Eins", score=Decimal("8.5"), must=True),
        house.project("Zwei"),
        house.project("Drei"),
    )
    skill = services.define_skill(PROGRAM, "Technik")
    put(
        one,
        "bedarf",
        skill=str(skill.id),
        first_month=date(2026, 12, 1),
        last_month=date(2027, 1, 1),
        days=Decimal(5),
        post="",
    )
    cost(one, 2026, "planned", 100, kind="licence")
    cost(one, 2026, "planned", 50)
    services.link_project(PROGRAM, two.id, "depends", [Ref("project", one.id)])
    services.link_project(PROGRAM, two.id, "excludes", [Ref("project", three.id)])
    services.set_status(PROGRAM, three.id, "start")
    found = {one.title: one for one in queries.candidates(house.actor("silja."))}
    first = found["Eins"]
    assert first.costs == {2026: 150} and first.effort == {("Technik", 0): 5, ("Technik", 1): 5}
    assert (first.benefit, first.must, first.duration_years) == (Decimal("8.5"), True, 1)
    assert found["Zwei"].depends_on == (one.id,)
    assert found["Zwei"].excludes == (three.id,) and found["Drei"].excludes == (two.id,)
    assert (found["Drei"].must, found["Drei"].earliest, found["Drei"].latest) == (True, 2026, 2026)
    with pytest.raises(PortfolioError, match="Kreis"):
        services.link_project(PROGRAM, one.id, "depends", [Ref("project", two.id)])
    with pytest.raises(PortfolioError, match="aus der Liste"):
        services.link_project(PROGRAM, one.id, "depends", [Ref("project", one.id)])


def test_others_see_projects_and_mandates_through_links(house: House) -> None:
    project, mandate = house.project(), house.submitted()
    cost(project, 2026, "planned", 100)
    actor = house.actor("jasper.")
    own = Ref("project", project.id)
    assert links.resolve([own], actor)[own].title == str(project)
    brief = links.brief(own, actor)
    assert brief is not None and brief.costs == ((2026, Decimal(100)),)
    brief = links.brief(Ref("mandate", mandate.id), actor)
    assert brief is not None and brief.costs[0] == (2027, Decimal("80000.00"))
    draft = services.start_mandate(house.actor("wiebke."), title="Geheim")
    assert links.brief(Ref("mandate", draft.id), actor) is None
    assert links.resolve([Ref("mandate", draft.id)], house.actor("rieke."))
    kinds = {kind.name: kind for kind in links.kinds()}
    assert dict(kinds["mandate"].effects).keys() == {"approve", "reject"}
    assert list(kinds["project"].every(actor)) == [project.id]  # type: ignore[misc]


def test_figures(house: House) -> None:
    query = IndicatorQuery(date(2026, 1, 1), date(2026, 12, 31))
    assert compute("portfolio.on_course", query).value is None
    project = house.project()
    services.set_status(PROGRAM, project.id, "start")
    cost(project, 2026, "committed", 500)
    assert compute("portfolio.projects", query).value == 1
    assert compute("portfolio.on_course", query).value == 0, "milestones of the template are late by July"
    Activity.objects.update(progress=100)
    Phase.objects.update(gate="passed")
    assert compute("portfolio.on_course", query).value == 100
    assert compute("portfolio.committed", query).value == 500


def test_a_plan_goes_out_and_comes_back(house: House) -> None:
    project = house.project()
    first, second = Activity.objects.filter(project=project, kind="package", parent__isnull=False)[:2]
    put(project, "abhaengigkeiten", predecessor=str(first.id), successor=str(second.id), kind="SS", lag=3)
    rows = plan_rows(pages.plan_view(project))
    for data, name in ((exchange.to_xml("Plan", rows), "p.xml"), (exchange.to_csv(rows).encode(), "p.csv")):
        taken = services.import_update(house.actor("frieda."), project.id, data, name=name)
        assert (taken.added, taken.only_here) == (0, 0)
        assert plan_rows(pages.plan_view(project)) == rows
    unit = Unit.objects.get(code="120")
    new = services.import_new(
        PROGRAM, exchange.to_xml("Neu", rows), name="neu.xml", kind="software", unit=unit
    )
    assert new.title == "Neu" and Activity.objects.filter(project=new).count() == len(rows)
    assert Dependency.objects.get(project=new).kind == "SS"
    with pytest.raises(PortfolioError, match="wohlgeformtes"):
        services.import_update(PROGRAM, project.id, b"<x", name="x")
    with pytest.raises(Denied):
        services.import_update(house.actor("jasper."), project.id, exchange.to_xml("x", rows), name="x")
    circle = exchange.to_csv(rows).replace("1.1;", "1.1;", 1)
    lines = circle.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("1.1;"))
    cells = lines[at].split(";")
    cells[8] = "1.2 FS"
    lines[at] = ";".join(cells)
    with pytest.raises(PortfolioError, match="Kreis"):
        services.import_update(PROGRAM, project.id, "\r\n".join(lines).encode(), name="x.csv")


def test_lists_ask_a_constant_number_of_queries(house: House, django_assert_max_num_queries: Any) -> None:
    for index in range(12):
        project = house.project(f"Vorhaben {index}")
        cost(project, 2026, "planned", 100)
    with django_assert_max_num_queries(4):
        page = pages.list_projects(pages.ProjectFilter(text="vorhaben", status="alive", light=""))
    assert page.total == 12
    with django_assert_max_num_queries(4):
        assert len(queries.candidates(PROGRAM)) == 12
    with django_assert_max_num_queries(1):
        assert pages.standing().sentence == "Zurzeit läuft kein Vorhaben."


@pytest.mark.parametrize("light", ["red", "yellow", "green"])
def test_the_list_is_filtered_by_light(house: House, light: str) -> None:
    made = {
        name: house.project(name, from_template=False, tolerance_days=1)
        for name in ("red", "yellow", "green")
    }
    for project in made.values():
        services.set_status(PROGRAM, project.id, "start")
    Breach.objects.create(project=made["red"], dimension="time", value=9, limit=1, raised_on=date(2026, 6, 1))
    package(made["yellow"], "M", date(2026, 6, 1), date(2026, 6, 1), kind="milestone")
    page = pages.list_projects(pages.ProjectFilter(light=light))
    assert [row.project.title for row in page.rows] == [light]
    assert page.rows[0].light == light
    assert "Von 3 laufenden Vorhaben: 1 verletzt" in pages.standing().sentence


def test_numbers_of_mandates_and_drafts_of_others(house: House) -> None:
    services.note_idea(house.actor("wiebke."), title="Meins", reason="x")
    assert pages.list_mandates(house.actor("jasper.")).total == 0
    assert pages.list_mandates(house.actor("wiebke.")).total == 1
    assert pages.list_mandates(house.actor("silja."), "idea", "mein").total == 1
    assert Mandate.objects.get().number == "A-2026-0001"


def test_projects_move_along_with_their_unit(house: House) -> None:
    project, mandate = house.project(), house.submitted()
    for _ in range(2):
        services.follow_unit("/d1/", "/d9/")
    project.refresh_from_db()
    mandate.refresh_from_db()
    assert project.unit_path.startswith("/d9/120/") and mandate.unit_path.startswith("/d9/110/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_at_once(house: House) -> None:
    """Each gets a number of its own; one mandate becomes one project; of two changes one is told it is late."""
    author = house.actor("wiebke.")
    made = at_once([lambda: services.start_mandate(author, title="Zugleich") for _ in range(4)])
    assert len({one.number for one in made if isinstance(one, Mandate)}) == 4, made
    mandate = house.submitted()
    insa = house.actor("insa.")
    at_once([lambda: services.decide_mandate(insa, mandate.id, "approve", reason="Ja") for _ in range(3)])
    project = Project.objects.get()
    found = at_once(
        [
            lambda text=text: services.change_project(
                PROGRAM, project.id, {"result": text}, version=project.version
            )
            for text in ("eins", "zwei")
        ]
    )
    assert sum(isinstance(one, StaleError) for one in found) == 1, found
