"""Django's entry to the room."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search room."""

    name = "leineweber.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
