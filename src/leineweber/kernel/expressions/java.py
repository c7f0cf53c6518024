"""Functions of Java's standard library that a FEEL expression may name as external (DMN 1.5, 10.3.2.13).

Nothing foreign is run. The table below is closed: pure functions of `java.lang`, written here after the
documentation of Java SE 17. A FEEL value becomes what the method takes by the standard's mapping (a number is a
BigDecimal, narrowed only without loss to whole numbers), what the method would throw is null with its reason.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from .errors import Fault
from .types import ANY, FunctionOf, Type, coerce
from .values import Function, Run, Value, into, kind_de, kind_en, wrong_count

_WHOLE = {"byte": 8, "short": 16, "int": 32, "long": 64}
_BOXED = {
    "java.lang.Byte": "byte",
    "java.lang.Short": "short",
    "java.lang.Integer": "int",
    "java.lang.Long": "long",
    "java.lang.Float": "float",
    "java.lang.Double": "double",
    "java.lang.Character": "char",
    "java.lang.Boolean": "boolean",
}
_SIGNATURE = re.compile(r"\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*")
_EXACT = Context(prec=400)
Body = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _Method:
    """A method: the types it takes, the type it gives, what it does. `spread`: the last takes all that follow."""

    params: tuple[str, ...]
    result: str
    body: Body
    spread: bool = False


_METHODS: dict[tuple[str, str, tuple[str, ...]], _Method] = {}


def _resolve(owner: object, signature: object) -> _Method:
    """Return the method of a class and signature like `max(double, double)`. Raises Fault if it is not known here."""
    if isinstance(owner, str) and isinstance(signature, str):
        found = _SIGNATURE.fullmatch(signature)
        if found:
            names = [name.strip() for name in found[2].split(",")] if found[2].strip() else []
            params = tuple(_NAMES.get(name, name) for name in names)
            method = _METHODS.get((owner.strip(), found[1], params))
            if method is not None:
                return method
    raise Fault(
        f"Die Java-Funktion „{owner}.{signature}“ gibt es hier nicht; fremder Code wird nicht ausgeführt.",
        f"The Java function “{owner}.{signature}” does not exist here; foreign code is not executed.",
    )


def no_external_function() -> Fault:
    """Return the fault that an external function is none that can be had here."""
    return Fault(
        "Fremde Funktionen (Java, PMML) werden nicht ausgeführt; möglich sind solche aus java.lang mit „class“ und "
        "„method signature“.",
        "External functions (Java, PMML) are not executed; those of java.lang are possible, with “class” and "
        "“method signature”.",
    )


class JavaFunction(Function):
    """An external function as a value."""

    __slots__ = ("_method", "_result", "type", "types")

    def __init__(self, name: str, params: Sequence[tuple[str, Type]], method: _Method, result: Type) -> None:
        super().__init__(name, [param for param, _ in params])
        self._method = method
        self._result = result
        self.types = tuple(kind for _, kind in params)
        self.type = FunctionOf(self.types, result)

    def call(self, run: Run, args: Sequence[Value]) -> Value:
        """Return the method's value. Raises Fault for arguments it does not take, and where it would throw."""
        method = self._method
        if len(args) != len(self.params):
            raise wrong_count(self.name, len(self.params), len(args))
        fixed = len(method.params) - method.spread
        if len(args) < fixed or (len(args) > fixed and not method.spread):
            raise wrong_count(self.name, len(method.params), len(args))
        args = [coerce(value, wanted) for value, wanted in zip(args, self.types, strict=True)]
        try:
            given = [_argument(args[index], method.params[index]) for index in range(fixed)]
            if method.spread:
                rest = list(args[fixed:])
                given.append(rest[0] if len(rest) == 1 and isinstance(rest[0], list) else rest)
            value = method.body(*given)
        except (ArithmeticError, ValueError) as error:
            raise Fault(f"{self.name}: kein Ergebnis.", f"{self.name}: no result.") from error
        if isinstance(value, str):
            run.check_text(len(value))
        return coerce(_result(value, method.result), self._result)


def java_function(
    name: str, params: Sequence[tuple[str, Type]], owner: object, signature: object, result: Type = ANY
) -> JavaFunction:
    """Return a function of Java by class and signature like `max(double, double)`.

    Raises:
        Fault: it is none of those that are known here.
    """
    method = _resolve(owner, signature)
    return JavaFunction(name, params, method, result)


# --- between FEEL and Java ----------------------------------------------------------------------------


