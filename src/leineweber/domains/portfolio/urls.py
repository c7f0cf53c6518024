"""Addresses of the portfolio."""

from __future__ import annotations

from django.urls import path

from leineweber.domains.portfolio.views import control, listing, mandates, parts, plan, project

app_name = "portfolio"
_ALL = "steuerung/portfolio/"
_ONE = f"{_ALL}vorhaben/<uuid:project_id>/"
_MANDATE = f"{_ALL}auftraege/<uuid:mandate_id>/"
urlpatterns = [
    path(_ALL, listing.listing, name="list"),
    path(f"{_ALL}vorhaben.csv", listing.export, name="export"),
    path(f"{_ALL}zeitplan/", listing.all_plan, name="all_plan"),
    path(f"{_ALL}fahrplan/", listing.roadmap, name="roadmap"),
    path(f"{_ALL}menschen/", listing.capacity_view, name="capacity"),
    path(f"{_ALL}menschen/kapazitaet/", listing.capacity_put, name="capacity_put"),
    path(f"{_ALL}geld/", listing.all_money, name="all_money"),
    path(f"{_ALL}erfahrungen/", listing.lessons, name="lessons"),
    path(f"{_ALL}meilensteine.ics", listing.all_milestones, name="all_milestones"),
    path(f"{_ALL}neu/", project.create, name="create"),
    path(f"{_ALL}einlesen/", plan.import_new, name="import_new"),
    path(f"{_ALL}auftraege/", mandates.listing, name="mandates"),
    path(f"{_ALL}auftraege/idee/", mandates.idea, name="idea"),
    path(f"{_ALL}auftraege/neu/", mandates.new, name="mandate_new"),
    path(_MANDATE, mandates.mandate, name="mandate"),
    path(f"{_MANDATE}schritt/<slug:step>/", mandates.step, name="mandate_step"),
    path(f"{_MANDATE}einreichen/", mandates.submit, name="mandate_submit"),
    path(f"{_MANDATE}entscheiden/", mandates.decide, name="mandate_decide"),
    path(f"{_MANDATE}projektauftrag.pdf", mandates.pdf, name="mandate_pdf"),
    path(_ONE, project.overview, name="project"),
    path(f"{_ONE}aendern/", project.edit, name="edit"),
    path(f"{_ONE}stand/", project.status, name="status"),
    path(f"{_ONE}verknuepfen/", project.link, name="link"),
    path(f"{_ONE}netzplan/", project.network_view, name="network"),
    path(f"{_ONE}geld/", project.money, name="money"),
    path(f"{_ONE}terminplan/", plan.plan, name="plan"),
    path(f"{_ONE}terminplan.xml", plan.xml, name="plan_xml"),
    path(f"{_ONE}terminplan.csv", plan.table, name="plan_csv"),
    path(f"{_ONE}meilensteine.ics", plan.milestones, name="milestones"),
    path(f"{_ONE}einlesen/", plan.import_update, name="import_update"),
    path(f"{_ONE}berichte/", control.reports, name="reports"),
    path(f"{_ONE}berichte/neu/", control.report_new, name="report_new"),
    path(f"{_ONE}berichte/<int:number>/", control.report, name="report"),
    path(f"{_ONE}basisplan/", control.baseline_new, name="baseline_new"),
    path(f"{_ONE}gate/<uuid:phase_id>/", control.gate, name="gate"),
    path(f"{_ONE}bedingung/<uuid:condition_id>/", control.condition, name="condition"),
    path(f"{_ONE}ausnahme/<uuid:breach_id>/", control.breach, name="breach"),
    path(f"{_ONE}teile/<slug:part>/", parts.part, name="part"),
    path(f"{_ONE}teile/<slug:part>/neu/", parts.new, name="part_new"),
    path(f"{_ONE}teile/<slug:part>/<uuid:row_id>/", parts.edit, name="part_edit"),
    path(f"{_ONE}teile/<slug:part>/<uuid:row_id>/entfernen/", parts.remove, name="part_remove"),
]
