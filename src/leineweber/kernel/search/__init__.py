"""Search: entries that rooms put in, found by German and English words on either database engine.

One analyser in Python (folding, stems, gender forms, hyphenated compounds) makes the terms; the engine
only keeps and matches them: SQLite in an FTS5 table, PostgreSQL in a tsvector. Who may see an entry is part
of the query.
"""

from leineweber.kernel.search.queries import Hit, Results, find
from leineweber.kernel.search.services import Entry, put, put_many, remove

__all__ = ["Entry", "Hit", "Results", "find", "put", "put_many", "remove"]
