"""How long the server takes for the cockpit with 500 projects, 2,000 goals and five years of daily figures."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from leineweber.config.bench import _city
from leineweber.config.bench.pages import _measure, _Page, _Server, _session

SUMMARY = (
    "Zeit am Server je Seite der Steuerung bei 500 Vorhaben, 2.000 Zielen und fünf Jahren Tageswerten",
    "time at the server for every page of the cockpit with 500 projects, 2,000 goals and five years of daily figures",
)
LIMIT_MS = 100
SEED = 20261129
FIGURES = 20
YEARS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    _city.add_number(parser, "--projects", 500, "Vorhaben", "projects")
    _city.add_number(parser, "--goals", 2000, "Ziele", "goals")
    _city.add_number(parser, "--rounds", 15, "Messungen je Seite", "measurements of every page")
    _city.add_database(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Fill a demo city and measure; `ok` if every page's median is below `LIMIT_MS` and the queries stay the same.

    The queries are counted with a fifth of the projects and goals first: `queries` must not exceed `queries_few`. On a
    machine that is busy otherwise, `cpu_ms` (with SQLite: all of the work) and `best_ms` tell more than the median.
    """
    with _city.city(options.database) as town:
        environment = town.environment() | {
            "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
            "LEINEWEBER_DEMO_CASES": "60",
            "LEINEWEBER_SMTP_URL": "",
        }
        subprocess.run(town.command("demo", "load"), env=environment, check=True, stdout=subprocess.DEVNULL)
        numbers = [str(one) for one in (options.projects, options.goals, options.rounds)]
        done = subprocess.run(
            [sys.executable, "-m", "leineweber.config.bench.cockpit", *numbers],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    figures = json.loads(done.stdout)
    assert isinstance(figures, dict)
    return figures | {"database": "postgresql" if options.database else "sqlite"}


class _Filler:
    """Makes goals, projects and their edges beside what the demo has, the same on every run."""

    def __init__(self) -> None:
        from leineweber.domains.strategy.models import FieldOfAction, Measure
        from leineweber.people.organisation.models import Unit

        self.draw = random.Random(SEED)  # not for secrets: the same city on every run
        self.fields = list(FieldOfAction.objects.all())
        self.measures = list(Measure.objects.all())
        self.units = list(Unit.objects.all())
        self.goals: list[Any] = []
        self.projects = 0

    def fill(self, goals: int, projects: int) -> None:
        """Bring the numbers of made goals and projects to these."""
        from leineweber.domains.portfolio.models import Cost, Project
        from leineweber.domains.strategy.models import SmartGoal
        from leineweber.kernel import clock
        from leineweber.kernel.links.models import Link

        today, edges = clock.today(), []
        made = []
        for number in range(len(self.goals), goals):
            unit = self.draw.choice(self.units)
            made.append(
                SmartGoal(
                    slug=f"bench-{number}",
                    number=f"X.{number:04}",
                    sort_key=f"x{number:06}",
                    title=f"Ziel Nummer {number} der Messung mit einem Titel von gewöhnlicher Länge",
                    status=SmartGoal.Status.ADOPTED,
                    field=self.draw.choice(self.fields),
                    unit_path=unit.path,
                    responsible=str(unit),
                    start=today - timedelta(days=self.draw.randint(10, 400)),
                    end=today + timedelta(days=self.draw.randint(90, 1500)),
                )
            )
        SmartGoal.objects.bulk_create(made)
        edges += [(f"goal:{one.id}", f"measure:{self.draw.choice(self.measures).id}") for one in made]
        self.goals += made
        rows = []
        for number in range(self.projects, projects):
            unit = self.draw.choice(self.units)
            start = today - timedelta(days=self.draw.randint(0, 500))
            rows.append(
                Project(
                    number=f"X-{number:04}",
                    title=f"Vorhaben Nummer {number} der Messung",
                    kind=Project.Kind.values[0],
                    status=self.draw.choice(["planned", "running", "running", "paused"]),
                    unit_path=unit.path,
                    unit_name=str(unit),
                    start=start,
                    end=start + timedelta(days=self.draw.randint(90, 1200)),
                )
            )
        Project.objects.bulk_create(rows)
        self.projects = max(projects, self.projects)
        for row in rows:
            # The first goal, whose surroundings are drawn, is served by a project from the beginning.
            served = [self.goals[0]] if row is rows[0] and row.number == "X-0000" else []
            for goal in [*served, *self.draw.sample(self.goals[1:], 4)]:
                edges.append((f"project:{row.id}", f"goal:{goal.id}"))
        Cost.objects.bulk_create(
            Cost(
                project=row,
                year=today.year + ahead,
                kind=Cost.Kind.values[0],
                stage=stage,
                amount=Decimal(self.draw.randint(1, 900) * 1000),
            )
            for row in rows
            for ahead in (-1, 0, 1, 2)
            for stage in Cost.Stage.values
        )
        now = clock.now()
        Link.objects.bulk_create(
            Link(source=source, kind="serves", target=target, created=now) for source, target in edges
        )

    def figures(self) -> int:
        """Keep `FIGURES` figures for each day of `YEARS` years, and the live ones of the demo's goals for as long."""
        from leineweber.kernel import clock
        from leineweber.kernel.indicators import all_indicators
        from leineweber.kernel.indicators.models import DailyReading, KeptIndicator

        now, today = clock.now(), clock.today()
        keys = [f"manual.bench-{number}" for number in range(FIGURES)]
        kept = [
            KeptIndicator(
                key=key, kind="manual", label=f"Zahl {key}", unit="Anzahl", direction="up", refresh_days=1
            )
            for key in keys
        ]
        KeptIndicator.objects.bulk_create(kept)
        kept += list(KeptIndicator.objects.filter(key__in=[one.key for one in all_indicators()]))
        first = date(today.year - YEARS, today.month, min(today.day, 28))
        days = (today - first).days
        for row in kept:
            there = set(DailyReading.objects.filter(indicator=row).values_list("on", flat=True))
            DailyReading.objects.bulk_create(
                DailyReading(
                    indicator=row,
                    on=day,
                    value=Decimal(self.draw.randint(0, 500)),
                    quality="complete",
                    taken_at=now,
                )
                for day in (first + timedelta(days=index) for index in range(days + 1))
                if day not in there
            )
        return DailyReading.objects.count()


def _addresses(filler: _Filler) -> list[_Page]:
    mayor, other = _session("insa.")[0], _session("frieda.")[0]
    goal = filler.goals[0]
    graph = "/steuerung/zusammenhang/"
    return [
        _Page("overview", "/steuerung/", mayor),
        _Page("overview.staff", "/steuerung/", other),
        _Page("field", f"/steuerung/felder/{filler.fields[0].slug}/", mayor),
        _Page("unit", "/steuerung/einheiten/d5/", mayor),
        _Page("my_unit", "/steuerung/meine-einheit/", other),
        _Page("lights", "/steuerung/ampeln/?seite=20", mayor),
        _Page("comparison", "/steuerung/vergleich/", mayor),
        _Page("graph", graph, mayor),
        _Page("graph.goal", f"{graph}?mitte=goal:{goal.id}&tiefe=5", mayor),
        _Page("graph.measure", f"{graph}?mitte=measure:{filler.measures[0].id}&tiefe=5", mayor),
        _Page("loose_ends", f"{graph}luecken/", mayor),
        _Page("public", "/zahlen/"),
        _Page("public.csv", "/zahlen/applications.registrations.csv"),
    ]


def _queries(server: _Server, page: _Page) -> int:
    """Return the queries of a page; of several answers the fewest, for now and then one renews the session."""
    server.get(page)
    return min(server.get(page)[2] for _ in range(3))


def _main(projects: int, goals: int, rounds: int) -> dict[str, Any]:
    """Fill the database this process is set up for, and measure its pages."""
    import django

    django.setup()
    from django.db import connection

    from leineweber.domains.portfolio.models import Project
    from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal

    filler, began = _Filler(), time.perf_counter()
    readings = filler.figures()
    filler.fill(max(400, goals // 5), max(100, projects // 5))
    server = _Server()
    addresses = _addresses(filler)
    with connection.execute_wrapper(server.count):
        few = {page.name: _queries(server, page) for page in addresses}
        filler.fill(goals, projects)
        connection.cursor().execute("ANALYZE")
        filled = time.perf_counter() - began
        measured = {page.name: _measure(server, page, rounds) for page in addresses}
        for page in addresses:
            measured[page.name] |= {"queries_few": few[page.name], "queries": _queries(server, page)}
    slowest = max(measured, key=lambda name: float(measured[name]["median_ms"]))
    return {
        "projects": Project.objects.count(),
        "goals": SmartGoal.objects.count(),
        "measured_goals": GoalMeasurement.objects.values("goal_id").distinct().count(),
        "readings": readings,
        "seed": SEED,
        "filled_seconds": round(filled, 1),
        "slowest": {"page": slowest, **measured[slowest]},
        "over_limit": sorted(name for name, one in measured.items() if one["median_ms"] >= LIMIT_MS),
        "queries_grow": sorted(name for name, one in measured.items() if one["queries"] > one["queries_few"]),
        "pages": measured,
        "ok": all(
            one["median_ms"] < LIMIT_MS and one["queries"] <= one["queries_few"] for one in measured.values()
        ),
    }


if __name__ == "__main__":
    print(json.dumps(_main(*(int(one) for one in sys.argv[1:4]))))
