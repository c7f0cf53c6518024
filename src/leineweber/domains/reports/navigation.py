"""Entries of the room in the cockpit."""

from leineweber.kernel.ui import navigation

SECTION = "Kennzahlen und Berichte"
navigation.register(
    "cockpit", "figures", "Kennzahlen", "reports:figures", policy="indicators.view", order=60, section=SECTION
)
navigation.register(
    "cockpit",
    "reports",
    "Halbjahresberichte",
    "reports:reports",
    policy="reports.view",
    order=65,
    section=SECTION,
)
