"""What can be done: put an entry in, take it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from leineweber.kernel.search import rules

BODY_LIMIT = 50_000
TITLE_LIMIT = 300
_BATCH = 200

Audience = Literal["public", "staff"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is put in.

    `scope` is the path of the unit whose staff may find it, empty for all; `roles` are those of whom one is
    needed, empty for any. Both count for the audience `staff` only. `synonyms` weigh like keywords.
    """

    kind: str
    id: UUID
    title: str
    url: str
    language: str = "de"
    audience: Audience = "public"
    keywords: str = ""
    synonyms: str = ""
    body: str = ""
    scope: str = ""
    roles: tuple[str, ...] = ()


def put(
    *,
    kind: str,
    id: UUID,
    title: str,
    url: str,
    language: str = "de",
    audience: Audience = "public",
    keywords: str = "",
    synonyms: str = "",
    body: str = "",
    scope: str = "",
    roles: Sequence[str] = (),
) -> None:
    """Put an entry in, or in place of the one of the same kind, id and language. See `Entry`."""
    put_many(
        [
            Entry(
                kind=kind,
                id=id,
                title=title,
                url=url,
                language=language,
                audience=audience,
                keywords=keywords,
                synonyms=synonyms,
                body=body,
                scope=scope,
                roles=tuple(roles),
            )
        ]
    )


def put_many(entries: Sequence[Entry]) -> None:
    """Put several entries in, in one transaction and a few queries per two hundred.

    Raises:
        ValueError: a role's name has a space in it.
    """
    unique = list({(entry.kind, entry.id, entry.language): entry for entry in entries}.values())
    with transaction.atomic():
        for start in range(0, len(unique), _BATCH):
            _put(unique[start : start + _BATCH])


def _clean(text: str, limit: int) -> str:
    """Return text that both engines can keep."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()[:limit]


def _put(batch: Sequence[Entry]) -> None:
    from leineweber.kernel.search.models import SearchEntry

    if any(" " in role for entry in batch for role in entry.roles):
        raise ValueError("A role's name has no space in it.")
    rows = SearchEntry.objects.bulk_create(
        [
            SearchEntry(
                kind=entry.kind,
                ref=entry.id,
                language=entry.language,
                audience=entry.audience,
                scope=entry.scope,
                roles=f" {' '.join(entry.roles)} " if entry.roles else "",
                title=_clean(entry.title, TITLE_LIMIT),
                url=entry.url,
                body=_clean(entry.body, BODY_LIMIT),
            )
            for entry in batch
        ],
        update_conflicts=True,
        unique_fields=["kind", "ref", "language"],
        update_fields=["audience", "scope", "roles", "title", "url", "body"],
    )
    columns = [
        (
            rules.terms(_clean(entry.title, TITLE_LIMIT), entry.language),
            rules.terms(_clean(f"{entry.keywords} {entry.synonyms}", BODY_LIMIT), entry.language),
            rules.terms(_clean(entry.body, BODY_LIMIT), entry.language),
        )
        for entry in batch
    ]
    _learn({term for column in columns for part in column for term in part})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE search_entry SET terms = %s::tsvector WHERE id = %s",
                [(_vector(column), row.pk) for row, column in zip(rows, columns, strict=True)],
            )
        else:
            cursor.executemany("DELETE FROM search_fts WHERE rowid = %s", [(row.pk,) for row in rows])
            cursor.executemany(
                "INSERT INTO search_fts (rowid, title, keywords, body) VALUES (%s, %s, %s, %s)",
                [
                    (row.pk, *(" ".join(rules.encode(term) for term in part) for part in column))
                    for row, column in zip(rows, columns, strict=True)
                ],
            )


def _vector(column: tuple[list[str], list[str], list[str]]) -> str:
    """Return the terms as a tsvector: weight A in the title, B among keywords, D in the body."""
    lexemes: dict[str, list[str]] = {}
    position = 0
    for weight, part in zip("ABD", column, strict=True):
        for term in part:
            position = min(position + 1, 16_383)
            places = lexemes.setdefault(rules.encode(term), [])
            if len(places) < 200:
                places.append(f"{position}{weight}")
    return " ".join(f"'{term}':{','.join(places)}" for term, places in lexemes.items())


def _learn(found: set[str]) -> None:
    """Add new words to the vocabulary; in one order, so that two writers never wait for each other."""
    from leineweber.kernel.search.models import Term, Variant

    candidates = sorted(term for term in found if len(term) >= 3 and not any(sign.isdigit() for sign in term))
    known: set[str] = set()
    for start in range(0, len(candidates), 500):
        known.update(
            Term.objects.filter(term__in=candidates[start : start + 500]).values_list("term", flat=True)
        )
    new = [term for term in candidates if term not in known]
    if not new:
        return
    Term.objects.bulk_create([Term(term=term, mirror=term[::-1]) for term in new], ignore_conflicts=True)
    pairs = sorted({(variant, term) for term in new for variant in rules.variants(term)})
    Variant.objects.bulk_create(
        [Variant(variant=variant, term=term) for variant, term in pairs],
        ignore_conflicts=True,
        batch_size=2000,
    )


def remove(kind: str, id: UUID, *, language: str | None = None) -> None:
    """Take an entry out, in one language or in all; taking none out changes nothing."""
    from leineweber.kernel.search.models import SearchEntry

    with transaction.atomic():
        rows = SearchEntry.objects.filter(kind=kind, ref=id)
        if language is not None:
            rows = rows.filter(language=language)
        keys = list(rows.values_list("id", flat=True))
        if connection.vendor != "postgresql" and keys:
            with connection.cursor() as cursor:
                cursor.executemany("DELETE FROM search_fts WHERE rowid = %s", [(key,) for key in keys])
        SearchEntry.objects.filter(id__in=keys).delete()
