"""What can be asked about accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count

from leineweber.kernel import clock
from leineweber.people.identity.models import Account, LoginRecord, Passkey, RecoveryCode, Session


def account_of(account_id: UUID) -> Account | None:
    """Return an account with its person."""
    return Account.objects.select_related("person").filter(id=account_id).first()


def citizen_by_email(email: str) -> Account | None:
    """Return the active citizen account of an address, however it is written. Never tell a visitor the result."""
    return Account.objects.filter(username=f"citizen:{email.strip().lower()}", is_active=True).first()


def passkeys_of(account: Account) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    return list(account.passkeys.all())


def sessions_of(account: Account) -> list[Session]:
    """Return the running sessions of an account, the most recently used first."""
    return list(
        Session.objects.filter(account=account, expires_at__gt=clock.now()).order_by("-seen_at", "id")
    )


def recent_log_ins(account: Account, limit: int = 10) -> list[LoginRecord]:
    """Return the latest entries of the log of log-ins of an account."""
    return list(LoginRecord.objects.filter(account=account)[:limit])


def recovery_codes_left(account: Account) -> int:
    """Return how many recovery codes still work."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True).count()


def personas() -> list[Account]:
    """Return the accounts of the demo that its start page offers, in the order they were made."""
    return list(
        Account.objects.filter(demo=True, is_active=True).exclude(persona="").order_by("created_at", "id")
    )


def log_in_outcomes(since: datetime) -> dict[str, int]:
    """Return how many attempts to log in had which outcome since a moment: counts only, nobody's name; one query."""
    return dict(
        LoginRecord.objects.filter(at__gte=since)
        .order_by()
        .values_list("outcome")
        .annotate(number=Count("*"))
        .values_list("outcome", "number")
    )
