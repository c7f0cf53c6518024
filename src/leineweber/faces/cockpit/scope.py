"""What is looked at: the whole city, one field of action, one unit, or both; read from the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from leineweber.people.organisation import queries
from leineweber.people.organisation.queries import Branch

CODE_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the city that is looked at. Empty field and path mean all of it.

    `unit_names` are all units as (name, path), so that panels need not ask for them again; `memo` keeps what was read
    for this scope already, as long as the request lasts.
    """

    field: str = ""
    field_label: str = ""
    unit_code: str = ""
    unit_path: str = ""
    unit_label: str = ""
    unit_names: tuple[tuple[str, str], ...] = ()
    memo: dict[str, Any] = dataclass_field(default_factory=dict, compare=False, repr=False)

    @property
    def whole(self) -> bool:
        """Whether it is the whole city."""
        return not self.field and not self.unit_path

    @property
    def label(self) -> str:
        """What is looked at, as a heading says it."""
        return ", ".join(part for part in (self.field_label, self.unit_label) if part)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit as it can be chosen: its code, its label, its path, how deep it hangs."""

    code: str
    label: str
    path: str
    name: str
    depth: int
    above: str


def _walk(branches: Iterable[Branch], depth: int = 0, above: str = "") -> Iterable[UnitChoice]:
    for branch in branches:
        unit = branch.unit
        yield UnitChoice(unit.code, str(unit), unit.path, unit.name, depth, above)
        yield from _walk(branch.children, depth + 1, unit.code)


def units() -> list[UnitChoice]:
    """Return all units valid today, from the top down; one query."""
    return list(_walk(queries.tree()))


def scope_of(
    field: str, unit_code: str, fields: Iterable[tuple[str, str]], choices: Iterable[UnitChoice]
) -> Scope | None:
    """Return the scope of an address, None if it names a field or a unit that does not exist."""
    labels = dict(fields)
    listed = list(choices)
    chosen = next((one for one in listed if one.code == unit_code[:CODE_LIMIT]), None)
    if (field and field not in labels) or (unit_code and chosen is None):
        return None
    return Scope(
        field,
        labels.get(field, ""),
        chosen.code if chosen else "",
        chosen.path if chosen else "",
        chosen.label if chosen else "",
        tuple((one.name, one.path) for one in listed),
    )
