"""Results as pages show them: rows, tiles, sentences. Pure over what the queries return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from leineweber.domains.portfolio.choice import model, pictures, rules
from leineweber.domains.portfolio.choice.model import Candidate, Instance
from leineweber.domains.portfolio.choice.models import RunState, Scenario
from leineweber.domains.portfolio.choice.queries import Listed, Result
from leineweber.domains.portfolio.choice.wording import Words, plural_days, points
from leineweber.kernel.ui.jinja import money, number, percent, plural

BADGES: Mapping[str, str] = {
    RunState.WAITING: "info",
    RunState.RUNNING: "info",
    RunState.DONE: "success",
    RunState.IMPOSSIBLE: "warning",
    RunState.UNKNOWN: "warning",
    RunState.CANCELLED: "neutral",
    RunState.FAILED: "danger",
}
STATE_FILTERS = (
    ("entwurf", "noch nicht gerechnet"),
    ("rechnet", "rechnet"),
    ("fertig", "fertig"),
    ("unerfuellbar", "nicht erfüllbar"),
    ("gescheitert", "abgebrochen oder gescheitert"),
    ("uebernommen", "übernommen"),
)
STEP_WORDS = {
    "solve": "die beste Auswahl wird gesucht",
    "more": "was ein wenig mehr brächte, wird berechnet",
    "front": "andere Budgets werden berechnet",
    "reasons": "die Gründe für das, was außen vor bleibt, werden berechnet",
}
NOTHING = Decimal(0)
CHOSEN_SIZE, OUT_SIZE = 50, 25


def typed_percent(share: Decimal) -> str:
    """Return a share as the number of percent that is typed."""
    return number(share * 100)


def gap_words(benefit: Decimal | None, bound: Decimal | None) -> str:
    """Return how far a result may be from the best one."""
    if benefit is None:
        return ""
    if bound is None:
        return "ohne Schranke"
    if bound <= benefit:
        return "bewiesen das Beste"
    return (
        f"höchstens {percent((bound - benefit) / benefit, 2)} unter dem Besten"
        if benefit
        else "unter der Schranke"
    )


def row(one: Listed) -> dict[str, Any]:
    """Return a scenario as the list shows it."""
    scenario, run = one.scenario, one.run
    state, kind = "noch nicht gerechnet", "neutral"
    if scenario.adopted is not None:
        state, kind = "übernommen", "success"
    elif run is not None:
        state, kind = run.get_state_display(), BADGES[run.state]
    return {
        "id": scenario.id,
        "title": scenario.title,
        "state": state,
        "kind": kind,
        "comparable": run is not None and run.benefit is not None,
        "chosen": "" if run is None or run.chosen is None else number(run.chosen),
        "money": "" if run is None else money(run.money),
        "benefit": "" if run is None or run.benefit is None else number(run.benefit, 1),
        "gap": "" if run is None else gap_words(run.benefit, run.bound),
        "changed": scenario.changed,
    }


def limit_facts(scenario: Scenario) -> list[tuple[str, str]]:
    """Return the limits of a scenario in short."""
    limits = model.limits_from_json(scenario.limits)
    years = [limits.first_year + offset for offset in range(limits.years)]

    def series(values: Sequence[Decimal | None], days: bool) -> str:
        return "; ".join(
            f"{year}: {'ohne Grenze' if value is None else plural_days(value) if days else money(value)}"
            for year, value in zip(years, values, strict=True)
        )

    facts = [
        ("Zeitraum", str(years[0]) if len(years) == 1 else f"{years[0]} bis {years[-1]}"),
        ("Geld", series(limits.money, days=False)),
    ]
    facts += [(skill, series(values, days=True)) for skill, values in sorted(limits.capacity.items())]
    facts += [
        (
            "Wer früher beginnt",
            f"ist je Jahr {percent(limits.discount, 1)} mehr wert"
            if limits.discount
            else "ist nicht mehr wert",
        ),
        (
            "Vorgänger",
            "müssen beendet sein"
            if limits.order == "finish"
            else "müssen begonnen sein, auch im selben Jahr",
        ),
        ("Über den Zeitraum hinaus", "erlaubt" if limits.beyond else "nicht erlaubt"),
        ("Wünsche zu einzelnen Vorhaben", number(len(scenario.wishes))),
    ]
    return facts


def sentence(found: Result) -> str:
    """Return the sentence with which the result begins."""
    run, outcome = found.run, found.outcome
    if found.found and outcome is not None:
        total = len(found.instance.candidates)
        return f"{len(outcome.starts)} von {plural(total, 'Vorhaben', 'Vorhaben')} passen in die Grenzen."
    return {
        RunState.WAITING: "Die Rechnung wartet auf einen freien Platz.",
        RunState.RUNNING: "Die Rechnung läuft.",
        RunState.IMPOSSIBLE: "Keine Auswahl hält alle Grenzen ein.",
        RunState.UNKNOWN: "In der Rechenzeit fand sich keine Auswahl.",
        RunState.CANCELLED: "Die Rechnung ist abgebrochen.",
        RunState.FAILED: "Die Rechnung ist gescheitert.",
    }.get(RunState(run.state), "")


def _cut(rows: list[Any], number: int, size: int, name: str) -> dict[str, Any]:
    """Return one page of rows with its place: `name`, `name_page`, `name_pages`, `name_total`."""
    pages = max(1, -(-len(rows) // size))
    place = min(max(1, number), pages)
    return {
        name: rows[(place - 1) * size : place * size],
        f"{name}_page": place,
        f"{name}_pages": pages,
        f"{name}_total": len(rows),
    }


def whole(found: Result, chosen_page: int = 1, out_page: int = 1) -> dict[str, Any]:
    """Return all that the page of a result shows; of what is chosen and what is out one page each."""
    run, instance = found.run, found.instance
    words = Words.of(instance)
    context: dict[str, Any] = {
        "sentence": sentence(found),
        "state": run.get_state_display(),
        "state_kind": BADGES[run.state],
        "step": STEP_WORDS.get(run.step, ""),
        "stale": model.limits_to_json(instance.limits) != found.scenario.limits,
    }
    if run.result is not None and "impossible" in run.result:
        context["impossible"] = words.impossible(run.result["impossible"])
    if not found.found or found.outcome is None:
        return context
    starts = found.outcome.starts
    slacks = rules.slacks(instance, starts)
    limited = [one for one in instance.limits.money if one is not None]
    context |= {
        "tiles": [
            ("Nutzen", number(found.outcome.benefit, 1), "Punkte", gap_words(run.benefit, run.bound)),
            (
                "Obere Schranke",
                "–" if run.bound is None else number(run.bound, 1),
                "Punkte",
                "Mehr kann keine Auswahl bringen.",
            ),
            (
                "Kosten im Zeitraum",
                money(run.money),
                "",
                f"von {money(sum(limited, NOTHING))}" if limited else "ohne Grenze",
            ),
            (
                "Folgekosten danach",
                money(rules.money_beyond(instance, starts)),
                "",
                "in den Jahren nach dem Zeitraum",
            ),
        ],
        "roadmap": pictures.roadmap(instance, starts),
        **_cut(pictures.roadmap_rows(instance, starts), chosen_page, CHOSEN_SIZE, "chosen"),
        "usage": pictures.usage(words, slacks),
        "minimums": [words.slack(one) for one in slacks if one.limit.kind == "minimum"],
        "more": None if run.more is None else [words.more(one) for one in run.more["more"]],
        "front": None if run.front is None else pictures.front(run.front["points"]),
        **_cut(out(found, words), out_page, OUT_SIZE, "out"),
    }
    return context


def out(found: Result, words: Words) -> list[dict[str, Any]]:
    """Return what is not chosen, the most useful first, with the reason if it is known."""
    assert found.outcome is not None
    limits = found.instance.limits
    left = [one for one in found.instance.candidates if one.id not in found.outcome.starts]
    left.sort(key=lambda one: (-one.benefit * limits.weights.get(one.field, Decimal(1)), one.title))
    rows = []
    for one in left:
        never = rules.never_because(one, limits)
        told = found.run.reasons.get(one.id) or ({"kind": "never", "text": never} if never else None)
        rows.append(
            {
                "id": one.id,
                "title": one.title,
                "field": words.field(one.field),
                "benefit": number(one.benefit, 1),
                "cost": money(sum(one.costs, NOTHING)),
                "reason": "" if told is None else words.reason(one.id, told),
                "ask": told is None or told["kind"] == "unknown",
            }
        )
    return rows


def chosen(found: Result) -> list[dict[str, Any]]:
    """Return the chosen projects as rows: what taking over will plan."""
    assert found.outcome is not None
    return pictures.roadmap_rows(found.instance, found.outcome.starts)


def changed(found: Result, now: Instance) -> list[str]:
    """Return the titles of chosen projects that are no longer as they were when the inputs were frozen."""
    assert found.outcome is not None
    then, present = found.instance.by_id(), now.by_id()
    return sorted(
        then[key].title
        for key in found.outcome.starts
        if key not in present or model.candidate_to_json(then[key]) != model.candidate_to_json(present[key])
    )


def wish_rows(
    instance: Instance, shown: Sequence[Candidate], wishes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return candidates as rows with the wish for each; a must of the portfolio leaves no choice."""
    words = Words.of(instance)
    return [
        {
            "id": one.id,
            "title": one.title,
            "field": words.field(one.field),
            "benefit": number(one.benefit, 1),
            "cost": money(sum(one.costs, NOTHING)),
            "years": number(one.duration_years),
            "must": one.must,
            "wish": wishes.get(one.id, ""),
        }
        for one in shown
    ]


