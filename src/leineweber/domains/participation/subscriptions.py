"""What the room does when others speak: a resolution about a proposal decides it."""

from __future__ import annotations

import structlog

from leineweber.domains.participation.models import Proposal
from leineweber.domains.participation.services import ParticipationError, PhaseClosed, results
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe
from leineweber.kernel.refs import Ref

log = structlog.get_logger(__name__)


@subscribe("resolution.passed", name="participation.decide_by_resolution")
def decide_by_resolution(event: Event) -> None:
    """Decide about the proposal a resolution names; a second delivery finds it decided.

    A resolution that comes too late, because the proposal is decided or the phase is over, changes nothing and is
    noted in the log. One that comes too early fails: it is tried again, and then an operator sees it.
    """
    try:
        subject = Ref.parse(str(event.payload.get("subject", "")))
    except ValueError:
        return
    effect = str(event.payload.get("effect", ""))
    if subject.kind != "proposal" or effect not in set(Proposal.Outcome.values) - {"open"}:
        return
    number = str(event.payload.get("number", ""))
    conditions = str(event.payload.get("conditions") or "")
    try:
        results.decide(
            Actor.system("Beschluss"),
            proposal_id=subject.id,
            outcome=effect,
            reason=f"Beschluss {number}." + (f" Auflagen: {conditions}" if conditions else ""),
            body=f"Beschluss {number}",
            resolution=number,
        )
    except ParticipationError as error:
        if isinstance(error, PhaseClosed) and not error.over:
            raise
        log.warning("resolution_without_effect", subject=str(subject), effect=effect, why=str(error))
