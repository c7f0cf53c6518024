"""`start`: the demo on this machine, ready in one step."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from leineweber.config.commands.base import (
    DONE,
    MISSING,
    Failure,
    add_command,
    connect,
    data_directory,
    enter,
    make_demo_secret,
    make_directory,
)
from leineweber.config.commands.demo import refuse_a_citys_database, refuse_with_a_citys_key
from leineweber.config.commands.serving import add_serving, refuse_unsafe, require_free, require_loopback
from leineweber.config.language import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    parser = add_command(
        commands,
        "start",
        run,
        say("startet die Demo auf diesem Rechner", "start the demo on this machine"),
    )
    add_serving(parser, processes=1, worker="thread")


def _step(german: str, english: str) -> None:
    print(say(german, english), file=sys.stderr, flush=True)


def _load_in_a_process_of_its_own(directory: Path) -> None:
    """Load the demo city in another process.

    Typesetting starts threads that do not survive a fork: done here, every letter of the web processes, which
    are forked from this one, would wait for ever.
    """
    loading = subprocess.run(  # noqa: S603  # our own interpreter and program
        [sys.executable, "-m", "leineweber.config.cli", "demo", "load", "--data", str(directory)],
        env=os.environ | {"LEINEWEBER_DEMO": "1"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if loading.returncode != DONE:
        raise Failure(
            MISSING,
            say("Die Demostadt konnte nicht geladen werden.", "The demo city could not be loaded."),
            say("Mit --data einen leeren Ordner angeben.", "Give an empty directory with --data."),
        )


def run(options: argparse.Namespace) -> int:
    """Prepare the demo's directory, database and city, then serve until stopped."""
    began = time.monotonic()
    require_loopback(options.host)
    require_free(options.host, options.port)
    directory = data_directory(options)
    refuse_with_a_citys_key(directory)
    make_directory(directory)
    if not os.access(directory, os.W_OK):
        raise Failure(
            MISSING,
            say(
                f"Im Datenordner {directory} darf nicht geschrieben werden.", f"{directory} is not writable."
            ),
            say("Mit --data einen anderen Ordner angeben.", "Give another directory with --data."),
        )
    if not os.environ.get("LEINEWEBER_SECRET_KEY"):
        make_demo_secret(directory)
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{host}:{options.port}"
    os.environ.setdefault("LEINEWEBER_PUBLIC_URL", address)
    _step(f"Datenordner: {directory}", f"Data directory: {directory}")
    enter(options, demo=True)
    connect()
    refuse_a_citys_database()

    from django.urls import reverse

    from leineweber.config.commands.migrate import apply
    from leineweber.config.operations import demo
    from leineweber.config.operations.server import serve

    refuse_unsafe(options.host)
    applied = apply()
    if applied:
        _step(f"Datenbank: {len(applied)} Schritte ausgeführt", f"Database: {len(applied)} steps applied")
    if not demo.present():
        _step("Demostadt wird geladen …", "Loading the demo city …")
        _load_in_a_process_of_its_own(directory)

    def ready() -> None:
        print(say("\nLeineweber läuft: ", "\nLeineweber is running: ") + address + "/")
        print(
            say(
                "Das ist die Demo: erfundene Personen, bekannte Passwörter, nur auf diesem Rechner erreichbar.",
                "This is the demo: invented people, known passwords, reachable from this machine only.",
            )
        )
        entries = demo.log_ins()
        if entries:
            print(
                say("Mit einem Klick anmelden: ", "Log in with one click: ")
                + address
                + reverse("identity:demo")
                + say(" · mit Passwort und Code: ", " · with password and code: ")
                + address
                + reverse("identity:staff_login")
            )
            width = max(len(entry.user) for entry in entries)
            for entry in entries:
                print(f"  {entry.user:<{width}}  {entry.password}  {entry.who}")
        print(
            say(
                f"Bereit nach {time.monotonic() - began:.1f} s. Beenden mit Strg+C.",
                f"Ready after {time.monotonic() - began:.1f} s. Stop with Ctrl-C.",
            ),
            flush=True,
        )

    status = serve(
        options.host,
        options.port,
        processes=options.processes,
        threads=options.threads,
        worker=options.worker,
        on_ready=ready,
    )
    _step("Beendet.", "Stopped.")
    return status or DONE
