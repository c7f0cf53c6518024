"""Decision tables on the desk: read, tried out by an address, checked; and why a case was decided so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from faces.conftest import City
from faces.desk.deciding import PACKAGE, decided, with_reasons
from faces.helpers import main_text
from kernel.decisions.models import decision, definitions, literal, table
from kernel.decisions.models import given as input_data
from leineweber.domains.applications import letters, services
from leineweber.domains.applications.models import Notice, Procedure
from leineweber.domains.applications.procedures import publishing, read_folder, registry
from leineweber.faces.desk import findings, tryout
from leineweber.kernel import decisions as dmn
from leineweber.kernel import expressions as feel
from leineweber.kernel.access import Actor
from leineweber.kernel.decisions.analysis import Analysis, Bounds, Collision, Gap, Masked, Skipped, analyse
from leineweber.kernel.decisions.sheets import Sheet, WrittenModel, read_sheets

AGE = "/arbeit/entscheidungen/wahlhelfer/mindestalter/"
FIT = "/arbeit/entscheidungen/wahlhelfer/voraussetzungen/"
HINTS = "/arbeit/entscheidungen/wahlhelfer/hinweise/"
TRIED = f"{FIT}?e.wahlart=landtagswahl&e.alter=15&e.staatsangehoerigkeit=deutsch"


# -- what is asked and what was typed ----------------------------------------------------------------------------


def files(*parts: str) -> tuple[dmn.Model, WrittenModel]:
    """Return a model both ways."""
    data = definitions("".join(parts))
    return dmn.load(data), read_sheets(data)


def one(logic: str, **inputs: str) -> tuple[tryout.Field, ...]:
    """Return the fields of a decision with these inputs."""
    model, written = files(
        *(input_data(name, kind) for name, kind in inputs.items()), decision("D", logic, inputs=tuple(inputs))
    )
    return tryout.fields_of(model, written, written.decisions[0])


def typed(kind: str, text: str, options: tuple[str, ...] = ()) -> tuple[Any, str]:
    """Return the value and the error of a text typed into a field."""
    field = tryout.Field("x", "X", kind, options, "")
    [entry] = tryout.read([field], {"e.x": text})
    return entry.value, entry.error


def test_fields_follow_the_inputs_and_what_the_tables_know_of_them() -> None:
    rules = [(['"a"', "-"], ["1"]), (['"b","c"', "< 3"], ["2"])]
    logic = table(
        "FIRST", [("wish", "string"), ("age", "number")], ["o"], rules, input_values={"age": "[0..9]"}
    )
    wish, age, day, yes, more = one(logic, wish="string", age="number", day="date", yes="boolean", more="Any")
    assert (wish.kind, wish.options, wish.hint) == ("string", (), "In den Tabellen stehen: a, b, c.")
    assert (age.kind, day.kind, yes.kind, more.kind) == ("number", "date", "boolean", "feel")
    assert age.parameter == "e.age"
    closed = table(
        "FIRST", [("wish", "string")], ["o"], rules=[(['"a"'], ["1"])], input_values={"wish": '"a", "z"'}
    )
    assert one(closed, wish="string")[0].options == ("a", "z")
    assert [field.name for field in one(literal("1"), age="number")] == ["age"]


def test_inputs_of_required_decisions_are_asked_too() -> None:
    model, written = files(
        input_data("age", "number"),
        decision("L", table("FIRST", [("age", "number")], ["o"], [(["-"], ["1"])]), inputs=("age",)),
        decision("D", literal("L + 1"), decisions=("L",)),
        decision("E", literal("D + L"), decisions=("D", "L")),
    )
    assert [field.name for field in tryout.fields_of(model, written, written.decisions[2])] == ["age"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", " 1.234,5 ", Decimal("1234.5")),
        ("number", "17", Decimal(17)),
        ("date", "1.2.2026", date(2026, 2, 1)),
        ("date", "2026-02-01", date(2026, 2, 1)),
        ("boolean", "ja", True),
        ("boolean", "nein", False),
        ("string", "zwei  Wörter", "zwei Wörter"),
        ("feel", '["a", "b"]', ["a", "b"]),
        ("feel", "null", None),
        ("number", "", None),
        ("string", "\0", None),
    ],
)
def test_what_can_be_typed(kind: str, text: str, value: Any) -> None:
    assert typed(kind, text) == (value, "")


@pytest.mark.parametrize(
    ("kind", "text", "error"),
    [
        ("number", "viel", "Geben Sie eine Zahl ein"),
        ("number", "9" * 5000, "Geben Sie eine Zahl ein"),
        ("date", "31.2.2026", "Geben Sie einen Tag ein"),
        ("date", "morgen", "Geben Sie einen Tag ein"),
        ("boolean", "vielleicht", "Wählen Sie ja, nein"),
        ("string", "x" * 201, "höchstens 200 Zeichen"),
        ("feel", "[1", "Das ist kein FEEL (Spalte 3)"),
        ("feel", "unbekannt", "unbekannt"),
        ("feel", "1" * 501, "höchstens 500 Zeichen"),
        ("feel", "for i in 1..1000000000 return i", "Der Ausdruck hat keinen Wert"),
    ],
)
def test_what_cannot_is_told_at_the_field(kind: str, text: str, error: str) -> None:
    value, message = typed(kind, text)
    assert value is None
    assert error in message


def test_a_choice_is_one_of_the_choices() -> None:
    assert typed("string", "a", ("a", "b")) == ("a", "")
    assert typed("string", "c", ("a", "b")) == (None, "Wählen Sie einen der Werte aus.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (feel.Date(2026, 2, 1), "01.02.2026"),
        (Decimal("18.50"), "18,5"),
        (Decimal(100), "100"),
        (True, "ja"),
        ("x", "x"),
    ],
)
def test_an_example_is_typed_as_it_is_read(value: Any, text: str) -> None:
    assert tryout.typed(value) == text


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (None, "beliebig"),
        ("[18..20)", "ab 18 und unter 20"),
        ("(1.5..2]", "über 1,5 und bis 2"),
        ("< 18, > 65", "unter 18 oder über 65"),
        ('<= @"2026-01-31"', "bis zum 31.01.2026"),
        ('(@"2026-01-31"..@"2026-02-02")', "nach dem 31.01.2026 und vor dem 02.02.2026"),
        ('not("a", null)', "alles außer „a“ und keine Angabe"),
        ("true", "ja"),
        ("!= 3", "nicht 3"),
    ],
)
def test_tests_in_words(test: str | None, words: str) -> None:
    assert tryout.test_in_words(test) == words


# -- findings in sentences ---------------------------------------------------------------------------------------


def sheet(policy: str, cells: list[str], **more: Any) -> Sheet:
    """Return a table over an age."""
    rules = [([cell], [f'"{number}"']) for number, cell in enumerate(cells)]
    body = decision("D", table(policy, [("age", "number")], ["o"], rules, **more))
    return read_sheets(definitions(body)).decisions[0].tables[0]


def told(written: Sheet, found: Analysis | None = None) -> list[tuple[str, str]]:
    """Return the words and sentences of a table's findings."""
    return [
        (note.word, note.text)
        for note in findings.notes(written, found or analyse(written), {"age": "number"})
    ]


