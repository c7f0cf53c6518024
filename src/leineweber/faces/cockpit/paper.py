"""The overview on paper: the same panels as the page, as PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from leineweber.capabilities import documents
from leineweber.capabilities.documents.rules import Json
from leineweber.faces.cockpit.panels.shapes import Chips, Panel, Picture, Table, Tiles
from leineweber.kernel.ui.charts import Chart
from leineweber.kernel.ui.jinja import local_now

# On paper there is no style sheet: the classes of the charts get the colours of the letter.
_STYLE = (
    "text{font-family:'Fira Sans';font-size:14px;fill:#1d2433}.lw-c-muted{fill:#4a5560}.lw-c-strong{font-weight:600}"
    ".lw-c-bar{fill:#0b4a6f}.lw-c-bar--weak{fill:#9db8c7}.lw-c-need{fill:#eef3f7;stroke:#9aa5b1}"
    ".lw-c-bar--second{fill:#5b87a3}"
    ".lw-c-line{fill:none;stroke:#0b4a6f;stroke-width:2.5}.lw-c-dot{fill:#0b4a6f}"
    ".lw-c-target{fill:none;stroke:#4a5560;stroke-width:1.5;stroke-dasharray:5 4}"
    ".lw-c-axis{stroke:#9aa5b1}.lw-c-grid{stroke:#d7dde2}"
)
# The file's own description is told by the alternative text; a second one would be read twice.
_NAMESPACE = '<svg xmlns="http://www.w3.org/2000/svg" '


def picture(chart: Chart) -> bytes:
    """Return a chart as an SVG file of its own."""
    text = str(chart.svg("bild")).replace("<svg ", _NAMESPACE, 1)
    return text.replace("</desc>", f"</desc><style>{_STYLE}</style>", 1).encode("utf-8")


def _words(cell: Any) -> str:
    """Return a cell of a table as text."""
    if not isinstance(cell, Mapping):
        return str(cell)
    parts = [str(cell.get("text", "")), str(cell.get("badge", "")), str(cell.get("note", ""))]
    return ", ".join(part for part in parts if part)


def _table(caption: str, columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> Json:
    return {
        "kind": "table",
        "caption": caption,
        "columns": [str(column["label"]) for column in columns],
        "numeric": [bool(column.get("numeric")) for column in columns],
        "rows": [[_words(row["cells"].get(column["key"], "")) for column in columns] for row in rows],
    }


def _panel(panel: Panel, assets: dict[str, bytes]) -> Json:
    blocks: list[Json] = []
    for block in panel.blocks:
        if isinstance(block, Tiles):
            rows = [
                [
                    tile.label,
                    f"{tile.value} {tile.unit}".strip(),
                    "; ".join(t for t in (tile.light_label, tile.note) if t),
                ]
                for tile in block.tiles
            ]
            blocks.append(
                {
                    "kind": "table",
                    "caption": "",
                    "columns": ["Kennzahl", "Stand", "Dazu"],
                    "numeric": [False, True, False],
                    "rows": rows,
                }
            )
        elif isinstance(block, Picture):
            name = f"bild-{len(assets) + 1}.svg"
            assets[name] = picture(block.chart)
            blocks.append(
                {
                    "kind": "picture",
                    "name": name,
                    "title": block.chart.title,
                    "alt": f"{block.chart.title}. {block.chart.description}",
                    "source": block.chart.source,
                }
            )
            blocks.append(_table(block.chart.title, block.chart.columns, block.chart.rows))
        elif isinstance(block, Table):
            blocks.append(_table(block.caption, block.columns, block.rows))
        elif isinstance(block, Chips):
            listed = ", ".join(chip.label for chip in block.chips)
            blocks.append({"kind": "line", "text": f"{block.label}: {listed}"})
    return {"title": panel.title, "sentence": panel.sentence, "source": panel.source, "blocks": blocks}


def overview(city: str, scope: str, sentence: str, lead: str, panels: Sequence[Panel]) -> bytes:
    """Return the overview as PDF.

    Args:
        city: whose overview it is.
        scope: the field or unit that is looked at, empty for the whole city.
        sentence: what the page begins with.
        lead: what follows it.
        panels: what the reader may see.
    """
    assets: dict[str, bytes] = {}
    data: dict[str, Json] = {
        "title": f"Überblick der Steuerung{f': {scope}' if scope else ''}",
        "city": city,
        "scope": scope,
        "sentence": sentence,
        "lead": lead,
        "at": local_now().strftime("%Y-%m-%dT%H:%M"),
        "panels": [_panel(panel, assets) for panel in panels],
    }
    template = files("leineweber.faces.cockpit").joinpath("overview.typ").read_text(encoding="utf-8")
    return documents.typeset(template, data, assets=assets)
