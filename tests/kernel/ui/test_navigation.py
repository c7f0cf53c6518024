"""Navigation: who sees which entry, where one is, and what happens to entries that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from leineweber.kernel.access import Actor, Grant
from leineweber.kernel.ui import navigation

STAFF = Actor(kind="staff", id=None, label="M")
OPERATOR = Actor(kind="staff", id=None, label="B", grants=(Grant("operator", "/", uuid4()),))


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation._sorted.cache_clear()
    yield
    navigation._sorted.cache_clear()


def test_entries_come_in_order_and_by_section() -> None:
    navigation.register("desk", "b", "Wiedervorlagen", "/arbeit/b/", "staff", 20, "Meine Arbeit")
    navigation.register("desk", "c", "Akten", "/arbeit/c/", "staff", 30, "Nachschlagen")
    navigation.register("desk", "a", "Eingangskorb", "/arbeit/a/", "staff", 10, "Meine Arbeit")
    groups = navigation.groups("desk", STAFF)
    assert [(group.title, [link.key for link in group.links]) for group in groups] == [
        ("Meine Arbeit", ["a", "b"]),
        ("Nachschlagen", ["c"]),
    ]


def test_entries_that_the_actor_may_not_open_are_left_out() -> None:
    navigation.register("desk", "ops", "Betrieb", "/arbeit/betrieb/", "operator")
    navigation.register("desk", "unknown", "Niemand", "/arbeit/x/", "no.such.policy")
    assert navigation.groups("desk", STAFF) == []
    assert navigation.groups("desk", Actor.anonymous()) == []
    assert [link.key for link in navigation.groups("desk", OPERATOR)[0].links] == ["ops"]


def test_a_second_registration_replaces_the_first() -> None:
    navigation.register("portal", "imprint", "Impressum", "/a/", section="footer")
    navigation.register("portal", "imprint", "Impressum", "/b/", section="footer")
    assert [link.href for link in navigation.links("portal", Actor.anonymous(), "footer")] == ["/b/"]
    assert navigation.links("portal", Actor.anonymous(), "header") == ()


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/arbeit/", "home"),
        ("/arbeit/vorgaenge/", "cases"),
        ("/arbeit/vorgaenge/7/", "cases"),
        ("/arbeit/vorgaenge-alt/", "home"),
        ("/arbeit/anderes/", "home"),
        ("/steuerung/", None),
    ],
)
def test_the_nearest_entry_above_a_page_is_current(path: str, current: str | None) -> None:
    navigation.register("desk", "home", "Start", "/arbeit/", "staff", 1)
    navigation.register("desk", "cases", "Vorgänge", "/arbeit/vorgaenge/", "staff", 2)
    links = navigation.groups("desk", STAFF, path)[0].links
    assert [link.key for link in links if link.current] == ([current] if current else [])


def test_an_entry_of_a_room_that_is_not_installed_is_hidden_and_reported() -> None:
    entry = navigation.register("desk", "ghost", "Geist", "ghost:index", "staff")
    assert navigation.groups("desk", STAFF) == []
    assert navigation.unresolved() == [entry]


def test_a_face_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="face"):
        navigation.register("garden", "a", "A", "/")  # type: ignore[arg-type]
