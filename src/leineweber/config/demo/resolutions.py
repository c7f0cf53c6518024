"""The bodies of the demo city at work: a past meeting with minutes, one to come, papers on every step. All invented.

What papers are about is taken from what the other rooms have (goals, projects, mandates), if they tell facts about
themselves: the mandate that waits is on the agenda of the next meeting, the goal that units proposed is on its way.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from leineweber.capabilities.processes import queries as processes
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import DecisionKind, DecisionPaper, Meeting, Resolution
from leineweber.domains.resolutions.services import committees, meetings, papers, resolutions
from leineweber.domains.resolutions.services.content import Alternative, Content
from leineweber.domains.resolutions.services.resolutions import Ballot
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.deadlines.rules import is_working_day
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.committee_queries import committee_by_key, members
from leineweber.people.organisation.models import Committee, Post
from leineweber.people.organisation.queries import standing

PLACE = "Altes Rathaus, Sitzungszimmer 12"
OFFICE, AUTHOR, DEPARTMENT = "010-1", "110.6-2", "1-1"


def load() -> None:
    """Load it once: what is there already stays."""
    committees.put_samples(Actor.system("Vorführung"))
    if DecisionPaper.objects.exists():
        return
    today = clock.today()
    past, last, coming = _working(today, -35), _working(today, -7), _working(today, 12)
    with clock.moved(_at(_working(past, -14), time(10))):
        dms = _paper(_content("it-grundsatz", *DMS), _named("project", "DMS") or _named("goal", "DMS"))
        _sign(dms)
        training = _paper(_content("it-grundsatz", *TRAINING))
        _sign(training)
    with clock.moved(_at(past, time(9))):
        _first_meeting(past, dms, training)
    with clock.moved(_at(_working(past, 3), time(14))):
        _alone()
    with clock.moved(_at(last, time(9))):
        _second_meeting(last, past)
    with clock.moved(_at(_working(today, -6), time(11))):
        waiting = _mandate() or _paper(_content("it-grundsatz", *CLOUD))
        _sign(waiting)
    _coming(coming, waiting)
    with clock.moved(_at(_working(today, -2), time(15))):
        _goal()


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.BERLIN)


def _working(day: date, days: int) -> date:
    """Return the working day nearest to so many days from another, going on in the same direction."""
    found, step = day + timedelta(days=days), timedelta(days=1 if days > 0 else -1)
    while not is_working_day(found):
        found += step
    return found


def _actor(post: str) -> Actor:
    holding = Post.objects.get(key=post).holdings.select_related("person").earliest("start")
    return Actor("staff", holding.person.id, holding.person.name, standing(holding.person.id).grants)


def _body(key: str) -> Committee:
    found = committee_by_key(key)
    assert found is not None, key
    return found


def _named(kind: str, word: str) -> Ref | None:
    """Return a living thing of a kind with a word in its title that tells facts, None if no room has one."""
    actor = _actor(AUTHOR)
    known = next((one for one in links.kinds() if one.name == kind), None)
    if known is None or known.brief is None or known.every is None:
        return None
    refs = [Ref(kind, key) for key in known.every(actor)]
    found = links.resolve(refs, actor)
    return next((ref for ref in refs if ref in found and word in found[ref].title), None)


def _mandate() -> DecisionPaper | None:
    """Put a mandate that waits to the vote: the resolution will make a project of it. None if none waits."""
    subject, actor = _named("mandate", ""), _actor(AUTHOR)
    brief = links.brief(subject, actor) if subject else None
    if subject is None or brief is None:
        return None
    content = _content(
        "it-grundsatz",
        brief.title[:200],
        "Der Verwaltungsvorstand genehmigt den Projektauftrag.",
        brief.summary,
        tuple((year, str(amount)) for year, amount in brief.costs),
    )
    return _paper(content, subject, "approve")


def _goal() -> DecisionPaper:
    """Send a goal round that came out of participation, or an invented one where nobody takes part."""
    actor = _actor(AUTHOR)
    drafts = (one.target for one in links.edges(["became"]) if one.source.kind == "proposal")
    subject = next((one for one in drafts if one.kind == "goal"), None)
    brief = links.brief(subject, actor) if subject else None
    told: tuple[str, str, str, tuple[tuple[int, str], ...]] = ASSISTANT
    if brief is not None:
        told = (
            f"Ziel: {brief.title}"[:200],
            f"Der Verwaltungsvorstand nimmt das Ziel „{brief.title}“ in die Strategie auf.",
            f"{brief.summary} Die Einheiten haben den Vorschlag in der Beteiligung vorn gesehen.",
            (),
        )
    content = _content(
        "strategische-ziele",
        *told,
        statements=("datenschutz", "informationssicherheit", "personalrat", "schwerbehindertenvertretung"),
        cosigners=("/d0/011/", "/d1/200/"),
    )
    return _paper(content, subject, "adopt") if brief is not None else _paper(content)


DMS = (
    "Dokumentenmanagement in allen Ämtern",
    "Die Stadt führt bis Ende 2028 in allen Ämtern ein gemeinsames Dokumentenmanagement ein.",
    "Akten liegen heute in Laufwerken, Fachverfahren und auf Papier. Wer vertritt, findet sie oft nicht. Ein "
    "gemeinsames Dokumentenmanagement macht die Akte vollständig, auffindbar und aussonderbar.",
    ((2027, "240000.00"), (2028, "310000.00")),
)
TRAINING = (
    "Schulungen zu digitalen Werkzeugen",
    "Alle Beschäftigten können bis Ende 2027 eine Grundschulung zu den digitalen Werkzeugen besuchen.",
    "Neue Werkzeuge nützen nur, wenn alle sie bedienen können. Die Volkshochschule bietet die Schulungen an.",
    ((2027, "60000.00"),),
)
CLOUD = (
    "Videokonferenzen aus dem eigenen Rechenzentrum",
    "Die Stadt betreibt ihre Videokonferenzen ab 2027 im eigenen Rechenzentrum.",
    "Der bisherige Vertrag endet. Der Eigenbetrieb hält Gespräche im städtischen Netz und kostet weniger.",
    ((2027, "85000.00"), (2028, "42000.00"), (2029, "42000.00")),
)
ASSISTANT = (
    "Ziel: Textassistenz für die Sachbearbeitung",
    "Die Stadt nimmt als Ziel auf, bis Mitte 2028 allen Sachbearbeitungen eine geprüfte Textassistenz anzubieten.",
    "Beschäftigte nutzen heute ungeprüfte Angebote aus dem Netz. Eine eigene schützt Daten und spart Zeit.",
    ((2027, "35000.00"), (2028, "90000.00")),
)


def _content(
    kind: str,
    title: str,
    proposal: str,
    reasons: str,
    costs: tuple[tuple[int, str], ...],
    statements: tuple[str, ...] = ("personalrat",),
    cosigners: tuple[str, ...] = (),
) -> Content:
    return Content(
        title=title,
        kind_id=DecisionKind.objects.get(key=kind).id,
        proposal=proposal,
        reasons=reasons,
        alternatives=(
            Alternative("Alles bleibt, wie es ist", "Die Mängel bleiben und die Kosten verteilen sich."),
        ),
        funding="Aus dem Ansatz der IT-Steuerung; ein Nachtrag ist nicht nötig.",
        assessment="Der Nutzen übersteigt die Kosten nach drei Jahren; die Rechnung liegt der IT-Steuerung vor.",
        costs=tuple((year, Decimal(amount)) for year, amount in costs),
        statements=statements,
        cosigners=cosigners,
    )


def _paper(content: Content, subject: Ref | None = None, effect: str = "") -> DecisionPaper:
    """Write a paper and send it round."""
    author = _actor(AUTHOR)
    paper = papers.draft(author, subject=subject, effect=effect, content=content)
    return papers.submit(author, paper_id=paper.id, version=paper.version)


def _give(paper: DecisionPaper, element: str, post: str, verdict: str, text: str = "") -> None:
    task = next(
        one
        for one in processes.tasks_of(Ref("decision_paper", paper.id))
        if one.element == element and one.status in {"open", "claimed"}
    )
    papers.give(_actor(post), task_id=task.id, verdict=verdict, text=text)


def _sign(paper: DecisionPaper) -> None:
    text = "Die Beschäftigten werden vor der Einführung geschult."
    _give(paper, "s_personalrat", "021-1", "notes", text)
    _give(paper, "schlusszeichnung", DEPARTMENT, "signed")
    paper.refresh_from_db()


def _plan(key: str, day: date) -> Meeting:
    return meetings.plan(
        _actor(OFFICE),
        committee=_body(key),
        starts_at=_at(day, time(9)),
        ends_at=_at(day, time(11)),
        place=PLACE,
    )


def _item(meeting: Meeting, title: str, kind: str = "decision", paper: DecisionPaper | None = None) -> UUID:
    item = meetings.add_item(
        _actor(OFFICE),
        meeting_id=meeting.id,
        title=title,
        kind=kind,
        minutes=20,
        paper_id=paper.id if paper else None,
    )
    return item.id


def _open(meeting: Meeting, absent: int = 0) -> None:
    people = members(meeting.committee_id, clock.local(meeting.starts_at).date())
    there = {one.person.id: number >= absent for number, one in enumerate(reversed(people))}
    meeting.refresh_from_db()
    meetings.record_attendance(_actor(OFFICE), meeting_id=meeting.id, present=there, version=meeting.version)


def _vote(meeting: Meeting, item: UUID, text: str, yes: int, no: int, *, conditions: str = "") -> Resolution:
    made = resolutions.decide_item(
        _actor(OFFICE),
        meeting_id=meeting.id,
        item_id=item,
        outcome="vote",
        text=text,
        conditions=conditions,
        record="Die IT-Steuerung erläutert die Vorlage. Es folgt eine kurze Aussprache.",
        ballot=Ballot(rules.Votes(yes, no, 0)),
    )
    assert made is not None
    return made


def _first_meeting(day: date, dms: DecisionPaper, training: DecisionPaper) -> None:
    """The past meeting: three resolutions, one with a follow-up that is overdue now, one that is done."""
    office, meeting = _actor(OFFICE), _plan("verwaltungsvorstand", day)
    first = _item(meeting, "", paper=dms)
    second = _item(meeting, "", paper=training)
    third = _item(meeting, "Berichtspflicht zum Stand der Digitalisierung")
    talk = _item(meeting, "Lage der IT", "information")
    meetings.invite(office, meeting_id=meeting.id, version=meeting.version)
    _open(meeting)
    decided = _vote(
        meeting, first, dms.proposal, 5, 1, conditions="Über den Stand wird halbjährlich berichtet."
    )
    resolutions.add_follow_up(
        office,
        resolution_id=decided.id,
        text="Zeitplan für die Einführung in den Ämtern vorlegen",
        post_id=Post.objects.get(key="110.6-1").id,
        due=_working(day, 21),
    )
    schooled = _vote(meeting, second, training.proposal, 6, 0)
    done = resolutions.add_follow_up(
        office,
        resolution_id=schooled.id,
        text="Kurstermine mit der Volkshochschule vereinbaren",
        post_id=Post.objects.get(key="430-1").id,
        due=_working(day, 14),
    )
    resolutions.finish_follow_up(
        _actor("430-1"), follow_up_id=done.id, note="Zwölf Termine von Januar bis Juni sind vereinbart."
    )
    report = _vote(
        meeting, third, "Das Digitalisierungsbüro berichtet dem Verwaltungsvorstand zweimal im Jahr.", 6, 0
    )
    resolutions.add_follow_up(
        office,
        resolution_id=report.id,
        text="Ersten Bericht vorlegen",
        post_id=Post.objects.get(key="011-1").id,
        due=_working(clock.today(), 60),
    )
    meetings.conclude_item(
        office,
        meeting_id=meeting.id,
        item_id=talk,
        record="Der IT-Betrieb berichtet; keine größeren Ausfälle.",
    )
    meetings.draft_minutes(
        office,
        meeting_id=meeting.id,
        text="Die Oberbürgermeisterin eröffnet die Sitzung und stellt fest, dass alle eingeladen sind.",
        records={},
        version=0,
    )


def _alone() -> None:
    """The head of department 1 adopts a standard, as the responsibilities say."""
    paper = _paper(
        _content(
            "standards",
            "Standard: PDF/UA für alle ausgehenden Dokumente",
            "Alle ausgehenden Dokumente der Stadt sind ab dem 1. Januar 2027 barrierefreie PDF nach PDF/UA.",
            "Viele Schreiben sind mit Vorleseprogrammen nicht lesbar. Der Standard ist erprobt.",
            (),
            statements=("schwerbehindertenvertretung",),
        )
    )
    _give(paper, "s_schwerbehindertenvertretung", "022-1", "agreed")
    paper.refresh_from_db()
    resolutions.decide_alone(
        _actor(DEPARTMENT),
        paper_id=paper.id,
        adopt=True,
        text=paper.proposal,
        conditions="",
        version=paper.version,
    )


def _second_meeting(day: date, past: date) -> None:
    """A week ago: the minutes of the first meeting were approved; its own are still a draft."""
    office, meeting = _actor(OFFICE), _plan("verwaltungsvorstand", day)
    _item(meeting, "Stand der Einführung des Dokumentenmanagements", "discussion")
    meetings.invite(office, meeting_id=meeting.id, version=meeting.version)
    _open(meeting, absent=1)
    first = Meeting.objects.get(committee=meeting.committee, starts_at=_at(past, time(9)))
    meetings.approve_minutes(office, meeting_id=first.id, in_meeting_id=meeting.id, version=1)
    talk = meeting.items.get(kind="discussion")
    meetings.conclude_item(
        office, meeting_id=meeting.id, item_id=talk.id, record="Der Zeitplan steht noch aus."
    )
    meetings.draft_minutes(office, meeting_id=meeting.id, text="", records={}, version=0)


def _coming(day: date, waiting: DecisionPaper) -> None:
    office = _actor(OFFICE)
    meeting = _plan("verwaltungsvorstand", day)
    _item(meeting, "", paper=waiting)
    _item(meeting, "Vorhabenplan: Ausblick auf das nächste Halbjahr", "discussion")
    _item(meeting, "Verschiedenes", "information")
    meetings.invite(office, meeting_id=meeting.id, version=meeting.version)
    conference = _plan("it-koordinatoren-konferenz", _working(day, 7))
    _item(conference, "Neue Geräte in den Ämtern", "discussion")
    _item(conference, "Fragen aus den Ämtern", "information")
