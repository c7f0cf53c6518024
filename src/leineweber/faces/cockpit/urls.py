"""Addresses of the cockpit."""

from django.urls import path

from leineweber.faces.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("steuerung/", views.overview, name="overview"),
    path("steuerung/ziele/<slug:slug>/", views.goal, name="goal"),
]