def test_findings_say_what_and_where() -> None:
    written = sheet("UNIQUE", ["< 18", "[20..65]", ">= 65", "(1..1)"])
    assert told(written) == [
        ("Lücke", "Keine Regel trifft zu – age: ab 18 und unter 20. Die Tabelle hat dann kein Ergebnis."),
        ("Widerspruch", "Regeln 2 und 3 treffen beide zu – age: 65. Ihre Ergebnisse sind verschieden."),
        ("Wirkungslos", "Regel 4 kann nie zutreffen."),
    ]
    gap, collision, _ = findings.notes(written, analyse(written), {"age": "number"})
    assert gap.query == "e.age=18"
    assert collision.query == "e.age=65"
    assert findings.notes(written, analyse(written), {})[0].query == ""


def test_findings_of_other_policies() -> None:
    assert told(sheet("FIRST", ["-", "< 3", "> 5"])) == [
        ("Wirkungslos", "Regel 2 gilt nie: Wo sie zutrifft, geht Regel 1 vor."),
        ("Wirkungslos", "Regel 3 gilt nie: Wo sie zutrifft, geht Regel 1 vor."),
    ]
    assert told(sheet("FIRST", ["< 5", ">= 5", "[4..6]"]))[0][1].endswith("gehen Regeln 1 und 2 vor.")
    [(word, text)] = told(sheet("COLLECT", ["< 5"]))
    assert word == "Ohne Treffer"
    assert text.endswith("age: ab 5. Das Ergebnis ist dann leer.")


