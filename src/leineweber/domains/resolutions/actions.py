"""What the processes of this room do by themselves."""

from __future__ import annotations

from uuid import UUID

from leineweber.capabilities import processes
from leineweber.capabilities.processes import ActionCall
from leineweber.domains.resolutions.models import DecisionPaper
from leineweber.domains.resolutions.services import papers


@processes.locked_first("decision_paper")
def lock_paper(paper_id: UUID) -> None:
    """Lock the paper before its course."""
    DecisionPaper.objects.select_for_update().filter(id=paper_id).first()


@processes.action("resolutions.silence")
def silence(call: ActionCall) -> None:
    """Note that somebody's time is over."""
    papers.silence(call.subject.id, str(call.parameters["teil"]))


@processes.action("resolutions.clear")
def clear(call: ActionCall) -> None:
    """Let the paper wait for its decision."""
    papers.clear(call.subject.id)
