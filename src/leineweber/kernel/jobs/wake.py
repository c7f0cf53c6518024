"""Waking the worker threads of this process when there is something to do."""

from __future__ import annotations

import threading

_signal = threading.Event()


def wake() -> None:
    """Tell this process's workers that there is work."""
    _signal.set()


def wait(seconds: float) -> None:
    """Wait until woken or the time has passed."""
    _signal.wait(seconds)
    _signal.clear()
