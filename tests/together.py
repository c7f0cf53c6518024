"""What tests share that need more than one thread: jobs that start at once, and the program on a port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection, connections
from django.test.testcases import LiveServerThread


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run jobs in threads that start together; return what each returned or raised."""
    barrier = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = jobs[number]()
        except Exception as error:
            results[number] = error
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@contextmanager
def served(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the program on a port of localhost, within the test's transaction; give its address."""
    shared = connections[DEFAULT_DB_ALIAS]
    shared.inc_thread_sharing()
    monkeypatch.setattr(shared, "close", lambda: None)  # the server ends every request by closing
    server = LiveServerThread(
        "localhost", StaticFilesHandler, connections_override={DEFAULT_DB_ALIAS: shared}
    )
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    settings.PUBLIC_URL = f"http://localhost:{server.port}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
    yield settings.PUBLIC_URL
    server.terminate()
    shared.dec_thread_sharing()
