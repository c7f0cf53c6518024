"""Addresses of the strategy: the paper in the cockpit, and what is decided for everybody."""

from __future__ import annotations

from django.urls import path

from leineweber.domains.strategy.views import editions, elements, goals, public

app_name = "strategy"
urlpatterns = [
    path("strategie/", public.strategy, name="public"),
    path("strategie/strategie.pdf", public.strategy_pdf, name="public_pdf"),
    path("steuerung/strategie/", elements.overview, name="overview"),
    path("steuerung/strategie/baum/", elements.tree, name="tree"),
    path("steuerung/strategie/schaubild/", elements.picture, name="picture"),
    path("steuerung/strategie/schaubild.svg", elements.picture_svg, name="picture_svg"),
    path("steuerung/strategie/notizen/<slug:kind>/<uuid:id>/", editions.notes, name="notes"),
    path("steuerung/strategie/fassungen/", editions.edition_list, name="editions"),
    path("steuerung/strategie/fassungen/<int:number>/", editions.edition, name="edition"),
    path("steuerung/strategie/fassungen/<int:number>/beschluss/", editions.decide, name="edition_decide"),
    path(
        "steuerung/strategie/fassungen/<int:number>/strategie.pdf", editions.edition_pdf, name="edition_pdf"
    ),
    path(
        "steuerung/strategie/fassungen/<int:number>/strategie.json",
        editions.edition_json,
        name="edition_json",
    ),
    path("steuerung/strategie/smarte-ziele/neu/", goals.new, name="goal_new"),
    path("steuerung/strategie/smarte-ziele/", goals.goal_list, name="goals"),
    path("steuerung/ziele/<slug:slug>/bearbeiten/", goals.edit, name="goal_edit"),
    path("steuerung/ziele/<slug:slug>/stand/", goals.turn, name="goal_turn"),
    path("steuerung/strategie/<slug:art>/neu/", elements.new, name="element_new"),
    path("steuerung/strategie/<slug:art>/<slug:slug>/", elements.element, name="element"),
    path("steuerung/strategie/<slug:art>/<slug:slug>/bearbeiten/", elements.edit, name="element_edit"),
]
