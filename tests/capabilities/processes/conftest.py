"""What the tests of this room share: the real process of wahlhelfer, actors, and actions that only note down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from capabilities.processes.building import ACTIONS, ROOT, staff
from leineweber.capabilities.processes import actions
from leineweber.kernel.access import Actor


@pytest.fixture(scope="session")
def wahlhelfer_files() -> tuple[bytes, bytes]:
    folder = ROOT / "procedures" / "wahlhelfer"
    return (folder / "process.bpmn").read_bytes(), (folder / "decisions.dmn").read_bytes()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """Register the actions of the process as ones that only note what they were called with."""
    calls: list[tuple[str, dict[str, object]]] = []

    def handler(name: str) -> Callable[[actions.ActionCall], dict[str, object]]:
        def note(call: actions.ActionCall) -> dict[str, object]:
            calls.append((f"applications.{name}", dict(call.parameters)))
            return {}

        return note

    monkeypatch.setattr(actions, "_handlers", {f"applications.{name}": handler(name) for name in ACTIONS})
    return calls


@pytest.fixture
def clerk() -> Actor:
    return staff("Anna Muster", "elections.clerk")


@pytest.fixture
def second_clerk() -> Actor:
    return staff("Bert Muster", "elections.clerk")


@pytest.fixture
def head() -> Actor:
    return staff("Helga Muster", "elections.head")
