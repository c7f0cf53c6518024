"""Django's entry to the room."""

from django.apps import AppConfig


class ChoiceConfig(AppConfig):
    """The room of the choice, a part of the portfolio."""

    name = "leineweber.domains.portfolio.choice"
    label = "choice"