def _unfit(value: Value, wanted: str) -> Fault:
    return Fault(
        f"Für „{wanted}“ ist {kind_de(value)} nicht möglich.", f"“{wanted}” cannot take {kind_en(value)}."
    )


def _argument(value: Value, wanted: str) -> Any:
    kind = _BOXED.get(wanted, wanted)
    if kind == "java.lang.Object":
        return value
    if kind == "java.lang.String" and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "char" and isinstance(value, str) and len(value) == 1 and value <= "\uffff":
        return value
    if isinstance(value, Decimal):
        if kind == "double":
            return float(value)
        if kind == "float":
            return _single(float(value))
        bits = _WHOLE.get(kind)
        if bits and value.adjusted() < 20 and value == value.to_integral_value():
            return _checked(int(value), bits)
    raise _unfit(value, wanted)


def _result(value: Any, kind: str) -> Value:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Fault("Das Ergebnis ist keine Zahl.", "The result is no number.")
        return into(Decimal(_shortest(value) if kind == "float" else repr(value)))
    return into(value)


def _single(value: float) -> float:
    """Return the nearest `float` of 32 bits."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _shortest(value: float) -> str:
    """Return the shortest decimal text that is this `float` of 32 bits and no other."""
    for digits in range(1, 9):
        text = f"{value:.{digits}g}"
        if _single(float(text)) == value:
            return text
    return f"{value:.9g}"


def _checked(value: int, bits: int) -> int:
    """Return a whole number. Raises ArithmeticError if it needs more bits."""
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise ArithmeticError(value)
    return value


def _wrapped(value: int, bits: int) -> int:
    """Return what a whole number of so many bits holds of a value."""
    return (value + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)


# --- texts --------------------------------------------------------------------------------------------


def _floating(single: bool) -> Callable[[float], str]:
    """Return Double.toString or Float.toString."""

    def text(value: float) -> str:
        if value != value:
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        sign, digits, exponent = Decimal(_shortest(value) if single else repr(value)).as_tuple()
        shown = "".join(map(str, digits)).rstrip("0") or "0"
        point = len(digits) + int(exponent)
        if not value:
            plain = "0.0"
        elif -2 <= point <= 7:
            whole = shown[:point].ljust(point, "0") if point > 0 else "0"
            fraction = shown[point:] if point > 0 else "0" * -point + shown
            plain = f"{whole}.{fraction or '0'}"
        else:
            plain = f"{shown[0]}.{shown[1:] or '0'}E{point - 1}"
        return ("-" if sign else "") + plain

    return text


def _object(value: Value) -> str:
    """Return String.valueOf(Object)."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_object(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_object(item)}" for key, item in value.items()) + "}"
    return str(value)


_DIRECTIVE = re.compile(r"%(?:(\d{1,3})\$)?([-#+ 0,(]*)(\d{1,4})?(?:\.(\d{1,3}))?([A-Za-z%])")


def _format(pattern: str, args: Iterable[Value]) -> str:
    """Return String.format in the root locale; a number is a BigDecimal. Raises ValueError where Java throws."""
    values = list(args)
    parts: list[str] = []
    position = following = 0
    for found in _DIRECTIVE.finditer(pattern):
        if "%" in pattern[position : found.start()]:
            raise ValueError(pattern)
        parts.append(pattern[position : found.start()])
        position = found.end()
        index, flags, width, precision, letter = found.groups()
        if letter == "n":
            parts.append("\n")
            continue
        if letter == "%":
            parts.append("%".ljust(int(width or 0)) if "-" in flags else "%".rjust(int(width or 0)))
            continue
        place = int(index) - 1 if index else following
        following += not index
        if not 0 <= place < len(values):
            raise ValueError(pattern)
        text = _directive(values[place], flags, precision, letter, int(width or 0))
        parts.append(text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0)))
    if "%" in pattern[position:]:
        raise ValueError(pattern)
    return "".join((*parts, pattern[position:]))


def _directive(value: Value, flags: str, precision: str | None, letter: str, width: int) -> str:
    lower = letter.lower()
    if lower in ("s", "b"):
        if lower == "b":
            text = _object(value) if isinstance(value, bool) else "false" if value is None else "true"
        else:
            text = _object(value)
        text = text if precision is None else text[: int(precision)]
    elif value is None:
        text = "null"
    elif lower == "c" and isinstance(value, str) and len(value) == 1:
        text = value
    elif lower in ("f", "e") and isinstance(value, Decimal):
        text = _decimal(value, flags, 6 if precision is None else int(precision), lower, width)
    else:
        raise ValueError(letter)
    return text.upper() if letter.isupper() else text


