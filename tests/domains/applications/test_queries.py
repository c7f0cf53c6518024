"""Who sees which cases, and that lists cost the same however long they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.applications.many import fill
from domains.conftest import City
from leineweber.domains.applications import policies, queries
from leineweber.domains.applications.models import Case, CaseState, Channel
from leineweber.domains.applications.queries import CaseFilter, list_cases
from leineweber.kernel import links
from leineweber.kernel.access import Actor, Grant
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
PATHS = [
    "/",
    "/d5/",
    "/d5/150/",
    "/d5/150/150.4/",
    "/d5/150/150.40/",
    "/d5/150/150.4/x/",
    "/D5/150/150.4/",
    "/d6/",
    "/d_/",
]
ROLES = [
    "elections.clerk",
    "elections.head",
    "auditor",
    "leadership",
    "operator",
    "records.manager",
    "fremde.rolle",
]
GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(ROLES), st.sampled_from(PATHS), st.just(uuid4())), max_size=3
)
SEEING = {"elections.clerk", "elections.head", "auditor"}


def staff(*grants: Grant) -> Actor:
    """Return somebody of the staff."""
    return Actor("staff", uuid4(), "Person", tuple(grants))


def looking(role: str = "elections.clerk", path: str = "/") -> Actor:
    """Return somebody who sees cases."""
    return staff(Grant(role, path, uuid4()))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS)
def test_cases_are_seen_by_role_and_scope_and_by_nothing_else(city: City, grants: list[Grant]) -> None:
    if not Case.objects.exists():
        fill(city.procedure, [{"scope": path} for path in PATHS[1:]])
        fill(city.procedure, [{"scope": path, "procedure_key": "anderes"} for path in PATHS[1:]])
    actor = staff(*grants)
    expected = {
        case.id
        for case in Case.objects.all()
        if any(
            grant.covers(case.scope)
            and (grant.role == "auditor" or (grant.role in SEEING and case.procedure_key == "wahlhelfer"))
            for grant in grants
        )
    }
    assert set(queries.visible_cases(actor).values_list("id", flat=True)) == expected
    for case in Case.objects.all():
        assert (queries.case_for(actor, case.id) is not None) is (case.id in expected)
    assert policies.view_case(actor, None) is bool(SEEING & actor.roles)
    assert policies.work_case(actor, None) is bool({"elections.clerk", "elections.head"} & actor.roles)
    assert policies.edit_need(actor, None) is policies.work_case(actor, None)
    seen = {procedure.key for procedure in queries.procedures_for(actor)}
    assert seen == (
        {"wahlhelfer"}
        if any(grant.role in SEEING and grant.covers(city.procedure.scope) for grant in grants)
        else set()
    )


def test_others_see_nothing_and_the_program_everything(city: City) -> None:
    case = fill(city.procedure, [{}])[0]
    citizen = Actor("citizen", uuid4(), "Bürgerin", (Grant("elections.clerk", "/", uuid4()),))
    for actor in (Actor.anonymous(), citizen, staff(), city.actor("jasper.")):
        assert not queries.visible_cases(actor).exists()
        assert queries.case_for(actor, case.id) is None
        assert queries.procedures_for(actor) == []
    assert list(queries.visible_cases(Actor.system())) == [case]
    assert [one.key for one in queries.procedures_for(Actor.system())] == ["wahlhelfer"]


def test_a_card_of_a_case_is_shown_to_those_who_may(city: City) -> None:
    case = fill(city.procedure, [{}])[0]
    cards = links.resolve([Ref("case", case.id), Ref("procedure", city.procedure.id)], looking())
    assert {card.title for card in cards.values()} == {case.reference, city.procedure.title}
    cards = links.resolve([Ref("case", case.id)], city.actor("jasper."))
    assert case.reference not in {card.title for card in cards.values()}


def test_an_account_reaches_its_own_cases_only(city: City) -> None:
    mine, other = uuid4(), uuid4()
    first, second, foreign = fill(
        city.procedure, [{"account_id": mine}, {"account_id": mine}, {"account_id": other}]
    )
    assert list(queries.applications_of_account(mine)) == [second, first]
    found = queries.application_of_account(mine, first.application_id)
    assert found is not None
    assert found.case == first
    assert queries.application_of_account(mine, foreign.application_id) is None
    assert queries.application_by_id(foreign.application_id) is not None


# -- lists ----------------------------------------------------------------------------------------------------------


def names(page: queries.CasePage) -> list[str]:
    """Return the names on a page."""
    return [case.applicant.split(",")[0] for case in page.rows]


@pytest.fixture
def few(city: City) -> list[Case]:
    """Some cases that differ."""
    return fill(
        city.procedure,
        [
            {"applicant": "Äpfel, Ida", "state": "received", "wished_area": "heepen"},
            {
                "applicant": "Zirkel, Ida",
                "state": "accepted",
                "channel": "paper",
                "file_reference": "12.20-2026/7",
            },
            {"applicant": "Apfel, Ida", "state": "received", "channel": "api"},
            {"applicant": "Müller, Ida", "state": "withdrawn", "wished_area": "senne"},
        ],
    )


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        (CaseFilter(), ["Müller", "Apfel", "Zirkel", "Äpfel"]),
        (CaseFilter(sort="opened_at"), ["Äpfel", "Zirkel", "Apfel", "Müller"]),
        (CaseFilter(sort="applicant"), ["Äpfel", "Apfel", "Müller", "Zirkel"]),
        (CaseFilter(sort="-applicant"), ["Zirkel", "Müller", "Apfel", "Äpfel"]),
        (CaseFilter(sort="; DROP TABLE"), ["Müller", "Apfel", "Zirkel", "Äpfel"]),
        (CaseFilter(state="received"), ["Apfel", "Äpfel"]),
        (CaseFilter(state="received", sort="opened_at"), ["Äpfel", "Apfel"]),
        (CaseFilter(state="unsinn"), ["Müller", "Apfel", "Zirkel", "Äpfel"]),
        (CaseFilter(channel="paper"), ["Zirkel"]),
        (CaseFilter(area="heepen"), ["Äpfel"]),
        (CaseFilter(area="x' OR 1=1"), []),
        (CaseFilter(text="muell"), ["Müller"]),
        (CaseFilter(text="  MÜLL\0 "), ["Müller"]),
        (CaseFilter(text="Ida"), ["Müller", "Apfel", "Zirkel", "Äpfel"]),
        (CaseFilter(text="ida Mü"), ["Müller"]),
        (CaseFilter(text="Ida, Müller"), ["Müller"]),
        (CaseFilter(text="Müller id"), ["Müller"]),
        (CaseFilter(text="ida", sort="applicant", state="received"), ["Äpfel", "Apfel"]),
        (CaseFilter(text="da"), []),
        (CaseFilter(text="12.20-2026/7"), ["Zirkel"]),
        (CaseFilter(text="%"), []),
        (CaseFilter(text="_"), []),
        (CaseFilter(text="x" * 5000), []),
        (CaseFilter(text="muell", state="received"), []),
    ],
)
def test_lists_are_narrowed_and_sorted(few: list[Case], narrow: CaseFilter, expected: list[str]) -> None:
    assert names(list_cases(looking(), narrow)) == expected


def test_a_case_is_found_by_its_number_however_it_is_read_out(few: list[Case]) -> None:
    reference = few[1].reference
    for text in (reference, reference.lower(), reference.replace("-", " "), reference.replace("-", "")):
        assert names(list_cases(looking(), CaseFilter(text=text))) == ["Zirkel"]
    assert "Zirkel" in names(list_cases(looking(), CaseFilter(text=reference[:7])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_whatever_is_searched_for(city: City, text: str) -> None:
    list_cases(looking(), CaseFilter(text=text, state=text, area=text.replace("\0", ""), sort=text))


def test_ten_thousand_cases_by_pages(city: City, django_assert_num_queries: Callable[..., Any]) -> None:
    fill(
        city.procedure,
        ({"state": CaseState.values[n % 6], "channel": Channel.values[n % 3]} for n in range(10_100)),
    )
    actor = looking()
    list_cases(actor, CaseFilter())
    seen: set[Any] = set()
    for number in (1, 2, 100, 200):
        with django_assert_num_queries(2):
            page = list_cases(actor, CaseFilter(), number)
        assert len(page.rows) == 50
        assert (page.page, page.pages, page.total, page.more_than_counted) == (number, 200, 10_000, True)
        seen |= {case.id for case in page.rows}
    assert len(seen) == 200
    assert list_cases(actor, CaseFilter(), 10**9).page == 200
    assert list_cases(actor, CaseFilter(), -5).page == 1
    with django_assert_num_queries(2):
        narrow = list_cases(actor, CaseFilter(state="accepted", channel="online", sort="applicant"))
    everything = []
    for number in range(1, narrow.pages + 1):
        everything += list_cases(
            actor, CaseFilter(state="accepted", channel="online", sort="applicant"), number
        ).rows
    assert len(everything) == narrow.total == Case.objects.filter(state="accepted", channel="online").count()
    assert [case.sort_name for case in everything] == sorted(case.sort_name for case in everything)


def test_a_case_costs_the_same_whatever_hangs_on_it(
    city: City, django_assert_num_queries: Callable[..., Any]
) -> None:
    fill(city.procedure, [{"identity_seal": "x" * 64} for _ in range(40)])
    case = Case.objects.first()
    assert case is not None
    actor = looking()
    queries.case_for(actor, case.id)
    with django_assert_num_queries(6):
        view = queries.case_for(actor, case.id)
        assert view is not None
        assert len(view.duplicates) == 20
        assert (view.versions, view.questions, view.notices, view.allocation) == ((), (), (), None)
    with django_assert_num_queries(0):
        assert len(view.duplicates) == 20


# -- needs ----------------------------------------------------------------------------------------------------------


def test_what_is_needed_most_comes_first(city: City) -> None:
    needs = queries.open_needs("wahlhelfer", "senne")
    assert needs[0].area == "senne"
    missing = [need.required - need.filled for need in needs if need.area == "senne"]
    assert missing == sorted(missing, reverse=True)
    full = needs[0]
    full.filled = full.required
    full.save()
    assert full.id not in {need.id for need in queries.open_needs("wahlhelfer", "senne")}
    assert full.id in {need.id for need in queries.needs_of("wahlhelfer")}
    assert queries.open_needs("anderes") == []
