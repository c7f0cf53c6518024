"""Small forms for tests, written as XDatenfelder 3.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from leineweber.capabilities import forms

PACKAGE = Path(__file__).resolve().parents[3] / "procedures" / "wahlhelfer"


def rule(identifier: str, kind: str, script: str) -> str:
    """Return a rule."""
    return (
        f"<xdf:regel><xdf:identifikation><xdf:id>{identifier}</xdf:id><xdf:version>1.0.0</xdf:version>"
        f"</xdf:identifikation><xdf:name>{identifier}</xdf:name><xdf:typ><code>{kind}</code></xdf:typ>"
        f"<xdf:skript>{escape(script)}</xdf:skript></xdf:regel>"
    )


def keyword(uri: str, text: str) -> str:
    """Return a keyword of this house."""
    return f'<xdf:stichwort uri="urn:leineweber:forms:{uri}">{text}</xdf:stichwort>'


def values(*codes: str) -> str:
    """Return a list of values."""
    rows = "".join(
        f"<xdf:wert><xdf:code>{code}</xdf:code><xdf:name>Wert {code}</xdf:name></xdf:wert>" for code in codes
    )
    return f"<xdf:werte>{rows}</xdf:werte>"


def field(
    name: str,
    *,
    count: str = "1:1",
    sort: str = "input",
    kind: str = "text",
    art: str = "",
    more: str = "",
) -> str:
    """Return a field in its structure."""
    finer = keyword("art", art) if art else ""
    return f"""
<xdf:struktur><xdf:anzahl>{count}</xdf:anzahl><xdf:enthaelt><xdf:datenfeld>
<xdf:identifikation><xdf:id>F-{escape(name)}</xdf:id><xdf:version>1.0.0</xdf:version></xdf:identifikation>
<xdf:name>{escape(name)}</xdf:name><xdf:bezeichnungEingabe>Feld {escape(name)}</xdf:bezeichnungEingabe>{finer}
<xdf:feldart><code>{sort}</code></xdf:feldart><xdf:datentyp><code>{kind}</code></xdf:datentyp>
{more}
</xdf:datenfeld></xdf:enthaelt></xdf:struktur>"""


def group(name: str, *items: str, count: str = "1:1", more: str = "") -> str:
    """Return a group in its structure."""
    return f"""
<xdf:struktur><xdf:anzahl>{count}</xdf:anzahl><xdf:enthaelt><xdf:datenfeldgruppe>
<xdf:identifikation><xdf:id>G-{name}</xdf:id><xdf:version>1.0.0</xdf:version></xdf:identifikation>
<xdf:name>{escape(name)}</xdf:name><xdf:bezeichnungEingabe>Gruppe {name}</xdf:bezeichnungEingabe>{more}
{"".join(items)}
</xdf:datenfeldgruppe></xdf:enthaelt></xdf:struktur>"""


def document(*groups: str, more: str = "") -> bytes:
    """Return a whole message."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xdf:xdatenfelder.stammdatenschema.0102 xmlns:xdf="urn:xoev-de:fim:standard:xdatenfelder_3.0.0">
<xdf:stammdatenschema>
<xdf:identifikation><xdf:id>S1</xdf:id><xdf:version>1.0.0</xdf:version></xdf:identifikation>
<xdf:name>Beispiel</xdf:name>{more}
{"".join(groups)}
</xdf:stammdatenschema>
</xdf:xdatenfelder.stammdatenschema.0102>""".encode()


def load(*groups: str, more: str = "", **options: Any) -> forms.FormSchema:
    """Return the form of these groups."""
    return forms.load(document(*groups, more=more), **options)


def codelist(rows: str, columns: str = "", key: str = "code", short: str = "liste") -> bytes:
    """Return a Genericode list."""
    columns = columns or (
        '<Column Id="code" Use="required"><ShortName>c</ShortName><Data Type="string"/></Column>'
        '<Column Id="name" Use="required"><ShortName>n</ShortName><Data Type="string"/></Column>'
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
<Identification><ShortName>{short}</ShortName><Version>1</Version>
<CanonicalUri>urn:x:liste</CanonicalUri><CanonicalVersionUri>urn:x:liste_1</CanonicalVersionUri></Identification>
<ColumnSet>{columns}<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="{key}"/></Key></ColumnSet>
<SimpleCodeList>{rows}</SimpleCodeList></gc:CodeList>""".encode()


def row(*cells: tuple[str, str]) -> str:
    """Return a row of a Genericode list."""
    inner = "".join(
        f'<Value ColumnRef="{name}"><SimpleValue>{text}</SimpleValue></Value>' for name, text in cells
    )
    return f"<Row>{inner}</Row>"


REFERENCE = (
    "<xdf:codelisteReferenz><xdf:canonicalIdentification>urn:x:liste</xdf:canonicalIdentification>"
    "<xdf:version>1</xdf:version><xdf:canonicalVersionUri>urn:x:liste_1</xdf:canonicalVersionUri>"
    "</xdf:codelisteReferenz>"
)

ANSWERS: dict[str, Any] = {
    "person": {
        "vorname": "Zoë",
        "familienname": "Müller-Łukasz",
        "geburtsdatum": "1985-03-07",
        "staatsangehoerigkeit": "deutsch",
        "strasse": "Niederwall",
        "hausnummer": "23a",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "erreichbarkeit": {
        "email": "zoe@example.org",
        "telefon": "+4952151000",
        "kontaktweg": "postfach",
    },
    "verfuegbarkeit": {
        "wahlen": ["landtagswahl", "bundestagswahl"],
        "einsatzzeit": "ganztags",
        "wunschbezirk": "mitte",
        "wohnortnah": True,
    },
    "erfahrung": {
        "vorhanden": "ja",
        "frueher": ["beisitz"],
        "wunschfunktion": "schriftfuehrung",
        "oeffentlicher_dienst": False,
        "bemerkung": "Gern mit meiner Nachbarin.\nDanke!",
    },
    "bank": {
        "auszahlung": "ueberweisung",
        "kontoinhaber": "Zoë Müller-Łukasz",
        "iban": "DE89370400440532013000",
    },
    "einwilligung": {"wahlberechtigt": True, "datenschutz": True, "kuenftige_wahlen": False},
}
