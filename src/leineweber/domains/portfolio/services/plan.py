"""The parts of a project: put in, change, remove; and moving activities in the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from leineweber.domains.portfolio.models import (
    Activity,
    Benefit,
    Dependency,
    GateCondition,
    Lesson,
    Need,
    Phase,
    Project,
    Skill,
)
from leineweber.domains.portfolio.models.projects import ProjectPart
from leineweber.domains.portfolio.parts import PARTS
from leineweber.domains.portfolio.rules import network
from leineweber.domains.portfolio.rules.plan import fold, is_below
from leineweber.domains.portfolio.services.common import PortfolioError, alive, fresh, locked
from leineweber.domains.portfolio.services.control import watch
from leineweber.kernel import ids, indicators
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Post

WATCHED = frozenset({"arbeitspakete", "kosten"})
"""Parts that a tolerance looks at."""
PER_PROJECT = 2000
"""The most rows of one kind that a project may have."""


def put_part(
    actor: Actor,
    project_id: UUID,
    part: str,
    values: Mapping[str, Any],
    *,
    row_id: UUID | None = None,
    version: int | None = None,
) -> ProjectPart:
    """Put a part into a project, or change the one of an id.

    Args:
        part: a key of `parts.PARTS`.
        values: all its fields by name; things it points at (phase, parent …) by id as text.
        version: what the form was made of.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: values that contradict each other; `field` says at which.
        StaleError: somebody else was quicker.
    """
    spec = PARTS[part]
    name = "portfolio.part_changed" if row_id else "portfolio.part_added"
    with act(actor, name, Ref("project", project_id), {"part": part}) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        if row_id is None:
            if spec.model._default_manager.filter(project=project).count() >= PER_PROJECT:
                raise PortfolioError(f"Mehr als {PER_PROJECT} Einträge nimmt ein Vorhaben nicht auf.")
            row = spec.model(id=ids.new_id(), project=project, version=0)
        else:
            row = spec.model._default_manager.get(id=row_id, project=project)
            fresh(row.version, version)
        plain = dict(values)
        if part in _CHECKS:
            _CHECKS[part](project, row, plain)
        for attribute, value in plain.items():
            setattr(row, attribute, value)
        _in_order(row)
        row.version += 1
        row.save()
        current.detail["row"] = str(row.id)
        if part in WATCHED:
            watch(actor, project)
    return row


def remove_part(actor: Actor, project_id: UUID, part: str, row_id: UUID) -> None:
    """Remove a part; what was decided (a phase with a decided gate) stays.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: it may not go.
    """
    spec = PARTS[part]
    with act(actor, "portfolio.part_removed", Ref("project", project_id), {"part": part, "row": str(row_id)}):
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        row = spec.model._default_manager.get(id=row_id, project=project)
        if isinstance(row, Phase) and row.decisions.exists():
            raise PortfolioError("Über das Gate dieser Phase ist entschieden; sie bleibt stehen.")
        if isinstance(row, GateCondition) and row.phase.decisions.exists():
            raise PortfolioError("Über das Gate ist entschieden; seine Bedingungen bleiben stehen.")
        if isinstance(row, Activity) and row.children.exists():
            raise PortfolioError("Entfernen Sie zuerst, was darunter steht.")
        row.delete()
        if part in WATCHED:
            watch(actor, project)


def move_activities(
    actor: Actor, project_id: UUID, dates: Mapping[UUID, tuple[date, date]], versions: Mapping[UUID, int]
) -> int:
    """Give activities other days, all at once; return how many have changed. Summaries follow what lies below them.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: one would end before it begins; `field` is `ende-<id>`.
        StaleError: somebody else was quicker with one of them.
    """
    with act(actor, "portfolio.plan_moved", Ref("project", project_id)) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        rows = list(Activity.objects.select_for_update().filter(project=project, id__in=list(dates)))
        changed = []
        for row in rows:
            start, end = dates[row.id]
            if (row.start, row.end) == (start, end):
                continue
            fresh(row.version, versions.get(row.id))
            if end < start:
                raise PortfolioError(f"„{row.name}“: Das Ende liegt vor dem Beginn.", f"ende-{row.id}")
            row.start, row.end = (end, end) if row.kind == Activity.Kind.MILESTONE else (start, end)
            row.version += 1
            changed.append(row)
        Activity.objects.bulk_update(changed, ["start", "end", "version"], batch_size=200)
        current.detail["activities"] = len(changed)
        if changed:
            watch(actor, project)
    return len(changed)


def _in_order(row: ProjectPart) -> None:
    for first, last, message in (
        ("start", "end", "Das Ende liegt vor dem Beginn."),
        ("first_month", "last_month", "Der letzte Monat liegt vor dem ersten."),
    ):
        start, end = getattr(row, first, None), getattr(row, last, None)
        if start is not None and end is not None and end < start:
            raise PortfolioError(message, last)


def _pick(model: type[ProjectPart], project: Project, values: dict[str, Any], name: str) -> None:
    """Replace an id in the values by the project's own row."""
    key = values.get(name)
    if not key:
        values[name] = None
        return
    try:
        values[name] = model._default_manager.get(id=UUID(str(key)), project=project)
    except (model.DoesNotExist, ValueError) as error:
        raise PortfolioError("Wählen Sie einen Eintrag aus der Liste.", name) from error


