"""What can be done: record, record a reading, bind into the chain, verify."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from leineweber.kernel import clock, crypto
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.audit import rules
from leineweber.kernel.audit.models import Block, ChainEnd, Entry, Unbound, Verification
from leineweber.kernel.refs import Ref

ENTRY_PURPOSE = "audit.entry"
PLACE_PURPOSE = "audit.place"
BLOCK_PURPOSE = "audit.block"
END_PURPOSE = "audit.end"
BLOCK_LIMIT = 10_000
_GROUP = 20_000
_BATCH = 500
LISTS = Ref("list", UUID(int=0))
DETAIL_LIMIT = 20_000
_INSERT_ENTRY = (
    "INSERT INTO audit_entry (at, actor_kind, actor_id, actor_label, name, subject, detail, seal) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)


def record(actor: Actor, name: str, subject: Ref, detail: Mapping[str, Any]) -> None:
    """Write one entry in the open transaction.

    Raises:
        ValueError: the detail is larger than an audit entry may be.
    """
    at = clock.now()
    content = rules.entry_bytes(
        at,
        actor.kind,
        str(actor.id) if actor.id else None,
        actor.label[:200],
        name,
        str(subject),
        detail,
    )
    if len(content) > DETAIL_LIMIT:
        raise ValueError("An audit entry holds ids and names of fields only.")
    seal = crypto.mac(ENTRY_PURPOSE, content)
    # Written for every act of the house: plain SQL takes a fifth of the time of two models being saved.
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_ENTRY,
            [
                connection.ops.adapt_datetimefield_value(at),
                actor.kind,
                _uuid_value(actor.id),
                actor.label[:200],
                name,
                str(subject),
                json.dumps(detail, ensure_ascii=False),
                seal,
            ],
        )
        number: int = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO audit_unbound (entry_id, seal) VALUES (%s, %s)", [number, _place_seal(number, seal)]
        )


def _place_seal(number: int, seal: str) -> str:
    return crypto.mac(PLACE_PURPOSE, rules.place_bytes(number, seal))


def _uuid_value(value: UUID | None) -> UUID | str | None:
    """Return an id as the engine in use keeps it."""
    return value if value is None or connection.features.has_native_uuid_field else value.hex


def record_reading(actor: Actor, subject: Ref, purpose: str) -> None:
    """Record that somebody looked at personal data (DSGVO Art. 5 (2), Art. 32); `purpose` names the view."""
    with transaction.atomic():
        record(actor, "read", subject, {"purpose": purpose})


def record_listing(
    actor: Actor, name: str, *, shown: int, found: Iterable[UUID] | None = None, kind: str = "case"
) -> None:
    """Record that somebody looked at a list of people: how many it showed, and for a search whom (decision 0097).

    What was searched for is not kept: it is a name as a rule.

    Args:
        actor: who looked.
        name: of the list, such as `cases.listed`.
        shown: how many entries the page showed.
        found: the ids that a search found and the page showed; None if nothing was searched for.
        kind: of what those are the ids.
    """
    detail: dict[str, Any] = {"shown": shown}
    if found is not None:
        detail["found"] = [str(Ref(kind, one)) for one in found]
    with transaction.atomic():
        record(actor, name, LISTS, detail)


def bind() -> int:
    """Bind the entries not yet in the chain into blocks; return how many were bound.

    An entry without a genuine place in the queue was put there by somebody else: it gets into no block, and
    `verify` names it.
    """
    bound = after = 0
    while True:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('leineweber.audit.bind'))")
            queue = dict(
                Unbound.objects.filter(entry_id__gt=after)
                .order_by("entry_id")
                .values_list("entry_id", "seal")[:BLOCK_LIMIT]
            )
            if not queue:
                return bound
            after = max(queue)
            seals = dict(Entry.objects.filter(id__in=list(queue)).values_list("id", "seal"))
            # One that is gone is bound as well: so it stays missed.
            numbers = [number for number in queue if number not in seals or _genuine(number, seals, queue)]
            if not numbers:
                continue
            _append(numbers, seals)
            Unbound.objects.filter(entry_id__in=numbers).delete()
            bound += len(numbers)


def _genuine(number: int, seals: Mapping[int, str], queue: Mapping[int, str]) -> bool:
    return crypto.same(_place_seal(number, seals[number]), queue[number])


def _append(numbers: list[int], seals: Mapping[int, str]) -> None:
    """Add a block at the end of the chain.

    If the newest block is gone, the next one still follows on it, so that the gap shows for ever. An end that is
    gone or not ours is left as it is.
    """
    last = Block.objects.order_by("-id").values_list("seal", flat=True).first()
    end = ChainEnd.objects.first()
    previous = last or rules.GENESIS
    ours = end is not None and _ours(end)
    if end is not None and ours and not Block.objects.filter(seal=end.block_seal).exists():
        previous = end.block_seal
    entries = [(number, seals[number]) for number in numbers if number in seals]
    block = Block.objects.create(
        at=clock.now(),
        entry_ids=rules.to_ranges(numbers),
        previous_seal=previous,
        seal=crypto.mac(BLOCK_PURPOSE, rules.block_bytes(previous, entries)),
    )
    if ours:
        ChainEnd.objects.update(block_seal=block.seal, seal=_end_seal(block.seal))
    elif end is None and last is None:
        ChainEnd.objects.create(block_seal=block.seal, seal=_end_seal(block.seal))


def _end_seal(block_seal: str) -> str:
    return crypto.mac(END_PURPOSE, block_seal.encode())


def _ours(end: ChainEnd) -> bool:
    return crypto.same(_end_seal(end.block_seal), end.seal)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the chain does not explain. `message` is German, for the operator."""

    entry_id: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a verification over `entries` entries and `blocks` blocks.

    `newest_seal` is that of the newest block: noted elsewhere and given to a later verification, it tells whether
    the chain still holds all that it held then. Empty before the first block.
    """

    at: datetime
    entries: int
    blocks: int
    findings: tuple[Finding, ...]
    newest_seal: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(*, noted: str = "") -> Report:
    """Recompute every seal and every block; find rows changed, removed or inserted behind the program's back.

    Others may write and bind meanwhile. What is held in memory does not grow with the trail.

    Args:
        noted: the `newest_seal` of an earlier report, kept where nobody who can write to the database can write.
    """
    bind()
    end = ChainEnd.objects.first()
    before = Verification.objects.aggregate(most=Max("entries"))["most"] or 0
    chain = _Chain()
    for group in _groups():
        chain.follow(group)
    count, strays = _count_entries(chain)
    findings = [*chain.findings, *_judge_end(end, chain, noted), *_judge_strays(strays, chain)]
    if count < before:
        findings.append(
            Finding(
                None, f"Es sind weniger Einträge da als bei einer früheren Prüfung ({count} statt {before})."
            )
        )
    report = Report(clock.now(), count, chain.blocks, tuple(findings), chain.newest)
    Verification.objects.create(
        at=report.at, entries=report.entries, findings=[finding.message for finding in findings[:100]]
    )
    return report


def _groups() -> Iterator[list[tuple[Block, list[int]]]]:
    """Yield the blocks with their ids in order, as many at once as hold some ten thousand entries."""
    group: list[tuple[Block, list[int]]] = []
    held = 0
    for block in Block.objects.order_by("id").iterator(chunk_size=_BATCH):
        numbers = rules.from_ranges(block.entry_ids)
        group.append((block, numbers))
        held += len(numbers)
        if held >= _GROUP or len(group) >= _BATCH:
            yield group
            group, held = [], 0
    if group:
        yield group


class _Chain:
    """The chain as far as it was followed: the runs of ids it covers, where it ends, what does not fit."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.blocks = 0
        self.newest_id = 0
        self.newest = ""
        self.covered: list[list[int]] = []
        self._room = _GROUP

    def follow(self, group: Sequence[tuple[Block, list[int]]]) -> None:
        """Recompute the next blocks and their entries."""
        held = sorted(number for _, numbers in group for number in numbers)
        seals: dict[int, str] = {}
        if held:
            wanted = set(held)
            between = Entry.objects.filter(id__range=(held[0], held[-1])).order_by("id")
            for entry in between.iterator(chunk_size=2000):
                if entry.id in wanted:
                    seals[entry.id] = entry.seal
                    if not _unchanged(entry):
                        self.findings.append(_changed(entry.id))
        for block, numbers in group:
            self._recompute(block, numbers, seals)
        self.covered.extend(rules.to_ranges(held))
        if len(self.covered) > self._room:
            self.covered = rules.joined(self.covered)
            self._room = 2 * len(self.covered) + _GROUP

    def _recompute(self, block: Block, numbers: list[int], seals: Mapping[int, str]) -> None:
        previous = self.newest or rules.GENESIS
        missing = [number for number in numbers if number not in seals]
        self.findings.extend(Finding(number, f"Eintrag {number} fehlt.") for number in missing)
        content = rules.block_bytes(previous, [(number, seals.get(number, "")) for number in numbers])
        if block.previous_seal != previous:
            self.findings.append(Finding(None, f"Vor Siegelblock {block.id} fehlt ein Siegelblock."))
        elif not missing and not crypto.same(crypto.mac(BLOCK_PURPOSE, content), block.seal):
            self.findings.append(Finding(None, f"Siegelblock {block.id} passt nicht zu seinen Einträgen."))
        self.blocks += 1
        self.newest_id, self.newest = block.id, block.seal


