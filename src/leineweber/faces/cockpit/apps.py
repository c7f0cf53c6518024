"""Django's entry to the face."""

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """The cockpit; it has no tables."""

    name = "leineweber.faces.cockpit"
    label = "cockpit"
