"""Entries in the menus."""

from leineweber.kernel.ui import navigation

navigation.register(
    "desk",
    "directory",
    "Verzeichnis",
    "organisation:directory",
    "organisation.directory.view",
    order=70,
    section="Haus",
)
navigation.register(
    "desk", "profile", "Profil und Vertretung", "organisation:profile", "staff", order=10, section="account"
)
