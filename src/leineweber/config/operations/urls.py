"""Addresses for monitoring."""

from django.urls import path

from leineweber.config.operations import views

urlpatterns = [
    path("gesundheit", views.alive, name="health"),
    path("metriken", views.metrics, name="metrics"),
]
