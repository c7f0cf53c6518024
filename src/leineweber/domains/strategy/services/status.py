"""What becomes of a goal: proposed, adopted (with the SMART check in the way), completed, dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries.checking import findings_of
from leineweber.domains.strategy.services.common import (
    ADOPT,
    EDIT,
    MINIMUM_REASON,
    OVERRULE,
    Conflict,
    OpenFindings,
    StrategyError,
    stamp,
    unseen,
)
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import Act, act

Status = SmartGoal.Status


@contextmanager
def _turning(
    actor: Actor, name: str, id: UUID, seen: int | None, to: str, detail: Mapping[str, Any] | None = None
) -> Iterator[tuple[SmartGoal, Act]]:
    """Lock a goal, see that it may go where it should, let the body decide the rest, and keep it."""
    with act(actor, name, Ref("goal", id), detail) as current:
        goal = SmartGoal.objects.select_for_update(of=("self",)).filter(id=id).first()
        if goal is None:
            raise StrategyError("Dieses Ziel gibt es nicht mehr.")
        unseen(goal, seen)
        if to not in rules.TRANSITIONS[goal.status]:
            raise Conflict(f"Das Ziel ist {goal.get_status_display()}; das geht jetzt nicht.")
        goal.status = Status(to)
        yield goal, current
        stamp(goal, actor, new=False)
        goal.save()
        current.detail["slug"] = goal.slug


def propose(actor: Actor, *, id: UUID, seen: int | None = None) -> SmartGoal:
    """Put a draft forward for decision; who proposes is noted.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: it is no draft.
    """
    check(actor, EDIT)
    with _turning(actor, "goal.proposed", id, seen, "proposed") as (goal, _):
        goal.proposed_by = goal.proposed_by or actor.label[:200]
        goal.proposed_on = clock.today()
        goal.open_findings = len(findings_of(goal))
    return goal


def take_back(actor: Actor, *, id: UUID, seen: int | None = None) -> SmartGoal:
    """Make a draft again of what was proposed.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: it is not proposed.
    """
    check(actor, EDIT)
    with _turning(actor, "goal.taken_back", id, seen, "draft") as (goal, _):
        goal.proposed_on = None
    return goal


def adopt(
    actor: Actor, *, id: UUID, seen: int | None = None, overrule: str = "", resolution: str = ""
) -> SmartGoal:
    """Adopt a goal. With open findings only against a reason, given by who may overrule; emits `goal.adopted`.

    `resolution` is the number of the resolution that decided it. The same resolution again changes nothing.

    Raises:
        Denied: the actor does not adopt, or does not overrule.
        OpenFindings: something is open and no reason was given.
        StrategyError: the reason is too short, or the goal is past that.
    """
    check(actor, ADOPT)
    done = SmartGoal.objects.filter(id=id, status=Status.ADOPTED, resolution=resolution).first()
    if resolution and done is not None:
        return done
    with _turning(actor, "goal.adopted", id, seen, "adopted", {"resolution": resolution}) as (goal, current):
        found = findings_of(goal)
        if found:
            _overrule(actor, found, overrule)
            current.detail["overruled"] = [one.code for one in found]
        goal.overruled = overrule.strip() if found else ""
        goal.open_findings = len(found)
        goal.resolution = resolution[:60]
        goal.decided_by = (f"Beschluss {resolution}" if resolution else actor.label)[:200]
        goal.decided_on = clock.today()
        current.emit("goal.adopted", {"slug": goal.slug, "resolution": resolution})
    return goal


def _overrule(actor: Actor, found: list[rules.Finding], reason: str) -> None:
    if not reason.strip():
        raise OpenFindings(found)
    check(actor, OVERRULE)
    if len(reason.strip()) < MINIMUM_REASON:
        raise StrategyError(
            f"Begründen Sie mit mindestens {MINIMUM_REASON} Zeichen, warum das Ziel trotzdem beschlossen wird.",
            "grund",
        )


def _ending(
    actor: Actor, name: str, id: UUID, seen: int | None, to: str
) -> AbstractContextManager[tuple[SmartGoal, Act]]:
    check(actor, ADOPT)
    return _turning(actor, name, id, seen, to)


def complete(actor: Actor, *, id: UUID, seen: int | None = None) -> SmartGoal:
    """Close a goal that was reached.

    Raises:
        Denied: the actor does not adopt goals.
        StrategyError: it was never adopted.
    """
    with _ending(actor, "goal.completed", id, seen, "completed") as (goal, current):
        current.emit("goal.completed", {"slug": goal.slug})
    return goal


def drop(actor: Actor, *, id: UUID, seen: int | None = None) -> SmartGoal:
    """Give a goal up.

    Raises:
        Denied: the actor does not adopt goals.
        StrategyError: it is over already.
    """
    with _ending(actor, "goal.dropped", id, seen, "dropped") as (goal, current):
        current.emit("goal.dropped", {"slug": goal.slug})
    return goal


def reject(actor: Actor, *, id: UUID, resolution: str) -> SmartGoal:
    """Drop a goal by resolution. The same resolution again changes nothing.

    Raises:
        Denied: the actor does not adopt goals.
        StrategyError: it is over already.
    """
    check(actor, ADOPT)
    done = SmartGoal.objects.filter(id=id, status=Status.DROPPED, resolution=resolution).first()
    if done is not None:
        return done
    with _turning(actor, "goal.rejected", id, None, "dropped", {"resolution": resolution}) as (goal, current):
        goal.resolution = resolution[:60]
        goal.decided_by, goal.decided_on = f"Beschluss {resolution}"[:200], clock.today()
        current.emit("goal.dropped", {"slug": goal.slug, "resolution": resolution})
    return goal
