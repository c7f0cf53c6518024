"""What can be asked of the strategy: how the goals stand, the paper as a whole, lists, profiles, editions."""

from leineweber.domains.strategy.queries.checking import findings_of
from leineweber.domains.strategy.queries.editions import (
    Compared,
    Verified,
    adopted_content,
    compared,
    edition_list,
    verified,
)
from leineweber.domains.strategy.queries.listing import GoalFilter, GoalPage, goals, unit_choices
from leineweber.domains.strategy.queries.paper import Paper, paper, snapshot
from leineweber.domains.strategy.queries.profile import (
    ElementPage,
    Profile,
    element_page,
    fact_rows,
    notes_of,
    profile,
)
from leineweber.domains.strategy.queries.standing import GoalView, Measured, goal_view, goal_views

__all__ = [
    "Compared",
    "ElementPage",
    "GoalFilter",
    "GoalPage",
    "GoalView",
    "Measured",
    "Paper",
    "Profile",
    "Verified",
    "adopted_content",
    "compared",
    "edition_list",
    "element_page",
    "fact_rows",
    "findings_of",
    "goal_view",
    "goal_views",
    "goals",
    "notes_of",
    "paper",
    "profile",
    "snapshot",
    "unit_choices",
    "verified",
]
