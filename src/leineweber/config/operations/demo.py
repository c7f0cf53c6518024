"""The demo city: every room that has a `demo` module brings its part; one entry in the audit trail marks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection

from leineweber.kernel.access import Actor
from leineweber.kernel.audit.queries import any_entry, entries_of
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

# The audit trail is append-only: a database that ever held the demo city says so for ever.
DEMO = Ref("demo", UUID(int=0))


@dataclass(frozen=True, slots=True)
class LogIn:
    """A way into the demo: who it is (German), user name and password."""

    who: str
    user: str
    password: str


def _modules() -> Iterable[ModuleType]:
    for config in apps.get_app_configs():
        if config.name.startswith("leineweber.") and find_spec(f"{config.name}.demo") is not None:
            yield import_module(f"{config.name}.demo")


def present() -> bool:
    """Tell whether the demo city was ever loaded into this database."""
    return entries_of(DEMO).exists()


def in_use_by_a_city() -> bool:
    """Tell whether somebody has worked with this database and it is no demo; it need not be migrated.

    What the demo leaves can never be taken out again, so a real city's database must not come near it.
    """
    if "audit_entry" not in connection.introspection.table_names():
        return False
    return any_entry() and not present()


def load() -> bool:
    """Load the demo city, floor by floor, in one transaction; return False if it was there already.

    A room's `demo` module offers `load()`. Nothing is loaded into a database that is not for the demo.

    Raises:
        PermissionError: LEINEWEBER_DEMO is not set.
    """
    if not settings.LEINEWEBER_DEMO:
        raise PermissionError("The demo city is loaded only where LEINEWEBER_DEMO is set.")
    if present():
        return False
    with act(Actor.system(), "demo.loaded", DEMO):
        for module in _modules():
            module.load()
    return True


def log_ins() -> list[LogIn]:
    """Return the log-ins that the rooms' `demo` modules name in `LOG_INS`: (who, user, password)."""
    return [LogIn(*entry) for module in _modules() for entry in getattr(module, "LOG_INS", ())]
