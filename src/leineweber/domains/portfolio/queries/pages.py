"""What the pages of the portfolio show: lists of projects and mandates, one project, lessons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from leineweber.domains.portfolio.models import (
    Activity,
    Baseline,
    Breach,
    Cost,
    Dependency,
    GateCondition,
    Lesson,
    Mandate,
    Phase,
    Project,
    Risk,
    StatusReport,
)
from leineweber.domains.portfolio.policies import sees_drafts
from leineweber.domains.portfolio.queries import earned
from leineweber.domains.portfolio.rules import network, plan
from leineweber.domains.portfolio.rules.value import EarnedValue
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card
from leineweber.kernel.refs import Ref

PAGE_SIZE = 25
ROADMAP_SIZE = 50
ZERO = Decimal(0)
ALIVE = ("planned", "running", "paused")


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What the list of projects is narrowed to; empty narrows nothing. `light` is red, yellow or green."""

    text: str = ""
    status: str = ""
    unit_path: str = ""
    kind: str = ""
    light: str = ""


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project in a list: its light, euros planned and bound (committed and paid), how many exceptions are open."""

    project: Project
    light: plan.Light
    planned: Decimal
    bound: Decimal


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One page of projects."""

    rows: Sequence[ListedProject]
    total: int
    number: int
    pages: int


def _needing(on: date) -> dict[str, Q]:
    """Return what makes a light red or yellow, as conditions on a project; each list of ids is made once."""
    late = Activity.objects.filter(kind="milestone", end__lt=on, progress__lt=100)
    undecided = Phase.objects.filter(gate="open", end__lt=on)
    return {
        "breached": Q(id__in=Breach.objects.filter(open=True).values("project_id")),
        "late": Q(id__in=late.values("project_id")),
        "undecided": Q(id__in=undecided.values("project_id")),
    }


def with_lights(projects: QuerySet[Project], on: date) -> QuerySet[Project]:
    """Annotate projects with what their light is made of: `breached`, `late`, `undecided`."""
    own = OuterRef("pk")
    return projects.annotate(
        breached=Exists(Breach.objects.filter(project=own, open=True)),
        late=Exists(Activity.objects.filter(project=own, kind="milestone", end__lt=on, progress__lt=100)),
        undecided=Exists(Phase.objects.filter(project=own, gate="open", end__lt=on)),
    )


def light_of(project: Any) -> plan.Light:
    """Return the light of a project that `with_lights` has annotated."""
    return plan.light(project.status, int(project.breached), int(project.late), int(project.undecided))


