"""What a decision table leaves out and where its rules meet: gaps, collisions, rules that never count. Pure.

The values of a column are cut at every constant its cells name, so that each cell is either true or false on all of
a piece; whether it is, the engine itself says for one value of the piece. A table of pieces is then searched for
points that no rule covers. Columns are taken as independent of each other. What cannot be cut so (a cell that names
another value, a column of lists) is said, and nothing is claimed about it: only what is certain is a finding.

    found = analyse(sheet)
    found.gaps[0].cells      # ("< 18", None): unary tests of FEEL, None for any value
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import cmp_to_key
from typing import TypeVar

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import Date, Expression, FeelError, Run, Value, nodes
from leineweber.kernel.expressions.temporal import civil_from_days

from .sheets import Sheet, SheetInput, SheetRule

Cells = tuple[str | None, ...]
T = TypeVar("T")
_KINDS: dict[type, str] = {Decimal: "number", str: "string", bool: "boolean", Date: "date"}
# Finer than the standard's 34 digits, so that there always is a number between two.
_FINE = Context(prec=80, Emax=MAX_EMAX, Emin=MIN_EMIN)
_LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
_READ = frozenset((*_KINDS.values(), "", "Any"))
_WORDS = {
    "time": "Uhrzeiten",
    "date and time": "Zeitpunkte",
    "dateTime": "Zeitpunkte",
    "list": "Listen",
    "context": "Kontexte",
    "function": "Funktionen",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an analysis may do: rules, columns, pieces of a column, steps of the search, findings of a kind."""

    rules: int = 500
    columns: int = 40
    pieces: int = 1000
    steps: int = 200_000
    shown: int = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no rule covers: a unary test per column, None for any value; and one such input."""

    cells: Cells
    example: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """Two rules that fire together and may not. `cells`, `example` as for a gap.

    Attributes:
        same: the results are the same (then the rules differ in nothing but the text); None: not known.
    """

    first: int
    second: int
    cells: Cells
    example: tuple[Value, ...]
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class Masked:
    """A rule that never counts: other rules come before it wherever it fires; none if it fires nowhere."""

    rule: int
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not analysed: the column and rule (from 1; 0 for the whole), and why, in German."""

    column: int
    rule: int
    reason: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found about a table. `linked`: groups of columns (from 1) that depend on the same values.

    Attributes:
        by_default: where no rule fires the table has a default result; gaps are not looked for.
        lists: the table answers with a list, which may be empty; its gaps are no mistakes.
    """

    gaps: tuple[Gap, ...] = ()
    collisions: tuple[Collision, ...] = ()
    masked: tuple[Masked, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    linked: tuple[tuple[int, ...], ...] = ()
    by_default: bool = False
    lists: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything could be read."""
        return not self.skipped

    @property
    def findings(self) -> int:
        """How many findings there are; an empty list is none."""
        return (0 if self.lists else len(self.gaps)) + len(self.collisions) + len(self.masked)


class _Unread(ValueError):
    """A cell or column cannot be cut into pieces; the message says why."""


class _Exhausted(Exception):
    """The search has done what it may."""


# --- reading cells --------------------------------------------------------------------------------------


def constant(node: nodes.Node) -> Value:
    """Return the value of an expression of literals.

    Raises:
        ValueError: it names something, or is no plain value.
    """
    match node:
        case nodes.Literal():
            return node.value
        case nodes.Negate() | nodes.Call(callee=nodes.Name(name="date")):
            parts = node.args if isinstance(node, nodes.Call) else (node.operand,)
            for part in parts:
                constant(part)
            return feel.compile(feel.print_node(node), names=()).run({}, Run())
        case nodes.Name():
            raise _Unread(f"nennt „{node.name}“, dessen Wert erst bei der Entscheidung feststeht")
        case _:
            raise _Unread("ist mehr als ein Vergleich mit festen Werten")


