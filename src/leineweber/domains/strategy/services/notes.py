"""Notes of the evaluation: what was seen, by whom, when."""

from __future__ import annotations

from leineweber.domains.strategy.models import EvaluationNote
from leineweber.domains.strategy.services.common import StrategyError
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

LONGEST = 4000


def note(actor: Actor, subject: Ref, text: str) -> EvaluationNote:
    """Write down what was seen when a part of the paper or an edition was evaluated. A note is never changed.

    Raises:
        Denied: the actor does not evaluate.
        StrategyError: nothing was written, or too much.
    """
    check(actor, "strategy.evaluate")
    text = text.strip()
    if not text:
        raise StrategyError("Schreiben Sie, was Sie festgestellt haben.", "notiz")
    if len(text) > LONGEST:
        raise StrategyError(f"Die Notiz hat höchstens {LONGEST} Zeichen.", "notiz")
    entry = EvaluationNote(
        id=ids.new_id(), subject=str(subject), text=text, author=actor.label[:200], written_at=clock.now()
    )
    with act(actor, "strategy.evaluated", subject, {"note": str(entry.id)}):
        entry.save(force_insert=True)
    return entry
