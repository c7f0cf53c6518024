"""Rounds: prepared, published, moved within bounds, cancelled; and what time does to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from leineweber.capabilities.messages import services as messages
from leineweber.domains.participation.models import CriteriaSet, Phase, Round
from leineweber.domains.participation.queries.units import heads
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.rules.phases import Span
from leineweber.domains.participation.services.common import (
    MANAGE,
    ParticipationError,
    Stale,
    bounded,
    lock_round,
    spans_of,
)
from leineweber.domains.participation.services.results import freeze
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import Act, act

# A phase that began longer ago is no news any more (the program stood still, or a past was loaded).
NEWS = timedelta(days=3)


def create(
    actor: Actor,
    *,
    title: str,
    purpose: str,
    voice: str,
    own_rating: bool,
    criteria_id: UUID | None,
    spans: Sequence[Span],
    demo: bool = False,
) -> Round:
    """Prepare a round; nobody but those who manage sees it until it is published.

    Raises:
        ParticipationError: a text is missing, the phases are out of order, or the criteria do not exist.
    """
    check(actor, MANAGE)
    made = Round(id=ids.new_id(), created_at=clock.now(), demo=demo)
    with act(actor, "participation.round_created", Ref("round", made.id)):
        _fill(made, title, purpose, voice, own_rating, criteria_id)
        _in_order(spans)
        made.save(force_insert=True)
        Phase.objects.bulk_create(
            Phase(round=made, kind=span.kind, start=span.start, end=span.end) for span in spans
        )
    return made


def edit(
    actor: Actor,
    *,
    round_id: UUID,
    version: int,
    title: str,
    purpose: str,
    voice: str,
    own_rating: bool,
    criteria_id: UUID | None,
    spans: Sequence[Span],
) -> Round:
    """Change a round. Once published, phases move only forward (`rules.phases.check_move`); once rating has begun, the
    criteria and the way of rating stay.

    Raises:
        Stale: somebody else saved since `version`.
        ParticipationError: as for `create`, or the change is not possible any more.
    """
    check(actor, MANAGE)
    with act(actor, "participation.round_edited", Ref("round", round_id)):
        kept, old = lock_round(round_id)
        if kept.version != version:
            raise Stale
        if kept.status == Round.Status.CANCELLED:
            raise ParticipationError("Die Runde wurde abgebrochen und lässt sich nicht mehr ändern.")
        before = (kept.voice, kept.own_rating, kept.criteria_id)
        _fill(kept, title, purpose, voice, own_rating, criteria_id)
        if kept.status == Round.Status.OPEN:
            today = clock.today()
            if _rating_begun(old) and before != (kept.voice, kept.own_rating, kept.criteria_id):
                raise ParticipationError(
                    "Die Bewertung hat begonnen: Kriterien und Art der Bewertung bleiben, wie sie sind.",
                    "kriterien",
                )
            _needs_fixed(kept)
            moved = phases.check_move(old, spans, today)
            if moved:
                kind, message = next(iter(moved.items()))
                raise ParticipationError(message, f"{kind}_bis")
        _in_order(spans)
        kept.version += 1
        kept.save()
        for span in spans:
            Phase.objects.filter(round=kept, kind=span.kind).update(start=span.start, end=span.end)
    return kept


def publish(actor: Actor, *, round_id: UUID, version: int) -> Round:
    """Publish a round: from now on all staff see it, and its phases run by themselves.

    Raises:
        Stale: somebody else saved since `version`.
        ParticipationError: it is published already, its criteria are not fixed, or collecting lies behind already.
    """
    check(actor, MANAGE)
    with act(actor, "participation.round_published", Ref("round", round_id)) as current:
        kept, spans = lock_round(round_id)
        if kept.version != version:
            raise Stale
        if kept.status != Round.Status.DRAFT:
            raise ParticipationError("Die Runde ist schon veröffentlicht.")
        _needs_fixed(kept)
        if phases.over(spans, "collect", clock.today()):
            raise ParticipationError(
                "Die Phase „Vorschlagen“ läge schon in der Vergangenheit.", "collect_bis"
            )
        kept.status = Round.Status.OPEN
        kept.version += 1
        kept.save()
        current.emit("participation.round_published", {"title": kept.title})
    return kept


def cancel(actor: Actor, *, round_id: UUID, reason: str) -> Round:
    """Break a published round off; what was written stays readable, scores stay hidden if rating had not ended.

    Raises:
        ParticipationError: no reason, the round is not published, or something is decided already.
    """
    check(actor, MANAGE)
    with act(actor, "participation.round_cancelled", Ref("round", round_id)) as current:
        kept, spans = lock_round(round_id)
        if kept.status != Round.Status.OPEN:
            raise ParticipationError("Nur eine veröffentlichte Runde lässt sich abbrechen.")
        if kept.proposals.filter(decisions__isnull=False).exists():
            raise ParticipationError(
                "In dieser Runde ist schon entschieden; sie lässt sich nicht mehr abbrechen."
            )
        if phases.over(spans, "rate", clock.today()):
            freeze(Actor.system(), round_id=round_id)
        kept.cancel_reason = bounded(reason, 1000, "Geben Sie an, warum die Runde abgebrochen wird.", "grund")
        kept.status = Round.Status.CANCELLED
        kept.version += 1
        kept.save()
        current.emit("participation.round_cancelled", {"title": kept.title})
    return kept


def advance(actor: Actor) -> int:
    """Do what time brings: tell units of phases that began, note those that ended, freeze rankings; return how many.

    Every phase is one act; doing it twice changes nothing.

    Raises:
        Denied: the actor does not manage participation.
    """
    check(actor, MANAGE)
    today = clock.today()
    due = (
        Phase.objects.filter(round__status=Round.Status.OPEN)
        .filter(Q(start__lte=today, opened_at__isnull=True) | Q(end__lte=today, closed_at__isnull=True))
        .order_by("start", "id")
        .values_list("id", "round_id")
    )
    done = 0
    for phase_id, round_id in list(due):
        with act(actor, "participation.phase_passed", Ref("round", round_id)) as current:
            kept, _ = lock_round(round_id)
            if kept.status == Round.Status.OPEN:
                done += _pass(current, kept, Phase.objects.get(id=phase_id))
    return done


def _pass(current: Act, kept: Round, phase: Phase) -> int:
    """Mark one phase as begun or ended if it is not yet; return 1 if something changed."""
    today, now = clock.today(), clock.now()
    changed = 0
    if phase.start <= today and phase.opened_at is None:
        phase.opened_at, changed = now, 1
        current.emit(
            "participation.phase_opened", {"phase": phase.kind, "last": spans_of([phase])[0].last.isoformat()}
        )
        if today < min(phase.end, phase.start + NEWS):
            _tell(kept, phase)
    if phase.end <= today and phase.closed_at is None:
        phase.closed_at, changed = now, 1
        current.emit("participation.phase_closed", {"phase": phase.kind})
    phase.save()
    current.detail["phase"] = phase.kind
    if phase.kind == Phase.Kind.RATE and phase.closed_at is not None:
        freeze(Actor.system(), round_id=kept.id)
    return changed


_WANTED = {
    "collect": "Ihre Einheit kann jetzt Vorschläge einreichen.",
    "comment": "Die Vorschläge liegen vor. Ihre Einheit kann sie jetzt kommentieren.",
    "rate": "Ihre Einheit kann die Vorschläge jetzt bewerten. Bis zum Ende sieht niemand die Punkte der anderen.",
    "decide": "Die Bewertung ist abgeschlossen. Die Rangliste und die Streuung der Punkte sind jetzt zu sehen.",
}


def _tell(kept: Round, phase: Phase) -> None:
    """Write an e-mail to those who head the units: what can be done now, and until when."""
    span = spans_of([phase])[0]
    body = (
        f"Beteiligungsrunde „{kept.title}“\n\n{_WANTED[phase.kind]}\n\n"
        f"Die Phase „{phases.LABELS[span.kind]}“ dauert bis zum {span.last:%d.%m.%Y}. Sie finden die Runde unter "
        f"Steuerung, Beteiligung: {settings.PUBLIC_URL}/steuerung/beteiligung/{kept.id}/\n"
    )
    for address in heads():
        messages.queue_plain(address, f"{phases.LABELS[span.kind]}: {kept.title}", body)


def _fill(
    kept: Round, title: str, purpose: str, voice: str, own_rating: bool, criteria_id: UUID | None
) -> None:
    kept.title = bounded(title, 160, "Geben Sie der Runde einen Titel.", "titel")
    kept.purpose = bounded(purpose, 4000, "Schreiben Sie, worum es in der Runde geht.", "zweck")
    if voice not in Round.Voice.values:
        raise ParticipationError("Wählen Sie, wer bewertet.", "bewertung")
    kept.voice, kept.own_rating = voice, own_rating
    if criteria_id is not None and not CriteriaSet.objects.filter(id=criteria_id).exists():
        raise ParticipationError("Wählen Sie einen Kriteriensatz.", "kriterien")
    kept.criteria_id = criteria_id


def _in_order(spans: Sequence[Span]) -> None:
    wrong = phases.check_order(spans)
    if wrong:
        kind, message = next(iter(wrong.items()))
        raise ParticipationError(message, f"{kind}_ab")


def _rating_begun(spans: Sequence[Span]) -> bool:
    return any(span.kind == "rate" and span.start <= clock.today() for span in spans)


def _needs_fixed(kept: Round) -> None:
    if kept.criteria is None or kept.criteria.fixed_at is None:
        raise ParticipationError(
            "Wählen Sie einen festgelegten Kriteriensatz: Die Gewichte stehen fest, bevor bewertet wird.",
            "kriterien",
        )
