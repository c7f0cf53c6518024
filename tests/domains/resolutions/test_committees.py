"""Responsibilities, rules, members: read from the paper, changed by the office, guarded against two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leineweber.domains.resolutions.models import DecisionKind, StatementRule
from leineweber.domains.resolutions.queries import committees as queries
from leineweber.domains.resolutions.services import committees
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied
from leineweber.people.organisation import committee_queries, committee_services
from leineweber.people.organisation import services as organisation
from leineweber.people.organisation.models import Holding, Person, Post
from leineweber.people.organisation.roles import UNIT_HEAD
from leineweber.people.organisation.services import OrganisationError

pytestmark = pytest.mark.django_db


def test_the_papers_bodies_and_responsibilities(house) -> None:
    matrix = queries.matrix()
    assert [body.key for body in matrix.bodies] == [
        "verwaltungsvorstand",
        "beigeordneter-dezernat-1",
        "it-steuerung",
        "digitalisierungsbuero",
        "koordinierungsstelle",
        "it-koordinatoren-konferenz",
        "think-tank",
        "personalrat",
        "it-dienstleister",
    ]
    assert all(row.decides for row in matrix.rows), "somebody decides about everything"
    goals = next(row for row in matrix.rows if row.kind.key == "strategische-ziele")
    letters = dict(zip([body.key for body in matrix.bodies], goals.letters, strict=True))
    assert letters["verwaltungsvorstand"] == "A"
    assert letters["it-steuerung"] == "V R"
    assert letters["personalrat"] == "C"
    committees.put_samples(Actor.system())
    assert DecisionKind.objects.count() == len(matrix.rows), "put in once"
    assert StatementRule.objects.get(key="personalrat").legal_basis == "§ 66 LPVG NRW"
    assert all(rule.sample for rule in StatementRule.objects.all())


def test_responsibilities_are_changed_by_the_office_alone(house) -> None:
    kind = house.kind("standards")
    bodies = {key: house.body(key).id for key in ("it-steuerung", "verwaltungsvorstand", "personalrat")}
    roles = {"decides": [bodies["verwaltungsvorstand"]], "heard": [bodies["personalrat"]]}

    def save(actor: Actor, version: int = 1, **changes):
        values = {"kind_id": kind.id, "label": "Standards", "description": "", "roles": roles, **changes}
        return committees.save_kind(actor, version=version, **values)

    with pytest.raises(Denied):
        save(house.actor("enno."))
    office = house.actor("tomke.")
    with pytest.raises(NotPossible) as refused:
        save(office, roles={"decides": []})
    assert refused.value.field == "entscheidet"
    save(office)
    with pytest.raises(Stale):
        save(office)
    found = queries.responsibilities(kind)
    assert [one.body.key for one in found["decides"]] == ["verwaltungsvorstand"]
    assert found["heard"][0].source == "Muster", "what stays keeps its source"
    assert not found["proposes"]


def test_members_follow_the_post(house) -> None:
    board, today = house.body("verwaltungsvorstand"), clock.today()
    assert committee_queries.members(board.id)[0].function == "chair"
    assert len(committee_queries.members(board.id)) == 7
    post = Post.objects.get(key="2-1")
    system = Actor.system()
    organisation.leave_post(system, holding_id=Holding.objects.get(post=post).id, on=today)
    assert len(committee_queries.members(board.id)) == 6
    new = Person.objects.get(email__startswith="keno.")
    organisation.appoint(system, post_id=post.id, person_id=new.id, start=today)
    assert new in [one.person for one in committee_queries.members(board.id)]
    assert board.id in committee_queries.committees_of(new.id)


def test_taking_in_and_letting_go(house) -> None:
    board, today, office = house.body("think-tank"), clock.today(), house.actor("tomke.")
    person = Person.objects.get(email__startswith="keno.")

    def add(**changes):
        values = {"person_id": person.id, "function": "member", "start": today, **changes}
        return committee_services.add_member(office, committee_id=board.id, **values)

    row = add()
    with pytest.raises(OrganisationError, match="gibt es in dem Zeitraum schon"):
        add(start=today + timedelta(days=5))
    with pytest.raises(OrganisationError, match="Vorsitz"):
        add(function="chair", person_id=Person.objects.get(email__startswith="insa.").id)
    with pytest.raises(OrganisationError, match="Person oder eine Stelle"):
        add(post_id=Post.objects.get(key="2-1").id)
    with pytest.raises(OrganisationError, match="das tagt"):
        committee_services.add_member(
            office,
            committee_id=house.body("personalrat").id,
            function="member",
            start=today,
            person_id=person.id,
        )
    with pytest.raises(Denied):
        committee_services.end_membership(house.actor("keno."), membership_id=row.id)
    committee_services.end_membership(office, membership_id=row.id)
    assert person not in [one.person for one in committee_queries.members(board.id)]
    with pytest.raises(OrganisationError, match="schon beendet"):
        committee_services.end_membership(office, membership_id=row.id)


def test_who_acts_alone(house) -> None:
    post, unit = house.body("beigeordneter-dezernat-1"), house.body("it-steuerung")
    assert committee_queries.acts_alone(house.actor("enno."), post)
    assert not committee_queries.acts_alone(house.actor("insa."), post)
    assert committee_queries.acts_alone(house.actor("jorid."), unit)
    assert not committee_queries.acts_alone(house.actor("hauke."), unit), "heading the office above is not it"
    assert not committee_queries.acts_alone(house.actor("keno."), unit)


def test_heads_head(house) -> None:
    """The role of a head comes with the post, however it is made."""
    assert {one.post.key for one in house_heads()} >= {"0-1", "110.6-1", "021-1"}
    unit = Post.objects.get(key="110.6-1").unit
    post = organisation.create_post(Actor.system(), unit=unit, key="110.6-9", title="Leitung", head=True)
    assert [row.role for row in post.post_roles.all()] == [UNIT_HEAD]


def house_heads():
    from leineweber.people.organisation.models import PostRole

    return PostRole.objects.filter(role=UNIT_HEAD).select_related("post")
