"""What can be done: mandates, plan, gates, tolerances, reports, exchange; who may, twice, two at once, bad input."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

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
    GateCondition,
    Mandate,
    Need,
    Phase,
    Project,
    Risk,
    StatusReport,
)
from leineweber.domains.portfolio.parts import DEFAULTS
from leineweber.domains.portfolio.queries import earned, pages
from leineweber.domains.portfolio.rules import exchange
from leineweber.domains.portfolio.services import PortfolioError, StaleError
from leineweber.domains.portfolio.subscriptions import follow_resolution
from leineweber.domains.portfolio.views.plan import plan_rows
from leineweber.kernel import attention, links
from leineweber.kernel.access import Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import Event
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.indicators import IndicatorQuery, compute
from leineweber.kernel.links import Card
from leineweber.kernel.links.registry import _kinds
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Post, Unit
from together import at_once

pytestmark = pytest.mark.django_db
GOAL = UUID(int=77)


@pytest.fixture
def goals(monkeypatch: pytest.MonkeyPatch) -> Ref:
    """A goal as another room would show it."""
    kind = links.registry.Kind(
        "goal",
        "Smartes Ziel",
        lambda keys, actor: {key: Card("A.1.1 Vertragsmanagement", "/z/") for key in keys if key == GOAL},
        None,
        lambda actor: [GOAL],
    )
    monkeypatch.setitem(_kinds, "goal", kind)
    return Ref("goal", GOAL)


def put(project: Project, part: str, **values: Any) -> Any:
    return services.put_part(PROGRAM, project.id, part, {**DEFAULTS.get(part, {}), **values})


def package(project: Project, name: str, first: date, last: date, **values: Any) -> Activity:
    plain = {"parent": "", "phase": "", "responsible": "", **values}
    return put(project, "arbeitspakete", name=name, start=first, end=last, **plain)


def cost(project: Project, year: int, stage: str, amount: int, **values: Any) -> Cost:
    plain = {"kind": "external", "booked_on": None, "note": "", **values}
    return put(project, "kosten", year=year, stage=stage, amount=Decimal(amount), **plain)


def resolved(subject: Ref, effect: str, **payload: Any) -> None:
    from leineweber.kernel import clock

    body = {"subject": str(subject), "effect": effect, "number": "VV 12/2026", **payload}
    follow_resolution(Event(1, "resolution.passed", subject, body, clock.now(), "Test"))


def test_a_template_makes_phases_gates_activities_and_risks(house: House) -> None:
    project = house.project()
    assert project.number == "V-2026-0001" and house.project("Zweites").number == "V-2026-0002"
    assert [phase.name for phase in Phase.objects.filter(project=project)] == [
        "Vorbereitung",
        "Beschaffung",
        "Pilot",
        "Einführung",
    ]
    assert GateCondition.objects.filter(project=project).count() == 8
    assert Activity.objects.filter(project=project, kind="milestone").count() == 4
    assert Risk.objects.filter(project=project).exists()
    assert Entry.objects.filter(name="portfolio.project_created").count() == 2


def test_who_may_make_and_change_a_project(house: House) -> None:
    with pytest.raises(Denied):
        services.create_project(
            house.actor("frieda."),
            title="x",
            kind="software",
            purpose="x",
            unit=Unit.objects.get(code="120"),
            start=date(2026, 1, 1),
            end=date(2026, 2, 1),
        )
    project = house.project()
    services.change_project(house.actor("frieda."), project.id, {"result": "neu"}, version=1)
    services.change_project(house.actor("silja."), project.id, {"result": "neuer"}, version=2)
    with pytest.raises(StaleError):
        services.change_project(house.actor("frieda."), project.id, {"result": "alt"}, version=2)
    with pytest.raises(Denied):
        services.change_project(house.actor("jasper."), project.id, {"result": "fremd"})
    with pytest.raises(Denied):  # a lead does not hand the project on
        services.change_project(house.actor("frieda."), project.id, {}, lead=house.person("jasper."))
    with pytest.raises(PortfolioError, match="Ende liegt vor"):
        services.change_project(PROGRAM, project.id, {"end": date(2025, 1, 1)})
    with pytest.raises(PortfolioError, match="späteste Beginn"):
        services.change_project(
            PROGRAM, project.id, {"earliest": date(2026, 5, 1), "latest": date(2026, 4, 1)}
        )


def test_planning_the_start_moves_everything_and_twice_moves_nothing(house: House) -> None:
    project = house.project()
    skill = services.define_skill(PROGRAM, "Projektleitung")
    put(
        project,
        "bedarf",
        skill=str(skill.id),
        first_month=date(2026, 11, 1),
        last_month=date(2026, 12, 1),
        days=Decimal(5),
        post="",
    )
    cost(project, 2026, "planned", 1000)
    cost(project, 2026, "actual", 10)
    before = Activity.objects.filter(project=project).earliest("position")
    for _ in range(2):
        services.plan_start(PROGRAM, project, date(2027, 3, 1), "scenario:1")
    project.refresh_from_db()
    assert (project.start, project.end) == (date(2027, 3, 1), date(2028, 2, 28))
    assert project.start_source == "scenario:1"
    after = Activity.objects.get(id=before.id)
    assert after.start - before.start == timedelta(days=424)
    assert Need.objects.get().first_month == date(2028, 1, 1)
    assert set(Cost.objects.values_list("stage", "year")) == {("planned", 2027), ("actual", 2026)}
    services.set_status(PROGRAM, project.id, "start")
    with pytest.raises(PortfolioError, match="geplantes"):
        services.plan_start(PROGRAM, project.id, date(2028, 1, 1), "x")
    with pytest.raises(Denied):
        services.plan_start(house.actor("frieda."), project.id, date(2028, 1, 1), "x")


def test_a_project_starts_pauses_and_closes_only_in_order(house: House) -> None:
    project = house.project()
    with pytest.raises(PortfolioError, match="passt dazu nicht"):
        services.set_status(PROGRAM, project.id, "close")
    for _ in range(2):
        services.set_status(PROGRAM, project.id, "start", resolution="VV 1")
    assert StoredEvent.objects.filter(name="project.started").count() == 1
    with pytest.raises(PortfolioError, match="Begründung"):
        services.set_status(PROGRAM, project.id, "pause")
    services.set_status(PROGRAM, project.id, "pause", reason="Haushaltssperre")
    services.set_status(PROGRAM, project.id, "start")
    with pytest.raises(PortfolioError, match="Gates offen"):
        services.set_status(PROGRAM, project.id, "close")
    Phase.objects.filter(project=project).update(gate="passed")
    services.set_status(PROGRAM, project.id, "close")
    assert StoredEvent.objects.filter(name="project.closed").exists()
    with pytest.raises(PortfolioError, match="beendet"):
        services.change_project(PROGRAM, project.id, {"title": "x"})


def test_a_mandate_from_the_idea_to_the_project(house: House, goals: Ref) -> None:
    author, approver = house.actor("wiebke."), house.actor("insa.")
    idea = services.note_idea(author, title="Fristen im Griff", reason="Fristen gehen verloren.")
    assert idea.status == "idea"
    with pytest.raises(PortfolioError, match="Füllen Sie"):
        services.submit_mandate(author, idea.id)
    mandate = services.save_step(author, idea.id, house.answers(goals=[str(goals)]), version=1)
    assert (mandate.status, mandate.title) == ("draft", "Vertragsmanagement")
    with pytest.raises(StaleError):
        services.save_step(author, idea.id, {}, version=1)
    with pytest.raises(Denied):
        services.save_step(house.actor("jasper."), idea.id, {})
    services.submit_mandate(author, idea.id)
    with pytest.raises(PortfolioError, match="eingereicht"):
        services.save_step(author, idea.id, {"title": "anders"})
    assert links.targets(Ref("mandate", idea.id), "serves") == [("serves", goals)]
    with pytest.raises(Denied):
        services.decide_mandate(author, idea.id, "approve", reason="ja")
    with pytest.raises(PortfolioError, match="Begründen"):
        services.decide_mandate(approver, idea.id, "approve")
    for _ in range(2):
        decided = services.decide_mandate(approver, idea.id, "approve", reason="Dringend")
    project = decided.project
    assert project is not None and Project.objects.count() == 1
    assert project.lead_name == "Wiebke Zwirnhagen" and project.sponsor_name.startswith("Hauke")
    assert list(Cost.objects.values_list("year", "amount")) == [
        (2027, Decimal("80000.00")),
        (2028, Decimal("40000.50")),
    ]
    assert links.targets(Ref("project", project.id), "serves") == [("serves", goals)]
    assert links.targets(Ref("mandate", idea.id), "became") == [("became", Ref("project", project.id))]
    with pytest.raises(PortfolioError, match="nicht entscheiden"):
        services.decide_mandate(approver, idea.id, "reject", reason="doch nicht")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Titel des Vorhabens"),
        ({"unit": "999"}, "federführende Einheit"),
        ({"lead": "niemand@bielefeld.example"}, "steht niemand"),
        ({"kind": "x"}, "Art des Vorhabens"),
        ({"start": {"tag": "31", "monat": "2", "jahr": "2027"}}, "Geplanter Beginn"),
        ({"end": {"tag": "1", "monat": "1", "jahr": "2027"}}, "vor dem Beginn"),
        ({"cost_0": "viel"}, "einen Betrag"),
        ({"cost_0": "", "cost_1": ""}, "mindestens für ein Jahr"),
        ({"cost_0": "-1"}, "einen Betrag"),
    ],
)
def test_an_unfinished_mandate_is_kept_but_not_handed_in(
    house: House, changes: dict[str, Any], message: str
) -> None:
    author = house.actor("wiebke.")
    mandate = services.start_mandate(author, title="Entwurf")
    services.save_step(author, mandate.id, house.answers(**changes))
    with pytest.raises(PortfolioError, match=message):
        services.submit_mandate(author, mandate.id)


def test_a_resolution_decides_about_mandates_and_projects_once(house: House) -> None:
    mandate = house.submitted()
    for _ in range(2):
        resolved(Ref("mandate", mandate.id), "approve", conditions=["Bericht im Herbst"])
    mandate.refresh_from_db()
    assert (mandate.status, mandate.resolution, mandate.conditions) == (
        "approved",
        "VV 12/2026",
        "Bericht im Herbst",
    )
    project = mandate.project
    assert project is not None and project.resolution == "VV 12/2026"
    own = Ref("project", project.id)
    for effect in ("release_budget", "start", "start", "pause", "stop"):
        resolved(own, effect)
    project.refresh_from_db()
    assert (project.status, project.budget_released) == ("stopped", Decimal("120000.50"))
    other = house.submitted(title="Anderer")
    resolved(Ref("mandate", other.id), "reject")
    other.refresh_from_db()
    assert other.status == "rejected" and other.project is None
    resolved(Ref("goal", project.id), "adopt")
    resolved(own, "gibt-es-nicht")


def test_a_gate_is_a_decision_with_conditions(house: House) -> None:
    project = house.project()
    phase = Phase.objects.filter(project=project).earliest("position")
    lead, sponsor = house.actor("frieda."), house.actor("henrike.")
    with pytest.raises(Denied):
        services.decide_gate(lead, project.id, phase.id, "passed")
    with pytest.raises(PortfolioError, match="nicht alle Bedingungen"):
        services.decide_gate(sponsor, project.id, phase.id, "passed")
    with pytest.raises(PortfolioError, match="Begründung"):
        services.decide_gate(sponsor, project.id, phase.id, "refused")
    with pytest.raises(PortfolioError, match="Wählen"):
        services.decide_gate(sponsor, project.id, phase.id, "open")
    services.decide_gate(
        sponsor, project.id, phase.id, "conditional", reason="Eilt", imposed=["Datenschutz nachreichen", " "]
    )
    assert GateCondition.objects.filter(phase=phase, imposed=True).count() == 1
    for condition in GateCondition.objects.filter(phase=phase):
        services.check_condition(lead, project.id, condition.id, True, version=condition.version)
    with pytest.raises(StaleError):
        services.decide_gate(sponsor, project.id, phase.id, "passed", version=1)
    decision = services.decide_gate(house.actor("insa."), project.id, phase.id, "passed")
    assert decision.by_name and phase.decisions.count() == 2
    condition = GateCondition.objects.filter(phase=phase).first()
    assert condition is not None and condition.met_by
    with pytest.raises(PortfolioError, match="ändern sich nicht mehr"):
        services.check_condition(lead, project.id, condition.id, False)
    with pytest.raises(PortfolioError, match="schon bestanden"):
        services.decide_gate(sponsor, project.id, phase.id, "refused", reason="x")
    with pytest.raises(PortfolioError, match="bleibt stehen"):
        services.remove_part(PROGRAM, project.id, "phasen", phase.id)


def test_parts_refuse_what_contradicts_itself(house: House) -> None:
    project = house.project(from_template=False)
    first = package(project, "Eins", date(2026, 1, 1), date(2026, 1, 31))
    second = package(project, "Zwei", date(2026, 2, 1), date(2026, 2, 28), parent=str(first.id))
    third = package(project, "Drei", date(2026, 3, 1), date(2026, 3, 31))
    stone = package(project, "Fertig", date(2026, 3, 31), date(2026, 4, 30), kind="milestone")
    assert stone.start == stone.end == date(2026, 3, 31)
    plain = {
        "name": "Eins",
        "start": first.start,
        "end": first.end,
        "phase": "",
        "responsible": "",
        "progress": 0,
    }
    plain |= {"kind": "package", "position": 1, "budget": Decimal(0)}
    with pytest.raises(PortfolioError, match="unter sich selbst") as caught:
        services.put_part(
            PROGRAM, project.id, "arbeitspakete", {**plain, "parent": str(second.id)}, row_id=first.id
        )
    assert caught.value.field == "parent"
    with pytest.raises(PortfolioError, match="Unter einem Meilenstein"):
        services.put_part(
            PROGRAM, project.id, "arbeitspakete", {**plain, "parent": str(stone.id)}, row_id=third.id
        )
    with pytest.raises(PortfolioError, match="steht allein"):
        services.put_part(
            PROGRAM,
            project.id,
            "arbeitspakete",
            {**plain, "parent": "", "kind": "milestone"},
            row_id=first.id,
        )
    with pytest.raises(PortfolioError, match="Ende liegt vor"):
        package(project, "Falsch", date(2026, 2, 2), date(2026, 2, 1))
    put(project, "abhaengigkeiten", predecessor=str(second.id), successor=str(third.id))
    for before, after, message in (
        (third, second, "Kreis"),
        (third, third, "verschiedene"),
        (second, third, "schon"),
    ):
        with pytest.raises(PortfolioError, match=message):
            put(project, "abhaengigkeiten", predecessor=str(before.id), successor=str(after.id))
    other = house.project("Anderes")
    with pytest.raises(PortfolioError, match="aus der Liste"):
        put(other, "abhaengigkeiten", predecessor=str(second.id), successor=str(third.id))
    with pytest.raises(PortfolioError, match="was darunter steht"):
        services.remove_part(PROGRAM, project.id, "arbeitspakete", first.id)
    with pytest.raises(Denied):
        services.put_part(house.actor("jasper."), project.id, "risiken", {"title": "x"})
    risk = put(
        project, "risiken", title="R", cause="", probability=2, effect=3, response="", owner="", due=None
    )
    values = {"title": "S", "probability": 1, "effect": 1}
    services.put_part(PROGRAM, project.id, "risiken", values, row_id=risk.id, version=1)
    with pytest.raises(StaleError):
        services.put_part(PROGRAM, project.id, "risiken", values, row_id=risk.id, version=1)


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
