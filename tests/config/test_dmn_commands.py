"""`feel`, `dmn run` and `dmn tck` as people and programs use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kernel.decisions.models import decision, definitions, given, literal, table

from .conftest import Program

SPACES = (
    'xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)


def _case(name: str, expected: str, number: str) -> str:
    return (
        f'<testCase id="{name}"><inputNode name="x"><value xsi:type="xsd:decimal">{number}</value></inputNode>'
        f'<resultNode name="D"><expected><value xsi:type="xsd:decimal">{expected}</value></expected></resultNode>'
        "</testCase>"
    )


@pytest.fixture
def model(tmp_path: Path) -> Path:
    rules = [(["< 18"], ['"minderjährig"']), (["-"], ['"volljährig"'])]
    body = given("geboren", "date") + given("stichtag", "date")
    body += decision(
        "Alter",
        literal("years and months duration(geboren, stichtag).years"),
        inputs=("geboren", "stichtag"),
    )
    body += decision("Gruppe", table("FIRST", [("Alter", "number")], ["g"], rules), decisions=("Alter",))
    file = tmp_path / "alter.dmn"
    file.write_bytes(definitions(body))
    return file


def test_feel_prints_feel_and_json(program: Program, tmp_path: Path) -> None:
    (tmp_path / "werte.json").write_text(
        '{"Alter in Jahren": 20, "orte": [{"wohn-ort": "Bielefeld"}], "betrag": 0.1}', encoding="utf-8"
    )
    done = program(
        "feel",
        '{a: Alter in Jahren >= 18 and orte[1].wohn-ort = "Bielefeld", b: betrag + 0.2, c: @"2026-03-01"}',
        "--context",
        "werte.json",
    )
    assert done.stdout.splitlines() == [
        'FEEL  {a: true, b: 0.3, c: @"2026-03-01"}',
        'JSON  {"a": true, "b": 0.3, "c": "2026-03-01"}',
    ]
    assert done.stderr == ""


def test_feel_says_why_there_is_no_value(program: Program) -> None:
    loop = "for i in 1..1000000000 return i"
    german = program("feel", loop, LANG="de_DE.UTF-8")
    assert german.stdout.startswith("FEEL  null")
    assert "1000000000 Durchläufe" in german.stderr
    assert "1000000000 iterations" in program("feel", loop, LANG="en_GB.UTF-8").stderr
    answer = json.loads(program("feel", '1 + "a"', "--json").stdout)
    assert answer["value"] is None
    assert (answer["diagnoses"][0]["line"], answer["diagnoses"][0]["column"]) == (1, 3)
    assert "eine Zeichenkette" in answer["diagnoses"][0]["de"]
    assert "a string" in answer["diagnoses"][0]["en"]


def test_the_bounds_are_settings(program: Program) -> None:
    loop = "count(for i in 1..200000 return i)"
    assert "erlaubt sind 100000" in program("feel", loop).stderr
    wider = "iterations=300000, list_size = 300000"
    assert program("feel", loop, LEINEWEBER_FEEL_LIMITS=wider).stdout.startswith("FEEL  200000")
    for wrong in ("iterations=viele", "seconds=-1", "seconds=inf", "was=1"):
        for command in (("feel", "1"), ("dmn", "tck", ".")):
            assert wrong in program(*command, expect=3, LEINEWEBER_FEEL_LIMITS=wrong).stderr
        assert wrong in program("doctor", expect=1, LEINEWEBER_FEEL_LIMITS=wrong).stdout


def test_feel_refuses_what_is_not_feel(program: Program, tmp_path: Path) -> None:
    assert "Spalte 4" in program("feel", "1 +", expect=4).stderr
    assert "„nix“" in program("feel", "nix + 1", expect=4).stderr
    answer = json.loads(program("feel", "1 +", "--json", expect=4).stdout)
    assert answer["error"]
    assert answer["diagnoses"][0]["column"] == 4
    assert "lässt sich nicht lesen" in program("feel", "1", "--context", "fehlt.json", expect=5).stderr
    for text, reason in (("[1]", "kein JSON-Objekt"), ("{", "kein JSON"), ('{"a": NaN}', "kein JSON")):
        (tmp_path / "werte.json").write_text(text, encoding="utf-8")
        assert reason in program("feel", "1", "--context", "werte.json", expect=4).stderr


def test_a_model_is_run_with_dates_from_json(program: Program, model: Path) -> None:
    (model.parent / "in.json").write_text(
        '{"geboren": "2010-05-01", "stichtag": "2026-11-25"}', encoding="utf-8"
    )
    answer = json.loads(
        program("dmn", "run", "alter.dmn", "--input", "in.json", "--decision", "Gruppe", "--json").stdout
    )
    assert answer["value"] == "minderjährig"
    assert answer["feel"] == '"minderjährig"'
    assert answer["tables"][0]["rules"] == [{"id": "r1", "number": 1}]
    assert answer["tables"][0]["inputs"] == {"Alter": 16}
    everything = json.loads(program("dmn", "run", "alter.dmn", "--input", "in.json", "--json").stdout)
    assert [(one["decision"], one["value"]) for one in everything["decisions"]] == [
        ("Alter", 16),
        ("Gruppe", "minderjährig"),
    ]
    text = program("dmn", "run", "alter.dmn", "--input", "in.json", "--decision", "Gruppe").stdout
    assert 'FEEL  "minderjährig"' in text
    assert "Regeln  Gruppe: 1" in text


def test_a_model_that_is_wrong_is_refused_with_the_line(program: Program, model: Path) -> None:
    assert "„Fehlt“" in program("dmn", "run", "alter.dmn", "--decision", "Fehlt", expect=4).stderr
    model.write_bytes(definitions(decision("D", literal("nix + 1"))))
    assert "alter.dmn, Zeile 2" in program("dmn", "run", "alter.dmn", expect=4).stderr
    done = program("dmn", "run", "alter.dmn", "--json", expect=4, LANG="en_GB.UTF-8")
    assert json.loads(done.stdout)["error"]["line"] == 2
    assert "lässt sich nicht lesen" in program("dmn", "run", "fehlt.dmn", expect=5).stderr


def test_a_folder_of_the_kit_is_counted(program: Program, tmp_path: Path) -> None:
    topic = tmp_path / "kit" / "compliance-level-3" / "0001-own"
    topic.mkdir(parents=True)
    (topic / "m.dmn").write_bytes(
        definitions(given("x", "number") + decision("D", literal("x * 2"), inputs=("x",)))
    )
    cases = topic / "m-test-01.xml"
    head = f"<testCases {SPACES}><modelName>m.dmn</modelName>"
    cases.write_text(head + _case("1", "4", "2") + "</testCases>", encoding="utf-8")
    assert "1 bestanden" in program("dmn", "tck", "kit").stdout
    cases.write_text(
        head + _case("1", "4", "2") + _case("2", "5", "2") + _case("3", "1", "x") + "</testCases>",
        encoding="utf-8",
    )
    (topic / "n-test-01.xml").write_text("<testCases>", encoding="utf-8")
    (topic / "notes.xml").write_text("<notes/>", encoding="utf-8")
    report = json.loads(program("dmn", "tck", "kit", "--json", expect=1).stdout)
    assert (report["passed"], report["failed"], report["errors"]) == (1, 1, 2)
    assert report["failing"] == [
        "compliance-level-3/0001-own/m-test-01#2/D/0",
        "compliance-level-3/0001-own/m-test-01#3/D/0",
        "compliance-level-3/0001-own/n-test-01",
    ]
    assert report["levels"] == {"compliance-level-3": {"passed": 1, "failed": 1, "errors": 2}}
    assert "keine Prüffälle" in program("dmn", "tck", "leer", expect=5).stderr
    text = program("dmn", "tck", "kit", expect=1, LANG="en_GB.UTF-8").stdout
    assert "compliance-level-3: 1 of 4" in text
    assert "expected 5, got 4" in text


def test_the_bench_compares_in_the_same_call(program: Program) -> None:
    done = program("bench", "feel", "--rounds", "1", "--seconds", "0.02", expect=None)
    assert done.returncode in (0, 1), done.stderr  # a busy machine may miss the aims, not the figures
    figures = json.loads(done.stdout)
    assert figures["ok"] is (done.returncode == 0)
    assert figures["expression"]["aim"] == 200_000
    assert figures["expression"]["per_second"] > 0
    assert figures["table"]["rows"] == 20
    assert figures["table"]["spiffworkflow"]["ratio"] > 1
    other = figures["expression"]["bkflow_feel"]
    assert "--group bench" in other if isinstance(other, str) else other["ratio"] > 1
