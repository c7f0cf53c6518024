"""Two at once: numbers are given one after the other, and a paper is decided once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from leineweber.domains.resolutions.models import NumberSeries, Resolution
from leineweber.domains.resolutions.services import resolutions
from leineweber.domains.resolutions.services.numbering import next_serial
from together import at_once

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by design"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]


def take() -> int:
    with transaction.atomic():
        return next_serial("paper", 2027)


def test_numbers_without_gaps_or_doubles() -> None:
    assert sorted(map(str, at_once([take] * 6))) == list("123456")
    assert NumberSeries.objects.get().last == 6


def test_a_paper_is_decided_once(house) -> None:
    paper, enno = house.cleared(key="standards"), house.actor("enno.")

    def decide() -> object:
        return resolutions.decide_alone(
            enno, paper_id=paper.id, adopt=True, text="Ja.", conditions="", version=paper.version
        )

    said = at_once([decide] * 3)
    assert sorted(type(one).__name__ for one in said) == ["NotPossible", "NotPossible", "Resolution"]
    assert Resolution.objects.count() == 1
