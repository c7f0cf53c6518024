"""Django's entry to the room."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The storage room."""

    name = "leineweber.kernel.storage"
    label = "storage"
    default_auto_field = "django.db.models.BigAutoField"
