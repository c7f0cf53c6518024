"""Django's entry to the room."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The identity room."""

    name = "leineweber.people.identity"
    label = "identity"
