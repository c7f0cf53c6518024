"""The gallery and the sample pages render, for staff only."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.ui import views

STAFF = Actor(kind="staff", id=None, label="Mathilde Muster")


def _get(path: str, actor: Actor = STAFF) -> HttpResponse:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    face = path.removeprefix("/arbeit/gestaltung/").strip("/")
    return views.gallery_face(request, face) if face else views.gallery(request)


@pytest.mark.parametrize("face", ["", "portal/", "antrag/", "steuerung/", "fehler/"])
def test_every_sample_page_renders(face: str) -> None:
    response = _get(f"/arbeit/gestaltung/{face}")
    assert response.status_code == 200
    assert b"</html>" in response.content


def test_gallery_is_for_staff_only() -> None:
    with pytest.raises(Denied):
        _get("/arbeit/gestaltung/", Actor.anonymous())


def test_a_sample_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(Http404):
        _get("/arbeit/gestaltung/nichts/")
