"""The organisation of the demo city; every row is marked as invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from leineweber.kernel.access import Actor
from leineweber.people.organisation.importing import import_plan

MAIL_DOMAIN = "bielefeld.example"
START = date(2025, 1, 1)


@cache
def plan() -> Mapping[str, Any]:
    """Return what `demo.yaml` says."""
    text = resources.files(__package__).joinpath("demo.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def load() -> None:
    """Load the demo's units, posts and people; what is there already stays."""
    import_plan(Actor.system("Vorführung"), plan(), start=START, mail_domain=MAIL_DOMAIN, demo=True)
