"""YAML read narrowly: mappings, lists and plain values, each with its line, and nothing that can be made to swell.

A package is written by many hands. Anchors, aliases, tags and merge keys are refused (a few lines of them fill any
memory), and so is what is written twice. Values follow the core schema of YAML 1.2 without its surprises: `no`, `on`
and `07:30` are texts, `true`, `false` and `null` are what they say, a number with a point is a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

DEPTH_LIMIT = 20
NODE_LIMIT = 100_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?\d{1,18}\Z")
_DECIMAL = re.compile(r"[-+]?\d{1,15}\.\d{1,15}\Z")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]


class PlainYamlError(ValueError):
    """A text was refused; `line` is where, `reason` is German."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Zeile {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PlainYaml:
    """What a file says, and on which line each part begins, by path."""

    content: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of a path, or of what it would be in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Builder:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {}
        self.nodes = 0

    def document(self) -> Any:
        content: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise PlainYamlError(_line(event), "Die Datei enthält mehr als ein Dokument.")
            elif isinstance(event, yaml.NodeEvent):
                content = self.node(event, ())
        return content

    def node(self, event: yaml.Event, path: Path) -> Any:
        line = _line(event)
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise PlainYamlError(line, f"Die Datei enthält mehr als {NODE_LIMIT} Angaben.")
        if len(path) > DEPTH_LIMIT:
            raise PlainYamlError(line, f"Die Datei ist tiefer als {DEPTH_LIMIT} Ebenen verschachtelt.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise PlainYamlError(line, "Anker und Verweise (& und *) sind nicht erlaubt.")
        if getattr(event, "tag", None) is not None:
            raise PlainYamlError(line, "Typangaben mit ! sind nicht erlaubt.")
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return _scalar(event)

    def mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise PlainYamlError(line, "Vor dem Doppelpunkt steht ein einfaches Wort.")
            key = str(event.value)
            if key in found:
                raise PlainYamlError(line, f"Die Angabe {key} steht doppelt.")
            self.lines[(*path, key)] = line
            found[key] = self.node(next(self.events), (*path, key))
        return found

    def sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self.node(event, (*path, len(found))))
        return found


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1


def _scalar(event: yaml.Event) -> Any:
    text = str(getattr(event, "value", ""))
    if getattr(event, "style", None):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text) and not re.match(r"[-+]?0\d", text):
        return int(text)
    return Decimal(text) if _DECIMAL.match(text) else text


def load(text: str) -> PlainYaml:
    """Return what a YAML text says.

    Raises:
        PlainYamlError: it is no YAML, or more than the plain part of it.
    """
    try:
        builder = _Builder(yaml.parse(text, Loader=_LOADER))
        return PlainYaml(builder.document(), builder.lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        raise PlainYamlError(line, "Die Datei ist kein gültiges YAML.") from error
