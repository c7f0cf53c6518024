"""Sources: what a person of the staff finds beyond the catalogue, told by the rooms that have it.

A room registers a function in its module `search_sources`; the desk's search shows what each of them finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leineweber.kernel.access.actors import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: what it is called, its address, one line more."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a source found: the first things, how many in all, and the address that shows all of them."""

    found: tuple[Found, ...]
    total: int
    more: str = ""


Look = Callable[[Actor, str, int], Source]

_sources: dict[str, tuple[str, Look]] = {}


def register(key: str, title: str, look: Look) -> None:
    """Let a room be searched: `look` returns at most so many things as asked for that the actor may see.

    Raises:
        ValueError: the key is taken.
    """
    if key in _sources:
        raise ValueError(f"The source {key} exists twice.")
    _sources[key] = (title, look)


def search(actor: Actor, text: str, limit: int) -> list[tuple[str, Source]]:
    """Return what each source found, with its German title, in order of their keys."""
    return [(title, look(actor, text, limit)) for _, (title, look) in sorted(_sources.items())]
