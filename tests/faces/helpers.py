"""Small helps for the tests of the faces."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse


def main_text(response: HttpResponse) -> str:
    """Return the words in the main part of a page, without tags, white space folded."""
    content = response.content.decode()
    assert "<main" in content, content[:500]
    inner = content.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)).split())