def _activity(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    _pick(Phase, project, values, "phase")
    _pick(Activity, project, values, "parent")
    parent = values["parent"]
    if parent is not None:
        if parent.kind == Activity.Kind.MILESTONE:
            raise PortfolioError("Unter einem Meilenstein kann nichts stehen.", "parent")
        parents = dict(Activity.objects.filter(project=project).values_list("id", "parent_id"))
        if is_below(parent.id, row.id, parents):
            raise PortfolioError("Ein Arbeitspaket kann nicht unter sich selbst stehen.", "parent")
    if values.get("kind") == Activity.Kind.MILESTONE:
        if Activity.objects.filter(parent_id=row.id).exists():
            raise PortfolioError("Darunter steht noch etwas; ein Meilenstein steht allein.", "kind")
        values["end"] = values["start"]


def _dependency(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    _pick(Activity, project, values, "predecessor")
    _pick(Activity, project, values, "successor")
    first, last = values["predecessor"], values["successor"]
    if first == last:
        raise PortfolioError("Wählen Sie zwei verschiedene Einträge.", "successor")
    others = list(Dependency.objects.filter(project=project).exclude(id=row.id))
    if any((one.predecessor_id, one.successor_id) == (first.id, last.id) for one in others):
        raise PortfolioError("Diese Abhängigkeit gibt es schon.", "successor")
    pairs = [network.Arc(one.predecessor_id, one.successor_id) for one in others]
    pairs.append(network.Arc(first.id, last.id))
    keys = list({key for arc in pairs for key in (arc.before, arc.after)})
    try:
        network.order(keys, pairs)
    except network.CycleError as error:
        raise PortfolioError(
            "So würden die Arbeitspakete im Kreis aufeinander warten. Wählen Sie einen anderen Nachfolger.",
            "successor",
        ) from error


def _condition(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    _pick(Phase, project, values, "phase")


def _need(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    try:
        values["skill"] = Skill.objects.get(id=UUID(str(values["skill"])))
    except (Skill.DoesNotExist, ValueError) as error:
        raise PortfolioError("Wählen Sie eine Fähigkeit aus der Liste.", "skill") from error
    key = values.pop("post", "")
    post = Post.objects.select_related("unit").filter(key=key).first() if key else None
    if key and post is None:
        raise PortfolioError("Diese Stellennummer gibt es nicht. Sie steht im Stellenplan.", "post")
    values["post_id"] = post.id if post else None
    values["post_title"] = f"{post.title}, {post.unit}"[:450] if post else ""
    assert isinstance(row, Need)
    span = values["last_month"] - values["first_month"]
    if span > timedelta(days=366 * 10):
        raise PortfolioError("Ein Bedarf umfasst höchstens zehn Jahre.", "last_month")


def _benefit(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    assert isinstance(row, Benefit)
    key = values.get("indicator")
    if key and key not in {one.key for one in indicators.all_indicators()}:
        raise PortfolioError("Diese Kennzahl gibt es nicht.", "indicator")


def _lesson(project: Project, row: ProjectPart, values: dict[str, Any]) -> None:
    assert isinstance(row, Lesson)
    row.search_text = fold(
        f"{values['topic']} {values['situation']} {values['recommendation']} {project.title}"
    )


_CHECKS: Mapping[str, Callable[[Project, ProjectPart, dict[str, Any]], None]] = {
    "arbeitspakete": _activity,
    "abhaengigkeiten": _dependency,
    "bedingungen": _condition,
    "bedarf": _need,
    "nutzen": _benefit,
    "erfahrungen": _lesson,
}
