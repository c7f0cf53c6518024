"""Range functions (DMN 1.5, 10.3.4.9): Allen's relations between points and ranges."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Fault
from ..values import Range, Run, Value, compare, incomparable
from .registry import builtin


def _order(a: Value, b: Value) -> int:
    order = compare(a, b)
    if order is None:
        raise incomparable(a, b)
    return order


def _starts(a: Range, b: Range) -> int:
    """Return -1, 0, 1 as a starts before, together with or after b."""
    if a.low is None or b.low is None:
        return (b.low is None) - (a.low is None)
    return _order(a.low, b.low) or b.low_closed - a.low_closed


def _ends(a: Range, b: Range) -> int:
    """Return -1, 0, 1 as a ends before, together with or after b."""
    if a.high is None or b.high is None:
        return (a.high is None) - (b.high is None)
    return _order(a.high, b.high) or a.high_closed - b.high_closed


def _gap(a: Range, b: Range) -> int:
    """Return -1 if a ends before b begins, 0 if they share just that point, 1 if they overlap there."""
    if a.high is None or b.low is None:
        return 1
    order = _order(a.high, b.low)
    if order:
        return order
    return 0 if a.high_closed and b.low_closed else -1


def _range(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _touches(a: Range, b: Range) -> bool:
    return a.high is not None and a.high_closed and b.low_closed and _gap(a, b) == 0


def _both(a: Value, b: Value) -> tuple[Range, Range]:
    if not isinstance(a, Range) or not isinstance(b, Range):
        raise Fault("Erwartet werden zwei Bereiche.", "Two ranges are expected.")
    return a, b


def _needs_range(value: Value) -> Range:
    if not isinstance(value, Range):
        raise Fault("Erwartet wird ein Bereich.", "A range is expected.")
    return value


def before(a: Value, b: Value) -> bool:
    """Return whether a ends before b begins."""
    return _gap(_range(a), _range(b)) < 0


def after(a: Value, b: Value) -> bool:
    """Return whether a begins after b ends."""
    return before(b, a)


def meets(a: Value, b: Value) -> bool:
    """Return whether a ends at the very point at which b begins."""
    return _touches(*_both(a, b))


def met_by(a: Value, b: Value) -> bool:
    """Return whether a begins at the very point at which b ends."""
    return meets(b, a)


def overlaps(a: Value, b: Value) -> bool:
    """Return whether two ranges have a point in common."""
    first, second = _both(a, b)
    return _gap(first, second) >= 0 and _gap(second, first) >= 0


def overlaps_before(a: Value, b: Value) -> bool:
    """Return whether a begins before b and ends within it."""
    first, second = _both(a, b)
    return _starts(first, second) < 0 and _gap(first, second) >= 0 and _ends(first, second) <= 0


def overlaps_after(a: Value, b: Value) -> bool:
    """Return whether a begins within b and ends after it."""
    first, second = _both(a, b)
    return _starts(first, second) > 0 and _gap(second, first) >= 0 and _ends(first, second) >= 0


def finishes(a: Value, b: Value) -> bool:
    """Return whether a ends together with b, not beginning before it."""
    second = _needs_range(b)
    if not isinstance(a, Range):
        return second.high is not None and second.high_closed and _order(a, second.high) == 0
    return _ends(a, second) == 0 and _starts(a, second) >= 0


def finished_by(a: Value, b: Value) -> bool:
    """Return whether b finishes a."""
    return finishes(b, a)


def includes(a: Value, b: Value) -> bool:
    """Return whether all of b lies in a."""
    first, second = _needs_range(a), _range(b)
    return _starts(first, second) <= 0 and _ends(first, second) >= 0


def during(a: Value, b: Value) -> bool:
    """Return whether all of a lies in b."""
    return includes(b, a)


def starts(a: Value, b: Value) -> bool:
    """Return whether a begins together with b, not ending after it."""
    second = _needs_range(b)
    if not isinstance(a, Range):
        return second.low is not None and second.low_closed and _order(a, second.low) == 0
    return _starts(a, second) == 0 and _ends(a, second) <= 0


def started_by(a: Value, b: Value) -> bool:
    """Return whether b starts a."""
    return starts(b, a)


def coincides(a: Value, b: Value) -> bool:
    """Return whether two points, or two ranges, are the same."""
    if isinstance(a, Range) != isinstance(b, Range):
        raise Fault(
            "Erwartet werden zwei Punkte oder zwei Bereiche.", "Two points or two ranges are expected."
        )
    first, second = _range(a), _range(b)
    return _starts(first, second) == 0 and _ends(first, second) == 0


_POINT_RANGE = ("point: Any, range: Any",)
_RANGES = ("range1: Any, range2: Any",)
_RELATIONS: dict[str, tuple[Callable[[Value, Value], bool], tuple[str, ...]]] = {
    "before": (
        before,
        ("point1: Any, point2: Any", *_POINT_RANGE, "range: Any, point: Any", *_RANGES),
    ),
    "after": (
        after,
        ("point1: Any, point2: Any", *_POINT_RANGE, "range: Any, point: Any", *_RANGES),
    ),
    "meets": (meets, _RANGES),
    "met by": (met_by, _RANGES),
    "overlaps": (overlaps, _RANGES),
    "overlaps before": (overlaps_before, _RANGES),
    "overlaps after": (overlaps_after, _RANGES),
    "finishes": (finishes, (*_POINT_RANGE, *_RANGES)),
    "finished by": (finished_by, ("range: Any, point: Any", *_RANGES)),
    "includes": (includes, ("range: Any, point: Any", *_RANGES)),
    "during": (during, (*_POINT_RANGE, *_RANGES)),
    "starts": (starts, (*_POINT_RANGE, *_RANGES)),
    "started by": (started_by, ("range: Any, point: Any", *_RANGES)),
    "coincides": (coincides, ("point1: Any, point2: Any", *_RANGES)),
}


def _declare(name: str, relation: Callable[[Value, Value], bool], params: str) -> None:
    @builtin(name, params)
    def body(run: Run, a: Value, b: Value) -> Value:
        return relation(a, b)


for _name, (_relation, _ways) in _RELATIONS.items():
    for _params in _ways:
        _declare(_name, _relation, _params)
