"""The demo's paper, whole: every page opens for who may, finds what it should, and costs a constant number of queries."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client as Browser

from faces.conftest import City
from faces.helpers import main_text
from leineweber.config.demo import strategy as demo
from leineweber.domains.strategy import queries
from leineweber.domains.strategy.models import Edition, Measure, Principle, SmartGoal, StrategicGoal
from pdf_checks import faults

pytestmark = pytest.mark.django_db
S = "/steuerung/strategie/"


def test_the_demo_carries_the_paper_and_every_page_opens(city: City) -> None:
    demo.load()
    counts = [model.objects.count() for model in (StrategicGoal, Principle, Measure, SmartGoal)]
    assert counts == [4, 3, 20, 21]
    assert SmartGoal.objects.get(slug="wahlhelfer-online").number == "B.II.2.4"
    assert not [goal for goal in SmartGoal.objects.all() if queries.findings_of(goal)]
    views = queries.goal_views()
    assert sum(view.light != "grey" for view in views) >= 9, [
        (view.goal.number, view.light) for view in views
    ]
    assert {view.light for view in views} == {"red", "yellow", "green", "grey"}
    editor = city.browser("wiebke.")
    for address in (
        S, f"{S}baum/", f"{S}schaubild/", f"{S}schaubild/?auswahl=measure.ozg", f"{S}vision/vision/",
        f"{S}handlungsfelder/arbeit-4-0/", f"{S}massnahmen/ozg/", f"{S}massnahmen/ozg/bearbeiten/", f"{S}prinzipien/neu/",
        f"{S}smarte-ziele/neu/", f"{S}fassungen/", f"{S}fassungen/1/", f"{S}fassungen/2/", f"{S}fassungen/1/?mit=2",
        "/steuerung/strategie/smarte-ziele/", "/steuerung/strategie/smarte-ziele/?q=wlan&stand=adopted", "/steuerung/strategie/smarte-ziele/?q=keines&seite=99",
        "/steuerung/ziele/wlan/", "/steuerung/ziele/wlan/bearbeiten/", "/steuerung/", "/strategie/",
    ):  # fmt: skip
        answer = editor.get(address)
        assert answer.status_code == 200, address
        assert main_text(answer), address
    text = main_text(editor.get(f"{S}fassungen/2/"))
    assert "Fassung 2 unterscheidet sich von Fassung 1 in 2" in text
    assert "Geändert sind Ergebnis und Zielwert." in text
    assert "neu: 52" in text and "entfernt: 45" in text
    assert "Es gilt Fassung 1; die Arbeitsfassung unterscheidet sich in 2" in main_text(editor.get(S))

    told = main_text(editor.get("/steuerung/ziele/wlan/"))
    assert "von Hand, Stand" in told and "Gebäude mit WLAN im Verlauf" in told
    assert "neuer Wert überfällig" not in told

    public = main_text(Browser().get("/strategie/"))
    assert "45 städtische Gebäude bieten WLAN" in public, "the adopted edition, not the working one"
    assert "52 städtische" not in public and "Denkmalschutz" not in public and "Euro" not in public
    sealed = editor.get(f"{S}fassungen/1/strategie.json").content
    adopted = Edition.objects.get(number=1)
    assert hashlib.sha512(sealed).hexdigest() == adopted.sha512
    assert adopted.sha512 in main_text(editor.get(f"{S}fassungen/1/"))

    pdf = Browser().get("/strategie/strategie.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    inside = editor.get(f"{S}fassungen/2/strategie.pdf").content
    assert inside.startswith(b"%PDF") and len(inside) > len(pdf.content)
    assert not faults(pdf.content)
    assert not faults(inside)
    svg = editor.get(f"{S}schaubild.svg")
    assert svg["Content-Type"].startswith("image/svg+xml")
    assert b"style=" not in svg.content and b"Zukunftsorientiert" in svg.content
