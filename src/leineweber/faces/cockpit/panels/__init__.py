"""Panels: what the overview is made of, one module each, found by being here.

A panel's module has `ORDER` (its place), `POLICY` (who sees it) and `panel(actor, scope) -> Panel | None` (None:
nothing to say in this scope). It asks a constant number of queries. Page, print and PDF all show the same `Panel`.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from leineweber.faces.cockpit.panels.shapes import Panel
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel.access import Actor, allowed


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the panels' modules in the order in which they are shown."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name != "shapes"]
    found = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(found, key=lambda module: (module.ORDER, module.__name__)))


def panels(actor: Actor, scope: Scope) -> list[Panel]:
    """Return what the actor may see of a scope, in order."""
    found = [module.panel(actor, scope) for module in modules() if allowed(actor, module.POLICY)]
    return [panel for panel in found if panel is not None]
