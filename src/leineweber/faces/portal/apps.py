"""Django's entry to the face."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal; it has no tables."""

    name = "leineweber.faces.portal"
    label = "portal"
