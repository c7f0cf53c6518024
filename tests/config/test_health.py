"""The health report: what it finds, and that it never fails itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from leineweber.capabilities.messages.models import Email
from leineweber.config.operations import demo, health
from leineweber.config.operations.health import Check, HealthReport
from leineweber.config.operations.metrics import exposition
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.models import Entry, Verification
from leineweber.kernel.audit.services import verify
from leineweber.kernel.events.models import Delivery, StoredEvent
from leineweber.kernel.jobs.models import ScheduleState, WorkerBeat


@pytest.fixture(autouse=True)
def directory(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A data directory of its own, as a city has one."""
    settings.DATA_DIR = tmp_path
    yield tmp_path


def states(report: HealthReport) -> dict[str, str]:
    return {check.key: check.state for check in report.checks}


def find(report: HealthReport, key: str) -> Check:
    return next(check for check in report.checks if check.key == key)


@pytest.mark.django_db
class TestHealth:
    def test_a_fresh_city(self) -> None:
        report = health.health()
        found = states(report)
        assert found["database"] == "ok"
        assert found["workers"] == "warning"
        assert found["jobs"] == "ok"
        assert found["deliveries"] == "ok"
        assert found["audit"] == "warning"
        assert found["storage"] == "ok"
        assert report.as_dict()["figures"]["jobs_waiting"] == 0

    def test_a_worker_that_gives_a_sign_of_life(self) -> None:
        WorkerBeat.objects.create(worker_id="a", host="h", pid=1, started=clock.now(), seen=clock.now())
        assert states(health.health())["workers"] == "ok"
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            assert states(health.health())["workers"] == "warning"

    def test_a_worker_that_lives_but_does_not_get_on(self) -> None:
        now = clock.now()
        beat = WorkerBeat.objects.create(worker_id="a", host="h", pid=1, started=now, seen=now, turned=now)
        assert states(health.health())["workers"] == "ok"
        with time_machine.travel(now + timedelta(minutes=31)):
            beat.seen = clock.now()
            beat.save()
            found = find(health.health(), "workers")
        assert (found.state, "30 Minuten" in found.message) == ("warning", True)

    def test_a_job_that_was_given_up(self) -> None:
        self._job(status=TaskResultStatus.FAILED)
        report = health.health()
        assert find(report, "jobs").state == "error"
        assert report.figures["jobs_failed"] == 1

    def test_a_job_that_nobody_takes(self) -> None:
        self._job()
        assert states(health.health())["jobs"] == "ok"
        with time_machine.travel(clock.now() + timedelta(minutes=6)):
            report = health.health()
        assert find(report, "jobs").state == "warning"
        assert 300 < float(report.figures["jobs_oldest_due_seconds"] or 0) < 400
        assert report.figures["jobs_due"] == 1

    def test_a_job_for_later_is_not_due(self) -> None:
        self._job(run_after=clock.now() + timedelta(hours=1))
        report = health.health()
        assert report.figures["jobs_waiting"] == 1
        assert report.figures["jobs_due"] == 0

    def test_a_delivery_that_was_given_up(self) -> None:
        event = StoredEvent.objects.create(
            at=clock.now(), name="thing.made", subject="thing:1", actor_label="x"
        )
        Delivery.objects.create(
            event=event,
            subscriber="nobody",
            subject="thing:1",
            due=clock.now(),
            status=Delivery.Status.FAILED,
        )
        report = health.health()
        assert find(report, "deliveries").state == "error"
        assert report.figures["deliveries_failed"] == 1

    @pytest.mark.parametrize(
        ("status", "state"), [("failed", "error"), ("uncertain", "warning"), ("queued", "ok")]
    )
    def test_a_mail_that_needs_somebody(self, status: str, state: str) -> None:
        Email.objects.create(
            to="ina@muster.example",
            subject="x",
            message_id="<x@muster.example>",
            template="x",
            status=status,
            created_at=clock.now(),
            due=clock.now(),
        )
        report = health.health()
        assert find(report, "mails").state == state
        assert report.figures[{"queued": "mails_waiting"}.get(status, f"mails_{status}")] == 1

    def test_a_schedule_whose_last_run_failed(self) -> None:
        ScheduleState.objects.create(name="audit.bind", due=clock.now(), last_error="Kaputt")
        check = find(health.health(), "schedules")
        assert check.state == "error"
        assert "audit.bind" in check.message

    def test_the_audit_trail(self) -> None:
        verify()
        assert states(health.health())["audit"] == "ok"
        with time_machine.travel(clock.now() + timedelta(days=2)):
            assert states(health.health())["audit"] == "warning"
        Verification.objects.create(at=clock.now(), entries=1, findings=["Eintrag 1 fehlt."])
        assert states(health.health())["audit"] == "error"

    def test_a_part_that_fails_shows_as_its_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(figures: object) -> Check:
            raise RuntimeError("Kabel ab")

        monkeypatch.setattr(health, "_PARTS", (("jobs", "Aufträge", broken),))
        check = find(health.health(), "jobs")
        assert check.state == "error"
        assert "Kabel ab" in check.message

    @pytest.mark.parametrize(
        ("free", "state"), [(50 << 20, "error"), (500 << 20, "warning"), (5 << 30, "ok")]
    )
    def test_space(self, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
        monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
        assert states(health.health())["space"] == state

    def test_the_number_of_queries_does_not_grow(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(30):
            self._job()
        with django_assert_max_num_queries(30):
            health.health()

    def _job(self, **values: Any) -> None:
        DBTaskResult.objects.create(
            **{
                "task_path": "leineweber.tasks.nothing",
                "args_kwargs": {"args": [], "kwargs": {}},
                "backend_name": "default",
                "queue_name": "default",
                **values,
            }
        )


@pytest.mark.django_db
class TestConfiguration:
    @pytest.mark.parametrize(
        ("name", "value", "key", "state"),
        [
            ("PUBLIC_URL", "http://stadt.example", "public_url", "error"),
            ("DEBUG", True, "debug", "error"),
            ("ALLOWED_HOSTS", ["*"], "hosts", "error"),
            ("ALLOWED_HOSTS", ["anders.example"], "hosts", "error"),
            ("SECRET_KEY", "kurz", "secret", "error"),
            ("SECRET_KEY", "a" * 60, "secret", "error"),
            ("SMTP_URL", "post.example", "mail", "error"),
            ("SMTP_URL", "smtp://post.example", "mail", "ok"),
            ("SMTP_URL", "", "mail", "error"),
        ],
    )
    def test_each_variable(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: object, key: str, state: str
    ) -> None:
        monkeypatch.setenv("LEINEWEBER_PUBLIC_URL", "https://stadt.example")
        setattr(settings, name, value)
        check = find(health.health(), f"configuration.{key}")
        assert check.state == state
        assert bool(check.remedy) == (state != "ok")

    def test_hosts_by_suffix(self, settings: Any) -> None:
        settings.PUBLIC_URL = "https://amt.stadt.example"
        settings.ALLOWED_HOSTS = [".stadt.example"]
        assert states(health.health())["configuration.hosts"] == "ok"

    def test_an_open_data_directory(self, directory: Path) -> None:
        directory.chmod(0o755)
        assert states(health.health())["configuration.data"] == "warning"
        directory.chmod(0o700)
        assert states(health.health())["configuration.data"] == "ok"

    def test_no_secret_is_ever_shown(self, settings: Any) -> None:
        settings.SMTP_URL = "smtp://post:ganzgeheim@post.example:587"
        text = str(health.health().as_dict())
        assert "ganzgeheim" not in text
        assert settings.SECRET_KEY not in text


@pytest.mark.django_db
class TestDemo:
    def test_it_is_loaded_once_and_marked_for_ever(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded: list[str] = []

        class Room:
            LOG_INS = (("Ina Muster, Sachbearbeitung", "ina@muster.example", "bekannt"),)

            @staticmethod
            def load() -> None:
                loaded.append("room")

        monkeypatch.setattr(demo, "_modules", lambda: [Room])
        with pytest.raises(PermissionError):
            demo.load()
        settings.LEINEWEBER_DEMO = True
        assert not demo.present()
        assert demo.load()
        assert demo.present()
        assert not demo.load()
        assert loaded == ["room"]
        assert Entry.objects.filter(name="demo.loaded").count() == 1
        assert demo.log_ins()[0].user == "ina@muster.example"

    def test_what_fails_half_way_leaves_nothing(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        class Room:
            @staticmethod
            def load() -> None:
                WorkerBeat.objects.create(
                    worker_id="x", host="h", pid=1, started=clock.now(), seen=clock.now()
                )
                raise RuntimeError("half way")

        monkeypatch.setattr(demo, "_modules", lambda: [Room])
        settings.LEINEWEBER_DEMO = True
        with pytest.raises(RuntimeError):
            demo.load()
        assert not demo.present()
        assert not WorkerBeat.objects.exists()


@pytest.mark.django_db
class TestViews:
    def test_alive_says_no_more_than_that(self, client: Client) -> None:
        answer = client.get("/gesundheit")
        assert answer.status_code == 200
        assert answer.json() == {"status": "ok"}
        assert client.post("/gesundheit").status_code == 405

    @pytest.mark.parametrize("token", ["", "geheim"])
    @pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer anders", "geheim"])
    def test_metrics_need_the_token(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, token: str, shown: str
    ) -> None:
        monkeypatch.setenv("LEINEWEBER_METRICS_TOKEN", token)
        assert client.get("/metriken", headers={"authorization": shown}).status_code == 404

    def test_metrics(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LEINEWEBER_METRICS_TOKEN", "geheim")
        answer = client.get("/metriken", headers={"authorization": "Bearer geheim"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        text = answer.content.decode()
        assert "\nleineweber_jobs_waiting 0\n" in text
        assert '\nleineweber_check{name="database"} 0\n' in text
        assert text.endswith("# EOF\n")


def test_figures_without_a_number_are_left_out() -> None:
    report = HealthReport(clock.now(), (), {"audit_verified_at": None, "workers": 2})
    text = exposition(report)
    assert "audit_verified_at" not in text
    assert "leineweber_workers 2" in text
    assert report.state == "ok"


def test_the_system_is_no_operator_by_accident() -> None:
    assert not Actor.system().has_role("operator")