def _unchanged(entry: Entry) -> bool:
    content = rules.entry_bytes(
        entry.at,
        entry.actor_kind,
        str(entry.actor_id) if entry.actor_id else None,
        entry.actor_label,
        entry.name,
        entry.subject,
        entry.detail,
    )
    return crypto.same(crypto.mac(ENTRY_PURPOSE, content), entry.seal)


def _changed(number: int) -> Finding:
    return Finding(number, f"Eintrag {number} wurde verändert oder von außen eingefügt.")


def _judge_end(end: ChainEnd | None, chain: _Chain, noted: str) -> Iterator[Finding]:
    """Yield what is wrong with the end of the chain as it was before the chain was followed."""
    if end is None:
        if chain.blocks:
            yield Finding(None, "Das Ende der Kette ist nicht mehr vermerkt; es können Siegelblöcke fehlen.")
    elif not _ours(end):
        yield Finding(
            None, "Der Vermerk über das Ende der Kette wurde verändert; es können Siegelblöcke fehlen."
        )
    elif not Block.objects.filter(seal=end.block_seal).exists():
        yield Finding(None, "Am Ende der Kette fehlen Siegelblöcke.")
    if noted and not Block.objects.filter(seal=noted).exists():
        yield Finding(None, "Das notierte Siegel kommt in der Kette nicht vor; es fehlen Siegelblöcke.")


