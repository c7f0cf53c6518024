"""Audit: whatever is done behind the program's back is found."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.audit import rules, services
from leineweber.kernel.audit.models import Block, ChainEnd, Entry, Unbound, Verification
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


def messages(noted: str = "") -> str:
    return " ".join(finding.message for finding in services.verify(noted=noted).findings)


def write(count: int) -> None:
    for number in range(count):
        services.record(Actor.system(), "test.act", Ref("thing", ids.new_id()), {"number": number})


def cut_off_the_newest_block() -> None:
    newest = Block.objects.order_by("-id")[0]
    numbers = ", ".join(map(str, rules.from_ranges(newest.entry_ids)))
    behind_the_back(f"DELETE FROM audit_entry WHERE id IN ({numbers})")
    behind_the_back(f"DELETE FROM audit_block WHERE id = {newest.id}", "audit_block")


def test_a_tail_cut_off_is_found_and_stays_found(trail):
    services.bind()
    cut_off_the_newest_block()
    assert "Am Ende der Kette" in messages()
    write(3)
    services.bind()
    assert "fehlt ein Siegelblock" in messages(), "what comes later must not cover the gap"


def test_a_tail_cut_off_with_the_end_of_the_chain_is_found(trail):
    services.bind()
    cut_off_the_newest_block()
    ChainEnd.objects.all().delete()
    assert "Ende der Kette" in messages()
    write(1)
    services.bind()
    assert "Ende der Kette" in messages(), "the program does not mend what it did not break"


def test_an_end_of_the_chain_that_was_rewritten_is_found(trail):
    services.bind()
    cut_off_the_newest_block()
    ChainEnd.objects.update(block_seal=Block.objects.get().seal)
    write(1)
    services.bind()
    assert "Ende der Kette" in messages()


def test_a_tail_cut_off_by_somebody_who_kept_the_earlier_end_is_found_by_what_was_noted(trail):
    earlier = ChainEnd.objects.values("block_seal", "seal").get()
    noted = services.verify().newest_seal
    cut_off_the_newest_block()
    ChainEnd.objects.update(**earlier)
    assert "weniger Einträge" in messages()
    Verification.objects.all().delete()
    assert messages() == ""
    assert "notierte Siegel" in messages(noted)


def test_a_noted_seal_is_still_there_later(trail):
    noted = services.verify().newest_seal
    write(3)
    assert messages(noted) == ""


def test_an_entry_copied_in_with_its_place_in_the_queue_is_found(trail):
    first = Entry.objects.order_by("id").values()[0]
    copy = Entry.objects.create(**{**first, "id": None})
    Unbound.objects.create(entry=copy, seal=Unbound.objects.get().seal)
    for _ in range(2):
        findings = services.verify().findings
        assert [finding.entry_id for finding in findings] == [copy.id]
    assert "eingefügt" in findings[0].message


def test_an_entry_changed_and_sealed_with_another_key_is_found(trail):
    second = Entry.objects.order_by("id")[1]
    with override_settings(SECRET_KEY="of-somebody-else-" + "1" * 40):
        services.record(Actor.system(), "test.invented", Ref.parse(second.subject), {})
    invented = Entry.objects.order_by("-id")[0]
    behind_the_back(
        f"UPDATE audit_entry SET name = 'test.invented', seal = '{invented.seal}' WHERE id = {second.id}"
    )
    assert {finding.entry_id for finding in services.verify().findings} >= {second.id, invented.id}


@pytest.mark.parametrize("place", [0, -1])
def test_the_oldest_and_the_newest_entry_are_missed(trail, place):
    services.bind()
    number = list(Entry.objects.order_by("id").values_list("id", flat=True))[place]
    behind_the_back(f"DELETE FROM audit_entry WHERE id = {number}")
    assert [finding.entry_id for finding in services.verify().findings] == [number]


def test_what_is_written_and_bound_during_a_verification_is_no_finding(trail, monkeypatch):
    """A busy city: each time the verification has read a part, others write and the worker binds."""
    monkeypatch.setattr(services, "_GROUP", 1)
    read = rules.from_ranges
    rounds = []

    def meanwhile(runs):
        if len(rounds) < 20:
            rounds.append(1)
            write(2)
            services.bind()
        return read(runs)

    monkeypatch.setattr(rules, "from_ranges", meanwhile)
    assert messages() == ""
    assert rounds


@given(st.sets(st.integers(min_value=1, max_value=300)))
def test_runs_stand_for_exactly_their_ids(numbers):
    assert rules.from_ranges(rules.to_ranges(list(numbers))) == sorted(numbers)


RUNS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda run: [run[0], run[0] + run[1]]))


@given(RUNS, st.sets(st.integers(1, 80)))
def test_outside_of_joined_runs_is_what_no_run_holds(runs, numbers):
    joined = rules.joined(runs)
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(joined))
    held = {number for first, last in runs for number in range(first, last + 1)}
    assert list(rules.outside(sorted(numbers), joined)) == sorted(numbers - held)
