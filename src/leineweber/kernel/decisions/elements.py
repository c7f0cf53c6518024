"""The elements of a decision requirements graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from leineweber.kernel.expressions import ANY, Type, Value

Logic = Callable[[dict[str, Value], Any], Value]
"""Logic of an element: from the values of names and the evaluation to a value."""


@dataclass(slots=True, eq=False)
class Element:
    """Something with an id and a name; two elements are the same only by identity."""

    id: str
    name: str
    line: int
    type: Type = ANY


@dataclass(frozen=True, slots=True)
class Requirement:
    """A required element and the name it has for the one that requires it (with imports before it)."""

    element: Element
    path: tuple[str, ...]


@dataclass(slots=True, eq=False)
class InputData(Element):
    """What has to be given."""


@dataclass(slots=True, eq=False)
class Decision(Element):
    """What is decided. `question` and `answers` are the texts of the model."""

    requirements: list[Requirement] = field(default_factory=list)
    logic: Logic | None = None
    question: str = ""
    answers: str = ""


@dataclass(slots=True, eq=False)
class Knowledge(Element):
    """A business knowledge model: a function that decisions share."""

    requirements: list[Requirement] = field(default_factory=list)
    function: Logic | None = None


@dataclass(slots=True, eq=False)
class Service(Element):
    """A decision service: some decisions to be had as one function."""

    inputs: list[InputData | Decision] = field(default_factory=list)
    outputs: list[Decision] = field(default_factory=list)
