"""The city of the faces' tests, and packages that can be broken on purpose, for the tests of the domains."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from faces.conftest import PACKAGE, City, answers, city
from leineweber.domains.applications.procedures import PackageError, publishing, read_folder, registry

__all__ = ["City", "answers", "city"]
Break = Callable[..., list[str]]


@pytest.fixture(scope="session")
def sound() -> dict[str, str]:
    """The files of the project's package."""
    return read_folder(PACKAGE)


@pytest.fixture
def refusal(sound: dict[str, str]) -> Break:
    """Return why a package is refused in which some text was replaced: `refusal("process.bpmn", "old", "new")`."""

    def broken(file: str, old: str = "", new: str = "", **more: str) -> list[str]:
        files = dict(sound)
        if old:
            assert old in files[file], f"{old!r} does not stand in {file}"
            files[file] = files[file].replace(old, new, 1)
        else:
            files[file] = new
        files.update(more)
        with pytest.raises(PackageError) as caught:
            publishing.check(files)
        return [str(finding) for finding in caught.value.findings]

    return broken


@pytest.fixture(autouse=True)
def fresh_registry() -> Iterator[None]:
    """Let no test see the procedures of another."""
    registry.forget()
    yield
    registry.forget()


@pytest.fixture(autouse=True)
def pages_are_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what the tests of pages open, faults too, where the suite has HTML checked: one page of each address."""
    folder = os.environ.get("LEINEWEBER_TEST_PAGES", "")
    if not folder or request.path.name != "test_pages.py":
        return
    ask = Client.request

    def keep(self: Client, **asked: Any) -> Any:
        answer = ask(self, **asked)
        if (
            answer.headers.get("Content-Type", "").startswith("text/html")
            and b"<html" in answer.content[:400]
        ):
            shape = re.sub(r"[0-9a-f-]{36}|\d+", "1", str(asked.get("PATH_INFO", "")))
            name = re.sub(r"[^a-z0-9]+", "-", shape.lower())[:100].strip("-")
            room = request.path.parent.name
            (Path(folder) / f"{room}-{name}-{answer.status_code}.html").write_bytes(answer.content)
        return answer

    monkeypatch.setattr(Client, "request", keep)
