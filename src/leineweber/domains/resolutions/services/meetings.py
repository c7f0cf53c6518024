"""Meetings: plan, invite, change, call off; agenda; who was there; minutes and their approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max

from leineweber.capabilities.messages import services as messages
from leineweber.capabilities.messages.delivery import default_sender, domain_of
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.calendar import Appointment, Method, calendar
from leineweber.domains.resolutions.documents import minutes_pdf
from leineweber.domains.resolutions.models import (
    AgendaItem,
    Attendance,
    CastVote,
    CommitteeRules,
    DecisionPaper,
    Meeting,
    Minutes,
    PaperStatus,
)
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.kernel import clock, ids, storage
from leineweber.kernel.access import Actor, check
from leineweber.kernel.deadlines.rules import is_working_day
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.committee_queries import Member, members
from leineweber.people.organisation.models import Committee
from leineweber.people.organisation.roles import COMMITTEE_OFFICE

MANAGE = "resolutions.manage"
TEXT_LIMIT = 20_000
ITEMS = 60
_Status = Meeting.Status
OPEN = frozenset({_Status.PLANNED, _Status.INVITED, _Status.HELD})


def rules_of(committee_id: UUID) -> CommitteeRules:
    """Return how a board decides: what the city has set, else the sample (not saved)."""
    found = CommitteeRules.objects.filter(committee_id=committee_id).first()
    return found or CommitteeRules(committee_id=committee_id, version=0)


def _times(starts_at: datetime, ends_at: datetime, place: str) -> str:
    place = " ".join(place.split())
    if not is_working_day(clock.local(starts_at).date()):
        raise NotPossible("An diesem Tag wird nicht gearbeitet: Wählen Sie einen Werktag.", "tag")
    if ends_at <= starts_at or clock.local(ends_at).date() != clock.local(starts_at).date():
        raise NotPossible("Das Ende liegt nach dem Beginn, am selben Tag.", "ende")
    if not place or len(place) > 200:
        raise NotPossible("Geben Sie den Ort mit höchstens 200 Zeichen an.", "ort")
    return place


def plan(
    actor: Actor, *, committee: Committee, starts_at: datetime, ends_at: datetime, place: str
) -> Meeting:
    """Plan a meeting of a board; minutes that wait for approval come first on its agenda.

    Raises:
        NotPossible: the body does not meet, no working day, or the times do not fit.
    """
    check(actor, MANAGE)
    if committee.kind != Committee.Kind.BOARD:
        raise NotPossible("Nur ein Gremium, das tagt, hat Sitzungen.")
    meeting = Meeting(
        id=ids.new_id(),
        committee=committee,
        starts_at=starts_at,
        ends_at=ends_at,
        place=_times(starts_at, ends_at, place),
    )
    with act(actor, "meeting.planned", Ref("meeting", meeting.id)):
        meeting.save(force_insert=True)
        waiting = Minutes.objects.filter(
            meeting__committee=committee, meeting__starts_at__lt=starts_at, approved_at__isnull=True
        ).select_related("meeting")
        for number, minutes in enumerate(waiting.order_by("meeting__starts_at")):
            day = clock.local(minutes.meeting.starts_at).strftime("%d.%m.%Y")
            AgendaItem.objects.create(
                meeting=meeting,
                position=number + 1,
                title=f"Genehmigung der Niederschrift vom {day}",
                kind=AgendaItem.Kind.MINUTES,
                minutes=5,
                minutes_of=minutes.meeting,
            )
    return meeting


def _locked(meeting_id: UUID, *statuses: str, version: int | None = None) -> Meeting:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(id=meeting_id)
    if meeting.status not in (statuses or OPEN):
        raise NotPossible(f"Die Sitzung ist {meeting.get_status_display()}; das geht jetzt nicht.")
    if version is not None and meeting.version != version:
        raise Stale
    return meeting


def change(
    actor: Actor, *, meeting_id: UUID, starts_at: datetime, ends_at: datetime, place: str, version: int
) -> Meeting:
    """Move a meeting; who was invited hears of it at once, with a calendar object of the next sequence.

    Raises:
        NotPossible: it has begun or is over, no working day, or the times do not fit.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    place = _times(starts_at, ends_at, place)
    with act(actor, "meeting.changed", Ref("meeting", meeting_id)) as current:
        meeting = _locked(meeting_id, _Status.PLANNED, _Status.INVITED, version=version)
        moved = (meeting.starts_at, meeting.ends_at, meeting.place) != (starts_at, ends_at, place)
        meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
        meeting.version += 1
        if moved and meeting.status == _Status.INVITED:
            meeting.sequence += 1
            current.detail["told"] = _tell(actor, meeting, "meeting_changed", "REQUEST")
        meeting.save()
    return meeting


