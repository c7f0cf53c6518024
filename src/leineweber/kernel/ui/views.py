"""The component gallery, and the choice of light or dark."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from leineweber.kernel.access import requires
from leineweber.kernel.ui import samples

COOKIE = "lw_farben"
YEAR = 365 * 24 * 60 * 60


@csrf_exempt  # sets nothing but light or dark; a token would put a cookie on every page of the portal
@requires("public")
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie (or forget it) and go back to the page the choice was made on."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("farben", "")
    if chosen in {"light", "dark"}:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(COOKIE)
    return response


@requires("staff")
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in each of its states."""
    return render(request, "ui/gallery.html", samples.everything())


@requires("staff")
@require_GET
def gallery_face(request: HttpRequest, face: str) -> HttpResponse:
    """Show a sample page of one face, or of an error.

    Raises:
        Http404: there is no such sample.
    """
    pages = {
        "portal": "ui/gallery_portal.html",
        "antrag": "ui/gallery_form.html",
        "steuerung": "ui/gallery_cockpit.html",
        "fehler": "ui/error.html",
    }
    if face not in pages:
        raise Http404
    return render(request, pages[face], samples.everything())
