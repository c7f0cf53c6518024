"""Django's entry to the room."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    """The participation room."""

    name = "leineweber.domains.participation"
    label = "participation"
