"""Do we have the people: days of each skill that there are and that projects need; never by person."""

from __future__ import annotations

from leineweber.domains.portfolio import queries
from leineweber.faces.cockpit import charts
from leineweber.faces.cockpit.panels.shapes import Panel, Picture
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.ui.jinja import number

ORDER = 40
POLICY = "portfolio.view"
SOURCE = "Kapazität der Stellen und Bedarf der geplanten und laufenden Vorhaben, in Tagen"


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return this year's skills for the whole city; they belong to no field and to no unit."""
    if not scope.whole:
        return None
    year = clock.today().year
    loads = queries.capacity(actor, year)
    if not loads:
        return None
    short = [one for one in loads if one.needed > one.available]
    if short:
        worst = max(short, key=lambda one: one.needed - one.available)
        verb = "reicht es" if len(short) == 1 else "reichen die Tage"
        sentence = (
            f"{year} {verb} in {len(short)} von {len(loads)} Fähigkeiten nicht; am meisten fehlt "
            f"{worst.skill}: {number(worst.needed - worst.available, 0)} Tage."
        )
    else:
        sentence = f"{year} reichen die Tage in allen {len(loads)} Fähigkeiten."
    chart = charts.loads(
        f"Gebrauchte Tage nach Fähigkeit {year}",
        [charts.Load(one.skill, one.available, one.needed) for one in loads],
        SOURCE,
    )
    return Panel("leute", "Haben wir die Leute?", sentence, [Picture(chart)], brief=sentence if short else "")
