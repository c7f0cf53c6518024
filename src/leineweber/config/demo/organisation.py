"""The people of the demo city and how to log in as them."""

from __future__ import annotations

from leineweber.people.identity import demo as identity
from leineweber.people.identity.demo import PERSONAS, Persona
from leineweber.people.organisation import demo as organisation

__all__ = ["PERSONAS", "Persona", "load_demo_organisation"]


def load_demo_organisation() -> None:
    """Load units, posts, people and personas; what is there already stays."""
    organisation.load()
    identity.load()
