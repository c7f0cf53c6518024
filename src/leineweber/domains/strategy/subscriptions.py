"""What the strategy does when others speak."""

from __future__ import annotations

import structlog

from leineweber.domains.strategy import services
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe
from leineweber.kernel.refs import Ref

log = structlog.get_logger(__name__)


@subscribe("participation.accepted", name="strategy.draft_goal")
def draft_goal(event: Event) -> None:
    """Make a draft of an accepted proposal; a second delivery finds it there."""
    services.draft_from_proposal(Actor.system("Beteiligung"), event.payload)


@subscribe("resolution.passed", name="strategy.follow_resolution")
def follow_resolution(event: Event) -> None:
    """Do to a goal or an edition what a resolution says; a second delivery finds it done.

    A goal that was decided with findings open is adopted: whoever decided had them in the paper. A resolution that
    comes too late, because the thing is past that, changes nothing and is noted in the log.
    """
    subject = Ref.parse(str(event.payload["subject"]))
    effect, number = str(event.payload["effect"]), str(event.payload["number"])
    program = Actor.system(f"Beschluss {number}")
    try:
        if (subject.kind, effect) == ("goal", "adopt"):
            reason = f"Mit Beschluss {number} in Kenntnis der offenen Befunde beschlossen."
            services.adopt(program, id=subject.id, overrule=reason, resolution=number)
        elif (subject.kind, effect) == ("goal", "reject"):
            services.reject(program, id=subject.id, resolution=number)
        elif (subject.kind, effect) == ("edition", "adopt"):
            services.adopt_edition(program, id=subject.id, resolution=number)
        elif (subject.kind, effect) == ("edition", "reject"):
            services.reject_edition(program, id=subject.id, resolution=number)
    except services.StrategyError as error:
        log.warning("resolution_without_effect", subject=str(subject), effect=effect, why=str(error))


@subscribe("organisation.unit_moved", name="strategy.follow_unit")
def follow_unit(event: Event) -> None:
    """Move the responsible unit of goals along; a second delivery finds nothing to move."""
    services.follow_unit(event.payload["old_path"], event.payload["new_path"])