def _decimal(value: Decimal, flags: str, places: int, letter: str, width: int) -> str:
    amount = value.copy_abs()
    if letter == "f":
        rounded = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)
        text = format(rounded, ",f" if "," in flags else "f")
    else:
        exponent = amount.adjusted() if amount else 0
        scaled = amount.scaleb(-exponent, context=_EXACT)
        rounded = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)
        if rounded >= 10:
            rounded, exponent = rounded / 10, exponent + 1
        text = f"{rounded:.{places}f}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    negative = value < 0
    left = "(" if negative and "(" in flags else "-" if negative else "+" if "+" in flags else ""
    left = left or (" " if " " in flags else "")
    right = ")" if left == "(" else ""
    if "0" in flags:
        text = text.rjust(width - len(left) - len(right), "0")
    return left + text + right


# --- the table ----------------------------------------------------------------------------------------

_NAMES = {
    "[Ljava.lang.Object;": "java.lang.Object[]",
    "java.lang.Object...": "java.lang.Object[]",
    "Object...": "java.lang.Object[]",
    "String": "java.lang.String",
    "Object": "java.lang.Object",
}


def _define(owner: str, name: str, params: str, result: str, body: Body, *, spread: bool = False) -> None:
    kinds = tuple(params.split(",")) if params else ()
    _METHODS[f"java.lang.{owner}", name, kinds] = _Method(kinds, result, body, spread)


def _round(value: float, bits: int) -> int:
    whole = int((Decimal(value) + Decimal("0.5")).to_integral_value(rounding=ROUND_FLOOR, context=_EXACT))
    return min(max(whole, -(1 << bits - 1)), (1 << bits - 1) - 1)


def _signum(value: float) -> float:
    return value if not value else math.copysign(1.0, value)


def _compare(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


def _floor_mod(a: int, b: int) -> int:
    return a - b * (a // b)


def _root(value: float) -> float:
    root = math.copysign(abs(value) ** (1 / 3), value)
    nearest = round(root)
    return float(nearest) if nearest**3 == value else root


def _parse_whole(bits: int) -> Callable[..., int]:
    def parse(text: str, radix: int = 10) -> int:
        if not 2 <= radix <= 36 or not re.fullmatch(r"[+-]?[0-9A-Za-z]+", text, re.ASCII):
            raise ValueError(text)
        return _checked(int(text, radix), bits)

    return parse


_FLOATING = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?", re.ASCII)


def _parse_floating(text: str) -> float:
    text = text.strip()
    if not _FLOATING.fullmatch(text):
        raise ValueError(text)
    return float(text.rstrip("fFdD"))


def _exactly(body: Callable[..., int], bits: int) -> Callable[..., int]:
    return lambda *args: _checked(body(*args), bits)


def _wrapping(body: Callable[..., int], bits: int) -> Callable[..., int]:
    return lambda *args: _wrapped(body(*args), bits)


_OF_DOUBLE: dict[str, Callable[[float], float]] = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: getattr(math, name) for name in ("sinh", "cosh", "tanh", "exp", "expm1", "log", "log10")},
    **{name: getattr(math, name) for name in ("log1p", "sqrt")},
    "cbrt": _root,
    "ceil": lambda value: float(math.ceil(value)),
    "floor": lambda value: float(math.floor(value)),
    "rint": lambda value: float(round(value)),
    "toRadians": math.radians,
    "toDegrees": math.degrees,
    "signum": _signum,
}
_OF_TWO_DOUBLES = {"pow": math.pow, "atan2": math.atan2, "hypot": math.hypot}


