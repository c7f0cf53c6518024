"""Limits on attempts, counted in the database so that they hold over all processes."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from leineweber.kernel import clock, crypto
from leineweber.people.identity import rules
from leineweber.people.identity.models import Throttle


class TooManyAttempts(Exception):
    """A limit is reached; `wait` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Zu viele Versuche; wieder möglich in {wait}.")
        self.wait = wait

    @property
    def minutes(self) -> int:
        """How many whole minutes to wait, at least one."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))


def _bucket(limit: str, key: str) -> str:
    return crypto.mac("identity.throttle", f"{limit}\0{key}".encode())


def hit(limit: str, key: str) -> None:
    """Count an attempt under a limit of `rules.LIMITS`, before it is looked at.

    Raises:
        TooManyAttempts: there were as many as the limit allows in the running window.
    """
    rule = rules.LIMITS[limit]
    bucket = _bucket(limit, key)
    moment = clock.now()
    with transaction.atomic():
        running = Throttle.objects.filter(bucket=bucket, resets_at__gt=moment)
        if running.update(count=F("count") + 1):
            row = Throttle.objects.get(bucket=bucket)
        else:
            row = Throttle.objects.update_or_create(
                bucket=bucket, defaults={"count": 1, "resets_at": moment + rule.window}
            )[0]
    if row.count > rule.count:
        raise TooManyAttempts(row.resets_at - moment)


def clear(limit: str, key: str) -> None:
    """Forget the attempts under a limit, after one that succeeded."""
    Throttle.objects.filter(bucket=_bucket(limit, key)).delete()


def clear_expired() -> None:
    """Remove the rows whose window is over."""
    Throttle.objects.filter(resets_at__lte=clock.now()).delete()
