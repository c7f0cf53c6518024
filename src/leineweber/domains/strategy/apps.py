"""Django's entry to the room."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """The strategy room."""

    name = "leineweber.domains.strategy"
    label = "strategy"
