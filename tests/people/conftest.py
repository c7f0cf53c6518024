"""The demo's organisation, and browsers logged in as its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from leineweber.people.identity.models import Account
from people.logging_in import load_city, log_in


@pytest.fixture
def city(db: None) -> None:
    """The demo's organisation with its personas."""
    load_city()


@pytest.fixture
def as_persona(city: None) -> Callable[[str], Browser]:
    """Return a browser logged in as the persona whose address begins so."""

    def make(beginning: str) -> Browser:
        browser = Browser()
        log_in(browser, Account.objects.get(email__startswith=beginning))
        return browser

    return make
