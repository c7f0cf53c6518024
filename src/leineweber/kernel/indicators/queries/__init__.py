"""What can be asked: readings, series and overrides by key, and what each figure is. All kinds of figures alike.

A formula has no readings of its own: it is evaluated with those of the figures it reads, so a corrected value is in
every formula at once. Queries are constant in number, whatever is asked.
"""

from leineweber.kernel.indicators.queries.courses import (
    Reading,
    first_day,
    inputs_of_formulas,
    now,
    readings,
    series,
)
from leineweber.kernel.indicators.queries.defined import (
    Definition,
    definition,
    definitions,
    definitions_of,
    kept,
)
from leineweber.kernel.indicators.queries.lights import (
    Override,
    Standing,
    overrides,
    past_overrides,
    standings,
)
from leineweber.kernel.indicators.queries.lists import (
    Due,
    Entry,
    Narrow,
    Page,
    entries,
    entry_on,
    expiring,
    formula_versions,
    overdue,
    page_of,
)

__all__ = [
    "Definition",
    "Due",
    "Entry",
    "Narrow",
    "Override",
    "Page",
    "Reading",
    "Standing",
    "definition",
    "definitions",
    "definitions_of",
    "entries",
    "entry_on",
    "expiring",
    "first_day",
    "formula_versions",
    "inputs_of_formulas",
    "kept",
    "now",
    "overdue",
    "overrides",
    "page_of",
    "past_overrides",
    "readings",
    "series",
    "standings",
]
