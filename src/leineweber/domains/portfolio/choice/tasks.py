"""Jobs: one step of a run, and the reason of one project. Nothing is locked while the solver searches."""

from __future__ import annotations

from uuid import UUID

from leineweber.domains.portfolio.choice import outside, services
from leineweber.domains.portfolio.choice.models import Run
from leineweber.kernel.jobs import task

# Starting the solver's process, and the searches for a contradiction that follow a search without result.
MARGIN_SECONDS, TIMES = 30, 3


@task()
def work(run: str, step: str) -> None:
    """Do one step of a run. Each step is a job of its own, so that other jobs get their turn between two of them."""
    run_id = UUID(run)
    asked = services.begin(run_id, step)
    if asked is None:
        return
    try:
        answer = outside.ask(
            asked,
            patience=asked["seconds"] * TIMES + MARGIN_SECONDS,
            unwanted=lambda: services.unwanted(run_id),
        )
    except outside.Cancelled:
        return
    services.finish(run_id, step, answer)


@task()
def reason(run: str, project: str) -> None:
    """Find out why one project is out of a result."""
    row = Run.objects.get(id=UUID(run))
    if row.reasons.get(project, {}).get("kind") != "waiting":
        return
    asked = {**services.question(row, "reasons"), "wanted": [project]}
    try:
        answer = outside.ask(asked, patience=row.seconds * TIMES + MARGIN_SECONDS, unwanted=lambda: False)
    except outside.SolverEnded:
        answer = {project: {"kind": "unknown"}}
    services.put_reason(row.id, project, answer)
