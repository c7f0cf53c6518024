"""Entries of the cockpit, and of the public figures in the portal's foot."""

from leineweber.kernel.ui import navigation

FIGURES = "Kennzahlen und Berichte"

navigation.register("cockpit", "overview", "Überblick", "cockpit:overview", policy="strategy.view", order=10)
navigation.register(
    "cockpit", "my_unit", "Meine Einheit", "cockpit:my_unit", policy="strategy.view", order=12
)
navigation.register(
    "cockpit",
    "comparison",
    "Vergleich",
    "cockpit:comparison",
    policy="strategy.view",
    order=62,
    section=FIGURES,
)
navigation.register("cockpit", "network", "Zusammenhang", "cockpit:network", policy="strategy.view", order=14)
navigation.register(
    "cockpit",
    "publishing",
    "Veröffentlichung",
    "cockpit:publishing",
    policy="opendata.publish",
    order=70,
    section=FIGURES,
)
navigation.register("portal", "figures", "Zahlen und Ziele", "cockpit:public", order=5, section="footer")
