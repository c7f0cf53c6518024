"""The demo's bodies at work: loaded by the services, twice without doubles."""

from __future__ import annotations

import pytest
import time_machine

from leineweber.capabilities.messages.models import Email
from leineweber.config.demo import resolutions as demo
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.resolutions.models import DecisionPaper, FollowUp, Meeting, Minutes, Resolution
from leineweber.kernel import clock
from leineweber.kernel.deadlines.rules import is_working_day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["2026-11-28", "2026-12-23", "2027-01-04", "2027-05-18"])
def test_whatever_day_it_is_loaded(day: str) -> None:
    with time_machine.travel(f"{day}T08:00:00+01:00", tick=False):
        load_demo_organisation()
        demo.load()
        counts = [model.objects.count() for model in (DecisionPaper, Meeting, Resolution, FollowUp)]
        assert counts == [5, 4, 4, 3]
        demo.load()
        assert counts == [model.objects.count() for model in (DecisionPaper, Meeting, Resolution, FollowUp)]
        assert Minutes.objects.filter(approved_at__isnull=False).count() == 1
        today = clock.today()
        (late,) = FollowUp.objects.filter(done_at__isnull=True, due__lt=today)
        assert late.post.key == "110.6-1"
        assert all(is_working_day(clock.local(one.starts_at).date()) for one in Meeting.objects.all())
        assert Meeting.objects.filter(starts_at__gt=clock.now()).count() == 2
        assert {one.status for one in DecisionPaper.objects.all()} == {"decided", "cleared", "cosigning"}
        assert Email.objects.exclude(calendar="").exists()
