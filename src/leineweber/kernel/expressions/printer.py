"""Syntax tree to text: what it prints, parsed again, is the same tree."""

from __future__ import annotations

from decimal import Decimal

from . import nodes
from .nodes import Node
from .values import literal, quote

_OPEN, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _UNARY, _INSTANCE, _POSTFIX = range(10)
_CHAIN = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def print_node(node: Node) -> str:
    """Return a syntax tree (or unary tests) as text of FEEL."""
    if isinstance(node, nodes.UnaryTests):
        if not node.tests:
            return "-"
        tests = ", ".join(_test(test) for test in node.tests)
        return f"not({tests})" if node.negated else tests
    return _text(node, _OPEN)


def print_tests(node: Node) -> tuple[str, ...]:
    """Return each of some unary tests as text of its own; none for `-`."""
    return tuple(_test(test) for test in node.tests) if isinstance(node, nodes.UnaryTests) else ()


def _test(node: Node) -> str:
    return _op_test(node) if isinstance(node, nodes.OpTest) else _text(node, _OPEN)


def _op_test(node: nodes.OpTest) -> str:
    return f"{node.operator} {_text(node.operand, _ADD)}"


def _text(node: Node, level: int) -> str:
    """Return the text of a node, in parentheses if it binds less than the level asks for."""
    text, own = _plain(node)
    return f"({text})" if own < level else text


def _plain(node: Node) -> tuple[str, int]:
    match node:
        case nodes.Literal():
            return _literal(node)
        case nodes.Name():
            return node.name, _POSTFIX
        case nodes.Path():
            return f"{_text(node.target, _POSTFIX)}.{node.name}", _POSTFIX
        case nodes.Filter():
            return f"{_text(node.target, _POSTFIX)}[{_text(node.condition, _OPEN)}]", _POSTFIX
        case nodes.Call():
            return f"{_text(node.callee, _POSTFIX)}({_joined(node.args)})", _POSTFIX
        case nodes.NamedCall():
            args = ", ".join(f"{name}: {_text(arg, _OPEN)}" for name, arg in node.args)
            return f"{_text(node.callee, _POSTFIX)}({args})", _POSTFIX
        case nodes.ListNode():
            return f"[{_joined(node.items)}]", _POSTFIX
        case nodes.ContextNode():
            entries = ", ".join(f"{quote(key)}: {_text(value, _OPEN)}" for key, value in node.entries)
            return f"{{{entries}}}", _POSTFIX
        case nodes.RangeNode():
            left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
            return f"{left}{_text(node.low, _OPEN)} .. {_text(node.high, _OPEN)}{right}", _POSTFIX
        case nodes.OpTest():
            return f"({_op_test(node)})", _POSTFIX
        case nodes.InstanceOf():
            return f"{_text(node.value, _INSTANCE)} instance of {_type(node.type)}", _INSTANCE
        case nodes.Negate():
            return f"-{_text(node.operand, _UNARY)}", _UNARY
        case nodes.Arithmetic():
            own = _CHAIN[node.steps[0].operator]
            steps = "".join(f" {step.operator} {_text(step.operand, own + 1)}" for step in node.steps)
            return f"{_text(node.first, own + 1)}{steps}", own
        case nodes.Logic():
            own = _OR if node.operator == "or" else _AND
            return f" {node.operator} ".join(_text(item, own + 1) for item in node.items), own
        case nodes.Compare():
            return f"{_text(node.left, _COMPARE)} {node.operator} {_text(node.right, _ADD)}", _COMPARE
        case nodes.Between():
            low, high = _text(node.low, _ADD), _text(node.high, _ADD)
            return f"{_text(node.value, _COMPARE)} between {low} and {high}", _COMPARE
        case nodes.In():
            return f"{_text(node.value, _COMPARE)} in {_tests(node)}", _COMPARE
        case _:
            return _open(node), _OPEN


def _tests(node: nodes.In) -> str:
    if len(node.tests) > 1:
        return f"({', '.join(_test(test) for test in node.tests)})"
    only = node.tests[0]
    return _op_test(only) if isinstance(only, nodes.OpTest) else _text(only, _ADD)


def _open(node: Node) -> str:
    match node:
        case nodes.If():
            condition, positive = _text(node.condition, _OPEN), _text(node.positive, _OPEN)
            return f"if {condition} then {positive} else {_text(node.negative, _OPEN)}"
        case nodes.For():
            return f"for {_iterators(node.iterators)} return {_text(node.body, _OPEN)}"
        case nodes.Quantified():
            word = "every" if node.every else "some"
            return f"{word} {_iterators(node.iterators)} satisfies {_text(node.body, _OPEN)}"
        case nodes.FunctionDef():
            params = ", ".join(f"{name}: {_type(kind)}" if kind else name for name, kind in node.params)
            return f"function({params}) {'external ' if node.external else ''}{_text(node.body, _OPEN)}"
    raise TypeError(type(node).__name__)


def _literal(node: nodes.Literal) -> tuple[str, int]:
    value = node.value
    if value is None or isinstance(value, (str, bool)):
        return literal(value), _POSTFIX
    if isinstance(value, Decimal):
        return str(value).replace("E+", "e").replace("E", "e"), _POSTFIX
    return f'@"{value}"', _POSTFIX


def _joined(items: tuple[Node, ...]) -> str:
    return ", ".join(_text(item, _OPEN) for item in items)


def _iterators(iterators: tuple[nodes.Iterator, ...]) -> str:
    return ", ".join(
        f"{one.name} in {_text(one.domain, _OPEN)}" + (f" .. {_text(one.end, _OPEN)}" if one.end else "")
        for one in iterators
    )


def _type(node: nodes.TypeNode) -> str:
    if not node.generic:
        return node.name
    parts = ", ".join(f"{name}: {_type(part)}" if name else _type(part) for name, part in node.parts)
    return f"{node.name}<{parts}>" + (f"->{_type(node.result)}" if node.result else "")
