"""Participation in the demo city: one round decided, one being rated, one collecting. All of it is invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from leineweber.domains.participation.models import CriteriaSet, Proposal, Round
from leineweber.domains.participation.queries.proposals import field_choices
from leineweber.domains.participation.rules.phases import ORDER, Span
from leineweber.domains.participation.services import criteria, proposals, rating, results, rounds
from leineweber.domains.participation.services.criteria import CriterionEntry
from leineweber.domains.participation.services.proposals import Content
from leineweber.domains.participation.services.rating import Sheet
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.organisation.models import Holding, Unit

HERE = Path(__file__).parent
PROGRAM = Actor.system("Demo")


def load() -> None:
    """Load criteria and three rounds through the services, each thing on the day it would have happened."""
    if Round.objects.exists():
        return
    content = yaml.safe_load((HERE / "participation.yaml").read_text(encoding="utf-8"))
    units = {unit.code: unit for unit in Unit.objects.all()}
    today = clock.today()
    first = today + timedelta(days=min(entry["phases"][0][0] for entry in content["rounds"]))
    with _on(first - timedelta(days=14)):
        fixed = _criteria(content["criteria"])
    for entry in content["rounds"]:
        _round(entry, fixed, units, today)
    rounds.advance(PROGRAM)


def _on(day: date) -> Any:
    return clock.moved(datetime.combine(day, time(10, 15), tzinfo=clock.BERLIN))


def _working(day: date) -> date:
    """Return the day itself or the Friday before it: nobody decides on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _criteria(content: dict[str, Any]) -> CriteriaSet:
    made = criteria.create(
        PROGRAM,
        name=content["name"],
        purpose=content["purpose"],
        method="pairwise",
        entries=[CriterionEntry(**entry) for entry in content["entries"]],
        demo=True,
    )
    by_name = {criterion.name: criterion.id for criterion in made.criteria.all()}
    judgements = {(by_name[row], by_name[column]): str(text) for row, column, text in content["judgements"]}
    made = criteria.judge(
        PROGRAM, criteria_id=made.id, version=made.version, judgements=judgements, reason=""
    )
    return criteria.fix(PROGRAM, criteria_id=made.id, version=made.version)


def _round(entry: dict[str, Any], fixed: CriteriaSet, units: dict[str, Unit], today: date) -> None:
    spans = [
        Span(kind, today + timedelta(days=start), today + timedelta(days=end))
        for kind, (start, end) in zip(ORDER, entry["phases"], strict=True)
    ]
    with _on(spans[0].start - timedelta(days=7)):
        made = rounds.create(
            PROGRAM,
            title=entry["title"],
            purpose=entry["purpose"],
            voice="unit",
            own_rating=False,
            criteria_id=fixed.id,
            spans=spans,
            demo=True,
        )
        rounds.publish(PROGRAM, round_id=made.id, version=made.version)
    kept: list[Proposal] = []
    offered = field_choices(PROGRAM)
    with _on(min(spans[0].start + timedelta(days=3), today)):
        for one in entry["proposals"]:
            content = Content(
                one["title"],
                one["purpose"],
                one["result"],
                one.get("effort", ""),
                one["field"],
                next((choice.ref for choice in offered if one["field"] in choice.label), ""),
            )
            kept.append(
                proposals.propose(
                    PROGRAM,
                    round_id=made.id,
                    unit_id=units[one["unit"]].id,
                    content=content,
                    submit=not one.get("draft"),
                    demo=True,
                )
            )
    if spans[1].start <= today:
        with _on(spans[1].start + timedelta(days=2)):
            for one, proposal in zip(entry["proposals"], kept, strict=True):
                _comments(one.get("comments", []), proposal, units)
    if spans[2].start <= today:
        with _on(min(spans[2].start + timedelta(days=4), today)):
            _rate(made.id, entry, kept, fixed, units)
    if spans[3].start <= today:
        with _on(_working(spans[3].start + timedelta(days=9))):
            for one, proposal in zip(entry["proposals"], kept, strict=True):
                if "decision" in one:
                    results.decide(
                        PROGRAM,
                        proposal_id=proposal.id,
                        outcome=one["decision"][0],
                        reason=one["decision"][1],
                        body="Verwaltungsvorstand",
                    )


def _head(unit: Unit) -> Actor:
    """Return who heads a unit as who acts."""
    holding = Holding.objects.filter(post__unit=unit, post__head=True, end__isnull=True).select_related(
        "person"
    )
    person = holding[0].person
    return Actor("staff", person.id, person.name)


def _comments(entries: list[list[Any]], proposal: Proposal, units: dict[str, Unit]) -> None:
    for code, text, *answers in entries:
        first = proposals.comment(
            _head(units[code]), proposal_id=proposal.id, unit_id=units[code].id, text=text
        )
        for answer_code, answer in answers:
            proposals.comment(
                _head(units[answer_code]),
                proposal_id=proposal.id,
                unit_id=units[answer_code].id,
                text=answer,
                parent_id=first.id,
            )


def _rate(
    round_id: UUID, entry: dict[str, Any], kept: list[Proposal], fixed: CriteriaSet, units: dict[str, Unit]
) -> None:
    """Let units rate: the points of the content, each unit a little apart from it in a fixed way."""
    measures = list(fixed.criteria.all())
    for turn, code in enumerate(entry.get("raters", [])):
        sheets = []
        for place, (one, proposal) in enumerate(zip(entry["proposals"], kept, strict=True)):
            if one["unit"] == code:
                continue
            points = {
                measure.id: min(5, max(1, base + (turn * 7 + place * 5 + step * 3) % 5 // 2 - 1))
                for step, (measure, base) in enumerate(zip(measures, one["points"], strict=True))
            }
            sheets.append(
                Sheet(proposal.id, 0, points, entry["reasons"][(turn + place) % len(entry["reasons"])])
            )
        rating.rate(PROGRAM, round_id=round_id, unit_id=units[code].id, sheets=sheets)
