"""Keeping what figures say: the day that ended, days that were missed, days gone by. Each day is kept once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from django.db.models import Max

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.indicators import formulas, registry
from leineweber.kernel.indicators.models import DailyReading, KeptIndicator
from leineweber.kernel.indicators.registry import Indicator
from leineweber.kernel.indicators.rules import Quality
from leineweber.kernel.indicators.services import POLICY, IndicatorError
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

log = structlog.get_logger(__name__)
MISSED_DAYS = 400
LONGEST = 366 * 5 + 1
_BATCH = 31
_ALL = Ref("indicator", UUID(int=0))


class CaptureError(Exception):
    """Some figures could not be computed; the others were kept. The message names the keys and the faults."""


@dataclass(frozen=True, slots=True)
class _Taken:
    key: str
    on: date
    value: Decimal | None
    target: Decimal | None
    quality: Quality


def _figures(keys: Collection[str] | None) -> Iterator[tuple[Indicator, str, str | None]]:
    """Yield what is to be kept: the figure, under which key, of which procedure."""
    for one in registry.all_indicators():
        for key, procedure in registry.live_keys(one).items():
            if keys is None or key in keys:
                yield one, key, procedure


def _retired() -> set[str]:
    return set(KeptIndicator.objects.filter(retired_on__isnull=False).values_list("key", flat=True))


def _compute(one: Indicator, key: str, procedure: str | None, day: date, newest: date) -> _Taken:
    """Return what a figure said at the end of a day; `newest` is the last day that has ended."""
    figure = one.compute(one.query_on(day, procedure))
    value = None if figure.value is None else formulas.kept(figure.value)
    target = None if figure.target is None else formulas.kept(figure.target)
    if value is None and figure.value is not None:
        raise ValueError("The value is no finite number below ten to the sixteenth.")
    late = day < newest and one.past == "approximate"
    return _Taken(key, day, value, target, "estimated" if late else "complete")


def _keep(actor: Actor, taken: Iterable[_Taken]) -> int:
    """Write readings in one act; a day that is kept already stays as it is. Return how many were written."""
    rows = list(taken)
    if not rows:
        return 0
    first, last = min(row.on for row in rows), max(row.on for row in rows)
    with act(actor, "indicators.captured", _ALL, {"from": str(first), "to": str(last)}) as current:
        KeptIndicator.objects.bulk_create(
            [
                KeptIndicator(key=key, kind=KeptIndicator.Kind.LIVE, version=0)
                for key in dict.fromkeys(row.key for row in rows)
            ],
            ignore_conflicts=True,
        )
        ids = dict(KeptIndicator.objects.filter(key__in={row.key for row in rows}).values_list("key", "id"))
        moment = clock.now()
        # A lock on the figures would make two captures wait; the unique day does, and the second writes nothing.
        before = DailyReading.objects.filter(indicator_id__in=ids.values(), on__range=(first, last)).count()
        DailyReading.objects.bulk_create(
            [
                DailyReading(
                    indicator_id=ids[row.key],
                    on=row.on,
                    value=row.value,
                    target=row.target,
                    quality=row.quality,
                    taken_at=moment,
                )
                for row in rows
            ],
            ignore_conflicts=True,
            batch_size=500,
        )
        after = DailyReading.objects.filter(indicator_id__in=ids.values(), on__range=(first, last)).count()
        current.detail["readings"] = after - before
    return after - before


def _take(actor: Actor, days: list[date], newest: date, keys: Collection[str] | None) -> int:
    """Compute and keep some days; a figure that fails does not keep the others from being kept."""
    gone = _retired()
    there = (
        set(DailyReading.objects.filter(on__range=(days[0], days[-1])).values_list("indicator__key", "on"))
        if days
        else set()
    )
    faults: dict[str, Exception] = {}
    count = 0
    for start in range(0, len(days), _BATCH):
        taken: list[_Taken] = []
        for one, key, procedure in _figures(keys):
            if key in gone or one.key in gone:
                continue
            for day in days[start : start + _BATCH]:
                if (key, day) in there or (one.past == "none" and day != newest):
                    continue
                try:
                    taken.append(_compute(one, key, procedure, day, newest))
                except Exception as error:
                    faults[key] = error
                    break
        count += _keep(actor, taken)
    if faults:
        log.warning("indicators not captured", keys=sorted(faults))
        raise CaptureError("; ".join(f"{key}: {error}" for key, error in sorted(faults.items())))
    return count


def capture(actor: Actor, day: date) -> int:
    """Keep what every figure said at the end of a day; return how many readings were written (none the second time).

    Raises:
        CaptureError: some figures could not be computed; the others are kept.
    """
    return _take(actor, [day], day, None)


def catch_up(actor: Actor, day: date) -> int:
    """Keep a day, and the days since the last one kept; figures that know no past only get the day itself.

    Raises:
        CaptureError: some figures could not be computed; the others are kept.
    """
    kept = DailyReading.objects.filter(indicator__kind=KeptIndicator.Kind.LIVE, on__lte=day)
    last = kept.aggregate(last=Max("on"))["last"]
    first = (
        day if last is None else max(min(last + timedelta(days=1), day), day - timedelta(days=MISSED_DAYS))
    )
    return _take(
        actor, [first + timedelta(days=number) for number in range((day - first).days + 1)], day, None
    )


def backfill(actor: Actor, start: date, end: date, keys: Collection[str] | None = None) -> int:
    """Compute days gone by, both included, for the figures that know their past; return how many were written.

    The day of today never is among them: it has not ended.

    Raises:
        CaptureError: some figures could not be computed; the others are kept.
        IndicatorError: the period is empty or longer than five years.
    """
    newest = clock.today() - timedelta(days=1)
    end = min(end, newest)
    _bounded(start, end)
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    wanted = [one.key for one in registry.all_indicators() if one.past != "none"]
    chosen = [key for key in (keys if keys is not None else _all_keys()) if registry.split(key)[0] in wanted]
    return _take(actor, days, newest, chosen)


def _all_keys() -> list[str]:
    return [key for _, key, _ in _figures(None)]


def _bounded(start: date, end: date) -> None:
    if end < start:
        raise IndicatorError("start", "Wählen Sie einen Tag vor dem heutigen.")
    if (end - start).days >= LONGEST:
        raise IndicatorError("start", "Nachgerechnet werden höchstens fünf Jahre.")


def request_backfill(actor: Actor, key: str, start: date) -> None:
    """Let the past of a figure be computed from a day on, by a job.

    Raises:
        Denied: the actor may not manage figures.
        IndicatorError: nobody computes the figure, it knows no past, or the period is wrong.
    """
    from leineweber.kernel.indicators import tasks

    check(actor, POLICY)
    try:
        one = registry.get(registry.split(key)[0])
    except KeyError:
        raise IndicatorError("start", "Nur gemessene Kennzahlen lassen sich nachrechnen.") from None
    if one.past == "none":
        raise IndicatorError("start", "Diese Kennzahl lässt sich für vergangene Tage nicht berechnen.")
    end = clock.today() - timedelta(days=1)
    _bounded(start, end)
    with act(actor, "indicators.backfill", _ALL, {"key": key, "from": str(start)}) as current:
        current.enqueue(tasks.backfill, keys=[key], start=str(start), end=str(end))
