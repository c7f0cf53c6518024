"""One part of the paper with everything around it: what it serves, what serves it, and the notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import ELEMENTS, address, kind_of, ref_of
from leineweber.domains.strategy.models import Element, EvaluationNote, SmartGoal
from leineweber.domains.strategy.queries.checking import findings_of
from leineweber.domains.strategy.queries.standing import GoalView
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Holding, Post

Around = tuple[tuple[str, tuple[Card, ...]], ...]
"""German heading → things, for what surrounds a part."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A goal's profile: rows by subject, the SMART check by criterion, its surroundings, its notes.

    `paper_href` leads to a new decision paper about it; empty where nothing is to be decided or no room writes papers.
    """

    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    findings: tuple[rules.Finding, ...]
    criteria: tuple[tuple[str, tuple[rules.Finding, ...]], ...]
    around: Around
    notes: tuple[EvaluationNote, ...]
    paper_href: str


@dataclass(frozen=True, slots=True)
class ElementPage:
    """A part told in prose, its surroundings and its notes."""

    element: Element
    kind: str
    around: Around
    notes: tuple[EvaluationNote, ...]


_SAID = {
    ("out", "serves"): "Dient",
    ("out", "belongs"): "Gehört zu",
    ("out", "follows"): "Folgt",
    ("in", "serves"): "Dafür",
    ("in", "belongs"): "Darin",
    ("in", "follows"): "Es folgen ihm",
    ("in", "became"): "Entstanden aus",
    ("in", "decides"): "Entscheidungen",
    ("in", "tells"): "Berichte",
}
SECTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("Worum es geht", ("purpose", "result")),
    (
        "Woran gemessen wird",
        ("indicator", "unit", "direction", "baseline", "baseline_on", "target", "trajectory", "points", "source",
         "attainable"),
    ),
    ("Wer und wann", ("field", "responsible", "participants", "start", "end", "effort_days")),
    ("Geld", ("costs", "funding")),
    ("Risiken und Abhängigkeiten", ("risks", "dependencies")),
    (
        "Beitrag und Wirkung",
        ("contribution", "on_citizens", "on_staff", "on_climate", "on_accessibility", "on_data_ethics"),
    ),
)  # fmt: skip
"""The profile's headings and the fields below each."""


def around(ref: Ref, actor: Actor) -> Around:
    """Return what has an edge with a thing and may be seen, by heading; three queries and one per kind."""
    found = [("out", kind, target) for kind, target in links.targets(ref)]
    found += [("in", kind, source) for kind, source in links.sources(ref)]
    cards = links.resolve({other for _, _, other in found}, actor)
    names = {kind.name: kind.label for kind in links.kinds()}
    groups: dict[str, list[Card]] = {}
    for way, kind, other in found:
        if other in cards:
            said = _SAID.get((way, kind), "Verknüpft")
            groups.setdefault(f"{said}: {names.get(other.kind, other.kind)}", []).append(cards[other])
    return tuple(
        (title, tuple(sorted(group, key=lambda card: card.title))) for title, group in sorted(groups.items())
    )


def notes_of(ref: Ref) -> tuple[EvaluationNote, ...]:
    """Return the notes on a part or an edition, the latest first; at most a hundred."""
    return tuple(EvaluationNote.objects.filter(subject=str(ref))[:100])


def _holder(goal: SmartGoal) -> str:
    """Return who holds the responsible post today, empty if nobody does."""
    if goal.post is None:
        return ""
    day = clock.today()
    post = Post.objects.filter(id=goal.post).select_related("unit").first()
    if post is None:
        return ""
    held = Holding.objects.filter(post=post, start__lte=day).exclude(end__lte=day).select_related("person")
    return ", ".join(one.person.name for one in held)


def fact_rows(goal: SmartGoal) -> dict[str, str]:
    """Return the profile's fields as people read them; those that say nothing are left out."""
    raw: dict[str, object] = {name: getattr(goal, name, None) for name in rules.FIELDS["goal"]}
    raw.update(
        field=str(goal.field) if goal.field else "",
        status=goal.get_status_display(),
        direction=goal.get_direction_display() if goal.indicator else "",
        trajectory=goal.get_trajectory_display() if goal.target is not None else "",
        points=[f"{rules.shown('', day)}: {rules.shown('target', value)}" for day, value in goal.points],
        costs=[f"{year}: {rules.shown('target', amount)} Euro" for year, amount in goal.costs],
    )
    return {
        name: rules.shown(name, value)
        for name, value in raw.items()
        if value is not None and value != "" and value != []
    }


def profile(view: GoalView, actor: Actor) -> Profile:
    """Return the profile of a goal that was measured; a constant number of queries."""
    goal = view.goal
    rows = fact_rows(goal)
    holder = _holder(goal)
    if holder:
        rows["responsible"] = f"{rows.get('responsible', '')} ({holder})"
    labels = rules.FIELDS["goal"]
    sections = tuple(
        (title, tuple((labels[name], rows[name]) for name in names if name in rows))
        for title, names in SECTIONS
    )
    found = tuple(findings_of(goal, measured=view.measured))
    return Profile(
        sections=tuple(section for section in sections if section[1]),
        findings=found,
        criteria=tuple(
            (label, tuple(one for one in found if one.criterion == key))
            for key, label in rules.CRITERIA.items()
        ),
        around=around(ref_of(goal), actor),
        notes=notes_of(ref_of(goal)),
        paper_href=paper_href(ref_of(goal)) if goal.status in {"draft", "proposed"} else "",
    )


def paper_href(ref: Ref) -> str:
    """Return the address of a new decision paper that adopts a thing; empty if no room writes decision papers."""
    if all(kind.name != "decision_paper" for kind in links.kinds()):
        return ""
    return f"/steuerung/vorlagen/neu/?{urlencode({'gegenstand': str(ref), 'wirkung': 'adopt'})}"


def element_page(kind: str, slug: str, actor: Actor) -> ElementPage | None:
    """Return a part told in prose by its address; None if there is none alive."""
    part = ELEMENTS[kind]._default_manager.filter(slug=slug, withdrawn=False).first()
    if part is None:
        return None
    ref = ref_of(part)
    groups = around(ref, actor)
    if kind == "field":
        goals = SmartGoal.objects.filter(field_id=part.id).exclude(status=SmartGoal.Status.DROPPED)
        cards = tuple(
            Card(str(one), address("goal", one.slug), one.get_status_display()) for one in goals[:100]
        )
        groups = (*groups, ("Smarte Ziele", cards)) if cards else groups
    return ElementPage(part, kind_of(part), groups, notes_of(ref))
