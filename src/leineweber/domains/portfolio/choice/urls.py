"""Addresses of the choice."""

from django.urls import path

from leineweber.domains.portfolio.choice import views

app_name = "choice"
_BEGIN = "steuerung/portfolio/auswahl/"
_ONE = f"{_BEGIN}<uuid:scenario_id>/"
urlpatterns = [
    path(_BEGIN, views.scenarios, name="list"),
    path(f"{_BEGIN}neu/", views.new, name="new"),
    path(f"{_BEGIN}vergleich/", views.compare, name="compare"),
    path(_ONE, views.result, name="result"),
    path(f"{_ONE}bearbeiten/", views.edit, name="edit"),
    path(f"{_ONE}vorhaben/", views.wishes, name="wishes"),
    path(f"{_ONE}kopieren/", views.copy, name="copy"),
    path(f"{_ONE}rechnen/", views.compute, name="compute"),
    path(f"{_ONE}abbrechen/", views.cancel, name="cancel"),
    path(f"{_ONE}warum/<uuid:project_id>/", views.explain, name="explain"),
    path(f"{_ONE}uebernehmen/", views.take_over, name="take_over"),
]
