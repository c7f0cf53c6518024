"""References: how one thing names another across rooms without importing its model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Ref:
    """A kind (`application`, `case`, `goal` …) and the id of one thing of that kind.

    Kept in text columns as `kind:id`; never a foreign key, so rooms stay independent.
    """

    kind: str
    id: UUID

    def __post_init__(self) -> None:
        if not _KIND.match(self.kind):
            raise ValueError(f"Not a kind of thing: {self.kind!r}")

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Return the reference written as `kind:uuid`.

        Raises:
            ValueError: the text has another form.
        """
        kind, _, identifier = text.partition(":")
        return cls(kind, UUID(identifier))
