"""Entries of the cockpit."""

from leineweber.kernel.ui import navigation

SECTION = "Gremien und Beschlüsse"
navigation.register(
    "cockpit",
    "committees",
    "Gremien",
    "resolutions:committees",
    "resolutions.view",
    order=60,
    section=SECTION,
)
navigation.register(
    "cockpit", "papers", "Vorlagen", "resolutions:papers", "resolutions.view", order=61, section=SECTION
)
navigation.register(
    "cockpit", "register", "Beschlüsse", "resolutions:register", "resolutions.view", order=62, section=SECTION
)
