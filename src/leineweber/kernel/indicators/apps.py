"""Django's entry to the room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The indicators room."""

    name = "leineweber.kernel.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
