"""Navigation entries of the three faces: each room registers its own, the layouts show what the actor may open.

    navigation.register("desk", "inbox", "Eingangskorb", "desk:inbox", policy="staff", order=10, section="Meine Arbeit")

Sections: the portal has `header` and `footer`; desk and cockpit show each section as a group with its name as heading.
A second registration under the same face and key replaces the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.urls import NoReverseMatch, reverse

from leineweber.kernel.access import Actor, allowed

Face = Literal["portal", "desk", "cockpit"]
FACES: tuple[Face, ...] = ("portal", "desk", "cockpit")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `url_name` is a name to reverse, or an address that begins with `/`."""

    face: Face
    key: str
    label: str
    url_name: str
    policy: str
    order: int
    section: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry ready to be shown. `current` holds for the page itself and for pages below it."""

    key: str
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The links of one section, in order."""

    title: str
    links: Sequence[Link]


_entries: dict[tuple[Face, str], Entry] = {}


def register(
    face: Face,
    key: str,
    label: str,
    url_name: str,
    policy: str = "public",
    order: int = 100,
    section: str = "",
) -> Entry:
    """Add an entry to a face, or replace the one with this key.

    Raises:
        ValueError: a face that does not exist.
    """
    if face not in FACES:
        raise ValueError(f"There is no face {face!r}.")
    entry = Entry(face, key, label, url_name, policy, order, section)
    _entries[face, key] = entry
    _sorted.cache_clear()
    return entry


@lru_cache(maxsize=8)
def _sorted(face: Face) -> tuple[Entry, ...]:
    chosen = [entry for entry in _entries.values() if entry.face == face]
    return tuple(sorted(chosen, key=lambda entry: (entry.order, entry.label)))


def address(url_name: str) -> str | None:
    """Return the address of an entry, or None if its room is not part of this installation."""
    if url_name.startswith("/"):
        return url_name
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def unresolved() -> list[Entry]:
    """Return the entries that lead nowhere; the suite wants none."""
    return [entry for entry in _entries.values() if address(entry.url_name) is None]


def _current(href: str, path: str, hrefs: Sequence[str]) -> bool:
    if path == href:
        return True
    if href == "/" or not path.startswith(href.rstrip("/") + "/"):
        return False
    longer = (other for other in hrefs if len(other) > len(href))
    return not any(path == other or path.startswith(other.rstrip("/") + "/") for other in longer)


def groups(face: Face, actor: Actor, path: str = "") -> list[Group]:
    """Return what the actor may open in a face, by section; `path` marks where they are."""
    found = [
        (entry, href)
        for entry in _sorted(face)
        if allowed(actor, entry.policy) and (href := address(entry.url_name)) is not None
    ]
    hrefs = [href for _, href in found]
    sections: dict[str, list[Link]] = {}
    for entry, href in found:
        link = Link(entry.key, entry.label, href, _current(href, path, hrefs))
        sections.setdefault(entry.section, []).append(link)
    return [Group(title, links) for title, links in sections.items()]


def links(face: Face, actor: Actor, section: str, path: str = "") -> Sequence[Link]:
    """Return the links of one section of a face."""
    return next((group.links for group in groups(face, actor, path) if group.title == section), ())


register("portal", "account", "Mein Konto", "/konto/", order=10, section="header")
register("portal", "imprint", "Impressum", "/impressum/", order=10, section="footer")
register("portal", "privacy", "Datenschutz", "/datenschutz/", order=20, section="footer")
register("portal", "accessibility", "Barrierefreiheit", "/barrierefreiheit/", order=30, section="footer")
register("desk", "gallery", "Gestaltung", "ui:gallery", policy="operator", order=900, section="Betrieb")
