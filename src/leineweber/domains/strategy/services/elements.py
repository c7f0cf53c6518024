"""Vision, strategic goals, principles, fields and measures: written, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from leineweber.domains.strategy.kinds import ELEMENTS
from leineweber.domains.strategy.models import Element, FieldOfAction, Measure, SmartGoal
from leineweber.domains.strategy.services.common import (
    EDIT,
    StrategyError,
    free_slug,
    index,
    keep,
    reference,
    stamp,
    unseen,
    wire,
)
from leineweber.kernel import ids, links, search
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

_SERVES = {"strategic_goal": "vision", "measure": "strategic_goal"}


def write_element(
    actor: Actor,
    kind: str,
    *,
    id: UUID | None = None,
    seen: int | None = None,
    number: str,
    title: str,
    text: str,
    field: UUID | None = None,
    serves: Sequence[UUID] = (),
    slug: str = "",
) -> Element:
    """Write a part of the paper, new (id None) or changed; `field` is a measure's, `serves` name what stands above it.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: a field is empty or a number is taken; Conflict if somebody was faster.
    """
    check(actor, EDIT)
    model = ELEMENTS[kind]
    number, title = number.strip(), title.strip()
    if not number or not title:
        raise StrategyError("Geben Sie Nummer und Titel an.", "titel" if number else "nummer")
    key = id or ids.new_id()
    with act(actor, "strategy.element_written", Ref(kind, key), {"number": number}):
        part = model._default_manager.select_for_update().filter(id=id).first() if id else None
        if id and part is None:
            raise StrategyError("Diesen Teil der Strategie gibt es nicht mehr.")
        new = part is None
        if part is None:
            part = model(id=key, slug=slug or free_slug(model, title))
        unseen(part, seen)
        if model._default_manager.filter(number=number, withdrawn=False).exclude(id=key).exists():
            raise StrategyError(f"Die Nummer {number} ist vergeben.", "nummer")
        part.number, part.title, part.text = number[:20], title[:200], text.strip()
        part.withdrawn = False
        if isinstance(part, Measure):
            found = FieldOfAction.objects.filter(id=field, withdrawn=False).first() if field else None
            if found is None:
                raise StrategyError("Wählen Sie das Handlungsfeld.", "handlungsfeld")
            part.field = found
        stamp(part, actor, new=new)
        keep(part, new=new)
        if isinstance(part, Measure):
            wire(reference(part), "belongs", "field", [part.field_id])
        if kind in _SERVES:
            wire(reference(part), "serves", _SERVES[kind], serves)
        index(part)
    return part


def withdraw_element(actor: Actor, kind: str, *, id: UUID, seen: int | None = None) -> None:
    """Take a part out of the paper; editions that name it keep it.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: something alive still hangs below it.
    """
    check(actor, EDIT)
    with act(actor, "strategy.element_withdrawn", Ref(kind, id)):
        part = ELEMENTS[kind]._default_manager.select_for_update().get(id=id)
        unseen(part, seen)
        if _carries(Ref(kind, id)):
            raise StrategyError("Darunter hängen noch andere Teile der Strategie. Hängen Sie sie zuerst um.")
        part.withdrawn = True
        stamp(part, actor, new=False)
        part.save()
        for edge, target in links.targets(Ref(kind, id)):
            links.disconnect(Ref(kind, id), edge, target)
        search.remove(kind, id)


def _carries(ref: Ref) -> bool:
    """Tell whether something alive of the paper hangs below a part."""
    if ref.kind == "field":
        measures = Measure.objects.filter(field_id=ref.id, withdrawn=False)
        return measures.exists() or _alive_goals().filter(field_id=ref.id).exists()
    below = [
        source for _, source in links.sources(ref) if source.kind in {"goal", "measure", "strategic_goal"}
    ]
    goals = [one.id for one in below if one.kind == "goal"]
    return len(goals) < len(below) or _alive_goals().filter(id__in=goals).exists()


def _alive_goals() -> QuerySet[SmartGoal]:
    return SmartGoal.objects.exclude(status=SmartGoal.Status.DROPPED)
