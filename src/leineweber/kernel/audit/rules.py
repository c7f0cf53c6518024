"""Pure: how an entry and a block are put into bytes before they are sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def place_bytes(number: int, seal: str) -> bytes:
    """Return the bytes by which an entry stands in the queue for a block: its number and its seal."""
    return f"{number}:{seal}".encode()


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


def joined(runs: Iterable[list[int]]) -> list[list[int]]:
    """Return runs in order, those that touch or overlap made one."""
    result: list[list[int]] = []
    for first, last in sorted(runs):
        if result and first <= result[-1][1] + 1:
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return result


def outside(numbers: Iterable[int], runs: Sequence[Sequence[int]]) -> Iterator[int]:
    """Yield those of ascending numbers that lie in none of the runs, which are in order and apart."""
    place = 0
    for number in numbers:
        while place < len(runs) and runs[place][1] < number:
            place += 1
        if place == len(runs) or number < runs[place][0]:
            yield number
