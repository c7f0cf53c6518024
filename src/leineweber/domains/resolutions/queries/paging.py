"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from leineweber.people.organisation.rules import fold

PAGE_SIZE = 25
T = TypeVar("T", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page, how many there are in all, which page it is of how many."""

    rows: Sequence[T]
    total: int
    number: int
    pages: int


def page_of(rows: QuerySet[T], number: int) -> Page[T]:
    """Return one page; two queries. A page past the end is the last."""
    total = rows.order_by().count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    return Page(list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]), total, number, pages)


def words(text: str) -> Q:
    """Return the condition that every word typed occurs in the row's search text."""
    found = Q()
    for word in fold(text[:200]).split()[:8]:
        found &= Q(search_text__contains=word)
    return found