def comparison(found: Sequence[Result]) -> dict[str, Any]:
    """Return scenarios side by side: rows of figures, rows of projects with the year of their start in each."""
    columns = [{"key": "what", "label": "Kennzahl"}] + [
        {"key": str(position), "label": one.scenario.title, "numeric": True}
        for position, one in enumerate(found)
    ]

    def line(label: str, cells: Sequence[str]) -> dict[str, Any]:
        return {"cells": {"what": label, **{str(place): text for place, text in enumerate(cells)}}}

    outcomes = [one.outcome for one in found if one.outcome is not None]
    limited = [[value for value in one.instance.limits.money if value is not None] for one in found]
    figures = [
        line("Nutzen", [points(one.benefit) for one in outcomes]),
        line("Genauigkeit", [gap_words(one.run.benefit, one.run.bound) for one in found]),
        line("Gewählte Vorhaben", [number(len(one.starts)) for one in outcomes]),
        line("Geld im Zeitraum", [money(sum(one, NOTHING)) if one else "ohne Grenze" for one in limited]),
        line("davon genutzt", [money(one.run.money) for one in found]),
        line(
            "Folgekosten danach",
            [
                money(rules.money_beyond(one.instance, outcome.starts))
                for one, outcome in zip(found, outcomes, strict=True)
            ],
        ),
        line("Eingaben (Prüfsumme)", [one.run.inputs_hash[:12] for one in found]),
    ]
    titles: dict[str, str] = {}
    for one in found:
        titles |= {candidate.id: candidate.title for candidate in one.instance.candidates}
    rows = []
    for key in sorted(titles, key=lambda one: (titles[one], one)):
        years = [
            str(one.instance.limits.first_year + outcome.starts[key]) if key in outcome.starts else "–"
            for one, outcome in zip(found, outcomes, strict=True)
        ]
        differs = len(set(years)) > 1
        cells = line(titles[key], years)["cells"]
        cells["differs"] = {"badge": "verschieden", "badge_kind": "info"} if differs else ""
        rows.append({"cells": cells, "differs": differs})
    rows.sort(key=lambda one: not one["differs"])
    return {
        "columns": columns,
        "figures": figures,
        "project_columns": [
            {"key": "what", "label": "Vorhaben"},
            *columns[1:],
            {"key": "differs", "label": "Unterschied"},
        ],
        "projects": rows,
        "different": sum(one["differs"] for one in rows),
    }
