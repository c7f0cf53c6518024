"""The syntax tree of FEEL: immutable, comparable, every node knowing its place (line, column) in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; `at` is its place in the text and no part of its identity."""

    at: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean, null or `@"…"` literal."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A reference to a variable or function."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`target.name`"""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`target[condition]`"""

    target: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`callee(args)`"""

    callee: Node
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NamedCall(Node):
    """`callee(name: arg, …)`"""

    callee: Node
    args: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then positive else negative`"""

    condition: Node
    positive: Node
    negative: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in domain` or `name in domain..end`"""

    name: str
    domain: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterators return body`"""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some|every iterators satisfies body`"""

    every: bool
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """A type as written: `name` with dots, or list/range/context/function with what is inside the brackets."""

    name: str
    parts: tuple[tuple[str, TypeNode], ...] = ()
    result: TypeNode | None = None
    generic: bool = False


@dataclass(frozen=True, slots=True)
class FunctionDef(Node):
    """`function(params) body`; `external` marks a foreign function, which is never run."""

    params: tuple[tuple[str, TypeNode | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    """`{key: value, …}`"""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    """`[item, …]`"""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """`[low..high]` with open or closed ends"""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-operand`"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Step(Node):
    """One further operation of a chain of arithmetic: `operator operand`"""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """A chain of operations of one precedence, from left to right: `first + a - b …`"""

    first: Node
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and …` or `a or b or …`"""

    operator: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left operator right` with one of = != < <= > >="""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`"""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class OpTest(Node):
    """`< 5`, `= "x"` and so on: a test of a value that is not named"""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, …)`"""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`"""

    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """What stands in a cell of a decision table; no tests at all means any value (`-`)."""

    tests: tuple[Node, ...]
    negated: bool = False


def paths(node: object) -> Iterable[tuple[str, ...]]:
    """Yield every chain of names that a tree reads, as long as it is written: `a.b.c` as ("a", "b", "c")."""
    names: list[str] = []
    target = node
    while isinstance(target, Path):
        names.append(target.name)
        target = target.target
    if isinstance(target, Name):
        yield (target.name, *reversed(names))
    elif isinstance(target, tuple):
        for part in target:
            yield from paths(part)
    elif isinstance(target, Node):
        for part in fields(target):
            yield from paths(getattr(target, part.name))
