"""What can be done to the strategy; the only place that writes its tables."""

from leineweber.domains.strategy.services.common import Conflict, OpenFindings, StrategyError
from leineweber.domains.strategy.services.editions import (
    adopt_edition,
    open_edition,
    propose_edition,
    reject_edition,
)
from leineweber.domains.strategy.services.elements import withdraw_element, write_element
from leineweber.domains.strategy.services.goals import (
    GoalValues,
    adopt_goal,
    draft_from_proposal,
    follow_unit,
    measure_goal,
    write_goal,
)
from leineweber.domains.strategy.services.notes import note
from leineweber.domains.strategy.services.status import adopt, complete, drop, propose, reject, take_back

__all__ = [
    "Conflict",
    "GoalValues",
    "OpenFindings",
    "StrategyError",
    "adopt",
    "adopt_edition",
    "adopt_goal",
    "complete",
    "draft_from_proposal",
    "drop",
    "follow_unit",
    "measure_goal",
    "note",
    "open_edition",
    "propose",
    "propose_edition",
    "reject",
    "reject_edition",
    "take_back",
    "withdraw_element",
    "write_element",
    "write_goal",
]
