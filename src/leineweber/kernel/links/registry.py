"""How rooms let their things be shown by others without being imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from leineweber.kernel.access.actors import Actor
from leineweber.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class Card:
    """A thing as others show it: title, address (empty if there is no page), one line more."""

    title: str
    url: str
    note: str = ""


Resolver = Callable[[list[UUID], Actor], Mapping[UUID, Card]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be linked, with its German label and the room's resolver."""

    name: str
    label: str
    resolve: Resolver


_kinds: dict[str, Kind] = {}


def register(kind: str, *, label: str, resolve: Resolver) -> None:
    """Make a kind known. The resolver returns cards only for what the actor may see, in constant queries.

    Raises:
        ValueError: the kind is taken.
    """
    if kind in _kinds:
        raise ValueError(f"The kind {kind} exists twice.")
    _kinds[kind] = Kind(kind, label, resolve)


def resolve(refs: Iterable[Ref], actor: Actor) -> dict[Ref, Card]:
    """Return the cards of things the actor may see, one call per kind."""
    by_kind: dict[str, list[UUID]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(ref.id)
    cards: dict[Ref, Card] = {}
    for name, identifiers in by_kind.items():
        kind = _kinds.get(name)
        if kind is not None:
            cards.update({Ref(name, key): card for key, card in kind.resolve(identifiers, actor).items()})
    return cards
