"""Django's entry to the room."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The applications room."""

    name = "leineweber.domains.applications"
    label = "applications"
