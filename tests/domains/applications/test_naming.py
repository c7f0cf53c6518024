"""A path in an expression that leads nowhere is found with its place."""

from __future__ import annotations

import pytest

from leineweber.domains.applications.procedures import naming
from leineweber.kernel import expressions as feel

KNOWN = {
    "answers": naming.tree_of(["person.vorname", "person.name", "kinder", "kinder.alter"]),
    "settings": naming.shape_of({"fee": {"amount": 1, "list": [1]}}),
}


def test_trees() -> None:
    assert KNOWN["answers"] == {"person": {"vorname": None, "name": None}, "kinder": {"alter": None}}
    assert KNOWN["settings"] == {"fee": {"amount": None, "list": None}}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("answers.person.vorname + settings.fee.amount", []),
        ("answers.person.rufname", [("answers.person.rufname", (1, 16))]),
        ("answers.persno.vorname", [("answers.persno", (1, 9))]),
        ("settings.fee.list.anything.goes", []),
        ("other.thing", []),
        ("count(answers.kind[item > 1].x)", [("answers.kind", (1, 15))]),
        ("{a: settings.fee,\n b: settings.cost}", [("settings.cost", (2, 14))]),
        ("for answers in [1] return answers.nothing", []),
        ("(function(settings) settings.nothing)(1)", []),
        ("{answers: 1, b: answers.nothing}", []),
        ("max(list: settings.no)", [("settings.no", (1, 20))]),
    ],
)
def test_paths_that_lead_nowhere(text: str, wrong: list[tuple[str, tuple[int, int]]]) -> None:
    found = list(naming.wrong_paths(feel.compile(text), KNOWN))
    assert [path for path, _ in found] == [path for path, _ in wrong]
    for (_, at), (_, expected) in zip(found, wrong, strict=True):
        assert at[0] == expected[0]
        assert abs(at[1] - expected[1]) <= 1, at
