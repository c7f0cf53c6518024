"""Cases in which a table decided, for the tests of the desk and of what applicants see."""

from __future__ import annotations

from typing import Any

from faces.conftest import PACKAGE, City
from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Case, Procedure
from leineweber.domains.applications.procedures import publishing, read_folder
from leineweber.kernel.access import Actor

__all__ = ["PACKAGE", "decided", "with_reasons"]


def with_reasons(city: City) -> Procedure:
    """Publish a version that explains its proposal to applicants and quotes it in the notice."""
    changed = read_folder(PACKAGE)
    changed["procedure.yaml"] = (
        changed["procedure.yaml"]
        .replace('version: "1.0"', 'version: "1.1"')
        .replace(
            "      meeting_time:",
            "      reasons: decisions.Funktionsvorschlag.notes.Grundlage\n      meeting_time:",
            1,
        )
        .replace("occasions:\n", "explain: [Funktionsvorschlag]\noccasions:\n", 1)
    )
    city.procedure = publishing.publish(Actor.system("Test"), changed)
    return city.procedure


def decided(city: City, **changes: Any) -> Case:
    """Return a case whose function was proposed by table and assigned."""
    case = city.apply(**changes)
    city.do(case, "frieda.", entscheidung="annehmen")
    city.do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))
    return case
