"""The strategy of the demo city: the paper with its numbers, an edition adopted, one in work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from leineweber.domains.strategy import services
from leineweber.domains.strategy.services import GoalValues
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.indicators.registry import MANUAL
from leineweber.kernel.indicators.services import figures
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Post, Unit

HERE = Path(__file__).parent
LIVE: dict[str, Decimal | None] = {
    "applications.registrations": None,
    "applications.online_share": Decimal(90),
    "applications.days_to_notice": Decimal(10),
}
"""By which figures the goal of the election helpers is measured; the need of the wards is the target of the first."""
_TEXTS = (
    "title", "purpose", "result", "indicator", "source", "attainable", "participants", "funding", "risks",
    "dependencies", "contribution", "on_citizens", "on_staff", "on_climate", "on_accessibility", "on_data_ethics",
    "number",
)  # fmt: skip


def load() -> None:
    """Load the paper through the room's own services, and adopt it; what is there already stays."""
    program = Actor.system("Demo")
    content: dict[str, Any] = yaml.safe_load((HERE / "strategy.yaml").read_text(encoding="utf-8"))
    known: dict[str, Ref] = {}
    (vision,) = content["vision"]
    for kind in ("vision", "strategic_goal", "principle", "field", "measure"):
        for entry in content[kind]:
            serves = [known[number].id for number in entry.get("serves", ())]
            if kind == "strategic_goal":
                serves = [known[vision["number"]].id]
            part = services.write_element(
                program,
                kind,
                slug=entry["slug"],
                number=entry["number"],
                title=entry["title"],
                text=_flowing(entry["text"]),
                field=known[entry["field"]].id if "field" in entry else None,
                serves=serves,
            )
            known[entry["number"]] = Ref(kind, part.id)
    for entry in content["goal"]:
        known[entry["number"]] = Ref("goal", _goal(program, entry, known))
    edition = services.propose_edition(Actor.system("IT-Steuerung"), id=services.open_edition(program).id)
    services.adopt_edition(Actor.system("Verwaltungsvorstand"), id=edition.id)
    _change(program, content, known)
    for entry in content["notes"]:
        services.note(Actor.system("IT-Steuerung"), known[entry["number"]], entry["text"])


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _values(entry: dict[str, Any], known: dict[str, Ref]) -> GoalValues:
    today = clock.today()
    start, end = (today + timedelta(weeks=weeks) for weeks in entry["weeks"])
    if entry.get("procedure"):
        end = max(end, date(2027, 3, 31))
    unit = Unit.objects.get(code=entry["unit"])
    head = Post.objects.filter(unit=unit, head=True).first()
    baseline, target = (Decimal(value) for value in entry["value"])
    return GoalValues(
        **{name: entry.get(name, "") for name in _TEXTS},
        field=known[entry["field"]].id,
        unit=entry["of"],
        direction=entry.get("direction", "up"),
        baseline=baseline,
        baseline_on=start,
        target=target,
        trajectory=entry.get("trajectory", "linear"),
        points=tuple(
            (today + timedelta(weeks=weeks), Decimal(value)) for weeks, value in entry.get("points", ())
        ),
        unit_path=unit.path,
        post=head.id if head else None,
        start=start,
        end=end,
        effort_days=entry["effort"],
        costs=tuple(
            (today.year + later, Decimal(amount)) for later, amount in enumerate(entry["costs"]) if amount
        ),
        procedure_key=entry.get("procedure", ""),
        measures=[known[number].id for number in entry["serves"]],
        principles=[known[number].id for number in entry["follows"]],
        indicators=_measured_by(entry, target),
    )


def _measured_by(entry: dict[str, Any], target: Decimal) -> dict[str, Decimal | None]:
    """Return by which figures a goal is measured: those of its procedure, one that a room computes, or one by hand."""
    if entry.get("procedure"):
        return LIVE
    if "live" in entry:
        return {entry["live"]: target}
    return {f"{MANUAL}{entry['slug']}": target} if "readings" in entry else {}


def _by_hand(entry: dict[str, Any]) -> None:
    """Keep the figure that an office reports for a goal, each value entered on a working day after its own day."""
    today = clock.today()
    unit = Unit.objects.get(code=entry["unit"])
    program = Actor.system(str(unit))
    key = figures.define_manual(
        program,
        slug=entry["slug"],
        label=entry["indicator"],
        unit=entry["of"],
        direction=entry.get("direction", "up"),
        definition=f"{entry['result']} Gemeldet vom zuständigen Amt (Muster).",
        source=f"{entry['source']} (Muster)",
        owner=str(unit),
        refresh_days=entry["refresh"],
    )
    for weeks, value in entry["readings"]:
        day = today + timedelta(weeks=weeks)
        entered = day + timedelta(days=2)
        entered += timedelta(days=max(0, 7 - entered.weekday()) if entered.weekday() > 4 else 0)
        with clock.moved(datetime.combine(entered, time(11), tzinfo=clock.BERLIN)):
            figures.enter(
                program, key, on=day, value=Decimal(value), source=f"Meldung vom {entered:%d.%m.%Y} (Muster)"
            )


def _goal(program: Actor, entry: dict[str, Any], known: dict[str, Ref]) -> UUID:
    if "readings" in entry:
        _by_hand(entry)
    goal = services.write_goal(program, _values(entry, known), slug=entry["slug"])
    services.propose(Actor.system("IT-Steuerung"), id=goal.id)
    services.adopt(Actor.system("Verwaltungsvorstand"), id=goal.id)
    return goal.id


def _change(program: Actor, content: dict[str, Any], known: dict[str, Ref]) -> None:
    """Go on working: one measure is worded anew, one goal aims higher."""
    measure, goal = content["changes"]["measure"], content["changes"]["goal"]
    entry = next(one for one in content["measure"] if one["number"] == measure["number"])
    services.write_element(
        program,
        "measure",
        id=known[measure["number"]].id,
        number=entry["number"],
        title=entry["title"],
        text=measure["text"],
        field=known[entry["field"]].id,
        serves=[known[number].id for number in entry["serves"]],
    )
    entry = next(one for one in content["goal"] if one["number"] == goal["number"])
    entry = entry | {"value": [entry["value"][0], goal["target"]], "result": goal["result"]}
    services.write_goal(program, _values(entry, known), id=known[goal["number"]].id)
