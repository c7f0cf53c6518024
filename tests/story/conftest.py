"""A real city for the story: the program as it is started, a database of its own, a mail server, and browsers."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Request

from browser import WIDE
from leineweber.config.bench import _city, submissions
from story.mailbox import Mailbox
from story.people import Visitor

Meeting = Callable[..., Visitor]


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """The mail server."""
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture(scope="session")
def town(mailbox: Mailbox) -> Iterator[_city.City]:
    """The demo city without cases, served by processes of its own, on the engine this run is about."""
    with _city.city(os.environ.get("LEINEWEBER_TEST_DATABASE_URL", "")) as made:
        made.mail_port = mailbox.port
        made.start()
        yield made


@pytest.fixture
def meet(town: _city.City, browser: Browser) -> Iterator[Meeting]:
    """Meet somebody at a browser of their own: `meet("citizen")`; options are those of a browser context."""
    met: list[Visitor] = []

    def one(who: str, *, face: str = "portal", **options: object) -> Visitor:
        settings: dict[str, object] = {"viewport": WIDE, "locale": "de-DE", "timezone_id": "Europe/Berlin"}
        context = browser.new_context(**{**settings, **options})  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        visitor = Visitor(who, context, context.new_page(), f"http://127.0.0.1:{town.port}", face)
        visitor.scripts = options.get("java_script_enabled") is not False

        def said(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                visitor.wrong.append(message.text)

        def asked(request: Request) -> None:
            host = urlsplit(request.url).netloc
            if host and host != f"127.0.0.1:{town.port}":
                visitor.wrong.append(f"asked another server: {request.url}")

        context.on("console", said)
        context.on("weberror", lambda error: visitor.wrong.append(str(error.error)))
        context.on("request", asked)
        met.append(visitor)
        return visitor

    yield one
    for visitor in met:
        visitor.done()


@pytest.fixture
def colleague(meet: Meeting) -> Callable[[str, str], Visitor]:
    """Meet somebody of the city who has logged in by the list of the demonstration."""

    def one(who: str, name: str) -> Visitor:
        return meet(who, face="desk").opens("/demo/").presses(f"Als {name} anmelden")

    return one


@pytest.fixture(scope="session")
def apply_quickly(town: _city.City) -> Callable[[str], str]:
    """Let somebody with a given name apply over the wire, where the way there is not the point; give the number."""
    pages = submissions._pages()

    def one(given: str) -> str:
        own = copy.deepcopy(pages)
        own["person"]["person.vorname"] = [given]
        own["erreichbarkeit"]["erreichbarkeit.email"] = [f"{given.lower()}@buerger.example"]
        return _city.Person(town.port, random.Random(given), own).apply()

    return one
