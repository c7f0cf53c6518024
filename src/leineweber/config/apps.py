"""Putting the rooms together: every room registers itself by having the module."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

ROOM_MODULES = (
    "policies",
    "tasks",
    "subscriptions",
    "indicators",
    "links",
    "attention",
    "search_sources",
    "navigation",
    "actions",
)


class ConfigConfig(AppConfig):
    """Floor 5 as a Django app: it comes last, so every room's models are loaded when modules are sought."""

    name = "leineweber.config"
    label = "config"

    def ready(self) -> None:
        """Say where logs go; import the modules by which rooms register policies, jobs, figures and entries."""
        from leineweber.config import logs

        logs.configure()
        autodiscover_modules(*ROOM_MODULES)
        from leineweber.config.operations.health import health as look
        from leineweber.kernel import health

        health.provide(look)
