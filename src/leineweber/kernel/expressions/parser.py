"""Text to syntax tree: lark's LALR tables over the tokens of `lexer`, building the nodes as it reduces."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedToken, VisitError
from lark.lexer import Lexer as LarkLexer

from . import nodes
from .errors import Fault, FeelError
from .lexer import Lexer, Names
from .nodes import Node, Place
from .temporal import parse_temporal
from .values import DEFAULT_LIMITS, Limits, number

_ESCAPE = re.compile(r"\\(?:U([0-9A-Fa-f]{6})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescape(text: str) -> str | None:
    """Return what a string literal without its quotes means; None if it is no text of Unicode."""

    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ud800"
        if found[3] in "nrt":
            return _ESCAPED[found[3]]
        return found[3] if found[3] in "\"'\\" else found[0]

    if "\\" in text:
        text = _ESCAPE.sub(one, text)
    text = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return None if any("\ud800" <= char <= "\udfff" for char in text) else text


class _Tokens(LarkLexer):
    """Hands lark the tokens that are already there."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]  # the plain interface for custom lexers
        """Yield the tokens."""
        yield from data


def _place(token: Token) -> Place:
    return (token.line or 1, token.column or 1)


def _fail(at: Place, de: str, en: str) -> FeelError:
    return FeelError(at[0], at[1], de, en)


def _nodes(children: Iterable[Any]) -> tuple[Any, ...]:
    """Return the children that are not tokens."""
    return tuple(child for child in children if not isinstance(child, Token))


