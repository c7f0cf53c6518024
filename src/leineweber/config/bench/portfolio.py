"""How fast a great portfolio is chosen: the solver by itself, on projects made up from a fixed seed."""

from __future__ import annotations

import argparse
import os
import random
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leineweber.config.language import say

if TYPE_CHECKING:
    from leineweber.domains.portfolio.choice.model import Instance

SUMMARY = (
    "Auswahl unter Grenzen: Sekunden und Lücke zum Besten bei 300 Vorhaben und 4 Jahren",
    "choosing under limits: seconds and gap to the best with 300 projects and 4 years",
)
SEED = 2022
SECONDS, GAP = 10.0, 0.01
# Skill → for which share of all that is wished there are days enough.
SKILLS = {
    "Projektleitung": Decimal("0.4"),
    "Fachverfahren": Decimal("0.5"),
    "Informationssicherheit": Decimal("0.6"),
    "Organisation": Decimal("0.6"),
}
MONEY = Decimal("0.4")
FIELDS = ("Bürgerdienste", "Verwaltung", "Infrastruktur", "Daten")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--projects", type=int, default=300)
    parser.add_argument("--years", type=int, default=4)
    parser.add_argument("--gap", type=float, default=GAP, help=say("verlangte Genauigkeit", "gap wanted"))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Choose once; `ok` if the choice is proven to be within the gap in ten seconds and keeps every limit."""
    with _quiet():
        from leineweber.domains.portfolio.choice import rules, solver

        instance = made_up(options.projects, options.years)
        began = time.perf_counter()
        found = solver.solve(instance, seconds=SECONDS, gap=options.gap)
        seconds = time.perf_counter() - began
    gap = found.gap
    broken = rules.broken(instance, found.starts) if found.found else []
    return {
        "projects": options.projects,
        "years": options.years,
        "seconds": round(seconds, 2),
        "gap": None if gap is None else float(round(gap, 5)),
        "chosen": len(found.starts),
        "benefit": float(round(found.benefit, 2)),
        "bound": None if found.bound is None else float(round(found.bound, 2)),
        "status": found.status,
        "aim": {"seconds": SECONDS, "gap": GAP},
        "ok": gap is not None and not broken and gap <= Decimal(str(GAP)) and seconds <= SECONDS,
    }


class _quiet:
    """Keep what the solver's library prints when it begins away from the figures."""

    def __enter__(self) -> None:
        self.kept = os.dup(1)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.close(nothing)

    def __exit__(self, *_: object) -> None:
        os.dup2(self.kept, 1)
        os.close(self.kept)


def made_up(projects: int, years: int) -> Instance:
    """Return so many projects with costs, effort, dependencies and exclusions; always the same ones.

    Money is enough for two fifths of them; benefit follows cost loosely, so that choosing is hard.
    """
    from leineweber.domains.portfolio.choice.model import Candidate, Instance, Limits

    dice = random.Random(SEED)
    found = []
    for number in range(projects):
        duration = dice.choice((1, 1, 2, 2, 3))
        costs = tuple(Decimal(dice.randrange(10, 400)) * 1000 for _ in range(duration))
        effort = {
            skill: tuple(Decimal(dice.randrange(5, 120)) for _ in range(duration))
            for skill in dice.sample(list(SKILLS), 2)
        }
        after = (f"p{dice.randrange(number):04}",) if number > 10 and dice.random() < 0.2 else ()
        against = (f"p{dice.randrange(projects):04}",) if dice.random() < 0.05 else ()
        found.append(
            Candidate(
                f"p{number:04}",
                f"Vorhaben {number}",
                dice.choice(FIELDS),
                costs,
                effort,
                duration,
                Decimal(dice.randrange(5, 60)) + sum(costs) / Decimal(20_000),
                after,
                against,
                must=False,
                earliest=2027 + dice.choice((0, 0, 0, 1)),
            )
        )
    wished = sum((sum(one.costs) for one in found), Decimal(0))
    money = (wished * MONEY / years).quantize(Decimal(1000))
    capacity = {}
    for skill, share in SKILLS.items():
        days = sum((sum(one.effort.get(skill, ())) for one in found), Decimal(0))
        capacity[skill] = ((days * share / years).quantize(Decimal(1)),) * years
    limits = Limits(2027, years, (money,) * years, capacity, dict.fromkeys(FIELDS, projects // 40))
    return Instance(tuple(found), limits)
