"""What the portfolio does when a body has decided."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ObjectDoesNotExist

from leineweber.domains.portfolio import services
from leineweber.kernel.access import Actor
from leineweber.kernel.events import Event, subscribe
from leineweber.kernel.refs import Ref

MANDATE = frozenset({"approve", "reject"})
STATUS = frozenset({"start", "pause", "stop"})


def _amount(value: object) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


@subscribe("resolution.passed", name="portfolio.follow_resolution")
def follow_resolution(event: Event) -> None:
    """Do what a resolution says about a mandate or a project; a second delivery changes nothing.

    One that comes too late, because the thing is past that, changes nothing and is kept in the trail.
    """
    try:
        subject = Ref.parse(str(event.payload.get("subject", "")))
    except ValueError:
        return
    effect = str(event.payload.get("effect", ""))
    number = str(event.payload.get("number", "")) or str(event.payload.get("resolution", ""))
    body = Actor.system(f"Beschluss {number}")
    try:
        _do(body, subject, effect, number, event)
    except (services.PortfolioError, ObjectDoesNotExist) as error:
        # It would fail again and again, and keep later resolutions about the same thing waiting.
        why = str(error) if isinstance(error, services.PortfolioError) else "Den Gegenstand gibt es nicht."
        services.without_effect(body, subject, effect=effect, number=number, why=why)


def _do(body: Actor, subject: Ref, effect: str, number: str, event: Event) -> None:
    if subject.kind == "mandate" and effect in MANDATE:
        conditions = event.payload.get("conditions") or ""
        services.decide_mandate(
            body,
            subject.id,
            effect,
            resolution=number,
            conditions="\n".join(map(str, conditions)) if isinstance(conditions, list) else str(conditions),
        )
    elif subject.kind == "project" and effect in STATUS:
        services.set_status(body, subject.id, effect, resolution=number)
    elif subject.kind == "project" and effect == "release_budget":
        services.release_budget(
            body, subject.id, amount=_amount(event.payload.get("amount")), resolution=number
        )


@subscribe("organisation.unit_moved", name="portfolio.follow_unit")
def follow_unit(event: Event) -> None:
    """Move projects and mandates along with their unit."""
    services.follow_unit(event.payload["old_path"], event.payload["new_path"])
