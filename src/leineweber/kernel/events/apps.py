"""Django's entry to the room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The events room."""

    name = "leineweber.kernel.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
