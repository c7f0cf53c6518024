"""Asks every address as everybody, each question in a transaction of its own that is rolled back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as django_cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.permissions import city as cities
from leineweber.domains.applications.procedures import registry
from leineweber.kernel.access import Actor, allowed, policy_names
from leineweber.people.identity.middleware import actor_for

METHODS = ("GET", "POST")
LOG_INS = ("/anmelden/", "/konto/anmelden/")


@dataclass(frozen=True)
class Address:
    """A pattern of the URLconf: its route, and the policy of each method (`*`: of every method)."""

    route: str
    policies: dict[str, str]

    def policy(self, method: str) -> str:
        """Return the policy of a method; empty if the address does not know the method."""
        return self.policies.get(method, self.policies.get("*", ""))

    def path(self, arguments: cities.Arguments) -> str:
        """Return the address with its parts."""
        if self.route.startswith("^"):
            return "/api/gibt-es-nicht"
        path = "/" + self.route
        for name, value in arguments.items():
            before, _, rest = path.partition(f"{name}>")
            path = f"{before.rpartition('<')[0]}{value}{rest}"
        return path


@dataclass(frozen=True)
class Cell:
    """How one address answered one persona."""

    address: Address
    example: str
    path: str
    method: str
    persona: str
    status: int
    headers: dict[str, str]
    cookies: dict[str, dict[str, Any]]
    text: str

    @property
    def asks_for_log_in(self) -> bool:
        """Whether the answer leads to a log-in."""
        return self.status == 302 and self.headers["Location"].startswith(LOG_INS)

    @property
    def shown(self) -> str:
        """What the table says: the status, or `log in` for the way there."""
        return "log in" if self.asks_for_log_in and not self.path.startswith(LOG_INS) else str(self.status)


@dataclass(frozen=True)
class Matrix:
    """All answers, and which policies let whom: pairs of persona and policy."""

    cells: tuple[Cell, ...]
    let: frozenset[tuple[str, str]]


def addresses(patterns: Iterable[URLPattern | URLResolver] | None = None) -> list[Address]:
    """Return every address of the program (or of some patterns).

    Raises:
        AssertionError: the view of one names no policy.
    """
    found, without = [], []
    for route, view in _walk(get_resolver().url_patterns if patterns is None else patterns):
        policies = getattr(view, "policies", None) or {"*": getattr(view, "policy", "")}
        if not all(policies.values()):
            without.append(route)
        found.append(Address(route, policies))
    assert not without, f"Ohne Policy: {', '.join(without)}"
    return found


def _walk(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def _text(response: HttpResponseBase) -> str:
    if response.streaming:
        b"".join(response)  # type: ignore[arg-type]  # read to the end, it closes its file
        return ""
    is_text = response.headers.get("Content-Type", "").startswith(("text/", "application/json"))
    return response.content.decode() if is_text else ""  # type: ignore[attr-defined]  # not streamed


def _ask(client: Client, method: str, path: str) -> HttpResponseBase:
    django_cache.clear()
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    key = session.value if session else None
    with transaction.atomic():
        if method == "POST" and path.startswith("/api/"):
            response = client.post(path, {"answers": {}}, content_type="application/json")
        else:
            response = client.generic(method, path, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies.clear()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return response


@cache
def ask_everything() -> Matrix:
    """Build the city, ask, and leave nothing behind. Once a process."""
    cells: list[Cell] = []
    with transaction.atomic():
        city = cities.build()
        clients = {name: cities.browser(beginning) for name, beginning in cities.PERSONAS.items()}
        actors = {
            name: actor_for(cities.account(beginning)) if beginning else Actor.anonymous()
            for name, beginning in cities.PERSONAS.items()
        }
        for address, examples in [(one, city.examples(one.route)) for one in addresses()]:
            for example, arguments in examples:
                path = address.path(arguments)
                for method in METHODS:
                    for persona, client in clients.items():
                        response = _ask(client, method, path)
                        cells.append(
                            Cell(
                                address,
                                example,
                                path,
                                method,
                                persona,
                                response.status_code,
                                dict(response.headers),
                                {name: dict(morsel) for name, morsel in response.cookies.items()},
                                _text(response),
                            )
                        )
        let = frozenset(
            (persona, policy)
            for persona, actor in actors.items()
            for policy in policy_names()
            if allowed(actor, policy)
        )
        transaction.set_rollback(True)
    registry.forget()
    django_cache.clear()
    return Matrix(tuple(cells), let)


def table(matrix: Matrix) -> str:
    """Return the table: a line an address, example and method, a column a persona; sorted."""
    lines: dict[tuple[str, str, str], dict[str, str]] = {}
    for cell in matrix.cells:
        key = ("/" + cell.address.route.lstrip("^"), cell.example, cell.method)
        line = lines.setdefault(key, {"policy": cell.address.policy(cell.method) or "-"})
        line[cell.persona] = cell.shown
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["address", "example", "method", "policy", *cities.PERSONAS])
    for key in sorted(lines):
        writer.writerow([*key, lines[key]["policy"], *(lines[key][name] for name in cities.PERSONAS)])
    return out.getvalue()
