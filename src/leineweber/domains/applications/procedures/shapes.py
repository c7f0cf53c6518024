"""Shapes: what may stand where in the text files of a package. Pure; every problem is told with its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]{0,59}"


def dotted(path: Path) -> str:
    """Return a path as authors read it: `letters.receipt.title`, `eintrag[2]`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _subject(path: Path) -> str:
    return f"Die Angabe {dotted(path)}" if path else "Die Datei"


class Shape:
    """What a value must look like."""

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong with a value, with its path."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Shape):
    """A text of bounded length; `pattern` must match the whole of it, `form` says so in words."""

    most: int = 300
    pattern: str = ""
    form: str = ""
    blank: bool = False

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if isinstance(value, bool | int | Decimal):
            yield path, f"{_subject(path)} ist ein Text und steht in Anführungszeichen."
        elif not isinstance(value, str) or not (self.blank or value.strip()):
            yield path, f"{_subject(path)} ist kein Text oder leer."
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield path, f"{_subject(path)} hat nicht die Form {self.form or self.pattern}."
        elif len(value) > self.most:
            yield path, f"{_subject(path)} ist länger als {self.most} Zeichen."


@dataclass(frozen=True)
class Choice(Shape):
    """One of some words."""

    words: tuple[str, ...]

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, str) or value not in self.words:
            yield path, f"{_subject(path)} ist keines von: {', '.join(self.words)}."


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number within bounds."""

    least: int
    most: int

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            yield path, f"{_subject(path)} ist keine ganze Zahl von {self.least} bis {self.most}."


class Flag(Shape):
    """True or false."""

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, bool):
            yield path, f"{_subject(path)} ist weder true noch false."


@dataclass(frozen=True)
class Listing(Shape):
    """A list of values of one shape."""

    of: Shape
    least: int = 0
    most: int = 2000

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, list):
            yield path, f"{_subject(path)} ist keine Liste."
        elif not self.least <= len(value) <= self.most:
            yield path, f"{_subject(path)} hat nicht {self.least} bis {self.most} Einträge."
        else:
            for number, item in enumerate(value):
                yield from self.of.problems(item, (*path, number))


@dataclass(frozen=True)
class Table(Shape):
    """A mapping whose names the author chooses; they match `key`."""

    of: Shape
    key: str = IDENTIFIER
    most: int = 500

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, Mapping):
            yield path, f"{_subject(path)} ist keine Zuordnung."
        elif len(value) > self.most:
            yield path, f"{_subject(path)} hat mehr als {self.most} Einträge."
        else:
            for name, item in value.items():
                if not re.fullmatch(self.key, name):
                    yield (*path, name), f"{dotted((*path, name))}: Der Name hat nicht die Form {self.key}."
                yield from self.of.problems(item, (*path, name))


@dataclass(frozen=True)
class Record(Shape):
    """A mapping whose names are given; any other is refused, so that a slip of the pen is found."""

    needed: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, Mapping):
            yield path, f"{_subject(path)} ist keine Zuordnung."
            return
        for name, shape in self.needed.items():
            if value.get(name) is None:
                yield (*path, name), f"Die Angabe {dotted((*path, name))} fehlt."
            else:
                yield from shape.problems(value[name], (*path, name))
        for name, item in value.items():
            if name in self.needed:
                continue
            if name not in self.optional:
                yield (*path, name), f"Die Angabe {dotted((*path, name))} ist nicht vorgesehen."
            elif item is not None:
                yield from self.optional[name].problems(item, (*path, name))


class Anything(Shape):
    """Any plain value."""

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield nothing."""
        yield from ()


@dataclass(frozen=True)
class Tree(Shape):
    """Any plain values; the top is a mapping. Without `decimals` it can be kept as JSON."""

    most: int = 4000
    decimals: bool = True

    def problems(self, value: Any, path: Path = ()) -> Iterator[Problem]:
        """Yield what is wrong."""
        if not isinstance(value, Mapping):
            yield path, f"{_subject(path)} ist keine Zuordnung."
        else:
            yield from self._inner(value, path)

    def _inner(self, value: Any, path: Path) -> Iterator[Problem]:
        if isinstance(value, Mapping):
            for name, item in value.items():
                yield from self._inner(item, (*path, name))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self._inner(item, (*path, number))
        elif isinstance(value, str) and len(value) > self.most:
            yield path, f"{_subject(path)} ist länger als {self.most} Zeichen."
        elif isinstance(value, Decimal) and not self.decimals:
            yield path, f"{_subject(path)} ist ein Text und steht in Anführungszeichen."
