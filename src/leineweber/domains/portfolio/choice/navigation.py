"""The entry of the cockpit."""

from leineweber.kernel.ui import navigation

navigation.register(
    "cockpit",
    "choice",
    "Auswahl unter Grenzen",
    "choice:list",
    "choice.view",
    order=42,
    section="Vorhaben",
)