def _define_math(owner: str) -> None:
    for name, one in _OF_DOUBLE.items():
        _define(owner, name, "double", "double", one)
    for name, two in _OF_TWO_DOUBLES.items():
        _define(owner, name, "double,double", "double", two)
    _define(owner, "signum", "float", "float", _signum)
    _define(owner, "round", "double", "long", lambda value: _round(value, 64))
    _define(owner, "round", "float", "int", lambda value: _round(value, 32))
    for kind in ("int", "long", "float", "double"):
        _define(owner, "max", f"{kind},{kind}", kind, max)
        _define(owner, "min", f"{kind},{kind}", kind, min)
        bits = _WHOLE.get(kind)
        _define(owner, "abs", kind, kind, _wrapping(abs, bits) if bits else abs)
    for kind in ("int", "long"):
        bits, pair = _WHOLE[kind], f"{kind},{kind}"
        _define(owner, "floorDiv", pair, kind, _wrapping(lambda a, b: a // b, bits))
        _define(owner, "floorMod", pair, kind, _floor_mod)
        _define(owner, "addExact", pair, kind, _exactly(lambda a, b: a + b, bits))
        _define(owner, "subtractExact", pair, kind, _exactly(lambda a, b: a - b, bits))
        _define(owner, "multiplyExact", pair, kind, _exactly(lambda a, b: a * b, bits))
        _define(owner, "negateExact", kind, kind, _exactly(lambda a: -a, bits))
        _define(owner, "incrementExact", kind, kind, _exactly(lambda a: a + 1, bits))
        _define(owner, "decrementExact", kind, kind, _exactly(lambda a: a - 1, bits))


for _owner in ("Math", "StrictMath"):
    _define_math(_owner)
for _owner, _kind, _parse in (
    ("Byte", "byte", "parseByte"),
    ("Short", "short", "parseShort"),
    ("Integer", "int", "parseInt"),
    ("Long", "long", "parseLong"),
):
    _bits = _WHOLE[_kind]
    _define(_owner, "valueOf", _kind, _kind, lambda value: value)
    _define(_owner, "toString", _kind, "java.lang.String", str)
    _define(_owner, "compare", f"{_kind},{_kind}", "int", _compare)
    for _name in ("valueOf", _parse):
        _define(_owner, _name, "java.lang.String", _kind, _parse_whole(_bits))
        _define(_owner, _name, "java.lang.String,int", _kind, _parse_whole(_bits))
for _owner, _kind in (("Integer", "int"), ("Long", "long")):
    _pair, _bits = f"{_kind},{_kind}", _WHOLE[_kind]
    _define(_owner, "max", _pair, _kind, max)
    _define(_owner, "min", _pair, _kind, min)
    _define(_owner, "sum", _pair, _kind, _wrapping(lambda a, b: a + b, _bits))
    _define(_owner, "signum", _kind, "int", lambda value: _compare(value, 0))
for _owner, _kind, _parse in (("Float", "float", "parseFloat"), ("Double", "double", "parseDouble")):
    _pair, _is_single = f"{_kind},{_kind}", _kind == "float"
    _define(_owner, "valueOf", _kind, _kind, lambda value: value)
    _define(_owner, "toString", _kind, "java.lang.String", _floating(_is_single))
    _define(_owner, "compare", _pair, "int", _compare)
    _define(_owner, "max", _pair, _kind, max)
    _define(_owner, "min", _pair, _kind, min)
    for _name in ("valueOf", _parse):
        _define(
            _owner,
            _name,
            "java.lang.String",
            _kind,
            (lambda text: _single(_parse_floating(text))) if _is_single else _parse_floating,
        )
_define("Double", "sum", "double,double", "double", lambda a, b: a + b)
_define("Float", "sum", "float,float", "float", lambda a, b: _single(a + b))
for _name in ("valueOf", "parseBoolean"):
    _define("Boolean", _name, "java.lang.String", "boolean", lambda text: text.lower() == "true")
_define("Boolean", "valueOf", "boolean", "boolean", lambda value: value)
_define("Boolean", "toString", "boolean", "java.lang.String", _object)
_define("Boolean", "logicalAnd", "boolean,boolean", "boolean", lambda a, b: a and b)
_define("Boolean", "logicalOr", "boolean,boolean", "boolean", lambda a, b: a or b)
_define("Boolean", "logicalXor", "boolean,boolean", "boolean", lambda a, b: a is not b)
_define("Character", "toString", "char", "java.lang.String", str)
_define("Character", "valueOf", "char", "char", str)
_define("String", "valueOf", "char", "java.lang.String", str)
_define("String", "valueOf", "int", "java.lang.String", str)
_define("String", "valueOf", "long", "java.lang.String", str)
_define("String", "valueOf", "boolean", "java.lang.String", _object)
_define("String", "valueOf", "float", "java.lang.String", _floating(True))
_define("String", "valueOf", "double", "java.lang.String", _floating(False))
_define("String", "valueOf", "java.lang.Object", "java.lang.String", _object)
_define("String", "format", "java.lang.String,java.lang.Object[]", "java.lang.String", _format, spread=True)
