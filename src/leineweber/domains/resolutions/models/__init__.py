"""What is kept: responsibilities and rules, meetings, decision papers, resolutions with their follow-ups."""

from leineweber.domains.resolutions.models.decided import CastVote, FollowUp, NumberSeries, Resolution
from leineweber.domains.resolutions.models.meetings import AgendaItem, Attendance, Meeting, Minutes
from leineweber.domains.resolutions.models.papers import (
    DecisionPaper,
    PaperCost,
    PaperPart,
    PaperStatus,
    PaperVersion,
    PartKind,
    Verdict,
)
from leineweber.domains.resolutions.models.responsibilities import (
    CommitteeRules,
    DecisionKind,
    Responsibility,
    StatementRule,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "CastVote",
    "CommitteeRules",
    "DecisionKind",
    "DecisionPaper",
    "FollowUp",
    "Meeting",
    "Minutes",
    "NumberSeries",
    "PaperCost",
    "PaperPart",
    "PaperStatus",
    "PaperVersion",
    "PartKind",
    "Resolution",
    "Responsibility",
    "StatementRule",
    "Verdict",
]
