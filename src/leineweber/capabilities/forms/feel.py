"""The seam to the house's expression language: forms know scripts, not the engine.

Every evaluation converts what it is given into FEEL's values. So a script gets only what it names: of pages the
fields, of code lists the columns, and these are converted once when the form is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from leineweber.kernel import expressions

LISTS = "codelisten"

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PATH = re.compile(r"(?<![\w.])([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)")


class ScriptError(ValueError):
    """A script cannot be read. `line` counts from the first line of the script."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class Script:
    """A FEEL expression over the pages of a form.

    `paths` are the dotted paths in it that begin at a page or at the code lists.
    """

    __slots__ = ("_expression", "_fixed", "_needed", "paths")

    def __init__(
        self, text: str, pages: Collection[str], others: Collection[str], lists: Mapping[str, Any]
    ) -> None:
        try:
            self._expression = expressions.compile(text, names={*pages, *others, LISTS})
        except expressions.FeelError as error:
            message = f"{error.message_de.rstrip('.')} (Spalte {error.column})."
            raise ScriptError(error.line or 1, message) from error
        self.paths = referenced_paths(text, {*pages, LISTS})
        self._needed = _needed(self.paths - {LISTS}, pages, others)
        self._fixed = {LISTS: _narrowed(text, self.paths, lists)} if LISTS in self._expression.names else {}

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return the value of the expression, None (FEEL's null) where it has none; it never raises."""
        given: dict[str, Any] = dict(self._fixed)
        for name, keys in self._needed:
            value = values.get(name)
            if keys is not None and isinstance(value, Mapping):
                value = {key: value.get(key) for key in keys}
            given[name] = value
        return self._expression.evaluate(given)


def _needed(
    paths: Collection[str], pages: Collection[str], others: Collection[str]
) -> tuple[tuple[str, tuple[str, ...] | None], ...]:
    """Return for each page what a script reads of it (None: all of it), and the other names whole."""
    found: list[tuple[str, tuple[str, ...] | None]] = [(name, None) for name in others]
    for page in pages:
        inside = [path.split(".")[1:2] for path in paths if path.split(".")[0] == page]
        if inside:
            found.append((page, None if [] in inside else tuple({step[0] for step in inside})))
    return tuple(found)


def _narrowed(text: str, paths: Collection[str], lists: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of the lists a script names, with the columns whose names occur in it."""
    named = {path.split(".")[1] for path in paths if path.startswith(f"{LISTS}.")}
    narrowed: dict[str, Any] = {}
    for key in named & set(lists) or set(lists):
        rows = lists[key]
        columns = [name for name in (rows[0] if rows else ()) if re.search(rf"\b{re.escape(name)}\b", text)]
        narrowed[key] = [{name: native(row[name]) for name in columns or row} for row in rows]
    return narrowed


def native(value: Any) -> Any:
    """Return a value as FEEL has it, so that it need not be converted again."""
    return expressions.into(value)


def referenced_paths(text: str, roots: Collection[str]) -> frozenset[str]:
    """Return the dotted paths in a script that begin at one of the roots (`person.geburtsdatum`)."""
    bare = _STRING.sub('""', text)
    return frozenset(path for path in _PATH.findall(bare) if path.split(".", 1)[0] in roots)
