"""Audit: whatever is done behind the program's back is found."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.audit import rules, services
from leineweber.kernel.audit.models import Block, Entry
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
TRIGGERS = {
    "postgresql": ("ALTER TABLE {0} DISABLE TRIGGER {0}_append_only",),
    "sqlite": ("DROP TRIGGER {0}_no_update", "DROP TRIGGER {0}_no_delete"),
}


def behind_the_back(sql: str, table: str = "audit_entry") -> None:
    with connection.cursor() as cursor:
        for statement in TRIGGERS[connection.vendor]:
            cursor.execute(statement.format(table))
        cursor.execute(sql)


@pytest.fixture
def trail():
    for number in range(5):
        services.record(Actor.system(), "test.act", Ref("thing", ids.new_id()), {"number": number})
    assert services.bind() == 5
    services.record(Actor.system(), "test.act", Ref("thing", ids.new_id()), {"number": 5})


def test_an_untouched_trail_is_sound(trail):
    report = services.verify()
    assert report.sound and report.entries == 6 and report.blocks == 2


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET name = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_change_and_removal(trail, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_changed_entry_is_found(trail):
    second = Entry.objects.order_by("id")[1].id
    behind_the_back(f"UPDATE audit_entry SET actor_label = 'Niemand' WHERE id = {second}")
    assert [finding.entry_id for finding in services.verify().findings] == [second]


def test_a_removed_entry_is_found(trail):
    third = Entry.objects.order_by("id")[2].id
    behind_the_back(f"DELETE FROM audit_entry WHERE id = {third}")
    assert [finding.entry_id for finding in services.verify().findings] == [third]


def test_an_entry_copied_in_is_found(trail):
    first = Entry.objects.order_by("id")[0]
    Entry.objects.create(
        at=first.at,
        actor_kind=first.actor_kind,
        actor_id=first.actor_id,
        actor_label=first.actor_label,
        name=first.name,
        subject=first.subject,
        detail=first.detail,
        seal=first.seal,
    )
    assert "gehört zu keinem Siegelblock" in services.verify().findings[0].message


def test_a_removed_block_is_found(trail):
    services.bind()
    first = Block.objects.order_by("id")[0].id
    behind_the_back(f"DELETE FROM audit_block WHERE id = {first}", "audit_block")
    assert any("fehlt ein Siegelblock" in finding.message for finding in services.verify().findings)


@given(st.sets(st.integers(min_value=1, max_value=300)))
def test_runs_stand_for_exactly_their_ids(numbers):
    assert rules.from_ranges(rules.to_ranges(list(numbers))) == sorted(numbers)
