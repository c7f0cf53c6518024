"""What the component gallery shows: invented entries in every state, including long words and names of any script."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from leineweber.kernel.ui import charts

LONG = "Rinderkennzeichnungsfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
DISTRICTS = (
    ("Mitte", 92, 71),
    ("Gadderbaum", 14, 14),
    ("Schildesche", 44, 31),
    ("Dornberg", 24, 25),
    ("Jöllenbeck", 28, 12),
    ("Heepen", 46, 40),
    ("Stieghorst", 36, 20),
    ("Sennestadt", 24, 9),
    ("Senne", 22, 18),
    ("Brackwede", 48, 37),
)
OPTIONS = [
    ("ganztags", "Den ganzen Tag"),
    {"value": "vormittag", "label": "Vormittags", "hint": "7:30 bis 13 Uhr und zur Auszählung ab 18 Uhr"},
    ("nachmittag", "Nachmittags"),
]
STATES = [
    {"label": "Person", "href": "#person"},
    {"label": "Erreichbarkeit", "href": "#erreichbarkeit"},
    {"label": "Verfügbarkeit", "href": "#verfuegbarkeit"},
    {"label": "Erfahrung", "href": ""},
    {"label": "Bankverbindung", "href": ""},
    {"label": "Prüfen", "href": ""},
]


def _charts() -> dict[str, charts.Chart]:
    registrations = (0, 12, 31, 58, 74, 120, 151, 190, 214, 277)
    return {
        "need": charts.need_bars(
            "Wahlhelfende je Stadtbezirk",
            [charts.Need(name, need, value) for name, need, value in DISTRICTS],
            value_label="gemeldet",
            source="Vorgänge „Meldung als Wahlhelferin oder Wahlhelfer“ (Muster)",
            label="Stadtbezirk",
        ),
        "line": charts.line(
            "Meldungen im Lauf des Jahres",
            [charts.Reading(date(2026, month + 2, 1), value) for month, value in enumerate(registrations)],
            [charts.Reading(date(2026, 2, 1), 0), charts.Reading(date(2027, 2, 1), 378)],
            unit="Anzahl",
            value_label="Stand",
        ),
        "bars": charts.bars(
            "Wie die Meldungen ankommen",
            [
                charts.Bar("Online", 241),
                charts.Bar("Telefon", 22, weak=True),
                charts.Bar("Papier", 14, weak=True),
            ],
            unit="Meldungen",
            label="Weg",
        ),
    }


def _decided() -> list[dict[str, Any]]:
    """Return two decisions made by table: one with a rule, one to which no rule led."""
    table = {
        "decision": "Funktion",
        "question": "Welche Funktion liegt nahe?",
        "inputs": [
            {"label": "Wunsch", "text": "Beisitz", "conditions": ['"beisitz"']},
            {"label": "Alter", "text": "17", "conditions": []},
        ],
        "rules": [{"number": 7, "description": "", "notes": [("Grundlage", "§ 9 BWahlG"), ("", LONG)]}],
        "short": "Regel 7 trifft zu",
        "result": "Beisitz",
    }
    limit = {**table, "decision": "Mindestalter", "question": "", "result": "16"}
    none = {**table, "rules": [], "short": "Keine Regel trifft zu", "result": "keine Angabe"}
    at = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
    return [
        {"name": "Funktion", "at": at, "result": "Beisitz", "tables": [limit, table], "problems": []},
        {
            "name": "Zuschlag",
            "at": at,
            "result": "keine Angabe",
            "tables": [none],
            "problems": ["Der Wert „alter“ ist nicht angegeben."],
        },
    ]


def everything() -> dict[str, Any]:
    """Return the context of the gallery's pages."""
    columns = [
        {"key": "name", "label": "Vorgang", "sort_href": "?sortierung=name"},
        {"key": "reference", "label": "Nummer", "nowrap": True},
        {"key": "state", "label": "Stand"},
        {"key": "due", "label": "Frist", "sort_href": "?sortierung=-frist", "sorted": "ascending"},
        {"key": "days", "label": "Tage", "numeric": True},
    ]
    people = (
        ("Muster, Mathilde", "WH-7K3F-92QD-5", "neu", "info", "25.11.2026", "2", True),
        ("Nguyễn Thị Muster-Probst", "WH-0B5T-6ZNC-1", "Rückfrage offen", "warning", "27.11.2026", "4", False),
        ("Μουστέρη, Ελένη", "WH-P2AV-HJ41-8", "zugesagt", "success", "03.12.2026", "10", False),
        ("Beispiel-von-Musterhausen, Karl-Friedrich Maximilian", "WH-QQ17-ZD3M-K", "Frist vorbei", "danger",
         "20.11.2026", "-3", False),
    )  # fmt: skip
    rows = [
        {
            "cells": {
                "name": {"text": name, "note": "Meldung als Wahlhelfer/in"},
                "reference": reference,
                "state": {"badge": state, "badge_kind": kind},
                "due": due,
                "days": days,
            },
            "href": "#vorgang",
            "unread": unread,
            "current": state == "Rückfrage offen",
        }
        for name, reference, state, kind, due, days, unread in people
    ]
    return {
        "decided": _decided(),
        "status": 404,
        "title": "Diese Seite gibt es nicht",
        "text": "Prüfen Sie die Adresse oder suchen Sie auf der Startseite.",
        "long": LONG,
        "options": OPTIONS,
        "steps": STATES,
        "columns": columns,
        "rows": rows,
        "charts": _charts(),
        "errors": [
            {"message": "Geben Sie Ihre Postleitzahl mit fünf Ziffern ein.", "href": "#fehler-plz"},
            {"message": "Wählen Sie, wann Sie helfen können.", "href": "#fehler-zeit"},
        ],
        "history": [
            {
                "title": "Meldung eingegangen",
                "when": datetime(2026, 11, 16, 8, 4, tzinfo=UTC),
                "who": "Mathilde Muster",
                "text": "Online, mit Nutzerkonto.",
            },
            {
                "title": "Rückfrage gestellt",
                "when": datetime(2026, 11, 18, 13, 40, tzinfo=UTC),
                "who": "Wahlamt, Sachbearbeitung",
                "text": "In welchem Stadtbezirk möchten Sie helfen?",
                "kind": "warning",
            },
            {
                "title": "Zugesagt",
                "when": date(2026, 11, 20),
                "who": "Wahlamt",
                "kind": "success",
                "href": "#schreiben",
                "link_label": "Schreiben ansehen",
            },
            {"title": "Schlusszeichnung", "when": "bis 27.11.2026", "open": True},
        ],
        "tree": [
            {
                "label": "Dezernat 5",
                "note": "Muster",
                "open": True,
                "children": [
                    {
                        "label": "150 Bürgeramt",
                        "href": "#150",
                        "open": True,
                        "children": [
                            {"label": "150.3 Bürgerberatung", "href": "#150.3"},
                            {"label": "150.4 Wahlen", "href": "#150.4", "current": True, "note": "6 Stellen"},
                        ],
                    },
                    {"label": "170 Digitalisierung", "href": "#170"},
                ],
            },
        ],
        "tickets": [
            {"title": "Wahlvorstand Schildesche besetzen", "href": "#t1", "note": "Frist 27.11.2026"},
            {"title": LONG, "note": "Langes Wort", "badge": "gefährdet", "badge_kind": "warning"},
        ],
        "facts": [
            ("Geschäftszeichen", "150.4-2026/0042"),
            {"label": "Zuständig", "text": "Wahlen (150.4)", "href": "#150.4"},
            ("Anschrift", "Niederwall 23, 33602 Bielefeld"),
        ],
        "answers": [
            {"label": "Vorname", "text": "Mathilde", "change_href": "#vorname"},
            {"label": "Bemerkung", "text": "", "change_href": "#bemerkung"},
            {"label": "Anschrift", "text": "Musterweg 7\n33602 Bielefeld", "change_href": "#anschrift"},
        ],
        "tasks": [
            {"label": "Angaben prüfen", "href": "#a1", "status": "erledigt", "status_kind": "success"},
            {"label": "Stadtbezirk zuordnen", "href": "#a2", "status": "offen", "status_kind": "info"},
            {
                "label": "Bescheid zeichnen",
                "status": "noch nicht möglich",
                "hint": "Erst nach der Zuordnung.",
            },
        ],
    }
