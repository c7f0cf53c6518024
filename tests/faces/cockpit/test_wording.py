"""How a goal stands, in words: what is typed by hand says so, and a bound from above reads as one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries import GoalView, Measured
from leineweber.faces.cockpit.wording import headline, mark, target_words
from leineweber.kernel.indicators import Figure, Indicator, Point

DAY = date(2026, 11, 20)


def measured(value: int, target: int, expected: str, direction: Any = "up", **more: Any) -> Measured:
    figure = Figure(Decimal(value), series=(Point(DAY, Decimal(value)),))
    told = Indicator("manual.x", "Tage bis zur Antwort", "Tage", direction, "Liste", lambda _: figure)
    begin, end = date(2026, 5, 1), date(2027, 5, 1)
    return Measured(told, figure, Decimal(target), Decimal(expected), "yellow", begin, end, **more)


def said(one: Measured) -> str:
    return headline(GoalView(SmartGoal(), (one,), one.light))


def test_less_is_better() -> None:
    one = measured(10, 5, "9.66", "down", on=DAY, manual=True)
    assert said(one) == (
        "Tage bis zur Antwort: 10 Tage; heute sollten es höchstens 9,7 sein, am Ende höchstens 5 "
        "(von Hand, Stand 20.11.2026)."
    )
    assert target_words(one) == "heute erwartet: 9,7 Tage, Ziel: 5 Tage"


def test_more_is_better_and_a_live_figure_needs_no_mark() -> None:
    one = measured(36, 100, "37.05")
    assert said(one) == "Tage bis zur Antwort: 36 von 100 Tage; heute sollten es 37 sein."
    assert mark(one) == ""


def test_what_is_overdue_says_so() -> None:
    assert mark(measured(1, 2, "1", on=DAY, outdated=True)) == (
        "berechnet, Stand 20.11.2026, neuer Wert überfällig"
    )
