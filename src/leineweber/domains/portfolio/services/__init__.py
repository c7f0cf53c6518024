"""What can be done, by subject: mandates, projects, parts of the plan and of the money, control, exchange."""

from leineweber.domains.portfolio.services.common import PortfolioError, StaleError, without_effect
from leineweber.domains.portfolio.services.control import (
    check_condition,
    decide_breach,
    decide_gate,
    report,
    take_baseline,
    watch,
    watch_all,
)
from leineweber.domains.portfolio.services.exchange import import_new, import_update
from leineweber.domains.portfolio.services.mandates import (
    decide_mandate,
    note_idea,
    save_step,
    start_mandate,
    submit_mandate,
)
from leineweber.domains.portfolio.services.money import define_skill, put_capacity
from leineweber.domains.portfolio.services.plan import move_activities, put_part, remove_part
from leineweber.domains.portfolio.services.projects import (
    change_project,
    create_project,
    follow_unit,
    link_project,
    plan_start,
    release_budget,
    set_status,
)

__all__ = [
    "PortfolioError",
    "StaleError",
    "change_project",
    "check_condition",
    "create_project",
    "decide_breach",
    "decide_gate",
    "decide_mandate",
    "define_skill",
    "follow_unit",
    "import_new",
    "import_update",
    "link_project",
    "move_activities",
    "note_idea",
    "plan_start",
    "put_capacity",
    "put_part",
    "release_budget",
    "remove_part",
    "report",
    "save_step",
    "set_status",
    "start_mandate",
    "submit_mandate",
    "take_baseline",
    "watch",
    "watch_all",
    "without_effect",
]
