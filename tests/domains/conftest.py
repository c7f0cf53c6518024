"""The city of the faces' tests, and packages that can be broken on purpose, for the tests of the domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

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
