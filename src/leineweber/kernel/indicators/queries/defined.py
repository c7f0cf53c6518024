"""What each figure is, whoever says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db.models import QuerySet

from leineweber.kernel.indicators import registry, rules
from leineweber.kernel.indicators.models import KeptIndicator
from leineweber.kernel.indicators.registry import Indicator
from leineweber.kernel.indicators.rules import Tolerance, Trajectory

Kind = KeptIndicator.Kind


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is, whoever says so: the room that computes it, or the city that keeps it.

    `key` may name a procedure, `label` then does as well. `id` is None as long as nothing was kept of the figure.
    """

    key: str
    kind: str
    label: str
    unit: str
    direction: str
    definition: str
    source: str
    owner: str
    refresh: int
    tolerance: Tolerance = rules.USUAL
    trajectory: Trajectory | None = None
    retired_on: date | None = None
    version: int = 0
    id: Any = None
    expression: str = ""
    inputs: Mapping[str, str] | None = None
    code: Indicator | None = None

    @property
    def kind_label(self) -> str:
        """Where its values come from, in German."""
        return str(Kind(self.kind).label)


def trajectory_of(row: KeptIndicator) -> Trajectory | None:
    """Return the trajectory of a row, None if it has none."""
    if not row.shape or not row.points:
        return None
    points = tuple((date.fromisoformat(day), Decimal(value)) for day, value in row.points)
    return Trajectory(cast(rules.Shape, row.shape), points)


def _tolerance(row: KeptIndicator) -> Tolerance:
    return Tolerance(
        rules.USUAL.share if row.tolerance_share is None else row.tolerance_share,
        rules.USUAL.amount if row.tolerance_amount is None else row.tolerance_amount,
    )


def _definition(
    key: str, code: Indicator | None, row: KeptIndicator | None, scope: str = ""
) -> Definition | None:
    if code is not None:
        return Definition(
            key,
            Kind.LIVE.value,
            f"{code.label}: {scope}" if scope else code.label,
            code.unit,
            code.direction,
            code.definition,
            code.source,
            (row.owner if row else "") or code.owner,
            code.refresh,
            _tolerance(row) if row else rules.USUAL,
            trajectory_of(row) if row else None,
            row.retired_on if row else None,
            row.version if row else 0,
            row.id if row else None,
            code=code,
        )
    if row is None or row.kind == Kind.LIVE:
        return None
    return Definition(
        key,
        row.kind,
        row.label,
        row.unit,
        row.direction,
        row.definition,
        row.source,
        row.owner,
        row.refresh_days,
        _tolerance(row),
        trajectory_of(row),
        row.retired_on,
        row.version,
        row.id,
        row.expression,
        row.inputs,
    )


def code_of(key: str) -> tuple[Indicator | None, str]:
    """Return who computes a key, and the German label of the procedure it names."""
    base, scope = registry.split(key)
    try:
        code = registry.get(base)
    except KeyError:
        return None, ""
    if not scope:
        return code, ""
    label = (code.scopes() if code.scopes is not None else {}).get(scope)
    return (code, label) if label is not None else (None, "")


def definitions(*, retired: bool = False) -> dict[str, Definition]:
    """Return every figure by key, in the order of labels, those of single procedures left out; one query.

    A figure whose room is gone from this installation is left out as well; its readings stay.
    """
    rows = {row.key: row for row in KeptIndicator.objects.all()}
    codes: dict[str, Indicator | None] = {one.key: one for one in registry.all_indicators()}
    found = [
        _definition(key, codes.get(key), rows.get(key))
        for key in codes | dict.fromkeys(rows)
        if registry.SCOPE not in key
    ]
    shown = [one for one in found if one is not None and (retired or one.retired_on is None)]
    return {one.key: one for one in sorted(shown, key=lambda one: (one.label.casefold(), one.key))}


def definitions_of(keys: Iterable[str]) -> dict[str, Definition]:
    """Return what some figures are, by key, also retired ones; unknown keys are left out; one query."""
    wanted = list(dict.fromkeys(keys))
    rows = {row.key: row for row in KeptIndicator.objects.filter(key__in=wanted)}
    found = {}
    for key in wanted:
        code, scope = code_of(key)
        one = _definition(key, code, rows.get(key), scope)
        if one is not None:
            found[key] = one
    return found


def definition(key: str) -> Definition | None:
    """Return what a figure is, None if nobody gives it."""
    return definitions_of([key]).get(key)


def kept(key: str) -> QuerySet[KeptIndicator]:
    """Return the row of a figure, to be read or locked by a service."""
    return KeptIndicator.objects.filter(key=key)
