"""Syntax tree to closures: every node becomes one function of the slots of an evaluation.

A slot holds the value of a name; which name is in which slot is settled here, so that nothing is looked up by
its text when the expression runs. Slot 0 is the `Run`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from . import java, nodes, operators
from .errors import Fault, FeelError, LimitReached
from .library import BUILTINS, Builtin
from .nodes import Node, Place
from .operators import index_of, iterate, meets, property_of, range_of
from .types import ANY, BUILT_IN, ContextOf, FunctionOf, ListOf, RangeOf, Type, coerce
from .values import (
    DEFAULT_LIMITS,
    Function,
    Limits,
    Range,
    Run,
    Value,
    compare,
    equal,
    incomparable,
    wrong_count,
)

Slots = list[Value]
Code = Callable[[Slots], Value]
INPUT = "?"


@dataclass(slots=True)
class _Scope:
    parent: _Scope | None = None
    slots: dict[str, int] = field(default_factory=dict)
    item: int | None = None
    used: set[str] = field(default_factory=set)


class UserFunction(Function):
    """A function defined in an expression, with the values it was defined among."""

    __slots__ = ("_body", "_slots", "captured", "type", "types")

    def __init__(
        self,
        name: str,
        params: Sequence[str],
        types: Sequence[Type],
        slots: Sequence[int],
        body: Code,
        captured: Slots,
    ) -> None:
        super().__init__(name, params)
        self.types = types
        self.type = FunctionOf(tuple(types), ANY)
        self._slots = slots
        self._body = body
        self.captured = captured

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the body's value. Raises Fault for a wrong number or type of arguments."""
        if len(args) != len(self.params):
            raise wrong_count(self.name, len(self.params), len(args))
        slots = self.captured.copy()
        slots[0] = run
        for slot, value, wanted in zip(self._slots, args, self.types, strict=True):
            slots[slot] = value if wanted is ANY else coerce(value, wanted)
        run.enter()
        try:
            return self._body(slots)
        finally:
            run.calls -= 1


