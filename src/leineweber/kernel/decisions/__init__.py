"""Decisions as tables that people can read: models of DMN 1.1 to 1.5, evaluated with the house's FEEL.

    model = load(xml_bytes)
    result = model.evaluate("Eignung", {"alter": 17})
    result.value, result.fired, result.tables    # the answer, the rules that fired, on which inputs

A model is checked when it is loaded: an expression that is not FEEL or a name that nobody gives is a
`DecisionError` with the line of the XML. When it is asked, nothing raises: what has no value is null and
`result.diagnoses` says why.
"""

from __future__ import annotations

from .errors import DecisionError, Finding
from .files import Folder, fitted
from .model import Model, Result
from .reading import load
from .tables import Fired, TableResult

__all__ = ["DecisionError", "Finding", "Fired", "Folder", "Model", "Result", "TableResult", "fitted", "load"]
