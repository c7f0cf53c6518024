"""What is kept, by subject: mandates, projects with their plan, money and people, control."""

from leineweber.domains.portfolio.models.control import (
    Baseline,
    Breach,
    Issue,
    Lesson,
    Risk,
    Stakeholder,
    StatusReport,
)
from leineweber.domains.portfolio.models.mandates import Mandate
from leineweber.domains.portfolio.models.money import Benefit, Capacity, Cost, Need, Skill
from leineweber.domains.portfolio.models.projects import (
    Activity,
    Dependency,
    GateCondition,
    GateDecision,
    Phase,
    Project,
    ProjectPart,
)

__all__ = [
    "Activity",
    "Baseline",
    "Benefit",
    "Breach",
    "Capacity",
    "Cost",
    "Dependency",
    "GateCondition",
    "GateDecision",
    "Issue",
    "Lesson",
    "Mandate",
    "Need",
    "Phase",
    "Project",
    "ProjectPart",
    "Risk",
    "Skill",
    "Stakeholder",
    "StatusReport",
]