class _Build(Transformer[Token, Any]):
    """One method for each rule of the grammar."""

    def expression_start(self, c: list[Any]) -> Node:
        return c[0]  # type: ignore[no-any-return]  # the grammar allows only a node here

    def unary_tests(self, c: list[Any]) -> nodes.UnaryTests:
        return nodes.UnaryTests(c[0].at, _nodes(c))

    def negated_tests(self, c: list[Any]) -> nodes.UnaryTests:
        return nodes.UnaryTests(_place(c[0]), _nodes(c), True)

    # operators

    def logic(self, c: list[Any]) -> nodes.Logic:
        left, operator, right = c
        if isinstance(left, nodes.Logic) and left.operator == operator.value:
            return nodes.Logic(left.at, operator.value, (*left.items, right))
        return nodes.Logic(left.at, operator.value, (left, right))

    def arithmetic(self, c: list[Any]) -> nodes.Arithmetic:
        left, operator, right = c
        sign = "-" if operator.type == "MINUS" else operator.value
        step = nodes.Step(_place(operator), sign, right)
        if isinstance(left, nodes.Arithmetic) and _LEVEL[left.steps[0].operator] == _LEVEL[sign]:
            return nodes.Arithmetic(left.at, left.first, (*left.steps, step))
        return nodes.Arithmetic(left.at, left, (step,))

    def negate(self, c: list[Any]) -> Node:
        return nodes.Negate(_place(c[0]), c[1])

    def compare(self, c: list[Any]) -> nodes.Compare:
        return nodes.Compare(_place(c[1]), c[1].value, c[0], c[2])

    def between(self, c: list[Any]) -> nodes.Between:
        return nodes.Between(_place(c[1]), c[0], c[2], c[4])

    def in_one(self, c: list[Any]) -> nodes.In:
        return nodes.In(_place(c[1]), c[0], (c[2],))

    def in_many(self, c: list[Any]) -> nodes.In:
        return nodes.In(_place(c[1]), c[0], _nodes(c[2:]))

    def op_test(self, c: list[Any]) -> nodes.OpTest:
        return nodes.OpTest(_place(c[0]), c[0].value, c[1])

    def instance_of(self, c: list[Any]) -> nodes.InstanceOf:
        return nodes.InstanceOf(_place(c[1]), c[0], c[2])

    # postfix

    def path(self, c: list[Any]) -> nodes.Path:
        return nodes.Path(_place(c[2]), c[0], c[2].value)

    def filter(self, c: list[Any]) -> nodes.Filter:
        return nodes.Filter(_place(c[1]), c[0], c[2])

    def call(self, c: list[Any]) -> nodes.Call:
        return nodes.Call(c[0].at, c[0], _nodes(c[1:]))

    def named_call(self, c: list[Any]) -> nodes.NamedCall:
        args = tuple(child for child in c[1:] if isinstance(child, tuple))
        _distinct(c[0].at, [name for name, _ in args])
        return nodes.NamedCall(c[0].at, c[0], args)

    def named(self, c: list[Any]) -> tuple[str, Node]:
        return c[0].value, c[2]

    # literals

    def number(self, c: list[Any]) -> nodes.Literal:
        try:
            return nodes.Literal(_place(c[0]), number(Decimal(c[0].value)))
        except Fault as fault:
            raise _fail(_place(c[0]), fault.de, fault.en) from fault

    def string(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(_place(c[0]), _text(c[0], 1))

    def at_literal(self, c: list[Any]) -> nodes.Literal:
        value = parse_temporal(_text(c[0], 2))
        if value is None:
            raise _fail(
                _place(c[0]),
                f"{c[0].value} ist kein Datum, keine Uhrzeit, kein Zeitpunkt und keine Dauer.",
                f"{c[0].value} is no date, time, date and time, or duration.",
            )
        return nodes.Literal(_place(c[0]), value)

    def true(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(_place(c[0]), True)

    def false(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(_place(c[0]), False)

    def null(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(_place(c[0]), None)

    def name(self, c: list[Any]) -> nodes.Name:
        return nodes.Name(_place(c[0]), c[0].value)

    def group(self, c: list[Any]) -> Node:
        return c[1]  # type: ignore[no-any-return]  # the grammar allows only a node here

    def range_literal(self, c: list[Any]) -> nodes.RangeNode:
        return nodes.RangeNode(_place(c[0]), c[1], c[3], c[0].type == "LBRACK", c[4].type == "RBRACK")

    def list_literal(self, c: list[Any]) -> nodes.ListNode:
        return nodes.ListNode(_place(c[0]), _nodes(c))

    def context(self, c: list[Any]) -> nodes.ContextNode:
        entries = tuple(child for child in c if isinstance(child, tuple))
        return nodes.ContextNode(_place(c[0]), entries)

    def entry(self, c: list[Any]) -> tuple[str, Node]:
        return _key(c[0]), c[2]

    # open expressions

    def if_(self, c: list[Any]) -> nodes.If:
        return nodes.If(_place(c[0]), c[1], c[3], c[5])

    def for_(self, c: list[Any]) -> nodes.For:
        *iterators, body = _nodes(c)
        return nodes.For(_place(c[0]), tuple(iterators), body)

    def quantified(self, c: list[Any]) -> nodes.Quantified:
        *iterators, body = _nodes(c)
        return nodes.Quantified(_place(c[0]), c[0].type == "EVERY", tuple(iterators), body)

    def iterator(self, c: list[Any]) -> nodes.Iterator:
        return nodes.Iterator(_place(c[0]), c[0].value, c[2], c[4] if len(c) > 3 else None)

    def function(self, c: list[Any]) -> nodes.FunctionDef:
        params = tuple(child for child in c if isinstance(child, _Formal))
        external, body = c[-1]
        _distinct(_place(c[0]), [param.name for param in params])
        return nodes.FunctionDef(
            _place(c[0]), tuple((param.name, param.type) for param in params), body, external
        )

    def formal(self, c: list[Any]) -> _Formal:
        return _Formal(c[0].value, c[2] if len(c) > 1 else None)

    def body(self, c: list[Any]) -> tuple[bool, Node]:
        return False, c[0]

    def external(self, c: list[Any]) -> tuple[bool, Node]:
        return True, c[1]

    # types

    def named_type(self, c: list[Any]) -> nodes.TypeNode:
        return nodes.TypeNode(_place(c[0]), "".join(token.value for token in c))

    def list_type(self, c: list[Any]) -> nodes.TypeNode:
        return nodes.TypeNode(_place(c[0]), "list", (("", c[1]),), generic=True)

    def range_type(self, c: list[Any]) -> nodes.TypeNode:
        return nodes.TypeNode(_place(c[0]), "range", (("", c[1]),), generic=True)

    def context_type(self, c: list[Any]) -> nodes.TypeNode:
        entries = tuple(child for child in c if isinstance(child, tuple))
        return nodes.TypeNode(_place(c[0]), "context", entries, generic=True)

    def type_entry(self, c: list[Any]) -> tuple[str, nodes.TypeNode]:
        return _key(c[0]), c[2]

    def function_type(self, c: list[Any]) -> nodes.TypeNode:
        *params, result = _nodes(c)
        return nodes.TypeNode(
            _place(c[0]), "function", tuple(("", param) for param in params), result, generic=True
        )


_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


@dataclass(frozen=True, slots=True)
class _Formal:
    name: str
    type: nodes.TypeNode | None


def _text(token: Token, start: int) -> str:
    text = unescape(token.value[start:-1])
    if text is None:
        raise _fail(
            _place(token),
            "Die Zeichenkette enthält kein gültiges Zeichen.",
            "The string holds no valid character.",
        )
    return text


def _key(token: Token) -> str:
    return _text(token, 1) if token.value.startswith('"') else str(token.value)


def _distinct(at: Place, names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise _fail(at, f"„{name}“ ist doppelt angegeben.", f"“{name}” is given twice.")


_OPERAND = ("ein Wert", "a value")
_OPERANDS = (
    *("NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "NAME", "LPAR", "LBRACK", "ROPEN"),
    *("LBRACE", "IF", "FOR", "SOME", "EVERY", "FUNCTION", "MINUS"),
)
_EXPECTED = {
    **dict.fromkeys(_OPERANDS, _OPERAND),
    "RPAR": ("„)“", "“)”"),
    "RBRACK": ("„]“", "“]”"),
    "RBRACE": ("„}“", "“}”"),
    "COMMA": ("„,“", "“,”"),
    "COLON": ("„:“", "“:”"),
    "THEN": ("„then“", "“then”"),
    "ELSE": ("„else“", "“else”"),
    "RETURN": ("„return“", "“return”"),
    "SATISFIES": ("„satisfies“", "“satisfies”"),
    "IN": ("„in“", "“in”"),
    "VAR": ("ein Name", "a name"),
    "KEY": ("der Name eines Eintrags", "the name of an entry"),
    "$END": ("das Ende", "the end"),
}


def _unexpected(error: UnexpectedToken, tokens: list[Token]) -> FeelError:
    token: Token = error.token
    expected = [_EXPECTED[kind] for kind in _EXPECTED if kind in error.expected]
    if _OPERAND in expected:
        expected = [_OPERAND]
    wanted = list(dict.fromkeys(expected))[:5]
    de = " oder ".join(german for german, _ in wanted) or "ein Rechenzeichen"
    en = " or ".join(english for _, english in wanted) or "an operator"
    if token.type == "$END":
        at = (1, 1)
        if tokens:
            last = tokens[-1]
            at = (last.line or 1, (last.column or 1) + len(last.value))
        return _fail(
            at, f"Der Ausdruck ist nicht vollständig; erwartet: {de}.", f"Incomplete; expected: {en}."
        )
    shown = token.value if len(token.value) <= 40 else token.value[:40] + "…"
    return _fail(
        _place(token),
        f"„{shown}“ ist hier nicht möglich; erwartet: {de}.",
        f"“{shown}” is not possible here; expected: {en}.",
    )


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (FilePath(__file__).parent / "feel.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer=_Tokens,
        start=["expression_start", "unary_start"],
        transformer=_Build(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def parse(
    text: str,
    *,
    known: Collection[Names] = (),
    members: Names | None = None,
    unary: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Node:
    """Return the syntax tree of an expression (or, with `unary`, of unary tests).

    Args:
        text: the expression.
        known: names of more than one word that may be used.
        members: such names that may follow a dot.
        unary: read unary tests, what stands in a cell of a decision table.
        limits: the bounds of length and nesting.

    Raises:
        FeelError: not FEEL, too long or nested too deeply; with its place.
    """
    if len(text) > limits.text_length:
        raise FeelError(
            1,
            1,
            f"Der Ausdruck ist zu lang: {len(text)} Zeichen, erlaubt sind {limits.text_length}.",
            f"The expression is too long: {len(text)} characters, {limits.text_length} are allowed.",
        )
    if unary and text.strip() == "-":
        return nodes.UnaryTests((1, 1), ())
    start = "unary_start" if unary else "expression_start"

    def attempt(negation: bool) -> Node:
        lexer = Lexer(text, known, members or Names(), negation, limits.depth)
        tokens = lexer.run()
        try:
            return _grammar().parse(tokens, start=start)  # type: ignore[return-value]  # tokens, as _Tokens takes
        except UnexpectedToken as error:
            raise _unexpected(error, tokens) from None
        except VisitError as error:
            if isinstance(error.orig_exc, FeelError):
                raise error.orig_exc from None
            raise

    try:
        return attempt(unary)
    except FeelError:
        if not (unary and text.lstrip().startswith("not")):
            raise
        return attempt(False)
