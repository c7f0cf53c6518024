"""Papers: lists, one paper with what was said about it, and what can be decided about."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import TaskItem
from leineweber.domains.resolutions.models import (
    AgendaItem,
    DecisionPaper,
    PaperCost,
    PaperPart,
    PaperStatus,
    PaperVersion,
    Resolution,
)
from leineweber.domains.resolutions.queries.paging import Page, page_of, words
from leineweber.domains.resolutions.queries.scope import own_bodies, visible_papers, visible_resolutions
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref

OFFERED = 200


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """What the list of papers shows: words, one status, one body; `mine` only one's own."""

    text: str = ""
    status: str = ""
    body: UUID | None = None
    mine: bool = False


def list_papers(actor: Actor, filters: PaperFilter, page: int = 1) -> Page[DecisionPaper]:
    """Return one page of the papers an actor may see, newest first; a constant number of queries."""
    rows = visible_papers(actor).filter(words(filters.text)).select_related("body", "kind")
    if filters.status in PaperStatus.values:
        rows = rows.filter(status=filters.status)
    if filters.body is not None:
        rows = rows.filter(body_id=filters.body)
    if filters.mine and actor.id is not None:
        rows = rows.filter(author_id=actor.id)
    return page_of(rows.order_by("-created_at", "-id"), page)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task of the round with the part it is for."""

    task: TaskItem
    part: PaperPart


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper with costs, what the ones asked said in this round, all versions, and what the actor can do."""

    paper: DecisionPaper
    costs: tuple[PaperCost, ...]
    parts: tuple[PaperPart, ...]
    versions: tuple[PaperVersion, ...]
    tasks: tuple[OpenTask, ...]
    resolutions: tuple[Resolution, ...]
    agenda: tuple[AgendaItem, ...]
    subject: links.Card | None


def paper_view(actor: Actor, paper_id: UUID) -> PaperView | None:
    """Return a paper the actor may see, None otherwise; a constant number of queries."""
    paper = (
        visible_papers(actor)
        .select_related("body__post__unit", "body__unit", "kind")
        .filter(id=paper_id)
        .first()
    )
    if paper is None:
        return None
    parts = tuple(paper.parts.filter(revision=paper.revision))
    by_element = {part.element: part for part in parts}
    tasks = [
        OpenTask(task, by_element[task.element])
        for task in processes.tasks_of(Ref("decision_paper", paper.id), actor)
        if task.status in {"open", "claimed"} and task.may_work and task.element in by_element
    ]
    subject = Ref.parse(paper.subject) if paper.subject else None
    return PaperView(
        paper=paper,
        costs=tuple(paper.costs.all()),
        parts=parts,
        versions=tuple(paper.versions.order_by("-revision")),
        tasks=tuple(one for one in tasks if not one.task.four_eyes_barred),
        resolutions=tuple(visible_resolutions(actor).filter(paper=paper).select_related("committee")),
        agenda=tuple(paper.agenda_items.select_related("meeting__committee").order_by("-meeting__starts_at")),
        subject=links.resolve([subject], actor).get(subject) if subject else None,
    )


def version_of(actor: Actor, paper_id: UUID, revision: int) -> PaperVersion | None:
    """Return a version of a paper the actor may see, None otherwise."""
    return PaperVersion.objects.filter(
        paper__in=visible_papers(actor), paper_id=paper_id, revision=revision
    ).first()


@dataclass(frozen=True, slots=True)
class Choice:
    """Things of one kind that can be decided about: pairs of reference and title."""

    label: str
    options: tuple[tuple[str, str], ...]


def decidable(actor: Actor) -> list[Choice]:
    """Return what papers can be made from: the living things of all kinds that tell facts about themselves.

    Two queries a kind; at most `OFFERED` things of each.
    """
    found = []
    for kind in links.kinds():
        if kind.brief is None or kind.every is None:
            continue
        refs = [Ref(kind.name, key) for key in list(kind.every(actor))[:OFFERED]]
        cards = links.resolve(refs, actor)
        options = tuple((str(ref), cards[ref].title) for ref in refs if ref in cards)
        if options:
            found.append(Choice(kind.label, options))
    return found


def effects_of(subject: Ref | None) -> tuple[tuple[str, str], ...]:
    """Return what a resolution may do to a thing, as (key, German label)."""
    return next((kind.effects for kind in links.kinds() if subject and kind.name == subject.kind), ())


def waiting_for(actor: Actor, limit: int) -> list[DecisionPaper]:
    """Return the papers that wait for a decision of the actor's bodies (with oversight: all), oldest first."""
    rows = visible_papers(actor).filter(status=PaperStatus.CLEARED).select_related("body")
    if not actor.has_any_role(("committee.office", "leadership")):
        rows = rows.filter(Q(body_id__in=own_bodies(actor)))
    return list(rows.order_by("cleared_at", "id")[:limit])