def invite(actor: Actor, *, meeting_id: UUID, version: int) -> int:
    """Invite all members by e-mail with the appointment; return how many. Inviting again sends the next sequence.

    Raises:
        NotPossible: the board has no members, or the meeting has begun, is over or called off.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.invited", Ref("meeting", meeting_id)) as current:
        meeting = _locked(meeting_id, _Status.PLANNED, _Status.INVITED, version=version)
        template = "meeting_invitation"
        if meeting.status == _Status.INVITED:
            meeting.sequence += 1
            template = "meeting_changed"
        meeting.status, meeting.invited_at = _Status.INVITED, clock.now()
        meeting.version += 1
        number = _tell(actor, meeting, template, "REQUEST")
        if not number:
            raise NotPossible("Das Gremium hat an diesem Tag keine Mitglieder.")
        meeting.save()
        current.detail["told"] = number
        current.emit("meeting.invited", {"committee": str(meeting.committee_id)})
    return number


def cancel(actor: Actor, *, meeting_id: UUID, version: int) -> Meeting:
    """Call a meeting off; who was invited gets a cancellation for the calendar. Its papers wait for another.

    Raises:
        NotPossible: it has begun, is over or called off already.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.cancelled", Ref("meeting", meeting_id)) as current:
        meeting = _locked(meeting_id, _Status.PLANNED, _Status.INVITED, version=version)
        if meeting.status == _Status.INVITED:
            meeting.sequence += 1
            current.detail["told"] = _tell(actor, meeting, "meeting_cancelled", "CANCEL")
        meeting.status = _Status.CANCELLED
        meeting.version += 1
        meeting.save()
    return meeting


def appointment(meeting: Meeting, people: list[Member]) -> Appointment:
    """Return a meeting as an appointment."""
    office = organisation.role_holders(COMMITTEE_OFFICE, "/")
    return Appointment(
        id=meeting.id,
        sequence=meeting.sequence,
        title=f"{meeting.committee.name}",
        place=meeting.place,
        start=meeting.starts_at,
        end=meeting.ends_at,
        text=f"Tagesordnung und Vorlagen: {_address(meeting)}",
        url=_address(meeting),
        organiser=(office[0].person.name, office[0].person.email)
        if office
        else ("Geschäftsstelle der Gremien", default_sender(settings.PUBLIC_URL)),
        people=[(member.person.name, member.person.email) for member in people],
        host=domain_of(settings.PUBLIC_URL),
    )


def _address(meeting: Meeting) -> str:
    return f"{settings.PUBLIC_URL}/steuerung/gremien/sitzungen/{meeting.id}/"


def _tell(actor: Actor, meeting: Meeting, template: str, method: Method) -> int:
    start = clock.local(meeting.starts_at)
    people = members(meeting.committee_id, start.date())
    shown = appointment(meeting, people)
    told = calendar(shown, method)
    for member in people:
        messages.send_email(
            actor,
            to=member.person.email,
            template=template,
            context={
                "salutation": f"Guten Tag {member.person.name}"[:200],
                "reference": f"{meeting.committee.short}, {start:%d.%m.%Y}",
                "until": f"{start:%d.%m.%Y} um {start:%H:%M} Uhr",
                "link": _address(meeting),
                "office": shown.organiser[0],
            },
            case=Ref("meeting", meeting.id),
            calendar=told,
        )
    return len(people)


# -- agenda ------------------------------------------------------------------------------------------------------


