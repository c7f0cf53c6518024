"""How many applications a second the whole program takes: over the wire, each fully processed."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import time
from typing import Any

from leineweber.config.bench import _city
from leineweber.config.language import say

SUMMARY = (
    "Anträge je Sekunde, über das Netz und vollständig bearbeitet",
    "applications a second, over the wire and fully processed",
)
DRAIN_SECONDS = 300


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    _city.add_number(parser, "--clients", 4, "gleichzeitig Antragstellende", "applicants at the same time")
    parser.add_argument(
        "--seconds",
        type=float,
        default=30,
        metavar="N",
        help=say("Dauer der Messung in Sekunden (30)", "seconds to measure (30)"),
    )
    _city.add_database(parser)
    _city.add_number(parser, "--processes", 2, "Webprozesse", "web processes")
    parser.add_argument(
        "--worker",
        choices=("thread", "process"),
        default="process",
        help=say(
            "wo Zustellungen und Aufträge laufen: im Webprozess oder in einem eigenen (process)",
            "where deliveries and jobs run: in the web process or in one of its own (process)",
        ),
    )


def _apply_until(
    port: int, number: int, seconds: float, pages: dict[str, dict[str, list[str]]], results: Any
) -> None:
    person = _city.Person(port, random.Random(_city.SEED + number), pages)
    times: list[float] = []
    references: list[str] = []
    faults: list[str] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            references.append(person.apply())
        except (_city.Refused, OSError) as error:
            faults.append(str(error))
        else:
            times.append((time.perf_counter() - began) * 1000)
    results.put((times, references, faults))


def _pages() -> dict[str, dict[str, list[str]]]:
    code = (
        "import json;from leineweber.config.bench._city import posted_pages;print(json.dumps(posted_pages()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n" + code],
        env={
            "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
            "PATH": "",
            "LEINEWEBER_SECRET_KEY": "bench",
        },
        check=True,
        capture_output=True,
    )
    pages = json.loads(done.stdout)
    assert isinstance(pages, dict)
    return pages


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure; `per_second` counts only what is fully processed, over the time until nothing is owed any more."""
    pages = _pages()
    with _city.city(options.database, processes=options.processes, worker=options.worker) as town:
        town.start()
        alone = _city.Person(town.port, random.Random(_city.SEED), pages)
        for _ in range(10):
            alone.apply()
        singles = []
        for _ in range(20):
            time.sleep(0.15)
            began = time.perf_counter()
            alone.apply()
            singles.append((time.perf_counter() - began) * 1000)
        results: Any = multiprocessing.Queue()
        before = len(_whole(town))
        began = time.monotonic()
        clients = [
            multiprocessing.Process(
                target=_apply_until, args=(town.port, number + 1, options.seconds, pages, results)
            )
            for number in range(options.clients)
        ]
        for client in clients:
            client.start()
        parts = [results.get() for _ in clients]
        for client in clients:
            client.join()
        submitted = time.monotonic() - began
        owed = _drain(town)
        elapsed = time.monotonic() - began
        times = sorted(one for part in parts for one in part[0])
        references = {one for part in parts for one in part[1]}
        faults = [one for part in parts for one in part[2]]
        whole = _whole(town)
        lost = sorted(references - set(whole))
        return {
            "per_second": round((len(references) - len(lost)) / elapsed, 1),
            "median_ms": round(statistics.median(times), 1) if times else None,
            "p95_ms": round(times[int(len(times) * 0.95)], 1) if times else None,
            "alone_ms": round(statistics.median(singles), 1),
            "lost": len(lost),
            "refused": len(faults),
            "first_refusal": faults[0] if faults else None,
            "submitted": len(references),
            "submitted_per_second": round(len(references) / submitted, 1),
            "seconds": round(elapsed, 1),
            "owed_after": owed,
            "whole_before": before,
            "clients": options.clients,
            "processes": options.processes,
            "worker": options.worker,
            "database": "postgresql" if options.database else "sqlite",
            "ok": not lost and not faults,
        }


def _whole(town: _city.City) -> list[str]:
    found = town.ask(_city.WHOLE)
    assert isinstance(found, list)
    return found


def _drain(town: _city.City) -> object:
    end = time.monotonic() + DRAIN_SECONDS
    while True:
        owed = town.ask(_city.OWED)
        assert isinstance(owed, list)
        if not any((owed[0], owed[1], owed[3])) or time.monotonic() > end:
            return owed
        time.sleep(0.2)
