"""Django's entry to the room."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The messages room. Its tables begin with `messages_`; Django's own app of that name is not installed."""

    name = "leineweber.capabilities.messages"
    label = "messages"
    default_auto_field = "django.db.models.BigAutoField"
