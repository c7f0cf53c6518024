"""Goals in lists: searched, filtered and paged in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leineweber.domains.strategy.models import FieldOfAction, SmartGoal
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.rules import fold

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class GoalFilter:
    """What is looked for; empty parts let everything through. `unit` is a path, everything below it counts."""

    text: str = ""
    field: str = ""
    status: str = ""
    unit: str = ""
    findings: bool = False


@dataclass(frozen=True, slots=True)
class GoalPage:
    """One page of goals in the order of the paper."""

    goals: Sequence[SmartGoal]
    total: int
    number: int
    pages: int


def goals(asked: GoalFilter, page: int = 1) -> GoalPage:
    """Return a page of goals: every word must occur in number, title, purpose, result, indicator or responsible unit.

    Two queries, however many there are. A page past the end is the last.
    """
    found = SmartGoal.objects.all()
    for word in fold(asked.text[:200]).split()[:8]:
        found = found.filter(search_text__contains=word)
    if asked.field:
        found = found.filter(field__slug=asked.field)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.unit:
        found = found.filter(unit_path__startswith=asked.unit)
    if asked.findings:
        found = found.filter(open_findings__gt=0)
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = found.select_related("field").only(
        "id", "slug", "number", "title", "status", "responsible", "start", "end", "open_findings", "field__title",
        "field__number",
    )  # fmt: skip
    start = (number - 1) * PAGE_SIZE
    return GoalPage(list(rows.order_by("sort_key", "slug")[start : start + PAGE_SIZE]), total, number, pages)


def field_choices() -> list[FieldOfAction]:
    """Return the living fields of action in order."""
    return list(FieldOfAction.objects.filter(withdrawn=False).defer("text"))


def unit_choices() -> tuple[list[Any], dict[str, str]]:
    """Return the units as choices for a form, each department with what hangs below it, and their paths by code."""
    paths: dict[str, str] = {}

    def below(branch: organisation.Branch, depth: int) -> list[tuple[str, str]]:
        paths[branch.unit.code] = branch.unit.path
        own = (branch.unit.code, " " * 2 * depth + str(branch.unit))
        return [own, *(entry for child in branch.children for entry in below(child, depth + 1))]

    choices: list[Any] = []
    for root in organisation.tree():
        entries = below(root, 0)
        choices.append({"label": str(root.unit), "options": entries} if len(entries) > 1 else entries[0])
    return choices, paths
