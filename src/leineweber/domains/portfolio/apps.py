"""Django's entry to the room."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """The portfolio room."""

    name = "leineweber.domains.portfolio"
    label = "portfolio"
