"""Addresses of the room."""

from django.urls import path

from leineweber.domains.reports.views import editing, figures, reports

app_name = "reports"
_FIGURE = "steuerung/kennzahlen/<str:key>/"
_DRAFT = "steuerung/berichte/entwurf/<uuid:draft_id>/"
_REPORT = "steuerung/berichte/<uuid:report_id>/"
urlpatterns = [
    path("steuerung/kennzahlen/", figures.listing, name="figures"),
    path("steuerung/kennzahlen/neu/", editing.manual, name="manual_new"),
    path("steuerung/kennzahlen/formel/", editing.formula_new, name="formula_new"),
    path(_FIGURE, figures.figure, name="figure"),
    path(f"{_FIGURE}werte.csv", figures.csv, name="figure_csv"),
    path(f"{_FIGURE}wert/", editing.value, name="value"),
    path(f"{_FIGURE}formel/", editing.formula, name="formula"),
    path(f"{_FIGURE}einstellen/", editing.settle, name="settle"),
    path(f"{_FIGURE}ampel/", editing.light, name="light"),
    path(f"{_FIGURE}ampel/aufheben/", editing.light_end, name="light_end"),
    path(f"{_FIGURE}nachrechnen/", editing.backfill, name="backfill"),
    path(f"{_FIGURE}stilllegen/", editing.retire, name="retire"),
    path("steuerung/berichte/", reports.listing, name="reports"),
    path("steuerung/berichte/neu/", reports.begin, name="begin"),
    path("steuerung/berichte/vergleich/", reports.compare, name="compare"),
    path(_DRAFT, reports.draft, name="draft"),
    path(f"{_DRAFT}einfrieren/", reports.freeze, name="freeze"),
    path(f"{_DRAFT}verwerfen/", reports.discard, name="discard"),
    path(_REPORT, reports.report, name="report"),
    path(f"{_REPORT}bericht.pdf", reports.pdf, name="pdf"),
    path(f"{_REPORT}bericht.json", reports.json, name="json"),
]
