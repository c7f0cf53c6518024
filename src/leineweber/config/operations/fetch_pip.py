"""Runs pip where there is none: fetches its wheel from the package index and calls it from there.

Debian and Ubuntu ship Python without pip. Needs nothing but the standard library; called by the launcher as
`python fetch_pip.py install uv`. The index is PIP_INDEX_URL or PyPI; the wheel's SHA-256 is the index's own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

INDEX = "https://pypi.org/simple"
ACCEPT = "application/vnd.pypi.simple.v1+json"
SECONDS = 60
_WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl\Z")


def _get(url: str, accept: str = "*/*") -> bytes:
    if not url.startswith(("https://", "http://127.0.0.1")):
        raise ValueError(f"Nur https: {url}")
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310  # the scheme is checked above
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return bytes(answer.read())


def newest(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the newest final pip wheel of an index page (PEP 691) that was not withdrawn.

    Raises:
        ValueError: there is none.
    """
    found = [
        (tuple(map(int, match.group(1).split("."))), number)
        for number, entry in enumerate(files)
        if not entry.get("yanked") and (match := _WHEEL.match(entry["filename"]))
    ]
    if not found:
        raise ValueError("Im Paketverzeichnis ist kein pip.")
    return files[max(found)[1]]


def main(arguments: list[str]) -> int:
    """Fetch pip and run it with the arguments; return its exit status."""
    index = (os.environ.get("PIP_INDEX_URL") or INDEX).rstrip("/")
    page = f"{index}/pip/"
    try:
        entry = newest(json.loads(_get(page, ACCEPT))["files"])
        wheel = _get(urljoin(page, entry["url"]))
    except (OSError, ValueError, KeyError) as error:
        print(f"pip ist nicht zu bekommen: {error}", file=sys.stderr)
        return 1
    if hashlib.sha256(wheel).hexdigest() != entry["hashes"]["sha256"]:
        print("pip wurde auf dem Weg verändert; nichts wird ausgeführt.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="leineweber-pip-") as name:
        path = Path(name) / entry["filename"]
        path.write_bytes(wheel)
        return subprocess.run([sys.executable, path / "pip", *arguments], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
