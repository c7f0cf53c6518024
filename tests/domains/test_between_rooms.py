"""What happens between the rooms of the steering, where none of them can test it alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from leineweber.config.demo import participation as participation_demo
from leineweber.config.demo import portfolio as portfolio_demo
from leineweber.config.demo import resolutions as resolutions_demo
from leineweber.config.demo import strategy as strategy_demo
from leineweber.domains.portfolio.choice import services as choice
from leineweber.domains.portfolio.choice.model import Limits
from leineweber.domains.portfolio.models import Cost, Mandate
from leineweber.domains.portfolio.services import mandates, projects
from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.models import AgendaItem, DecisionKind, DecisionPaper, Meeting, Resolution
from leineweber.domains.resolutions.services import committees, meetings, papers, resolutions
from leineweber.domains.resolutions.services.content import Content
from leineweber.domains.resolutions.services.resolutions import Ballot
from leineweber.domains.strategy import queries as strategy
from leineweber.domains.strategy import services as goals
from leineweber.domains.strategy.models import Edition, SmartGoal
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.events.models import Delivery
from leineweber.kernel.indicators.services import steering
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.kernel.search import sources
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.committee_queries import members
from leineweber.people.organisation.models import Unit
from people.logging_in import load_city

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("Test")
SHARE = "applications.online_share"


@pytest.fixture
def city(db: None) -> None:
    """The people and the strategy paper."""
    load_city()
    strategy_demo.load()


def staff(beginning: str) -> Actor:
    return actor_for(Account.objects.get(email__startswith=beginning))


def test_a_light_set_for_a_figure_is_the_light_of_its_goal(city: None) -> None:
    goal = SmartGoal.objects.filter(status="adopted", procedure_key="").first()
    assert goal is not None
    goals.measure_goal(SYSTEM, id=goal.id, indicators={SHARE: Decimal(90)})
    steering.override(
        SYSTEM, SHARE, light="yellow", reason="Die Zahlen einer Woche fehlen noch.",
        until=clock.today() + timedelta(days=30),
    )  # fmt: skip
    view = strategy.goal_view(goal.slug)
    assert view is not None
    assert [(one.light, one.by_hand) for one in view.measured] == [("yellow", True)]


def test_a_goal_tells_reports_and_papers_what_is_measured(city: None) -> None:
    goal = SmartGoal.objects.filter(status="adopted", procedure_key="").first()
    assert goal is not None
    goals.measure_goal(SYSTEM, id=goal.id, indicators={"applications.registrations": Decimal(400)})
    brief = links.brief(Ref("goal", goal.id), SYSTEM)
    assert brief is not None
    assert ("Gemessen", "Meldungen: 0, Ziel 400") in brief.facts


def test_the_demo_is_one_story(city: None) -> None:
    participation_demo.load()
    run_until_idle()
    drafted = SmartGoal.objects.get(origin__startswith="proposal:")
    assert (drafted.title, drafted.status) == ("Meldebescheinigung ohne Termin", "draft")
    portfolio_demo.load()
    served = {edge.source for edge in links.edges(["serves"]) if edge.source.kind == "project"}
    assert len(served) > 4, "the demo's projects serve the paper's goals"
    resolutions_demo.load()
    about = {paper.subject.partition(":")[0]: paper for paper in DecisionPaper.objects.exclude(subject="")}
    assert set(about) == {"project", "mandate", "goal"}
    assert about["goal"].subject == f"goal:{drafted.id}"
    assert (about["goal"].effect, about["mandate"].effect) == ("adopt", "approve")
    the_mandate_on_the_agenda_becomes_a_project_with_its_goal(about["mandate"])
    the_desk_finds_them()


def the_mandate_on_the_agenda_becomes_a_project_with_its_goal(paper: DecisionPaper) -> None:
    mandate = Mandate.objects.get(id=Ref.parse(paper.subject).id)
    goal = Ref("goal", SmartGoal.objects.get(slug="dms-einfuehrung").id)
    Mandate.objects.filter(id=mandate.id).update(answers={**mandate.answers, "goals": [str(goal)]})
    item = AgendaItem.objects.get(paper=paper)
    meeting = Meeting.objects.get(id=item.meeting_id)
    office = staff("tomke.")
    with clock.moved(meeting.starts_at + timedelta(minutes=1)):
        there = {one.person.id: True for one in members(meeting.committee_id, clock.today())}
        meetings.record_attendance(office, meeting_id=meeting.id, present=there, version=meeting.version)
        made = resolutions.decide_item(
            office, meeting_id=meeting.id, item_id=item.id, outcome="vote", text=paper.proposal, conditions="",
            record="", ballot=Ballot(rules.Votes(5, 0, 0)),
        )  # fmt: skip
        run_until_idle()
    assert made is not None
    mandate.refresh_from_db()
    assert (mandate.status, mandate.resolution) == ("approved", made.number)
    assert mandate.project is not None
    assert mandate.project.field.startswith("field:"), "the field of the goal is that of its project"
    assert goal in [target for _, target in links.targets(Ref("project", mandate.project.id), "serves")]
    assert mandates.findings(mandate.answers) == []


def decided(subject: Ref, effect: str) -> Resolution:
    """Let a paper about a thing go its whole way, to a resolution of who decides alone, and what follows from it."""
    content = Content(
        title="Wie es in den Räumen steht", kind_id=DecisionKind.objects.get(key="standards").id,
        proposal="So wird es gemacht.", reasons="Es ist nötig.", statements=(),
    )  # fmt: skip
    author, head = staff("silja."), staff("enno.")
    paper = papers.draft(author, subject=subject, effect=effect, content=content)
    paper = papers.submit(author, paper_id=paper.id, version=paper.version)
    assert paper.status == "cleared", "whoever decides does not sign as well"
    made = resolutions.decide_alone(
        head, paper_id=paper.id, adopt=True, text=paper.proposal, conditions="", version=paper.version
    )
    run_until_idle()
    assert not Delivery.objects.exists(), "every room took the resolution"
    return made


def test_resolutions_act_on_the_things_of_every_room(city: None) -> None:
    committees.put_samples(SYSTEM)
    goal = SmartGoal.objects.filter(status="adopted").earliest("number")
    SmartGoal.objects.filter(id=goal.id).update(status="draft")
    made = decided(Ref("goal", goal.id), "adopt")
    goal.refresh_from_db()
    assert (goal.status, goal.resolution) == ("adopted", made.number)

    SmartGoal.objects.filter(id=goal.id).update(title="Ein anderer Titel")
    edition = Edition.objects.get(status="working")
    made = decided(Ref("edition", edition.id), "adopt")
    edition.refresh_from_db()
    assert (edition.status, edition.resolution) == ("adopted", made.number)

    today = clock.today()
    project = projects.create_project(
        SYSTEM, title="Akte", kind="software", purpose="Damit es geht.", unit=Unit.objects.get(code="120"),
        start=today + timedelta(days=200), end=today + timedelta(days=500), score=10,
    )  # fmt: skip
    Cost.objects.create(
        project=project, year=project.start.year, kind="external", stage="planned", amount=1000
    )
    own = Ref("project", project.id)
    limits = Limits(today.year, 4, (Decimal(5000),) * 4)
    scenario = choice.create_scenario(SYSTEM, title="Wie geplant", question="Was passt?", limits=limits)
    choice.compute(SYSTEM, scenario.id)
    run_until_idle()
    made = decided(Ref("scenario", scenario.id), "adopt")
    scenario.refresh_from_db()
    assert (scenario.resolution, bool(scenario.adopted)) == (made.number, True)
    assert [target for _, target in links.targets(Ref("scenario", scenario.id), "chose")] == [own]

    for effect, status in (
        ("release_budget", "planned"),
        ("start", "running"),
        ("pause", "paused"),
        ("stop", "stopped"),
    ):
        made = decided(own, effect)
        project.refresh_from_db()
        assert (project.status, project.resolution, project.budget_released) == (status, made.number, 1000)
    decided(own, "start")
    project.refresh_from_db()
    assert project.status == "stopped", "too late changes nothing"


def the_desk_finds_them() -> None:
    clerk = staff("frieda.")
    found = {
        (title, one.label) for text in ("Auskunftsassistent", "Meldebescheinigung")
        for title, source in sources.search(clerk, text, 10) for one in source.found
    }  # fmt: skip
    titles = {title for title, _ in found}
    assert {"Vorhaben", "Vorschläge", "Strategie", "Vorlagen", "Beschlüsse"} <= titles, found
