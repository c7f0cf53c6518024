"""Scenarios, runs in steps, taking over: who may, what is frozen, what happens when things go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from domains.choice.conftest import PROGRAM, Town
from leineweber.domains.portfolio.choice import model, outside, services, source, subscriptions, tasks
from leineweber.domains.portfolio.choice.models import Run, Scenario
from leineweber.domains.portfolio.choice.services import ChoiceError, Stale
from leineweber.domains.portfolio.models import Cost, Project
from leineweber.kernel import clock, links
from leineweber.kernel.access import Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.events.registry import Event
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
D = Decimal


def change(row: Scenario, **changes: Any) -> Scenario:
    values: dict[str, Any] = {
        "title": row.title,
        "question": "",
        "limits": model.limits_from_json(row.limits),
        "seconds": 5,
        "gap": D(0),
        "version": row.version,
    }
    return services.change_scenario(PROGRAM, row.id, **{**values, **changes})


def test_a_run_goes_through_all_steps(own_process: None, town: Town) -> None:
    """130,000 euros in 2027: the great one does not fit beside the must; two small ones do."""
    must = town.project("Pflicht", 60, score=1, must=True)
    great = town.project("Groß", 90, score=30)
    small = town.project("Klein", 40, score=20)
    later = town.project("Danach", 10, score=5, after=small)
    run = town.computed(100, 30)
    assert (run.state, run.benefit, run.chosen, run.money) == ("done", D(26), 3, D(110000))
    assert run.result is not None and run.result["outcome"]["starts"] == {
        str(must.id): 0,
        str(small.id): 0,
        str(later.id): 1,
    }
    assert [one["limit"] for one in run.more["more"]] == ["money"]
    assert len(run.front["points"]) == 10
    told = run.reasons[str(great.id)]
    assert told["kind"] == "impossible" and ["must", str(must.id)] in told["conflict"]
    assert run.inputs_hash == model.digest(run.inputs)


def test_candidates_are_mapped_year_by_year(town: Town) -> None:
    running = town.project("Läuft", 10, 20, 30, start=date(2026, 2, 1), days=3)
    Project.objects.filter(id=running.id).update(status="running")
    over = town.project("Bald fertig", 10, start=date(2026, 2, 1))
    Project.objects.filter(id=over.id).update(status="running")
    early = town.project("Früh bezahlt", 5, start=date(2028, 1, 1), days=2, earliest=date(2028, 1, 1))
    Cost.objects.create(project=early, year=2027, kind="external", stage="planned", amount=D(7000))
    Cost.objects.create(project=early, year=2029, kind="operation", stage="planned", amount=D(1000))
    found = {one.title: one for one in source.candidates(PROGRAM, town.limits(100))}
    assert "Bald fertig" not in found
    left = found["Läuft"]
    assert (left.costs, left.must, left.earliest, left.latest) == ((D(20000), D(30000)), True, 2027, 2027)
    assert left.duration_years == 1, "what runs on after the period does not stand against it"
    assert found["Früh bezahlt"].costs == (D(12000), D(1000))
    assert found["Früh bezahlt"].effort == {"Projektleitung": (D(24),)}
    assert found["Früh bezahlt"].earliest == 2028


def test_what_contradicts_itself_is_kept_as_a_result(town: Town) -> None:
    town.project("A", 80, must=True)
    town.project("B", 70, must=True)
    run = town.computed(100)
    assert run.state == "impossible" and run.finished is not None and run.benefit is None
    assert len(run.result["impossible"]["conflict"]) == 3
    with pytest.raises(ChoiceError, match="fertige Ergebnis"):
        services.take_over(PROGRAM, run.scenario_id)


def test_wishes_hold_in_the_scenario_only(town: Town) -> None:
    one, two = town.project("Eins", 60, score=30), town.project("Zwei", 60, score=10)
    row = town.scenario(100)
    row = services.set_wishes(PROGRAM, row.id, {str(one.id): "out", str(two.id): "must"}, version=row.version)
    instance = services.frozen(PROGRAM, row)
    assert {(c.title, c.must, c.banned) for c in instance.candidates} == {
        ("Eins", False, True),
        ("Zwei", True, False),
    }
    row = services.set_wishes(PROGRAM, row.id, {str(one.id): ""}, version=row.version)
    assert row.wishes == {str(two.id): "must"}
    with pytest.raises(Stale):
        services.set_wishes(PROGRAM, row.id, {}, version=1)


def test_inputs_of_a_run_stay_when_the_scenario_changes(town: Town) -> None:
    town.project("Eins", 60)
    run = town.computed(100)
    before = dict(run.inputs)
    row = Scenario.objects.get(id=run.scenario_id)
    changed = change(row, limits=replace(model.limits_from_json(row.limits), money=(D(1),)))
    assert changed.version == row.version + 1
    Project.objects.update(score=99)
    run.refresh_from_db()
    assert run.inputs == before and model.digest(run.inputs) == run.inputs_hash
    second = services.compute(PROGRAM, row.id)
    run_until_idle()
    second.refresh_from_db()
    assert (second.number, second.chosen) == (2, 0) and second.inputs_hash != run.inputs_hash


def test_two_who_change_at_once(town: Town) -> None:
    row = town.scenario(100)
    change(row, title="Erste")
    with pytest.raises(Stale, match="jemand anders"):
        change(row, title="Zweite")
    assert Scenario.objects.get(id=row.id).title == "Erste"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": "  "}, "Namen"),
        ({"seconds": 0}, "Rechenzeit"),
        ({"gap": D(1)}, "Genauigkeit"),
        ({"limits": {"money": (D(-1),)}}, "nicht kleiner"),
        ({"limits": {"money": (D(1), D(1))}}, "je Jahr"),
        ({"limits": {"years": 9}}, "ein bis acht"),
        ({"limits": {"first_year": 1999}}, "2000"),
        ({"limits": {"discount": D(1)}}, "Abschlag"),
    ],
)
def test_what_cannot_be_is_refused(town: Town, changes: dict[str, Any], message: str) -> None:
    row = town.scenario(100)
    if "limits" in changes:
        changes = {"limits": replace(model.limits_from_json(row.limits), **changes["limits"])}
    with pytest.raises(ChoiceError, match=message):
        change(row, **changes)


@pytest.mark.parametrize("beginning", ["insa.", "rieke.", "jasper."])
def test_only_who_runs_the_portfolio_may(town: Town, beginning: str) -> None:
    row = town.scenario(100)
    town.project("Eins", 10)
    actor = town.actor(beginning)
    for call in (
        lambda: services.create_scenario(actor, title="x", question="", limits=town.limits(1)),
        lambda: services.compute(actor, row.id),
        lambda: services.cancel(actor, row.id),
        lambda: services.copy_scenario(actor, row.id, title="x"),
        lambda: services.take_over(actor, row.id),
    ):
        with pytest.raises(Denied):
            call()
    assert services.compute(town.actor("silja."), row.id).number == 1


def test_one_run_at_a_time_and_nothing_to_choose_from(town: Town) -> None:
    row = town.scenario(100)
    with pytest.raises(ChoiceError, match="kein Vorhaben"):
        services.compute(PROGRAM, row.id)
    town.project("Eins", 10)
    first = services.compute(PROGRAM, row.id)
    with pytest.raises(ChoiceError, match="schon eine Rechnung"):
        services.compute(PROGRAM, row.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(id=first.id).update(state="nothing", number=None)


def test_cancelling_drops_what_comes_too_late(town: Town) -> None:
    town.project("Eins", 10)
    row = town.scenario(100)
    run = services.compute(PROGRAM, row.id)
    asked = services.begin(run.id, "solve")
    assert asked is not None and not services.unwanted(run.id)
    assert services.cancel(PROGRAM, row.id) and services.unwanted(run.id)
    services.finish(run.id, "solve", {"outcome": {}})
    run.refresh_from_db()
    assert run.state == "cancelled" and run.result is None
    assert not services.cancel(PROGRAM, row.id)
    run_until_idle()
    assert services.compute(PROGRAM, row.id).number == 2


def test_a_step_whose_worker_died_is_done_again_and_then_given_up(town: Town) -> None:
    town.project("Eins", 10)
    run = services.compute(PROGRAM, town.scenario(100).id)
    for _ in range(services.ATTEMPTS):
        assert services.begin(run.id, "solve") is not None
    assert services.begin(run.id, "solve") is None
    run.refresh_from_db()
    assert run.state == "failed" and run.finished is not None


def test_a_job_killed_midway_is_done_by_the_next_worker(town: Town) -> None:
    town.project("Eins", 10)
    run = services.compute(PROGRAM, town.scenario(100).id)
    services.begin(run.id, "solve")
    run.refresh_from_db()
    assert (run.state, run.attempts, run.result) == ("running", 1, None), "here its worker was killed"
    run_until_idle()
    run.refresh_from_db()
    assert (run.state, run.chosen) == ("done", 1) and run.front is not None


def test_a_step_that_is_done_is_not_done_again(town: Town) -> None:
    town.project("Eins", 10)
    run = town.computed(100)
    assert all(services.begin(run.id, step) is None for step in services.STEPS)
    tasks.work.call(run=str(run.id), step="solve")


def test_the_solver_outside_is_ended_when_nobody_wants_it(own_process: None, town: Town) -> None:
    asked = {
        "step": "nothing",
        "inputs": model.to_json(model.Instance((), town.limits(1))),
        "seconds": 1,
        "gap": 0,
        "base": model.outcome_to_json(model.Outcome("optimal")),
    }
    with pytest.raises(outside.SolverEnded, match="no step"):
        outside.ask(asked, patience=30, unwanted=lambda: False)
    candidates = tuple(
        model.Candidate(
            f"p{number}",
            "",
            costs=(D(1000 + number * 37 % 101), D(number * 53 % 97)),
            benefit=D(1000 + number * 41 % 103),
        )
        for number in range(400)
    )
    hard = model.Instance(candidates, town.limits(90, 91, 92, 93))
    asked = {"step": "solve", "inputs": model.to_json(hard), "seconds": 60, "gap": 0}
    with pytest.raises(outside.Cancelled):
        outside.ask(asked, patience=60, unwanted=lambda: True)
    with pytest.raises(outside.SolverEnded, match="time was over"):
        outside.ask(asked, patience=0, unwanted=lambda: False)


def test_asking_why_one_is_out(town: Town) -> None:
    for number in range(services.EXPLAINED + 2):
        town.project(f"Vorhaben {number:02}", 60, score=40 - number)
    run = town.computed(100)
    assert len(run.reasons) == services.EXPLAINED
    last = Project.objects.order_by("score")[0]
    assert str(last.id) not in run.reasons
    services.explain(PROGRAM, run.scenario_id, last.id)
    services.explain(PROGRAM, run.scenario_id, last.id)
    run_until_idle()
    run.refresh_from_db()
    told = run.reasons[str(last.id)]
    assert told["kind"] == "costs" and D(told["high"]) == 13 and len(told["leaves"]) == 1
    chosen = next(iter(run.result["outcome"]["starts"]))
    with pytest.raises(ChoiceError, match="gewählt"):
        services.explain(PROGRAM, run.scenario_id, chosen)


def test_taking_over_plans_the_projects_and_draws_the_edges(town: Town) -> None:
    first = town.project("Zuerst", 60, start=date(2027, 3, 1))
    second = town.project("Danach", 60, start=date(2027, 5, 3), after=first)
    run = town.computed(60, 60)
    row = services.take_over(PROGRAM, run.scenario_id)
    assert row.adopted is not None and row.adopted_run_id == run.id
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.start, second.start) == (date(2027, 3, 1), date(2028, 5, 3))
    assert second.start_source == f"scenario:{row.id}"
    assert list(Cost.objects.filter(project=second).values_list("year", flat=True)) == [2028]
    assert {ref for _, ref in links.targets(Ref("scenario", row.id), "chose")} == {
        Ref("project", first.id),
        Ref("project", second.id),
    }
    assert StoredEvent.objects.filter(name="scenario.adopted").count() == 1
    again = services.take_over(PROGRAM, run.scenario_id)
    assert again.adopted == row.adopted and StoredEvent.objects.filter(name="scenario.adopted").count() == 1
    with pytest.raises(ChoiceError, match="übernommen"):
        change(again)
    with pytest.raises(ChoiceError, match="übernommen"):
        services.compute(PROGRAM, run.scenario_id)


def test_what_has_ended_meanwhile_is_not_taken_over(town: Town) -> None:
    first, other = town.project("Eins", 10), town.project("Zwei", 10)
    run = town.computed(60)
    before = first.start
    Project.objects.filter(id=other.id).update(status="stopped")
    with pytest.raises(ChoiceError, match="Zwei"):
        services.take_over(PROGRAM, run.scenario_id)
    first.refresh_from_db()
    assert first.start == before and not links.targets(Ref("scenario", run.scenario_id))


def test_a_resolution_takes_over(town: Town) -> None:
    town.project("Eins", 10)
    run = town.computed(60)
    subject = Ref("scenario", run.scenario_id)
    payload = {"subject": str(subject), "effect": "adopt", "number": "B-2026-7"}
    told = Event(1, "resolution.passed", subject, payload, clock.now(), "Verwaltungsvorstand")
    subscriptions.follow_resolution(told)
    subscriptions.follow_resolution(told)
    row = Scenario.objects.get(id=run.scenario_id)
    assert (row.resolution, row.adopted_by) == ("B-2026-7", "Beschluss B-2026-7")


def test_others_see_scenarios_by_links(town: Town) -> None:
    town.project("Eins", 10)
    run = town.computed(60)
    ref = Ref("scenario", run.scenario_id)
    leadership, other = town.actor("insa."), town.actor("jasper.")
    assert links.resolve([ref], leadership)[ref].url == f"/steuerung/portfolio/auswahl/{ref.id}/"
    assert not links.resolve([ref], other) and links.brief(ref, other) is None
    brief = links.brief(ref, leadership)
    assert brief is not None and brief.costs == ((2027, D(10000)),)
    assert run.inputs_hash in dict(brief.facts).values()
    (kind,) = (one for one in links.kinds() if one.name == "scenario")
    assert kind.every is not None and list(kind.every(leadership)) == [ref.id] and not list(kind.every(other))
    services.take_over(PROGRAM, ref.id)
    assert not list(kind.every(leadership))


def test_a_copy_asks_the_same_with_other_money(town: Town) -> None:
    row = town.scenario(100, 50, capacity={"IT": (D(10), None)})
    made = services.copy_scenario(town.actor("silja."), row.id, title="Vier Fünftel", money=D("0.8"))
    limits = model.limits_from_json(made.limits)
    assert limits.money == (D(80000), D(40000)) and limits.capacity == {"IT": (D(10), None)}
    with pytest.raises(ChoiceError):
        services.copy_scenario(PROGRAM, row.id, title="x", money=D(-1))


def test_a_resolution_takes_over_what_its_paper_told_not_what_was_computed_since(town: Town) -> None:
    one, other = town.project("Eins", 10, score=5), town.project("Zwei", 20, score=50)
    told = town.computed(10)
    subject = Ref("scenario", told.scenario_id)
    at = clock.now()
    row = Scenario.objects.get(id=told.scenario_id)
    change(row, limits=town.limits(20))
    services.compute(PROGRAM, row.id)
    run_until_idle()
    payload = {"subject": str(subject), "effect": "adopt", "number": "B-2026-9", "facts_at": at.isoformat()}
    subscriptions.follow_resolution(Event(1, "resolution.passed", subject, payload, clock.now(), "VV"))
    row.refresh_from_db()
    assert row.adopted_run_id == told.id
    assert [target for _, target in links.targets(subject, "chose")] == [Ref("project", one.id)]
    assert other.title == "Zwei"


def test_a_resolution_that_comes_too_late_takes_nothing_over(town: Town) -> None:
    town.project("Eins", 10)
    row = town.scenario(60)
    subject = Ref("scenario", row.id)
    payload = {"subject": str(subject), "effect": "adopt", "number": "B-2026-8"}
    subscriptions.follow_resolution(Event(1, "resolution.passed", subject, payload, clock.now(), "VV"))
    row.refresh_from_db()
    entry = Entry.objects.get(name="choice.resolution_without_effect")
    assert row.adopted is None and entry.detail["number"] == "B-2026-8" and "Ergebnis" in entry.detail["why"]
