"""The figures of the room."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domains.participation.conftest import FIRST, Scene
from leineweber.domains.participation.queries.units import taking_part
from leineweber.kernel.indicators import IndicatorQuery, get

pytestmark = pytest.mark.django_db


def test_units_that_take_part_and_what_was_accepted(scene: Scene) -> None:
    first, _ = scene.rated()  # two proposed, three others rated
    scene.decide(first)
    period = IndicatorQuery(FIRST, FIRST + timedelta(days=63))
    share = get("participation.units_share").compute(period)
    assert share.value == (Decimal(5) * 100 / taking_part(FIRST).count()).quantize(Decimal("0.1"))
    accepted = get("participation.accepted").compute(period)
    assert accepted.value == 1
    assert [point.value for point in accepted.series][-1] == 1
    before = IndicatorQuery(FIRST - timedelta(days=30), FIRST - timedelta(days=10))
    assert get("participation.accepted").compute(before).value == 0
    assert get("participation.units_share").compute(before).value == 0
