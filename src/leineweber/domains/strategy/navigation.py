"""Entries in the menus."""

from leineweber.kernel.ui import navigation

for _key, _label, _name, _order in (
    ("strategy", "Strategie", "strategy:overview", 20),
    ("goals", "Ziele", "strategy:goals", 22),
):
    navigation.register(
        "cockpit", _key, _label, _name, policy="strategy.view", order=_order, section="Strategie"
    )
navigation.register("portal", "strategy", "Strategie", "strategy:public", order=25, section="footer")
