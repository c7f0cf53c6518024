"""Resolutions: decided in a meeting or alone by who holds an office; what they do; what is to follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from leineweber.capabilities.processes import queries as process_queries
from leineweber.capabilities.processes import services as processes
from leineweber.domains.resolutions import routing, rules
from leineweber.domains.resolutions.models import (
    AgendaItem,
    CastVote,
    DecisionPaper,
    FollowUp,
    Meeting,
    PaperStatus,
    PaperVersion,
    Resolution,
)
from leineweber.domains.resolutions.services import papers
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.domains.resolutions.services.meetings import rules_of
from leineweber.domains.resolutions.services.numbering import next_serial
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor, Denied, allowed, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import Act, act
from leineweber.people.organisation.models import Committee, Membership, Post, PostRole
from leineweber.people.organisation.roles import UNIT_HEAD
from leineweber.people.organisation.rules import fold

MANAGE = "resolutions.manage"
TEXT_LIMIT = 20_000
_Outcome = AgendaItem.Outcome
DECIDED = frozenset({_Outcome.ADOPTED, _Outcome.REJECTED})


NOBODY = rules.Votes(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote: the numbers, or (only where it was taken by name) what each said; how the chair decides a tie."""

    votes: rules.Votes = NOBODY
    by_name: Mapping[UUID, str] | None = None
    chair: str = ""

    def counted(self) -> rules.Votes:
        """Return the numbers; of a vote by name they are counted."""
        if self.by_name is None:
            return self.votes
        said = list(self.by_name.values())
        return rules.Votes(said.count("yes"), said.count("no"), said.count("abstain"))


def _checked_text(text: str, conditions: str) -> tuple[str, str]:
    if not text.strip():
        raise NotPossible("Schreiben Sie den Wortlaut des Beschlusses.", "wortlaut")
    if len(text) > TEXT_LIMIT or len(conditions) > TEXT_LIMIT:
        raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", "wortlaut")
    return text.strip(), conditions.strip()


def _effect(subject: str, proposed: str, label: str, outcome: str) -> tuple[str, str]:
    """Return what the resolution does to the thing: what was proposed; refused, `reject` if its kind knows it."""
    if outcome == Resolution.Outcome.ADOPTED or not subject or not proposed:
        return (proposed, label) if outcome == Resolution.Outcome.ADOPTED else ("", "")
    kind = next((one for one in links.kinds() if one.name == Ref.parse(subject).kind), None)
    offered = dict(kind.effects) if kind else {}
    return ("reject", offered["reject"]) if "reject" in offered else ("", "")


def _record(
    actor: Actor,
    current: Act,
    resolution: Resolution,
    paper: DecisionPaper | None,
) -> Resolution:
    """Number a resolution, write it, close its paper, make its edges and tell the thing's room."""
    committee = resolution.committee
    resolution.year = resolution.on.year
    resolution.serial = next_serial(f"committee:{committee.id}", resolution.year)
    resolution.number = rules.resolution_number(committee.short, resolution.year, resolution.serial)
    while Resolution.objects.filter(number=resolution.number).exists():
        # Another body had this short form before, or one that is written alike: count on after its numbers.
        resolution.serial = next_serial(f"committee:{committee.id}", resolution.year)
        resolution.number = rules.resolution_number(committee.short, resolution.year, resolution.serial)
    resolution.recorded_at, resolution.recorded_by = clock.now(), actor.label[:200]
    if paper is not None:
        resolution.paper, resolution.restricted = paper, paper.restricted
        resolution.subject, resolution.subject_title = paper.subject, paper.subject_title
        resolution.effect, resolution.effect_label = _effect(
            paper.subject, paper.effect, paper.effect_label, resolution.outcome
        )
        paper.status = PaperStatus.DECIDED
        paper.version += 1
        paper.save(update_fields=["status", "version"])
        PaperVersion.objects.filter(paper=paper, revision=paper.revision).update(
            outcome=f"{resolution.get_outcome_display()} mit Beschluss {resolution.number}"
        )
    resolution.search_text = fold(
        f"{resolution.number} {resolution.title} {resolution.subject_title} {resolution.text} {committee.name}"
    )
    resolution.save(force_insert=True)
    reference = Ref("resolution", resolution.id)
    subject = Ref.parse(resolution.subject) if resolution.subject else None
    if subject is not None:
        links.connect(reference, "decides", subject)
    current.detail.update(number=resolution.number, outcome=resolution.outcome, effect=resolution.effect)
    if subject is not None and resolution.effect:
        current.emit(
            "resolution.passed",
            {
                "subject": resolution.subject,
                "effect": resolution.effect,
                "resolution": str(resolution.id),
                "number": resolution.number,
                "on": resolution.on.isoformat(),
                "conditions": resolution.conditions,
                "facts_at": paper.facts_at.isoformat() if paper is not None and paper.facts_at else "",
            },
            subject=subject,
        )
    return resolution


