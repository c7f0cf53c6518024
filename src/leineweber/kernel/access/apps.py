"""Django's entry to the room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The access room; it has no tables."""

    name = "leineweber.kernel.access"
    label = "access"
