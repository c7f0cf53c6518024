"""Reading schemas: what is understood, and what is refused with which line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.capabilities.forms.samples import (
    PACKAGE,
    REFERENCE,
    codelist,
    document,
    field,
    group,
    keyword,
    load,
    row,
    rule,
    values,
)

from leineweber.capabilities import forms
from leineweber.capabilities.forms import codelists
from leineweber.capabilities.forms.codelists import slug

LIST = {"liste.xml": codelist(row(("code", "a"), ("name", "Alpha")) + row(("code", "b"), ("name", "Beta")))}


UPLOAD = "<xdf:maxSize>1000</xdf:maxSize><xdf:mediaType>application/pdf</xdf:mediaType>"


def refused(data: bytes, **options) -> forms.SchemaError:
    with pytest.raises(forms.SchemaError) as caught:
        forms.load(data, **options)
    return caught.value


def test_keys_come_from_names_or_keywords() -> None:
    schema = load(
        group("Öffentlicher Dienst", field("Straße & Nr"), field("X", more=keyword("schluessel", "anders")))
    )
    assert list(schema.fields) == ["oeffentlicher_dienst.strasse_nr", "oeffentlicher_dienst.anders"]
    assert slug("Größe (m²)") == "groesse_m"


def test_kinds() -> None:
    schema = load(
        group(
            "g",
            field("text"),
            field("latin", kind="text_latin"),
            field("name", kind="text_latin", art="name"),
            field("lang", art="mehrzeilig"),
            field("mail", art="email"),
            field("tel", art="telefon"),
            field("konto", art="iban"),
            field("tag", kind="date"),
            field("zeit", kind="time"),
            field("zahl", kind="num_int"),
            field("komma", kind="num"),
            field("geld", kind="num_currency"),
            field("jn", kind="bool"),
            field("haken", kind="bool", count="0:1"),
            field("einwilligung", kind="bool", art="zustimmung"),
            field("eins", sort="select", more=values("a", "b")),
            field("viele", sort="select", count="0:*", more=values("a", "b")),
            field("plz", sort="select", art="eingabe", more=values("33602")),
            field(
                "datei",
                kind="file",
                more="<xdf:maxSize>1000</xdf:maxSize><xdf:mediaType>application/pdf</xdf:mediaType>",
            ),
            field("hinweis", sort="label", more="<xdf:inhalt>Guten Tag</xdf:inhalt>"),
            field("versteckt", sort="hidden"),
            field("fest", sort="locked"),
        )
    )
    kinds = {item.key: item.kind for item in schema.fields.values()}
    assert kinds == {
        "text": "text", "latin": "latin", "name": "name", "lang": "textarea", "mail": "email", "tel": "phone",
        "konto": "iban", "tag": "date", "zeit": "time", "zahl": "integer", "komma": "decimal", "geld": "money",
        "jn": "yesno", "haken": "checkbox", "einwilligung": "consent", "eins": "choice", "viele": "choices",
        "plz": "lookup", "datei": "file", "hinweis": "label", "versteckt": "hidden", "fest": "locked",
    }  # fmt: skip
    assert all(item.constraints.max_length <= 10_000 for item in schema.fields.values())
    assert schema.field("g.datei").constraints.media_types == ("application/pdf",)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([group("g", field("a"), field("a"))], "doppelt"),
        ([group("g", field("a")), group("g", field("b"))], "doppelt"),
        ([group("g")], "leer"),
        ([field("a")], "obersten Ebene"),
        ([group("g", field("a"), count="0:*")], "wiederholen"),
        ([group("g", field("a"), more="<xdf:art><code>X</code></xdf:art>")], "Auswahlgruppen"),
        ([group("g", field("a", count="0:*"))], "Mehrere Angaben"),
        ([group("g", field("a", count="0:0"))], "lässt keine Angabe zu"),
        ([group("g", field("a", count="viele"))], "keine Anzahl"),
        ([group("g", field("a", kind="obj"))], "Datentyp „obj“"),
        ([group("g", field("a", kind="datetime"))], "Datentyp „datetime“"),
        ([group("g", field("a", sort="knopf"))], "Feldart „knopf“"),
        ([group("g", field("a", art="iban", kind="date"))], "Art „iban“"),
        ([group("g", field("a", art="unfug"))], "Art „unfug“"),
        ([group("g", field("a", sort="select", kind="date", more=values("a")))], "Datentyp text"),
        ([group("g", field("a", sort="select", art="name", more=values("a")))], "Art „name“"),
        ([group("g", field("a", sort="select"))], "Werteliste"),
        ([group("g", field("a", sort="select", more="<xdf:werte/>"))], "leer"),
        ([group("g", field("a", sort="select", more=values("a", "a")))], "doppelt"),
        ([group("g", field("a", more=values("a")))], "nur zu Auswahlfeldern"),
        ([group("g", field("a", sort="select", more=REFERENCE))], "liegt nicht im Ordner codelists"),
        (
            [group("g", field("a", more=keyword("vorschlaege", "urn:fehlt")))],
            "liegt nicht im Ordner codelists",
        ),
        (
            [group("g", field("a", kind="date", more=keyword("vorschlaege", "urn:x")))],
            "einzeiligen Textfeldern",
        ),
        ([group("g", field("a", more='<xdf:praezisierung minLength="9" maxLength="3"/>'))], "Mindestlänge"),
        ([group("g", field("a", more='<xdf:praezisierung maxLength="-3"/>'))], "keine ganze Zahl"),
        ([group("g", field("a", more='<xdf:praezisierung pattern="("/>'))], "regulärer Ausdruck"),
        ([group("g", field("a", kind="date", more='<xdf:praezisierung minValue="morgen"/>'))], "Grenzwert"),
        ([group("if", field("a"))], "Schlüssel"),
        ([group("g", field("a", more=rule("R1", "V", "g.b = 1")))], "„g.b“ gibt es nicht"),
        ([group("g", field("a", more=rule("R1", "V", "codelisten.nix[1] = null")))], "Codeliste"),
        ([group("g", field("a", more=rule("R1", "V", "unbekannt = 1")))], "Regel „R1“"),
        ([group("g", field("a", more=rule("R1", "V", "g.a = = 1")))], "Regel „R1“"),
        ([group("g", field("a", more=rule("R1", "Q", "true")))], "Regeltyp „Q“"),
        ([group("g", field("a", more=rule("R1", "V", " ")))], "kein Skript"),
        ([group("g", field("a", more=rule("R1", "B", "1")))], "Berechnet"),
        ([group("g", field("a"), more=rule("R1", "M", "true"))], "M und B"),
        ([group("g", field("h", sort="hidden"), more=rule("R1", "V", "true"))], "Eingabefeld"),
        (
            [group("g", field("a", more=rule("R1", "K", "true")), field("b", more=rule("R1", "K", "false")))],
            "anders als in Zeile",
        ),
        (
            [group("a", group("b", group("c", group("d", group("e", group("f", group("h", field("x"))))))))],
            "tief",
        ),
        ([group("g", *[field(f"f{number}") for number in range(501)])], "höchstens 500"),
        ([], "keine Datenfeldgruppe"),
    ],
)
def test_refused_with_line_and_reason(groups: list[str], reason: str) -> None:
    error = refused(document(*groups), texts={"de": {"rules": {"R1": "x"}}})
    assert reason in error.message
    assert error.line > 0
    assert error.file == "data.xdf3.xml"


def test_the_line_is_that_of_the_script() -> None:
    script = "\n\ng.a\n= = 1"
    data = document(group("g", field("a", more=rule("R1", "V", script))))
    error = refused(data, texts={"de": {"rules": {"R1": "x"}}})
    assert b"= = 1" in data.splitlines()[error.line - 1]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<x>",
        b"",
        b"<x/>",
        document(group("g", field("a"))).replace(b"3.0.0", b"2.0.0", 1),
    ],
)
def test_entities_and_other_formats_are_refused(data: bytes) -> None:
    assert refused(data).line >= 1


def test_missing_parts() -> None:
    whole = document(group("g", field("a"))).decode()
    for element in ("<xdf:name>Beispiel</xdf:name>", "<xdf:id>S1</xdf:id>", "<xdf:anzahl>1:1</xdf:anzahl>"):
        assert "fehlt" in refused(whole.replace(element, "").encode()).message
    start, end = whole.index("<xdf:datenfeldgruppe>"), whole.index("</xdf:datenfeldgruppe>")
    empty = whole[:start] + "<xdf:nichts>" + "</xdf:nichts>" + whole[end + len("</xdf:datenfeldgruppe>") :]
    assert "Datenfeldgruppe oder ein Datenfeld" in refused(empty.encode()).message


def test_a_rule_may_stand_at_several_elements() -> None:
    condition = rule("R1", "K", 'g.a = "x"')
    schema = load(group("g", field("a"), field("b", more=condition), field("c", more=condition)))
    assert len(schema.rules) == 1


def test_checks_of_groups_and_of_the_schema_are_reported_at_a_field() -> None:
    schema = load(
        group("g", field("h", sort="hidden"), field("a"), more=rule("R1", "V", 'g.a != "x"')),
        group("k", field("b"), field("c")),
        more=rule("R2", "V", "g.a = k.b"),
        texts={"de": {"rules": {"R1": "eins", "R2": "zwei"}}},
    )
    errors = forms.validate_all(schema, {"g": {"a": "x"}, "k": {"b": "y", "c": "z"}})
    assert [(error.path, error.message) for error in errors] == [("g.a", "eins"), ("k.b", "zwei")]
    error = refused(document(group("g", field("a")), more=rule("R3", "V", "true")))
    assert "muss ein Feld nennen" in error.message


def test_code_lists_are_typed() -> None:
    columns = "".join(
        f'<Column Id="{name}" Use="required"><ShortName>{name}</ShortName><Data Type="{kind}"/></Column>'
        for name, kind in (("nr", "string"), ("Name", "string"), ("Hilfe", "string"), ("ab", "date"),
                           ("alter", "integer"), ("satz", "decimal"), ("ja", "boolean"))
    )  # fmt: skip
    cells = (
        ("nr", "1"),
        ("Name", "Eins"),
        ("ab", "2027-04-25"),
        ("alter", "16"),
        ("satz", "1.5"),
        ("ja", "true"),
    )
    item = codelists.read(codelist(row(*cells), columns, "nr"), "x.xml")
    assert item.rows[0]["alter"] == Decimal(16)
    assert item.rows[0]["ja"] is True
    assert item.options() == (forms.Option("1", "Eins", ""),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (codelist(row(("code", "a"), ("name", "A")) * 2), "doppelt"),
        (codelist(row(("name", "A"))), "fehlt"),
        (codelist(""), "keine Zeilen"),
        (codelist(row(("x", "A"))), "Spalte „x“"),
        (codelist("", key="weg"), "Schlüssel"),
        (codelist("").replace(b'Type="string"', b'Type="farbe"', 1), "Spaltentyp"),
        (
            codelist(row(("code", "zwei"))).replace(b'Type="string"', b'Type="integer"', 1),
            "kein Wert vom Typ integer",
        ),
        (codelist(row(("code", "ja"))).replace(b'Type="string"', b'Type="boolean"', 1), "boolean"),
        (b"<x/>", "Genericode"),
        (b"<x", "wohlgeformt"),
        (codelist("").replace(b"ColumnSet", b"Spalten"), "ColumnSet"),
        (codelist("", short=""), "keine Zeilen"),
    ],
)
def test_code_lists_refused(data: bytes, reason: str) -> None:
    error = refused(document(group("g", field("a"))), codelists={"liste.xml": data})
    assert reason in error.message
    assert error.file == "codelists/liste.xml"


def test_two_lists_of_one_name_are_refused() -> None:
    error = refused(document(group("g", field("a"))), codelists={**LIST, "zwei.xml": LIST["liste.xml"]})
    assert "doppelt" in error.message


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"fr": {}}, "Sprache „fr“"),
        ({"de": {"unfug": {}}}, "„unfug“"),
        ({"en": {"fields": {"g.x": {"label": "X"}}}}, "„g.x“"),
        ({"en": {"fields": {"g.a": "Label"}}}, "„g.a“"),
        ({"en": {"fields": []}, "de": {"fields": ["x"]}}, "„fields“"),
        ({"en": {"fields": {"g.a": {"label": 5}}}}, "kein Text"),
        ({"en": {"fields": {"g.a": {"messages": {"unfug": "x"}}}}}, "„unfug“"),
        ({"en": {"fields": {"g.l": {"options": {"z": "Z"}}}}}, "„z“"),
        ({"de": {"rules": {"R1": "x"}, "fields": {"g.a": {"link": "/x/"}}}}, "Verweis"),
        ({"de": {"rules": {"R1": "x"}, "fields": {"g.a": {"link": {"label": "x"}}}}}, "Verweis"),
        (
            {"de": {"rules": {"R1": "x"}, "fields": {"g.a": {"link": {"label": "x", "href": "//x/"}}}}},
            "dieser Website",
        ),
        (
            {"de": {"rules": {"R1": "x"}, "fields": {"g.a": {"link": {"label": "x", "href": "http://x"}}}}},
            "dieser Website",
        ),
        ({"en": {"rules": {"R9": "x"}}}, "„R9“"),
        ({"de": {"rules": {}}}, "„R1“"),
    ],
)
def test_texts_refused(texts: dict, reason: str) -> None:
    texts = {"de": {"rules": {"R1": "x"}}, **texts}
    check = rule("R1", "V", "true")
    data = document(group("g", field("a", more=check), field("l", sort="select", more=REFERENCE)))
    error = refused(data, texts=texts, codelists=LIST)
    assert reason in error.message
    assert error.file.startswith("texts/")


def test_what_a_language_lacks_is_known() -> None:
    data = document(group("g", field("l", sort="select", more=REFERENCE + rule("R1", "V", "true"))))
    german = {"rules": {"R1": "Hinweis"}}
    english = {
        "fields": {"g.l": {"label": "List"}},
        "codelists": {"liste": {"a": {"label": "A", "help": "h"}}},
    }
    schema = forms.load(data, texts={"de": german, "en": english}, codelists=LIST).in_language("en")
    assert schema.missing_texts == (
        "rules.R1", "fields.g.l.options.b", "pages.g.title", "form.title",
    )  # fmt: skip
    assert schema.field("g.l").options == (forms.Option("a", "A", "h"), forms.Option("b", "Beta"))
    assert schema.in_language("leicht").language == "de"
    assert schema.in_language("xx").language == "de"
    assert schema.languages == ("de", "en")


def test_a_link_that_a_language_lacks_is_the_german_one() -> None:
    german = {"fields": {"g.a": {"link": {"label": "Hinweise lesen", "href": "/datenschutz/"}}}}
    english = {"fields": {"g.a": {"label": "A"}}}
    schema = forms.load(document(group("g", field("a"))), texts={"de": german, "en": english})
    assert schema.field("g.a").link == forms.Link("Hinweise lesen", "/datenschutz/")
    assert schema.in_language("en").field("g.a").link == schema.field("g.a").link
    assert "fields.g.a.link" in schema.in_language("en").missing_texts


def test_a_package_names_file_and_line(tmp_path: Path) -> None:
    def package(**files: str) -> Path:
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "data.xdf3.xml").write_bytes(document(group("g", field("a"))))
        for name, text in files.items():
            (tmp_path / "texts" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    with pytest.raises(forms.SchemaError) as caught:
        forms.load_package(tmp_path)
    assert caught.value.message == "Die Datei fehlt."
    assert forms.load_package(package()).title == "Beispiel"
    for text, line in (
        ("fields:\n  g.a:\n    label: A\n  g.weg:\n    label: B\n", 4),
        ("fields: [\n", 2),
        ("- a\n", 1),
    ):
        with pytest.raises(forms.SchemaError) as caught:
            forms.load_package(package(en=text))
        assert (caught.value.file, caught.value.line) == ("texts/en.yaml", line)


def test_the_forms_of_the_house_can_be_read() -> None:
    schema = forms.load_package(PACKAGE)
    assert [page.key for page in schema.pages()] == [
        "person", "erreichbarkeit", "verfuegbarkeit", "erfahrung", "bank", "einwilligung",
    ]  # fmt: skip


FIM = Path(__file__).resolve().parents[4] / "shared" / "data" / "fim" / "xdf3_minimal.xml"


@pytest.mark.skipif(not FIM.is_file(), reason="the collection of samples is not on this machine")
def test_a_foreign_schema_is_refused_for_its_script_only() -> None:
    """The sample of xmlstruct has JavaScript in its rule; without it, it is a form of one field."""
    data = FIM.read_bytes()
    assert "R00001" in refused(data).message
    start, end = data.index(b"<xdf:regel>"), data.index(b"</xdf:regel>") + len(b"</xdf:regel>")
    schema = forms.load(data[:start] + data[end:])
    assert list(schema.fields) == ["natuerliche_person.familienname"]
    assert schema.field("natuerliche_person.familienname").constraints.max_length == 1


STATES = {
    "staat.xml": codelist(
        row(("schluessel", "000"), ("Name kurz", "Deutschland"), ("iso", "DE"), ("hinweis", "mit EU"))
        + row(("schluessel", "129"), ("Name kurz", "Frankreich"), ("iso", "FR"))
        + row(("schluessel", "998"), ("iso", "XX")),
        "".join(
            f'<Column Id="{name}" Use="optional"><ShortName>s</ShortName><Data Type="string"/></Column>'
            for name in ("schluessel", "Name kurz", "iso", "hinweis", "leer")
        ),
        "schluessel",
    )
}


def keyed(keys: str) -> bytes:
    return document(group("g", field("staat", sort="select", more=REFERENCE + keys)))


def test_a_field_says_which_columns_of_the_list_it_means() -> None:
    keys = (
        "<xdf:codeKey>iso</xdf:codeKey><xdf:nameKey>Name kurz</xdf:nameKey><xdf:helpKey>hinweis</xdf:helpKey>"
    )
    item = forms.load(keyed(keys), codelists=STATES).field("g.staat")
    assert [(option.code, option.label, option.help) for option in item.options] == [
        ("DE", "Deutschland", "mit EU"),
        ("FR", "Frankreich", ""),
        ("XX", "XX", ""),
    ]
    assert item.label_by_code["FR"] == "Frankreich"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("<xdf:codeKey>nix</xdf:codeKey>", "Spalte „nix“"),
        ("<xdf:nameKey>nix</xdf:nameKey>", "Spalte „nix“"),
        ("<xdf:codeKey>leer</xdf:codeKey>", "Spalte „leer“ nicht"),
        ("<xdf:codeKey>hinweis</xdf:codeKey>", "Spalte „hinweis“ nicht"),
    ],
)
def test_a_column_that_gives_no_codes_is_refused(keys: str, reason: str) -> None:
    data = keyed(keys)
    error = refused(data, codelists=STATES)
    assert reason in error.message
    assert error.line == data[: data.index(keys.encode())].count(b"\n") + 1


def test_names_for_those_who_read() -> None:
    named = "<xdf:bezeichnungAusgabe>{}</xdf:bezeichnungAusgabe>".format
    schema = load(
        group("Eins", field("A", more=named("Name von A")), field("B"), more=named("Gruppe gelesen")),
        texts={"de": {}, "en": {"fields": {"eins.a": {"label": "A?", "output": "A"}}}},
    )

    def read(language: str) -> tuple[str, list[str]]:
        section = forms.summary(schema, {}, language, output=True)[0]
        return section.title, [row.label for row in section.rows]

    assert read("de") == ("Gruppe gelesen", ["Name von A", "Feld B"])
    assert read("en") == ("Gruppe Eins", ["A", "Feld B"]), (
        "a language never falls back to another's output name"
    )
    assert [row.label for row in forms.summary(schema, {}, "de")[0].rows] == ["Feld A", "Feld B"]
