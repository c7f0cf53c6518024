"""The demo city beyond its people: a catalogue, a procedure online, the strategy, cases in every state. Invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from leineweber.capabilities.records import services as records
from leineweber.config.demo import (
    cases,
    choice,
    indicators,
    participation,
    portfolio,
    publications,
    resolutions,
    strategy,
)
from leineweber.config.procedures import shipped
from leineweber.domains.applications.procedures import publishing, read_folder
from leineweber.domains.services import services as catalogue
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle

HERE = Path(__file__).parent


def load() -> None:
    """Load what stands on the organisation; cases are played through by the program, so every figure is computed."""
    program = Actor.system("Demo")
    records.put_sample_plan(program)
    _load_catalogue(program)
    for folder in shipped():
        publishing.publish(program, read_folder(folder))
    run_until_idle()
    _finish_catalogue(program)
    strategy.load()
    participation.load()
    # What was accepted is a draft in the strategy before others look at the goals.
    run_until_idle()
    portfolio.load()
    choice.load()
    cases.load()
    # What looks back comes after the cases: its figures are computed of them.
    publications.load()
    resolutions.load()
    indicators.load()


def _content() -> dict[str, Any]:
    content = yaml.safe_load((HERE / "catalogue.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _load_catalogue(program: Actor) -> None:
    content = _content()
    for position, entry in enumerate(content["situations"]):
        catalogue.describe_situation(program, position=position, **entry)
    for entry in content["services"]:
        catalogue.describe(program, **entry)


def _finish_catalogue(program: Actor) -> None:
    """Give the services that procedures brought their place among the others."""
    for slug, entry in _content()["existing"].items():
        catalogue.arrange(program, slug=slug, **entry)
