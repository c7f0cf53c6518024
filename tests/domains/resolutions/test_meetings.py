"""Meetings: invitations with appointments, agenda, quorum, votes, minutes; and resolutions with what follows."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from icalendar import Calendar

from leineweber.capabilities.messages.models import Email
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import Filters
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import AgendaItem, FollowUp, PaperStatus, Resolution
from leineweber.domains.resolutions.queries.meetings import meeting_view
from leineweber.domains.resolutions.queries.resolutions import (
    ResolutionFilter,
    list_resolutions,
    open_numbers,
    resolution_view,
)
from leineweber.domains.resolutions.queries.scope import visible_meetings, visible_resolutions
from leineweber.domains.resolutions.services import committees, meetings, resolutions
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.domains.resolutions.services.resolutions import Ballot
from leineweber.kernel import attention, clock, links, storage
from leineweber.kernel.access import Denied
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Committee, Post

pytestmark = pytest.mark.django_db
FIVE_TO_ONE = Ballot(rules.Votes(5, 1, 0))


def decide(house, meeting, item, **changes):
    values = {"outcome": "vote", "text": "So wird es gemacht.", "ballot": FIVE_TO_ONE, **changes}
    return resolutions.decide_item(house.actor("tomke."), meeting_id=meeting.id, item_id=item.id, **values)


def item_of(house, meeting, **changes) -> AgendaItem:
    values = {"title": "Mobile Geräte", "kind": "decision", "minutes": 20, **changes}
    return meetings.add_item(house.actor("tomke."), meeting_id=meeting.id, **values)


def appointments(data_dir: Path) -> list[tuple[str, Calendar]]:
    found = []
    for file in sorted((data_dir / "mail").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        for part in mail.iter_attachments():
            found.append((str(mail["Subject"]), Calendar.from_ical(part.get_payload(decode=True))))
            assert part.get_content_type() == "text/calendar"
            assert part.get_param("method") == str(found[-1][1]["METHOD"])
    return found


def test_invitation_change_and_cancellation_reach_the_calendar(house, data_dir: Path) -> None:
    for old in (data_dir / "mail").glob("*.eml"):
        old.unlink()
    office, meeting = house.actor("tomke."), house.meeting(14)
    assert meetings.invite(office, meeting_id=meeting.id, version=1) == 7
    run_until_idle()
    invited = appointments(data_dir)
    assert len(invited) == 7
    assert {str(calendar["METHOD"]) for _, calendar in invited} == {"REQUEST"}
    (event,) = invited[0][1].walk("VEVENT")
    assert (event["SEQUENCE"], event.decoded("DTSTART")) == (0, meeting.starts_at)
    assert len(event["ATTENDEE"]) == 7
    assert not Email.objects.exclude(calendar="").exists(), "sent mail keeps nothing"
    later = meeting.starts_at + timedelta(hours=1)
    meetings.change(
        office,
        meeting_id=meeting.id,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        place="Neues Rathaus",
        version=2,
    )
    meetings.cancel(office, meeting_id=meeting.id, version=3)
    run_until_idle()
    told = appointments(data_dir)[7:]
    said = {(str(calendar["METHOD"]), calendar.walk("VEVENT")[0]["SEQUENCE"]) for _, calendar in told}
    assert said == {("REQUEST", 1), ("CANCEL", 2)}
    assert len({str(calendar.walk("VEVENT")[0]["UID"]) for _, calendar in appointments(data_dir)}) == 1
    with pytest.raises(NotPossible, match="abgesagt"):
        meetings.invite(office, meeting_id=meeting.id, version=4)


def test_who_may_and_when(house) -> None:
    with pytest.raises(Denied):
        meetings.plan(
            house.actor("gesche."),
            committee=house.body("verwaltungsvorstand"),
            starts_at=clock.now(),
            ends_at=clock.now(),
            place="x",
        )
    meeting = house.meeting(14)
    saturday = meeting.starts_at + timedelta(days=5 - clock.local(meeting.starts_at).weekday())
    with pytest.raises(NotPossible, match="Werktag"):
        meetings.change(
            house.actor("tomke."),
            meeting_id=meeting.id,
            starts_at=saturday,
            ends_at=saturday + timedelta(hours=1),
            place="x",
            version=1,
        )
    with pytest.raises(NotPossible, match="am Tag der Sitzung"):
        meetings.record_attendance(house.actor("tomke."), meeting_id=meeting.id, present={}, version=1)
    with pytest.raises(Stale):
        meetings.invite(house.actor("tomke."), meeting_id=meeting.id, version=9)
    assert visible_meetings(house.actor("gesche.")).filter(id=meeting.id).exists()
    assert not visible_meetings(house.actor("frieda.")).exists()


def test_the_agenda_keeps_its_order(house) -> None:
    office, meeting = house.actor("tomke."), house.meeting(14)
    first, second, third = (item_of(house, meeting, title=title) for title in ("A", "B", "C"))
    meetings.move_item(office, meeting_id=meeting.id, item_id=third.id, up=True)
    meetings.move_item(office, meeting_id=meeting.id, item_id=first.id, up=True)
    meetings.remove_item(office, meeting_id=meeting.id, item_id=second.id)
    view = meeting_view(office, meeting.id)
    assert [(one.title, one.position) for one in view.items] == [("A", 1), ("C", 2)]
    paper = house.cleared()
    item = item_of(house, meeting, title="", paper_id=paper.id)
    assert item.title == f"{paper.number} {paper.title}"
    with pytest.raises(NotPossible, match="schon auf einer Tagesordnung"):
        item_of(house, meeting, paper_id=paper.id)
    with pytest.raises(NotPossible, match="wartet nicht"):
        item_of(house, meeting, paper_id=house.cleared(key="standards").id)


def test_a_vote_makes_a_resolution_that_acts_on_the_thing(house) -> None:
    paper = house.cleared(effect="start")
    meeting = house.held()
    assert meeting.quorate is True
    item = item_of(house, meeting, title="", paper_id=paper.id)
    made = decide(house, meeting, item, text=paper.proposal, conditions="Bericht nach einem Jahr.")
    year = made.on.year
    assert (made.number, made.outcome, made.title) == (f"VV-{year}-001", "adopted", paper.title)
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DECIDED
    assert made.number in paper.versions.get().outcome
    thing = Ref("test_thing", house.thing)
    assert ("decides", Ref("resolution", made.id)) in links.sources(thing)
    event = StoredEvent.objects.get(name="resolution.passed")
    assert event.subject == str(thing)
    assert event.payload == {
        "subject": str(thing),
        "effect": "start",
        "resolution": str(made.id),
        "number": made.number,
        "on": made.on.isoformat(),
        "conditions": "Bericht nach einem Jahr.",
        "facts_at": paper.facts_at.isoformat() if paper.facts_at else "",
    }
    with pytest.raises(NotPossible, match="schon behandelt"):
        decide(house, meeting, item)


def test_a_lost_vote_rejects_the_thing(house) -> None:
    meeting = house.held()
    item = item_of(house, meeting, title="", paper_id=house.cleared(effect="start").id)
    made = decide(house, meeting, item, ballot=Ballot(rules.Votes(1, 4, 1)))
    assert (made.outcome, made.effect) == ("rejected", "reject")
    assert StoredEvent.objects.get(name="resolution.passed").payload["effect"] == "reject"


def test_votes_must_fit_who_is_there(house) -> None:
    meeting = house.held(absent=("gesche.",))
    item = item_of(house, meeting)
    for ballot, message in (
        (Ballot(rules.Votes(6, 0, 0)), "nur 5 Stimmberechtigte"),
        (Ballot(rules.Votes(0, 0, 0)), "Geben Sie die Stimmen an"),
    ):
        with pytest.raises(NotPossible, match=message):
            decide(house, meeting, item, ballot=ballot)
    assert not Resolution.objects.exists()
    voters = [one.person_id for one in meeting_view(house.actor("tomke."), meeting.id).voters]
    with pytest.raises(NotPossible, match="namentlich"):
        decide(house, meeting, item, ballot=Ballot(by_name={voters[0]: "yes"}))
    said = dict(zip(voters, ["yes", "yes", "yes", "no", "abstain"], strict=True))
    made = decide(house, meeting, item, ballot=Ballot(by_name=said))
    assert (made.yes, made.no, made.abstained, made.by_name) == (3, 1, 1, True)
    assert made.votes.count() == 5


def test_without_a_quorum_nothing_is_decided(house) -> None:
    meeting = house.held(absent=("gesche.", "luder.", "hinnerk.", "amke.", "lueder."))
    assert meeting.quorate is False
    item = item_of(house, meeting)
    with pytest.raises(NotPossible, match="nicht beschlussfähig"):
        decide(house, meeting, item)
    assert decide(house, meeting, item, outcome="postponed") is None
    item.refresh_from_db()
    assert item.outcome == "postponed"


def test_a_tie_by_the_rules_of_the_board(house) -> None:
    meeting = house.held()
    tie = Ballot(rules.Votes(3, 3, 0))
    assert decide(house, meeting, item_of(house, meeting), ballot=tie).outcome == "rejected"
    committees.save_rules(
        house.actor("tomke."),
        committee=house.body("verwaltungsvorstand"),
        quorum_percent=50,
        quorum_more=True,
        invitation_days=7,
        tie="chair",
        version=0,
    )
    item = item_of(house, meeting)
    with pytest.raises(NotPossible, match="Vorsitz"):
        decide(house, meeting, item, ballot=tie)
    made = decide(house, meeting, item, ballot=Ballot(tie.votes, chair="yes"))
    assert (made.outcome, made.chair_decided) == ("adopted", True)


def test_a_paper_given_back_by_the_meeting(house) -> None:
    paper, meeting = house.cleared(), house.held()
    item = item_of(house, meeting, title="", paper_id=paper.id)
    with pytest.raises(NotPossible, match="warum"):
        decide(house, meeting, item, outcome="returned")
    decide(house, meeting, item, outcome="returned", record="Folgekosten fehlen.")
    paper.refresh_from_db()
    assert paper.status == PaperStatus.RETURNED


def test_numbers_have_no_gaps_per_body_and_year(house) -> None:
    meeting = house.held()
    with pytest.raises(RuntimeError), transaction.atomic():
        decide(house, meeting, item_of(house, meeting))
        raise RuntimeError
    serials = [decide(house, meeting, item_of(house, meeting)).serial for _ in range(3)]
    other = house.held(key="think-tank")
    assert decide(house, other, item_of(house, other)).serial == 1
    assert serials == [1, 2, 3]
    row = Resolution.objects.get(serial=3)
    row.serial = 2
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_minutes_are_approved_later_and_then_frozen(house) -> None:
    office, meeting = house.actor("tomke."), house.held(-14)
    item, talk = item_of(house, meeting), item_of(house, meeting, title="Lage", kind="information")
    minutes = meetings.draft_minutes(
        office, meeting_id=meeting.id, text="Beginn pünktlich.", records={item.id: "Aussprache."}, version=0
    )
    with pytest.raises(Stale):
        meetings.draft_minutes(office, meeting_id=meeting.id, text="x", records={}, version=0)
    later = house.held(-3)
    assert [one.kind for one in later.items.all()] == ["minutes"], "it stands on the next agenda by itself"
    with pytest.raises(NotPossible, match="jedem Punkt"):
        meetings.approve_minutes(office, meeting_id=meeting.id, in_meeting_id=later.id, version=1)
    decide(house, meeting, item)
    meetings.conclude_item(office, meeting_id=meeting.id, item_id=talk.id, record="Bericht der IT.")
    with pytest.raises(NotPossible, match="später"):
        meetings.approve_minutes(office, meeting_id=meeting.id, in_meeting_id=meeting.id, version=1)
    minutes = meetings.approve_minutes(office, meeting_id=meeting.id, in_meeting_id=later.id, version=1)
    assert storage.read(minutes.blob_id).startswith(b"%PDF")
    assert later.items.get().outcome == "adopted"
    with pytest.raises(NotPossible, match="abgeschlossen"):
        meetings.draft_minutes(office, meeting_id=meeting.id, text="x", records={}, version=2)
    with pytest.raises(NotPossible):
        item_of(house, meeting)


def test_one_who_holds_the_office_decides_alone(house) -> None:
    paper = house.cleared(key="standards", effect="start")
    with pytest.raises(Denied):
        resolutions.decide_alone(
            house.actor("insa."),
            paper_id=paper.id,
            adopt=True,
            text="x",
            conditions="",
            version=paper.version,
        )
    made = resolutions.decide_alone(
        house.actor("enno."),
        paper_id=paper.id,
        adopt=True,
        text="Der Standard gilt.",
        conditions="",
        version=paper.version,
    )
    assert made.number.startswith("BG-1-") and made.meeting is None and made.yes is None
    assert "Enno Silberspule" in made.decided_by
    with pytest.raises(NotPossible, match="wartet nicht"):
        resolutions.decide_alone(
            house.actor("enno."),
            paper_id=paper.id,
            adopt=True,
            text="x",
            conditions="",
            version=paper.version,
        )
    board = house.cleared()
    with pytest.raises(NotPossible, match="Gremium"):
        resolutions.decide_alone(
            house.actor("insa."),
            paper_id=board.id,
            adopt=True,
            text="x",
            conditions="",
            version=board.version,
        )


@pytest.fixture
def resolution(house) -> Resolution:
    meeting = house.held(-40)
    return decide(house, meeting, item_of(house, meeting))


def follow(house, resolution, days: int = 10, post: str = "110.6-1") -> FollowUp:
    return resolutions.add_follow_up(
        house.actor("tomke."),
        resolution_id=resolution.id,
        text="Zeitplan vorlegen",
        post_id=Post.objects.get(key=post).id,
        due=clock.today() + timedelta(days=days),
    )


def test_a_follow_up_is_a_task_of_the_post(house, resolution) -> None:
    row = follow(house, resolution)
    jorid = house.actor("jorid.")
    (item,) = processes.inbox(jorid, Filters(view="unassigned")).items
    assert item.name == "Beschluss umsetzen" and item.note == "Zeitplan vorlegen"
    assert clock.local(item.due).date() == row.due
    card = links.resolve([item.subject], jorid)[item.subject]
    assert card.url == f"/steuerung/beschluesse/{resolution.id}/#wv-{row.id}"
    # The post is meant, not everybody above it with the same role.
    assert not processes.inbox(house.actor("hauke."), Filters(view="all")).items
    with pytest.raises(Denied):
        resolutions.finish_follow_up(house.actor("frieda."), follow_up_id=row.id, note="erledigt")
    with pytest.raises(NotPossible, match="was daraus geworden"):
        resolutions.finish_follow_up(jorid, follow_up_id=row.id, note=" ")
    done = resolutions.finish_follow_up(jorid, follow_up_id=row.id, note="Liegt vor.")
    assert done.done_by == "Jorid Webrahmen"
    assert not processes.inbox(jorid, Filters(view="all")).items
    with pytest.raises(NotPossible, match="schon erledigt"):
        resolutions.finish_follow_up(jorid, follow_up_id=row.id, note="Noch einmal.")


def test_nothing_decided_is_forgotten(house, resolution) -> None:
    row = follow(house, resolution, days=-5)
    from leineweber.capabilities.processes import services as process_services

    process_services.mark_overdue()
    (task,) = processes.inbox(house.actor("jorid."), Filters(view="overdue")).items
    assert task.overdue
    assert open_numbers(clock.today()) == (1, 1)
    (matter,) = [one for one in attention.matters(house.actor("insa.")) if one.subject.kind == "follow_up"]
    assert (matter.kind, matter.due) == ("exception", row.due)
    assert "überfällig" in matter.note
    assert list_resolutions(house.actor("insa."), ResolutionFilter(follow="overdue")).total == 1
    moved = resolutions.move_follow_up(
        house.actor("tomke."), follow_up_id=row.id, due=clock.today() + timedelta(days=3)
    )
    (task,) = processes.inbox(house.actor("jorid."), Filters(view="all")).items
    assert clock.local(task.due).date() == moved.due and not task.overdue
    resolutions.finish_follow_up(house.actor("tomke."), follow_up_id=row.id, note="Von der Geschäftsstelle.")
    assert open_numbers(clock.today()) == (0, 0)
    assert (
        resolution_view(house.actor("insa."), resolution.id).follow_ups[0].row.done_by == "Tomke Seidenhagen"
    )


def test_papers_that_wait_are_told_to_who_decides(house) -> None:
    paper = house.cleared(key="standards")
    for who in ("enno.", "insa.", "tomke."):
        assert Ref("decision_paper", paper.id) in {one.subject for one in attention.matters(house.actor(who))}
    assert not attention.matters(house.actor("frieda."))


def test_restricted_resolutions_are_for_few(house) -> None:
    paper = house.cleared(restricted=True)
    meeting = house.held()
    made = decide(house, meeting, item_of(house, meeting, title="", paper_id=paper.id))
    for who, sees in (("insa.", True), ("gesche.", True), ("keno.", True), ("frieda.", False)):
        assert visible_resolutions(house.actor(who)).filter(id=made.id).exists() is sees, who


def test_nobody_decides_alone_about_her_own_paper(house) -> None:
    paper = house.paper("enno.", key="standards", effect="start", statements=())
    paper = house.submit(paper, "enno.")
    assert paper.status == "cleared", "who decides does not sign as well"
    page = house.browser("enno.").get(f"/steuerung/vorlagen/{paper.id}/").content.decode()
    assert "Ihre Entscheidung" not in page and "Es entscheidet Ihre Vertretung" in page
    with pytest.raises(NotPossible, match="eigene Vorlage"):
        resolutions.decide_alone(
            house.actor("enno."),
            paper_id=paper.id,
            adopt=True,
            text="x",
            conditions="",
            version=paper.version,
        )


def test_two_bodies_whose_short_forms_look_alike_count_in_one_row(house) -> None:
    paper = house.cleared(key="standards")
    first = resolutions.decide_alone(
        house.actor("enno."), paper_id=paper.id, adopt=True, text="x", conditions="", version=paper.version
    )
    Committee.objects.filter(key="verwaltungsvorstand").update(short="BG-1")
    meeting = house.held()
    item = item_of(house, meeting)
    second = resolutions.decide_item(
        house.actor("tomke."), meeting_id=meeting.id, item_id=item.id, outcome="vote", text="y",
        ballot=Ballot(rules.Votes(3, 0, 0)),
    )  # fmt: skip
    assert second is not None and second.year == first.year
    assert (first.number[-3:], second.number[-3:]) == ("001", "002")


def test_attendance_does_not_contradict_votes_already_taken(house) -> None:
    meeting = house.held()
    item = item_of(house, meeting)
    people = [row.person_id for row in meeting.attendances.filter(present=True).exclude(function="adviser")]
    votes = rules.Votes(len(people), 0, 0)
    resolutions.decide_item(
        house.actor("tomke."), meeting_id=meeting.id, item_id=item.id, outcome="vote", text="y", ballot=Ballot(votes)
    )  # fmt: skip

    def record(present: list) -> None:
        meeting.refresh_from_db()
        meetings.record_attendance(
            house.actor("tomke."), meeting_id=meeting.id, present=dict.fromkeys(present, True),
            version=meeting.version,
        )  # fmt: skip

    with pytest.raises(NotPossible, match="schon mehr oder andere"):
        record(people[1:])
    record(people)
    assert meeting.attendances.filter(present=True).count() == len(people)
