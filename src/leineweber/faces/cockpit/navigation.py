"""Entries of the cockpit."""

from leineweber.kernel.ui import navigation

navigation.register("cockpit", "overview", "Überblick", "cockpit:overview", policy="strategy.view", order=10)
