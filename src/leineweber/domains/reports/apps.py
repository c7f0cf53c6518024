"""Django's entry to the room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The reports room."""

    name = "leineweber.domains.reports"
    label = "reports"
