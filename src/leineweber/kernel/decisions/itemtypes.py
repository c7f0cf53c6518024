"""Item definitions: the named types of a model, with components, collections and allowed values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import (
    ANY,
    BUILT_IN,
    ContextOf,
    Expression,
    FunctionOf,
    LimitReached,
    ListOf,
    Run,
    Type,
    Value,
)

from .errors import DecisionError
from .xmltools import child, children, content, line


class Constrained(Type):
    """A type with allowed values: what is given for it must pass unary tests."""

    __slots__ = ("base", "tests")

    def __init__(self, name: str, base: Type, tests: Expression) -> None:
        super().__init__(name)
        self.base = base
        self.tests = tests

    def holds(self, value: Value) -> bool:
        """Return whether the value is of the base type; `instance of` does not ask for constraints."""
        return self.base.holds(value)

    def permits(self, value: Value) -> bool:
        """Return whether the value is of the base type and allowed."""
        if not self.base.permits(value):
            return False
        try:
            return self.tests.run({feel.INPUT: value}, Run()) is True
        except LimitReached:
            return False

    def accepts(self, other: Type) -> bool:
        """Return whether the other is this type."""
        return self is other or self.name == other.name


class ItemTypes:
    """The types of one model by name, made when first asked for, as they may stand in any order.

    Args:
        root: the `definitions`.
        imported: types of imported models, by their name with the import's name before it.
        compile_tests: compiles the unary tests of an element.
    """

    def __init__(
        self,
        root: etree._Element,
        imported: Mapping[str, Type],
        compile_tests: Callable[[str, int], Expression | None],
    ) -> None:
        self._definitions = {item.get("name", ""): item for item in children(root, "itemDefinition")}
        self._known: dict[str, Type] = dict(imported)
        self._making: set[str] = set()
        self._compile = compile_tests
        self._prefixes = {prefix for prefix in root.nsmap if prefix}

    def all(self, report: Callable[[DecisionError], None]) -> dict[str, Type]:
        """Return all types of the model by name; an unknown or circular one is reported and left out."""
        for name, definition in self._definitions.items():
            try:
                self.named(name, line(definition))
            except DecisionError as error:
                report(error)
        return dict(self._known)

    def named(self, name: str | None, at: int) -> Type:
        """Return the type of a `typeRef`; none given is Any. Raises DecisionError for an unknown one."""
        if not name:
            return ANY
        if name not in self._known and name not in self._definitions and ":" in name:
            name = name.split(":", 1)[1]
        if name in self._known:
            return self._known[name]
        definition = self._definitions.get(name)
        if definition is None:
            plain = name.rsplit("}", 1)[-1]
            found = BUILT_IN.get(plain) or BUILT_IN.get({"any": "Any", "Context": "context"}.get(plain, ""))
            if found is None:
                raise DecisionError(
                    at, f"Der Typ „{name}“ ist nicht bekannt.", f"The type “{name}” is not known."
                )
            return found
        if name in self._making:
            raise DecisionError(
                at, f"Der Typ „{name}“ enthält sich selbst.", f"The type “{name}” holds itself."
            )
        self._making.add(name)
        try:
            self._known[name] = made = self._made(definition)
        finally:
            self._making.discard(name)
        return made

    def _made(self, definition: etree._Element) -> Type:
        name = definition.get("name", "")
        function = child(definition, "functionItem")
        components = children(definition, "itemComponent")
        base: Type
        if function is not None:
            params = [
                self.named(param.get("typeRef"), line(param)) for param in children(function, "parameters")
            ]
            base = FunctionOf(tuple(params), self.named(function.get("outputTypeRef"), line(function)), name)
        elif components:
            base = ContextOf({part.get("name", ""): self._made(part) for part in components}, name)
        else:
            base = self.named(content(definition, "typeRef"), line(definition))
        base = self._limited(name, base, definition, "allowedValues")
        if definition.get("isCollection") == "true":
            base = ListOf(base, name)
        return self._limited(name, base, definition, "typeConstraint")

    def _limited(self, name: str, base: Type, definition: etree._Element, tag: str) -> Type:
        constraint = child(definition, tag)
        if constraint is None:
            return base
        tests = self._compile(content(constraint, "text"), line(constraint))
        return base if tests is None else Constrained(name, base, tests)
