"""Django's entry to the room."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """The room of open data."""

    name = "leineweber.domains.opendata"
    label = "opendata"
