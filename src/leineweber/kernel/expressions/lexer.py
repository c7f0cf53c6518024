"""Text to tokens: the part of FEEL's grammar that depends on which names are in scope.

A name may hold spaces, operators and even keywords (`Student's name`, `date and time`); it is recognised
because it is known: given from outside, built in, or declared earlier in the same text (a context entry, a
parameter, a loop variable). Words that stand side by side and are no keywords are one name in any case,
because two operands never follow each other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lark import Token

from .errors import FeelError

_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_SPACE = r"\s\u0085\u180e\u200b\ufeff"
_WORD = re.compile(f"[{_START}][{_PART}]*")
_PART_RE = re.compile(f"[{_PART}]")
_PIECE = re.compile(f"[{_PART}]+|[^{_SPACE}]")
_SKIP = re.compile(rf"(?:[{_SPACE}]+|//[^\n\r]*)+")
_BLANK = re.compile(rf"[{_SPACE}]+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_RUN = re.compile(rf"[{_START}][^:{{}}\[\]()\",]*")
_TYPE_RUN = re.compile(rf"[{_START}][^:{{}}\[\]()\",<>]*")
_IN = re.compile(rf"[{_SPACE}]in(?![{_PART}])")
_TYPE_OPEN = re.compile(rf"(list|range|context|function)[{_SPACE}]*<")
_EMPTY_CALL = re.compile(rf"[{_SPACE}]*\(")

_KEYWORDS = {
    "if": "IF",
    "then": "THEN",
    "else": "ELSE",
    "for": "FOR",
    "in": "IN",
    "return": "RETURN",
    "some": "SOME",
    "every": "EVERY",
    "satisfies": "SATISFIES",
    "and": "AND",
    "or": "OR",
    "between": "BETWEEN",
    "function": "FUNCTION",
    "external": "EXTERNAL",
    "null": "NULL",
    "true": "TRUE",
    "false": "FALSE",
}
_SYMBOLS = {
    "..": "DOTDOT",
    "->": "ARROW",
    "**": "POW",
    "!=": "NE",
    "<=": "LE",
    ">=": "GE",
    "=": "EQ",
    "<": "LT",
    ">": "GT",
    "+": "PLUS",
    "-": "MINUS",
    "–": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "(": "LPAR",
    ")": "RPAR",
    "{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
}
_OPERAND_END = frozenset(
    ("NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "NAME", "RPAR", "RBRACK", "RBRACE", "RCLOSE", "TGT")
)
_TYPE_BEFORE = frozenset(("INSTANCE_OF", "TLIST", "TRANGE", "TFUNCTION", "ARROW"))
_TYPE_PLACES = frozenset((("COMMA", "<"), ("COLON", "{<"), ("COLON", "params")))
_AFTER_RANGE = frozenset(("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"))


def normalise(name: str) -> str:
    """Return a name with its pieces in one spelling: single spaces between words, none around operators."""
    pieces = _PIECE.findall(name)
    text = ""
    for piece in pieces:
        joined = text and _PART_RE.match(text[-1]) and _PART_RE.match(piece[0])
        text += f" {piece}" if joined else piece
    return text


def _trimmed(text: str) -> str:
    return text.rstrip().rstrip("\u180e\u200b\ufeff").rstrip()


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a name's pattern, made when its first word turns up: most names never do."""
    return re.compile(pattern)


