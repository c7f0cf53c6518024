"""Regular expressions in the flavour of XPath (XQuery and XPath Functions 3.1, chapter 5.6), bounded in time.

The pattern is read and written anew for the `regex` package; whatever XPath does not know (look-around,
possessive quantifiers, back references into nothing) is refused, so a pattern means the same everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from ..errors import Fault, LimitReached
from ..values import Run

MAX_PATTERN = 2000
_SINGLE = set("nrt\\|.?*+(){}[]-^$")
_MULTI = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "i": r"[\p{L}\p{Nl}:_]",
    "I": r"[^\p{L}\p{Nl}:_]",
    "c": r"[\p{L}\p{Nl}\p{Nd}\p{M}:_.\-·]",
    "C": r"[^\p{L}\p{Nl}\p{Nd}\p{M}:_.\-·]",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
}
_QUANTITY = re.compile(r"\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\}")
_PROPERTY = re.compile(r"\{(?:Is([A-Za-z0-9-]+)|([A-Z][a-z]?))\}")


def _bad(pattern: str) -> Fault:
    return Fault(
        f"„{pattern}“ ist kein regulärer Ausdruck nach XPath.",
        f"“{pattern}” is no regular expression of XPath.",
    )


class _Translator:
    """Writes one pattern anew. `flags` are s, m, i, x, q."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.source = pattern
        self.text = _without_space(pattern) if "x" in flags else pattern
        self.flags = flags
        self.position = 0
        self.closed: list[bool] = []
        self.open: list[int | None] = []

    def fail(self) -> Fault:
        return _bad(self.source)

    def peek(self, ahead: int = 0) -> str:
        return self.text[self.position + ahead : self.position + ahead + 1]

    def run(self) -> str:
        """Return the pattern. Raises Fault."""
        parts: list[str] = []
        repeatable = False
        while self.position < len(self.text):
            char = self.peek()
            if char in "?*+" or char == "{":
                if not repeatable:
                    raise self.fail()
                parts.append(self.quantifier())
                repeatable = False
                continue
            repeatable = True
            self.position += 1
            if char == "(":
                parts.append(self.group())
                repeatable = False
            elif char == ")":
                if not self.open:
                    raise self.fail()
                group = self.open.pop()
                if group is not None:
                    self.closed[group] = True
                parts.append(")")
            elif char == "|":
                parts.append("|")
                repeatable = False
            elif char == "[":
                parts.append(self.char_class())
            elif char == "\\":
                parts.append(self.escape(False))
            elif char in "]}":
                raise self.fail()
            else:
                parts.append(self.plain(char))
        if self.open:
            raise self.fail()
        return "".join(parts)

    def plain(self, char: str) -> str:
        if char == ".":
            return "(?s:.)" if "s" in self.flags else r"[^\n\r]"
        if char == "^":
            return r"(?:(?<=\n)(?!\Z)|\A)" if "m" in self.flags else r"\A"
        if char == "$":
            return r"(?=\n|\Z)" if "m" in self.flags else r"\Z"
        return str(regex.escape(char))

    def quantifier(self) -> str:
        char = self.peek()
        if char == "{":
            found = _QUANTITY.match(self.text, self.position)
            if not found or (found[3] and int(found[1]) > int(found[3])):
                raise self.fail()
            text = found[0]
        else:
            text = char
        self.position += len(text)
        if self.peek() == "?":
            self.position += 1
            return text + "?"
        return text

    def group(self) -> str:
        if self.peek() == "?":
            if self.peek(1) != ":":
                raise self.fail()
            self.position += 2
            self.open.append(None)
            return "(?:"
        self.open.append(len(self.closed))
        self.closed.append(False)
        return "("

    def escape(self, in_class: bool) -> str:
        char = self.peek()
        self.position += 1
        if char in _SINGLE and char:
            return "\\" + char
        if char in _MULTI and char:
            return _MULTI[char]
        if char in ("p", "P"):
            found = _PROPERTY.match(self.text, self.position)
            if not found:
                raise self.fail()
            self.position = found.end()
            return rf"\{char}{{{'Block=' + found[1] if found[1] else found[2]}}}"
        if char.isdigit() and char.isascii() and char != "0" and not in_class:
            number = int(char)
            while self.peek().isdigit() and number * 10 + int(self.peek()) <= len(self.closed):
                number = number * 10 + int(self.peek())
                self.position += 1
            if number > len(self.closed) or not self.closed[number - 1]:
                raise self.fail()
            return rf"(?:\g<{number}>)"
        raise self.fail()

    def char_class(self) -> str:
        """Return a class after its opening bracket, with `-[…]` taken out of it."""
        negative = self.peek() == "^"
        self.position += negative
        parts: list[str] = []
        taken = ""
        while True:
            char = self.peek()
            self.position += 1
            if not char:
                raise self.fail()
            if char == "]":
                break
            if char == "-" and self.peek() == "[":
                self.position += 1
                taken = self.char_class()
                if self.peek() != "]":
                    raise self.fail()
                self.position += 1
                break
            parts.append(self.member(char, not parts))
        if not parts:
            raise self.fail()
        inner = f"[{'^' if negative else ''}{''.join(parts)}]"
        return f"[{inner}--{taken}]" if taken else inner

    def member(self, char: str, first: bool) -> str:
        if char == "[":
            raise self.fail()
        if char == "\\":
            low = self.escape(True)
            if low.startswith("[") or low[1:2] in ("p", "P"):
                return low
        elif char == "-" and not first and self.peek() != "]":
            raise self.fail()
        else:
            low = regex.escape(char) if char.isalnum() else "\\" + char
        if self.peek() != "-" or self.peek(1) in ("]", "[", ""):
            return low
        self.position += 1
        high = self.peek()
        self.position += 1
        if high == "\\":
            high = self.escape(True)
            if high.startswith("[") or high[1:2] in ("p", "P"):
                raise self.fail()
        elif high == "-":
            raise self.fail()
        elif not high.isalnum():
            high = "\\" + high
        return f"{low}-{high}"


