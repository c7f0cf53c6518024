"""How rooms let their things be shown by others without being imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from leineweber.kernel.access.actors import Actor
from leineweber.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class Card:
    """A thing as others show it: title, address (empty if there is no page), one line more."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a thing tells to whoever decides about it: facts as (German label, text), cost in euros by fiscal year."""

    title: str
    url: str
    summary: str = ""
    owner: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    costs: tuple[tuple[int, Decimal], ...] = ()
    funding: str = ""


Briefer = Callable[[UUID, Actor], Brief | None]
Census = Callable[[Actor], Iterable[UUID]]
Resolver = Callable[[list[UUID], Actor], Mapping[UUID, Card]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be linked, with its German label and the room's resolver.

    `every` names all things of the kind that the actor may see and that are alive; kinds without it have no orphans.
    `effects` are what a resolution may do to such a thing, as (key, German label): its room listens to
    `resolution.passed`.
    """

    name: str
    label: str
    resolve: Resolver
    brief: Briefer | None = None
    every: Census | None = None
    effects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a thing should have: an edge of a kind with the other kind; `outgoing` tells from which end it is seen.

    `label` names in German who has none, such as "Ziele ohne Vorhaben".
    """

    kind: str
    edge: str
    other: str
    outgoing: bool
    label: str


_kinds: dict[str, Kind] = {}
_expectations: list[Expectation] = []


def register(
    kind: str,
    *,
    label: str,
    resolve: Resolver,
    brief: Briefer | None = None,
    every: Census | None = None,
    effects: tuple[tuple[str, str], ...] = (),
) -> None:
    """Make a kind known. Resolver and census return only what the actor may see, in constant queries.

    A kind that is decided about (a goal, a project, a contract) also gives a `brief`: the facts a decision paper
    begins with, None for what the actor may not see; and `effects`, what a resolution may do to it.

    Raises:
        ValueError: the kind is taken.
    """
    if kind in _kinds:
        raise ValueError(f"The kind {kind} exists twice.")
    _kinds[kind] = Kind(kind, label, resolve, brief, every, effects)


def expect(kind: str, edge: str, other: str, *, outgoing: bool, label: str) -> None:
    """Say that things of a kind should have an edge with things of another; who has none is listed as an orphan."""
    _expectations.append(Expectation(kind, edge, other, outgoing, label))


def expectations() -> tuple[Expectation, ...]:
    """Return what is expected of things whose kind and whose other kind this installation has."""
    return tuple(one for one in _expectations if one.kind in _kinds and one.other in _kinds)


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


def brief(ref: Ref, actor: Actor) -> Brief | None:
    """Return what a thing tells about itself; None if nobody tells it, it is gone, or the actor may not see it."""
    kind = _kinds.get(ref.kind)
    return kind.brief(ref.id, actor) if kind is not None and kind.brief is not None else None


def kinds() -> tuple[Kind, ...]:
    """Return all kinds of things that can be linked, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))
