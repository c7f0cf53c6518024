"""What can be done: projects, mandates, gates, parts; who may, twice, bad input."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domains.portfolio.conftest import PROGRAM, House
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import (
    Activity,
    Breach,
    Cost,
    GateCondition,
    Need,
    Phase,
    Project,
    Risk,
)
from leineweber.domains.portfolio.parts import DEFAULTS
from leineweber.domains.portfolio.services import PortfolioError, StaleError
from leineweber.domains.portfolio.subscriptions import follow_resolution
from leineweber.kernel import links
from leineweber.kernel.access import Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import Event
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.links import Card
from leineweber.kernel.links.registry import _kinds
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Unit

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


def test_a_resolution_that_comes_too_late_is_kept_in_the_trail_and_blocks_nothing(house: House) -> None:
    mandate = house.submitted()
    services.decide_mandate(house.actor("insa."), mandate.id, "reject", reason="Kein Geld")
    resolved(Ref("mandate", mandate.id), "approve")
    project = house.project()
    services.set_status(PROGRAM, project.id, "stop", reason="Kein Geld")
    for effect in ("start", "release_budget"):
        resolved(Ref("project", project.id), effect)
    resolved(Ref("project", mandate.id), "start")
    mandate.refresh_from_db()
    project.refresh_from_db()
    assert (mandate.status, project.status, project.budget_released) == ("rejected", "stopped", 0)
    late = Entry.objects.filter(name="portfolio.resolution_without_effect").order_by("id")
    assert [entry.detail["effect"] for entry in late] == ["approve", "start", "release_budget", "start"]
    assert "VV 12/2026" in str(late[0].detail) and "nicht entscheiden" in late[0].detail["why"]


def test_exceptions_of_a_project_end_with_it(house: House) -> None:
    project = house.project(from_template=False, tolerance_days=10)
    work = package(project, "Alles", date(2026, 1, 1), date(2026, 12, 31))
    services.take_baseline(PROGRAM, project.id, "Beginn")
    services.set_status(PROGRAM, project.id, "start")
    services.move_activities(PROGRAM, project.id, {work.id: (work.start, date(2027, 6, 1))}, {work.id: 1})
    assert Breach.objects.get().open
    services.set_status(PROGRAM, project.id, "stop", reason="Kein Geld")
    assert not Breach.objects.get().open


@pytest.mark.parametrize("beginning", ["henrike.", "insa."])
def test_who_leads_a_project_decides_about_no_gate_of_it(house: House, beginning: str) -> None:
    own = house.project(lead=house.person(beginning), sponsor=house.person(beginning))
    phase = Phase.objects.filter(project=own).earliest("position")
    with pytest.raises(Denied):
        services.decide_gate(house.actor(beginning), own.id, phase.id, "refused", reason="x")
    page = house.browser(beginning).get(f"/steuerung/portfolio/vorhaben/{own.id}/gate/{phase.id}/")
    assert page.status_code == 200 and "Entscheidung festhalten" not in page.content.decode()
