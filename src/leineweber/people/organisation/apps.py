"""Django's entry to the room."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """The organisation room."""

    name = "leineweber.people.organisation"
    label = "organisation"
