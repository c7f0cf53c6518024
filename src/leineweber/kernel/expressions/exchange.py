"""FEEL's values as JSON and back: numbers exact, dates and durations as the text FEEL writes them."""

from __future__ import annotations

import json
from decimal import Decimal

from .errors import Fault
from .values import Value, into, literal, number_text, weigh


def read_json(text: str) -> Value:
    """Return FEEL's value of a JSON text; numbers are exact, a text stays a string.

    Raises:
        Fault: no JSON, or a number FEEL cannot hold.
    """
    try:
        raw = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Fault(f"Das ist kein JSON: {error}", f"This is no JSON: {error}") from error
    return into(raw)


def _no_number(text: str) -> Decimal:
    raise ValueError(text)


def json_text(value: Value, indent: int | None = None) -> str:
    """Return a value as JSON: what JSON has no kind for (dates, durations, ranges, functions) as its text.

    Raises LimitReached for a value that is too large or too deep.
    """
    weigh(value)
    return _json(value, indent, 0)


def _json(value: Value, indent: int | None, level: int) -> str:
    if value is None or isinstance(value, (bool, str, int)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, (list, dict)):
        left, right = ("[", "]") if isinstance(value, list) else ("{", "}")
        if not value:
            return left + right
        items = (
            [_json(item, indent, level + 1) for item in value]
            if isinstance(value, list)
            else [
                f"{json.dumps(key, ensure_ascii=False)}: {_json(item, indent, level + 1)}"
                for key, item in value.items()
            ]
        )
        if indent is None:
            return left + ", ".join(items) + right
        inner = "\n" + " " * (indent * (level + 1))
        return left + inner + f",{inner}".join(items) + "\n" + " " * (indent * level) + right
    return json.dumps(literal(value), ensure_ascii=False)
