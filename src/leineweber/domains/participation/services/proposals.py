"""Proposals and comments: each belongs to a unit; a person writes for the unit she works in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from leineweber.domains.participation.models import Comment, Proposal
from leineweber.domains.participation.services.common import (
    TAKE_PART,
    ParticipationError,
    Stale,
    acting_for,
    bounded,
    open_for,
)
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, Denied, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.rules import fold


@dataclass(frozen=True, slots=True)
class Content:
    """What a proposal says. `field_ref` names the field of action (or the goal) as `kind:id`, `field` in words."""

    title: str
    purpose: str
    result: str
    effort: str = ""
    field: str = ""
    field_ref: str = ""


def propose(
    actor: Actor, *, round_id: UUID, unit_id: UUID, content: Content, submit: bool, demo: bool = False
) -> Proposal:
    """Write a proposal for a unit, as a draft (which may be incomplete) or handed in at once.

    Raises:
        Denied: the actor does not work in the unit.
        PhaseClosed: the round does not collect today.
        ParticipationError: no title, a text too long, or handed in without purpose or result.
    """
    check(actor, TAKE_PART)
    made = Proposal(id=ids.new_id(), created_at=clock.now(), demo=demo)
    with act(actor, "participation.proposed", Ref("proposal", made.id), {"unit": str(unit_id)}) as current:
        made.round, _ = open_for(round_id, "propose")
        made.unit = acting_for(actor, unit_id)
        _fill(made, content, submit=submit)
        if submit:
            _hand_in(made)
        made.save(force_insert=True)
        current.detail["submitted"] = submit
        if submit:
            current.emit("participation.proposal_submitted", {"round": str(round_id)})
    return made


def revise(actor: Actor, *, proposal_id: UUID, version: int, content: Content, submit: bool) -> Proposal:
    """Change a proposal of one's unit while proposals are collected; `submit` hands a draft in.

    What is handed in stays so (it can be withdrawn), and stays complete.

    Raises:
        Denied, PhaseClosed, ParticipationError: as for `propose`.
        Stale: somebody else of the unit saved since `version`.
    """
    check(actor, TAKE_PART)
    with act(actor, "participation.proposal_revised", Ref("proposal", proposal_id)) as current:
        kept = _own(actor, proposal_id, "propose")
        if kept.version != version:
            raise Stale
        if kept.status == Proposal.Status.WITHDRAWN:
            raise ParticipationError("Der Vorschlag ist zurückgezogen.")
        fresh = submit and kept.status == Proposal.Status.DRAFT
        _fill(kept, content, submit=submit or kept.status == Proposal.Status.SUBMITTED)
        if fresh:
            _hand_in(kept)
            current.emit("participation.proposal_submitted", {"round": str(kept.round_id)})
        kept.version += 1
        kept.save()
        current.detail["submitted"] = fresh
    return kept


def withdraw(actor: Actor, *, proposal_id: UUID) -> None:
    """Withdraw a proposal of one's unit before rating begins; a draft is deleted.

    Raises:
        Denied: the actor does not work in the unit.
        PhaseClosed: rating has begun or the round does not run.
    """
    check(actor, TAKE_PART)
    with act(actor, "participation.proposal_withdrawn", Ref("proposal", proposal_id)) as current:
        kept = _own(actor, proposal_id, "withdraw")
        current.detail["draft"] = kept.status == Proposal.Status.DRAFT
        if kept.status == Proposal.Status.DRAFT:
            kept.delete()
        elif kept.status == Proposal.Status.SUBMITTED:
            kept.status = Proposal.Status.WITHDRAWN
            kept.version += 1
            kept.save()


def comment(
    actor: Actor, *, proposal_id: UUID, unit_id: UUID, text: str, parent_id: UUID | None = None
) -> Comment:
    """Comment on a proposal that is handed in, or answer a comment (an answer has no answers).

    Raises:
        Denied: the actor does not work in the unit.
        PhaseClosed: the round does not take comments today.
        ParticipationError: no text, too long, or the answered comment is gone or is an answer itself.
    """
    check(actor, TAKE_PART)
    made = Comment(id=ids.new_id(), created_at=clock.now(), author_id=actor.id, author=actor.label[:200])
    with act(actor, "participation.commented", Ref("proposal", proposal_id)) as current:
        proposal = _submitted(proposal_id)
        open_for(proposal.round_id, "comment")
        made.unit = acting_for(actor, unit_id)
        made.proposal = proposal
        made.text = bounded(text, 2000, "Schreiben Sie Ihren Kommentar.", "kommentar")
        if parent_id is not None:
            parent = Comment.objects.filter(
                id=parent_id, proposal=proposal, withdrawn_at__isnull=True
            ).first()
            if parent is None:
                raise ParticipationError(
                    "Der Kommentar, auf den Sie antworten, ist nicht mehr da.", "kommentar"
                )
            if parent.parent_id is not None:
                raise ParticipationError("Auf Antworten kann nicht geantwortet werden.", "kommentar")
            made.parent = parent
        made.save(force_insert=True)
        current.detail["comment"] = str(made.id)
    return made


def edit_comment(actor: Actor, *, comment_id: UUID, version: int, text: str) -> Comment:
    """Change one's own comment while comments are taken.

    Raises:
        Denied: it is somebody else's.
        PhaseClosed: the round does not take comments today.
        Stale: it was saved elsewhere since `version`.
        ParticipationError: no text, too long, or it is withdrawn.
    """
    check(actor, TAKE_PART)
    with act(actor, "participation.comment_edited", Ref("comment", comment_id)):
        kept = _own_comment(actor, comment_id)
        if kept.version != version:
            raise Stale
        if kept.withdrawn_at is not None:
            raise ParticipationError("Der Kommentar ist zurückgezogen.")
        kept.text = bounded(text, 2000, "Schreiben Sie Ihren Kommentar.", "kommentar")
        kept.edited_at = clock.now()
        kept.version += 1
        kept.save()
    return kept


def withdraw_comment(actor: Actor, *, comment_id: UUID) -> None:
    """Withdraw one's own comment: its text is gone, its place stays so that answers make sense.

    Raises:
        Denied, PhaseClosed: as for `edit_comment`.
    """
    check(actor, TAKE_PART)
    with act(actor, "participation.comment_withdrawn", Ref("comment", comment_id)):
        kept = _own_comment(actor, comment_id)
        if kept.withdrawn_at is None:
            kept.text, kept.withdrawn_at = "", clock.now()
            kept.version += 1
            kept.save()


def _own(actor: Actor, proposal_id: UUID, deed: str) -> Proposal:
    round_id = Proposal.objects.values_list("round_id", flat=True).get(id=proposal_id)
    acting_for(actor, Proposal.objects.values_list("unit_id", flat=True).get(id=proposal_id))
    open_for(round_id, "propose" if deed == "propose" else "withdraw")
    return Proposal.objects.select_for_update(of=("self",)).select_related("unit").get(id=proposal_id)


def _submitted(proposal_id: UUID) -> Proposal:
    found = Proposal.objects.get(id=proposal_id)
    if found.status == Proposal.Status.DRAFT:
        raise Proposal.DoesNotExist
    if found.status == Proposal.Status.WITHDRAWN:
        raise ParticipationError("Der Vorschlag ist zurückgezogen.")
    return found


def _own_comment(actor: Actor, comment_id: UUID) -> Comment:
    found = Comment.objects.select_related("proposal").get(id=comment_id)
    if actor.id is None or found.author_id != actor.id:
        raise Denied(TAKE_PART)
    open_for(found.proposal.round_id, "comment")
    return Comment.objects.select_for_update(of=("self",)).get(id=comment_id)


def _fill(kept: Proposal, content: Content, *, submit: bool) -> None:
    kept.title = bounded(content.title, 160, "Geben Sie dem Vorschlag einen Titel.", "titel")
    kept.purpose = bounded(
        content.purpose, 4000, "Schreiben Sie, wozu der Vorschlag dient.", "zweck", required=submit
    )
    kept.result = bounded(
        content.result, 2000, "Schreiben Sie, was am Ende da sein soll.", "ergebnis", required=submit
    )
    kept.effort = bounded(content.effort, 2000, "", "aufwand", required=False)
    kept.field = bounded(content.field, 200, "", "handlungsfeld", required=False)
    kept.field_ref = content.field_ref
    kept.search_text = fold(f"{kept.title} {kept.purpose} {kept.result} {kept.field} {kept.unit}")


def _hand_in(kept: Proposal) -> None:
    """Give a proposal its number; the round is locked, so no number is given twice."""
    most = Proposal.objects.filter(round_id=kept.round_id).aggregate(most=Max("number"))["most"] or 0
    kept.number = most + 1
    kept.status = Proposal.Status.SUBMITTED
    kept.submitted_at = clock.now()
