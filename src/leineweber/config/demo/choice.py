"""The demo city's choice: three budgets for the projects it has, computed by the real solver."""

from __future__ import annotations

from decimal import Decimal

from leineweber.domains.portfolio.choice import outside, rules, services, source
from leineweber.domains.portfolio.choice.model import Candidate, Limits
from leineweber.kernel import clock
from leineweber.kernel.access import Actor

PROGRAM = Actor.system("Demo")
YEARS = 4
SECONDS = 10
STEP = Decimal(10_000)
# Share of what all new projects together would cost that there is money for.
NEW = Decimal("0.55")
TOLD = (
    (
        "Haushalt wie geplant",
        Decimal(1),
        "Welche neuen Vorhaben passen in den Ansatz der Haushaltsplanung, wenn alles Begonnene weiterläuft?",
    ),
    (
        "Ein Fünftel weniger für Neues",
        Decimal("0.8"),
        "Was entfällt, wenn die Haushaltsplanung für neue Vorhaben um ein Fünftel gekürzt wird?",
    ),
    (
        "Ein Fünftel mehr für Neues",
        Decimal("1.2"),
        "Was käme hinzu, wenn der Rat für neue Vorhaben ein Fünftel mehr bereitstellt?",
    ),
)


def load() -> None:
    """Make the three scenarios and compute them, each in one process of the solver."""
    first = clock.today().year + 1
    unlimited = Limits(first, YEARS, (None,) * YEARS, beyond=True)
    candidates = source.candidates(PROGRAM, unlimited)
    if not candidates:
        return
    capacity = source.capacities(PROGRAM, first, YEARS)
    for title, share, question in reversed(TOLD):
        limits = Limits(first, YEARS, _money(candidates, unlimited, share), capacity, beyond=True)
        scenario = services.create_scenario(PROGRAM, title=title, question=question, limits=limits)
        run = services.compute(PROGRAM, scenario.id)
        asked = services.begin(run.id, services.STEPS[0])
        assert asked is not None
        answers = outside.ask(
            {**asked, "step": "all", "seconds": SECONDS}, patience=8 * SECONDS, unwanted=lambda: False
        )
        for step, answer in answers.items():
            services.finish(run.id, step, answer)


def _money(candidates: list[Candidate], limits: Limits, share: Decimal) -> tuple[Decimal, ...]:
    """Return the money of each year: all for what has begun or must be, a share of what the rest would cost."""
    new = sum((sum(one.costs, Decimal(0)) for one in candidates if not one.must), Decimal(0))
    found = []
    for year in range(limits.years):
        begun = Decimal(0)
        for one in candidates:
            if one.must:
                starts = rules.start_offsets(one, limits)
                begun += rules.at(one.costs, year - starts[0]) if starts else Decimal(0)
        found.append(((begun + new * NEW * share / limits.years) / STEP).to_integral_value() * STEP)
    return tuple(found)
