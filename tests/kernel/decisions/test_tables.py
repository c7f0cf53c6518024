"""Decision tables: every hit policy and aggregator, and what is told about the rules that fired."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kernel.decisions.models import decision, definitions, given, table
from leineweber.kernel import decisions
from leineweber.kernel.decisions import Result

RULES = [
    (["< 18"], ['"kind"']),
    (["[18..70]"], ['"erwachsen"']),
    (["> 60"], ['"alt"']),
    (["[60..65]"], ['"alt"']),
]


def ask(
    policy: str, age: object, rules: list[tuple[list[str], list[str]]] = RULES, **options: object
) -> Result:
    body = given("alter", "number") + decision(
        "D",
        table(policy, [("alter", "number")], ["o"], rules, **options),
        inputs=("alter",),  # type: ignore[arg-type]
    )
    return decisions.load(definitions(body)).evaluate("D", {"alter": age})


def test_unique() -> None:
    result = ask("UNIQUE", 30)
    assert (result.value, result.fired) == ("erwachsen", ("r2",))


def test_unique_with_several_matches_has_no_value_and_names_the_rules() -> None:
    result = ask("UNIQUE", 62)
    assert result.value is None
    assert result.fired == ("r2", "r3", "r4")
    assert "(2, 3, 4)" in result.diagnoses[0].message_de


def test_first() -> None:
    result = ask("FIRST", 62)
    assert (result.value, result.fired) == ("erwachsen", ("r2",))


def test_any_agrees_or_has_no_value() -> None:
    assert ask("ANY", 75).value == "alt"
    result = ask("ANY", 62)
    assert result.value is None
    assert "verschieden" in result.diagnoses[0].message_de
    same = [(["> 1"], ["10"]), (["> 2"], ["10.0"])]
    assert ask("ANY", 3, same).fired == ("r1", "r2")


def test_priority_takes_the_output_that_comes_first() -> None:
    result = ask("PRIORITY", 62, output_values={"o": '"alt", "erwachsen", "kind"'})
    assert (result.value, result.fired) == ("alt", ("r3",))


def test_output_order() -> None:
    result = ask("OUTPUT ORDER", 62, output_values={"o": '"alt", "erwachsen", "kind"'})
    assert result.value == ["alt", "alt", "erwachsen"]
    assert result.fired == ("r3", "r4", "r2")


def test_rule_order_and_collect() -> None:
    assert ask("RULE ORDER", 62).value == ["erwachsen", "alt", "alt"]
    assert ask("COLLECT", 62).value == ["erwachsen", "alt", "alt"]


@pytest.mark.parametrize(
    ("how", "some", "none"), [("SUM", 35, None), ("MIN", 5, None), ("MAX", 20, None), ("COUNT", 3, 0)]
)
def test_aggregators(how: str, some: int, none: int | None) -> None:
    rules = [(["> 10"], ["10"]), (["> 20"], ["20"]), (["> 30"], ["5"])]
    assert ask("COLLECT", 40, rules, aggregation=how).value == some
    assert ask("COLLECT", 1, rules, aggregation=how).value == none


def test_count_counts_every_result() -> None:
    assert ask("COLLECT", 3, [(["> 1"], ["10"]), (["> 2"], ["10"])], aggregation="COUNT").value == 2


def test_nothing_matches() -> None:
    gap = [(["< 18"], ['"kind"'])]
    assert ask("UNIQUE", 30, gap).value is None
    assert ask("COLLECT", 30, gap).value == []
    result = ask("UNIQUE", 30, gap, defaults={"o": '"offen"'})
    assert (result.value, result.fired) == ("offen", ())


def test_inputs_and_outputs_are_held_to_their_values() -> None:
    beyond = ask("FIRST", 130, input_values={"alter": "[0..120]"})
    assert beyond.value is None
    assert "130 ist für „alter“ nicht vorgesehen" in beyond.diagnoses[0].message_de
    odd = ask("FIRST", 30, output_values={"o": '"kind", "alt"'})
    assert odd.value is None
    assert "nicht vorgesehen" in odd.diagnoses[0].message_de
    wrong = ask("FIRST", "dreißig")
    assert wrong.value is None
    assert wrong.diagnoses


def test_several_inputs_and_outputs_with_dates_and_expressions() -> None:
    body = (
        given("geburt", "date")
        + given("wahltag", "date")
        + decision(
            "Eignung",
            table(
                "FIRST",
                [("years and months duration(geburt, wahltag).years", "number"), ("wahltag", "date")],
                ["geeignet", "grund"],
                [
                    (["< 16", "-"], ["false", '"zu jung am " + string(wahltag)']),
                    ([">= 16", '< date("2030-01-01")'], ["true", '"alt genug"']),
                ],
                defaults={"geeignet": "null", "grund": '"unbekannt"'},
            ),
            inputs=("geburt", "wahltag"),
        )
    )
    model = decisions.load(definitions(body))
    young = model.evaluate("Eignung", {"geburt": date(2012, 1, 1), "wahltag": date(2027, 5, 9)})
    assert young.value == {"geeignet": False, "grund": "zu jung am 2027-05-09"}
    old = model.evaluate("Eignung", {"geburt": date(2011, 5, 9), "wahltag": date(2027, 5, 9)})
    assert old.value == {"geeignet": True, "grund": "alt genug"}
    explained = old.tables[0]
    assert explained.decision == "Eignung"
    assert explained.inputs == (
        ("years and months duration(geburt, wahltag).years", Decimal(16)),
        ("wahltag", date(2027, 5, 9)),
    )
    assert [(one.rule, one.number, one.annotations) for one in explained.fired] == [("r2", 2, ("Grund 2",))]
    assert model.evaluate("Eignung", {}).value == {"geeignet": None, "grund": "unbekannt"}
