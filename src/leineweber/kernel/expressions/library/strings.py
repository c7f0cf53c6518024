"""String functions (DMN 1.5, 10.3.4.3). Positions count code points from 1, from -1 backwards."""

from __future__ import annotations

from decimal import Decimal

from ..errors import Fault
from ..values import Run, Value
from . import patterns
from .registry import builtin


@builtin("substring", "string: string, start position: number, length?: number")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None) -> Value:
    """Return the part from a position on, of a length at least 1 if one is given."""
    position = int(start)
    if position == 0 or abs(position) > len(string):
        raise Fault("Die Anfangsstelle liegt außerhalb.", "The start position is outside.")
    begin = position - 1 if position > 0 else len(string) + position
    if length is None:
        return string[begin:]
    if int(length) < 1:
        raise Fault("Die Länge muss mindestens 1 sein.", "The length must be at least 1.")
    return string[begin : begin + int(length)]


@builtin("string length", "string: string")
def string_length(run: Run, string: str) -> Value:
    """Return the number of code points."""
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(run: Run, string: str) -> Value:
    """Return the string in capitals."""
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(run: Run, string: str) -> Value:
    """Return the string in small letters."""
    return string.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(run: Run, string: str, match: str) -> Value:
    """Return what stands before the first match; the empty string if there is none."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def substring_after(run: Run, string: str, match: str) -> Value:
    """Return what stands after the first match; the empty string if there is none."""
    if not match:
        return string
    return string.partition(match)[2]


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    """Return the string with every match of a regular expression replaced."""
    return patterns.replace(run, text, pattern, replacement, flags or "")


@builtin("contains", "string: string, match: string")
def contains(run: Run, string: str, match: str) -> Value:
    """Return whether the match stands in the string."""
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(run: Run, string: str, match: str) -> Value:
    """Return whether the string begins with the match."""
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(run: Run, string: str, match: str) -> Value:
    """Return whether the string ends with the match."""
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> Value:
    """Return whether a regular expression is found in the string."""
    return patterns.search(run, text, pattern, flags or "")


@builtin("split", "string: string, delimiter: string")
def split(run: Run, string: str, delimiter: str) -> Value:
    """Return the parts between the matches of a regular expression."""
    parts = patterns.split(run, string, delimiter)
    run.check_size(len(parts))
    return parts


@builtin("string join", "list: list, delimiter?: string?")
def string_join(run: Run, items: list[Value], delimiter: str | None) -> Value:
    """Return the strings of a list in one, nulls left out."""
    kept = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in kept):
        raise Fault("Die Liste darf nur Zeichenketten enthalten.", "The list may only hold strings.")
    run.check_text(sum(map(len, kept)) + len(kept) * len(delimiter or ""))
    return (delimiter or "").join(kept)
