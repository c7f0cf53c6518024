"""Django's entry to the room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The records room."""

    name = "leineweber.capabilities.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
