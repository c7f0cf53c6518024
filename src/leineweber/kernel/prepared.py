"""Queries that are put into SQL once and then only asked: for the few that run at every step of a person or job.

Building and compiling a query of Django takes several times as long as the database takes to answer it. A `Prepared`
is the same query, compiled at its first use for the engine at hand:

    _by_digest = Prepared(lambda digest: Draft.objects.filter(token_digest=digest), digest="…")
    drafts = _by_digest(digest=digest)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def _adapted(value: Any) -> Any:
    """Return a value as the engine in use takes it as a parameter."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


class Prepared(Generic[M]):
    """A query over one model without joined models. Its values stand under the names of the builder's arguments."""

    def __init__(self, build: Callable[..., QuerySet[M]], **examples: Any) -> None:
        """Note how the query is built; `examples` has a value for each argument, unlike all other parameters.

        Raises:
            ValueError: at the first use, if an example is not found as exactly one parameter, or models are joined.
        """
        self._build = build
        self._examples = examples
        self._compiled: dict[str, tuple[str, list[Any], list[tuple[int, str]], Any]] = {}

    def _compile(self) -> tuple[str, list[Any], list[tuple[int, str]], Any]:
        rows = self._build(**self._examples)
        if rows.query.select_related:
            raise ValueError("A prepared query joins no other models.")
        compiler = rows.query.get_compiler(connection=connection)
        sql, found = compiler.as_sql()
        parameters = list(found)
        places = []
        for name, example in self._examples.items():
            where = [place for place, value in enumerate(parameters) if value == _adapted(example)]
            if len(where) != 1:
                raise ValueError(f"The example of {name} is {len(where)} parameters of the query.")
            places.append((where[0], name))
        assert compiler.klass_info is not None
        columns = [compiler.select[place][0] for place in compiler.klass_info["select_fields"]]
        names = [column.target.attname for column in columns]
        converters = compiler.get_converters(columns)
        return sql, parameters, places, (rows.model, names, converters)

    def __call__(self, **values: Any) -> list[M]:
        """Return the rows for the values."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        sql, parameters, places, (model, names, converters) = compiled
        asked = list(parameters)
        for place, name in places:
            asked[place] = _adapted(values[name])
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            rows = [list(row) for row in cursor.fetchall()]
        for row in rows:
            for place, (functions, column) in converters.items():
                for convert in functions:
                    row[place] = convert(row[place], column, connection)
        return [model.from_db(connection.alias, names, row) for row in rows]
