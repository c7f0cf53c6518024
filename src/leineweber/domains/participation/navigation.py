"""Entries in the menus."""

from leineweber.kernel.ui import navigation

navigation.register(
    "cockpit",
    "participation",
    "Beteiligung",
    "participation:rounds",
    "participation.view",
    order=50,
    section="Beteiligung",
)
