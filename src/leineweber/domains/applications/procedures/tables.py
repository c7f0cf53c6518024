"""The decisions of a package as they are written, and the analysis of their tables; each worked out once."""

from __future__ import annotations

from functools import lru_cache

from leineweber.domains.applications.procedures.package import Package
from leineweber.kernel.decisions.analysis import Analysis, analyse
from leineweber.kernel.decisions.sheets import Sheet, WrittenDecision, WrittenModel, read_sheets

NOTHING = WrittenModel("", "", (), ())


@lru_cache(maxsize=64)
def _read(dmn: str) -> WrittenModel:
    return read_sheets(dmn.encode())


def written(package: Package) -> WrittenModel:
    """Return the decisions of a package as they are written; none if it has no file of decisions."""
    dmn = package.files.get("decisions.dmn", "")
    return _read(dmn) if dmn else NOTHING


def decisions_of(package: Package) -> tuple[WrittenDecision, ...]:
    """Return the decisions that can be asked, in the order of the file."""
    names = package.model.decisions if package.model else ()
    return tuple(one for one in written(package).decisions if one.name in names)


@lru_cache(maxsize=512)
def analysed(sheet: Sheet) -> Analysis:
    """Return the analysis of a table."""
    return analyse(sheet)
