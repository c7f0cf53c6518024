"""What can be done, in which phase and by whom; faults, two at once, and that what is fixed stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine as machine
from django.db import DatabaseError, transaction

from domains.participation.conftest import (
    AUDITOR,
    CHIEF,
    CLERK,
    COORDINATOR,
    DAYS,
    FIRST,
    MAYOR,
    OTHER,
    PROGRAM,
    Scene,
    at,
    content,
    make_round,
    spans,
)
from leineweber.capabilities.messages.models import Email
from leineweber.domains.participation import attention
from leineweber.domains.participation.models import (
    Comment,
    CriteriaSet,
    Criterion,
    Decision,
    FrozenRanking,
    Phase,
    Proposal,
    RankedProposal,
    Rating,
    Round,
)
from leineweber.domains.participation.queries import results as result_queries
from leineweber.domains.participation.queries import rounds as round_queries
from leineweber.domains.participation.queries.units import acting_units
from leineweber.domains.participation.services import (
    ParticipationError,
    PhaseClosed,
    Stale,
    criteria,
    proposals,
    rating,
    results,
    rounds,
)
from leineweber.domains.participation.services.criteria import CriterionEntry
from leineweber.domains.participation.services.rating import SheetError, SheetStale
from leineweber.domains.participation.subscriptions import decide_by_resolution
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events import Event
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.links import brief, resolve
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

pytestmark = pytest.mark.django_db
Deed = Callable[[Scene, Actor, Proposal, UUID], object]


def propose(scene: Scene, actor: Actor, proposal: Proposal, unit: UUID) -> object:
    return proposals.propose(
        actor, round_id=scene.round.id, unit_id=unit, content=content("Neu"), submit=True
    )


def comment(scene: Scene, actor: Actor, proposal: Proposal, unit: UUID) -> object:
    return proposals.comment(actor, proposal_id=proposal.id, unit_id=unit, text="Das fehlt bei uns.")


def rate(scene: Scene, actor: Actor, proposal: Proposal, unit: UUID) -> object:
    return rating.rate(actor, round_id=scene.round.id, unit_id=unit, sheets=[scene.sheet(proposal, 4, 4, 2)])


def decide(scene: Scene, actor: Actor, proposal: Proposal, unit: UUID) -> object:
    return results.decide(
        actor, proposal_id=proposal.id, outcome="accept", reason="Trägt bei.", body="Verwaltungsvorstand"
    )


DEEDS: dict[str, Deed] = {"collect": propose, "comment": comment, "rate": rate, "decide": decide}
EVERYBODY = (CLERK, OTHER, CHIEF, MAYOR, AUDITOR, COORDINATOR)
DECIDERS = {MAYOR, COORDINATOR}


def test_each_deed_in_its_phase_only_whoever_asks(scene: Scene) -> None:
    """Before, in, between and after the phases with every role; the server refuses, whatever the page offered."""
    proposal = scene.propose("420")
    actors = {who: scene.actor(who) for who in EVERYBODY}
    units = {who: acting_units(actor)[0].id for who, actor in actors.items()}
    for stage in DAYS:
        with at(stage):
            for phase, deed in DEEDS.items():
                for who, actor in actors.items():
                    expected: type[Exception] | None = None
                    if phase == "decide" and who not in DECIDERS:
                        expected = Denied
                    elif stage != phase:
                        expected = PhaseClosed
                    point = transaction.savepoint()
                    if expected is None:
                        deed(scene, actor, proposal, units[who])
                    else:
                        with pytest.raises(expected):
                            deed(scene, actor, proposal, units[who])
                    transaction.savepoint_rollback(point)


def test_nobody_acts_for_a_unit_she_does_not_work_in(scene: Scene) -> None:
    proposal = scene.propose("420")
    clerk = scene.actor(CLERK)
    foreign = scene.unit("600").id
    for phase in ("collect", "comment", "rate"):
        with at(phase), pytest.raises(Denied):
            DEEDS[phase](scene, clerk, proposal, foreign)
    citizen = Actor("citizen", clerk.id, "Martha")
    for phase, deed in DEEDS.items():
        with at(phase), pytest.raises(Denied):
            deed(scene, citizen, proposal, scene.unit("150").id)


def test_a_person_acts_for_the_office_around_her_post_and_for_posts_she_looks_after(scene: Scene) -> None:
    with at("collect"):
        assert [unit.code for unit in acting_units(scene.actor(CLERK))] == ["150"]  # works in 150.4
        assert [unit.code for unit in acting_units(scene.actor(MAYOR))] == ["d0"]
        assert acting_units(Actor.anonymous()) == []
        assert acting_units(Actor("citizen", scene.actor(CLERK).id, "x")) == []


def test_proposing_drafting_revising_withdrawing(scene: Scene) -> None:
    clerk, unit = scene.actor(CLERK), scene.unit("150").id
    with at("collect"):
        draft = proposals.propose(
            clerk,
            round_id=scene.round.id,
            unit_id=unit,
            content=content("Idee", purpose="", result=""),
            submit=False,
        )
        assert (draft.status, draft.number) == ("draft", None)
        with pytest.raises(ParticipationError, match="wozu") as caught:
            proposals.revise(
                clerk, proposal_id=draft.id, version=1, content=content("Idee", purpose=" "), submit=True
            )
        assert caught.value.field == "zweck"
        chief = scene.actor(CHIEF)  # a colleague of the same office goes on with it
        handed = proposals.revise(
            chief, proposal_id=draft.id, version=1, content=content("Idee"), submit=True
        )
        assert (handed.status, handed.number, handed.version) == ("submitted", 1, 2)
        with pytest.raises(Stale):
            proposals.revise(clerk, proposal_id=draft.id, version=1, content=content("Alt"), submit=False)
        with pytest.raises(ParticipationError, match="am Ende da"):  # what is handed in stays complete
            proposals.revise(clerk, proposal_id=draft.id, version=2, content=content(result=""), submit=False)
        with pytest.raises(Denied):
            proposals.revise(
                scene.actor(OTHER), proposal_id=draft.id, version=2, content=content(), submit=False
            )
        second = scene.propose("600")
        assert second.number == 2
        with pytest.raises(Denied):
            proposals.withdraw(clerk, proposal_id=second.id)
        gone = proposals.propose(
            clerk, round_id=scene.round.id, unit_id=unit, content=content("Weg"), submit=False
        )
        proposals.withdraw(clerk, proposal_id=gone.id)
        assert not Proposal.objects.filter(id=gone.id).exists()
    with at("comment"):
        with pytest.raises(PhaseClosed, match="Vorschlagen ist in dieser Runde nur"):
            proposals.revise(clerk, proposal_id=draft.id, version=2, content=content(), submit=True)
        proposals.withdraw(clerk, proposal_id=draft.id)
        assert Proposal.objects.get(id=draft.id).status == "withdrawn"
        with pytest.raises(ParticipationError, match="zurückgezogen"):
            comment(scene, clerk, draft, unit)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "titel"), ({"title": "x" * 161}, "titel"), ({"purpose": "y" * 4001}, "zweck")],
)
def test_bad_proposals(scene: Scene, changes: dict[str, str], field: str) -> None:
    with at("collect"), pytest.raises(ParticipationError) as caught:
        proposals.propose(
            PROGRAM,
            round_id=scene.round.id,
            unit_id=scene.unit("150").id,
            content=replace(content(), **changes),
            submit=True,
        )
    assert caught.value.field == field
    assert not Proposal.objects.exists()


def test_comments_are_threads_of_one_level_and_only_the_author_changes_hers(scene: Scene) -> None:
    proposal, clerk, chief = scene.propose("600"), scene.actor(CLERK), scene.actor(CHIEF)
    unit = scene.unit("150").id
    with at("comment"):
        first = proposals.comment(clerk, proposal_id=proposal.id, unit_id=unit, text="Und die Kosten?")
        answer = proposals.comment(
            chief, proposal_id=proposal.id, unit_id=unit, text="Sind bekannt.", parent_id=first.id
        )
        with pytest.raises(ParticipationError, match="Auf Antworten"):
            proposals.comment(clerk, proposal_id=proposal.id, unit_id=unit, text="Gut.", parent_id=answer.id)
        with pytest.raises(ParticipationError, match="Schreiben Sie"):
            proposals.comment(clerk, proposal_id=proposal.id, unit_id=unit, text="  ")
        with pytest.raises(Denied):
            proposals.edit_comment(chief, comment_id=first.id, version=1, text="Nein")
        assert (
            proposals.edit_comment(clerk, comment_id=first.id, version=1, text="Und was kostet es?").version
            == 2
        )
        with pytest.raises(Stale):
            proposals.edit_comment(clerk, comment_id=first.id, version=1, text="Alt")
        with pytest.raises(Denied):
            proposals.withdraw_comment(chief, comment_id=first.id)
        proposals.withdraw_comment(clerk, comment_id=first.id)
        kept = Comment.objects.get(id=first.id)
        assert (kept.text, kept.withdrawn_at is not None) == ("", True)
        with pytest.raises(ParticipationError, match="nicht mehr da"):
            proposals.comment(chief, proposal_id=proposal.id, unit_id=unit, text="Ja", parent_id=first.id)
    with at("rate"), pytest.raises(PhaseClosed):
        proposals.withdraw_comment(chief, comment_id=answer.id)


def test_drafts_of_others_take_no_comments_and_no_points(scene: Scene) -> None:
    with at("collect"):
        draft = proposals.propose(
            PROGRAM, round_id=scene.round.id, unit_id=scene.unit("600").id, content=content(), submit=False
        )
    with at("comment"), pytest.raises(Proposal.DoesNotExist):
        comment(scene, scene.actor(CLERK), draft, scene.unit("150").id)
    with at("rate"), pytest.raises(SheetError, match="gibt es nicht mehr"):
        rate(scene, scene.actor(CLERK), draft, scene.unit("150").id)


# Rating


def test_a_unit_has_one_sheet_and_two_colleagues_do_not_overwrite_each_other(scene: Scene) -> None:
    proposal, unit = scene.propose("600"), scene.unit("150").id
    with at("rate"):
        rate(scene, scene.actor(CLERK), proposal, unit)
        with pytest.raises(SheetStale) as caught:
            rate(scene, scene.actor(CHIEF), proposal, unit)
        assert caught.value.proposal_id == proposal.id
        rating.rate(
            scene.actor(CHIEF),
            round_id=scene.round.id,
            unit_id=unit,
            sheets=[scene.sheet(proposal, 1, 2, version=1)],
        )
    (sheet,) = Rating.objects.all()
    assert (sheet.version, [one.points for one in sheet.scores.order_by("id")]) == (2, [1, 2])


@pytest.mark.parametrize(
    ("points", "reason", "field"),
    [((), "Weil", "punkte"), ((6,), "Weil", "punkte"), ((0,), "Weil", "punkte"), ((3,), " ", "begruendung")],
)
def test_bad_sheets(scene: Scene, points: tuple[int, ...], reason: str, field: str) -> None:
    good, bad = scene.propose("600"), scene.propose("420")
    with at("rate"), pytest.raises(SheetError) as caught:
        rating.rate(
            PROGRAM,
            round_id=scene.round.id,
            unit_id=scene.unit("150").id,
            sheets=[scene.sheet(good, 3), scene.sheet(bad, *points, reason=reason)],
        )
    assert (caught.value.proposal_id, caught.value.field) == (bad.id, field)
    assert not Rating.objects.exists()  # all or none


def test_its_own_proposal_a_unit_rates_only_where_the_round_says_so(scene: Scene) -> None:
    own = scene.propose("150")
    with at("rate"), pytest.raises(SheetError, match="eigenen Vorschläge"):
        rate(scene, scene.actor(CLERK), own, scene.unit("150").id)
    Round.objects.filter(id=scene.round.id).update(own_rating=True)
    scene.rate(own, "150", 3)


def test_where_each_rates_for_herself_the_unit_has_one_voice(scene: Scene) -> None:
    Round.objects.filter(id=scene.round.id).update(voice="person")
    proposal, unit = scene.propose("600"), scene.unit("150").id
    with at("rate"):
        for who, points in ((CLERK, 5), (CHIEF, 2)):
            rating.rate(
                scene.actor(who),
                round_id=scene.round.id,
                unit_id=unit,
                sheets=[scene.sheet(proposal, *[points] * 3)],
            )
        rating.rate(
            PROGRAM,
            round_id=scene.round.id,
            unit_id=scene.unit("360").id,
            sheets=[scene.sheet(proposal, 1, 1, 1)],
        )
    means = result_queries.unit_means(scene.round.id)[proposal.id]
    first = scene.measures()[0].id
    assert {key: scores[first] for key, scores in means.items()} == {
        unit: Decimal("3.5"),
        scene.unit("360").id: Decimal(1),
    }
    persons = {str(scene.actor(who).id) for who in (CLERK, CHIEF)}
    assert persons == set(Rating.objects.filter(unit_id=unit).values_list("rater", flat=True))
    with at("between"):
        results.freeze(PROGRAM, round_id=scene.round.id)
    assert not persons & set(Rating.objects.values_list("rater", flat=True))
    assert result_queries.unit_means(scene.round.id)[proposal.id] == means


def test_the_trail_and_the_events_tell_no_points(scene: Scene) -> None:
    proposal = scene.propose("600")
    scene.rate(proposal, "150", 5, 1, 4, reason="GEHEIMWORT")
    told = json.dumps(list(Entry.objects.values_list("detail", flat=True))) + json.dumps(
        list(StoredEvent.objects.values_list("payload", flat=True))
    )
    assert "GEHEIMWORT" not in told
    assert "points" not in told


# Results


def test_the_ranking_is_frozen_once_rating_has_ended_and_never_changes(scene: Scene) -> None:
    first, second = scene.rated()
    with at("rate"), pytest.raises(PhaseClosed):
        results.freeze(PROGRAM, round_id=scene.round.id)
    with at("between"):
        frozen = results.freeze(PROGRAM, round_id=scene.round.id)
        assert results.freeze(PROGRAM, round_id=scene.round.id).id == frozen.id
        rows = list(frozen.rows.all())
        assert [(row.proposal_id, row.rank, row.voices) for row in rows] == [
            (first.id, 1, 3),
            (second.id, 2, 3),
        ]
        # By hand: .6370·100 + .2583·75 + .1047·(5 - 7/3)/4·100
        weights = [one.weight for one in scene.measures()]
        assert [round(weight or 0, 3) for weight in weights] == [
            Decimal("0.637"),
            Decimal("0.258"),
            Decimal("0.105"),
        ]
        assert rows[0].value is not None and abs(rows[0].value - Decimal("90.06")) < Decimal("0.02")
        spread = rows[1].spreads[str(scene.measures()[1].id)]
        assert (spread["minimum"], spread["median"], spread["maximum"]) == ("2.0000", "3.0000", "4.0000")
        assert (spread["lower"], spread["upper"], spread["deviation"]) == ("2.5000", "3.5000", "1.0000")
        assert result_queries.intact(frozen)
    for change in (
        lambda: FrozenRanking.objects.update(seed=1),
        lambda: RankedProposal.objects.update(rank=1),
        lambda: RankedProposal.objects.all().delete(),
        lambda: Criterion.objects.update(weight=Decimal("0.5")),
        lambda: Criterion.objects.all()._raw_delete("default"),
        lambda: CriteriaSet.objects.update(name="Anders"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_another_content_has_another_digest(scene: Scene) -> None:
    scene.rated()
    with at("between"):
        frozen = results.freeze(PROGRAM, round_id=scene.round.id)
    rows = list(frozen.rows.all())
    rows[0].value = Decimal("1")
    assert result_queries.digest_of(frozen, scene.measures(), rows) != frozen.digest


def test_what_nobody_rated_has_no_rank(scene: Scene) -> None:
    first, _ = scene.rated()
    alone, half = scene.propose("110", "Ohne Bewertung"), scene.propose("200", "Halb bewertet")
    scene.rate(half, "150", 4)
    with at("between"):
        frozen = results.freeze(PROGRAM, round_id=scene.round.id)
    ranks = {row.proposal_id: row.rank for row in frozen.rows.all()}
    assert ranks[first.id] == 1
    assert ranks[alone.id] is None and ranks[half.id] is None


def test_every_decision_leads_back_to_criteria_and_rank(scene: Scene) -> None:
    first, second = scene.rated()
    decision = scene.decide(first)
    ranking = FrozenRanking.objects.get(round=scene.round)
    assert (decision.criteria_id, decision.ranking_id, decision.rank) == (scene.criteria.id, ranking.id, 1)
    accepted = StoredEvent.objects.get(name="participation.accepted")
    assert accepted.payload == {
        "proposal": str(first.id),
        "title": "Bauakten durchsuchen",
        "purpose": "Weniger verpasste Termine.",
        "result": "Ein Verweis in der Erinnerung.",
        "unit": scene.unit("600").path,
        "field": "",
        "rank": 1,
        "criteria_version": str(scene.criteria.id),
    }
    with pytest.raises(ParticipationError, match="schon angenommen; das bleibt so"):
        scene.decide(first, "reject")
    scene.decide(second, "postpone", reason="Erst im nächsten Jahr.")
    scene.decide(second, "reject", reason="Doch nicht.")
    assert [one.outcome for one in second.decisions.all()] == ["postpone", "reject"]
    assert Proposal.objects.get(id=second.id).outcome == "reject"
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.update(reason="Anders")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "open"}, "entscheidung"),
        ({"outcome": "accept", "reason": " "}, "begruendung"),
        ({"outcome": "accept", "body": ""}, "gremium"),
    ],
)
def test_bad_decisions(scene: Scene, changes: dict[str, str], field: str) -> None:
    first, _ = scene.rated()
    with pytest.raises(ParticipationError) as caught:
        scene.decide(first, **changes)
    assert caught.value.field == field
    assert not Decision.objects.exists()


def test_a_resolution_decides_once(scene: Scene) -> None:
    first, _ = scene.rated()
    payload = {
        "subject": f"proposal:{first.id}",
        "effect": "accept",
        "number": "VV 12/2026",
        "conditions": "Bis Mai.",
    }
    with at("decide"):
        for _ in range(2):
            with act(PROGRAM, "test.passed", Ref("resolution", first.id)) as current:
                current.emit("resolution.passed", payload)
                current.emit("resolution.passed", {**payload, "subject": f"goal:{first.id}"})
            run_until_idle()
        (decision,) = Decision.objects.all()
        assert (decision.resolution, decision.reason) == (
            "VV 12/2026",
            "Beschluss VV 12/2026. Auflagen: Bis Mai.",
        )


def test_a_resolution_too_early_waits_and_one_too_late_changes_nothing(scene: Scene) -> None:
    first, _ = scene.rated()
    payload = {"subject": f"proposal:{first.id}", "effect": "reject", "number": "VV 1/2026"}
    event = Event(1, "resolution.passed", Ref("resolution", first.id), payload, clock.now(), "Test")
    with at("between"), pytest.raises(PhaseClosed):
        decide_by_resolution(event)
    with at("after"):
        decide_by_resolution(event)
    scene.decide(first, "accept")
    with at("decide"):
        decide_by_resolution(event)
        for strange in ({}, {"subject": "x"}, {**payload, "effect": "adopt"}, {**payload, "effect": "open"}):
            decide_by_resolution(replace(event, payload=strange))
    assert [one.outcome for one in Decision.objects.all()] == ["accept"]


def test_others_see_a_proposal_as_card_and_brief(scene: Scene) -> None:
    first, _ = scene.rated()
    with at("rate"):
        clerk = scene.actor(CLERK)
        ref = Ref("proposal", first.id)
        assert resolve([ref], clerk)[ref].title == "V\u00a01 Bauakten durchsuchen"
        told = brief(ref, clerk)
        assert told is not None and dict(told.facts).get("Rang") is None
        assert resolve([ref], Actor.anonymous()) == {} and brief(ref, Actor.anonymous()) is None
    with at("decide"):
        results.freeze(PROGRAM, round_id=scene.round.id)
        told = brief(ref, clerk)
        assert told is not None and dict(told.facts)["Rang"] == "1, nach Maßstab, Fassung 1"


# Criteria


def entries(*names: str, points: str | None = None) -> list[CriterionEntry]:
    return [CriterionEntry(name, "benefit", points=Decimal(points) if points else None) for name in names]


def test_criteria_need_consistency_or_a_reason(people: None) -> None:
    made = criteria.create(PROGRAM, name="M", purpose="", method="pairwise", entries=entries("A", "B", "C"))
    a, b, c = (one.id for one in made.criteria.all())
    with pytest.raises(ParticipationError, match="Vergleichen Sie erst"):
        criteria.fix(PROGRAM, criteria_id=made.id, version=1)
    circle = {(a, b): "9", (b, c): "9", (a, c): "1/9"}
    made = criteria.judge(PROGRAM, criteria_id=made.id, version=1, judgements=circle, reason="")
    assert made.consistency == Decimal("6.1303")
    with pytest.raises(ParticipationError, match="widersprechen sich") as caught:
        criteria.fix(PROGRAM, criteria_id=made.id, version=2)
    assert caught.value.field == "begruendung"
    made = criteria.judge(PROGRAM, criteria_id=made.id, version=2, judgements=circle, reason="So gewollt.")
    assert criteria.fix(PROGRAM, criteria_id=made.id, version=3).fixed_at is not None
    for change in (
        lambda: criteria.judge(PROGRAM, criteria_id=made.id, version=4, judgements={}, reason=""),
        lambda: criteria.edit(
            PROGRAM,
            criteria_id=made.id,
            version=4,
            name="N",
            purpose="",
            method="pairwise",
            entries=entries("A", "B"),
        ),
        lambda: criteria.fix(PROGRAM, criteria_id=made.id, version=4),
    ):
        with pytest.raises(ParticipationError, match="festgelegt und ändert sich nicht mehr"):
            change()


def test_entered_weights_and_new_versions(people: None) -> None:
    made = criteria.create(
        PROGRAM,
        name="M",
        purpose="",
        method="entered",
        entries=[*entries("A", points="30"), *entries("B", points="10")],
    )
    assert [one.weight for one in made.criteria.all()] == [Decimal("0.75"), Decimal("0.25")]
    with pytest.raises(ParticipationError, match="werden eingegeben"):
        criteria.judge(PROGRAM, criteria_id=made.id, version=1, judgements={}, reason="")
    with pytest.raises(ParticipationError, match="schon einen Entwurf"):
        criteria.new_version(PROGRAM, criteria_id=made.id)
    with pytest.raises(Stale):
        criteria.fix(PROGRAM, criteria_id=made.id, version=7)
    criteria.fix(PROGRAM, criteria_id=made.id, version=1)
    second = criteria.new_version(PROGRAM, criteria_id=made.id)
    assert (second.number, second.family, second.fixed_at) == (2, made.family, None)
    assert [one.weight for one in second.criteria.all()] == [Decimal("0.75"), Decimal("0.25")]


def test_judgements_outlive_a_change_of_the_criteria(people: None) -> None:
    made = criteria.create(PROGRAM, name="M", purpose="", method="pairwise", entries=entries("A", "B", "C"))
    a, b, c = list(made.criteria.all())
    made = criteria.judge(
        PROGRAM, criteria_id=made.id, version=1, judgements={(a.id, b.id): "4", (b.id, c.id): "3"}, reason=""
    )
    kept = [CriterionEntry("B", "benefit", id=b.id), CriterionEntry("A", "benefit", id=a.id)]
    made = criteria.edit(
        PROGRAM, criteria_id=made.id, version=2, name="M", purpose="", method="pairwise", entries=kept
    )
    # B now stands before A: the judgement is read the other way round.
    assert [(one.name, one.weight) for one in made.criteria.all()] == [
        ("B", Decimal("0.2")),
        ("A", Decimal("0.8")),
    ]


@pytest.mark.parametrize(
    ("method", "chosen", "field"),
    [
        ("pairwise", entries("A"), "kriterium-1"),
        ("pairwise", entries(*"ABCDEFGHIJK"), "kriterium-1"),
        ("pairwise", entries("A", "a"), "kriterium-2"),
        ("entered", entries("A", "B"), "gewicht-1"),
        ("entered", entries("A", "B", points="0"), "gewicht-1"),
        ("geraten", entries("A", "B"), "methode"),
        ("pairwise", [*entries("A"), CriterionEntry("B", "schräg")], "kriterium-2"),
    ],
)
def test_bad_criteria(people: None, method: str, chosen: list[CriterionEntry], field: str) -> None:
    with pytest.raises(ParticipationError) as caught:
        criteria.create(PROGRAM, name="M", purpose="", method=method, entries=chosen)
    assert caught.value.field == field
    assert not CriteriaSet.objects.exists()


# Rounds


def test_only_who_coordinates_makes_rounds_and_criteria(scene: Scene) -> None:
    for who in (CLERK, MAYOR, AUDITOR):
        with pytest.raises(Denied):
            rounds.cancel(scene.actor(who), round_id=scene.round.id, reason="So")
        with pytest.raises(Denied):
            criteria.create(
                scene.actor(who), name="M", purpose="", method="pairwise", entries=entries("A", "B")
            )
        with pytest.raises(Denied):
            rounds.advance(scene.actor(who))


def change(scene: Scene, **changes: object) -> Round:
    """Edit the round as it is, with some changes."""
    kept = Round.objects.get(id=scene.round.id)
    values = {
        "version": kept.version,
        "title": kept.title,
        "purpose": kept.purpose,
        "voice": kept.voice,
        "own_rating": kept.own_rating,
        "criteria_id": kept.criteria_id,
        "spans": spans(),
        **changes,
    }
    return rounds.edit(scene.actor(COORDINATOR), round_id=kept.id, **values)  # type: ignore[arg-type]  # checked by the test


def test_a_round_in_progress_changes_only_forward(scene: Scene) -> None:
    longer = [replace(one, end=one.end + timedelta(days=3)) if one.kind == "rate" else one for one in spans()]
    with at("collect"):
        other = criteria.create(
            PROGRAM, name="Anders", purpose="", method="entered", entries=entries("A", "B", points="1")
        )
        with pytest.raises(ParticipationError, match="festgelegten Kriteriensatz"):
            change(scene, criteria_id=other.id)
        criteria.fix(PROGRAM, criteria_id=other.id, version=1)
        change(scene, criteria_id=other.id)
        change(scene, criteria_id=scene.criteria.id)
        with pytest.raises(Stale):
            change(scene, version=1)
    with at("rate"):
        change(scene, spans=longer)
        with pytest.raises(ParticipationError, match="Die Bewertung hat begonnen"):
            change(scene, spans=longer, criteria_id=other.id)
        with pytest.raises(ParticipationError, match="Die Bewertung hat begonnen"):
            change(scene, spans=longer, voice="person")
    with at("decide"), pytest.raises(ParticipationError, match="„Bewerten“ ist vorbei") as caught:
        change(scene)
    assert caught.value.field == "rate_bis"
    assert Phase.objects.get(round=scene.round, kind="rate").end == longer[2].end


def test_publishing_needs_fixed_criteria_and_time(scene: Scene) -> None:
    with at("before"):
        draft = rounds.create(
            PROGRAM, title="T", purpose="P", voice="unit", own_rating=False, criteria_id=None, spans=spans()
        )
        with pytest.raises(ParticipationError, match="festgelegten Kriteriensatz"):
            rounds.publish(PROGRAM, round_id=draft.id, version=1)
        assert round_queries.round_view(scene.actor(CLERK), draft.id) is None
        assert round_queries.round_view(scene.actor(COORDINATOR), draft.id) is not None
    with at("comment"), pytest.raises(ParticipationError, match="Vergangenheit"):
        make_round(scene.criteria.id)
    with pytest.raises(ParticipationError, match="schon veröffentlicht"):
        rounds.publish(PROGRAM, round_id=scene.round.id, version=Round.objects.get(id=scene.round.id).version)


def test_a_cancelled_round_takes_nothing_more(scene: Scene) -> None:
    proposal = scene.propose("420")
    with at("rate"):
        with pytest.raises(ParticipationError, match="warum"):
            rounds.cancel(PROGRAM, round_id=scene.round.id, reason=" ")
        rounds.cancel(PROGRAM, round_id=scene.round.id, reason="Es fehlt an Vorschlägen.")
        with pytest.raises(PhaseClosed, match="abgebrochen"):
            rate(scene, scene.actor(CLERK), proposal, scene.unit("150").id)
        with pytest.raises(ParticipationError, match="abgebrochen"):
            change(scene)


def test_scores_stay_hidden_for_good_if_a_round_is_cancelled_while_it_rates(scene: Scene) -> None:
    proposal = scene.propose()
    scene.rate(proposal, "150", 5, 1)
    with at("rate"):
        rounds.cancel(PROGRAM, round_id=scene.round.id, reason="Zu wenige Vorschläge.")
    with at("decide"):
        with pytest.raises(PhaseClosed):
            results.freeze(PROGRAM, round_id=scene.round.id)
        rounds.advance(PROGRAM)
        coordinator = scene.browser(COORDINATOR)
        address = f"/steuerung/beteiligung/{scene.round.id}/"
        assert coordinator.post(f"{address}festschreiben/").status_code == 404
        assert "Die Punkte bleiben verdeckt" in coordinator.get(f"{address}ergebnis/").content.decode()
    assert not FrozenRanking.objects.exists()


def test_a_round_cancelled_after_rating_keeps_its_ranking(scene: Scene) -> None:
    scene.rate(scene.propose(), "150", 5, 1)
    with at("between"):
        rounds.cancel(PROGRAM, round_id=scene.round.id, reason="Es fehlt das Geld.")
        assert FrozenRanking.objects.filter(round=scene.round).exists()
        answer = scene.browser(OTHER).get(f"/steuerung/beteiligung/{scene.round.id}/ergebnis/")
        assert "verdeckt" not in answer.content.decode()


def test_time_opens_and_closes_phases_once_and_freezes(scene: Scene) -> None:
    scene.rated()
    with at("before"):
        assert rounds.advance(PROGRAM) == 0
    with machine.travel(datetime.combine(FIRST, time(6), tzinfo=clock.BERLIN), tick=False):
        assert rounds.advance(PROGRAM) == 1
        mails = Email.objects.filter(subject__startswith="Vorschlagen: Welche Ziele zuerst?")
        told = mails.count()
        assert told > 20
        assert rounds.advance(PROGRAM) == 0
        assert mails.count() == told
    with at("between"):
        assert rounds.advance(PROGRAM) == 3  # collect, comment and rate ended; the ranking is frozen
        assert FrozenRanking.objects.filter(round=scene.round).exists()
        assert Email.objects.count() == told  # what began long ago is no news
    names = list(StoredEvent.objects.filter(name__contains="participation.").values_list("name", flat=True))
    assert names.count("participation.phase_opened") == 3
    assert names.count("participation.phase_closed") == 3
    assert names.count("participation.ranking_frozen") == 1


def test_attention_names_what_ends(scene: Scene) -> None:
    first, _ = scene.rated()
    rate_ends = spans()[2].end
    with at("rate"):
        assert attention._matters(scene.actor(OTHER), 10) == []  # two weeks are long
    with machine.travel(datetime(2026, 11, 12, 12, tzinfo=clock.BERLIN), tick=False):
        (matter,) = attention._matters(scene.actor(OTHER), 10)  # the building office has rated nothing
        assert matter.title == "Welche Ziele zuerst?: Bewertung fehlt noch"
        assert matter.due == rate_ends - timedelta(days=1)
        assert matter.unit_path == scene.unit("600").path
        assert attention._matters(scene.actor(CLERK), 10) == []  # has rated both
        assert attention._matters(Actor.anonymous(), 10) == []
    with at("decide"):
        (matter,) = attention._matters(scene.actor(MAYOR), 10)
        assert (matter.kind, matter.title) == (
            "decision",
            "Welche Ziele zuerst?: 2 Vorschläge sind noch offen",
        )
        assert attention._matters(scene.actor(CLERK), 10) == []
    scene.decide(first)
    with at("decide"):
        (matter,) = attention._matters(scene.actor(COORDINATOR), 10)
        assert matter.title == "Welche Ziele zuerst?: 1 Vorschlag ist noch offen"
