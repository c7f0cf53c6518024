"""What all services of the room stand on: the locked round, its phases, and for which unit somebody acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from leineweber.domains.participation.models import Phase, Round
from leineweber.domains.participation.queries.units import acting_units, taking_part
from leineweber.domains.participation.rules import phases
from leineweber.domains.participation.rules.phases import Deed, Span
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied
from leineweber.people.organisation.models import Unit

MANAGE = "participation.manage"
TAKE_PART = "participation.take_part"
DECIDE = "participation.decide"


class ParticipationError(ValueError):
    """Something that cannot be; the message is German and may be shown. `field` names the field it belongs to."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class PhaseClosed(ParticipationError):
    """The phase in force does not allow it. `over` tells that it never will again."""

    def __init__(self, message: str, *, over: bool = False) -> None:
        super().__init__(message)
        self.over = over


class Stale(ParticipationError):
    """Somebody else has changed the thing since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "Jemand anders hat inzwischen gespeichert. Ihre Eingaben stehen noch da: Laden Sie den neuen Stand in "
            "einem zweiten Fenster, vergleichen Sie und speichern Sie noch einmal."
        )


def spans_of(rows: Iterable[Phase]) -> list[Span]:
    """Return phases as the rules see them, in order."""
    spans = [Span(Phase.Kind(row.kind).value, row.start, row.end) for row in rows]  # type: ignore[arg-type]  # the choices are the kinds
    return sorted(spans, key=lambda span: span.start)


def lock_round(round_id: UUID) -> tuple[Round, list[Span]]:
    """Return a round locked for this transaction, with its phases: no phase ends while something is written in it.

    Raises:
        Round.DoesNotExist: there is none.
    """
    locked = Round.objects.select_for_update().get(id=round_id)
    return locked, spans_of(locked.phases.all())


def open_for(round_id: UUID, deed: Deed) -> tuple[Round, list[Span]]:
    """Return a locked round in which a deed is allowed today.

    Raises:
        PhaseClosed: the round is not published or was cancelled, or the phase in force does not allow the deed.
    """
    locked, spans = lock_round(round_id)
    if locked.status == Round.Status.CANCELLED:
        raise PhaseClosed("Diese Runde wurde abgebrochen.", over=True)
    if locked.status == Round.Status.DRAFT:
        raise PhaseClosed("Diese Runde ist noch nicht veröffentlicht.")
    today = clock.today()
    if not phases.may(spans, deed, today):
        over = all(span.end <= today for span in spans if deed in phases.DEEDS[span.kind])
        raise PhaseClosed(phases.refusal(spans, deed, today), over=over)
    return locked, spans


def acting_for(actor: Actor, unit_id: UUID) -> Unit:
    """Return the unit somebody acts for; the program itself may act for any that takes part.

    Raises:
        Denied: the actor does not work there.
    """
    units: Sequence[Unit] = (
        list(taking_part().filter(id=unit_id)) if actor.kind == "system" else acting_units(actor)
    )
    for unit in units:
        if unit.id == unit_id:
            return unit
    raise Denied(TAKE_PART)


def bounded(text: str, most: int, message: str, field: str, *, required: bool = True) -> str:
    """Return a text without white space around it.

    Raises:
        ParticipationError: it is missing (`message` says what to do) or too long.
    """
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()
    if required and not clean:
        raise ParticipationError(message, field)
    if len(clean) > most:
        raise ParticipationError(f"Kürzen Sie den Text auf höchstens {most} Zeichen.", field)
    return clean
