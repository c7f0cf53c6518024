"""How other rooms show scenarios, and what a decision paper about one begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from leineweber.domains.portfolio.choice import model, rules
from leineweber.domains.portfolio.choice.models import Run, RunState, Scenario
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.ui.jinja import money, number

ADDRESS = "/steuerung/portfolio/auswahl"


def _address(identifier: UUID) -> str:
    return f"{ADDRESS}/{identifier}/"


def _cards(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, "choice.view"):
        return {}
    rows = Scenario.objects.filter(id__in=identifiers).only("id", "title", "adopted")
    return {
        row.id: Card(row.title, _address(row.id), "übernommen" if row.adopted else "Auswahl unter Grenzen")
        for row in rows
    }


def _every(actor: Actor) -> Iterable[UUID]:
    """Return the scenarios that can be decided about: with a result, not taken over yet."""
    if not allowed(actor, "choice.view"):
        return ()
    done = Run.objects.filter(state=RunState.DONE, benefit__isnull=False).values("scenario_id")
    return Scenario.objects.filter(adopted__isnull=True, id__in=done).values_list("id", flat=True)


def _brief(identifier: UUID, actor: Actor) -> Brief | None:
    if not allowed(actor, "choice.view"):
        return None
    scenario = Scenario.objects.filter(id=identifier).first()
    if scenario is None:
        return None
    run = scenario.runs.order_by("-number").first()
    if run is None or run.result is None or run.benefit is None:
        return Brief(scenario.title, _address(identifier), scenario.question)
    instance, outcome = model.from_json(run.inputs), model.outcome_from_json(run.result["outcome"])
    known = instance.by_id()
    used = rules.money_used(instance, outcome.starts)
    chosen = "; ".join(
        f"{known[key].title} (ab {instance.limits.first_year + offset})"
        for key, offset in sorted(outcome.starts.items(), key=lambda one: (one[1], known[one[0]].title))
    )
    return Brief(
        title=scenario.title,
        url=_address(identifier),
        summary=scenario.question,
        facts=(
            ("Gewählte Vorhaben", f"{len(outcome.starts)} von {len(instance.candidates)}"),
            ("Im Einzelnen", chosen),
            ("Kosten im Zeitraum", money(sum(used))),
            ("Nutzen", f"{number(outcome.benefit, 1)} Punkte"),
            ("Prüfsumme der Eingaben (SHA-256)", run.inputs_hash),
        ),
        costs=tuple((instance.limits.first_year + year, amount) for year, amount in enumerate(used)),
    )


links.register(
    "scenario",
    label="Auswahl unter Grenzen",
    resolve=_cards,
    brief=_brief,
    every=_every,
    effects=(("adopt", "Auswahl ins Portfolio übernehmen"),),
)
