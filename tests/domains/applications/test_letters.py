"""What letters say: expressions over the case become plain data, or a reason why not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import uuid4

import pytest

from leineweber.domains.applications import letters
from leineweber.domains.applications.models import Application, Case, Need
from leineweber.domains.applications.procedures import Package, publishing
from leineweber.kernel import expressions as feel


@pytest.fixture(scope="session")
def package(sound: dict[str, str]) -> Package:
    """The project's package."""
    return publishing.check(sound)


@pytest.fixture
def case(package: Package) -> Case:
    """A case that is not kept."""
    answers = dict(package.cases["cases/angenommen.yaml"]["answers"])
    application = Application(
        reference="WH-7K3F-92QD-5", answers=answers, submitted_at=datetime(2026, 11, 23, 9, tzinfo=UTC)
    )
    return Case(
        application=application,
        reference=application.reference,
        file_reference="12.20-2026/7",
        opened_on=date(2026, 11, 23),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("3"), 3),
        (Decimal("3.50"), "3.50"),
        (Decimal("1E+2"), 100),
        (date(2027, 4, 25), "2027-04-25"),
        (time(7, 30), "07:30:00"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
        ({"a": (Decimal(1), None, True)}, {"a": [1, None, True]}),
        ("x", "x"),
        (None, None),
    ],
)
def test_values_become_plain(value: object, expected: object) -> None:
    assert letters.plain(value) == expected


@pytest.mark.parametrize("text", ["function(x) x", "[1..3]", '@"P3D"'])
def test_a_value_without_a_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(letters.LetterError, match=r"frist: Dieser Wert"):
        letters.evaluate_tree({"frist": feel.compile(text)}, {})


def test_nothing_is_left_out_of_a_list_silently() -> None:
    tree = {"gruende": [feel.compile("a"), feel.compile("b")]}
    assert letters.evaluate_tree(tree, {"a": "1", "b": "2"}) == {"gruende": ["1", "2"]}
    with pytest.raises(letters.LetterError, match=r"gruende: Ein Eintrag"):
        letters.evaluate_tree(tree, {"a": "1"})
    assert letters.evaluate_tree({"x": feel.compile("a.b")}, {"a": {}}) == {}


def test_a_notice_says_what_was_decided(package: Package, case: Case) -> None:
    need = Need(
        id=uuid4(),
        occasion="landtagswahl",
        area="joellenbeck",
        place="051 Schule",
        function="beisitz",
        detail={"name": "Schule", "lines": ["Weg 1"]},
    )
    data = letters.notice_data(package, package.letters["appointment"], case, need, {}, "Mia Muster")
    assert data["function"] == "Beisitzerin oder Beisitzer"
    assert data["district"] == "Jöllenbeck, 051 Schule"
    assert data["election"] == {"kind": "landtagswahl", "label": "Landtagswahl", "date": "2027-04-25"}
    assert data["polling_place"] == {"name": "Schule", "lines": ["Weg 1"]}
    assert data["recipient"] == {"name": "Alma Musterweber", "lines": ["Niederwall 23", "33602 Bielefeld"]}
    assert data["sender"]["clerk"] == {
        "name": "Mia Muster",
        "phone": "0521 51-0",
        "email": "wahlen@bielefeld.example",
    }
    assert "überweisen" in data["allowance"]["payment"]
    assert "iban" not in str(data).lower()
    assert "signature" not in data


def test_a_refusal_gives_the_reasons_of_the_task(package: Package, case: Case) -> None:
    outputs = {"begruendung": "Sie kandidieren selbst."}
    data = letters.notice_data(package, package.letters["refusal"], case, None, outputs, "Mia Muster")
    assert data["reasons"] == ["Sie kandidieren selbst."]
    assert len(data["legal_bases"]) == 2
    with pytest.raises(letters.LetterError, match="reasons"):
        letters.notice_data(package, package.letters["refusal"], case, None, {}, "Mia Muster")


def test_drafts_and_signed_notices_are_told_apart(package: Package, case: Case) -> None:
    data = letters.notice_data(
        package, package.letters["refusal"], case, None, {"begruendung": "Weil."}, "Mia"
    )
    draft = letters.typeset_notice(package.letters["refusal"], data, date(2026, 11, 24), None)
    signed = letters.typeset_notice(
        package.letters["refusal"], data, date(2026, 11, 24), {"name": "Karla", "on_behalf": "Im Auftrag"}
    )
    assert draft.startswith(b"%PDF")
    assert signed.startswith(b"%PDF")
    assert draft != signed


def test_the_process_is_told_only_what_the_package_names(package: Package, case: Case) -> None:
    variables = letters.process_variables(package, case.application.answers)
    assert variables == {
        "wunschfunktion": "beisitz",
        "frueher": None,
        "oeffentlicher_dienst": False,
        "einsatzzeit": "ganztags",
    }


def test_a_receipt_shows_all_answers_in_words(package: Package, case: Case) -> None:
    data = letters.receipt_data(package, case.application, "https://stadt.example/vorgang/x/")
    rows = {row["label"]: row["text"] for section in data["sections"] for row in section["rows"]}
    assert rows["Familienname"] == "Musterweber"
    assert data["received_at"] == "2026-11-23T10:00"
    assert letters.receipt(package, case.application, "https://stadt.example/").startswith(b"%PDF")
