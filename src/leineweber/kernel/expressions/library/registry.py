"""How a built-in function is declared, and how its arguments reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import Fault, LimitReached
from ..operators import no_number
from ..types import ANY, ANY_FUNCTION, BUILT_IN, FunctionOf, Type, coerce
from ..values import Function, Run, Value, kind_de, kind_en

Body = Callable[..., Value]
BUILTINS: dict[str, Builtin] = {}
"""All built-in functions by name."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: `optional` may be left out, `nullable` may be null."""

    name: str
    type: Type
    optional: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function; `variadic` gathers all arguments into one list."""

    params: tuple[Param, ...]
    body: Body
    variadic: bool
    spread: bool

    @property
    def least(self) -> int:
        """Return how many arguments are needed."""
        return sum(not param.optional for param in self.params)


def _param(text: str) -> Param:
    name, _, kind = text.partition(":")
    kind = kind.strip() or "Any?"
    nullable = kind.endswith("?")
    kind = kind.rstrip("?")
    wanted = ANY_FUNCTION if kind == "function" else BUILT_IN[kind]
    return Param(name.strip().rstrip("?"), wanted, name.strip().endswith("?"), nullable)


def builtin(
    name: str, params: str, *, variadic: bool = False, spread: bool = False
) -> Callable[[Body], Body]:
    """Declare a built-in function; declared again under the same name, it is a further way to call it.

    Args:
        name: its name in FEEL.
        params: `name: type, name?: type`; a question mark after the name: may be left out (then None is
            passed), after the type: may be null. Without a type: any value and null.
        variadic: the only parameter, a list, may be given as several arguments.
        spread: all arguments, even a single list, are the elements of the list that the function gets.

    The decorated function gets the `Run` and the arguments in order.
    """

    def declare(body: Body) -> Body:
        declared = tuple(_param(part) for part in params.split(",")) if params else ()
        function = BUILTINS.setdefault(name, Builtin(name))
        function.signatures = (*function.signatures, Signature(declared, body, variadic, spread))
        function.params = max((tuple(p.name for p in s.params) for s in function.signatures), key=len)
        return body

    return declare


class Builtin(Function):
    """A built-in function with all its signatures."""

    __slots__ = ("signatures",)

    def __init__(self, name: str) -> None:
        super().__init__(name, ())
        self.signatures: tuple[Signature, ...] = ()

    @property
    def type(self) -> FunctionOf:
        """Return its type, as far as declared."""
        return FunctionOf(tuple(param.type for param in self.signatures[0].params), ANY)

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the value for positional arguments. Raises Fault when no signature fits."""
        problem: Fault | None = None
        count = len(args)
        for signature in self.signatures:
            if signature.variadic or signature.spread:
                if count:
                    return self._apply(run, signature, (list(args),))
            elif signature.least <= count <= len(signature.params):
                try:
                    return self._apply(run, signature, args)
                except _Unfit as unfit:
                    problem = problem or unfit
        raise problem or Fault(
            f"Die Funktion „{self.name}“ lässt sich nicht mit {count} Argumenten aufrufen.",
            f"The function “{self.name}” cannot be called with {count} arguments.",
        )

    def call_named(self, run: Run, args: Mapping[str, Value]) -> Value:
        """Return the value for named arguments. Raises Fault when no signature has these names."""
        problem: Fault | None = None
        given = list(args)
        # after(point, range) and after(range, point) differ in the order of the same names only.
        for signature in sorted(
            self.signatures, key=lambda one: [param.name for param in one.params][: len(given)] != given
        ):
            names = [param.name for param in signature.params]
            if any(name not in names for name in args):
                continue
            values = [args.get(param.name, _ABSENT if param.optional else None) for param in signature.params]
            try:
                return self._apply(run, signature, values)
            except _Unfit as unfit:
                problem = problem or unfit
        raise problem or Fault(
            f"Die Funktion „{self.name}“ hat nicht diese Parameter: {', '.join(args)}.",
            f"The function “{self.name}” does not have these parameters: {', '.join(args)}.",
        )

    def _apply(self, run: Run, signature: Signature, args: Sequence[Value]) -> Value:
        values: list[Any] = []
        for index, param in enumerate(signature.params):
            value = args[index] if index < len(args) else _ABSENT
            if value is _ABSENT:
                values.append(None)
                continue
            if value is None:
                if not param.nullable:
                    raise self._unfit(param, value)
            elif not param.type.holds(value):
                try:
                    value = coerce(value, param.type)
                except Fault as fault:
                    raise self._unfit(param, value) from fault
                if value is None and not param.nullable:
                    raise self._unfit(param, value)
            if type(value) is list:
                run.spend(len(value))
            elif type(value) is str:
                run.spend(len(value) >> 6)
            values.append(value)
        try:
            return signature.body(run, *values)
        except ArithmeticError as error:
            raise no_number() from error
        except LimitReached:
            raise
        except Fault as fault:
            raise type(fault)(f"{self.name}: {fault.de}", f"{self.name}: {fault.en}") from fault

    def _unfit(self, param: Param, value: Value) -> _Unfit:
        return _Unfit(
            f"{self.name}: Für „{param.name}“ wird der Typ „{param.type.name}“ erwartet, gegeben ist {kind_de(value)}.",
            f"{self.name}: “{param.name}” must be of type “{param.type.name}”, {kind_en(value)} is given.",
        )


class _Unfit(Fault):
    """The arguments do not fit a signature; the next one is tried."""


class _Absent:
    """Stands for an argument that is left out."""


_ABSENT: Any = _Absent()
