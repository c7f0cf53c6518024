"""Attention, and the graph as a whole: what needs somebody, edges around a thing, and things that lack an edge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from leineweber.kernel import attention, ids, links
from leineweber.kernel.access import Actor
from leineweber.kernel.attention import Matter, MatterKind
from leineweber.kernel.links import Card, registry
from leineweber.kernel.refs import Ref

STAFF = Actor("staff", ids.new_id(), "Jemand")
NOBODY = Actor.anonymous()
TODAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rooms of the house be silent here."""
    monkeypatch.setattr(attention, "_sources", {})
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_expectations", [])


def matter(title: str, due: date | None = None, kind: MatterKind = "decision") -> Matter:
    """Return a matter of a made-up project."""
    return Matter(Ref("project", ids.new_id()), kind, title, "/steuerung/", due)


def test_matters_of_all_rooms_come_by_their_last_day() -> None:
    attention.register(
        "a", lambda actor, limit: [matter("ohne Tag"), matter("bald", TODAY + timedelta(days=3))]
    )
    attention.register("b", lambda actor, limit: [matter("überfällig", TODAY - timedelta(days=1))])
    assert [one.title for one in attention.matters(STAFF)] == ["überfällig", "bald", "ohne Tag"]
    assert [one.title for one in attention.matters(STAFF, 2)] == ["überfällig", "bald"]


def test_a_room_is_asked_as_the_actor_and_for_no_more_than_shown() -> None:
    asked: list[tuple[Actor, int]] = []

    def ask(actor: Actor, limit: int) -> list[Matter]:
        asked.append((actor, limit))
        return [] if actor.kind != "staff" else [matter("für Beschäftigte")]

    attention.register("room", ask)
    assert attention.matters(NOBODY, 7) == [] and len(attention.matters(STAFF)) == 1
    assert asked == [(NOBODY, 7), (STAFF, 50)]
    with pytest.raises(ValueError, match="twice"):
        attention.register("room", ask)


Census = dict[str, list[UUID]]


@pytest.fixture
def census() -> Iterator[Census]:
    """Kinds whose things are those put here; staff see them all, others none."""
    things: Census = {"goal": [], "project": [], "measure": []}

    def cards(found: list[UUID], actor: Actor) -> dict[UUID, Card]:
        return {key: Card(f"Nr. {key}", "") for key in found} if actor.kind == "staff" else {}

    for kind in things:
        links.register(
            kind,
            label=kind,
            resolve=cards,
            every=lambda actor, kind=kind: things[kind] if actor.kind == "staff" else [],
        )
    yield things


def some(census: Census, kind: str, number: int = 1) -> list[Ref]:
    """Make so many things of a kind."""
    made = [ids.new_id() for _ in range(number)]
    census[kind].extend(made)
    return [Ref(kind, key) for key in made]


@pytest.mark.django_db
def test_orphans_lack_the_edge_with_the_other_kind(census: Census) -> None:
    links.expect("goal", "serves", "project", outgoing=False, label="Ziele ohne Vorhaben")
    links.expect("project", "serves", "goal", outgoing=True, label="Vorhaben ohne Ziel")
    links.expect("contract", "used_by", "unit", outgoing=True, label="Verträge ohne Nutzende")
    reached, alone = some(census, "goal", 2)
    busy, stray = some(census, "project", 2)
    (measure,) = some(census, "measure")
    links.connect(busy, "serves", reached)
    # Neither another kind of edge, nor an edge with another kind of thing, nor the wrong direction counts.
    links.connect(stray, "follows", alone)
    links.connect(measure, "serves", alone)
    links.connect(alone, "serves", measure)
    goals, projects = links.orphans(STAFF)
    assert (goals.label, goals.total, [ref for ref, _ in goals.cards]) == ("Ziele ohne Vorhaben", 1, [alone])
    assert (projects.label, [ref for ref, _ in projects.cards]) == ("Vorhaben ohne Ziel", [stray])
    assert [one.total for one in links.orphans(NOBODY)] == [0, 0]


@pytest.mark.django_db
def test_orphans_are_paged_and_cost_the_same_however_many(census: Census, django_assert_num_queries) -> None:
    links.expect("goal", "serves", "project", outgoing=False, label="Ziele ohne Vorhaben")
    goals = some(census, "goal", 7)
    links.connect(some(census, "project")[0], "serves", goals[0])
    with django_assert_num_queries(1):
        (first,) = links.orphans(STAFF, limit=4)
    (second,) = links.orphans(STAFF, limit=4, offset=4)
    assert first.total == second.total == 6
    assert [ref for ref, _ in (*first.cards, *second.cards)] == goals[1:]
    assert links.orphans(STAFF, limit=4, offset=8)[0].cards == ()


@pytest.mark.django_db
def test_without_expectations_nothing_is_asked(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert links.orphans(STAFF) == []


@pytest.mark.django_db
def test_the_ways_from_a_thing_and_to_it(census: Census, django_assert_num_queries) -> None:
    (top,) = some(census, "measure")
    goal, sibling = some(census, "goal", 2)
    project, other = some(census, "project", 2)
    for source, target in ((goal, top), (sibling, top), (project, goal), (other, project)):
        links.connect(source, "serves", target)

    def pairs(up: int, down: int) -> set[tuple[Ref, Ref]]:
        return {(edge.source, edge.target) for edge in links.around(goal, up, down)}

    assert pairs(0, 0) == set()
    assert pairs(1, 0) == {(goal, top)}
    assert pairs(0, 1) == {(project, goal)}
    with django_assert_num_queries(2):
        assert pairs(2, 2) == {(goal, top), (project, goal), (other, project)}
    assert {edge.target for edge in links.around(top, 0, 1, limit=1)} == {top}
    assert len(links.around(top, 0, 1, limit=1)) == 1


@pytest.mark.django_db
def test_a_circle_ends(census: Census) -> None:
    one, two = some(census, "project", 2)
    links.connect(one, "depends", two)
    links.connect(two, "depends", one)
    assert len(links.around(one, 9, 9)) == 2


@pytest.mark.django_db
def test_edges_between_things_that_are_shown(census: Census) -> None:
    one, two, three = some(census, "goal", 3)
    links.connect(one, "depends", two)
    links.connect(two, "depends", three)
    assert [(edge.source, edge.target) for edge in links.between([one, two])] == [(one, two)]
    assert (
        links.between([]) == [] and links.between([one, two, three], limit=1) == links.edges(["depends"])[:1]
    )


@pytest.mark.django_db
def test_edges_that_touch_and_who_serves(census: Census, django_assert_num_queries) -> None:
    goal, other = some(census, "goal", 2)
    project, stray = some(census, "project", 2)
    (measure,) = some(census, "measure")
    links.connect(project, "serves", goal)
    links.connect(stray, "follows", goal)
    links.connect(goal, "serves", measure)
    links.connect(measure, "serves", goal)
    links.connect(stray, "serves", other)
    with django_assert_num_queries(2):
        assert links.sources_among("project", "serves", [goal]) == {project.id}
        assert {(edge.source, edge.target) for edge in links.touching([goal], ["serves"])} == {
            (project, goal), (goal, measure), (measure, goal),
        }  # fmt: skip
    assert links.sources_among("project", "serves", []) == set() and links.touching([], ["serves"]) == []