class Names:
    """Known names that are more than one word, found by their first word."""

    __slots__ = ("_by_word",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_word: dict[str, list[tuple[str, str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known; a simple word needs no entry."""
        pieces = _PIECE.findall(name)
        if len(pieces) < 2:
            return
        pattern = re.escape(pieces[0])
        for before, piece in pairwise(pieces):
            between = _PART_RE.match(before[-1]) and _PART_RE.match(piece[0])
            pattern += rf"[{_SPACE}]{'+' if between else '*'}" + re.escape(piece)
        if _PART_RE.match(pieces[-1][-1]):
            pattern += f"(?![{_PART}])"
        entries = self._by_word.setdefault(pieces[0], [])
        entries.append((pattern, normalise(name)))

    def match(self, text: str, position: int, word: str) -> tuple[int, str] | None:
        """Return (end, name) of the longest known name that begins here with this word."""
        best: tuple[int, str] | None = None
        for pattern, name in self._by_word.get(word, ()):
            found = _compiled(pattern).match(text, position)
            if found and (best is None or found.end() > best[0]):
                best = (found.end(), name)
        return best


@dataclass(slots=True)
class _Frame:
    kind: str
    names: Names | None = None
    dots: bool = False


@dataclass(slots=True)
class Lexer:
    """One pass over a text.

    Attributes:
        text: the expression.
        known: names given from outside that are more than one word.
        members: such names that may follow a dot or stand in a filter.
        unary: whether a leading `not(` is the negation of unary tests.
        depth: how deeply brackets may nest.
    """

    text: str
    known: Collection[Names]
    members: Names
    unary: bool = False
    depth: int = 150
    tokens: list[Token] = field(default_factory=list)
    _frames: list[_Frame] = field(default_factory=lambda: [_Frame("")])
    _lines: list[int] = field(default_factory=list)
    _seen: Names = field(default_factory=Names)
    _body: int = -1

    def place(self, position: int) -> tuple[int, int]:
        """Return (line, column) of a position, both from 1."""
        line = bisect_right(self._lines, position)
        return line, position - self._lines[line - 1] + 1

    def fail(self, position: int, de: str, en: str) -> FeelError:
        """Return the error for a position."""
        return FeelError(*self.place(position), de, en)

    def run(self) -> list[Token]:
        """Return the tokens. Raises FeelError for a character or string that cannot be read."""
        text = self.text
        self._lines = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
        position, end = 0, len(text)
        while True:
            position = self._skip(position)
            if position >= end:
                return self.tokens
            position = self._token(position)

    def _skip(self, position: int) -> int:
        """Return where the next token begins, after white space and comments."""
        while True:
            found = _SKIP.match(self.text, position)
            position = found.end() if found else position
            if not self.text.startswith("/*", position):
                return position
            end = self.text.find("*/", position + 2)
            if end < 0:
                raise self.fail(position, "Der Kommentar hat kein Ende.", "The comment has no end.")
            position = end + 2

    def _add(self, kind: str, value: str, position: int, end: int) -> int:
        line, column = self.place(position)
        self.tokens.append(Token(kind, value, position, line, column))
        return end

    def _push(self, kind: str, position: int) -> None:
        if len(self._frames) > self.depth:
            raise self.fail(
                position,
                f"Der Ausdruck ist zu tief verschachtelt (mehr als {self.depth} Ebenen).",
                f"The expression is nested too deeply (more than {self.depth} levels).",
            )
        self._frames.append(_Frame(kind))

    def _pop(self) -> None:
        while len(self._frames) > 1 and self._frames.pop().kind == "iter":
            pass

    def _declare(self, name: str, frame: _Frame) -> None:
        if frame.names is None:
            frame.names = Names()
        frame.names.add(name)

    def _before(self) -> str:
        """Return the kind of the last token; none after the parameters of a function, where its body begins."""
        return self.tokens[-1].type if self.tokens and len(self.tokens) != self._body else ""

    def _token(self, position: int) -> int:
        text, before, frame = self.text, self._before(), self._frames[-1]
        char = text[position]
        if char == '"':
            return self._string(position, before, frame)
        if char == "@":
            found = _STRING.match(text, position + 1)
            if not found:
                raise self.fail(
                    position, 'Nach „@“ folgt ein Text in "…".', 'After “@” a text in "…" is expected.'
                )
            return self._add("AT", "@" + found[0], position, found.end())
        if (char.isdigit() and char.isascii()) or (
            char == "." and text[position + 1 : position + 2].isdigit()
        ):
            found = _NUMBER.match(text, position)
            if found and not (char == "." and before in _OPERAND_END):
                return self._add("NUMBER", found[0], position, found.end())
        word = _WORD.match(text, position)
        if word:
            return self._word(position, word[0], before, frame)
        return self._symbol(position, char, before, frame)

    def _string(self, position: int, before: str, frame: _Frame) -> int:
        found = _STRING.match(self.text, position)
        if not found:
            raise self.fail(position, "Die Zeichenkette hat kein Ende.", "The string has no end.")
        if frame.kind == "{" and before in ("LBRACE", "COMMA"):
            return self._add("KEY", found[0], position, found.end())
        return self._add("STRING", found[0], position, found.end())

    # --- names ----------------------------------------------------------------------------------------

    def _word(self, position: int, word: str, before: str, frame: _Frame) -> int:
        text = self.text
        declared = self._declaration(position, before, frame)
        if declared:
            return declared
        if before in _TYPE_BEFORE or (before, frame.kind) in _TYPE_PLACES:
            opened = _TYPE_OPEN.match(text, position)
            if opened:
                self._push("{<" if opened[1] == "context" else "<", position)
                return self._add("T" + opened[1].upper(), opened[0], position, opened.end())
            if word in _KEYWORDS:
                return self._add("NAME", word, position, position + len(word))
        if self.unary and not self.tokens and word == "not" and _EMPTY_CALL.match(text, position + 3):
            return self._add("NOT", word, position, position + 3)
        known = self._known(position, word, before)
        merged = self._merge(position + len(word)) if word not in _KEYWORDS else position + len(word)
        if known and known[0] >= merged:
            return self._add("NAME", known[1], position, known[0])
        if word in _KEYWORDS:
            return self._keyword(word, position)
        if word == "instance":
            of = re.compile(rf"instance[{_SPACE}]+of(?![{_PART}])").match(text, position)
            if of and before in _OPERAND_END:
                return self._add("INSTANCE_OF", of[0], position, of.end())
        return self._add("NAME", normalise(text[position:merged]), position, merged)

    def _declaration(self, position: int, before: str, frame: _Frame) -> int | None:
        """Read a name where one is introduced: context key, loop variable, parameter, named argument."""
        if before not in ("LBRACE", "COMMA", "FOR", "SOME", "EVERY", "LPAR", "TCONTEXT"):
            return None
        if frame.kind == "{" and before in ("LBRACE", "COMMA"):
            end = self._name_end(_RUN, position, ":")
            if end:
                self._declare(self.text[position:end], frame)
                self._seen.add(self.text[position:end])
                return self._name("KEY", position, end)
        elif frame.kind == "{<" and before in ("TCONTEXT", "COMMA"):
            end = self._name_end(_TYPE_RUN, position, ":")
            if end:
                return self._name("KEY", position, end)
        elif frame.kind == "iter" and before in ("FOR", "SOME", "EVERY", "COMMA"):
            run = _RUN.match(self.text, position)
            word = _IN.search(self.text, position, run.end() + 1) if run else None
            if word:
                end = position + len(_trimmed(self.text[position : word.start()]))
                self._declare(self.text[position:end], self._frames[-2])
                return self._name("VAR", position, end)
        elif frame.kind == "params":
            end = self._name_end(_RUN, position, ":,)")
            if end:
                self._declare(self.text[position:end], self._frames[-2])
                return self._name("VAR", position, end)
        elif frame.kind == "call":
            end = self._name_end(_TYPE_RUN, position, ":")
            if end:
                return self._name("PARAM", position, end)
        return None

    def _name(self, kind: str, position: int, end: int) -> int:
        return self._add(kind, normalise(self.text[position:end]), position, end)

    def _name_end(self, pattern: re.Pattern[str], position: int, followers: str) -> int | None:
        """Return where a name ends that is followed by one of these characters; None if it is not."""
        found = pattern.match(self.text, position)
        if not found or self.text[found.end() : found.end() + 1] not in tuple(followers):
            return None
        return position + len(_trimmed(found[0]))

    def _known(self, position: int, word: str, before: str) -> tuple[int, str] | None:
        candidates: list[Names] = []
        if before == "DOT":
            candidates += [self.members, self._seen]
        else:
            candidates += [frame.names for frame in self._frames if frame.names is not None]
            candidates += self.known
            if any(frame.kind == "filter" for frame in self._frames):
                candidates += [self.members, self._seen]
        matches = [found for names in candidates if (found := names.match(self.text, position, word))]
        return max(matches, default=None, key=lambda found: found[0])

    def _merge(self, position: int) -> int:
        """Return where the name ends whose first word ends here, taking in following words that are no keyword."""
        text = self.text
        while True:
            blank = _BLANK.match(text, position)
            word = _WORD.match(text, blank.end()) if blank else None
            if word is None or word[0] in _KEYWORDS:
                return position
            if word[0] == "instance" and re.match(rf"[{_SPACE}]+of(?![{_PART}])", text[word.end() :]):
                return position
            position = word.end()

    def _keyword(self, word: str, position: int) -> int:
        kind = _KEYWORDS[word]
        if kind in ("FOR", "SOME", "EVERY"):
            self._push("iter", position)
        elif kind in ("RETURN", "SATISFIES") and self._frames[-1].kind == "iter":
            self._frames.pop()
        return self._add(kind, word, position, position + len(word))

    # --- symbols --------------------------------------------------------------------------------------

    def _symbol(self, position: int, char: str, before: str, frame: _Frame) -> int:
        text = self.text
        if char == "[":
            return self._open_bracket(position, before, frame)
        if char == "]":
            if before in _OPERAND_END or before == "LBRACK":
                self._pop()
                return self._add("RBRACK", char, position, position + 1)
            self._push("[", position)
            return self._add("ROPEN", char, position, position + 1)
        if char == ">" and frame.kind in ("<", "{<"):
            self._pop()
            return self._add("TGT", char, position, position + 1)
        pair = text[position : position + 2]
        symbol = pair if pair in _SYMBOLS else char
        kind = _SYMBOLS.get(symbol)
        if kind is None:
            raise self.fail(
                position, f"Das Zeichen „{char}“ ist hier nicht möglich.", f"“{char}” is not possible here."
            )
        if kind == "LPAR":
            call = before in _OPERAND_END
            self._push("params" if before == "FUNCTION" else "call" if call else "(", position)
        elif kind == "LBRACE":
            self._push("{", position)
        elif kind in ("RPAR", "RBRACE"):
            if frame.kind == "params":
                self._body = len(self.tokens) + 1
            self._pop()
        elif kind == "DOTDOT":
            frame.dots = True
        return self._add(kind, symbol, position, position + len(symbol))

    def _open_bracket(self, position: int, before: str, frame: _Frame) -> int:
        if before not in _OPERAND_END:
            self._push("[", position)
            return self._add("LBRACK", "[", position, position + 1)
        if (
            frame.dots
            and frame.kind in ("[", "(", "call", "filter")
            and not self._operand_follows(position + 1)
        ):
            self._pop()
            return self._add("RCLOSE", "[", position, position + 1)
        self._push("filter", position)
        return self._add("FILTER", "[", position, position + 1)

    def _operand_follows(self, position: int) -> bool:
        position = self._skip(position)
        word = _WORD.match(self.text, position)
        if word:
            return word[0] not in _AFTER_RANGE
        char = self.text[position : position + 1]
        return char != "" and (char.isdigit() or char in '"@([{-.')
