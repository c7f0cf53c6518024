"""Pure: how an entry and a block are put into bytes before they are sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def entry_bytes(
    at: datetime,
    actor_kind: str,
    actor_id: str | None,
    actor_label: str,
    name: str,
    subject: str,
    detail: Mapping[str, Any],
) -> bytes:
    """Return the canonical bytes of an entry: sorted keys, no spaces, UTC with microseconds."""
    return json.dumps(
        [
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            actor_kind,
            actor_id,
            actor_label,
            name,
            subject,
            detail,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def block_bytes(previous_seal: str, entries: Iterable[tuple[int, str]]) -> bytes:
    """Return the bytes of a block: the seal before it, then id and seal of each entry in order."""
    lines = [previous_seal, *(f"{number}:{seal}" for number, seal in entries)]
    return "\n".join(lines).encode()


def to_ranges(ids: Sequence[int]) -> list[list[int]]:
    """Return sorted ids as runs `[first, last]`, so that a block of thousands stays short."""
    runs: list[list[int]] = []
    for number in sorted(ids):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def from_ranges(runs: Iterable[Sequence[int]]) -> list[int]:
    """Return the ids that runs stand for."""
    return [number for first, last in runs for number in range(first, last + 1)]
