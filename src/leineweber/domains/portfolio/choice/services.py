"""What can be done: keep scenarios, compute them step by step, take a choice over into the portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from leineweber.domains.portfolio.choice import model, rules, source
from leineweber.domains.portfolio.choice.model import Instance, Limits
from leineweber.domains.portfolio.choice.models import OPEN_STATES, Run, RunState, Scenario
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

STEPS = ("solve", "more", "front", "reasons")
ATTEMPTS = 3
EXPLAINED = 12
YEARS = (1, 8)
SECONDS = (1, 300)
WISHES = ("must", "out")
ANSWERS = {"more": "more", "front": "front", "reasons": "reasons"}
PROGRAM = Actor.system("Auswahl unter Grenzen")


class ChoiceError(ValueError):
    """Something that cannot be; the message is German and may be shown at the field."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Stale(ChoiceError):
    """Somebody else has changed the scenario since its form was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Inzwischen hat jemand anders dieses Szenario geändert. Ihre Eingaben stehen noch da; "
            "vergleichen Sie sie mit dem neuen Stand und speichern Sie noch einmal."
        )


def _checked(limits: Limits) -> Limits:
    if not YEARS[0] <= limits.years <= YEARS[1]:
        raise ChoiceError("Der Zeitraum hat ein bis acht Jahre.", "jahre")
    if not 2000 <= limits.first_year <= 2100:
        raise ChoiceError("Geben Sie als erstes Jahr ein Jahr zwischen 2000 und 2100 an.", "beginn")
    series = [limits.money, *limits.capacity.values()]
    if any(len(amounts) != limits.years for amounts in series):
        raise ChoiceError("Jede Grenze hat einen Wert je Jahr.")
    least = [one for amounts in series for one in amounts if one is not None]
    least += [*limits.weights.values(), *map(Decimal, limits.minimums.values())]
    if any(one < 0 for one in least):
        raise ChoiceError("Grenzen und Gewichte sind nicht kleiner als null.")
    if not 0 <= limits.discount < 1:
        raise ChoiceError("Der Abschlag liegt zwischen 0 und unter 100 Prozent.", "abschlag")
    return limits


def _title(text: str) -> str:
    title = " ".join(text.split())[:120]
    if not title:
        raise ChoiceError("Geben Sie dem Szenario einen Namen.", "titel")
    return title


def create_scenario(actor: Actor, *, title: str, question: str, limits: Limits) -> Scenario:
    """Make a scenario with its first limits.

    Raises:
        Denied: the actor may not manage scenarios.
        ChoiceError: no title, or limits that cannot be.
    """
    check(actor, "choice.manage")
    moment = clock.now()
    scenario = Scenario(
        id=ids.new_id(),
        title=_title(title),
        question=question.strip()[:2000],
        limits=model.limits_to_json(_checked(limits)),
        gap=Decimal("0.0050"),
        author=actor.label,
        created=moment,
        changed=moment,
    )
    with act(actor, "choice.scenario_created", Ref("scenario", scenario.id)):
        scenario.save(force_insert=True)
    return scenario


def _open(scenario_id: UUID) -> Scenario:
    """Return a scenario that is not taken over yet, locked until the transaction ends."""
    scenario = Scenario.objects.select_for_update().get(id=scenario_id)
    if scenario.adopted is not None:
        raise ChoiceError("Dieses Szenario ist übernommen und bleibt, wie es ist. Legen Sie eine Kopie an.")
    return scenario


def _touch(scenario: Scenario, fields: list[str]) -> None:
    scenario.version += 1
    scenario.changed = clock.now()
    scenario.save(update_fields=[*fields, "version", "changed"])


def change_scenario(
    actor: Actor,
    scenario_id: UUID,
    *,
    title: str,
    question: str,
    limits: Limits,
    seconds: int,
    gap: Decimal,
    version: int,
) -> Scenario:
    """Change a scenario of the version that was read; earlier runs keep the limits they were computed with.

    Args:
        seconds: how long each step of a run may search.
        gap: by which share a result may fall short of the bound.

    Raises:
        Denied: the actor may not manage scenarios.
        Stale: somebody else was quicker.
        ChoiceError: it is taken over, or something typed cannot be.
        Scenario.DoesNotExist: there is none.
    """
    check(actor, "choice.manage")
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise ChoiceError("Die Rechenzeit liegt zwischen 1 und 300 Sekunden.", "sekunden")
    if not 0 <= gap < 1:
        raise ChoiceError("Die Genauigkeit liegt zwischen 0 und unter 100 Prozent.", "genauigkeit")
    with act(actor, "choice.scenario_changed", Ref("scenario", scenario_id)):
        scenario = _open(scenario_id)
        if scenario.version != version:
            raise Stale
        scenario.title, scenario.question = _title(title), question.strip()[:2000]
        scenario.limits = model.limits_to_json(_checked(limits))
        scenario.seconds, scenario.gap = seconds, gap
        _touch(scenario, ["title", "question", "limits", "seconds", "gap"])
    return scenario


def set_wishes(actor: Actor, scenario_id: UUID, wishes: Mapping[str, str], *, version: int) -> Scenario:
    """Say of some projects whether they must be in (`must`), stay out (`out`) or follow the portfolio (empty).

    Raises:
        Denied: the actor may not manage scenarios.
        Stale: somebody else was quicker.
        ChoiceError: it is taken over.
        Scenario.DoesNotExist: there is none.
    """
    check(actor, "choice.manage")
    with act(actor, "choice.wishes_set", Ref("scenario", scenario_id)) as current:
        scenario = _open(scenario_id)
        if scenario.version != version:
            raise Stale
        changed = {key: wish for key, wish in wishes.items() if scenario.wishes.get(key, "") != wish}
        kept = {**scenario.wishes, **changed}
        scenario.wishes = {key: wish for key, wish in kept.items() if wish in WISHES}
        current.detail["projects"] = sorted(changed)
        _touch(scenario, ["wishes"])
    return scenario


def copy_scenario(
    actor: Actor, scenario_id: UUID, *, title: str, money: Decimal = Decimal(1), days: Decimal = Decimal(1)
) -> Scenario:
    """Make a scenario like another, with money and days multiplied.

    Raises:
        Denied: the actor may not manage scenarios.
        ChoiceError: no title, or factors out of bounds.
        Scenario.DoesNotExist: there is none.
    """
    check(actor, "choice.manage")
    if not 0 <= money <= 100 or not 0 <= days <= 100:
        raise ChoiceError("Der Anteil liegt zwischen 0 und 10.000 Prozent.", "geld")
    old = Scenario.objects.get(id=scenario_id)
    limits = model.limits_from_json(old.limits).with_money(money)
    for skill in limits.capacity:
        limits = limits.with_capacity(skill, days)
    moment = clock.now()
    scenario = Scenario(
        id=ids.new_id(),
        title=_title(title),
        question=old.question,
        limits=model.limits_to_json(_checked(limits)),
        wishes=old.wishes,
        seconds=old.seconds,
        gap=old.gap,
        author=actor.label,
        created=moment,
        changed=moment,
    )
    with act(actor, "choice.scenario_created", Ref("scenario", scenario.id), {"copy_of": str(scenario_id)}):
        scenario.save(force_insert=True)
    return scenario


def frozen(actor: Actor, scenario: Scenario) -> Instance:
    """Return what would be computed now: the portfolio's candidates with the scenario's wishes and limits."""
    limits = model.limits_from_json(scenario.limits)
    found = []
    for one in source.candidates(actor, limits):
        wish = scenario.wishes.get(one.id, "")
        found.append(replace(one, must=one.must or wish == "must", banned=wish == "out" and not one.must))
    fields = {one.field for one in found if one.field} | set(limits.minimums) | set(limits.weights)
    skills = {skill for one in found for skill in one.effort} | set(limits.capacity)
    return Instance(
        tuple(found),
        limits,
        source.field_names(fields, actor),
        {skill: skill for skill in sorted(skills)},
    )


def compute(actor: Actor, scenario_id: UUID) -> Run:
    """Freeze the inputs of a scenario and let a job compute it.

    Raises:
        Denied: the actor may not manage scenarios.
        ChoiceError: nothing to choose from, a run that is not at its end, or a scenario that is taken over.
        Scenario.DoesNotExist: there is none.
    """
    from leineweber.domains.portfolio.choice.tasks import work

    check(actor, "choice.manage")
    try:
        with act(actor, "choice.computed", Ref("scenario", scenario_id)) as current:
            scenario = _open(scenario_id)
            instance = frozen(actor, scenario)
            if not instance.candidates:
                raise ChoiceError("Im Portfolio ist kein Vorhaben, das gewählt werden kann.")
            inputs = model.to_json(instance)
            last = scenario.runs.order_by("-number").values_list("number", flat=True).first() or 0
            run = Run(
                id=ids.new_id(),
                scenario=scenario,
                number=last + 1,
                inputs=inputs,
                inputs_hash=model.digest(inputs),
                seconds=scenario.seconds,
                gap_wanted=scenario.gap,
                author=actor.label,
                created=clock.now(),
            )
            with transaction.atomic():
                run.save(force_insert=True)
            current.detail.update(run=run.number, inputs=run.inputs_hash)
            current.enqueue(work, run=str(run.id), step="solve")
    except IntegrityError as error:
        raise ChoiceError(
            "Für dieses Szenario läuft schon eine Rechnung. Warten Sie, oder brechen Sie sie ab."
        ) from error
    return run


def cancel(actor: Actor, scenario_id: UUID) -> bool:
    """Break off the run of a scenario that is not at its end; return whether there was one.

    A result that is there already stays.

    Raises:
        Denied: the actor may not manage scenarios.
    """
    check(actor, "choice.manage")
    with act(actor, "choice.cancelled", Ref("scenario", scenario_id)) as current:
        run = (
            Run.objects.select_for_update(of=("self",))
            .filter(scenario_id=scenario_id, state__in=OPEN_STATES)
            .first()
        )
        if run is None:
            return False
        run.state = RunState.CANCELLED if run.result is None else RunState.DONE
        run.finished = clock.now()
        run.save(update_fields=["state", "finished"])
        current.detail["run"] = run.number
    return True


def begin(run_id: UUID, step: str) -> dict[str, Any] | None:
    """Return the question of a step for the solver, None if the step is done, broken off or was tried too often."""
    with act(PROGRAM, "choice.step_begun", Ref("run", run_id), {"step": step}):
        run = Run.objects.select_for_update(of=("self",)).filter(id=run_id).first()
        if run is None or run.step != step or run.state not in OPEN_STATES:
            return None
        run.attempts += 1
        if run.attempts > ATTEMPTS:
            run.state = RunState.FAILED if run.result is None else RunState.DONE
            run.finished = clock.now()
        else:
            run.state = RunState.RUNNING
        run.save(update_fields=["attempts", "state", "finished"])
    return None if run.attempts > ATTEMPTS else question(run, step)


def question(run: Run, step: str) -> dict[str, Any]:
    """Return a step of a run as a question for the solver."""
    asked: dict[str, Any] = {
        "step": step,
        "inputs": run.inputs,
        "seconds": run.seconds,
        "gap": float(run.gap_wanted),
        "count": EXPLAINED,
    }
    if run.result is not None:
        asked["base"] = run.result["outcome"]
    return asked


def unwanted(run_id: UUID) -> bool:
    """Tell whether a run was broken off."""
    return not Run.objects.filter(id=run_id, state__in=OPEN_STATES).exists()


def finish(run_id: UUID, step: str, answer: Mapping[str, Any]) -> None:
    """Write what a step found, and let the next one follow. An answer that comes too late is dropped."""
    from leineweber.domains.portfolio.choice.tasks import work

    with act(PROGRAM, "choice.step_done", Ref("run", run_id), {"step": step}) as current:
        run = Run.objects.select_for_update(of=("self",)).filter(id=run_id).first()
        if run is None or run.step != step or run.state not in OPEN_STATES:
            return
        if step == "solve":
            _found(run, answer)
        elif step == "reasons":
            run.reasons = {**answer, **run.reasons}
        else:
            setattr(run, ANSWERS[step], dict(answer))
        following = STEPS[STEPS.index(step) + 1 :]
        if run.state in OPEN_STATES and following:
            run.step, run.attempts = following[0], 0
            current.enqueue(work, run=str(run.id), step=run.step)
        else:
            run.state = RunState.DONE if run.state in OPEN_STATES else run.state
            run.finished = clock.now()
        run.save()


def _found(run: Run, answer: Mapping[str, Any]) -> None:
    outcome = model.outcome_from_json(answer["outcome"])
    run.result = dict(answer)
    if outcome.status == "infeasible":
        run.state = RunState.IMPOSSIBLE
    elif not outcome.found:
        run.state = RunState.UNKNOWN
    else:
        instance = model.from_json(run.inputs)
        run.benefit, run.bound = outcome.benefit, outcome.bound
        run.money = sum(rules.money_used(instance, outcome.starts), Decimal(0))
        run.chosen = len(outcome.starts)


def explain(actor: Actor, scenario_id: UUID, project_id: UUID) -> Run:
    """Let a job find out why a project is out in the last result of a scenario; asking twice changes nothing.

    Raises:
        Denied: the actor may not manage scenarios.
        ChoiceError: there is no result, or the project is in it or no part of it.
    """
    from leineweber.domains.portfolio.choice.tasks import reason

    check(actor, "choice.manage")
    key = str(project_id)
    with act(actor, "choice.explained", Ref("scenario", scenario_id), {"project": key}) as current:
        run = (
            Run.objects.select_for_update(of=("self",))
            .filter(scenario_id=scenario_id)
            .order_by("-number")
            .first()
        )
        if run is None or run.benefit is None or run.result is None:
            raise ChoiceError("Es gibt noch kein Ergebnis, zu dem sich das sagen ließe.")
        known = {one["id"] for one in run.inputs["candidates"]}
        if key not in known or key in run.result["outcome"]["starts"]:
            raise ChoiceError("Dieses Vorhaben ist gewählt oder stand nicht zur Wahl.")
        if key not in run.reasons or run.reasons[key]["kind"] == "unknown":
            run.reasons = {**run.reasons, key: {"kind": "waiting"}}
            run.save(update_fields=["reasons"])
            current.enqueue(reason, run=str(run.id), project=key)
    return run


def put_reason(run_id: UUID, project: str, answer: Mapping[str, Any]) -> None:
    """Write why a project is out; one that is there already stays."""
    with act(PROGRAM, "choice.reason_found", Ref("run", run_id), {"project": project}):
        run = Run.objects.select_for_update(of=("self",)).get(id=run_id)
        if run.reasons.get(project, {}).get("kind") == "waiting":
            run.reasons = {**run.reasons, project: answer[project]}
            run.save(update_fields=["reasons"])


def take_over(
    actor: Actor, scenario_id: UUID, *, resolution: str = "", facts_at: datetime | None = None
) -> Scenario:
    """Let the portfolio follow the last result of a scenario: every chosen project is planned for its year.

    `resolution` is the number of the resolution that says so, `facts_at` when its paper noted the result: what was
    computed since is not what was decided. A scenario that is taken over already stays as it is.

    Raises:
        Denied: the actor may not manage scenarios, or does not run the portfolio.
        ChoiceError: there is no result at its end, or a chosen project has ended meanwhile.
        Scenario.DoesNotExist: there is none.
    """
    check(actor, "choice.manage")
    me = Ref("scenario", scenario_id)
    with act(actor, "choice.taken_over", me) as current:
        scenario = Scenario.objects.select_for_update(of=("self",)).get(id=scenario_id)
        if scenario.adopted is not None:
            return scenario
        runs = scenario.runs.order_by("-number")
        if facts_at is not None:
            runs = runs.filter(state=RunState.DONE, benefit__isnull=False, finished__lte=facts_at)
        run = runs.first()
        if run is None or run.state != RunState.DONE or run.benefit is None or run.result is None:
            raise ChoiceError("Übernehmen lässt sich nur das fertige Ergebnis der letzten Rechnung.")
        titles = {one["id"]: one["title"] for one in run.inputs["candidates"]}
        first_year = run.inputs["limits"]["first_year"]
        for key, offset in run.result["outcome"]["starts"].items():
            if not source.plan(actor, UUID(key), first_year + offset, str(me)):
                raise ChoiceError(
                    f"„{titles[key]}“ ist inzwischen beendet. Rechnen Sie neu, und übernehmen Sie dann."
                )
            links.connect(me, "chose", Ref("project", UUID(key)))
        scenario.adopted, scenario.adopted_by = clock.now(), actor.label[:200]
        scenario.adopted_run, scenario.resolution = run, resolution[:60]
        _touch(scenario, ["adopted", "adopted_by", "adopted_run", "resolution"])
        current.detail.update(run=run.number, projects=run.chosen)
        current.emit("scenario.adopted", {"run": run.number, "resolution": resolution})
    return scenario


def without_effect(actor: Actor, scenario_id: UUID, *, number: str, why: str) -> None:
    """Keep in the trail that a resolution could not take a scenario over."""
    detail = {"number": number[:60], "why": why[:500]}
    with act(actor, "choice.resolution_without_effect", Ref("scenario", scenario_id), detail):
        pass
