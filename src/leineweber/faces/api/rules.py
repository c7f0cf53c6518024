"""Reading JSON strictly: what two programs could read in two ways is refused (RFC 8259, RFC 7493 I-JSON). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

BODY_LIMIT = 256 * 1024
DEPTH_LIMIT = 12
# What I-JSON (section 2.1) and PostgreSQL forbid in texts: NUL and halves of a surrogate pair.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


class Unreadable(ValueError):
    """A text that is not JSON as it is accepted here; the message is German."""


class Unkept(Unreadable):
    """JSON that can be read but not be kept: too deep, or with characters that no database takes."""


TOO_DEEP = f"Mehr als {DEPTH_LIMIT} Ebenen sind nicht erlaubt."


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("Ein Name kommt in einem Objekt zweimal vor.")
    return found


def _constant(name: str) -> Any:
    raise Unreadable(f"{name} ist keine Zahl in JSON.")


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if _UNKEPT.search(value):
            raise Unkept("Ein Text enthält ein Zeichen, das nicht gespeichert werden kann (NUL, Surrogat).")
        return
    if not isinstance(value, dict | list):
        return
    if depth == DEPTH_LIMIT:
        raise Unkept(TOO_DEEP)
    if isinstance(value, dict):
        for name in value:
            _check(name, depth)
        value = list(value.values())
    for one in value:
        _check(one, depth + 1)


def parse(body: bytes) -> Any:
    """Return the value that a JSON text stands for.

    Raises:
        Unkept: more than `DEPTH_LIMIT` levels, or NUL or a lone surrogate in a text.
        Unreadable: bytes that are not UTF-8, a name that comes twice in an object, NaN or Infinity, a whole number
            with thousands of digits, or no JSON at all.
    """
    try:
        value = json.loads(body.decode(), object_pairs_hook=_pairs, parse_constant=_constant)
    except Unreadable:
        raise
    except RecursionError:
        raise Unkept(TOO_DEEP) from None
    except ValueError:
        raise Unreadable("Der Inhalt ist kein JSON in UTF-8.") from None
    _check(value, 0)
    return value


def media_type(header: str) -> str:
    """Return the media type of a Content-Type without its parameters, in small letters."""
    return header.partition(";")[0].strip().lower()


def allowed_methods(methods: Mapping[str, str]) -> str:
    """Return the value of `Allow` for the methods an address offers; HEAD goes with GET, OPTIONS with all."""
    return ", ".join(sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}))


def place(steps: Sequence[object]) -> str:
    """Return where in a request something is: `query.page`, `body.answers`. ninja names the body twice."""
    kept = steps[1:] if list(steps[:2]) == ["body", "body"] else steps
    return ".".join(str(step) for step in kept)