def _count_entries(chain: _Chain) -> tuple[int, list[int]]:
    """Return how many entries there are, and the ids of those outside of the chain."""
    count = 0

    def numbers() -> Iterator[int]:
        nonlocal count
        for number in Entry.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=10_000):
            count += 1
            yield number

    strays = list(rules.outside(numbers(), rules.joined(chain.covered)))
    return count, strays


def _judge_strays(strays: Sequence[int], chain: _Chain) -> list[Finding]:
    """Return what is wrong with entries outside of the chain: new ones wait in the queue or were bound meanwhile."""
    findings: list[Finding] = []
    nowhere: list[int] = []
    for start in range(0, len(strays), _BATCH):
        part = strays[start : start + _BATCH]
        queue = dict(Unbound.objects.filter(entry_id__in=part).values_list("entry_id", "seal"))
        for entry in Entry.objects.filter(id__in=part).order_by("id"):
            if not _unchanged(entry):
                findings.append(_changed(entry.id))
            elif entry.id not in queue:
                nowhere.append(entry.id)
            elif not _genuine(entry.id, {entry.id: entry.seal}, queue):
                findings.append(Finding(entry.id, f"Eintrag {entry.id} wurde von außen eingefügt."))
    # Asked after the queue: whoever had left it by then is in one of these blocks.
    later = Block.objects.filter(id__gt=chain.newest_id).values_list("entry_ids", flat=True)
    since = rules.joined([run for runs in later for run in runs])
    findings.extend(
        Finding(number, f"Eintrag {number} gehört zu keinem Siegelblock.")
        for number in rules.outside(nowhere, since)
    )
    return findings
