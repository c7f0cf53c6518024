"""Addresses of the interface."""

from collections.abc import Iterator

from django.urls import URLPattern, include, path, re_path

from leineweber.faces.api import views
from leineweber.faces.api.router import api


def _patterns() -> Iterator[URLPattern]:
    """Yield ninja's addresses, made polite, each with the policies that its operations name."""
    policies: dict[str, dict[str, str]] = {}
    for router in api._get_bound_routers():
        for path_view in router.path_operations.values():
            of_path = {
                method: operation.view_func.policy  # type: ignore[attr-defined]  # set by `guarded`
                for operation in path_view.operations
                for method in operation.methods
            }
            policies |= {operation.view_func.__name__: of_path for operation in path_view.operations}
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        assert pattern.callback is not None
        of_view = policies.get(str(pattern.name), {"GET": "public"})
        yield path(str(pattern.pattern), views.polite(pattern.callback, of_view), name=pattern.name)


unknown = views.unknown
unknown.csrf_exempt = True  # type: ignore[attr-defined]  # it does nothing
urlpatterns = [
    path("api/v1/", include((list(_patterns()), "ninja"), namespace=api.urls_namespace)),
    re_path(r"^api(?:/|$)", unknown),
]
