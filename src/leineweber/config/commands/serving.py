"""What `start`, `web` and `worker` share: options, refusals and the loop of a worker process."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import socket
import threading
from types import FrameType

from leineweber.config.commands.base import REFUSED, SECRET_MINIMUM, Failure
from leineweber.config.language import say


def number(low: int, high: int) -> type[int]:
    """Return an argparse type: a whole number within bounds."""

    def convert(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                say(f"erlaubt ist {low} bis {high}", f"allowed is {low} to {high}")
            )
        return value

    return convert  # type: ignore[return-value]  # argparse takes any callable for a type


def add_serving(parser: argparse.ArgumentParser, *, processes: int, worker: str) -> None:
    """Add `--port`, `--host`, `--processes`, `--threads` and `--worker`."""
    parser.add_argument("--port", type=number(1, 65535), default=8000, help=say("Port (8000)", "port (8000)"))
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="IP", help=say("Adresse (127.0.0.1)", "address (127.0.0.1)")
    )
    parser.add_argument(
        "--processes",
        type=number(1, 64),
        default=processes,
        metavar="N",
        help=say(f"Webprozesse ({processes})", f"web processes ({processes})"),
    )
    parser.add_argument(
        "--threads",
        type=number(1, 64),
        default=4,
        metavar="N",
        help=say("gleichzeitige Anfragen je Prozess (4)", "requests at the same time per process (4)"),
    )
    parser.add_argument(
        "--worker",
        choices=("thread", "process", "none"),
        default=worker,
        help=say(
            f"wo Zustellungen und Aufträge laufen: im ersten Webprozess, in einem eigenen oder nicht hier ({worker})",
            f"where deliveries and jobs run: in the first web process, in one of its own, or not here ({worker})",
        ),
    )


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_loopback(host: str) -> None:
    """Make sure that a demo is for this machine only.

    Raises:
        Failure: others would reach the address.
    """
    if not is_loopback(host):
        raise Failure(
            REFUSED,
            say(
                f"Abgelehnt: Die Demo hat bekannte Passwörter und hört nur auf diesem Rechner, nicht auf {host}.",
                f"Refused: the demo has known passwords and listens on this machine only, not on {host}.",
            ),
            say(
                "Für den Betrieb: leineweber web, ohne LEINEWEBER_DEMO.",
                "To run it for a city: leineweber web, without LEINEWEBER_DEMO.",
            ),
        )


def require_free(host: str, port: int) -> None:
    """Make sure that nothing listens on the address yet.

    Raises:
        Failure: it is taken, or it is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise Failure(
                REFUSED,
                say(
                    f"Auf {host}:{port} kann nicht gehört werden: {error.strerror}.",
                    f"Cannot listen on {host}:{port}: {error.strerror}.",
                ),
                say("Mit --port einen anderen Port angeben.", "Give another port with --port."),
            ) from error


def refuse_unsafe(host: str | None = None) -> None:
    """Refuse to serve a city with a configuration that is only good for trying out.

    Args:
        host: the address that is going to be served, None for a worker, which serves none.

    Raises:
        Failure: no secret key or a short one, DEBUG, the demo city in the database, or a demo that others than
            this machine would reach.
    """
    from django.conf import settings

    from leineweber.config.operations import demo

    key = os.environ.get("LEINEWEBER_SECRET_KEY", "")
    if settings.DEBUG:
        raise Failure(
            REFUSED,
            say(
                "Abgelehnt: LEINEWEBER_DEBUG ist gesetzt; Fehlerseiten würden Inneres zeigen.",
                "Refused: LEINEWEBER_DEBUG is set; error pages would show internals.",
            ),
            say("LEINEWEBER_DEBUG entfernen.", "Unset LEINEWEBER_DEBUG."),
        )
    if settings.LEINEWEBER_DEMO:
        if host is not None:
            require_loopback(host)
        return
    if len(key) < SECRET_MINIMUM:
        raise Failure(
            REFUSED,
            say(
                f"Abgelehnt: LEINEWEBER_SECRET_KEY fehlt oder ist kürzer als {SECRET_MINIMUM} Zeichen.",
                f"Refused: LEINEWEBER_SECRET_KEY is missing or shorter than {SECRET_MINIMUM} characters.",
            ),
            say("Einen erzeugen: openssl rand -base64 48", "Make one: openssl rand -base64 48"),
        )
    if demo.present():
        raise Failure(
            REFUSED,
            say(
                "Abgelehnt: In der Datenbank stehen Demodaten mit bekannten Passwörtern.",
                "Refused: the database holds demo data with known passwords.",
            ),
            say(
                "Eine leere Datenbank nehmen (DATABASE_URL oder --data).",
                "Take an empty database (DATABASE_URL or --data).",
            ),
        )


def work_until_stopped(parent: int | None = None) -> None:
    """Run the worker's loop in this process until SIGTERM, SIGINT or the end of its parent."""
    from leineweber.kernel.jobs.wake import wake
    from leineweber.kernel.jobs.worker import run_forever

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()
        wake()

    signal.signal(signal.SIGTERM, end)
    # Started by a server, the terminal's Ctrl-C is the server's to answer.
    signal.signal(signal.SIGINT, end if parent is None else signal.SIG_IGN)
    if parent is not None:
        pause = threading.Event()

        def watch() -> None:
            while os.getppid() == parent:
                pause.wait(1.0)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=watch, daemon=True).start()
    run_forever(stop)
