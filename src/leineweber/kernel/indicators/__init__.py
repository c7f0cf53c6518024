"""Indicators: figures that rooms compute from live operation. Nobody types what can be measured."""

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
