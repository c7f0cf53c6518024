"""What the room does when others speak: a resolution about a proposal decides it."""

from __future__ import annotations

from leineweber.domains.participation.models import Proposal
from leineweber.domains.participation.services import results
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe
from leineweber.kernel.refs import Ref


@subscribe("resolution.passed", name="participation.decide_by_resolution")
def decide_by_resolution(event: Event) -> None:
    """Decide about the proposal a resolution names, once per resolution.

    Outside of the phase for deciding this fails: it is tried again, and then an operator sees it.
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
    results.decide(
        Actor.system("Beschluss"),
        proposal_id=subject.id,
        outcome=effect,
        reason=f"Beschluss {number}." + (f" Auflagen: {conditions}" if conditions else ""),
        body=f"Beschluss {number}",
        resolution=number,
    )
