"""What can be asked: find."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.kernel.access.actors import Grant
from leineweber.kernel.search import rules

if TYPE_CHECKING:
    from leineweber.kernel.search.models import SearchEntry

LIMIT = 100
OFFSET_LIMIT = 10_000
PREFIX_MINIMUM = 3
_COMPOUNDS = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found. `snippet` is escaped HTML with `<mark>` around the words found."""

    kind: str
    id: UUID
    title: str
    url: str
    snippet: SafeString
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """How many there are in all, and those of the page asked for, best first.

    `widened` tells that nothing had every word as written: misspellings were forgiven, compounds taken
    apart, or entries with only some of the words shown.
    """

    total: int
    hits: tuple[Hit, ...]
    widened: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word asked for: its term, and what counts as well."""

    term: str
    others: frozenset[str] = frozenset()
    together: tuple[tuple[str, str], ...] = ()


def find(
    text: str,
    *,
    kinds: Collection[str] | None = None,
    audience: Literal["public", "staff"] = "public",
    language: str | None = "de",
    grants: Iterable[Grant] = (),
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """Find entries by what somebody typed; any text is allowed and none can change the query.

    Every word must occur, also as the beginning or the last part of a longer one. Only if nothing has them
    all, one slip a word is forgiven and compounds are taken apart, then some of the words suffice. Title
    goes before keywords before body.

    Args:
        text: what was typed; its first 200 characters and ten words count.
        kinds: kinds of entries, None for all.
        audience: `public` finds public entries only; `staff` also those for staff within `grants`.
        language: the language of entries and question; None for entries in any, asked in German.
        grants: the actor's roles and scopes; an entry with a scope or roles needs one that fits both.
        limit: page size, at most 100.
        offset: entries to pass over.
    """
    speech = language or "de"
    asked = rules.asked(text, speech)
    if not asked or (kinds is not None and not kinds):
        return Results(0, ())
    where, values = _filter(kinds, audience, language, grants)
    page = (max(1, min(limit, LIMIT)), max(0, min(offset, OFFSET_LIMIT)))
    words = _with_compounds(asked)
    total, rows = _match(words, "all", where, values, page)
    widened = False
    if total == 0:
        widened = True
        words = _forgiven(words)
        total, rows = _match(words, "all", where, values, page)
        if total == 0 and len(words) > 1:
            total, rows = _match(words, "any", where, values, page)
    return Results(total, _hits(rows, words), widened and total > 0)


def _beginnings(column: str, texts: Sequence[str]) -> Q:
    """Return the condition that a column begins with one of several texts, in the form each engine has an index for."""
    condition = Q()
    for text in texts:
        if connection.vendor == "postgresql":
            condition |= Q(**{f"{column}__startswith": text})
        else:
            condition |= Q(**{f"{column}__gt": text, f"{column}__lt": rules.next_prefix(text)})
    return condition


def _with_compounds(asked: Sequence[str]) -> list[_Word]:
    """Add to each word the known compounds that end with it (`helf`: `wahlhelf`). One query."""
    from leineweber.kernel.search.models import Term

    mirrors = [term[::-1] for term in asked if len(term) >= rules.SLIP_MINIMUM]
    known: list[str] = []
    if mirrors:
        rows = Term.objects.filter(_beginnings("mirror", mirrors)).order_by("mirror")
        known = list(rows.values_list("term", flat=True)[: _COMPOUNDS * len(mirrors)])
    return [
        _Word(
            term,
            frozenset(other for other in known if len(term) >= rules.SLIP_MINIMUM and other.endswith(term)),
        )
        for term in asked
    ]


def _forgiven(words: Sequence[_Word]) -> list[_Word]:
    """Add to each word the known words one slip away, its known beginnings, and its parts. Two queries."""
    from leineweber.kernel.search.models import Term, Variant

    lookups = {word.term: rules.variants(word.term) for word in words}
    near = list(
        Variant.objects.filter(variant__in=sorted({v for found in lookups.values() for v in found}))
        .values_list("variant", "term")
        .distinct()[:500]
    )
    pieces = {word.term: list(rules.splits(word.term)) for word in words}
    heads = {
        word.term: {word.term[:length] for length in range(max(4, len(word.term) - 4), len(word.term))}
        for word in words
    }
    sought = {part for found in pieces.values() for pair in found for part in pair}.union(*heads.values())
    known = set(Term.objects.filter(term__in=sorted(sought)).values_list("term", flat=True))
    result = []
    for word in words:
        slips = {
            term
            for variant, term in near
            if variant in lookups[word.term] and rules.one_slip(word.term, term)
        }
        tails = {tail for _, tail in pieces[word.term] if tail in known and len(tail) >= rules.SLIP_MINIMUM}
        together = tuple(pair for pair in pieces[word.term] if pair[0] in known and pair[1] in known)
        others = word.others | slips | (heads[word.term] & known) | (set() if together else tails)
        result.append(_Word(word.term, frozenset(others), together))
    return result


def _filter(
    kinds: Collection[str] | None, audience: str, language: str | None, grants: Iterable[Grant]
) -> tuple[str, list[Any]]:
    """Return the condition on `search_entry e` for what may be found, and its values."""
    conditions: list[str] = []
    values: list[Any] = []
    if kinds is not None:
        conditions.append(f"e.kind IN ({', '.join(['%s'] * len(kinds))})")
        values += list(kinds)
    if language is not None:
        conditions.append("e.language = %s")
        values.append(language)
    if audience != "staff":
        conditions.append("e.audience = 'public'")
        return " AND ".join(conditions), values
    place = "strpos" if connection.vendor == "postgresql" else "instr"
    visible = ["e.audience = 'public'", "(e.scope = '' AND e.roles = '')"]
    for role, path in sorted({(grant.role, grant.unit_path) for grant in grants}):
        visible.append(
            f"((e.scope = '' OR substr(e.scope, 1, %s) = %s) AND (e.roles = '' OR {place}(e.roles, %s) > 0))"
        )
        values += [len(path), path, f" {role} "]
    conditions.append(f"({' OR '.join(visible)})")
    return " AND ".join(conditions), values


Rows = list[tuple[int, float]]


def _match(
    words: Sequence[_Word], need: str, where: str, values: list[Any], page: tuple[int, int]
) -> tuple[int, Rows]:
    """Return how many entries match, and id and score of those of the page."""
    build = _postgresql if connection.vendor == "postgresql" else _sqlite
    statement, match_values, order_values = build(words, need)
    found = f"FROM {statement} WHERE {where}"
    order = ", ".join([f"CASE WHEN {_TIER[connection.vendor]} THEN 0 ELSE 1 END"] * len(order_values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, e.score, count(*) OVER () {found} "  # only our own words; values are bound
            f"ORDER BY {order}, e.score DESC, e.id LIMIT %s OFFSET %s",
            [*match_values, *values, *order_values, *page],
        )
        rows = cursor.fetchall()
        if rows:
            return rows[0][2], [(row[0], float(row[1])) for row in rows]
        if page[1] == 0:
            return 0, []
        cursor.execute(f"SELECT count(*) {found}", [*match_values, *values])
        (total,) = cursor.fetchone()
    return total, []


_TIER = {
    "sqlite": "e.id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH %s)",
    "postgresql": "e.terms @@ %s::tsquery",
}


def _sqlite(words: Sequence[_Word], need: str) -> tuple[str, list[str], list[str]]:
    joint = " AND " if need == "all" else " OR "

    def group(word: _Word) -> str:
        options = [f'"{rules.encode(word.term)}"' + ("*" if len(word.term) >= PREFIX_MINIMUM else "")]
        options += [f'"{rules.encode(other)}"' for other in sorted(word.others - {word.term})]
        options += [f'("{rules.encode(a)}" AND "{rules.encode(b)}")' for a, b in word.together]
        return f"({' OR '.join(options)})"

    exact = joint.join(f'"{rules.encode(word.term)}"' for word in words)
    wide = joint.join(group(word) for word in words)
    match = (
        "(SELECT search_entry.*, m.score FROM (SELECT rowid, -bm25(search_fts, 10.0, 4.0, 1.0) AS score "
        "FROM search_fts WHERE search_fts MATCH %s) m JOIN search_entry ON search_entry.id = m.rowid) e"
    )
    return match, [wide], [f"title : ({exact})", f"title : ({wide})", f"{{title keywords}} : ({wide})"]


def _postgresql(words: Sequence[_Word], need: str) -> tuple[str, list[str], list[str]]:
    joint = " & " if need == "all" else " | "

    def group(word: _Word, weights: str) -> str:
        prefix = "*" if len(word.term) >= PREFIX_MINIMUM else ""
        options = [f"'{rules.encode(word.term)}':{prefix}{weights}"]
        options += [f"'{rules.encode(other)}':{weights}" for other in sorted(word.others - {word.term})]
        options += [
            f"('{rules.encode(a)}':{weights} & '{rules.encode(b)}':{weights})" for a, b in word.together
        ]
        return f"({' | '.join(options)})"

    def wide(weights: str) -> str:
        return joint.join(group(word, weights) for word in words)

    exact = joint.join(f"'{rules.encode(word.term)}':A" for word in words)
    plain = " | ".join(f"'{rules.encode(word.term)}':*" for word in words)
    match = (
        "(SELECT *, ts_rank(terms, %s::tsquery, 1) AS score FROM search_entry WHERE terms @@ %s::tsquery) e"
    )
    return match, [plain, wide("ABD")], [exact, wide("A"), wide("AB")]


def _hits(rows: Rows, words: Sequence[_Word]) -> tuple[Hit, ...]:
    from leineweber.kernel.search.models import SearchEntry

    entries = SearchEntry.objects.in_bulk([key for key, _ in rows])
    full = frozenset(
        term for word in words for term in (*word.others, *(p for pair in word.together for p in pair))
    )
    prefixes = tuple(word.term for word in words)
    return tuple(
        Hit(
            entry.kind,
            entry.ref,
            entry.title,
            entry.url,
            _snippet(entry, full, prefixes),
            round(score, 4),
        )
        for entry, score in ((entries[key], score) for key, score in rows if key in entries)
    )


def _snippet(entry: SearchEntry, full: frozenset[str], prefixes: tuple[str, ...]) -> SafeString:
    parts = rules.snippet(entry.body, full, prefixes, entry.language)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if marked else text,) for text, marked in parts)
    )
