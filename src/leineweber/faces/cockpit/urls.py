"""Addresses of the cockpit, and of the figures that are public."""

from django.urls import path

from leineweber.faces.cockpit import views
from leineweber.faces.cockpit.pages import comparison, network, overview, public, publishing, unit

app_name = "cockpit"
urlpatterns = [
    path("steuerung/", overview.overview, name="overview"),
    path("steuerung/ueberblick.pdf", overview.paper_of, name="paper"),
    path("steuerung/ampeln/", overview.goal_list, name="goals"),
    path("steuerung/ziele/<slug:slug>/", views.goal, name="goal"),
    path("steuerung/felder/<slug:field>/", overview.field, name="field"),
    path("steuerung/einheiten/<str:code>/", overview.unit, name="unit"),
    path("steuerung/vergleich/", comparison.comparison, name="comparison"),
    path("steuerung/meine-einheit/", unit.my_unit, name="my_unit"),
    path("steuerung/zusammenhang/", network.network, name="network"),
    path("steuerung/zusammenhang/luecken/", network.loose_ends, name="loose_ends"),
    path("steuerung/veroeffentlichung/", publishing.publishing, name="publishing"),
    path("steuerung/veroeffentlichung/neu/", publishing.publish, name="publish"),
    path(
        "steuerung/veroeffentlichung/<uuid:publication_id>/zurueckziehen/",
        publishing.withdraw,
        name="withdraw",
    ),
    path("zahlen/", public.figures, name="public"),
    path("zahlen/<str:key>.csv", public.as_csv, name="public_csv"),
    path("zahlen/<str:key>.json", public.as_json, name="public_json"),
]
