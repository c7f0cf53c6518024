"""Taking plans from files: a new project out of one, or the plan of a project brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from leineweber.domains.portfolio.models import Activity, Dependency, Project
from leineweber.domains.portfolio.rules import exchange, network
from leineweber.domains.portfolio.rules.exchange import ExchangeError, PlanRow
from leineweber.domains.portfolio.services import projects
from leineweber.domains.portfolio.services.common import PortfolioError, alive, locked
from leineweber.domains.portfolio.services.control import watch
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Person, Unit


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: how many activities are new, changed, and only here, not in the file."""

    added: int
    changed: int
    only_here: int


def read(data: bytes, name: str) -> tuple[str, list[PlanRow]]:
    """Return title and rows of a file; what it is tells its beginning, not its name.

    Raises:
        PortfolioError: the file cannot be taken; says why.
    """
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return exchange.from_xml(data)
        return exchange.clean(name.rpartition(".")[0]), exchange.from_csv(data)
    except ExchangeError as error:
        raise PortfolioError(str(error), "file") from error


def import_new(
    actor: Actor,
    data: bytes,
    *,
    name: str,
    kind: str,
    unit: Unit,
    title: str = "",
    lead: Person | None = None,
) -> Project:
    """Make a project of a plan in Microsoft Project XML or CSV.

    Raises:
        Denied: the actor does not run the portfolio.
        PortfolioError: the file cannot be taken; says why.
    """
    check(actor, "portfolio.manage")
    found, rows = read(data, name)
    title = title or found or "Vorhaben ohne Titel"
    with act(actor, "portfolio.plan_imported", Ref("project", UUID(int=0)), {"rows": len(rows)}) as current:
        project = projects.make(
            actor,
            title=title[:200],
            kind=kind,
            purpose=f"Aus einer Datei übernommen: {name[:200]}",
            unit=unit,
            start=min(row.start for row in rows),
            end=max(row.end for row in rows),
            lead=lead,
            sponsor=None,
            goals=(),
            from_template=False,
            demo=False,
        )
        _take(project, rows)
        current.detail["project"] = str(project.id)
    return project


def import_update(actor: Actor, project_id: UUID, data: bytes, *, name: str) -> Taken:
    """Bring the plan of a project up to date from a file; what is only here stays and is counted.

    Activities are known by their id (GUID in XML, Kennung in CSV). Dependencies between activities of the file are
    then as the file says.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: the file cannot be taken; says why.
    """
    _, rows = read(data, name)
    with act(actor, "portfolio.plan_updated", Ref("project", project_id), {"rows": len(rows)}) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        taken = _take(project, rows)
        current.detail.update(added=taken.added, changed=taken.changed)
        watch(actor, project)
    return taken


def _take(project: Project, rows: Sequence[PlanRow]) -> Taken:
    known = {row.id: row for row in Activity.objects.select_for_update().filter(project=project)}
    try:
        network.order(
            [row.uid for row in rows],
            [network.Arc(link.before, row.uid) for row in rows for link in row.links],
        )
    except network.CycleError as error:
        raise PortfolioError("In der Datei warten Vorgänge im Kreis aufeinander.", "file") from error
    above: list[Activity] = []
    by_uid: dict[int, Activity] = {}
    new: list[Activity] = []
    changed: list[Activity] = []
    for position, row in enumerate(rows, 1):
        at = known.get(row.key) if row.key else None
        if at is not None and any(at is one for one in by_uid.values()):
            raise PortfolioError("Zwei Vorgänge der Datei haben dieselbe Kennung.", "file")
        if at is None:
            at = Activity(id=ids.new_id(), project=project)
            new.append(at)
        elif _differs(at, row, position * 10, above[row.level - 1] if row.level else None):
            changed.append(at)
            at.version += 1
        at.parent = above[row.level - 1] if row.level else None
        at.position = position * 10
        at.name, at.start, at.end, at.progress = row.name, row.start, row.end, row.progress
        at.kind = Activity.Kind.MILESTONE if row.milestone else Activity.Kind.PACKAGE
        if row.budget is not None:
            at.budget = row.budget
        if row.responsible is not None:
            at.responsible = row.responsible
        above = [*above[: row.level], at]
        by_uid[row.uid] = at
    if len(known) + len(new) > exchange.MOST:
        raise PortfolioError(f"Mehr als {exchange.MOST} Einträge nimmt ein Vorhaben nicht auf.", "file")
    Activity.objects.bulk_create(new, batch_size=200)
    Activity.objects.bulk_update(
        [one for one in by_uid.values() if one.id in known],
        [
            "parent",
            "position",
            "name",
            "start",
            "end",
            "progress",
            "kind",
            "budget",
            "responsible",
            "version",
        ],
        batch_size=100,
    )
    touched = [one.id for one in by_uid.values()]
    Dependency.objects.filter(project=project, predecessor_id__in=touched, successor_id__in=touched).delete()
    Dependency.objects.bulk_create(
        [
            Dependency(
                project=project,
                predecessor=by_uid[link.before],
                successor=by_uid[row.uid],
                kind=link.kind,
                lag=link.lag,
            )
            for row in rows
            for link in row.links
        ],
        batch_size=200,
    )
    left = list(Dependency.objects.filter(project=project).values_list("predecessor_id", "successor_id"))
    arcs = [network.Arc(before, after) for before, after in left]
    try:
        network.order(list({key for pair in left for key in pair}), arcs)
    except network.CycleError as error:
        raise PortfolioError("Mit der Datei warten Vorgänge im Kreis aufeinander.", "file") from error
    return Taken(len(new), len(changed), len(known.keys() - set(touched)))


def _differs(at: Activity, row: PlanRow, position: int, parent: Activity | None) -> bool:
    return (at.name, at.start, at.end, at.progress, at.parent_id) != (
        row.name,
        row.start,
        row.end,
        row.progress,
        parent.id if parent else None,
    ) or (row.budget is not None and row.budget != at.budget)
