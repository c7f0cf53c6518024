"""What mkdocs adds while it builds: the list of decision records, so that the index never misses one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

INDEX = "decisions/index.md"
_RECORD = re.compile(r"\d{4}-.+\.md")
GROUPS = {
    "000": "Haus und Kern",
    "001": "Ausdrücke und Entscheidungstabellen",
    "002": "Oberfläche",
    "003": "Schreiben und Zahlung",
    "004": "Formulare",
    "005": "Abläufe",
    "006": "Organisation und Anmeldung",
    "007": "Betrieb",
    "008": "Ablage, Suche, Akte, Nachrichten",
    "009": "Fachgebiete und Gesichter",
}


def _title(file: Path) -> str:
    """Return the heading of a record without its number."""
    first = file.read_text(encoding="utf-8").lstrip().splitlines()[0]
    return re.sub(r"^#\s*(\d{4}:?\s*)?", "", first)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Add the records, by group, to the page that introduces them."""
    if page.file.src_uri != INDEX:
        return markdown
    folder = Path(config["docs_dir"]) / "decisions"
    lines = [markdown]
    group = ""
    for file in sorted(one for one in folder.iterdir() if _RECORD.fullmatch(one.name)):
        name = GROUPS.get(file.name[:3], "Weitere")
        if name != group:
            lines.append(f"\n## {name}\n")
            group = name
        lines.append(f"- [{file.name[:4]}]({file.name}) {_title(file)}")
    return "\n".join(lines) + "\n"
