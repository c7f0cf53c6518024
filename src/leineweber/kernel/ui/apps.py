"""Django's entry to the room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The user interface room; it has no tables."""

    name = "leineweber.kernel.ui"
    label = "ui"
