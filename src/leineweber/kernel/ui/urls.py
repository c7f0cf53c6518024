"""Addresses of the room: the component gallery, and the choice of light or dark."""

from django.urls import path

from leineweber.kernel.ui import views

app_name = "ui"
urlpatterns = [
    path("darstellung/", views.appearance, name="appearance"),
    path("arbeit/gestaltung/", views.gallery, name="gallery"),
    path("arbeit/gestaltung/<slug:face>/", views.gallery_face, name="gallery_face"),
]
