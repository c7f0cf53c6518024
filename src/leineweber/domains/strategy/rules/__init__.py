"""Pure: the course of a goal, the SMART check, and the paper as text that can be frozen and compared."""

from leineweber.domains.strategy.rules.course import (
    TOLERANCE,
    Course,
    Light,
    expected_on,
    light,
    planned,
    sentence,
    worst,
)
from leineweber.domains.strategy.rules.paper import (
    FIELDS,
    KIND_LABELS,
    TRANSITIONS,
    Change,
    Difference,
    canonical,
    differences,
    digest,
    number_key,
    shown,
    words,
)
from leineweber.domains.strategy.rules.smart import CRITERIA, Facts, Finding, check_goal

__all__ = [
    "CRITERIA",
    "FIELDS",
    "KIND_LABELS",
    "TOLERANCE",
    "TRANSITIONS",
    "Change",
    "Course",
    "Difference",
    "Facts",
    "Finding",
    "Light",
    "canonical",
    "check_goal",
    "differences",
    "digest",
    "expected_on",
    "light",
    "number_key",
    "planned",
    "sentence",
    "shown",
    "words",
    "worst",
]
