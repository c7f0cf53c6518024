"""Django's entry to the face."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The interface; it has no tables."""

    name = "leineweber.faces.api"
    label = "api"
