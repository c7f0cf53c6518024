"""Names in the expressions of a package: a path that leads nowhere is found before it is null. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from leineweber.kernel.expressions import Expression, nodes

Known = Mapping[str, Any]
"""What a name holds: its entries, again with what they hold; None where anything may be."""


def tree_of(paths: Iterable[str]) -> dict[str, Any]:
    """Return dotted paths as a tree; what stands at the end of one is open."""
    tree: dict[str, Any] = {}
    for path in paths:
        *above, last = path.split(".")
        place = tree
        for step in above:
            inner = place.get(step)
            if inner is None:
                inner = place[step] = {}
            place = inner
        place.setdefault(last, None)
    return tree


def shape_of(value: Any) -> Any:
    """Return the tree of plain values: the entries of mappings; anything else is open."""
    return {name: shape_of(item) for name, item in value.items()} if isinstance(value, Mapping) else None


def wrong_paths(expression: Expression, known: Known) -> Iterator[tuple[str, nodes.Place]]:
    """Yield paths that begin at a known name and leave what it holds, each with its place in the text."""
    bound = frozenset(_bound(expression.node))
    for chain in _chains(expression.node):
        (root, _), *steps = chain
        if root in bound or root not in known:
            continue
        place: Any = known[root]
        walked = root
        for name, at in steps:
            walked += f".{name}"
            if place is None:
                break
            if name not in place:
                yield walked, at
                break
            place = place[name]


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield the nodes directly below one."""
    pending = [getattr(node, field.name) for field in fields(node)]
    while pending:
        item = pending.pop()
        if isinstance(item, nodes.Node):
            yield item
        elif isinstance(item, tuple):
            pending.extend(item)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        pending.extend(_parts(one))


def _bound(node: nodes.Node) -> Iterator[str]:
    """Yield the names that the expression itself gives a value."""
    for one in _all(node):
        if isinstance(one, nodes.Iterator):
            yield one.name
        elif isinstance(one, nodes.FunctionDef):
            yield from (name for name, _ in one.params)
        elif isinstance(one, nodes.ContextNode):
            yield from (name for name, _ in one.entries)


def _chains(node: nodes.Node) -> Iterator[list[tuple[str, nodes.Place]]]:
    """Yield the longest paths `a.b.c` that begin at a name."""
    pending = [node]
    while pending:
        one = pending.pop()
        steps: list[tuple[str, nodes.Place]] = []
        inner = one
        while isinstance(inner, nodes.Path):
            steps.append((inner.name, inner.at))
            inner = inner.target
        if steps and isinstance(inner, nodes.Name):
            yield [(inner.name, inner.at), *reversed(steps)]
        elif steps:
            pending.append(inner)
        else:
            pending.extend(_parts(one))
