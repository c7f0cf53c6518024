"""Django's entry to the room."""

from django.apps import AppConfig


class ResolutionsConfig(AppConfig):
    """The resolutions room."""

    name = "leineweber.domains.resolutions"
    label = "resolutions"
