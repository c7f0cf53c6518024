"""The demo city beyond its people: a catalogue, one procedure online, a goal, cases in every state. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from leineweber.capabilities.records import services as records
from leineweber.config.demo import cases, choice, portfolio
from leineweber.config.procedures import shipped
from leineweber.domains.applications.procedures import publishing, read_folder
from leineweber.domains.services import services as catalogue
from leineweber.domains.strategy import services as strategy
from leineweber.kernel import clock
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
    _load_goal(program)
    portfolio.load()
    choice.load()
    cases.load()


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


def _load_goal(program: Actor) -> None:
    today = clock.today()
    strategy.adopt_goal(
        program,
        slug="wahlhelfer-online",
        number="B.3",
        title="Wahlhelfer online",
        purpose=(
            "Wer bei Wahlen helfen möchte, meldet sich online. So sind alle Wahlvorstände besetzt, "
            "bevor der Wahltag kommt."
        ),
        field_of_action="Digitale Dienste für Bürgerinnen und Bürger",
        responsible="Bürgeramt, Wahlen",
        procedure_key="wahlhelfer",
        start=today - timedelta(days=84),
        end=max(today + timedelta(days=1), date(2027, 3, 31)),
        measurements={
            "applications.registrations": None,
            "applications.online_share": Decimal(90),
            "applications.days_to_notice": Decimal(10),
        },
    )
