"""Indicators: figures that rooms compute from live operation. Nobody types what can be measured.

A room registers a function by `@indicator`; a daily job keeps what each says at the end of a day (`services.capture`),
so that every figure has a course. Beside them stand figures typed by hand (with source, day and owner, and always
shown as such) and formulas in FEEL over other figures. `queries` gives readings, series and overrides by key, of all
kinds alike; `rules` holds trajectories and the traffic light. A key may name one procedure, such as
`applications.registrations@wahlhelfer`.
"""

from leineweber.kernel.indicators.registry import (
    Figure,
    Indicator,
    IndicatorQuery,
    Point,
    Slice,
    all_indicators,
    compute,
    get,
    indicator,
)

__all__ = [
    "Figure",
    "Indicator",
    "IndicatorQuery",
    "Point",
    "Slice",
    "all_indicators",
    "compute",
    "get",
    "indicator",
]
