"""Django's entry to the room."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services room."""

    name = "leineweber.domains.services"
    label = "services"
