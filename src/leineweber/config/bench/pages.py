"""How long the server takes for every main page with a hundred thousand cases in the database."""

from __future__ import annotations

import argparse
import gzip
import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from leineweber.config.bench import _city

SUMMARY = (
    "Zeit am Server je Seite bei 100.000 Vorgängen im Bestand",
    "time at the server for every page with 100,000 cases in the database",
)
LIMIT_MS = 100
_PLAIN_ROUNDS = 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    _city.add_number(parser, "--cases", 100_000, "Vorgänge im Bestand", "cases in the database")
    _city.add_number(parser, "--rounds", _PLAIN_ROUNDS, "Messungen je Seite", "measurements of every page")
    _city.add_database(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Build a city with that many cases and measure; `ok` if every page's median is below `LIMIT_MS`.

    On a machine that is busy otherwise, `cpu_ms` (with SQLite: all of the work) and `best_ms` tell more.
    """
    with _city.city(options.database) as town:
        environment = town.environment() | {
            "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
            "LEINEWEBER_DEMO_CASES": "1000",
            "LEINEWEBER_SMTP_URL": "",
        }
        subprocess.run(town.command("demo", "load"), env=environment, check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            [sys.executable, "-m", "leineweber.config.bench.pages", str(options.cases), str(options.rounds)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    figures = json.loads(done.stdout)
    assert isinstance(figures, dict)
    return figures | {"database": "postgresql" if options.database else "sqlite"}


@dataclass(frozen=True, slots=True)
class _Page:
    name: str
    address: str
    session: str = ""


class _Server:
    """The WSGI application in this process, and the queries it asks."""

    def __init__(self) -> None:
        from leineweber.config.wsgi import application

        self.application: Callable[..., Iterable[bytes]] = application
        self.queries = 0
        self.counting = False

    def count(self, execute: Any, sql: Any, parameters: Any, many: Any, context: Any) -> Any:
        """Count a query while pages are being answered."""
        self.queries += self.counting
        return execute(sql, parameters, many, context)

    def get(self, page: _Page) -> tuple[float, float, int, bytes]:
        """Return milliseconds, those spent computing in this process, queries, and the body of a page.

        Raises:
            RuntimeError: it is not answered with 200.
        """
        path, _, query = page.address.partition("?")
        environment = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_COOKIE": page.session,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        statuses: list[str] = []
        self.queries, self.counting = 0, True
        began, worked = time.perf_counter(), time.process_time()
        answer = self.application(environment, lambda status, *_: statuses.append(status))
        body = b"".join(answer)
        elapsed, busy = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
        self.counting = False
        close = getattr(answer, "close", None)
        if close:
            close()
        if not statuses[0].startswith("200"):
            raise RuntimeError(f"{page.address}: {statuses[0]}")
        return elapsed, busy, self.queries, body


def _session(beginning: str, kind: str = "staff") -> tuple[str, Any]:
    """Return the cookie of a persona who is logged in, and the account."""
    from django.conf import settings

    from leineweber.kernel import clock
    from leineweber.people.identity import sessions
    from leineweber.people.identity.models import Account

    account = Account.objects.filter(kind=kind, email__startswith=beginning).order_by("email")[0]
    session = sessions.SessionStore()
    session[sessions.ACCOUNT] = str(account.id)
    session[sessions.METHOD] = "totp"
    session[sessions.DEVICE] = "bench"
    session[sessions.AUTHENTICATED_AT] = clock.now().isoformat()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}", account


def _pages(citizen: str, account_id: Any) -> list[_Page]:
    from leineweber.capabilities.forms import services as drafts
    from leineweber.domains.applications import services
    from leineweber.domains.applications.models import Case, Procedure
    from leineweber.kernel.access import Actor

    clerk, head = _session("frieda.")[0], _session("henrike.")[0]
    operator = _session("tjark.")[0]
    case = Case.objects.filter(application__account_id=account_id).order_by("id")[0]
    procedure = Procedure.objects.get(in_force=True)
    _, token = drafts.start(procedure.key, procedure.version, actor=Actor.anonymous())
    link = services.link_token(case.application_id)
    name, given = case.applicant.split(", ")
    desk, cases = "/arbeit/", "/arbeit/vorgaenge/"
    course = f"{cases}{case.id}/"
    return [
        _Page("portal.home", "/"),
        _Page("portal.search", "/suche/?q=wahlhelfer"),
        _Page("portal.services", "/leistungen/"),
        _Page("portal.service", "/leistungen/wahlhelfer/"),
        _Page("portal.situations", "/lebenslagen/"),
        _Page("portal.form", f"/antrag/wahlhelfer/{token}/person/"),
        _Page("portal.summary", f"/antrag/wahlhelfer/{token}/pruefen/"),
        _Page("portal.case", f"/vorgang/{link}/"),
        _Page("portal.account", "/konto/", citizen),
        _Page("portal.account_case", f"/konto/vorgang/{case.application_id}/", citizen),
        *(
            _Page(f"desk.inbox.{view}", f"{desk}?ansicht={view}", clerk)
            for view in ("meine", "frei", "ueberfaellig", "spaeter", "alle")
        ),
        _Page("desk.inbox.newest", f"{desk}?ansicht=alle&sort=neu", clerk),
        _Page("desk.inbox.text", f"{desk}?ansicht=alle&q={name}", clerk),
        _Page("desk.inbox.given", f"{desk}?ansicht=alle&q={given}", clerk),
        _Page("desk.inbox.nothing", f"{desk}?ansicht=alle&q=xyzzy", clerk),
        _Page("desk.cases", cases, clerk),
        _Page("desk.cases.last", f"{cases}?seite=200", clerk),
        _Page("desk.cases.state", f"{cases}?zustand=question_open", clerk),
        _Page("desk.cases.area", f"{cases}?bezirk=senne&weg=paper", clerk),
        _Page("desk.cases.rare", f"{cases}?zustand=question_open&bezirk=senne&weg=paper", clerk),
        _Page("desk.cases.by_name", f"{cases}?sort=name", clerk),
        _Page("desk.cases.by_name_in_area", f"{cases}?sort=-name&bezirk=senne", clerk),
        _Page("desk.cases.by_number", f"{cases}?sort=nummer&seite=150", clerk),
        _Page("desk.cases.text", f"{cases}?q={name[:6]}", clerk),
        _Page("desk.cases.given", f"{cases}?q={given}", clerk),
        _Page("desk.cases.spoken", f"{cases}?q={given}+{name[:3]}", clerk),
        _Page("desk.cases.letter", f"{cases}?q=s", clerk),
        _Page("desk.cases.reference", f"{cases}?q={case.reference}", clerk),
        _Page("desk.cases.file", f"{cases}?q={case.file_reference}", clerk),
        _Page("desk.cases.nothing", f"{cases}?q=xyzzy", clerk),
        _Page("desk.cases.head", cases, head),
        _Page("desk.case", course, clerk),
        _Page("desk.case.course", f"{course}verlauf/", clerk),
        _Page("desk.case.file", f"{course}akte/", clerk),
        _Page("desk.case.messages", f"{course}nachrichten/", clerk),
        _Page("desk.search", f"/arbeit/suche/?q={name[:6]}", clerk),
        _Page("desk.needs", "/arbeit/bedarf/", clerk),
        _Page("desk.printing", "/arbeit/druck/", clerk),
        _Page("desk.operations", "/arbeit/betrieb/", operator),
        _Page("cockpit.overview", "/steuerung/", head),
        _Page("cockpit.goal", "/steuerung/ziele/wahlhelfer-online/", head),
        _Page("api.services", "/api/v1/services"),
    ]


def _measure(server: _Server, page: _Page, rounds: int) -> dict[str, Any]:
    server.get(page)
    results = [server.get(page) for _ in range(rounds)]
    times = sorted(elapsed for elapsed, _, _, _ in results)
    return {
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
        "best_ms": round(times[0], 1),
        "cpu_ms": round(statistics.median(busy for _, busy, _, _ in results), 1),
        "queries": max(queries for _, _, queries, _ in results),
        "gzip_bytes": len(gzip.compress(results[-1][3], 6)),
    }


def _main(cases: int, rounds: int) -> dict[str, Any]:
    """Fill the database this process is set up for, and measure its pages."""
    import django

    django.setup()
    from django.db import connection

    from leineweber.config.bench import _many
    from leineweber.domains.applications.models import Case

    citizen, account = _session("", "citizen")
    began = time.perf_counter()
    _many.multiply(cases, account.id)
    filled = time.perf_counter() - began
    server = _Server()
    with connection.execute_wrapper(server.count):
        measured = {page.name: _measure(server, page, rounds) for page in _pages(citizen, account.id)}
    slowest = max(measured, key=lambda name: float(measured[name]["median_ms"]))
    heaviest = max(
        (name for name in measured if name.startswith("portal.")),
        key=lambda name: int(measured[name]["gzip_bytes"]),
    )
    return {
        "cases": Case.objects.count(),
        "filled_seconds": round(filled, 1),
        "slowest": {"page": slowest, **measured[slowest]},
        "heaviest_portal_page": {"page": heaviest, "gzip_bytes": measured[heaviest]["gzip_bytes"]},
        "over_limit": sorted(name for name, one in measured.items() if one["median_ms"] >= LIMIT_MS),
        "pages": measured,
        "ok": all(one["median_ms"] < LIMIT_MS for one in measured.values()),
    }


if __name__ == "__main__":
    print(json.dumps(_main(int(sys.argv[1]), int(sys.argv[2]))))