def test_what_was_not_checked_is_said() -> None:
    assert told(sheet("UNIQUE", ["< limit"])) == [
        (
            "Nicht geprüft",
            "Spalte „age“, Regel 1 wurde nicht geprüft, weil: die Zelle nennt „limit“, dessen Wert erst bei der "
            "Entscheidung feststeht.",
        )
    ]
    written = sheet("UNIQUE", ["1", "2"])
    assert told(written, analyse(written, Bounds(rules=1)))[0][1].startswith(
        "Nicht vollständig geprüft, weil:"
    )
    column = Analysis(skipped=(Skipped(1, 0, "Uhrzeiten werden nicht ausgewertet"),))
    assert told(written, column)[0][1].startswith("Spalte „age“ wurde nicht geprüft")


def test_long_lists_of_findings_are_cut() -> None:
    many = Analysis(
        gaps=(Gap((None,), (Decimal(1),)),) * 25,
        collisions=(Collision(1, 2, (None,), (Decimal(1),), None),) * 22,
        masked=(Masked(1, ()),),
        skipped=(Skipped(0, 0, "x"),) * 21,
        linked=((1,),),
    )
    written = sheet("UNIQUE", ["1", "2"])
    sentences = [text for _, text in told(written, many)]
    assert "Dazu 5 weitere." in sentences
    assert "Dazu 2 weitere." in sentences
    assert "Dazu 1 weitere Stellen." in sentences
    assert "bei jeder Eingabe" in sentences[0]
    assert "hängen von denselben Angaben ab" in findings.linked(written, many)
    assert findings.linked(written, Analysis()) == ""


# -- the pages ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_tables_of_ones_procedures(city: City) -> None:
    text = main_text(city.browser("frieda.").get("/arbeit/entscheidungen/"))
    assert "Mindestalter" in text and "1 Hinweis" in text
    assert "Wie alt muss man am Wahltag sein" in text
    for other in ("henrike.", "tjark.", "rieke."):
        assert "Mindestalter" in main_text(city.browser(other).get("/arbeit/entscheidungen/"))
    assert city.browser("jasper.").get("/arbeit/entscheidungen/").status_code == 403
    assert city.browser("jasper.").get(AGE).status_code == 403


@pytest.mark.django_db
def test_no_table_says_what_will_appear(city: City) -> None:
    Procedure.objects.update(in_force=False)
    registry.forget()
    text = main_text(city.browser("tjark.").get("/arbeit/entscheidungen/"))
    assert "Keine Entscheidungstabelle" in text


@pytest.mark.django_db
def test_a_try_out_is_an_address(city: City) -> None:
    answer = city.browser("frieda.").get(TRIED)
    text = main_text(answer)
    assert "grund: Das Mindestalter ist am Wahltag noch nicht erreicht." in text
    assert "Regel 3 trifft zu" in text
    assert "16 (Regel 2)" in text
    assert "Eingabe: nein" in text
    assert answer.content.decode().count("desk-sheet__hit") == 1
    assert 'value="landtagswahl"' in answer.content.decode()


@pytest.mark.django_db
def test_before_a_try_out_and_with_nothing_typed(city: City) -> None:
    clerk = city.browser("frieda.")
    before = clerk.get(AGE)
    assert "Geben Sie Werte ein." in main_text(before)
    assert "Lücke" in main_text(before)
    assert "desk-sheet__hit" not in before.content.decode()
    empty = main_text(clerk.get(f"{AGE}?pruefen=1"))
    assert "keine Angabe" in empty
    assert "Keine Regel trifft zu" in empty


@pytest.mark.django_db
def test_mistakes_stand_at_the_field(city: City) -> None:
    answer = city.browser("frieda.").get(f"{FIT}?e.alter=alt&e.wahlart=landtagswahl")
    text = main_text(answer)
    assert text.count("Geben Sie eine Zahl ein") == 2
    assert "Berichtigen Sie die Eingaben" in text
    assert 'href="#eingabe-2"' in answer.content.decode()
    assert 'value="alt"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["%00", "x" * 3000, "<script>", "%F0%9F%98%80", "1e999999", "]]>"])
