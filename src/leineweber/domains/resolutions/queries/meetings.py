"""A meeting with everything its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import (
    AgendaItem,
    Attendance,
    CommitteeRules,
    DecisionPaper,
    Meeting,
    Minutes,
    PaperStatus,
    Resolution,
)
from leineweber.domains.resolutions.queries.scope import visible_meetings
from leineweber.domains.resolutions.services.meetings import OPEN, rules_of
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.organisation.committee_queries import Member, members


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting: agenda, members of its day, who was there, minutes, resolutions by point, papers that wait."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    members: tuple[Member, ...]
    attended: tuple[Attendance, ...]
    minutes: Minutes | None
    resolutions: dict[UUID, Resolution]
    rules: CommitteeRules
    waiting: tuple[DecisionPaper, ...]
    later: tuple[Meeting, ...]

    @property
    def live(self) -> bool:
        """Whether its agenda can still change."""
        return self.meeting.status in OPEN

    @property
    def voters(self) -> tuple[Attendance, ...]:
        """Who was there with a vote."""
        return tuple(row for row in self.attended if row.present and row.function != "adviser")

    @property
    def late(self) -> bool:
        """Whether an invitation sent now (or as it was sent) is later than the board's rules want."""
        sent = clock.local(self.meeting.invited_at or clock.now()).date()
        day = clock.local(self.meeting.starts_at).date()
        return not rules.invitation_in_time(sent, day, self.rules.invitation_days)


def meeting_view(actor: Actor, meeting_id: UUID) -> MeetingView | None:
    """Return a meeting the actor may see, None otherwise; a constant number of queries."""
    meeting = visible_meetings(actor).select_related("committee").filter(id=meeting_id).first()
    if meeting is None:
        return None
    items = tuple(meeting.items.select_related("paper").order_by("position", "id"))
    waiting: tuple[DecisionPaper, ...] = ()
    if meeting.status in OPEN:
        busy = AgendaItem.objects.filter(outcome="", meeting__status__in=OPEN, paper__isnull=False)
        waiting = tuple(
            DecisionPaper.objects.filter(body_id=meeting.committee_id, status=PaperStatus.CLEARED)
            .exclude(id__in=busy.values("paper_id"))
            .order_by("cleared_at", "id")[:100]
        )
    later = Meeting.objects.filter(
        committee_id=meeting.committee_id, starts_at__gt=meeting.starts_at, status=Meeting.Status.HELD
    )
    return MeetingView(
        meeting=meeting,
        items=items,
        members=tuple(members(meeting.committee_id, clock.local(meeting.starts_at).date())),
        attended=tuple(meeting.attendances.select_related("person").order_by("person__sort_key")),
        minutes=Minutes.objects.filter(meeting=meeting).select_related("approved_in").first(),
        resolutions={one.item_id: one for one in meeting.resolutions.all() if one.item_id},
        rules=rules_of(meeting.committee_id),
        waiting=waiting,
        later=tuple(later.order_by("starts_at")),
    )
