"""Django's entry to the room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs room."""

    name = "leineweber.kernel.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