def test_whatever_stands_in_the_address(city: City, text: str) -> None:
    clerk = city.browser("frieda.")
    for address in (
        f"{FIT}?e.alter={text}",
        f"{FIT}?e.wahlart={text}",
        f"{HINTS}?e.frueher={text}&e.einsatzzeit={text}",
    ):
        answer = clerk.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
        assert len(answer.content) < 60_000


@pytest.mark.django_db
def test_lists_are_typed_as_feel(city: City) -> None:
    answer = city.browser("frieda.").get(f'{HINTS}?e.frueher=["beisitz"]&e.wunschfunktion=wahlvorsteher')
    assert "Keine Regel trifft zu" in main_text(answer)
    assert "Das Ergebnis ist dann leer." in main_text(answer)


@pytest.mark.django_db
def test_what_is_not_there_and_what_is_not_in_force(city: City) -> None:
    clerk = city.browser("frieda.")
    assert clerk.get("/arbeit/entscheidungen/wahlhelfer/gibt-es-nicht/").status_code == 404
    assert clerk.get("/arbeit/entscheidungen/gibt-es-nicht/mindestalter/").status_code == 404
    assert clerk.post(AGE).status_code == 405


@pytest.mark.django_db
def test_pages_cost_few_queries(city: City, django_assert_max_num_queries: Any) -> None:
    clerk = city.browser("frieda.")
    for address in ("/arbeit/entscheidungen/", TRIED):
        clerk.get(address)
        with django_assert_max_num_queries(7):
            clerk.get(address)


# -- a decision made in a case -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_clerk_sees_which_rule_fired_on_which_inputs(city: City) -> None:
    case = decided(city)
    clerk = city.browser("frieda.")
    answer = clerk.get(f"/arbeit/vorgaenge/{case.id}/verlauf/")
    text = main_text(answer)
    assert "Nach Tabelle entschieden: Funktion vorschlagen" in text
    assert "Welche Funktion liegt nach Wunsch und Erfahrung nahe?" in text
    assert "Wunsch beisitz" in text
    assert "Grundlage:" in text
    assert "Ausgeführt: Berufungsschreiben entwerfen" not in text
    # A later version of the table changes nothing of it.
    changed = read_folder(PACKAGE)
    changed["procedure.yaml"] = changed["procedure.yaml"].replace('version: "1.0"', 'version: "1.1"')
    changed["decisions.dmn"] = changed["decisions.dmn"].replace(
        "<question>Welche Funktion", "<question>Wozu eine Funktion"
    )
    publishing.publish(Actor.system("Test"), changed)
    after = main_text(clerk.get(f"/arbeit/vorgaenge/{case.id}/verlauf/"))
    assert after == text


@pytest.mark.django_db
def test_the_applicant_sees_it_only_where_the_procedure_says_so_and_not_before_the_notice(city: City) -> None:
    plain = decided(city)
    city.do(plain, "henrike.", freigabe=True)
    address = f"/vorgang/{services.link_token(plain.application_id)}/"
    assert "So kam die Entscheidung zustande" not in main_text(Client().get(address))
    with_reasons(city)
    case = decided(city, person__vorname="Ida")
    address = f"/vorgang/{services.link_token(case.application_id)}/"
    assert "So kam die Entscheidung zustande" not in main_text(Client().get(address))
    city.do(case, "henrike.", freigabe=True)
    text = main_text(Client().get(address))
    assert "So kam die Entscheidung zustande" in text
    assert "trifft zu" in text
    assert "Bedingung der Regel" not in text


@pytest.mark.django_db
def test_the_texts_of_the_rule_go_into_the_notice(city: City) -> None:
    with_reasons(city)
    case = decided(city)
    data = Notice.objects.get(case=case).data
    assert data["reasons"]
    assert all(isinstance(reason, str) and reason for reason in data["reasons"])
    assert data["reasons"][0] in main_text(
        city.browser("frieda.").get(f"/arbeit/vorgaenge/{case.id}/verlauf/")
    )
    package = registry.package_of(city.procedure)
    assert (
        letters.notice_data(package, package.letters["appointment"], case, None, {}, "Muster")["reasons"]
        == []
    )
