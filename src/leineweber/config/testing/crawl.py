"""Gathers the pages of the demo city, in this process: `python -m leineweber.config.testing.crawl DIR`."""

from __future__ import annotations

import re
import sys
from collections import deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

STARTS = (
    "/",
    "/leistungen/",
    "/arbeit/",
    "/steuerung/",
    "/arbeit/betrieb/",
    "/arbeit/gestaltung/",
    "/konto/",
)
LIMIT = 80
_LINK = re.compile(r'<a\s[^>]*href="([^"#]+)')


def gather(directory: Path, who: str, account_id: object | None) -> int:
    """Follow links from the STARTS as one persona of the demo, or as nobody; write each HTML page; return how many.

    Pages that answer with an error of ours (403, 404) are pages too. Links that act (log-out, downloads) are left.
    """
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    if account_id is not None:
        answer = client.post("/demo/anmelden/", {"konto": str(account_id)})
        assert answer.status_code == 302, f"{who}: Anmeldung beantwortet mit {answer.status_code}"
    waiting = deque(STARTS)
    seen = set(STARTS)
    shapes: dict[str, int] = {}
    count = 0
    while waiting and count < LIMIT:
        path = waiting.popleft()
        answer = client.get(path, follow=True)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        assert answer.status_code < 500, f"{path} antwortet mit {answer.status_code}"
        text = answer.content.decode()
        (directory / f"{who}-{count:03d}-{re.sub('[^a-z0-9]+', '-', path)[:60]}.html").write_text(text)
        count += 1
        for link in _LINK.findall(text):
            target = urlsplit(urljoin(path, link.replace("&amp;", "&")))
            if (
                target.netloc
                or target.scheme
                or "abmelden" in target.path
                or target.path.startswith("/static/")
            ):
                continue
            # Three of a kind are enough: pages of single cases are alike, and so are those of a language.
            shape = re.sub(r"[0-9a-f-]{8,}|\d+", "…", target.path)
            if "sprache=" in target.query:
                shape = target.query
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen and shapes.get(shape, 0) < 3:
                shapes[shape] = shapes.get(shape, 0) + 1
                seen.add(address)
                waiting.append(address)
    return count


def main(directory: Path) -> int:
    """Gather as nobody, and as each account that the demo names."""
    import os

    os.environ["LEINEWEBER_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leineweber.config.settings")
    import django

    django.setup()
    from leineweber.people.identity.models import Account

    count = gather(directory, "anonym", None)
    for number, account in enumerate(Account.objects.filter(demo=True).order_by("id"), 1):
        count += gather(directory, f"konto-{number}", account.id)
    print(f"{count} Seiten")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