class Compiler:
    """Compiles one expression.

    Attributes:
        free: the names it takes from outside and their slots.
        loose: names that may come from outside or from an element that is filtered.
        size: the number of slots.
    """

    def __init__(
        self,
        names: Collection[str] | None = None,
        types: Mapping[str, Type] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        more: bool = False,
    ) -> None:
        self._names = names
        self._more = more
        self._types = types or {}
        self._limits = limits
        self._depth = 0
        self._scope = _Scope()
        self.free: dict[str, int] = {}
        self.loose: dict[str, int] = {}
        self.size = 1

    # --- names ----------------------------------------------------------------------------------------

    def _slot(self) -> int:
        self.size += 1
        return self.size - 1

    def _enter(self, item: int | None = None) -> _Scope:
        self._scope = _Scope(self._scope, item=item)
        return self._scope

    def _leave(self) -> None:
        assert self._scope.parent is not None
        self._scope = self._scope.parent

    def _declare(self, name: str) -> int:
        slot = self._scope.slots[name] = self._slot()
        return slot

    def _lookup(self, name: str) -> tuple[int | None, list[int]]:
        """Return the slot of a declared name (None if there is none) and the items that may have such an entry."""
        items: list[int] = []
        scope: _Scope | None = self._scope
        while scope is not None:
            if scope.item is not None:
                items.append(scope.item)
            if name in scope.slots:
                scope.used.add(name)
                return scope.slots[name], items
            scope = scope.parent
        return None, items

    def _outer(self, name: str, at: Place, loose: bool) -> int | Builtin | None:
        """Return the slot or built-in of a name that is not declared in the text."""
        if name in self.free:
            return self.free[name]
        if self._names is None:
            if name in BUILTINS:
                return BUILTINS[name]
            place = self.loose if loose else self.free
            if not loose and name in self.loose:
                self.free[name] = self.loose[name]
            elif name not in place:
                place[name] = self._slot()
            return place[name]
        if name in self._names or (self._more and name not in BUILTINS):
            self.free[name] = self._slot()
            return self.free[name]
        if name in BUILTINS:
            return BUILTINS[name]
        if loose:
            return None
        known = [*self._names, *BUILTINS]
        close = difflib.get_close_matches(name, known, 1) if len(name) <= 40 else []
        name = name if len(name) <= 40 else name[:40] + "…"
        raise FeelError(
            *at,
            f"Der Name „{name}“ ist nicht bekannt." + (f" Meinten Sie „{close[0]}“?" if close else ""),
            f"The name “{name}” is not known." + (f" Did you mean “{close[0]}”?" if close else ""),
        )

    def name(self, node: nodes.Name) -> Code:
        """Compile a reference."""
        name = node.name
        slot, items = self._lookup(name)
        outer: int | Builtin | None = slot
        if slot is None:
            outer = self._outer(name, node.at, bool(items))
        read: Code
        if isinstance(outer, int):
            fixed = outer

            def read(s: Slots) -> Value:
                return s[fixed]

        elif outer is not None:
            builtin = outer

            def read(s: Slots) -> Value:
                return builtin

        else:
            at = node.at

            def read(s: Slots) -> Value:
                s[0].note(
                    at,
                    Fault(f"Der Name „{name}“ ist nicht bekannt.", f"The name “{name}” is not known."),
                )
                return None

        if not items:
            return read
        own = items if slot is None or name != "item" else items[:1]

        def search(s: Slots) -> Value:
            for item in own:
                value = s[item]
                if type(value) is dict and name in value:
                    return value[name]
            return read(s)

        return search

    # --- dispatch -------------------------------------------------------------------------------------

    def code(self, node: Node) -> Code:
        """Compile a node. Raises FeelError for an unknown name or type and for too deep nesting."""
        self._depth += 1
        if self._depth > self._limits.depth:
            raise FeelError(
                *node.at,
                f"Der Ausdruck ist zu tief verschachtelt (mehr als {self._limits.depth} Ebenen).",
                f"The expression is nested too deeply (more than {self._limits.depth} levels).",
            )
        code = _METHODS[type(node)](self, node)
        self._depth -= 1
        return code

    def literal(self, node: nodes.Literal) -> Code:
        """Compile a literal."""
        value = node.value

        def run(s: Slots) -> Value:
            return value

        return run

    # --- operators ------------------------------------------------------------------------------------

    def arithmetic(self, node: nodes.Arithmetic) -> Code:
        """Compile a chain of + - or * / or **."""
        first = self.code(node.first)
        steps = [
            (*operators.ARITHMETIC[step.operator], self.code(step.operand), step.at) for step in node.steps
        ]
        if len(steps) == 1:
            quick, slow, operand, at = steps[0]

            def run_one(s: Slots) -> Value:
                a = first(s)
                b = operand(s)
                try:
                    if type(a) is Decimal and type(b) is Decimal:
                        return quick(a, b)
                    value = slow(a, b)
                    if type(value) is str:
                        s[0].check_text(len(value))
                    return value
                except ArithmeticError:
                    s[0].note(at, operators.no_number())
                except LimitReached:
                    raise
                except Fault as fault:
                    s[0].note(at, fault)
                return None

            return run_one

        def run(s: Slots) -> Value:
            value = first(s)
            for quick, slow, operand, at in steps:
                b = operand(s)
                try:
                    if type(value) is Decimal and type(b) is Decimal:
                        value = quick(value, b)
                    else:
                        value = slow(value, b)
                        if type(value) is str:
                            s[0].check_text(len(value))
                except ArithmeticError:
                    s[0].note(at, operators.no_number())
                    value = None
                except LimitReached:
                    raise
                except Fault as fault:
                    s[0].note(at, fault)
                    value = None
            return value

        return run

    def negate(self, node: nodes.Negate) -> Code:
        """Compile a minus sign."""
        operand, at = self.code(node.operand), node.at

        def run(s: Slots) -> Value:
            try:
                return operators.negate(operand(s))
            except Fault as fault:
                if isinstance(fault, LimitReached):
                    raise
                s[0].note(at, fault)
                return None

        return run

    def logic(self, node: nodes.Logic) -> Code:
        """Compile `and`/`or` in three-valued logic: what is no boolean counts as null."""
        ending = node.operator == "or"
        items = [self.code(item) for item in node.items]
        at = node.at
        if len(items) == 2:
            left, right = items

            def run_two(s: Slots) -> Value:
                a = left(s)
                if a is ending:
                    return ending
                b = right(s)
                if b is ending:
                    return ending
                if type(a) is bool and type(b) is bool:
                    return not ending
                _note_logic(s[0], at, (a, b))
                return None

            return run_two

        def run(s: Slots) -> Value:
            result: bool | None = not ending
            for item in items:
                value = item(s)
                if value is ending:
                    return ending
                if type(value) is not bool:
                    _note_logic(s[0], at, (value,))
                    result = None
            return result

        return run

    def compare(self, node: nodes.Compare) -> Code:
        """Compile = != < <= > >=."""
        return self._compare(node.operator, self.code(node.left), self.code(node.right), node.at)

    def _compare(self, operator: str, left: Code, right: Code, at: Place) -> Code:
        if operator in ("=", "!="):
            wanted = operator == "="

            def run_equal(s: Slots) -> Value:
                a = left(s)
                b = right(s)
                kind = type(a)
                if kind is type(b) and (kind is str or kind is Decimal):
                    return (a == b) is wanted
                result = equal(a, b)
                if result is None:
                    s[0].note(at, incomparable(a, b))
                    return None
                return result is wanted

            return run_equal
        quick, accepts = operators.ORDER[operator]

        def run_order(s: Slots) -> Value:
            a = left(s)
            b = right(s)
            kind = type(a)
            if kind is type(b) and (kind is Decimal or kind is str):
                return quick(a, b)
            order = compare(a, b)
            if order is None:
                s[0].note(at, incomparable(a, b))
                return None
            return accepts(order)

        return run_order

    def between(self, node: nodes.Between) -> Code:
        """Compile `value between low and high`."""
        value, low, high, at = self.code(node.value), self.code(node.low), self.code(node.high), node.at

        def run(s: Slots) -> Value:
            a = value(s)
            lower, upper = compare(a, low(s)), compare(a, high(s))
            if lower is None or upper is None:
                s[0].note(
                    at,
                    Fault(
                        "Die Werte von „between“ sind nicht vergleichbar.",
                        "The values of “between” are not comparable.",
                    ),
                )
                return None
            return lower >= 0 and upper <= 0

        return run

    # --- tests ----------------------------------------------------------------------------------------

    def _test(self, node: Node, value: Code, free_input: bool) -> Code:
        """Compile one test of a value: an operator with an operand, or anything the value can equal or be in."""
        at = node.at
        if isinstance(node, nodes.OpTest):
            return self._compare(node.operator, value, self.code(node.operand), at)
        test = self.code(node)
        ranged = isinstance(node, nodes.RangeNode)
        if free_input and _mentions(node, INPUT):

            def run_boolean(s: Slots) -> Value:
                result = test(s)
                return result if type(result) is bool else None

            return run_boolean

        def run(s: Slots) -> Value:
            a, b = value(s), test(s)
            if free_input and type(b) is bool and type(a) is not bool:
                return b
            result = None if ranged and b is None else meets(a, b)
            if result is None:
                s[0].note(at, incomparable(a, b))
            return result

        return run

    def in_(self, node: nodes.In) -> Code:
        """Compile `value in test` and `value in (test, …)`."""
        value = self.code(node.value)
        slot = self._slot()

        def held(s: Slots) -> Value:
            return s[slot]

        tests = [self._test(test, held, False) for test in node.tests]

        def run(s: Slots) -> Value:
            s[slot] = value(s)
            result: bool | None = False
            for test in tests:
                outcome = test(s)
                if outcome is True:
                    return True
                if outcome is None:
                    result = None
            return result

        return run

    def unary_tests(self, node: nodes.UnaryTests) -> Code:
        """Compile the tests of a cell; the value tested is the free name `?`."""
        slot = self.free.setdefault(INPUT, self.size)
        if slot == self.size:
            self.size += 1

        def held(s: Slots) -> Value:
            return s[slot]

        tests = [self._test(test, held, True) for test in node.tests]
        negated = node.negated

        def run(s: Slots) -> Value:
            if not tests:
                return True
            result: bool | None = False
            for test in tests:
                outcome = test(s)
                if outcome is True:
                    return not negated
                if outcome is None:
                    result = None
            return None if result is None else negated

        return run

    def op_test(self, node: nodes.OpTest) -> Code:
        """Compile a test that stands for a value, as in `(> 5)`: the range it describes."""
        operand, operator, at = self.code(node.operand), node.operator, node.at

        def run(s: Slots) -> Value:
            value = operand(s)
            if operator == "=":
                return Range(value, value)
            if value is not None and operator != "!=":
                closed = operator.endswith("=")
                return (
                    Range(None, value, False, closed)
                    if operator.startswith("<")
                    else Range(value, None, closed, False)
                )
            s[0].note(at, Fault("Der Vergleich beschreibt keinen Bereich.", "The test describes no range."))
            return None

        return run

    def instance_of(self, node: nodes.InstanceOf) -> Code:
        """Compile `value instance of type`; null is only an instance of Null."""
        value, wanted = self.code(node.value), self.type_(node.type)

        def run(s: Slots) -> Value:
            found = value(s)
            if found is None:
                return wanted.name == "Null"
            return wanted.holds(found)

        return run

    # --- structures -----------------------------------------------------------------------------------

    def list_(self, node: nodes.ListNode) -> Code:
        """Compile a list."""
        items = [self.code(item) for item in node.items]

        def run(s: Slots) -> Value:
            return [item(s) for item in items]

        return run

    def context(self, node: nodes.ContextNode) -> Code:
        """Compile a context; an entry sees the entries before it, and a function itself."""
        self._enter()
        entries: list[tuple[str, int, Code, Place]] = []
        for key, value in node.entries:
            recursive = isinstance(value, nodes.FunctionDef) and key not in self._scope.slots
            if recursive:
                slot, code = self._declare(key), self.code(value)
            else:
                code = self.code(value)
                slot = self._declare(key)
            entries.append((key, slot, code, value.at))
        self._leave()
        duplicate = len({key for key, *_ in entries}) != len(entries)
        at = node.at

        def run(s: Slots) -> Value:
            if duplicate:
                s[0].note(at, Fault("Ein Eintrag ist doppelt.", "An entry is given twice."))
                return None
            result: dict[str, Value] = {}
            for key, slot, code, _ in entries:
                value = code(s)
                s[slot] = result[key] = value
                if type(value) is UserFunction:
                    value.captured[slot] = value
            return result

        return run

    def range_(self, node: nodes.RangeNode) -> Code:
        """Compile a range."""
        low, high, at = self.code(node.low), self.code(node.high), node.at
        low_closed, high_closed = node.low_closed, node.high_closed

        def run(s: Slots) -> Value:
            try:
                return range_of(low(s), high(s), low_closed, high_closed)
            except LimitReached:
                raise
            except Fault as fault:
                s[0].note(at, fault)
                return None

        return run

    def path(self, node: nodes.Path) -> Code:
        """Compile `target.name`: an entry, a property, or the same of every element of a list."""
        target, name, at = self.code(node.target), node.name, node.at

        def run(s: Slots) -> Value:
            value = target(s)
            if type(value) is dict and name in value:
                return value[name]
            try:
                return property_of(value, name)
            except LimitReached:
                raise
            except Fault as fault:
                s[0].note(at, fault)
                return None

        return run

    def filter(self, node: nodes.Filter) -> Code:
        """Compile `target[condition]`: the elements that meet it, or the element at a position."""
        target, at = self.code(node.target), node.at
        slot = self._slot()
        scope = self._enter(item=slot)
        scope.slots["item"] = slot
        condition = self.code(node.condition)
        self._leave()

        def run(s: Slots) -> Value:
            value = target(s)
            if value is None:
                return None
            items = value if type(value) is list else [value]
            run_ = s[0]
            result: list[Value] = []
            if not items:
                noted = run_.diagnoses and list(run_.diagnoses)
                s[slot] = None
                outcome = condition(s)
                run_.diagnoses = noted
                return None if type(outcome) is Decimal else result
            for item in items:
                run_.tick()
                s[slot] = item
                outcome = condition(s)
                if outcome is True:
                    result.append(item)
                elif type(outcome) is Decimal:
                    try:
                        return index_of(items, outcome)
                    except Fault as fault:
                        run_.note(at, fault)
                        return None
            return result

        return run

    # --- loops and conditions -------------------------------------------------------------------------

    def if_(self, node: nodes.If) -> Code:
        """Compile a condition; what is not true chooses `else`."""
        condition, positive, negative = (
            self.code(node.condition),
            self.code(node.positive),
            self.code(node.negative),
        )

        def run(s: Slots) -> Value:
            return positive(s) if condition(s) is True else negative(s)

        return run

    def _iterators(self, iterators: Sequence[nodes.Iterator]) -> list[tuple[int, Code, Code | None, Place]]:
        compiled = []
        for iterator in iterators:
            domain = self.code(iterator.domain)
            end = self.code(iterator.end) if iterator.end is not None else None
            compiled.append((self._declare(iterator.name), domain, end, iterator.at))
        return compiled

    def for_(self, node: nodes.For) -> Code:
        """Compile a loop over one or several domains; `partial` is the list of the results so far."""
        scope = self._enter()
        iterators = self._iterators(node.iterators)
        partial = self._declare("partial")
        body = self.code(node.body)
        uses_partial = "partial" in scope.used
        self._leave()

        def run(s: Slots) -> Value:
            run_: Run = s[0]
            result: list[Value] = []

            def each() -> bool:
                if uses_partial:
                    run_.tick(len(result))
                    s[partial] = result.copy()
                result.append(body(s))
                return True

            if _loop(s, iterators, 0, each) is None:
                return None
            run_.check_size(len(result))
            return result

        return run

    def quantified(self, node: nodes.Quantified) -> Code:
        """Compile some/every in three-valued logic."""
        self._enter()
        iterators = self._iterators(node.iterators)
        body, every, at = self.code(node.body), node.every, node.at
        self._leave()

        def run(s: Slots) -> Value:
            outcome: list[bool | None] = [every]

            def each() -> bool:
                value = body(s)
                if type(value) is not bool:
                    _note_logic(s[0], at, (value,))
                    outcome[0] = None
                elif value is not every:
                    outcome[0] = value
                    return False
                return True

            return None if _loop(s, iterators, 0, each) is None else outcome[0]

        return run

    # --- functions ------------------------------------------------------------------------------------

    def function(self, node: nodes.FunctionDef) -> Code:
        """Compile the definition of a function. A foreign function is refused when it is called."""
        types = [self.type_(kind) if kind else ANY for _, kind in node.params]
        if node.external:
            return self._external(node, types)
        self._enter()
        slots = [self._declare(name) for name, _ in node.params]
        body = self.code(node.body)
        self._leave()
        params = [name for name, _ in node.params]

        def run(s: Slots) -> Value:
            return UserFunction("function", params, types, slots, body, s.copy())

        return run

    def _external(self, node: nodes.FunctionDef, types: Sequence[Type]) -> Code:
        """Compile `function(…) external {java: {class: "…", method signature: "…"}}`; anything else is refused."""
        params = [(name, kind) for (name, _), kind in zip(node.params, types, strict=True)]
        try:
            function = java.java_function("function", params, *_java_texts(node.body))
        except Fault as fault:
            raise FeelError(*node.at, fault.de, fault.en) from fault

        def run(s: Slots) -> Value:
            return function

        return run

    def call(self, node: nodes.Call) -> Code:
        """Compile a call with positional arguments."""
        callee, args, at = self.code(node.callee), [self.code(arg) for arg in node.args], node.at

        def run(s: Slots) -> Value:
            function = callee(s)
            try:
                if not isinstance(function, Function):
                    raise operators.no_function(function)
                return function.call(s[0], [arg(s) for arg in args])
            except LimitReached:
                raise
            except Fault as fault:
                s[0].note(at, fault)
                return None

        return run

    def named_call(self, node: nodes.NamedCall) -> Code:
        """Compile a call with named arguments."""
        callee, at = self.code(node.callee), node.at
        args = [(name, self.code(arg)) for name, arg in node.args]

        def run(s: Slots) -> Value:
            function = callee(s)
            try:
                if not isinstance(function, Function):
                    raise operators.no_function(function)
                return function.call_named(s[0], {name: arg(s) for name, arg in args})
            except LimitReached:
                raise
            except Fault as fault:
                s[0].note(at, fault)
                return None

        return run

    # --- types ----------------------------------------------------------------------------------------

    def type_(self, node: nodes.TypeNode) -> Type:
        """Return the type that is written. Raises FeelError for an unknown one."""
        if node.generic:
            parts = [(name, self.type_(part)) for name, part in node.parts]
            if node.name == "list":
                return ListOf(parts[0][1])
            if node.name == "range":
                return RangeOf(parts[0][1])
            if node.name == "context":
                return ContextOf(dict(parts))
            assert node.result is not None
            return FunctionOf(tuple(part for _, part in parts), self.type_(node.result))
        found = self._types.get(node.name) or BUILT_IN.get(node.name)
        if found is None:
            raise FeelError(
                *node.at,
                f"Der Typ „{node.name}“ ist nicht bekannt.",
                f"The type “{node.name}” is not known.",
            )
        return found


