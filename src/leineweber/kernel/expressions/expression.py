"""A compiled expression: what it needs, what it evaluates to, and why a part of it had no value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .compiler import INPUT, Code, Compiler
from .errors import Diagnosis, Fault, FeelError
from .lexer import Names, normalise
from .library import BUILTINS
from .nodes import Literal, Name, Node, paths
from .parser import parse
from .quick import quick_tests
from .types import BUILT_IN, Type
from .values import _NATIVE, DEFAULT_LIMITS, MAX_EXACT, Clock, Limits, Run, Value, into, out

_BUILT_IN_NAMES = Names((*BUILTINS, *BUILT_IN, "time offset", "start included", "end included"))
_PLAIN = frozenset((str, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of an expression and the diagnoses that were recorded on the way to it."""

    value: Any
    diagnoses: tuple[Diagnosis, ...]


class Expression:
    """An expression that can be evaluated any number of times, also by several threads at once.

    Attributes:
        text: the text it was compiled from.
        node: its syntax tree.
        names: the names it takes from outside.
        quick: for unary tests that are constants, a function of the value alone (None from it: ask `run`).
    """

    __slots__ = (
        *("_code", "_constant", "_empty", "_inputs", "_limits", "_loose", "_name", "_value"),
        *("names", "node", "quick", "text"),
    )

    def __init__(self, text: str, node: Node, compiler: Compiler, code: Code, limits: Limits) -> None:
        self.text = text
        self.node = node
        self.names = frozenset(compiler.free)
        self.quick = quick_tests(node)
        self._code = code
        self._limits = limits
        self._inputs = tuple(compiler.free.items())
        self._loose = tuple(item for item in compiler.loose.items() if item[0] not in compiler.free)
        self._empty: list[Value] = [None] * compiler.size
        self._name = node.name if isinstance(node, Name) and node.name in compiler.free else None
        self._constant = isinstance(node, Literal)
        self._value: Value = node.value if isinstance(node, Literal) else None

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The chains of names it reads, `a.b.c` as ("a", "b", "c"), its own names among them."""
        return frozenset(paths(self.node))

    def evaluate(self, values: Mapping[str, Any] | None = None, *, clock: Clock | None = None) -> Any:
        """Return the value: Decimal, str, bool, date, time, datetime, Duration, list, dict or None.

        Args:
            values: Python values by name; a missing one is null.
            clock: what `now()` and `today()` see: a function that returns an aware moment; else the house's.

        What has no value is null; `evaluate_with_diagnosis` says why.
        """
        return self._evaluate(values or {}, Run(self._limits, clock))

    def evaluate_with_diagnosis(
        self, values: Mapping[str, Any] | None = None, *, clock: Clock | None = None
    ) -> Outcome:
        """Return the value, and what was found wrong with its parts, as `evaluate` does."""
        run = Run(self._limits, clock)
        values = values or {}
        for name, _ in self._inputs:
            if name not in values:
                run.note((1, 1), _missing(name))
        value = self._evaluate(values, run)
        return Outcome(value, tuple(run.diagnoses or ()))

    def _evaluate(self, values: Mapping[str, Any], run: Run) -> Any:
        slots = self._empty.copy()
        slots[0] = run
        try:
            for name, slot in self._inputs:
                value: Any = values.get(name)
                exact = type(value)
                if exact is int and -MAX_EXACT < value < MAX_EXACT:
                    slots[slot] = Decimal(value)
                else:
                    slots[slot] = value if exact in _PLAIN else into(value)
            for name, slot in self._loose:
                if name in values:
                    slots[slot] = into(values[name])
            result = self._code(slots)
            return result if type(result) in _NATIVE_PLAIN else out(result)
        except Fault as fault:
            run.note((1, 1), fault)
        except RecursionError:
            run.note((1, 1), _too_deep())
        return None

    def run(self, values: Mapping[str, Value], run: Run) -> Value:
        """Return FEEL's own value for FEEL's own values, as part of a greater evaluation.

        Raises LimitReached when a bound of that evaluation is reached.
        """
        if self._name is not None:
            return values.get(self._name)
        if self._constant:
            return self._value
        slots = self._empty.copy()
        slots[0] = run
        for name, slot in self._inputs:
            slots[slot] = values.get(name)
        for name, slot in self._loose:
            slots[slot] = values.get(name)
        try:
            return self._code(slots)
        except RecursionError:
            run.note((1, 1), _too_deep())
            return None

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}>"


_NATIVE_PLAIN = _PLAIN | {kind for kind in _NATIVE if kind.__module__ == "decimal"}


def _too_deep() -> Fault:
    return Fault("Die Berechnung ist zu tief verschachtelt.", "The evaluation is nested too deeply.")


def _missing(name: str) -> Fault:
    return Fault(f"Der Wert „{name}“ ist nicht angegeben.", f"The value “{name}” is not given.")


def _build(
    text: str,
    names: Collection[str] | None,
    members: Collection[str],
    types: Mapping[str, Type] | None,
    limits: Limits,
    unary: bool,
    more: bool,
) -> Expression:
    known = [_BUILT_IN_NAMES, Names((*(names or ()), *(types or ())))]
    if names is not None:
        names = {normalise(name) for name in names} | ({INPUT} if unary else set())
    try:
        node = parse(
            text,
            known=known,
            members=Names((*members, "time offset", "start included", "end included")),
            unary=unary,
            limits=limits,
        )
        compiler = Compiler(names, types, limits, more)
        code = compiler.code(node)
    except RecursionError:
        raise FeelError(
            1, 1, "Der Ausdruck ist zu tief verschachtelt.", "The expression is nested too deeply."
        ) from None
    return Expression(text, node, compiler, code, limits)


@lru_cache(maxsize=4096)
def _cached(
    text: str, names: frozenset[str] | None, members: frozenset[str], unary: bool, more: bool
) -> Expression:
    return _build(text, names, members, None, DEFAULT_LIMITS, unary, more)


def _any(
    text: str,
    names: Collection[str] | None,
    members: Collection[str],
    types: Mapping[str, Type] | None,
    limits: Limits | None,
    unary: bool,
    more: bool = False,
) -> Expression:
    if types or limits:
        return _build(text, names, members, types, limits or DEFAULT_LIMITS, unary, more)
    if len(text) > DEFAULT_LIMITS.text_length:
        return _build(text, names, members, None, DEFAULT_LIMITS, unary, more)
    return _cached(text, None if names is None else frozenset(names), frozenset(members), unary, more)


def compile(
    text: str,
    *,
    names: Collection[str] | None = None,
    members: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    limits: Limits | None = None,
    more: bool = False,
) -> Expression:
    """Return the compiled expression of a FEEL text; equal calls give the same object.

    Args:
        text: the expression.
        names: the names it may use besides the built-in functions; None allows any name.
        members: names of entries of contexts that hold operators or keywords (`points-off`), if there are any.
        types: named types for `instance of` and parameters.
        limits: other bounds than the usual ones.
        more: it may use further names, which are null where they are not given (the match of a boxed filter).

    Raises:
        FeelError: not FEEL, or a name that is not known; with line, column and a message in two languages.
    """
    return _any(text, names, members, types, limits, False, more)


def compile_unary_tests(
    text: str,
    *,
    names: Collection[str] | None = None,
    members: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    limits: Limits | None = None,
) -> Expression:
    """Return compiled unary tests (a cell of a decision table: `-`, `< 5`, `"a", "b"`, `not([1..3])`).

    The value tested is given as `?`; the result is true, false or null. The rest is as for `compile`.
    """
    return _any(text, names, members, types, limits, True)