def _is_input(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == feel.INPUT


def _constants(node: nodes.Node) -> Iterator[tuple[Value, bool]]:
    """Yield the constants a test compares with, each with whether the comparison asks for an order."""
    match node:
        case nodes.UnaryTests():
            for test in node.tests:
                yield from _constants(test)
        case nodes.RangeNode():
            yield constant(node.low), True
            yield constant(node.high), True
        case nodes.OpTest():
            yield constant(node.operand), node.operator not in ("=", "!=")
        case nodes.ListNode():
            for item in node.items:
                yield from _constants(item)
        case nodes.Compare() if _is_input(node.left) or _is_input(node.right):
            other = node.right if _is_input(node.left) else node.left
            yield constant(other), node.operator not in ("=", "!=")
        case nodes.Between() if _is_input(node.value):
            yield constant(node.low), True
            yield constant(node.high), True
        case nodes.In() if _is_input(node.value):
            for test in node.tests:
                yield from _constants(test)
        case nodes.Logic() if all(
            isinstance(item, nodes.Compare | nodes.Between | nodes.In | nodes.Logic) for item in node.items
        ):
            for item in node.items:
                yield from _constants(item)
        case _:
            yield constant(node), False


@dataclass(frozen=True, slots=True)
class _Cell:
    test: Expression | None
    constants: tuple[tuple[Value, bool], ...] = ()
    why: str = ""

    @property
    def always(self) -> bool:
        """Whether it is `-`."""
        return (
            self.test is not None
            and isinstance(self.test.node, nodes.UnaryTests)
            and not self.test.node.tests
        )


def _cell(text: str) -> _Cell:
    try:
        test = feel.compile_unary_tests(text)
    except FeelError:
        return _Cell(None, (), "ist kein FEEL")
    try:
        return _Cell(test, tuple(_constants(test.node)))
    except _Unread as error:
        return _Cell(None, (), str(error))


def named_values(sheet: Sheet, column: int) -> tuple[Value, ...]:
    """Return the values that the cells of a column (from 0) and its allowed values name, each once, in order."""
    source = sheet.inputs[column]
    texts = [source.allowed or "-", *(rule.tests[column] for rule in sheet.rules)]
    return tuple(dict.fromkeys(value for text in texts for value, _ in _cell(text).constants))


def _true(test: Expression, value: Value) -> bool:
    outcome = None if test.quick is None else test.quick(value)
    if outcome is None:
        outcome = test.run({feel.INPUT: value}, Run())
    return outcome is True


# --- pieces of a column ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a column's values, all alike for its cells: a value, what lies between two, or any other."""

    sample: Value
    kind: str  # "value", "between", "other"
    low: Value = None
    high: Value = None


def _literal(value: Value) -> str:
    """Return a value as it is written in a cell."""
    return f'@"{value}"' if isinstance(value, Date) else feel.literal(value)


def _ordered(values: Sequence[Value]) -> list[Value]:
    distinct: list[Value] = []
    for value in sorted(values, key=cmp_to_key(lambda a, b: feel.compare(a, b) or 0)):
        if not distinct or feel.equal(distinct[-1], value) is not True:
            distinct.append(value)
    return distinct


def _moved(value: Value, by: int) -> Value:
    if isinstance(value, Date):
        return Date(*civil_from_days(value.days + by))
    return _FINE.add(value, by * _FINE.add(abs(value), 1))


def _between(low: Value, high: Value) -> Value:
    """Return a value between two, None if there is none (two days that follow each other)."""
    if isinstance(low, Date):
        return _moved(low, 1) if high.days - low.days > 1 else None
    return _FINE.divide(_FINE.add(low, high), Decimal(2))


def _line(values: list[Value], kind: str) -> Iterator[_Piece]:
    """Yield the pieces of an ordered kind."""
    if not values:
        yield _Piece(Decimal(0) if kind == "number" else Date(2000, 1, 1), "between")
        return
    yield _Piece(_moved(values[0], -1), "between", None, values[0])
    for number, value in enumerate(values):
        yield _Piece(value, "value", value, value)
        if number + 1 < len(values):
            sample = _between(value, values[number + 1])
            if sample is not None:
                yield _Piece(sample, "between", value, values[number + 1])
    yield _Piece(_moved(values[-1], 1), "between", values[-1], None)


def _pieces(kind: str, values: list[Value]) -> list[_Piece]:
    mine = [value for value in values if _KINDS.get(type(value)) == kind]
    if kind == "boolean":
        found = [_Piece(value, "value") for value in (True, False)]
    elif kind == "string":
        distinct = list(dict.fromkeys(mine))
        other = "…"
        while other in distinct:
            other += "…"
        found = [*(_Piece(value, "value") for value in distinct), _Piece(other, "other")]
    elif kind:
        found = list(_line(_ordered(mine), kind))
    else:
        found = [_Piece(None, "other")]
    if kind and any(value is None for value in values):
        found.append(_Piece(None, "value"))
    return found


@dataclass(slots=True)
class _Column:
    """A column in pieces: for each rule the pieces where it surely, and where it possibly holds, as bits."""

    kind: str
    pieces: list[_Piece]
    allowed: int
    sure: list[int] = field(default_factory=list)
    maybe: list[int] = field(default_factory=list)

    def text(self, bits: int) -> str | None:
        """Return pieces as unary tests; None for all that are allowed."""
        if bits == self.allowed or not self.kind:
            return None
        chosen = [piece for number, piece in enumerate(self.pieces) if bits >> number & 1]
        if any(piece.kind == "other" for piece in chosen):
            left = [
                _literal(piece.sample) for number, piece in enumerate(self.pieces) if not bits >> number & 1
            ]
            return f"not({', '.join(left)})"
        if self.kind in ("string", "boolean"):
            return ", ".join(_literal(piece.sample) for piece in chosen)
        return ", ".join(self._runs(bits))

    def _runs(self, bits: int) -> Iterator[str]:
        run: list[_Piece] = []
        for number, piece in enumerate([*self.pieces, None]):
            if piece is not None and piece.sample is None:
                if bits >> number & 1:
                    if run:
                        yield _interval(run[0], run[-1])
                        run = []
                    yield "null"
                continue
            if piece is not None and bits >> number & 1:
                run.append(piece)
            elif run:
                yield _interval(run[0], run[-1])
                run = []

    def rules_at(self, holding: Sequence[int]) -> list[int]:
        """Return for each piece the rules that hold there, as bits; given are the pieces of each rule."""
        found = [0] * len(self.pieces)
        for rule, bits in enumerate(holding):
            while bits:
                lowest = bits & -bits
                found[lowest.bit_length() - 1] |= 1 << rule
                bits ^= lowest
        return found

    def sample(self, bits: int) -> Value:
        """Return a value out of pieces."""
        return next(piece.sample for number, piece in enumerate(self.pieces) if bits >> number & 1)


def _interval(first: _Piece, last: _Piece) -> str:
    low, high = first.low, last.high
    low_closed, high_closed = first.kind == "value", last.kind == "value"
    if low is None and high is None:
        return "-"  # pragma: no cover - all of a line is all that is allowed, or null stands beside it
    if first is last and first.kind == "value":
        return _literal(low)
    if low is None:
        return f"{'<=' if high_closed else '<'} {_literal(high)}"
    if high is None:
        return f"{'>=' if low_closed else '>'} {_literal(low)}"
    return f"{'[' if low_closed else '('}{_literal(low)}..{_literal(high)}{']' if high_closed else ')'}"


def _kind(source: SheetInput, cells: Sequence[_Cell], allowed: _Cell) -> str:
    """Return the kind of values of a column, "" if no cell asks for any.

    Raises:
        ValueError: its values cannot be cut into pieces.
    """
    declared = source.type.rpartition(":")[2] or ""
    if declared not in _READ:
        word = _WORDS.get(declared, "Dauern" if "uration" in declared else f"Werte der Art „{declared}“")
        raise _Unread(f"{word} werden nicht ausgewertet")
    if declared not in ("", "Any"):
        return declared
    values = [value for cell in (*cells, allowed) for value, _ in cell.constants]
    kinds = {_KINDS.get(type(value), "?") for value in values if value is not None}
    if len(kinds) > 1:
        raise _Unread("ihre Zellen nennen Werte verschiedener Art")
    if "?" in kinds:
        raise _Unread("Werte dieser Art werden nicht ausgewertet")
    return kinds.pop() if kinds else ""


def _column(
    number: int, source: SheetInput, rules: Sequence[SheetRule], bounds: Bounds
) -> tuple[_Column, list[Skipped]]:
    read = {text: _cell(text) for text in {rule.tests[number] for rule in rules}}
    cells = [read[rule.tests[number]] for rule in rules]
    allowed = _cell(source.allowed or "-")
    skipped: list[Skipped] = []
    try:
        kind = _kind(source, cells, allowed)
        if allowed.test is None:
            raise _Unread(f"die Angabe der erlaubten Werte {allowed.why}")
        if kind == "string" and any(order for _, order in allowed.constants):
            raise _Unread("die erlaubten Texte sind nach ihrer Reihenfolge begrenzt")
        values = [value for cell in (*cells, allowed) for value, _ in cell.constants]
        pieces = _pieces(kind, values)
        if len(pieces) > bounds.pieces:
            raise _Unread(f"sie hat mehr als {bounds.pieces} verschiedene Werte")
    except _Unread as error:
        skipped.append(Skipped(number + 1, 0, str(error)))
        cells = [cell if cell.always else _Cell(None) for cell in cells]
        kind, pieces, allowed = "", [_Piece(None, "other")], _cell("-")
    everything = (1 << len(pieces)) - 1
    column = _Column(kind, pieces, everything)
    if allowed.test is not None and not allowed.always:
        column.allowed = _bits(allowed.test, pieces)
    known: dict[Expression, int] = {}
    for rule, cell in zip(rules, cells, strict=True):
        test, why = cell.test, cell.why
        if test is not None and not kind and not cell.always:
            test, why = None, "fragt nach einem Wert, dessen Art nicht feststeht"
        if test is not None and kind == "string" and any(order for _, order in cell.constants):
            test, why = None, "vergleicht Texte nach ihrer Reihenfolge"
        if test is None:
            column.sure.append(0)
            column.maybe.append(column.allowed)
            if why:
                skipped.append(Skipped(number + 1, rule.number, f"die Zelle {why}"))
        else:
            if test not in known:
                known[test] = everything if cell.always else _bits(test, pieces)
            bits = known[test]
            column.sure.append(bits & column.allowed)
            column.maybe.append(bits & column.allowed)
    return column, skipped


def _bits(test: Expression, pieces: Sequence[_Piece]) -> int:
    return sum(1 << number for number, piece in enumerate(pieces) if _true(test, piece.sample))


# --- the search -----------------------------------------------------------------------------------------


class _Search:
    """Looks for points that none of some rules covers."""

    def __init__(self, columns: Sequence[_Column], steps: int) -> None:
        self.columns = columns
        self.steps = steps

    def spend(self, steps: int) -> None:
        """Count steps. Raises _Exhausted when there are no more."""
        self.steps -= steps
        if self.steps < 0:
            raise _Exhausted

    def holes(
        self, cover: Sequence[Sequence[int]], rules: int, within: Sequence[int]
    ) -> Iterator[tuple[int, ...]]:
        """Yield disjoint boxes (pieces per column, as bits) in which no rule covers any point.

        Args:
            cover: for each column and piece the rules that cover it, as bits.
            rules: the rules that count, as bits.
            within: for each column the pieces that are looked at.
        """
        if not all(within):
            return
        width = len(self.columns)
        by_piece: list[list[tuple[int, int]]] = []
        everywhere = [rules] * (width + 1)
        for number in range(width - 1, -1, -1):
            covering: dict[int, int] = {}
            for bit in range(len(self.columns[number].pieces)):
                if within[number] >> bit & 1:
                    mask = cover[number][bit] & rules
                    covering[mask] = covering.get(mask, 0) | 1 << bit
            self.spend(1 + len(cover[number]) // 4)
            by_piece.insert(0, list(covering.items()))
            everywhere[number] = everywhere[number + 1]
            for mask in covering:
                everywhere[number] &= mask
        barren: set[tuple[int, int]] = set()

        def go(number: int, left: int) -> Iterator[tuple[int, ...]]:
            if not left:
                yield tuple(within[number:])
                return
            if left & everywhere[number] or (number, left) in barren:
                return
            found = False
            merged: dict[int, int] = {}
            for mask, bits in by_piece[number]:
                merged[left & mask] = merged.get(left & mask, 0) | bits
            self.spend(1 + len(by_piece[number]))
            for rest, bits in merged.items():
                for hole in go(number + 1, rest):
                    found = True
                    yield (bits, *hole)
            if not found:
                barren.add((number, left))

        yield from go(0, rules)


def _joined(boxes: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the same points in fewer boxes: those that differ in one column only become one."""
    before = 0
    while len(boxes) != before:
        before = len(boxes)
        for column in range(len(boxes[0]) if boxes else 0):
            merged: dict[tuple[int, ...], int] = {}
            for box in boxes:
                rest = (*box[:column], 0, *box[column + 1 :])
                merged[rest] = merged.get(rest, 0) | box[column]
            boxes = [(*rest[:column], bits, *rest[column + 1 :]) for rest, bits in merged.items()]
    return boxes


def _linked(sheet: Sheet) -> tuple[tuple[int, ...], ...]:
    """Return the groups of columns whose expressions name the same value."""
    using: dict[str, list[int]] = {}
    for number, column in enumerate(sheet.inputs, 1):
        try:
            names = feel.compile(column.expression).names
        except FeelError:
            continue
        for name in names:
            using.setdefault(name, []).append(number)
    return tuple(sorted({tuple(columns) for columns in using.values() if len(columns) > 1}))


def _results(rule: SheetRule) -> list[tuple[str, Value, bool]]:
    """Return the results of a rule: text, value, and whether the value is known."""
    found = []
    for text in rule.results:
        try:
            node = feel.compile(text).node
            found.append((feel.print_node(node), constant(node), True))
        except (FeelError, _Unread):
            found.append((text, None, False))
    return found


def _same(first: SheetRule, second: SheetRule) -> bool | None:
    same: bool | None = True
    for one, other in zip(_results(first), _results(second), strict=True):
        if one[0] == other[0]:
            continue
        if one[2] and other[2]:
            if feel.equal(one[1], other[1]) is not True:
                return False
        else:
            same = None
    return same


def _ranks(sheet: Sheet) -> list[tuple[int, ...]] | None:
    """Return the priority of each rule's results, first comes first; None if results are not constant."""
    tests = []
    for output in sheet.outputs:
        try:
            node = feel.compile_unary_tests(output.allowed or "-").node
            tests.append([feel.compile_unary_tests(text) for text in feel.print_tests(node)])
        except FeelError:
            return None
    ranks = []
    for rule in sheet.rules:
        rank = []
        for (_, value, known), order in zip(_results(rule), tests, strict=True):
            if not known:
                return None
            rank.append(next((place for place, test in enumerate(order) if _true(test, value)), len(order)))
        ranks.append(tuple(rank))
    return ranks


class _Analyst:
    """One analysis of one table."""

    def __init__(self, sheet: Sheet, bounds: Bounds) -> None:
        self.sheet = sheet
        self.bounds = bounds
        self.skipped: list[Skipped] = []
        self.columns: list[_Column] = []
        for number, source in enumerate(sheet.inputs):
            column, skipped = _column(number, source, sheet.rules, bounds)
            self.columns.append(column)
            self.skipped += skipped
        self.search = _Search(self.columns, bounds.steps)
        self.within = [column.allowed for column in self.columns]
        self.sure = [column.rules_at(column.sure) for column in self.columns]
        self.maybe = [column.rules_at(column.maybe) for column in self.columns]
        self.all = (1 << len(sheet.rules)) - 1

    def _box(self, bits: Sequence[int]) -> tuple[Cells, tuple[Value, ...]]:
        pairs = list(zip(self.columns, bits, strict=True))
        return tuple(column.text(part) for column, part in pairs), tuple(
            column.sample(part) for column, part in pairs
        )

    def gaps(self) -> Iterator[Gap]:
        """Yield the gaps, those that touch in one column as one. Raises _Exhausted after those found before."""
        raw: list[tuple[int, ...]] = []
        exhausted = False
        try:
            for hole in self.search.holes(self.maybe, self.all, self.within):
                raw.append(hole)
                if len(raw) > 4 * self.bounds.shown:
                    break
        except _Exhausted:
            exhausted = True
        for hole in _joined(raw):
            yield Gap(*self._box(hole))
        if exhausted:
            raise _Exhausted

    def collisions(self) -> Iterator[Collision]:
        rules = self.sheet.rules
        for first in range(len(rules)):
            for second in range(first + 1, len(rules)):
                self.search.spend(1)
                both = [column.sure[first] & column.sure[second] for column in self.columns]
                if not all(both):
                    continue
                same = _same(rules[first], rules[second])
                if self.sheet.hit_policy == "ANY" and same:
                    continue
                yield Collision(rules[first].number, rules[second].number, *self._box(both), same)

    def masked(self) -> Iterator[Masked]:
        """Yield rules that fire nowhere; by FIRST and PRIORITY also those before which others always come."""
        order = self._order()
        before = 0
        for place in order if order is not None else range(len(self.sheet.rules)):
            rule = self.sheet.rules[place]
            mine = [column.maybe[place] for column in self.columns]
            if not all(mine):
                yield Masked(rule.number, ())
            elif (
                order is not None
                and before
                and next(self.search.holes(self.sure, before, mine), None) is None
            ):
                yield Masked(rule.number, self._maskers(before, mine))
            before |= 1 << place

    def _maskers(self, before: int, mine: Sequence[int]) -> tuple[int, ...]:
        """Return the rules among those before that touch a rule; one alone if it covers all of it."""
        touching = [
            number
            for number in range(len(self.sheet.rules))
            if before >> number & 1
            and all(column.sure[number] & bits for column, bits in zip(self.columns, mine, strict=True))
        ]
        for number in touching:
            if all(
                column.sure[number] & bits == bits for column, bits in zip(self.columns, mine, strict=True)
            ):
                return (self.sheet.rules[number].number,)
        return tuple(self.sheet.rules[number].number for number in touching)

    def _order(self) -> list[int] | None:
        """Return the places of the rules, those that count first first; None if all that fire count."""
        places = list(range(len(self.sheet.rules)))
        if self.sheet.hit_policy == "FIRST":
            return places
        if self.sheet.hit_policy != "PRIORITY":
            return None
        ranks = _ranks(self.sheet)
        if ranks is None:
            self.skipped.append(
                Skipped(0, 0, "welche Regel Vorrang hat, hängt von berechneten Ergebnissen ab")
            )
            return None
        return sorted(places, key=lambda place: (ranks[place], place))


def _gather(found: Iterator[T], analyst: _Analyst, what: str) -> tuple[T, ...]:
    """Return findings, as many as may be shown; what is left off is said."""
    kept: list[T] = []
    shown = analyst.bounds.shown
    try:
        for one in found:
            if len(kept) == shown:
                analyst.skipped.append(
                    Skipped(0, 0, f"es gibt mehr als {shown} {what}; gezeigt werden die ersten")
                )
                break
            kept.append(one)
    except _Exhausted:
        reason = f"die Suche nach {what} wurde nach {analyst.bounds.steps} Schritten beendet"
        analyst.skipped.append(Skipped(0, 0, reason))
    return tuple(kept)


def analyse(sheet: Sheet, bounds: Bounds | None = None) -> Analysis:
    """Return what a table leaves out, where its rules collide, and which of them never count.

    Collisions are: for UNIQUE any two rules that fire together, for ANY those with different results; with the
    other hit policies rules may fire together. A value that is missing (null) is looked at where a cell names null.
    """
    bounds = bounds or Bounds()
    if len(sheet.rules) > bounds.rules or len(sheet.inputs) > bounds.columns:
        reason = f"die Tabelle hat mehr als {bounds.rules} Regeln oder {bounds.columns} Spalten"
        return Analysis(skipped=(Skipped(0, 0, reason),))
    analyst = _Analyst(sheet, bounds)
    by_default = bool(sheet.outputs) and all(output.default for output in sheet.outputs)
    gaps: tuple[Gap, ...] = ()
    if sheet.rules and not by_default:
        gaps = _gather(analyst.gaps(), analyst, "Lücken")
    collisions: tuple[Collision, ...] = ()
    if sheet.hit_policy in ("UNIQUE", "ANY"):
        collisions = _gather(analyst.collisions(), analyst, "Überschneidungen")
    masked = _gather(analyst.masked(), analyst, "verdeckten Regeln")
    return Analysis(
        gaps,
        collisions,
        tuple(sorted(masked, key=lambda one: one.rule)),
        tuple(analyst.skipped),
        _linked(sheet) if gaps or collisions else (),
        by_default,
        sheet.hit_policy in _LISTS and not sheet.aggregation,
    )