def _matching(chosen: ProjectFilter, on: date) -> QuerySet[Project]:
    found = Project.objects.all()
    for word in plan.fold(chosen.text[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    if chosen.status == "alive":
        found = found.filter(status__in=ALIVE)
    elif chosen.status:
        found = found.filter(status=chosen.status)
    if chosen.unit_path:
        found = found.filter(unit_path__startswith=chosen.unit_path)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.light:
        needing = _needing(on)
        late = needing["late"] | needing["undecided"]
        found = found.filter(status__in=["running", "paused"])
        if chosen.light == "red":
            found = found.filter(needing["breached"])
        elif chosen.light == "yellow":
            found = found.filter(late, ~needing["breached"])
        else:
            found = found.filter(~late, ~needing["breached"])
    return found


def list_projects(chosen: ProjectFilter, page: int = 1, size: int = PAGE_SIZE) -> ProjectPage:
    """Return one page of projects by number, newest first; three queries for any number of projects."""
    today = clock.today()
    found = _matching(chosen, today)
    total = found.count()
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    rows = list(with_lights(found, today).order_by("-number")[(number - 1) * size : number * size])
    sums = cost_sums(row.id for row in rows)
    return ProjectPage(
        [
            ListedProject(
                row,
                light_of(row),
                sums.get((row.id, "planned"), ZERO),
                sums.get((row.id, "committed"), ZERO) + sums.get((row.id, "actual"), ZERO),
            )
            for row in rows
        ],
        total,
        number,
        pages,
    )


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the roadmap on one page: its title (a field of action, else a unit) and its projects by start."""

    title: str
    projects: Sequence[Project]


@dataclass(frozen=True, slots=True)
class Roadmap:
    """One page of the roadmap."""

    lanes: Sequence[Lane]
    total: int
    number: int
    pages: int


def roadmap(actor: Actor, page: int = 1, size: int = ROADMAP_SIZE) -> Roadmap:
    """Return one page of the projects that have not ended, in lanes by title; three queries for any number of them."""
    places = list(
        Project.objects.filter(status__in=ALIVE)
        .order_by("start", "number")
        .values_list("id", "field", "unit_name")
    )
    refs = {field: Ref.parse(field) for _, field, _ in places if field}
    cards = links.resolve(list(refs.values()), actor)
    titles = {field: cards[ref].title for field, ref in refs.items() if ref in cards}
    lane_of = {key: titles.get(field) or unit for key, field, unit in places}
    ordered = sorted(lane_of, key=lane_of.__getitem__)  # stable: by start within a lane
    pages = max(1, -(-len(ordered) // size))
    number = min(max(1, page), pages)
    shown = ordered[(number - 1) * size : number * size]
    rows = Project.objects.in_bulk(shown)
    lanes = [
        Lane(title, [rows[key] for key in keys if key in rows])
        for title, keys in groupby(shown, key=lane_of.__getitem__)
    ]
    return Roadmap(lanes, len(ordered), number, pages)


def cost_sums(project_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Decimal]:
    """Return euros by project and stage; one query."""
    return {
        (project_id, stage): total
        for project_id, stage, total in Cost.objects.filter(project_id__in=list(project_ids))
        .order_by()
        .values_list("project_id", "stage")
        .annotate(total=Sum("amount"))
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """How many projects run, and how many of them are red or yellow."""

    running: int
    red: int
    yellow: int

    @property
    def sentence(self) -> str:
        """The sentence with which the portfolio begins."""
        if not self.running:
            return "Zurzeit läuft kein Vorhaben."
        if not self.red and not self.yellow:
            return (
                "Das eine Vorhaben ist im Plan."
                if self.running == 1
                else f"Alle {self.running} Vorhaben sind im Plan."
            )
        parts = []
        if self.red:
            parts.append(f"{self.red} {'verletzt' if self.red == 1 else 'verletzen'} eine Toleranz")
        if self.yellow:
            parts.append(f"{self.yellow} {'hat' if self.yellow == 1 else 'haben'} einen Termin überschritten")
        return f"Von {self.running} laufenden Vorhaben: " + ", ".join(parts) + "."


def standing() -> Standing:
    """Return how the running projects stand; one query."""
    needing = _needing(clock.today())
    found = Project.objects.filter(status__in=["running", "paused"]).aggregate(
        running=Count("pk"),
        red=Count("pk", filter=needing["breached"]),
        yellow=Count("pk", filter=~needing["breached"] & (needing["late"] | needing["undecided"])),
    )
    return Standing(found["running"], found["red"], found["yellow"])


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of a project: activities in outline order with their rows, dependencies, the computed network.

    `broken` are dependencies that the dates do not keep; `frozen` are start and end by activity in the newest baseline.
    """

    outline: Sequence[plan.Outlined]
    rows: Mapping[UUID, Activity]
    dependencies: Sequence[Dependency]
    network: network.Network[UUID]
    broken: frozenset[tuple[UUID, UUID]]
    frozen: Mapping[UUID, tuple[date, date]]
    baseline: Baseline | None


def plan_view(project: Project) -> PlanView:
    """Return a project's plan; three queries. Summaries have no place in the network: what lies below them has."""
    rows = list(Activity.objects.filter(project=project).select_related("phase"))
    outlined = plan.outline([earned.outline_row(row) for row in rows])
    leaves = {one.id: one for one in outlined if not one.summary}
    dependencies = list(Dependency.objects.filter(project=project))
    arcs: list[network.Arc[UUID]] = [
        network.Arc(one.predecessor_id, one.successor_id, one.kind, one.lag)  # type: ignore[arg-type]  # a checked choice
        for one in dependencies
        if one.predecessor_id in leaves and one.successor_id in leaves
    ]
    durations = {key: 0 if one.milestone else (one.end - one.start).days + 1 for key, one in leaves.items()}
    computed = network.compute(durations, arcs)
    placed = {
        key: plan.placed(one.start, one.end, one.milestone, project.start) for key, one in leaves.items()
    }
    baseline = Baseline.objects.filter(project=project).order_by("-number").first()
    frozen = {}
    if baseline is not None:
        frozen = {
            UUID(one["id"]): (date.fromisoformat(one["start"]), date.fromisoformat(one["end"]))
            for one in baseline.content["activities"]
        }
    return PlanView(
        outlined,
        {row.id: row for row in rows},
        dependencies,
        computed,
        frozenset((arc.before, arc.after) for arc in network.broken(arcs, placed)),
        frozen,
        baseline,
    )


def project(project_id: UUID) -> Project:
    """Return a project with what its light is made of; one query.

    Raises:
        Project.DoesNotExist: there is none.
    """
    return with_lights(Project.objects.all(), clock.today()).get(id=project_id)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of a project shows."""

    light: plan.Light
    phases: Sequence[Phase]
    milestones: Sequence[Activity]
    breaches: Sequence[Breach]
    risks: Sequence[Risk]
    report: StatusReport | None
    costs: Sequence[earned.CostLine]
    value: EarnedValue
    progress: int
    mandate: Mandate | None
    edges: Sequence[tuple[str, Card]]


EDGE_WORDS = {
    ("serves", True): "dient dem Ziel",
    ("follows", True): "folgt dem Grundsatz",
    ("depends", True): "wartet auf",
    ("depends", False): "darauf wartet",
    ("excludes", True): "schließt aus",
    ("excludes", False): "schließt aus",
    ("became", False): "entstand aus",
    ("decides", False): "darüber beschließt",
    ("chose", False): "gewählt in",
}


def edges_of(ref: Ref, actor: Actor) -> list[tuple[str, Card]]:
    """Return what a thing is linked with, as a German word and a card; what the actor may not see is left out."""
    found = [(kind, True, other) for kind, other in links.targets(ref)]
    found += [(kind, False, other) for kind, other in links.sources(ref)]
    cards = links.resolve([other for _, _, other in found], actor)
    return [
        (EDGE_WORDS.get((kind, outgoing), "verknüpft mit"), cards[other])
        for kind, outgoing, other in found
        if other in cards
    ]


def overview(row: Project, actor: Actor) -> Overview:
    """Return the first page of a project; a constant number of queries."""
    outlined = plan.outline([earned.outline_row(one) for one in Activity.objects.filter(project=row)])
    leaves = [one for one in outlined if not one.summary]
    days = sum(0 if one.milestone else (one.end - one.start).days + 1 for one in leaves)
    done = sum((0 if one.milestone else (one.end - one.start).days + 1) * one.progress for one in leaves)
    return Overview(
        light=light_of(row),
        phases=list(
            Phase.objects.filter(project=row).prefetch_related(
                Prefetch("conditions", queryset=GateCondition.objects.order_by("imposed", "id"))
            )
        ),
        milestones=list(
            Activity.objects.filter(project=row, kind=Activity.Kind.MILESTONE).order_by("end", "id")[:20]
        ),
        breaches=list(Breach.objects.filter(project=row).order_by("-open", "-raised_on", "-id")[:10]),
        risks=list(Risk.objects.filter(project=row, status=Risk.Status.OPEN)[:5]),
        report=StatusReport.objects.filter(project=row).order_by("-number").first(),
        costs=earned.costs_of(row.id),
        value=earned.earned_value(row.id, clock.today()),
        progress=round(done / days) if days else 0,
        mandate=Mandate.objects.filter(project=row).first(),
        edges=edges_of(Ref("project", row.id), actor),
    )


@dataclass(frozen=True, slots=True)
class MandatePage:
    """One page of mandates."""

    rows: Sequence[Mandate]
    total: int
    number: int
    pages: int


def visible_mandates(actor: Actor) -> QuerySet[Mandate]:
    """Return the mandates an actor may see: one's own, those submitted, for steering and audit all."""
    if actor.kind not in {"staff", "system"}:
        return Mandate.objects.none()
    if sees_drafts(actor):
        return Mandate.objects.all()
    return Mandate.objects.filter(Q(status__in=["submitted", "approved", "rejected"]) | Q(author_id=actor.id))


def list_mandates(actor: Actor, status: str = "", text: str = "", page: int = 1) -> MandatePage:
    """Return one page of the mandates an actor may see, newest first; two queries."""
    found = visible_mandates(actor)
    if status:
        found = found.filter(status=status)
    if text:
        found = found.filter(Q(title__icontains=text[:100]) | Q(number__icontains=text[:100]))
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = found.select_related("project").order_by("-number")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return MandatePage(list(rows), total, number, pages)


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One page of lessons learnt."""

    rows: Sequence[Lesson]
    total: int
    number: int
    pages: int


def list_lessons(text: str = "", page: int = 1) -> LessonPage:
    """Search the lessons of all projects; two queries."""
    found = Lesson.objects.all()
    for word in plan.fold(text[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = found.select_related("project")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return LessonPage(list(rows), total, number, pages)


def phases_of(project_ids: Iterable[UUID]) -> dict[UUID, list[Phase]]:
    """Return the phases of several projects in order; one query."""
    found: dict[UUID, list[Phase]] = {}
    for phase in Phase.objects.filter(project_id__in=list(project_ids)):
        found.setdefault(phase.project_id, []).append(phase)
    return found


def milestones_due(limit: int = 2000) -> list[Activity]:
    """Return the milestones of all projects that have not ended, by day; one query."""
    return list(
        Activity.objects.filter(kind=Activity.Kind.MILESTONE, project__status__in=ALIVE)
        .select_related("project")
        .order_by("end", "id")[:limit]
    )
