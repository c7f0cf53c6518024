"""The shapes a panel is made of. Each says of which kind it is, so that page and PDF can tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leineweber.kernel.ui.charts import Chart


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: value as text; `href` leads to its source; `light` is empty or a traffic light."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    href: str = ""
    light: str = ""
    light_label: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Figures side by side."""

    tiles: Sequence[Tile]
    kind: Literal["tiles"] = "tiles"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, shown with its table."""

    chart: Chart
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as `data_table` takes them. With `folded` the table is behind these words until somebody opens it."""

    caption: str
    columns: Sequence[dict[str, Any]]
    rows: Sequence[dict[str, Any]]
    folded: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Chip:
    """A thing in the smallest form: its light, a short name, its title and page."""

    label: str
    title: str
    href: str
    light: str


@dataclass(frozen=True, slots=True)
class Chips:
    """Many things at one glance, under a heading such as "3 gefährdet"."""

    label: str
    light: str
    chips: Sequence[Chip]
    kind: Literal["chips"] = "chips"


Block = Tiles | Picture | Table | Chips


@dataclass(frozen=True, slots=True)
class Panel:
    """One question and its answer: first the sentence, then figures, pictures and tables.

    `headline` is what the page begins with, `brief` what the top of it says besides; both empty for nothing. `wide`
    panels take the whole width; `more` are links as (label, address); `source` says in words where the figures come
    from.
    """

    key: str
    title: str
    sentence: str
    blocks: Sequence[Block] = ()
    headline: str = ""
    brief: str = ""
    source: str = ""
    more: Sequence[tuple[str, str]] = ()
    wide: bool = False
