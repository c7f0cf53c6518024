"""What all services of the room share: errors, numbers, finding people and units, the search index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from leineweber.domains.portfolio.models import Mandate, Project
from leineweber.domains.portfolio.rules.plan import fold
from leineweber.kernel import clock, links, search
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

M = TypeVar("M", bound=Model)
EDGES = {"serves": "goal", "depends": "project", "excludes": "project", "follows": "principle"}
"""Kind of edge → kind of its target; the edges that leave a project."""


class PortfolioError(ValueError):
    """Something that cannot be; the message is German and may be shown at the field."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleError(PortfolioError):
    """Somebody else has changed the thing since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Inzwischen hat jemand anders diesen Eintrag geändert. Ihre Eingaben stehen noch da; "
            "vergleichen Sie sie mit dem neuen Stand und speichern Sie noch einmal."
        )


def fresh(current: int, seen: int | None) -> None:
    """Let pass if a form was made of the current version (None: no form).

    Raises:
        StaleError: it was made of another.
    """
    if seen is not None and seen != current:
        raise StaleError


def numbered(prefix: str, model: type[Project] | type[Mandate], save: Callable[[str], M]) -> M:
    """Save a row under the next number of the year, `V-2026-012`; two at once get different numbers."""
    year = clock.today().year
    beginning = f"{prefix}-{year}-"
    for _ in range(20):
        last = (
            model.objects.filter(number__startswith=beginning)
            .order_by("-number")
            .values_list("number", flat=True)
            .first()
        )
        number = f"{beginning}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"
        try:
            with transaction.atomic():
                return save(number)
        except IntegrityError:
            if not model.objects.filter(number=number).exists():
                raise
    raise PortfolioError("Gerade legen viele zugleich etwas an. Versuchen Sie es noch einmal.")


def locked(project_id: UUID) -> Project:
    """Return a project, locked until the transaction ends.

    Raises:
        Project.DoesNotExist: there is none.
    """
    return Project.objects.select_for_update().get(id=project_id)


def without_effect(actor: Actor, subject: Ref, *, effect: str, number: str, why: str) -> None:
    """Keep in the trail that a resolution came too late, or about something that is not there, and did nothing."""
    detail = {"effect": effect[:40], "number": number[:60], "why": why[:500]}
    with act(actor, "portfolio.resolution_without_effect", subject, detail):
        pass


def alive(project: Project) -> Project:
    """Return the project if it can still be changed.

    Raises:
        PortfolioError: it is closed or stopped.
    """
    if project.status in {Project.Status.CLOSED, Project.Status.STOPPED}:
        raise PortfolioError("Das Vorhaben ist beendet. Was es war, bleibt, wie es ist.")
    return project


def index(project: Project) -> None:
    """Put a project into the search of the staff."""
    search.put(
        kind="project",
        id=project.id,
        title=str(project),
        url=f"/steuerung/portfolio/vorhaben/{project.id}/",
        audience="staff",
        keywords=f"{project.number} Vorhaben Projekt",
        body=f"{project.purpose} {project.result} {project.unit_name} {project.lead_name}",
    )


def search_text(project: Project) -> str:
    """Return what the list of projects is searched in."""
    return fold(
        f"{project.number} {project.title} {project.unit_name} {project.lead_name} {project.purpose}"
    )[:4000]


def connect_all(actor: Actor, project_id: UUID, kind: str, refs: Iterable[Ref]) -> list[Ref]:
    """Make exactly these edges of a kind leave a project, in the open transaction; return them.

    Raises:
        PortfolioError: a thing that the actor does not see, of another kind, or the project itself.
    """
    wanted = list(dict.fromkeys(refs))
    own = Ref("project", project_id)
    cards = links.resolve(wanted, actor)
    for ref in wanted:
        if ref.kind != EDGES[kind] or ref == own or ref not in cards:
            raise PortfolioError("Wählen Sie einen Eintrag aus der Liste.", kind)
    for _, target in links.targets(own, kind):
        if target not in wanted:
            links.disconnect(own, kind, target)
    for ref in wanted:
        links.connect(own, kind, ref)
    return wanted
