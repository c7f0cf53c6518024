"""What runs by itself: phases begin and end with the day."""

from __future__ import annotations

from datetime import timedelta

from leineweber.domains.participation.services import rounds
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs import schedule


@schedule("participation.phases", every=timedelta(minutes=15))
def advance() -> None:
    """Tell the units of phases that began, note those that ended, freeze rankings where rating is over."""
    rounds.advance(Actor.system())
