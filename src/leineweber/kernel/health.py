"""The state of the installation for rooms that may not know who looks: floor 5 provides the report, faces show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol

State = Literal["ok", "warning", "error"]


class Check(Protocol):
    """One thing that was looked at; texts are German, `remedy` says how to mend it."""

    @property
    def key(self) -> str:
        """The name of the check; `configuration.…` for a setting."""

    @property
    def label(self) -> str:
        """What was looked at."""

    @property
    def state(self) -> State:
        """How it is."""

    @property
    def message(self) -> str:
        """What was found."""

    @property
    def remedy(self) -> str:
        """What to do, empty if nothing."""


class Report(Protocol):
    """All checks at one moment."""

    @property
    def at(self) -> datetime:
        """When it was looked."""

    @property
    def state(self) -> State:
        """The worst state of all checks."""

    @property
    def checks(self) -> Sequence[Check]:
        """Each check."""


_reporter: Callable[[], Report] | None = None


def provide(reporter: Callable[[], Report]) -> None:
    """Name who makes the report; a second one replaces the first."""
    global _reporter
    _reporter = reporter


def report() -> Report | None:
    """Return the state of the installation now, None where nobody looks (a part of the program by itself)."""
    return None if _reporter is None else _reporter()
