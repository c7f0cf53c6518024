"""Addresses of the staff's own pages."""

from __future__ import annotations

from django.urls import path

from leineweber.people.organisation import views

app_name = "organisation"
urlpatterns = [
    path("arbeit/profil/", views.profile, name="profile"),
    path("arbeit/profil/vertretung/", views.deputy, name="deputy"),
    path("arbeit/profil/vertretung/<uuid:deputyship_id>/beenden/", views.deputy_end, name="deputy_end"),
    path("arbeit/profil/abwesenheit/", views.absence, name="absence"),
    path(
        "arbeit/profil/abwesenheit/<uuid:absence_id>/entfernen/", views.absence_cancel, name="absence_cancel"
    ),
    path("arbeit/verzeichnis/", views.directory, name="directory"),
]
