"""The HTML of the pages: gathered from the demo city as every role sees it, checked by the W3C's checker."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from leineweber.config.testing.postgresql import install

if TYPE_CHECKING:
    from leineweber.config.testing.suite import Run

VNU = "vnu-jar@26.9.27"
SHOWN = 40


def _checker(run: Run) -> Path:
    """Return the checker's jar, fetched once by npm into the cache."""
    home = run.cache / "vnu"
    found = sorted(home.glob("node_modules/vnu-jar/build/dist/vnu.jar"))
    if not found:
        if shutil.which("npm") is None:
            install("npm")
        run.call("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, VNU)
        found = sorted(home.glob("node_modules/vnu-jar/build/dist/vnu.jar"))
    assert found, "vnu-jar ist eingerichtet, aber vnu.jar fehlt."
    if shutil.which("java") is None:
        install("default-jre-headless")
    return found[0]


def check_pages(run: Run) -> None:
    """Gather pages, and have all of them checked, those that tests have left too.

    Raises:
        AssertionError: a page is not valid HTML, or there is none.
    """
    jar = _checker(run)
    with tempfile.TemporaryDirectory(prefix="leineweber-pages-") as scratch:
        environment = {"LEINEWEBER_DATA": scratch}
        run.python("-m", "leineweber.config.cli", "demo", "load", env=environment)
        run.python("-m", "leineweber.config.testing.crawl", str(run.pages), env=environment)
    pages = sorted(run.pages.glob("*.html"))
    assert pages, "Es wurde keine Seite gesammelt."
    done = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", run.pages],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.lstrip().startswith("{"), f"vnu: {done.stderr[:2000]}"
    messages = [message for message in json.loads(done.stderr)["messages"] if message["type"] != "info"]
    print(f"   {len(pages)} Seiten geprüft", file=sys.stderr)
    kinds: dict[str, list[str]] = {}
    for message in messages:
        where = f"{Path(message.get('url', '')).name}:{message.get('lastLine', '?')}"
        kinds.setdefault(re.sub(r"[\d-]{3,}[\d:.+T]*", "…", message["message"]), []).append(where)
    lines = [f"{len(places)} × {text} Zuerst: {places[0]}" for text, places in kinds.items()]
    assert not messages, f"{len(messages)} Fehler im HTML:\n" + "\n".join(lines[:SHOWN])
