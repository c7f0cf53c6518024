"""What can be asked; each function a constant number of queries, typed answers."""

from leineweber.domains.portfolio.queries.choosing import Candidate, candidates
from leineweber.domains.portfolio.queries.figures import (
    SkillLoad,
    YearMoney,
    capacity,
    heat,
    money,
    post_loads,
    projects_for,
)

__all__ = [
    "Candidate",
    "SkillLoad",
    "YearMoney",
    "candidates",
    "capacity",
    "heat",
    "money",
    "post_loads",
    "projects_for",
]
