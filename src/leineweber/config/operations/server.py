"""The server: granian with WSGI, some processes with some threads, and the worker beside or inside them.

The process that people start looks after the others: it starts them, starts them again when they fail, and
ends them. When it is gone, however that came, the others end by themselves, so that no orphan keeps the
address. On SQLite the processes share the file (WAL, BEGIN IMMEDIATE).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import structlog
from django.http import HttpResponse
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from leineweber.config.loading import without_collector

log = structlog.get_logger(__name__)

WorkerPlace = Literal["thread", "process", "none"]
STOP_SECONDS = 20
ORPHAN_CHECK_SECONDS = 1.0

_worker: WorkerThread | None = None


class WorkerThread:
    """The loop of deliveries, jobs and schedules, as a thread of a web process."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leineweber-worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Let the job in hand end, then stop; one that takes longer than STOP_SECONDS is repeated later."""
        self._stop.set()
        from leineweber.kernel.jobs.wake import wake

        wake()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        from leineweber.kernel.jobs.worker import run_forever

        while not self._stop.is_set():
            try:
                run_forever(self._stop)
            except (
                Exception
            ):  # a fault of the loop itself must not end all work; it is logged and begun again
                log.exception("worker loop failed")
                self._stop.wait(5)


class Turns:
    """Lets the requests of a process run one after the other, unless one takes long.

    Two at once would only take the interpreter from each other, at every statement of the database: measured, a
    seventh of all work. Whoever has waited for `PATIENCE` seconds runs beside what takes so long.

    A connection that is kept alive stays with its process, and processes that take connections at random may have
    very different numbers of them. One that is crowded therefore gives connections up; they come again elsewhere.
    """

    PATIENCE = 0.05
    CROWD = 3

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._here = 0

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Run the block in its turn; the value tells whether the process is crowded."""
        self._here += 1
        in_turn = self._free.acquire(timeout=self.PATIENCE)
        try:
            yield self._here >= self.CROWD
        finally:
            self._here -= 1
            if in_turn:
                self._free.release()


def _end_with_parent(parent: int) -> None:
    """End this process when its parent has gone, even by SIGKILL."""
    pause = threading.Event()

    def watch() -> None:
        while os.getppid() == parent:
            pause.wait(ORPHAN_CHECK_SECONDS)
        # A signal that comes while the server is still being set up is lost; so it is sent until it is heard.
        for _ in range(STOP_SECONDS):
            os.kill(os.getpid(), signal.SIGTERM)
            pause.wait(ORPHAN_CHECK_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="leineweber-parent", daemon=True).start()


def _load_application(parent: int, with_worker: bool) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application of a web process; called in that process."""
    global _worker
    # Ctrl-C in a terminal goes to the whole group; the parent alone answers it, by ending its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent(parent)
    from leineweber.config.wsgi import application

    if with_worker:
        _worker = WorkerThread()
        _worker.start()

    turns = Turns()

    def whole(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with turns.one() as crowded:

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(
                    status, [*headers, ("Connection", "close")] if crowded else headers, *rest
                )

            response = cast(HttpResponse, application(environ, start))
        if response.streaming:
            return response
        # A list goes out in one piece with its length; anything else would be sent chunk by chunk.
        body = response.content
        response.close()
        return [body]

    return whole


def _web_process(*arguments: Any) -> None:
    """Serve until told to stop, then let this process's worker end its job."""
    try:
        MPServer._spawn_wsgi_worker(*arguments)
    finally:
        if _worker is not None:
            _worker.stop()


class _WorkerProcess:
    """`leineweber worker` as a child process that is started again when it fails."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="leineweber-worker-keeper", daemon=True)

    def start(self) -> None:
        """Start the process and the thread that keeps it."""
        self._thread.start()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "leineweber.config.cli", "worker", "--parent", str(os.getpid())]
            )
            self._process.wait()
            if not self._stopping.is_set():
                log.error("worker process ended", status=self._process.returncode)
                self._stopping.wait(2)

    def stop(self) -> None:
        """End the process after its job in hand."""
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._thread.join(1)


class _Server(MPServer):
    """granian's server; the first of its processes also works, if it should."""

    worker_thread = False
    on_spawned: Callable[[], None]

    def _spawn_worker(  # type: ignore[override]  # granian's own servers leave out the last argument as well
        self, idx: int, target: Any, callback_loader: Any
    ) -> Any:
        loader = partial(_load_application, os.getpid(), self.worker_thread and idx == 0)
        return super()._spawn_worker(idx, target, loader)

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        # By now this process has threads; whatever is started again begins from scratch, not as a copy.
        multiprocessing.set_start_method("spawn", force=True)
        self.on_spawned()


def serve(
    address: str,
    port: int,
    *,
    processes: int,
    threads: int,
    worker: WorkerPlace,
    on_ready: Callable[[], None],
) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status.

    Args:
        address: IP address to listen on.
        port: TCP port.
        processes: web processes.
        threads: requests that each process answers at the same time.
        worker: where deliveries, jobs and schedules run: in a thread of the first web process, in a process
            of its own, or not here.
        on_ready: called when the address is bound and the processes have been started.
    """
    from django.conf import settings
    from django.db import connections
    from django.urls import get_resolver

    # Files that are collected would lie here; none are, and the server of static files wants the directory.
    Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
    # What is loaded here, the web processes have from their first moment.
    with without_collector():
        get_resolver().url_patterns  # noqa: B018  # reading it loads all views
        from leineweber.config import wsgi
    assert wsgi.application is not None
    # The web processes are copies of this one: none may share a connection with it.
    connections.close_all()
    server = _Server(
        "leineweber.config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=30_000, max_buffer_size=128 * 1024),
        workers=processes,
        blocking_threads=threads,
        backpressure=max(64, threads * 16),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS + 5,
        log_enabled=True,
        log_level=LogLevels.warning,
    )
    server.worker_thread = worker == "thread"
    keeper = _WorkerProcess() if worker == "process" else None

    def spawned() -> None:
        if keeper is not None:
            keeper.start()
        on_ready()

    server.on_spawned = spawned
    try:
        server.serve(spawn_target=_web_process, target_loader=_load_application, wrap_loader=False)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        if keeper is not None:
            keeper.stop()
    return 0