def decide_item(
    actor: Actor,
    *,
    meeting_id: UUID,
    item_id: UUID,
    outcome: str,
    text: str = "",
    conditions: str = "",
    record: str = "",
    ballot: Ballot | None = None,
) -> Resolution | None:
    """Note what a meeting did with a point: decide by vote (a resolution comes of it), postpone, or give back.

    Args:
        actor: the office of the bodies.
        meeting_id: the meeting, which must be open and able to decide.
        item_id: a point of the kind decision.
        outcome: `vote` (yes and no tell what was decided), `postponed`, or `returned` (with a paper only).
        text: the wording; of a paper's proposal it may differ.
        conditions: what must be kept.
        record: what was said, for the minutes.
        ballot: the vote.

    Raises:
        Denied: not the office of the bodies.
        NotPossible: the meeting or the point does not allow it, or votes do not fit who was there.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.item_decided", Ref("meeting", meeting_id)) as current:
        meeting = (
            Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(id=meeting_id)
        )
        if meeting.status != Meeting.Status.HELD:
            raise NotPossible("Stellen Sie zuerst die Anwesenheit fest; damit ist die Sitzung eröffnet.")
        item = meeting.items.filter(id=item_id).first()
        if item is None or item.outcome:
            raise NotPossible("Diesen Punkt gibt es nicht mehr, oder er ist schon behandelt.")
        if item.kind != AgendaItem.Kind.DECISION:
            raise NotPossible("Zu diesem Punkt gibt es nichts zu beschließen.")
        if len(record) > TEXT_LIMIT:
            raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", "niederschrift")
        paper = None
        if item.paper_id is not None:
            paper = DecisionPaper.objects.select_for_update().get(id=item.paper_id)
            if paper.status != PaperStatus.CLEARED or paper.body_id != meeting.committee_id:
                raise NotPossible("Die Vorlage wartet nicht mehr auf eine Entscheidung.")
        item.record = record.strip()
        resolution = None
        if outcome == "vote":
            resolution = _voted(actor, current, meeting, item, paper, text, conditions, ballot or Ballot())
            item.outcome = resolution.outcome
        elif outcome == _Outcome.POSTPONED:
            item.outcome = _Outcome.POSTPONED
        elif outcome == _Outcome.RETURNED and paper is not None:
            if not item.record:
                raise NotPossible("Schreiben Sie dazu, warum die Vorlage zurückgeht.", "niederschrift")
            item.outcome = _Outcome.RETURNED
            papers.send_back(actor, paper, f"Zurückgegeben von {meeting.committee.name}: {item.record}")
        else:
            raise NotPossible("Wählen Sie, was aus dem Punkt geworden ist.", "ergebnis")
        item.save(update_fields=["record", "outcome"])
    return resolution


def _voted(
    actor: Actor,
    current: Act,
    meeting: Meeting,
    item: AgendaItem,
    paper: DecisionPaper | None,
    text: str,
    conditions: str,
    ballot: Ballot,
) -> Resolution:
    if not meeting.quorate:
        raise NotPossible("Das Gremium ist nicht beschlussfähig. Vertagen Sie den Punkt.", "ergebnis")
    text, conditions = _checked_text(text, conditions)
    voters = {
        row.person_id
        for row in meeting.attendances.filter(present=True).exclude(function=Membership.Function.ADVISER)
    }
    votes = ballot.counted()
    if ballot.by_name is not None and set(ballot.by_name) != voters:
        raise NotPossible(
            "Bei namentlicher Abstimmung steht für alle Anwesenden fest, wie sie gestimmt haben.", "namen"
        )
    if min(votes.yes, votes.no, votes.abstained) < 0 or votes.total == 0:
        raise NotPossible("Geben Sie die Stimmen an.", "ja")
    if votes.total > len(voters):
        raise NotPossible(
            f"Es sind {votes.total} Stimmen, aber nur {len(voters)} Stimmberechtigte sind da.", "ja"
        )
    won = rules.carried(votes, rules_of(meeting.committee_id).tie, ballot.chair)
    if won is None:
        raise NotPossible("Die Stimmen sind gleich: Geben Sie an, wie der Vorsitz entscheidet.", "vorsitz")
    resolution = Resolution(
        id=ids.new_id(),
        committee=meeting.committee,
        on=clock.local(meeting.starts_at).date(),
        title=(paper.title if paper else item.title)[:200],
        text=text,
        conditions=conditions,
        outcome=Resolution.Outcome.ADOPTED if won else Resolution.Outcome.REJECTED,
        meeting=meeting,
        item=item,
        decided_by=meeting.committee.name,
        yes=votes.yes,
        no=votes.no,
        abstained=votes.abstained,
        chair_decided=votes.yes == votes.no and votes.yes > 0 and bool(ballot.chair),
        by_name=ballot.by_name is not None,
    )
    _record(actor, current, resolution, paper)
    if ballot.by_name is not None:
        CastVote.objects.bulk_create(
            CastVote(resolution=resolution, person_id=person, choice=choice)
            for person, choice in ballot.by_name.items()
        )
    return resolution


def decide_alone(
    actor: Actor, *, paper_id: UUID, adopt: bool, text: str, conditions: str, version: int
) -> Resolution:
    """Decide about a paper by oneself, as the holder of the office (or head of the unit) that is responsible.

    Raises:
        Denied: somebody else decides.
        NotPossible: it is her own paper, does not wait for a decision, or the wording is missing.
        Stale: somebody else has saved meanwhile.
    """
    text, conditions = _checked_text(text, conditions)
    with act(actor, "paper.decided", Ref("decision_paper", paper_id)) as current:
        paper = (
            DecisionPaper.objects.select_for_update(of=("self",))
            .select_related("body__post", "body__unit")
            .get(id=paper_id)
        )
        body = paper.body
        if body is None or body.kind == Committee.Kind.BOARD:
            raise NotPossible("Über diese Vorlage entscheidet ein Gremium in einer Sitzung.")
        check(actor, "resolutions.paper.decide", body)
        if paper.author_id == actor.id:
            raise NotPossible("Über die eigene Vorlage entscheidet niemand allein: Das tut Ihre Vertretung.")
        if paper.status != PaperStatus.CLEARED:
            raise NotPossible("Diese Vorlage wartet nicht auf eine Entscheidung.")
        if paper.version != version:
            raise Stale
        resolution = Resolution(
            id=ids.new_id(),
            committee=body,
            on=clock.today(),
            title=paper.title,
            text=text,
            conditions=conditions,
            outcome=Resolution.Outcome.ADOPTED if adopt else Resolution.Outcome.REJECTED,
            decided_by=f"{actor.label}, {body.name}"[:200],
        )
        _record(actor, current, resolution, paper)
    return resolution


# -- what follows ------------------------------------------------------------------------------------------------


def may_follow_up(actor: Actor, resolution: Resolution) -> bool:
    """Tell whether an actor may say what is to follow: the office, or who decided alone."""
    return allowed(actor, MANAGE) or allowed(actor, "resolutions.paper.decide", resolution.committee)


def add_follow_up(actor: Actor, *, resolution_id: UUID, text: str, post_id: UUID, due: date) -> FollowUp:
    """Give a post something to do about a resolution until a day: a task of its holder.

    Raises:
        Denied: neither the office nor who decided alone.
        NotPossible: no text, a day before the resolution, or a post that heads no unit.
    """
    resolution = Resolution.objects.select_related("committee").get(id=resolution_id)
    if not may_follow_up(actor, resolution):
        raise Denied(MANAGE)
    text = " ".join(text.split())
    if not text or len(text) > 500:
        raise NotPossible("Schreiben Sie den Auftrag mit höchstens 500 Zeichen.", "auftrag")
    if due < resolution.on:
        raise NotPossible("Der Tag liegt vor dem Beschluss.", "bis")
    post = Post.objects.select_related("unit").filter(id=post_id).first()
    if post is None or not PostRole.objects.filter(post=post, role=UNIT_HEAD).exists():
        raise NotPossible("Wählen Sie, wer den Auftrag bekommt.", "wer")
    follow_up = FollowUp(
        id=ids.new_id(), resolution=resolution, text=text, post=post, due=due, created_at=clock.now()
    )
    with act(actor, "follow_up.added", Ref("resolution", resolution_id)) as current:
        follow_up.save(force_insert=True)
        _set_going(actor, follow_up)
        current.detail.update(follow_up=str(follow_up.id), due=due.isoformat())
    return follow_up


def _set_going(actor: Actor, follow_up: FollowUp) -> None:
    definition = processes.deploy(routing.FOLLOW_UP_KEY, routing.follow_up())
    processes.start(
        definition,
        Ref("follow_up", follow_up.id),
        {"frist": follow_up.due.isoformat(), "auftrag": follow_up.text},
        follow_up.post.unit.path,
        actor,
        title=f"{follow_up.resolution.number} {follow_up.resolution.title}",
        post_id=follow_up.post_id,
    )


def _open(follow_up_id: UUID) -> FollowUp:
    follow_up = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("resolution__committee__post", "resolution__committee__unit", "post__unit")
        .get(id=follow_up_id)
    )
    if follow_up.done_at is not None:
        raise NotPossible("Diese Wiedervorlage ist schon erledigt.")
    return follow_up


def move_follow_up(actor: Actor, *, follow_up_id: UUID, due: date) -> FollowUp:
    """Give a follow-up another day; its task goes to the post anew.

    Raises:
        Denied: neither the office nor who decided alone.
        NotPossible: it is done, or the day is over.
    """
    reference = Ref("follow_up", follow_up_id)
    with act(actor, "follow_up.moved", reference, {"due": due.isoformat()}):
        follow_up = _open(follow_up_id)
        if not may_follow_up(actor, follow_up.resolution):
            raise Denied(MANAGE)
        if due < clock.today():
            raise NotPossible("Geben Sie einen Tag an, der noch kommt.", "bis")
        processes.cancel(reference, actor, "Der Tag der Wiedervorlage wurde geändert.")
        follow_up.due = due
        follow_up.save(update_fields=["due"])
        _set_going(actor, follow_up)
    return follow_up


def finish_follow_up(actor: Actor, *, follow_up_id: UUID, note: str) -> FollowUp:
    """Note that what was asked is done, with what came of it: by the post's holder, or by the office for her.

    Raises:
        Denied: neither who has the task nor who may say what follows.
        NotPossible: it is done already, or the note is missing.
        processes.Conflict: somebody else has the task.
    """
    note = note.strip()
    if not note or len(note) > 4000:
        raise NotPossible("Schreiben Sie, was daraus geworden ist (höchstens 4.000 Zeichen).", "vermerk")
    reference = Ref("follow_up", follow_up_id)
    with act(actor, "follow_up.done", reference) as current:
        follow_up = _open(follow_up_id)
        live = [
            task for task in process_queries.tasks_of(reference, actor) if task.status in {"open", "claimed"}
        ]
        own = next((task for task in live if task.may_work), None)
        if own is not None:
            processes.complete(own.id, actor, {"erledigt": "ja"})
        elif may_follow_up(actor, follow_up.resolution):
            processes.cancel(reference, actor, "Als erledigt vermerkt.")
        else:
            raise Denied(MANAGE)
        follow_up.done_at, follow_up.done_by, follow_up.note = clock.now(), actor.label[:200], note
        follow_up.save(update_fields=["done_at", "done_by", "note"])
        current.emit("follow_up.done", {"resolution": str(follow_up.resolution_id)})
    return follow_up
