"""Entries in the menus."""

from leineweber.kernel.ui import navigation

navigation.register(
    "cockpit",
    "strategy",
    "Strategie",
    "strategy:overview",
    policy="strategy.view",
    order=20,
    section="Strategie",
)
navigation.register("portal", "strategy", "Strategie", "strategy:public", order=25, section="footer")