def _note_logic(run: Run, at: Place, values: Sequence[Value]) -> None:
    for value in values:
        if value is not None and type(value) is not bool:
            run.note(at, operators.no_boolean(value))


def _java_texts(body: Node) -> tuple[str, str]:
    """Return class and method signature of the body of an external function. Raises Fault if they are not there."""
    entries = dict(body.entries) if isinstance(body, nodes.ContextNode) else {}
    inner = entries.get("java")
    texts = dict(inner.entries) if isinstance(inner, nodes.ContextNode) else {}
    found = [texts.get(name) for name in ("class", "method signature")]
    owner, signature = (one.value if isinstance(one, nodes.Literal) else None for one in found)
    if not isinstance(owner, str) or not isinstance(signature, str):
        raise java.no_external_function()
    return owner, signature


def _mentions(node: object, name: str) -> bool:
    """Return whether a name is referred to anywhere in a tree."""
    if isinstance(node, nodes.Name):
        return node.name == name
    if isinstance(node, tuple):
        return any(_mentions(item, name) for item in node)
    if isinstance(node, Node):
        return any(
            _mentions(getattr(node, part), name) for part in type(node).__dataclass_fields__ if part != "at"
        )
    return False


def _loop(
    s: Slots,
    iterators: Sequence[tuple[int, Code, Code | None, Place]],
    level: int,
    each: Callable[[], bool],
) -> bool | None:
    """Run `each` for every combination as long as it returns true.

    Returns whether all were run; None if a domain cannot be run through.
    """
    slot, domain, end, at = iterators[level]
    run: Run = s[0]
    try:
        values = iterate(domain(s), end is not None, end(s) if end else None, run)
    except LimitReached:
        raise
    except Fault as fault:
        run.note(at, fault)
        return None
    last = level + 1 == len(iterators)
    for value in values:
        run.tick()
        s[slot] = value
        going = each() if last else _loop(s, iterators, level + 1, each)
        if going is not True:
            return going
    return True


_METHODS: dict[type, Callable[..., Code]] = {
    nodes.Literal: Compiler.literal,
    nodes.Name: Compiler.name,
    nodes.Path: Compiler.path,
    nodes.Filter: Compiler.filter,
    nodes.Call: Compiler.call,
    nodes.NamedCall: Compiler.named_call,
    nodes.If: Compiler.if_,
    nodes.For: Compiler.for_,
    nodes.Quantified: Compiler.quantified,
    nodes.FunctionDef: Compiler.function,
    nodes.ContextNode: Compiler.context,
    nodes.ListNode: Compiler.list_,
    nodes.RangeNode: Compiler.range_,
    nodes.Negate: Compiler.negate,
    nodes.Arithmetic: Compiler.arithmetic,
    nodes.Logic: Compiler.logic,
    nodes.Compare: Compiler.compare,
    nodes.Between: Compiler.between,
    nodes.OpTest: Compiler.op_test,
    nodes.In: Compiler.in_,
    nodes.InstanceOf: Compiler.instance_of,
    nodes.UnaryTests: Compiler.unary_tests,
}
