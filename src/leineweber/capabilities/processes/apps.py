"""Django's entry to the room."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """The processes room."""

    name = "leineweber.capabilities.processes"
    label = "processes"
    default_auto_field = "django.db.models.BigAutoField"
