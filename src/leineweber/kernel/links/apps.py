"""Django's entry to the room."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """The links room."""

    name = "leineweber.kernel.links"
    label = "links"
    default_auto_field = "django.db.models.BigAutoField"