def _without_space(pattern: str) -> str:
    """Return a pattern of the flag x without the white space outside classes."""
    kept: list[str] = []
    depth, escaped = 0, False
    for char in pattern:
        if char in " \t\n\r" and not depth:
            continue
        kept.append(char)
        if escaped:
            escaped = False
            continue
        escaped = char == "\\"
        depth += (char == "[") - (char == "]" and depth > 0)
    return "".join(kept)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if len(pattern) > MAX_PATTERN or any(flag not in "smixq" for flag in flags):
        raise _bad(pattern if len(pattern) <= MAX_PATTERN else pattern[:40] + "…")
    text = regex.escape(pattern) if "q" in flags else _Translator(pattern, flags).run()
    try:
        return regex.compile(text, regex.V1 | (regex.IGNORECASE if "i" in flags else 0))
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise _bad(pattern) from error


def _late(run: Run) -> LimitReached:
    return LimitReached(
        f"Der reguläre Ausdruck brauchte länger als {run.limits.pattern_seconds:g} Sekunden.",
        f"The regular expression took longer than {run.limits.pattern_seconds:g} seconds.",
    )


def search(run: Run, text: str, pattern: str, flags: str) -> bool:
    """Return whether the pattern is found anywhere in the text. Raises Fault for a bad pattern or flag."""
    try:
        return _compiled(pattern, flags).search(text, timeout=run.limits.pattern_seconds) is not None
    except TimeoutError as error:
        raise _late(run) from error


def split(run: Run, text: str, pattern: str) -> list[str]:
    """Return the parts of the text between the matches. Raises Fault for a pattern that matches nothing at all."""
    compiled = _splitting(pattern, "")
    try:
        parts: list[str] = []
        start = 0
        for found in compiled.finditer(text, timeout=run.limits.pattern_seconds):
            parts.append(text[start : found.start()])
            start = found.end()
        return [*parts, text[start:]]
    except TimeoutError as error:
        raise _late(run) from error


def replace(run: Run, text: str, pattern: str, replacement: str, flags: str) -> str:
    """Return the text with every match replaced; `$1` is a group, `\\$` a dollar. Raises Fault."""
    compiled = _splitting(pattern, flags)
    parts = [replacement] if "q" in flags else _replacement(replacement, compiled.groups)

    length = 0

    def put(found: regex.Match[str]) -> str:
        nonlocal length
        new = "".join(part if isinstance(part, str) else found[part] or "" for part in parts)
        length += len(new)
        run.check_text(length)
        return new

    try:
        result = compiled.sub(put, text, timeout=run.limits.pattern_seconds)
    except TimeoutError as error:
        raise _late(run) from error
    run.check_text(len(result))
    return str(result)


def _splitting(pattern: str, flags: str) -> regex.Pattern[str]:
    compiled = _compiled(pattern, flags)
    if compiled.match(""):
        raise Fault(
            "Der reguläre Ausdruck trifft auch auf nichts zu.", "The pattern matches the empty string."
        )
    return compiled


def _replacement(text: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        char = text[position]
        following = text[position + 1 : position + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                raise _bad(text)
            parts.append(following)
            position += 2
        elif char == "$":
            if not (following.isdigit() and following.isascii()):
                raise _bad(text)
            number = int(following)
            position += 2
            while text[position : position + 1].isdigit() and number * 10 + int(text[position]) <= groups:
                number = number * 10 + int(text[position])
                position += 1
            if number <= groups:
                parts.append(number)
        else:
            parts.append(char)
            position += 1
    return parts
