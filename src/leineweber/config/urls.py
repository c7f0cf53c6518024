"""All addresses: each face brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# Tried in this order: first what most people ask for.
_ROOMS = (
    ("", "leineweber.faces.portal.urls"),
    ("", "leineweber.config.operations.urls"),
    ("", "leineweber.kernel.ui.urls"),
    ("", "leineweber.people.identity.urls"),
    ("", "leineweber.people.organisation.urls"),
    ("", "leineweber.faces.api.urls"),
    ("", "leineweber.faces.desk.urls"),
    ("", "leineweber.faces.cockpit.urls"),
    ("", "leineweber.domains.strategy.urls"),
    ("", "leineweber.domains.participation.urls"),
    ("", "leineweber.domains.portfolio.choice.urls"),
    ("", "leineweber.domains.portfolio.urls"),
    ("", "leineweber.domains.resolutions.urls"),
    ("", "leineweber.domains.reports.urls"),
)


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in _ROOMS if _exists(module)
]

handler400 = "leineweber.config.errors.bad_request"
handler403 = "leineweber.config.errors.permission_denied"
handler404 = "leineweber.config.errors.not_found"
handler500 = "leineweber.config.errors.server_error"
