"""Entries of the cockpit."""

from leineweber.kernel.ui import navigation

navigation.register(
    "cockpit", "projects", "Vorhaben", "portfolio:list", "portfolio.view", order=40, section="Vorhaben"
)
navigation.register(
    "cockpit",
    "mandates",
    "Projektaufträge",
    "portfolio:mandates",
    "portfolio.view",
    order=41,
    section="Vorhaben",
)
