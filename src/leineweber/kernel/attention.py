"""Attention: what needs somebody, told by the rooms and read in one place by whoever leads.

A room registers a function that names its open matters; the cockpit shows all of them, most urgent first, without
knowing the rooms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from leineweber.kernel.access.actors import Actor
from leineweber.kernel.refs import Ref

MatterKind = Literal["exception", "decision", "deadline"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs somebody: an exception (a limit is broken), a decision to be made, a deadline that comes.

    `due` is the last day, None if there is none; `unit_path` is the unit it belongs to, empty for the whole city;
    `note` says in one German sentence why.
    """

    subject: Ref
    kind: MatterKind
    title: str
    url: str
    due: date | None = None
    unit_path: str = ""
    note: str = ""


Ask = Callable[[Actor, int], list[Matter]]

_sources: dict[str, Ask] = {}


def register(key: str, ask: Ask) -> None:
    """Let a room tell its matters: at most so many as asked for, most urgent first, in a constant number of queries.

    Raises:
        ValueError: the key is taken.
    """
    if key in _sources:
        raise ValueError(f"The source {key} exists twice.")
    _sources[key] = ask


def matters(actor: Actor, limit: int = 50) -> list[Matter]:
    """Return the most urgent matters of all rooms that the actor may see: by last day, those without one at the end."""
    found = [matter for key in sorted(_sources) for matter in _sources[key](actor, limit)]
    found.sort(key=lambda matter: (matter.due is None, matter.due or date.max, matter.kind, matter.title))
    return found[:limit]
