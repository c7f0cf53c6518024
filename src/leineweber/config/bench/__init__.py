"""Benches: what the program is measured by, one module each, found by being here.

A module `leineweber.config.bench.NAME` offers
    SUMMARY                    (German, English)
    add_arguments(parser)      its options, beside `--data` and `--database`
    run(options) -> dict       the figures; printed as JSON. `{"ok": False, …}` makes the exit status 1.
It imports Django only in `run`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def benches() -> dict[str, ModuleType]:
    """Return the modules by name as it is typed (`pages`, `submissions`)."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    return {name.replace("_", "-"): import_module(f"{__name__}.{name}") for name in sorted(names)}
