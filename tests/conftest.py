"""What every test stands on: the mark of those that touch the database, and where files go."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from browser import browser, browser_page

__all__ = ["browser", "browser_page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it can be run once more on the other engine."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & names:
            item.add_marker(pytest.mark.database)


@pytest.fixture
def data_dir() -> Path:
    """The directory in which this run keeps its files."""
    return Path(settings.DATA_DIR)


@pytest.fixture(autouse=True)
def no_procedures_of_other_tests() -> None:
    """Forget which procedures were in force in the database of the test before."""
    from leineweber.domains.applications.procedures import registry

    registry.forget()
