"""Queries compiled once give what Django gives, whatever they are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from leineweber.capabilities.forms import services as drafts
from leineweber.capabilities.forms.models import Draft
from leineweber.kernel.access import Actor
from leineweber.kernel.prepared import Prepared

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ACTOR = Actor.anonymous()


def _draft(**answers: object) -> Draft:
    draft, _ = drafts.start("p", "1", actor=ACTOR, answers={"seite": answers})
    return draft


def _fields(row: Draft) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Draft._meta.concrete_fields}


def test_the_rows_are_those_of_the_query():
    first, second = _draft(name="Ägidius", zahl=3, leer=None), _draft(name="%s")
    by_id = Prepared(lambda key: Draft.objects.filter(id=key), key=UUID(int=0))
    for draft in (first, second, first):
        (found,) = by_id(key=draft.id)
        assert _fields(found) == _fields(Draft.objects.get(id=draft.id))
    assert by_id(key=UUID(int=7)) == []


def test_columns_left_out_are_read_when_they_are_asked_for():
    draft = _draft(name="Lina")
    (found,) = Prepared(lambda key: Draft.objects.filter(id=key).defer("answers"), key=UUID(int=0))(
        key=draft.id
    )
    assert found.get_deferred_fields() == {"answers"}
    assert found.answers == draft.answers


def test_moments_are_compared_as_the_engine_keeps_them(django_assert_num_queries):
    draft = _draft()
    due = Prepared(
        lambda now: Draft.objects.filter(expires_at__lte=now), now=datetime(2000, 1, 1, tzinfo=UTC)
    )
    assert due(now=draft.created_at) == []
    with django_assert_num_queries(1):
        assert [row.id for row in due(now=draft.expires_at)] == [draft.id]


def test_an_example_that_is_not_one_parameter_is_refused():
    twice = Prepared(lambda text: Draft.objects.filter(procedure_key=text, language=text), text="de")
    with pytest.raises(ValueError, match="2 parameters"):
        twice(text="de")
    never = Prepared(lambda text: Draft.objects.all(), text="de")
    with pytest.raises(ValueError, match="0 parameters"):
        never(text="de")
    assert connection.is_usable()
