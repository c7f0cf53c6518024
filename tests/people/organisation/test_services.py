"""What the organisation does, on the database."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction

from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.models import Entry
from leineweber.people.identity.demo import PERSONAS
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation import queries, services
from leineweber.people.organisation.importing import import_plan
from leineweber.people.organisation.models import Deputyship, Holding, Person, Post, Unit
from leineweber.people.organisation.services import OrganisationError
from people.logging_in import load_city

SYSTEM = Actor.system()
TODAY = date(2026, 11, 23)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        yield


def person(beginning: str) -> Person:
    return Person.objects.get(email__startswith=beginning)


def actor(beginning: str) -> Actor:
    return actor_for(Account.objects.select_related("person").get(email__startswith=beginning))


def test_the_demo_city_is_as_promised_and_loads_twice_without_doubles() -> None:
    counts = [model.objects.count() for model in (Unit, Post, Person, Holding, Deputyship, Account)]
    assert 24 <= Unit.objects.filter(kind="office").count() <= 34
    assert 55 <= Person.objects.count() <= 80
    assert Unit.objects.get(code="150.4").path == "/d5/150/150.4/"
    assert not Person.objects.filter(demo=False).exists() and not Unit.objects.filter(demo=False).exists()
    load_city()
    assert counts == [model.objects.count() for model in (Unit, Post, Person, Holding, Deputyship, Account)]
    for persona in PERSONAS:
        if persona.kind == "staff":
            standing = queries.standing(person(persona.username).id)
            assert standing.holds_post
            assert set(persona.roles) <= {grant.role for grant in standing.grants}
            assert not person(persona.username).email.endswith(".de")


def test_grants_come_in_one_query(django_assert_num_queries) -> None:
    frieda, merle = person("frieda.garn"), person("merle.")
    with django_assert_num_queries(1):
        own = queries.standing(frieda.id)
    assert [(grant.role, grant.unit_path, grant.deputising_for) for grant in own.grants] == [
        ("elections.clerk", "/d5/150/150.4/", None)
    ]
    with django_assert_num_queries(1):
        lent = queries.standing(merle.id)
    assert [(grant.role, grant.deputising_for) for grant in lent.grants] == [("elections.clerk", frieda.id)]


def test_leaving_a_post_takes_the_rights_away_at_once_and_keeps_the_history() -> None:
    frieda = person("frieda.garn")
    holding = frieda.holdings.get()
    services.leave_post(SYSTEM, holding_id=holding.id)
    assert queries.standing(frieda.id) == queries.Standing(False, ())
    assert queries.standing(frieda.id, TODAY - timedelta(days=1)).holds_post
    entry = Entry.objects.get(name="organisation.post_left")
    assert entry.detail["person"] == str(frieda.id)
    with pytest.raises(OrganisationError, match="schon vorher"):
        services.leave_post(SYSTEM, holding_id=holding.id)


def test_a_post_left_before_it_began_was_never_held() -> None:
    newcomer = services.create_person(
        SYSTEM, given_name="Ne", family_name="Zu", email="Ne.Zu@bielefeld.example"
    )
    post = services.create_post(SYSTEM, unit=Unit.objects.get(code="150.4"), key="x", title="Neu")
    holding = services.appoint(
        SYSTEM, post_id=post.id, person_id=newcomer.id, start=TODAY + timedelta(days=30)
    )
    assert services.leave_post(SYSTEM, holding_id=holding.id).end == TODAY + timedelta(days=30)
    assert not queries.standing(newcomer.id, TODAY + timedelta(days=31)).holds_post


def test_a_post_has_one_holder_at_a_time() -> None:
    post = Post.objects.get(key="150.4-2")
    other = person("jasper.")
    with pytest.raises(OrganisationError, match="schon besetzt"):
        services.appoint(SYSTEM, post_id=post.id, person_id=other.id, start=TODAY)
    services.leave_post(SYSTEM, holding_id=post.holdings.get().id, on=TODAY + timedelta(days=3))
    with pytest.raises(OrganisationError, match="schon besetzt"):
        services.appoint(SYSTEM, post_id=post.id, person_id=other.id, start=TODAY + timedelta(days=2))
    services.appoint(SYSTEM, post_id=post.id, person_id=other.id, start=TODAY + timedelta(days=3))
    assert "elections.clerk" in {g.role for g in queries.standing(other.id, TODAY + timedelta(days=3)).grants}


def test_the_database_itself_refuses_a_second_holder() -> None:
    holding = Holding.objects.get(post__key="150.4-2")
    other = person("jasper.")
    with pytest.raises(IntegrityError, match="holding_no_overlap"), transaction.atomic():
        Holding.objects.create(post=holding.post, person=other, start=TODAY, end=TODAY + timedelta(days=1))
    empty = Holding.objects.create(post=holding.post, person=other, start=TODAY, end=TODAY)
    with pytest.raises(IntegrityError, match="holding_no_overlap"), transaction.atomic():
        Holding.objects.filter(id=empty.id).update(end=TODAY + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.filter(id=empty.id).update(end=TODAY - timedelta(days=1))
    Holding.objects.filter(id=holding.id).update(end=TODAY)
    Holding.objects.filter(id=empty.id).update(end=None)


def test_a_shared_post_has_several() -> None:
    post = services.create_post(
        SYSTEM, unit=Unit.objects.get(code="150.4"), key="s", title="Team", shared=True
    )
    for beginning in ("jasper.", "maren."):
        services.appoint(SYSTEM, post_id=post.id, person_id=person(beginning).id, start=TODAY)
    assert len(queries.holders_of_post(post.id, TODAY)) == 2


def test_moving_a_unit_moves_all_below_it_and_their_rights() -> None:
    unit = services.move_unit(
        SYSTEM, unit_id=Unit.objects.get(code="150").id, new_parent_id=Unit.objects.get(code="d1").id
    )
    assert unit.path == "/d1/150/"
    assert Unit.objects.get(code="150.4").path == "/d1/150/150.4/"
    assert Unit.objects.get(code="500").path == "/d5/500/"
    assert queries.standing(person("frieda.garn").id).grants[0].unit_path == "/d1/150/150.4/"


def test_a_unit_cannot_hang_below_itself_nor_where_its_kind_does_not_fit() -> None:
    office, division = Unit.objects.get(code="150"), Unit.objects.get(code="150.4")
    with pytest.raises(OrganisationError, match="unter sich selbst"):
        services.move_unit(SYSTEM, unit_id=office.id, new_parent_id=division.id)
    with pytest.raises(OrganisationError, match="Ebene"):
        services.move_unit(SYSTEM, unit_id=division.id, new_parent_id=None)


def test_units_are_created_once_and_where_they_fit() -> None:
    parent = Unit.objects.get(code="d4")
    made = services.create_unit(
        SYSTEM, code="610", number="610", name="Planung", kind="office", parent=parent, valid_from=TODAY
    )
    assert made.path == "/d4/610/"
    for wrong in ({"code": "610"}, {"code": "6/1"}, {"kind": "department"}):
        with pytest.raises(OrganisationError):
            services.create_unit(
                SYSTEM,
                **{
                    "code": "611",
                    "number": "611",
                    "name": "X",
                    "kind": "office",
                    "parent": parent,
                    "valid_from": TODAY,
                    **wrong,
                },
            )


def test_roles_must_be_known() -> None:
    unit = Unit.objects.get(code="600")
    with pytest.raises(OrganisationError, match="nicht bekannt"):
        services.create_post(SYSTEM, unit=unit, key="n", title="N", roles=["construction.clerk"])
    services.define_role(SYSTEM, name="construction.clerk", label="Sachbearbeitung Bau")
    services.define_role(SYSTEM, name="construction.clerk", label="Sachbearbeitung Bau")
    post = services.create_post(SYSTEM, unit=unit, key="n", title="N", roles=["construction.clerk"])
    assert queries.role_labels()["construction.clerk"] == "Sachbearbeitung Bau"
    services.set_post_roles(SYSTEM, post_id=post.id, roles=[], whole_city_roles=["auditor"])
    assert [(row.role, row.whole_city) for row in post.post_roles.all()] == [("auditor", True)]
    for name, label in (("Bad Name", "x"), ("operator", "x"), ("fine.name", " ")):
        with pytest.raises(OrganisationError):
            services.define_role(SYSTEM, name=name, label=label)
    with pytest.raises(OrganisationError, match="vergeben"):
        services.create_post(SYSTEM, unit=unit, key="n", title="N")


def test_persons_need_a_name_and_an_address_of_their_own() -> None:
    for given_name, family, email in (
        ("", "X", "x@y.example"),
        ("A", "B", "kein"),
        ("A", "B", "FRIEDA.garnmeister@bielefeld.example"),
    ):
        with pytest.raises(OrganisationError):
            services.create_person(SYSTEM, given_name=given_name, family_name=family, email=email)


def test_only_those_who_manage_the_organisation_may_change_it() -> None:
    frieda = actor("frieda.garn")
    for attempt in (
        lambda: services.define_role(frieda, name="a.b", label="x"),
        lambda: services.move_unit(frieda, unit_id=UUID(int=0), new_parent_id=None),
        lambda: services.set_post_roles(frieda, post_id=UUID(int=0), roles=["operator"]),
        lambda: services.appoint(frieda, post_id=UUID(int=0), person_id=UUID(int=0), start=TODAY),
        lambda: services.leave_post(frieda, holding_id=UUID(int=0)),
        lambda: services.create_person(frieda, given_name="A", family_name="B", email="a@b.example"),
        lambda: import_plan(frieda, {}, start=TODAY),
    ):
        with pytest.raises(Denied):
            attempt()
    services.define_role(actor("wiebke."), name="a.b", label="x")


def test_a_deputy_acts_from_the_first_to_the_last_day() -> None:
    frieda, jasper = actor("frieda.garn"), person("jasper.")
    post = Post.objects.get(key="150.4-2")
    entry = services.name_deputy(
        frieda,
        post_id=post.id,
        deputy_id=jasper.id,
        start=TODAY + timedelta(days=1),
        end=TODAY + timedelta(days=3),
    )
    assert entry.principal_id == frieda.id
    roles = [
        {grant.role for grant in queries.standing(jasper.id, TODAY + timedelta(days=number)).grants}
        for number in range(4)
    ]
    assert roles == [set(), {"elections.clerk"}, {"elections.clerk"}, set()]
    with pytest.raises(OrganisationError, match="gibt es in dem Zeitraum"):
        services.name_deputy(frieda, post_id=post.id, deputy_id=jasper.id, start=TODAY + timedelta(days=2))
    with time_machine.travel("2026-11-24T12:00:00+01:00", tick=False):
        assert queries.standing(jasper.id).grants
        services.end_deputyship(frieda, deputyship_id=entry.id)
        assert queries.standing(jasper.id).grants == ()


def test_whoever_deputises_may_not_pass_it_on() -> None:
    merle, jasper = actor("merle."), person("jasper.")
    post = Post.objects.get(key="150.4-2")
    assert merle.has_role("elections.clerk")
    with pytest.raises(Denied):
        services.name_deputy(merle, post_id=post.id, deputy_id=jasper.id, start=TODAY)
    with pytest.raises(Denied):
        services.end_deputyship(merle, deputyship_id=Deputyship.objects.get().id)


def test_who_cannot_be_a_deputy() -> None:
    frieda = actor("frieda.garn")
    assert frieda.id is not None
    post = Post.objects.get(key="150.4-2")
    outsider = services.create_person(SYSTEM, given_name="A", family_name="B", email="a@b.example")
    for deputy, start, end in (
        (frieda.id, TODAY, None),
        (outsider.id, TODAY, None),
        (person("jasper.").id, TODAY, TODAY),
        (person("jasper.").id, TODAY, TODAY - timedelta(days=1)),
    ):
        with pytest.raises(OrganisationError):
            services.name_deputy(frieda, post_id=post.id, deputy_id=deputy, start=start, end=end)


def test_a_vacant_post_can_be_looked_after() -> None:
    post = Post.objects.get(key="150.4-2")
    services.leave_post(SYSTEM, holding_id=post.holdings.get().id)
    jasper = person("jasper.")
    entry = services.name_deputy(actor("wiebke."), post_id=post.id, deputy_id=jasper.id, start=TODAY)
    assert entry.principal_id is None
    assert {grant.role for grant in queries.standing(jasper.id).grants} == {"elections.clerk"}


def test_absence_is_noted_by_oneself_and_without_a_reason() -> None:
    frieda = actor("frieda.garn")
    assert frieda.id is not None
    absence = services.record_absence(frieda, person_id=frieda.id, start=TODAY, end=TODAY + timedelta(days=5))
    assert queries.absent_persons([frieda.id, person("jasper.").id]) == {frieda.id}
    assert queries.absent_persons([frieda.id], TODAY + timedelta(days=5)) == set()
    with pytest.raises(OrganisationError, match="schon eine Abwesenheit"):
        services.record_absence(
            frieda, person_id=frieda.id, start=TODAY + timedelta(days=4), end=TODAY + timedelta(days=9)
        )
    with pytest.raises(OrganisationError, match="vor dem ersten"):
        services.record_absence(frieda, person_id=frieda.id, start=TODAY, end=TODAY)
    with pytest.raises(Denied):
        services.record_absence(
            frieda, person_id=person("jasper.").id, start=TODAY, end=TODAY + timedelta(days=1)
        )
    with pytest.raises(Denied):
        services.cancel_absence(actor("jasper."), absence_id=absence.id)
    services.cancel_absence(frieda, absence_id=absence.id)
    assert queries.absences_of(frieda.id) == []


def test_who_has_a_role_for_a_unit(django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        clerks = queries.role_holders("elections.clerk", "/d5/150/150.4/")
    assert [(entry.person.family_name, entry.deputising) for entry in clerks] == [
        ("Garnmeister", False),
        ("Webschiffer", False),
        ("Hechelbrink", True),
    ]
    heads = {entry.person.family_name for entry in queries.role_holders("elections.head", "/d5/150/150.4/")}
    assert heads == {"Leinenberg", "Haspelmann"}
    assert {e.person.family_name for e in queries.role_holders("elections.head", "/d5/150/")} == {
        "Haspelmann"
    }
    assert queries.role_holders("operator", "/d4/600/")
    assert queries.role_holders("elections.clerk", "/d4/600/") == []


def test_the_tree_and_the_people_of_a_unit(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        tree = queries.tree()
    assert [branch.unit.code for branch in tree] == ["d0", "d1", "d2", "d3", "d4", "d5"]
    office = next(branch for branch in tree[5].children if branch.unit.code == "150")
    assert [branch.unit.code for branch in office.children] == ["150.1", "150.2", "150.4"]
    with django_assert_num_queries(2):
        people = queries.people_of("/d5/150/150.4/")
    assert [someone.family_name for someone in people] == [
        "Leinenberg",
        "Garnmeister",
        "Webschiffer",
        "Zettelstuhl",
    ]
    assert queries.unit_by_code("150.4").name == "Wahlen"
    assert queries.unit_by_code("999") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("garnmeister", ["Garnmeister"]),
        ("MERLE hechel", ["Hechelbrink"]),
        ("löschtuch", ["Löschtuch"]),
        ("loeschtuch", ["Löschtuch"]),
        ("wahlen sachbearbeitung", ["Garnmeister", "Webschiffer"]),
        ("600.4", ["Bindfaden", "Grundgewebe", "Spulenhoff"]),
        ("ayse", ["Baumwollnik"]),
        ("%", []),
        ("_", []),
        ("niemand", []),
    ],
)
def test_the_directory_finds_people(text: str, names: list[str]) -> None:
    found = queries.directory(text).persons
    assert [someone.family_name for someone in found] == names


def test_the_directory_is_paged_in_the_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        page = queries.directory(page=2)
        assert all(someone.current_holdings[0].post.unit.name for someone in page.persons)
    assert (page.number, page.pages, page.total, len(page.persons)) == (2, 3, Person.objects.count(), 25)
    assert queries.directory(page=99).number == 3
    assert queries.directory(page=-4).number == 1
    assert queries.directory(unit_path="/d5/150/150.4/").total == 4
    services.leave_post(SYSTEM, holding_id=person("jasper.").holdings.get().id)
    assert queries.directory("spulenhoff").total == 0


@pytest.mark.parametrize(
    "plan",
    [
        {"roles": {"operator": "x"}},
        {"units": {"999": ["999", "office", "d9", "X"]}},
        {"units": {"999": ["999", "bureau", "d1", "X"]}},
        {"units": {"9/9": ["999", "office", "d1", "X"]}},
        {"posts": [{"key": "q", "unit": "999", "title": "X"}]},
        {"posts": [{"key": "q", "unit": "150", "title": "X", "roles": ["no.such"]}]},
        {"deputies": {"nix": "150.4-2"}},
        {"posts": [{"key": "q", "unit": "150", "title": "X"}], "deputies": {"150.4-2": "q"}},
    ],
)
def test_a_broken_plan_changes_nothing(plan: dict[str, object]) -> None:
    before = (Unit.objects.count(), Post.objects.count())
    with pytest.raises(OrganisationError):
        import_plan(SYSTEM, plan, start=TODAY)
    assert before == (Unit.objects.count(), Post.objects.count())
