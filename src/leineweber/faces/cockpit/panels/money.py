"""What does it cost: planned, bound and paid by fiscal year, for leadership and auditors."""

from __future__ import annotations

from leineweber.faces.cockpit import charts, projects
from leineweber.faces.cockpit.charts import euros
from leineweber.faces.cockpit.panels.shapes import Panel, Picture
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock
from leineweber.kernel.access import Actor

ORDER = 30
POLICY = "cockpit.money.view"
BEFORE, AFTER = 1, 2
PORTFOLIO = "/steuerung/portfolio/"
SOURCE = "Kosten der Vorhaben nach Haushaltsjahr; was abgebrochene geplant hatten, zählt nicht"


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return the money of the scope's projects from last year to the year after next."""
    this = clock.today().year
    years = projects.money(scope, range(this - BEFORE, this + AFTER + 1))
    if not any(one.planned or one.committed or one.actual for one in years):
        if not scope.whole:
            return None
        return Panel(
            "geld",
            "Was kostet es?",
            "Noch hat kein Vorhaben Kosten.",
            source=SOURCE,
            more=[("Vorhaben", PORTFOLIO)],
        )
    now = next(one for one in years if one.year == this)
    sentence = (
        f"{this} sind {euros(now.planned)} geplant, {euros(now.committed)} gebunden "
        f"und {euros(now.actual)} ausgegeben."
    )
    if now.planned and now.committed + now.actual > now.planned:
        sentence += " Das ist mehr als geplant."
    chart = charts.money("Geld nach Haushaltsjahr", years, SOURCE)
    return Panel(
        "geld", "Was kostet es?", sentence, [Picture(chart)], brief=sentence, more=[("Vorhaben", PORTFOLIO)]
    )
