"""Drafts: tokens, two windows, another device, submission, time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from leineweber.capabilities.forms import queries, services
from leineweber.capabilities.forms.models import Draft
from leineweber.kernel import clock, crypto, ids
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
NOBODY = Actor.anonymous()


def begin(**options) -> tuple[Draft, str]:
    return services.start("wahlhelfer", "1.0", actor=NOBODY, **options)


def test_only_the_token_opens_a_draft() -> None:
    draft, token = begin(language="en", answers={"person": {"vorname": "Zoë"}})
    loaded = queries.load(token)
    assert loaded == draft
    assert loaded.answers == {"person": {"vorname": "Zoë"}}
    assert loaded.language == "en"
    assert token not in str(Draft.objects.values())
    for wrong in ("", "x", draft.token_digest, token[:-1], "y" * 5000):
        assert services.load(wrong) is None


def test_starting_and_discarding_are_in_the_audit_without_answers() -> None:
    draft, token = begin(answers={"person": {"vorname": "Zoë"}})
    services.save_page(draft, "person", {"vorname": "Zoë"})
    assert services.discard(draft.id, actor=NOBODY)
    assert not services.discard(draft.id, actor=NOBODY)
    assert queries.load(token) is None
    entries = Entry.objects.filter(subject=str(Ref("draft", draft.id))).order_by("id")
    assert [entry.name for entry in entries] == ["draft.started", "draft.discarded"]
    assert "Zoë" not in str([entry.detail for entry in entries])


def test_saving_a_page_is_one_update(django_assert_num_queries) -> None:
    _, token = begin()
    with django_assert_num_queries(2):
        loaded = queries.load(token)
        services.save_page(
            loaded, "person", {"vorname": "Zoë"}, seen=loaded.revision, page="bank", language="leicht"
        )
    fresh = queries.load(token)
    assert (fresh.answers, fresh.page, fresh.language, fresh.revision) == (
        {"person": {"vorname": "Zoë"}}, "bank", "leicht", 1,
    )  # fmt: skip


def test_two_windows_keep_each_others_pages() -> None:
    _, token = begin()
    one, two = queries.load(token), queries.load(token)
    services.save_page(one, "person", {"vorname": "Zoë"}, seen=0)
    saved = services.save_page(two, "bank", {"auszahlung": "verzicht"}, seen=0)
    assert not saved.conflict
    assert queries.load(token).answers == {"person": {"vorname": "Zoë"}, "bank": {"auszahlung": "verzicht"}}


def test_the_last_window_counts_and_is_told() -> None:
    _, token = begin()
    one, two = queries.load(token), queries.load(token)
    services.save_page(one, "person", {"vorname": "Zoë"}, seen=0)
    saved = services.save_page(two, "person", {"vorname": "Zoe"}, seen=0)
    assert saved.conflict
    assert saved.replaced == {"vorname": "Zoë"}
    assert queries.load(token).answers == {"person": {"vorname": "Zoe"}}
    again = services.save_page(queries.load(token), "person", {"vorname": "Zoë"}, seen=2)
    assert not again.conflict
    late = services.save_page(queries.load(token), "person", {"vorname": "Zoë"}, seen=0)
    assert not late.conflict, "the same answers twice are no conflict"


def test_going_on_elsewhere_takes_the_draft_along() -> None:
    draft, first = begin()
    link = services.new_link(draft, "zoe@example.org")
    assert draft.email == "zoe@example.org"
    assert queries.load(link) is None, "a link is not a token"
    moved, second = services.resume(link)
    assert moved == draft
    assert queries.load(second) == draft
    assert queries.load(first) is None
    _, third = services.resume(link)
    assert queries.load(second) is None
    assert queries.load(third) == draft
    later = services.new_link(draft, "zoe@example.org")
    with pytest.raises(services.DraftGone):
        services.resume(link)
    assert services.resume(later)[0] == draft


@pytest.mark.parametrize("link", ["", "x", "y" * 5000])
def test_an_unknown_link_opens_nothing(link: str) -> None:
    begin()
    with pytest.raises(services.DraftGone):
        services.resume(link)


def test_a_submitted_draft_keeps_no_answers_and_takes_none() -> None:
    draft, token = begin(answers={"person": {"vorname": "Zoë"}})
    link = services.new_link(draft, "zoe@example.org")
    stale = queries.load(token)
    subject = Ref("application", ids.new_id())
    assert services.mark_submitted(draft.id, subject)
    assert not services.mark_submitted(draft.id, Ref("application", ids.new_id()))
    done = queries.load(token)
    assert (done.answers, done.email, done.submitted_ref) == ({}, "", str(subject))
    for attempt in (
        lambda: services.save_page(stale, "person", {}),
        lambda: services.new_link(stale, "a@example.org"),
    ):
        with pytest.raises(services.DraftSubmitted) as caught:
            attempt()
        assert caught.value.reference == str(subject)
    with pytest.raises(services.DraftGone):
        services.resume(link)
    assert not services.discard(draft.id, actor=NOBODY)


def test_saving_a_draft_that_is_gone() -> None:
    draft, _ = begin()
    Draft.objects.all().delete()
    with pytest.raises(services.DraftGone):
        services.save_page(draft, "person", {})
    with pytest.raises(services.DraftGone):
        services.new_link(draft, "a@example.org")


def test_drafts_of_an_account() -> None:
    account, other = ids.new_id(), ids.new_id()
    mine, _ = begin(account_id=account)
    found, _ = begin()
    services.assign(found, account)
    services.assign(found, other)
    assert found.account_id == account
    begin(account_id=other)
    assert {draft.id for draft in queries.drafts_of(account)} == {mine.id, found.id}
    services.mark_submitted(mine.id, Ref("application", ids.new_id()))
    assert [draft.id for draft in queries.drafts_of(account)] == [found.id]


def test_drafts_go_when_their_time_has_passed(settings) -> None:
    settings.LEINEWEBER_DRAFT_DAYS = 10
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=BERLIN), tick=False) as traveller:
        old, token = begin()
        kept, kept_token = begin()
        link = services.new_link(old, "zoe@example.org")
        traveller.shift(timedelta(days=9))
        services.save_page(kept, "person", {})
        traveller.shift(timedelta(days=1, seconds=1))
        assert queries.load(token) is None
        with pytest.raises(services.DraftGone):
            services.resume(link)
        assert services.purge_expired() == 1
        assert services.purge_expired() == 0
        assert queries.load(kept_token) == kept
    assert [entry.detail for entry in Entry.objects.filter(name="draft.expired")] == [{"count": 1}]


def test_the_schedule_knows_it() -> None:
    import leineweber.capabilities.forms.tasks  # noqa: F401 - registers
    from leineweber.kernel.jobs import schedules

    schedule = next(entry for entry in schedules() if entry.name == "forms.purge_drafts")
    begin()
    Draft.objects.update(
        created_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(days=1)
    )
    schedule.run()
    assert not Draft.objects.exists()


def test_the_database_refuses_what_cannot_be() -> None:
    moment = clock.now()
    fields = {"procedure_key": "x", "procedure_version": "1", "created_at": moment, "updated_at": moment}
    for wrong in ({"expires_at": moment - timedelta(days=1)}, {"expires_at": moment, "language": "xx"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(token_digest=crypto.token_digest(str(wrong)), **fields, **wrong)
    assert str(Draft(procedure_key="x")).startswith("x ")
