"""Django's entry to the room."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """The forms room."""

    name = "leineweber.capabilities.forms"
    label = "forms"
