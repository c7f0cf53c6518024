"""The kinds of parts the paper has: their names as links know them, their models and addresses."""

from __future__ import annotations

from collections.abc import Mapping

from leineweber.domains.strategy.models import (
    Element,
    FieldOfAction,
    Measure,
    Numbered,
    Principle,
    SmartGoal,
    StrategicGoal,
    Vision,
)
from leineweber.kernel.refs import Ref

ELEMENTS: Mapping[str, type[Element]] = {
    "vision": Vision,
    "strategic_goal": StrategicGoal,
    "principle": Principle,
    "field": FieldOfAction,
    "measure": Measure,
}
"""Kinds told in prose, in the order of the paper."""
PATHS: Mapping[str, str] = {
    "vision": "vision",
    "strategic_goal": "strategische-ziele",
    "principle": "prinzipien",
    "field": "handlungsfelder",
    "measure": "massnahmen",
}
KIND_OF_PATH = {path: kind for kind, path in PATHS.items()}
PLURALS: Mapping[str, str] = {
    "vision": "Vision",
    "strategic_goal": "Strategische Ziele",
    "principle": "Prinzipien",
    "field": "Handlungsfelder",
    "measure": "Maßnahmen",
    "goal": "Smarte Ziele",
}
_OF_MODEL: Mapping[type[Numbered], str] = {
    **{model: kind for kind, model in ELEMENTS.items()},
    SmartGoal: "goal",
}


def kind_of(part: Numbered) -> str:
    """Return the kind of a part, such as `measure`."""
    return _OF_MODEL[type(part)]


def ref_of(part: Numbered) -> Ref:
    """Return how links name a part."""
    return Ref(kind_of(part), part.id)


def address(kind: str, slug: str) -> str:
    """Return the page of a part."""
    return f"/steuerung/ziele/{slug}/" if kind == "goal" else f"/steuerung/strategie/{PATHS[kind]}/{slug}/"
