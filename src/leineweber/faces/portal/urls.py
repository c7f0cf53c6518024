"""Addresses of the portal."""

from django.urls import path

from leineweber.faces.portal.views import account, applying, catalogue, following

app_name = "portal"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("suche/", catalogue.search, name="search"),
    path("leistungen/", catalogue.services, name="services"),
    path("leistungen/<slug:slug>/", catalogue.service, name="service"),
    path("lebenslagen/", catalogue.situations, name="situations"),
    path("lebenslagen/<slug:slug>/", catalogue.situation, name="situation"),
    path("impressum/", catalogue.imprint, name="imprint"),
    path("datenschutz/", catalogue.privacy, name="privacy"),
    path("barrierefreiheit/", catalogue.accessibility, name="accessibility"),
    path("antrag/weiter/<str:token>/", applying.resume, name="resume"),
    path("antrag/<slug:slug>/", applying.start, name="start"),
    path("antrag/<slug:slug>/<str:token>/pruefen/", applying.summary, name="summary"),
    path("antrag/<slug:slug>/<str:token>/sichern/", applying.save, name="save"),
    path("antrag/<slug:slug>/<str:token>/verwerfen/", applying.discard, name="discard"),
    path("antrag/<slug:slug>/<str:token>/<str:page_key>/", applying.page, name="page"),
    path("vorgang/finden/", following.find, name="find"),
    path("vorgang/<str:token>/uebernehmen/", following.take, name="take"),
    *(path(f"vorgang/<str:token>/{route}", view) for route, view in following.LINKED.items()),
    path("konto/", account.overview, name="account"),
    path("konto/entwurf/<uuid:draft_id>/", applying.reopen, name="reopen"),
    *(path(f"konto/vorgang/<uuid:application_id>/{route}", view) for route, view in following.OWNED.items()),
]
