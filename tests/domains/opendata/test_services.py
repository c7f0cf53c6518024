"""Publishing and withdrawing: who may, what is refused, two at once; and which licence the data have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from leineweber.domains.opendata import queries, services
from leineweber.domains.opendata.models import Publication
from leineweber.domains.opendata.services import OpenDataError
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Denied, Grant
from leineweber.kernel.audit.models import Entry

pytestmark = pytest.mark.django_db
PRESS = Actor("staff", ids.new_id(), "Presse", (Grant("cockpit.publisher", "/", ids.new_id()),))
OTHER = Actor("staff", ids.new_id(), "Jemand", (Grant("leadership", "/", ids.new_id()),))
KEY = "applications.registrations"


def publish(actor: Actor = PRESS, **changes: Any) -> Publication:
    """Publish an indicator."""
    return services.publish(
        actor, **{"subject": "indicator", "key": KEY, "title": "Wer sich gemeldet hat", **changes}
    )


def test_published_withdrawn_and_published_again() -> None:
    first = publish()
    assert queries.published() == [first] and queries.publication("indicator", KEY) == first
    services.withdraw(PRESS, first.id)
    services.withdraw(PRESS, first.id)
    assert queries.published() == [] and queries.publication("indicator", KEY) is None
    publish(title="Anders")
    assert Publication.objects.count() == 2
    assert list(Entry.objects.filter(name__startswith="opendata.").order_by("id").values_list("name", flat=True)) == [
        "opendata.published", "opendata.withdrawn", "opendata.published",
    ]  # fmt: skip


@pytest.mark.parametrize("actor", [OTHER, Actor.anonymous()], ids=["leadership", "anonymous"])
def test_only_who_holds_the_role(actor: Actor) -> None:
    with pytest.raises(Denied):
        publish(actor)
    with pytest.raises(Denied):
        services.withdraw(actor, ids.new_id())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "niemand.zaehlt"}, "key"),
        ({"key": ""}, "key"),
        ({"subject": "person"}, "key"),
        ({"subject": "goal", "key": "x" * 101}, "key"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_what_cannot_be_published(changes: dict[str, str], field: str) -> None:
    with pytest.raises(OpenDataError) as caught:
        publish(**changes)
    assert caught.value.field == field and not Publication.objects.exists() and not Entry.objects.exists()


def test_the_second_of_two_is_told() -> None:
    publish()
    with pytest.raises(OpenDataError, match="schon veröffentlicht"):
        publish(title="Noch einmal")
    assert Publication.objects.count() == 1


def test_unknown_publications() -> None:
    assert services.withdraw(PRESS, UUID(int=0)) is None
    assert queries.sheet("applications.registrations", "Stadt") is None


def test_the_licence_is_a_setting(settings: Any) -> None:
    assert queries.licence().url == "https://www.govdata.de/dl-de/by-2-0"
    settings.LEINEWEBER_OPEN_DATA_LICENCE = "stadt/eigene"
    assert queries.licence().name == "stadt/eigene" and queries.licence().url == ""


def test_an_indicator_nobody_computes_any_more_is_left_out() -> None:
    row = publish()
    Publication.objects.filter(id=row.id).update(key="weg.damit")
    assert queries.figures(queries.published()) == []