def add_item(
    actor: Actor,
    *,
    meeting_id: UUID,
    title: str,
    kind: str,
    minutes: int,
    paper_id: UUID | None = None,
) -> AgendaItem:
    """Put a point at the end of the agenda, perhaps with a paper that waits for this board's decision.

    Raises:
        NotPossible: the meeting is over, a value is wrong, or the paper does not wait for this board.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.item_added", Ref("meeting", meeting_id)):
        meeting = _locked(meeting_id)
        paper = None
        if paper_id is not None:
            paper = DecisionPaper.objects.select_for_update().filter(id=paper_id).first()
            if paper is None or paper.status != PaperStatus.CLEARED or paper.body_id != meeting.committee_id:
                raise NotPossible(
                    "Diese Vorlage wartet nicht auf eine Entscheidung dieses Gremiums.", "vorlage"
                )
            if paper.agenda_items.filter(outcome="", meeting__status__in=OPEN).exists():
                raise NotPossible("Diese Vorlage steht schon auf einer Tagesordnung.", "vorlage")
            title, kind = title or f"{paper.number} {paper.title}"[:200], AgendaItem.Kind.DECISION
        title = _item(title, kind, minutes)
        last = meeting.items.aggregate(last=Max("position"))["last"] or 0
        if meeting.items.count() >= ITEMS:
            raise NotPossible(f"Eine Tagesordnung hat höchstens {ITEMS} Punkte.")
        item: AgendaItem = AgendaItem.objects.create(
            meeting=meeting, position=last + 1, title=title, kind=kind, minutes=minutes, paper=paper
        )
    return item


def _item(title: str, kind: str, minutes: int) -> str:
    title = " ".join(title.split())
    if not title or len(title) > 200:
        raise NotPossible("Geben Sie ein Thema mit höchstens 200 Zeichen an.", "thema")
    if kind not in AgendaItem.Kind.values:
        raise NotPossible("Wählen Sie die Art des Punktes.", "art")
    if not 1 <= minutes <= 480:
        raise NotPossible("Geben Sie eine Dauer von 1 bis 480 Minuten an.", "dauer")
    return title


def _open_item(meeting: Meeting, item_id: UUID) -> AgendaItem:
    item = meeting.items.filter(id=item_id).first()
    if item is None:
        raise NotPossible("Diesen Punkt gibt es nicht mehr.")
    if item.outcome:
        raise NotPossible("Dieser Punkt ist schon behandelt.")
    return item


def move_item(actor: Actor, *, meeting_id: UUID, item_id: UUID, up: bool) -> None:
    """Let a point change places with the one before or after it; at the end of the list nothing happens.

    Raises:
        NotPossible: the meeting is over, or the point is gone.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.item_moved", Ref("meeting", meeting_id)):
        meeting = _locked(meeting_id)
        order = list(meeting.items.order_by("position", "id"))
        place = next((number for number, one in enumerate(order) if one.id == item_id), None)
        if place is None:
            raise NotPossible("Diesen Punkt gibt es nicht mehr.")
        other = place - 1 if up else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
        for position, item in enumerate(order):
            item.position = position + 1
        AgendaItem.objects.bulk_update(order, ["position"])


def remove_item(actor: Actor, *, meeting_id: UUID, item_id: UUID) -> None:
    """Take a point off the agenda that has not been dealt with; its paper waits for another meeting.

    Raises:
        NotPossible: the meeting is over, the point is gone or dealt with.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.item_removed", Ref("meeting", meeting_id)):
        meeting = _locked(meeting_id)
        item = _open_item(meeting, item_id)
        meeting.items.filter(position__gt=item.position).update(position=F("position") - 1)
        item.delete()


# -- the meeting itself ------------------------------------------------------------------------------------------


def record_attendance(
    actor: Actor, *, meeting_id: UUID, present: Mapping[UUID, bool], version: int
) -> Meeting:
    """Note who is there, open the meeting, and tell by the board's rules whether it can decide.

    `present` answers for each member of that day by person; whoever is not named is absent.

    Raises:
        NotPossible: it is another day's meeting to come, over or called off, the board has no members, or votes
            already taken say otherwise.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    with act(actor, "meeting.attended", Ref("meeting", meeting_id)) as current:
        meeting = _locked(meeting_id, version=version)
        day = clock.local(meeting.starts_at).date()
        if day > clock.today():
            raise NotPossible("Die Anwesenheit stellen Sie am Tag der Sitzung fest.")
        people = members(meeting.committee_id, day)
        if not people:
            raise NotPossible("Das Gremium hat an diesem Tag keine Mitglieder.")
        _carries_its_votes(
            meeting, {one.person.id for one in people if one.votes and present.get(one.person.id, False)}
        )
        meeting.attendances.all().delete()
        Attendance.objects.bulk_create(
            Attendance(
                meeting=meeting,
                person=member.person,
                function=member.function,
                present=present.get(member.person.id, False),
            )
            for member in people
        )
        voting = [member for member in people if member.votes]
        there = sum(present.get(member.person.id, False) for member in voting)
        chosen = rules_of(meeting.committee_id)
        meeting.quorate = rules.quorate(there, len(voting), chosen.quorum_percent, more=chosen.quorum_more)
        meeting.status = _Status.HELD
        meeting.version += 1
        meeting.save()
        current.detail.update(present=there, quorate=meeting.quorate)
    return meeting


