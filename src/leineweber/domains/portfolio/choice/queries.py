"""What can be asked: scenarios with their last run, one in full, several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from leineweber.domains.portfolio.choice import model
from leineweber.domains.portfolio.choice.model import Instance, Outcome
from leineweber.domains.portfolio.choice.models import OPEN_STATES, Run, RunState, Scenario
from leineweber.kernel.access import Actor, allowed

PAGE_SIZE = 25
COMPARED = 4
# Filters of the list by their word in the address.
STATES = {
    "entwurf": Q(last_state__isnull=True),
    "rechnet": Q(last_state__in=OPEN_STATES),
    "fertig": Q(last_state=RunState.DONE, adopted__isnull=True),
    "unerfuellbar": Q(last_state__in=[RunState.IMPOSSIBLE, RunState.UNKNOWN]),
    "gescheitert": Q(last_state__in=[RunState.FAILED, RunState.CANCELLED]),
    "uebernommen": Q(adopted__isnull=False),
}
HEAVY = ("inputs", "result", "more", "front", "reasons")


@dataclass(frozen=True, slots=True)
class Listed:
    """A scenario in the list, with its last run without what is heavy in it."""

    scenario: Scenario
    run: Run | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: Sequence[Listed]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Result:
    """A run with what it froze and found; `outcome` is None while nothing is known."""

    scenario: Scenario
    run: Run
    instance: Instance
    outcome: Outcome | None

    @property
    def found(self) -> bool:
        """Whether there is a choice."""
        return self.outcome is not None and self.outcome.found


def _last_runs() -> QuerySet[Run]:
    return Run.objects.filter(scenario=OuterRef("pk")).order_by("-number")


def _last(row: Scenario) -> UUID | None:
    """Return the id of the last run that `visible` put beside a scenario."""
    found: UUID | None = row.last_run  # type: ignore[attr-defined]  # annotated by `visible`
    return found


def visible(actor: Actor) -> QuerySet[Scenario]:
    """Return the scenarios an actor may see, last changed first, with the id and state of their last run."""
    if not allowed(actor, "choice.view"):
        return Scenario.objects.none()
    return Scenario.objects.annotate(
        last_run=Subquery(_last_runs().values("id")[:1]),
        last_state=Subquery(_last_runs().values("state")[:1]),
    )


def listed(actor: Actor, *, text: str = "", state: str = "", page: int = 1) -> Page:
    """Search scenarios by words of title and question, filter by state; three queries for any number."""
    found = visible(actor)
    for word in text[:100].split()[:8]:
        found = found.filter(Q(title__icontains=word) | Q(question__icontains=word))
    if state in STATES:
        found = found.filter(STATES[state])
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = list(found.defer("limits", "wishes")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    last = [_last(row) for row in rows]
    runs = Run.objects.defer(*HEAVY).in_bulk([key for key in last if key is not None])
    shown = [Listed(row, None if key is None else runs.get(key)) for row, key in zip(rows, last, strict=True)]
    return Page(shown, total, number, pages)


def scenario(actor: Actor, scenario_id: UUID) -> Scenario | None:
    """Return a scenario the actor may see, None if there is none."""
    return visible(actor).filter(id=scenario_id).first()


def _read(row: Scenario, run: Run) -> Result:
    outcome = None if run.result is None else model.outcome_from_json(run.result["outcome"])
    return Result(row, run, model.from_json(run.inputs), outcome)


def result(row: Scenario, number: int | None = None) -> Result | None:
    """Return a run of a scenario, the last if no number is given; None if there is none."""
    runs = row.runs.all() if number is None else row.runs.filter(number=number)
    run = runs.order_by("-number").first()
    return None if run is None else _read(row, run)


def earlier(row: Scenario) -> list[Run]:
    """Return the last ten runs of a scenario without what is heavy, the last first."""
    return list(row.runs.defer(*HEAVY).order_by("-number")[:10])


def compared(actor: Actor, scenario_ids: Sequence[UUID]) -> list[Result]:
    """Return the last runs of some scenarios that have a choice, in the order asked for; two queries."""
    wanted = list(dict.fromkeys(scenario_ids))[:COMPARED]
    rows = visible(actor).in_bulk(wanted)
    last = [key for key in map(_last, rows.values()) if key is not None]
    runs = {run.scenario_id: run for run in Run.objects.filter(id__in=last, benefit__isnull=False)}
    return [_read(rows[key], runs[key]) for key in wanted if key in rows and key in runs]
