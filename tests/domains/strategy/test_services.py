"""What can be done to the strategy: who may, what is refused, two at once, deliveries that come twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domains.strategy.conftest import SYSTEM, Small, write
from leineweber.domains.strategy import queries, services, subscriptions
from leineweber.domains.strategy.models import Edition, EvaluationNote, Measure, SmartGoal
from leineweber.domains.strategy.services import Conflict, OpenFindings, StrategyError
from leineweber.kernel import attention, clock, links, search
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import Event
from leineweber.kernel.indicators.services import figures
from leineweber.kernel.refs import Ref
from leineweber.kernel.search import sources
from leineweber.people.organisation import services as organisation
from leineweber.people.organisation.models import Post, Unit

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]


def event(name: str, about: Ref, **payload: object) -> Event:
    return Event(1, name, about, payload, clock.now(), "Test")


def test_edges_and_index_follow_what_is_written(small: Small, actor: ActorOf) -> None:
    measure = Ref("measure", small.measure.id)
    assert links.targets(measure) == [
        ("belongs", Ref("field", small.field.id)),
        ("serves", Ref("strategic_goal", small.strategic.id)),
    ]
    other = write("strategic_goal", "A.II.2", "Zukunftsfähig", serves=[small.vision.id])
    services.write_element(
        SYSTEM,
        "measure",
        id=small.measure.id,
        number="B.I.2.1",
        title="Dienste",
        text="",
        field=small.field.id,
        serves=[other.id],
    )
    assert links.targets(measure, "serves") == [("serves", Ref("strategic_goal", other.id))]
    goal = small.goal()
    assert {(kind, target.kind) for kind, target in links.targets(Ref("goal", goal.id))} == {
        ("serves", "measure"),
        ("follows", "principle"),
    }
    assert [hit.url for hit in search.find("Urkunden", kinds=["goal"], audience="staff").hits] == [
        f"/steuerung/ziele/{goal.slug}/"
    ]
    assert search.find("Urkunden", kinds=["goal"], audience="public").total == 0
    (told,) = [
        source for title, source in sources.search(actor("frieda."), "Urkunde", 5) if title == "Strategie"
    ]
    assert [(one.label, one.note) for one in told.found] == [("B.II.2.1 Urkunden online", "Smartes Ziel")]
    assert sources.search(Actor.anonymous(), "Urkunde", 5)[-1][1].total == 0


def test_only_keepers_write_and_only_leadership_decides(small: Small, actor: ActorOf) -> None:
    goal = small.goal()
    for beginning in ("frieda.", "insa.", "rieke."):
        with pytest.raises(Denied):
            services.write_goal(actor(beginning), small.values)
        with pytest.raises(Denied):
            services.write_element(actor(beginning), "vision", number="A.I.2", title="x", text="")
        with pytest.raises(Denied):
            services.propose(actor(beginning), id=goal.id)
    services.propose(actor("wiebke."), id=goal.id)
    with pytest.raises(Denied):
        services.adopt(actor("wiebke."), id=goal.id)
    with pytest.raises(Denied):
        services.adopt_edition(actor("wiebke."), id=services.open_edition(SYSTEM).id)
    with pytest.raises(Denied):
        services.note(actor("frieda."), Ref("goal", goal.id), "Gut.")
    adopted = services.adopt(actor("insa."), id=goal.id)
    assert (adopted.status, adopted.proposed_by, adopted.decided_by) == (
        "adopted",
        "Wiebke Zwirnhagen",
        "Dr. Insa Damastky",
    )
    assert Entry.objects.filter(name="goal.adopted").count() == 1


def test_a_goal_with_open_findings_is_adopted_only_against_a_reason(small: Small, actor: ActorOf) -> None:
    goal = small.goal(attainable="", source="")
    assert goal.open_findings == 2
    with pytest.raises(OpenFindings) as refused:
        services.adopt(actor("insa."), id=goal.id)
    assert [one.code for one in refused.value.findings] == ["measurable.source", "achievable.unfounded"]
    with pytest.raises(StrategyError, match="mindestens 20 Zeichen"):
        services.adopt(actor("insa."), id=goal.id, overrule="Weil.")
    goal.refresh_from_db()
    assert goal.status == "draft"
    services.adopt(actor("insa."), id=goal.id, overrule="Die Zahlen liefert das Land ab Januar.")
    goal.refresh_from_db()
    assert goal.overruled.startswith("Die Zahlen")
    entry = Entry.objects.get(name="goal.adopted")
    assert entry.detail["overruled"] == ["measurable.source", "achievable.unfounded"]


def test_what_was_adopted_stays_smart(small: Small) -> None:
    goal = small.goal()
    services.adopt(SYSTEM, id=goal.id)
    with pytest.raises(StrategyError, match="bleibt SMART") as refused:
        services.write_goal(SYSTEM, replace(small.values, source=""), id=goal.id)
    assert refused.value.field == "quelle"
    changed = services.write_goal(SYSTEM, replace(small.values, target=Decimal(85)), id=goal.id)
    assert changed.target == 85 and changed.version == 3
    services.complete(SYSTEM, id=goal.id)
    with pytest.raises(Conflict, match="abgeschlossen"):
        services.write_goal(SYSTEM, small.values, id=goal.id)
    with pytest.raises(Conflict):
        services.drop(SYSTEM, id=goal.id)


def test_numbers_are_given_and_never_twice(small: Small) -> None:
    first, second = small.goal(), small.goal(title="Auskünfte online")
    assert (first.number, second.number) == ("B.II.2.1", "B.II.2.2")
    with pytest.raises(StrategyError, match=r"B\.II\.2\.1 ist vergeben"):
        small.goal(title="Noch eins", number="B.II.2.1")
    with pytest.raises(StrategyError, match="vergeben"):
        write("principle", "A.III.1", "Noch eins")
    assert small.goal(title="Urkunden online").slug == "urkunden-online-2"


def test_two_at_once(small: Small) -> None:
    goal = small.goal()
    services.write_goal(SYSTEM, replace(small.values, title="Anders"), id=goal.id, seen=1)
    with pytest.raises(Conflict, match="Test hat „Anders“ am"):
        services.write_goal(SYSTEM, small.values, id=goal.id, seen=1)
    services.write_element(SYSTEM, "vision", id=small.vision.id, seen=1, number="A.I", title="Neu", text="")
    with pytest.raises(Conflict):
        services.write_element(
            SYSTEM, "vision", id=small.vision.id, seen=1, number="A.I", title="Alt", text=""
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "titel"), ({"unit_path": "/gibt-es/nicht/"}, "einheit"), ({"field": uuid4()}, "handlungsfeld"),
     ({"measures": [uuid4()]}, "")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(small: Small, changes: dict[str, object], field: str) -> None:
    with pytest.raises(StrategyError) as refused:
        small.goal(**changes)
    assert refused.value.field == field
    assert not SmartGoal.objects.exists()


def test_the_responsible_post_belongs_to_the_unit(small: Small) -> None:
    unit = Unit.objects.get(code="150.2")
    goal = small.goal(post=Post.objects.get(key="150.2-1").id)
    assert goal.responsible == "150.2 Standesamt, Abteilungsleitung" and goal.unit_path == unit.path
    with pytest.raises(StrategyError, match="gehört nicht zu dieser Einheit"):
        small.goal(title="Anders", post=Post.objects.get(key="120-1").id)


def test_the_unit_moves_and_the_goal_follows(small: Small) -> None:
    goal = small.goal()
    unit = Unit.objects.get(code="150.2")
    before = unit.path
    moved = organisation.move_unit(SYSTEM, unit_id=unit.id, new_parent_id=Unit.objects.get(code="110").id)
    told = event("organisation.unit_moved", Ref("unit", unit.id), old_path=before, new_path=moved.path)
    for _ in range(2):
        subscriptions.follow_unit(told)
    goal.refresh_from_db()
    assert goal.unit_path == moved.path


def test_a_goal_without_live_figures_and_one_that_gets_some(small: Small) -> None:
    goal = small.goal()
    services.adopt(SYSTEM, id=goal.id)
    (view,) = queries.goal_views()
    assert (view.measured, view.light) == ((), "grey")
    services.measure_goal(SYSTEM, id=goal.id, indicators={"applications.online_share": Decimal(90)})
    (view,) = queries.goal_views()
    assert [one.indicator.key for one in view.measured] == ["applications.online_share"]
    with pytest.raises(KeyError):
        services.measure_goal(SYSTEM, id=goal.id, indicators={"niemand.zaehlt": None})
    services.measure_goal(SYSTEM, id=goal.id, indicators={})
    assert not goal.measurements.exists()


def test_a_figure_by_hand_measures_a_goal(small: Small, django_assert_max_num_queries: Any) -> None:
    """Worked: 20 to 80 in 365 days, 30 days ago begun, so 20 + 60 · 30/365 = 24.93 is expected; 24 is within a tenth."""
    today = clock.today()
    key = figures.define_manual(
        SYSTEM,
        slug="urkunden",
        label="Online bestellte Urkunden",
        unit="Prozent",
        direction="up",
        definition="Anteil der Bestellungen über das Portal.",
        source="Bestellungen des Standesamts",
        owner="Standesamt",
        refresh_days=10,
    )
    goal = small.goal(indicators={key: Decimal(80)})
    services.adopt(SYSTEM, id=goal.id)
    (view,) = queries.goal_views()
    assert (view.light, view.measured[0].figure.value) == ("grey", None)
    for days, value in ((60, 99), (25, 21), (12, 24)):
        figures.enter(
            SYSTEM, key, on=today - timedelta(days=days), value=Decimal(value), source="Liste des Standesamts"
        )
    with django_assert_max_num_queries(8):
        (view,) = queries.goal_views()
    (one,) = view.measured
    assert (one.figure.value, len(one.figure.series)) == (Decimal(24), 2), (
        "what is older than the goal does not count"
    )
    assert one.expected is not None and round(one.expected, 2) == Decimal("24.93")
    assert (view.light, one.manual, one.outdated, one.on) == (
        "yellow",
        True,
        True,
        today - timedelta(days=12),
    )
    assert one.indicator.source == "Bestellungen des Standesamts"
    assert queries.snapshot()["goal"][0]["measurements"] == ["Online bestellte Urkunden"]


def test_a_light_set_by_hand_counts(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    services.adopt(SYSTEM, id=small.goal(indicators={"applications.online_share": Decimal(90)}).id)
    monkeypatch.setattr(queries.standing, "lights_by_hand", lambda keys, on: dict.fromkeys(keys, "yellow"))
    (view,) = queries.goal_views()
    assert (view.light, view.measured[0].by_hand) == ("yellow", True)


def test_drafts_and_dropped_goals_do_not_count(small: Small) -> None:
    small.goal()
    services.drop(SYSTEM, id=small.goal(title="Aufgegeben").id)
    assert queries.goal_views() == []
    view = queries.goal_view("aufgegeben")
    assert view is not None and view.goal.status == "dropped"


def test_an_accepted_proposal_becomes_a_draft_once(small: Small) -> None:
    proposal = Ref("proposal", uuid4())
    told = event(
        "participation.accepted", proposal, proposal=str(proposal), title="Sperrmüll online", purpose="Weniger Anrufe.",
        result="", unit=Unit.objects.get(code="700").path, field=str(small.field.id), rank=1, criteria_version=2,
    )  # fmt: skip
    for _ in range(2):
        subscriptions.draft_goal(told)
    goal = SmartGoal.objects.get()
    assert (goal.status, goal.number, goal.responsible) == ("draft", "B.II.2.1", "700 Umweltbetrieb")
    assert goal.open_findings > 3
    assert links.targets(proposal) == [("became", Ref("goal", goal.id))]
    bare = event(
        "participation.accepted",
        proposal,
        proposal=str(uuid4()),
        title="Sperrmüll online",
        unit=None,
        field="gibt-es-nicht",
    )
    subscriptions.draft_goal(bare)
    assert (
        SmartGoal.objects.get(
            slug="sperrmull-online-2" if goal.slug == "sperrmull-online" else f"{goal.slug}-2"
        ).field
        is None
    )


def test_a_resolution_acts_once_and_late_ones_change_nothing(small: Small) -> None:
    goal = small.goal(source="")
    passed = event(
        "resolution.passed",
        Ref("resolution", uuid4()),
        subject=f"goal:{goal.id}",
        effect="adopt",
        resolution="x",
        number="VV 2027/3",
        on="2027-01-12",
        conditions="",
    )
    for _ in range(2):
        subscriptions.follow_resolution(passed)
    goal.refresh_from_db()
    assert (goal.status, goal.resolution, goal.decided_by) == ("adopted", "VV 2027/3", "Beschluss VV 2027/3")
    assert "VV 2027/3" in goal.overruled and goal.version == 2
    subscriptions.follow_resolution(replace(passed, payload=passed.payload | {"number": "VV 2027/4"}))
    goal.refresh_from_db()
    assert goal.resolution == "VV 2027/3"
    other = small.goal(title="Anders")
    rejected = passed.payload | {"subject": f"goal:{other.id}", "effect": "reject", "number": "VV 5"}
    for _ in range(2):
        subscriptions.follow_resolution(replace(passed, payload=rejected))
    other.refresh_from_db()
    assert (other.status, other.resolution) == ("dropped", "VV 5")
    subscriptions.follow_resolution(
        replace(passed, payload=passed.payload | {"subject": f"project:{uuid4()}"})
    )


def test_editions_freeze_differ_and_are_superseded(small: Small, actor: ActorOf) -> None:
    services.adopt(SYSTEM, id=small.goal().id)
    first = services.adopt_edition(actor("insa."), id=services.open_edition(SYSTEM).id)
    frozen = first.content
    assert json.loads(frozen)["goal"][0]["title"] == "Urkunden online"
    working = Edition.objects.get(status="working")
    assert working.number == 2 and queries.compared(working, first).differences == ()
    with pytest.raises(StrategyError, match="unterscheidet sich nicht"):
        services.adopt_edition(actor("insa."), id=working.id)
    services.write_element(
        SYSTEM,
        "measure",
        id=small.measure.id,
        number="B.I.2.1",
        title="Onlinedienste",
        text="Neu.",
        field=small.field.id,
        serves=[small.strategic.id],
    )
    seen = queries.verified(working).sha512
    services.write_element(
        SYSTEM, "vision", id=small.vision.id, number="A.I", title="Offen und sicher", text="Neu."
    )
    with pytest.raises(Conflict, match="wurde die Strategie geändert"):
        services.propose_edition(actor("wiebke."), id=working.id, seen=seen)
    proposed = services.propose_edition(
        actor("wiebke."), id=working.id, seen=queries.verified(working).sha512
    )
    services.write_element(
        SYSTEM, "vision", id=small.vision.id, number="A.I", title="Offen und sicher", text="Später."
    )
    adopted = services.adopt_edition(SYSTEM, id=proposed.id, resolution="VV 9")
    assert services.adopt_edition(SYSTEM, id=proposed.id, resolution="VV 9").decided_on == adopted.decided_on
    assert json.loads(adopted.content)["vision"][0]["text"] == "Neu.", "as it was put forward"
    assert [(one.number, one.status) for one in queries.edition_list()] == [
        (3, "working"),
        (2, "adopted"),
        (1, "superseded"),
    ]
    first.refresh_from_db()
    assert first.content == frozen and queries.verified(first).intact
    with pytest.raises(Conflict):
        services.adopt_edition(SYSTEM, id=first.id)
    third = services.propose_edition(SYSTEM, id=Edition.objects.get(status="working").id)
    assert services.reject_edition(SYSTEM, id=third.id, resolution="VV 10").status == "rejected"
    assert services.reject_edition(SYSTEM, id=third.id, resolution="VV 10").status == "rejected"


def test_an_edition_changed_behind_the_programs_back_is_not_published(small: Small) -> None:
    edition = services.adopt_edition(SYSTEM, id=services.open_edition(SYSTEM).id)
    assert queries.adopted_content() is not None
    Edition.objects.filter(id=edition.id).update(content=edition.content.replace("Offen", "Zu"))
    assert queries.adopted_content() is None


def test_what_carries_something_is_not_withdrawn(small: Small) -> None:
    goal = small.goal()
    for kind, part in (
        ("vision", small.vision),
        ("field", small.field),
        ("measure", small.measure),
        ("principle", small.principle),
    ):
        with pytest.raises(StrategyError, match="hängen noch"):
            services.withdraw_element(SYSTEM, kind, id=part.id)
    services.drop(SYSTEM, id=goal.id)
    services.withdraw_element(SYSTEM, "measure", id=small.measure.id)
    assert Measure.objects.get().withdrawn and queries.paper().measures == ()
    assert queries.element_page("measure", small.measure.slug, SYSTEM) is None


def test_notes_are_kept_as_they_were_written(small: Small, actor: ActorOf) -> None:
    services.note(actor("insa."), Ref("measure", small.measure.id), " Wirkt. ")
    (note,) = queries.notes_of(Ref("measure", small.measure.id))
    assert (note.text, note.author) == ("Wirkt.", "Dr. Insa Damastky")
    for text in (" ", "x" * 4001):
        with pytest.raises(StrategyError):
            services.note(actor("insa."), Ref("measure", small.measure.id), text)
    assert EvaluationNote.objects.count() == 1


def test_others_see_the_parts_as_cards_and_a_goal_as_a_brief(small: Small, actor: ActorOf) -> None:
    goal = small.goal(source="")
    frieda = actor("frieda.")
    cards = links.resolve([Ref("goal", goal.id), Ref("measure", small.measure.id)], frieda)
    assert {card.url for card in cards.values()} == {
        "/steuerung/ziele/urkunden-online/",
        "/steuerung/strategie/massnahmen/onlinedienste/",
    }
    assert links.resolve([Ref("goal", goal.id)], Actor.anonymous()) == {}
    told = links.brief(Ref("goal", goal.id), frieda)
    assert (
        told is not None
        and told.owner == "150.2 Standesamt"
        and told.costs == ((clock.today().year, Decimal(12000)),)
    )
    assert dict(told.facts)["SMART-Prüfung"] == "Die Quelle der Zahlen fehlt: Woher kommen sie?"
    assert links.brief(Ref("goal", goal.id), Actor.anonymous()) is None
    edition = links.brief(Ref("edition", services.open_edition(SYSTEM).id), frieda)
    assert edition is not None and len(edition.facts) == 5
    by_name = {kind.name: kind for kind in links.kinds()}
    assert [key for key, _ in by_name["goal"].effects] == ["adopt", "reject"]
    assert {"vision", "strategic_goal", "principle", "field", "measure", "edition"} <= set(by_name)


def test_what_needs_somebody_is_told(small: Small, actor: ActorOf) -> None:
    goal = small.goal(
        indicators={"applications.registrations": Decimal(50)},
        end=clock.today() + timedelta(days=20),
        procedure_key="keins",
    )
    services.propose(SYSTEM, id=goal.id)
    assert [one.kind for one in attention.matters(actor("insa.")) if one.subject.kind == "goal"] == [
        "decision"
    ]
    assert not [one for one in attention.matters(actor("frieda.")) if one.subject.kind == "goal"]
    services.adopt(SYSTEM, id=goal.id)
    told = {one.kind: one.note for one in attention.matters(actor("frieda.")) if one.subject.kind == "goal"}
    assert told == {
        "exception": "Das Ziel ist gefährdet, und es gibt dazu kein Vorhaben.",
        "deadline": "Der Zeitraum endet bald.",
    }
