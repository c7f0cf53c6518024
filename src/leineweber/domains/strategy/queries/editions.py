"""Editions: the list, one with its seal looked at, and what differs between two."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import Edition
from leineweber.domains.strategy.queries.paper import snapshot

Content = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Verified:
    """An edition as plain data. `sha512` is that of the content; `intact` tells that it is the one kept with it."""

    edition: Edition
    content: Content
    sha512: str
    intact: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two editions and what differs, from the earlier to the later."""

    before: Edition | None
    after: Verified
    differences: tuple[rules.Difference, ...]


def edition_list() -> list[Edition]:
    """Return all editions, the latest first, without their content; one query."""
    return list(Edition.objects.defer("content"))


def verified(edition: Edition) -> Verified:
    """Return an edition as plain data; the working one is what the tables say now."""
    if edition.status == Edition.Status.WORKING:
        content = snapshot()
        return Verified(edition, content, rules.digest(rules.canonical(content)), True)
    sha512 = rules.digest(edition.content)
    return Verified(edition, json.loads(edition.content), sha512, sha512 == edition.sha512)


def compared(after: Edition, before: Edition | None) -> Compared:
    """Return what differs between two editions; against None everything is new."""
    later = verified(after)
    earlier: Content = verified(before).content if before else {}
    return Compared(before, later, tuple(rules.differences(earlier, later.content)))


def base_of(edition: Edition) -> Edition | None:
    """Return the edition that was in force before: the latest decided one with a smaller number."""
    decided = (Edition.Status.ADOPTED, Edition.Status.SUPERSEDED)
    return Edition.objects.filter(number__lt=edition.number, status__in=decided).order_by("-number").first()


def adopted_content() -> Verified | None:
    """Return the edition in force; None before the first is adopted, or if it was changed behind the program's back."""
    edition = Edition.objects.filter(status=Edition.Status.ADOPTED).first()
    found = verified(edition) if edition else None
    return found if found is not None and found.intact else None
