"""Somebody who fills in the form with a browser of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from faces.conftest import ANSWERS, City, answers
from leineweber.capabilities import forms
from leineweber.domains.applications.models import Application
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.services import link_token

_STATE = re.compile(r'name="stand" value="(\d+)"')


@dataclass
class Applicant:
    """A browser and the draft it fills in; addresses are those of the portal."""

    city: City
    browser: Browser = field(default_factory=lambda: Browser(raise_request_exception=True))
    token: str = ""

    @property
    def schema(self) -> Any:
        """The form."""
        return registry.package_of(self.city.procedure).schema

    def address(self, page: str) -> str:
        """Return the address of a page of the draft."""
        return f"/antrag/wahlhelfer/{self.token}/{page}/"

    def begin(self) -> str:
        """Start; return the key of the first page."""
        answer = self.browser.post("/antrag/wahlhelfer/")
        assert answer.status_code == 302, answer.content
        _, _, _, self.token, key, _ = answer.headers["Location"].split("/")
        return key

    def posted(self, page: str, **changes: Any) -> dict[str, list[str]]:
        """Return what a browser sends for a page: valid answers, some of them changed."""
        return dict(forms.to_posted(self.schema, page, answers(**changes)))

    def stand(self, page: str) -> str:
        """Return the revision that a page shows."""
        found = _STATE.search(self.browser.get(self.address(page)).content.decode())
        assert found is not None
        return found[1]

    def send(self, page: str, values: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        """Post a page."""
        return self.browser.post(self.address(page), {**(values or self.posted(page)), **more})

    def fill(self, **changes: Any) -> None:
        """Begin, and fill in every page up to the summary."""
        page = self.begin()
        while page != "pruefen":
            answer = self.send(page, self.posted(page, **changes))
            assert answer.status_code == 302, answer.content.decode()
            page = answer.headers["Location"].split("/")[4]

    def submit(self) -> HttpResponse:
        """Send the summary off."""
        return self.browser.post(self.address("pruefen"))


@pytest.fixture
def applicant(city: City) -> Applicant:
    """Somebody with a fresh browser."""
    return Applicant(city)


@pytest.fixture
def another(city: City) -> Applicant:
    """Somebody else, or the same person at another device."""
    return Applicant(city)


def linked(application: Application, page: str = "") -> str:
    """Return the address of a page of an application by its signed link."""
    return f"/vorgang/{link_token(application.id)}/{page}"


PAGES = tuple(ANSWERS)
