"""Lights set for a time and a reason; owner, tolerance and trajectory of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from leineweber.kernel import clock
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.indicators import formulas, queries, rules
from leineweber.kernel.indicators.models import KeptIndicator, LightOverride
from leineweber.kernel.indicators.services import POLICY, Changed, IndicatorError
from leineweber.kernel.indicators.services.figures import locked
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

LONGEST_OVERRIDE = 184
SHORTEST_REASON = 20
MOST_POINTS = 60


def _row(key: str) -> KeptIndicator:
    """Return the row of a figure, locked in the open transaction; made if nothing was kept of it yet.

    Raises:
        IndicatorError: nobody gives such a figure.
    """
    if queries.definition(key) is None:
        raise IndicatorError("", "Diese Kennzahl gibt es nicht.")
    KeptIndicator.objects.bulk_create(
        [KeptIndicator(key=key, kind=KeptIndicator.Kind.LIVE, version=0)], ignore_conflicts=True
    )
    return locked(key)


def override(actor: Actor, key: str, *, light: rules.Light, reason: str, until: date) -> None:
    """Set the light of a figure against what it says, up to and with a day. One set before ends.

    Raises:
        Denied: the actor may not manage figures.
        IndicatorError: no such figure, no light, a reason of under 20 characters, a day gone by or more than half a
            year ahead.
    """
    check(actor, POLICY)
    today = clock.today()
    if light not in rules.LIGHTS[:3]:
        raise IndicatorError("light", "Wählen Sie eine Ampel.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise IndicatorError(
            "reason", f"Begründen Sie in mindestens {SHORTEST_REASON} Zeichen, warum die Ampel anders steht."
        )
    if not today <= until <= today + timedelta(days=LONGEST_OVERRIDE):
        raise IndicatorError("until", "Wählen Sie einen Tag ab heute, höchstens ein halbes Jahr voraus.")
    detail = {"key": key, "light": light, "until": str(until), "reason": reason.strip()}
    with transaction.atomic():
        row = _row(key)
        with act(actor, "indicators.light_set", Ref("indicator", row.id), detail):
            _end(row, actor)
            LightOverride.objects.create(
                indicator=row,
                light=light,
                reason=reason.strip(),
                start=today,
                until=until,
                set_at=clock.now(),
                set_by_id=actor.id,
                set_by=actor.label,
            )


def _end(row: KeptIndicator, actor: Actor) -> int:
    return row.overrides.filter(ended_at__isnull=True).update(
        ended_at=clock.now(), ended_on=clock.today(), ended_by=actor.label
    )


def end_override(actor: Actor, key: str) -> bool:
    """Let a figure's light follow the figure again; return False if none was set.

    Raises:
        Denied: the actor may not manage figures.
        IndicatorError: no such figure.
    """
    check(actor, POLICY)
    if key not in queries.overrides([key], clock.today()):
        return False
    with transaction.atomic():
        row = locked(key)
        with act(actor, "indicators.light_followed", Ref("indicator", row.id), {"key": key}) as current:
            current.detail["ended"] = _end(row, actor)
    return True


def settle(
    actor: Actor,
    key: str,
    *,
    owner: str,
    share: Decimal,
    amount: Decimal,
    shape: rules.Shape | None,
    points: Sequence[tuple[date, Decimal]],
    version: int,
) -> None:
    """Set who answers for a figure, how far beside the plan is still yellow, and the trajectory.

    Args:
        actor: who does.
        key: of the figure.
        owner: who answers; empty: whoever the room names that computes it.
        share: tolerance as a share of what is expected, 0 to 1.
        amount: tolerance in the unit of the figure, not negative.
        shape: how the days between the points are read; None: no trajectory.
        points: value by day, in order.
        version: what was shown (0: nothing was kept yet).

    Raises:
        Denied: the actor may not manage figures.
        Changed: it was changed meanwhile.
        IndicatorError: a bound is broken, or too few, too many or disordered points.
    """
    check(actor, POLICY)
    if not 0 <= share <= 1:
        raise IndicatorError("share", "Geben Sie die Toleranz in Prozent an, von 0 bis 100.")
    if not 0 <= amount < 10**12:
        raise IndicatorError("amount", "Geben Sie eine Zahl ab 0 ein.")
    if shape is not None:
        least = 2 if shape == "linear" else 1
        if not least <= len(points) <= MOST_POINTS:
            raise IndicatorError(
                "points", f"Geben Sie {least} bis {MOST_POINTS} Stützwerte an, in jeder Zeile einen."
            )
        if any(formulas.kept(value) != value for _, value in points):
            raise IndicatorError(
                "points", "Geben Sie Werte unter zehn Billiarden mit höchstens vier Nachkommastellen an."
            )
        try:
            rules.Trajectory(shape, tuple(points))
        except ValueError:
            raise IndicatorError(
                "points", "Ordnen Sie die Stützwerte nach Tagen; jeder Tag kommt einmal vor."
            ) from None
    one = queries.definition(key)
    if one is not None and one.kind != KeptIndicator.Kind.LIVE and not owner.strip():
        raise IndicatorError("owner", "Geben Sie an, wer für die Kennzahl verantwortlich ist.")
    with transaction.atomic():
        row = _row(key)
        if row.version != version:
            raise Changed
        with act(actor, "indicators.settled", Ref("indicator", row.id), {"key": key}) as current:
            of_room = one.code.owner if one is not None and one.code is not None else ""
            row.owner = "" if owner.strip() == of_room else owner.strip()
            row.tolerance_share, row.tolerance_amount = share, amount
            row.shape = shape or ""
            row.points = [[str(day), str(value)] for day, value in points] if shape else []
            row.version += 1
            row.save(
                update_fields=["owner", "tolerance_share", "tolerance_amount", "shape", "points", "version"]
            )
            current.detail["version"] = row.version
