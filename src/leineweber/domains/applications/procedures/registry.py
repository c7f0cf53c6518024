"""Procedures in force, loaded once per process and version."""

from __future__ import annotations

import time
from functools import lru_cache
from uuid import UUID

from leineweber.domains.applications.models import Procedure
from leineweber.domains.applications.procedures.package import Package
from leineweber.domains.applications.procedures.reading import build
from leineweber.kernel.prepared import Prepared

LOOKING_ROLES = frozenset({"auditor"})
_FRESH_SECONDS = 2.0
_rows = Prepared(lambda key: Procedure.objects.filter(id=key).defer("files"), key=UUID(int=0))
_cache: tuple[float, dict[str, Procedure]] | None = None


@lru_cache(maxsize=64)
def _package(procedure_id: UUID, digest: str) -> Package:
    return build(Procedure.objects.values_list("files", flat=True).get(id=procedure_id))


def package_of(procedure: Procedure) -> Package:
    """Return the package of a procedure row; built once per process."""
    return _package(procedure.id, procedure.digest)


def row(procedure_id: UUID) -> Procedure:
    """Return the row of a procedure without its files.

    Raises:
        Procedure.DoesNotExist: there is none of that id.
    """
    for procedure in _rows(key=procedure_id):
        return procedure
    raise Procedure.DoesNotExist(str(procedure_id))


def in_force() -> dict[str, Procedure]:
    """Return the procedures in force by key (without their files); read again after two seconds."""
    global _cache
    if _cache is not None and time.monotonic() - _cache[0] < _FRESH_SECONDS:
        return _cache[1]
    procedures = {row.key: row for row in Procedure.objects.filter(in_force=True).defer("files")}
    _cache = (time.monotonic(), procedures)
    return procedures


def forget() -> None:
    """Forget what is cached: after publishing, and between tests."""
    global _cache
    _cache = None


def by_slug(slug: str) -> Procedure | None:
    """Return the procedure in force behind a service's address, None if it is not online."""
    for procedure in in_force().values():
        if package_of(procedure).service_slug == slug:
            return procedure
    return None


def working_roles() -> frozenset[str]:
    """Return the roles that do tasks in the procedures in force."""
    return frozenset(role for procedure in in_force().values() for role in package_of(procedure).roles)


def case_roles() -> frozenset[str]:
    """Return the roles that may see cases: those that work them, and those that look only."""
    return working_roles() | LOOKING_ROLES


def version(key: str, number: str) -> Procedure | None:
    """Return a version of a procedure, in force or not; None if it was never published."""
    current = in_force().get(key)
    if current is not None and current.version == number:
        return current
    return Procedure.objects.filter(key=key, version=number).defer("files").first()