def _carries_its_votes(meeting: Meeting, voters: set[UUID]) -> None:
    """Refuse an attendance that contradicts the votes already taken; who left early is told by the minutes."""
    taken = list(meeting.resolutions.all())
    named = set(CastVote.objects.filter(resolution__in=taken).values_list("person_id", flat=True))
    most = max(((row.yes or 0) + (row.no or 0) + (row.abstained or 0) for row in taken), default=0)
    if len(voters) < most or not named <= voters:
        raise NotPossible(
            "In dieser Sitzung haben schon mehr oder andere Stimmberechtigte abgestimmt. Wer früher gegangen ist, "
            "steht in der Niederschrift."
        )


def conclude_item(actor: Actor, *, meeting_id: UUID, item_id: UUID, record: str) -> AgendaItem:
    """Note a point on which nothing is decided: what was said, and that it was taken note of.

    Raises:
        NotPossible: the meeting is not open, or the point is one to decide or dealt with.
    """
    check(actor, MANAGE)
    if len(record) > TEXT_LIMIT:
        raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", "text")
    with act(actor, "meeting.item_noted", Ref("meeting", meeting_id)):
        meeting = _locked(meeting_id, _Status.HELD)
        item = _open_item(meeting, item_id)
        if item.kind == AgendaItem.Kind.DECISION:
            raise NotPossible("Zu diesem Punkt gehört ein Beschluss.")
        item.record, item.outcome = record.strip(), AgendaItem.Outcome.NOTED
        item.save(update_fields=["record", "outcome"])
    return item


def draft_minutes(
    actor: Actor, *, meeting_id: UUID, text: str, records: Mapping[UUID, str], version: int
) -> Minutes:
    """Write the minutes of an open meeting, or write them on: the course in general, and a text for each point.

    Raises:
        NotPossible: the meeting has not begun, the minutes are approved, or a text is too long.
        Stale: somebody else has saved meanwhile (`version` 0: there were none).
    """
    check(actor, MANAGE)
    for name, value in (("text", text), *((f"punkt-{key}", value) for key, value in records.items())):
        if len(value) > TEXT_LIMIT:
            raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", name)
    with act(actor, "minutes.drafted", Ref("meeting", meeting_id)):
        meeting = _locked(meeting_id, _Status.HELD)
        minutes = Minutes.objects.filter(meeting=meeting).first()
        if version != (minutes.version if minutes else 0):
            raise Stale
        minutes = minutes or Minutes(meeting=meeting, version=0)
        minutes.text, minutes.author_label, minutes.drafted_at = text.strip(), actor.label[:200], clock.now()
        minutes.version += 1
        minutes.save()
        for item in meeting.items.all():
            if item.id in records:
                item.record = records[item.id].strip()
                item.save(update_fields=["record"])
    return minutes


def approve_minutes(actor: Actor, *, meeting_id: UUID, in_meeting_id: UUID, version: int) -> Minutes:
    """Approve minutes in a later meeting of the board: they are frozen as a PDF, and the meeting is closed.

    Raises:
        NotPossible: there are none, they are approved, a point is still open, or the other meeting does not fit.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    with act(actor, "minutes.approved", Ref("meeting", meeting_id), {"in": str(in_meeting_id)}) as current:
        meeting = _locked(meeting_id, _Status.HELD)
        minutes = Minutes.objects.select_for_update().filter(meeting=meeting).first()
        if minutes is None:
            raise NotPossible("Es gibt noch keine Niederschrift.")
        if minutes.version != version:
            raise Stale
        later = Meeting.objects.filter(id=in_meeting_id, committee=meeting.committee).first()
        if later is None or later.status != _Status.HELD or later.starts_at <= meeting.starts_at:
            raise NotPossible(
                "Eine Niederschrift genehmigt das Gremium in einer späteren Sitzung, die eröffnet ist.",
                "sitzung",
            )
        if meeting.items.filter(outcome="").exclude(kind=AgendaItem.Kind.MINUTES).exists():
            raise NotPossible("Zu jedem Punkt muss feststehen, was daraus geworden ist.")
        minutes.approved_at, minutes.approved_in = clock.now(), later
        minutes.version += 1
        blob = storage.put(minutes_pdf(meeting, minutes), "application/pdf")
        minutes.blob_id = blob.sha512
        minutes.save()
        meeting.status = _Status.CLOSED
        meeting.version += 1
        meeting.save(update_fields=["status", "version"])
        later.items.filter(minutes_of=meeting, outcome="").update(
            outcome=AgendaItem.Outcome.ADOPTED, record="Die Niederschrift wird genehmigt."
        )
        current.detail["sha512"] = blob.sha512
        current.emit("minutes.approved", {"committee": str(meeting.committee_id)})
    return minutes
