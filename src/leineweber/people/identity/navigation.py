"""Entries in the menus."""

from leineweber.kernel.ui import navigation

navigation.register(
    "desk", "security", "Anmeldung und Sicherheit", "identity:security", "staff", order=80, section="account"
)
navigation.register("desk", "log_out", "Abmelden", "identity:log_out", "staff", order=90, section="account")
