"""Django's entry to the room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit room."""

    name = "leineweber.kernel.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
