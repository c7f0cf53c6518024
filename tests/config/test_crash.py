"""Killing the whole program at random moments: what was acknowledged is there, whole; nothing went out twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from leineweber.config.bench import _city

pytestmark = [pytest.mark.database, pytest.mark.slow]
SUBMISSIONS = 200
CLIENTS = 3


def _pages() -> dict[str, dict[str, list[str]]]:
    code = (
        "import django, json; django.setup()\n"
        "from leineweber.config.bench._city import posted_pages\nprint(json.dumps(posted_pages()))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "leineweber.config.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    return json.loads(done.stdout)


def test_every_receipt_number_handed_out_survives_kill_9():
    draw = random.Random(_city.SEED)
    handed_out: list[str] = []
    pages = _pages()
    with _city.city(os.environ.get("LEINEWEBER_TEST_DATABASE_URL", "")) as town:
        town.start()
        enough = threading.Event()

        def apply_again_and_again(number: int) -> None:
            person = _city.Person(town.port, random.Random(number), pages)
            pause = threading.Event()
            while not enough.is_set():
                try:
                    handed_out.append(person.apply())
                except (OSError, http.client.HTTPException, _city.Refused):
                    pause.wait(0.05)
                if len(handed_out) >= SUBMISSIONS:
                    enough.set()

        clients = [
            threading.Thread(target=apply_again_and_again, args=(n,), daemon=True) for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        kills = 0
        end = time.monotonic() + 400
        while not enough.is_set() and time.monotonic() < end:
            # A few numbers further, and then at any moment within the next submissions.
            aim = len(handed_out) + draw.randint(3, 30)
            while len(handed_out) < aim and not enough.wait(0.02) and time.monotonic() < end:
                pass
            enough.wait(draw.uniform(0.0, 0.4))
            town.kill()
            kills += 1
            town.start()
        enough.set()
        for client in clients:
            client.join()
        assert len(handed_out) >= SUBMISSIONS, f"only {len(handed_out)} in time, {kills} kills"
        assert kills >= 5
        end = time.monotonic() + 180
        pause = threading.Event()
        while any((owed := town.ask(_city.OWED))[:2]) and time.monotonic() < end:
            pause.wait(0.5)
        whole = town.ask(_city.WHOLE)
        assert set(handed_out) <= set(whole), sorted(set(handed_out) - set(whole))
        assert len(whole) == len(set(whole))
        assert owed[:3] == [0, 0, 0]
        assert town.ask(_city.NOT_ONCE) == []
        sent = Counter((town.data / "mails").read_text().splitlines())
        assert max(sent.values()) == 1
        assert set(town.ask(_city.SENT)) <= set(sent), (
            "counted as sent, but the mail server knows nothing of it"
        )
        report = town.ask(
            "import json\nfrom leineweber.kernel.audit.services import verify\n"
            "print(json.dumps([f.message for f in verify().findings]))"
        )
        assert report == []
