"""What leadership may know of the cases: counts per procedure, never a person and never an employee."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from leineweber.domains.applications import queries, rules
from leineweber.domains.applications.models import Case, CaseState, Channel
from leineweber.domains.applications.procedures import registry

OPEN = (CaseState.RECEIVED, CaseState.IN_REVIEW, CaseState.QUESTION_OPEN)


@dataclass(frozen=True, slots=True)
class ProcedureFigures:
    """A procedure in a period: received (and in the period before), share online (percent), median days, still open.

    `online_share` and `median_days` are None where there is nothing to compute from.
    """

    key: str
    title: str
    scope: str
    received: int
    received_before: int
    online_share: Decimal | None
    median_days: Decimal | None
    open: int


def by_procedure(start: date, end: date, unit_path: str = "") -> list[ProcedureFigures]:
    """Return each procedure in force whose unit lies within a path, most received first; four queries.

    The period before is the one of the same length that ends on the day before `start`.
    """
    before = start - (end - start) - timedelta(days=1)
    received: dict[str, Counter[str]] = defaultdict(Counter)
    for key, channel, number in (
        queries.opened_between(start, end)
        .values_list("procedure_key", "channel")
        .annotate(number=Count("*"))
        .values_list("procedure_key", "channel", "number")
    ):
        received[key][channel] += number
    earlier = Counter(
        dict(
            queries.opened_between(before, start - timedelta(days=1))
            .values_list("procedure_key")
            .annotate(number=Count("*"))
            .values_list("procedure_key", "number")
        )
    )
    days: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, lasted, number in (
        queries.opened_between(start, end)
        .filter(days_to_notice__isnull=False)
        .values_list("procedure_key", "days_to_notice")
        .annotate(number=Count("*"))
        .values_list("procedure_key", "days_to_notice", "number")
    ):
        days[key].append((int(lasted or 0), number))
    still_open = Counter(
        dict(
            Case.objects.filter(state__in=OPEN)
            .order_by()
            .values_list("procedure_key")
            .annotate(number=Count("*"))
            .values_list("procedure_key", "number")
        )
    )
    found = []
    for procedure in registry.in_force().values():
        if unit_path and not procedure.scope.startswith(unit_path):
            continue
        key, channels = procedure.key, received.get(procedure.key, Counter())
        total = channels.total()
        online = total - channels.get(Channel.PAPER.value, 0)
        median = rules.median_of_counts(days.get(key, []))
        found.append(
            ProcedureFigures(
                key=key,
                title=procedure.title,
                scope=procedure.scope,
                received=total,
                received_before=earlier.get(key, 0),
                online_share=(Decimal(100 * online) / total).quantize(Decimal("0.1")) if total else None,
                median_days=None if median is None else Decimal(str(median)),
                open=still_open.get(key, 0),
            )
        )
    return sorted(found, key=lambda one: (-one.received, one.title))


def total_by_procedure() -> dict[str, int]:
    """Return how many cases each procedure has had, withdrawn ones too, by its key; one query."""
    return dict(
        Case.objects.order_by()
        .values_list("procedure_key")
        .annotate(number=Count("*"))
        .values_list("procedure_key", "number")
    )
