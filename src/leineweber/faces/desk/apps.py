"""Django's entry to the face."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk; it has no tables."""

    name = "leineweber.faces.desk"
    label = "desk"
