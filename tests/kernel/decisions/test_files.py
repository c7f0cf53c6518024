"""Models that lie in one folder, and inputs that came as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernel.decisions.models import decision, definitions, given, literal
from leineweber.kernel import decisions
from leineweber.kernel import expressions as feel
from leineweber.kernel.decisions import DecisionError, Folder

IMPORT = '<import namespace="urn:{0}" name="{0}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'


def _part(name: str, imports: str, logic: str, needs: str = "") -> bytes:
    head = "".join(IMPORT.format(one) for one in imports)
    required = "".join(
        f'<informationRequirement><requiredDecision href="urn:{one}#d"/></informationRequirement>'
        for one in needs
    )
    body = f'{head}<decision id="d" name="D"><variable name="D"/>{required}{literal(logic)}</decision>'
    return definitions(body, namespace=f"urn:{name}")


def test_a_model_is_read_after_those_it_imports(tmp_path: Path) -> None:
    (tmp_path / "1.dmn").write_bytes(_part("a", "bc", "b.D + c.D", "bc"))
    (tmp_path / "2.dmn").write_bytes(_part("b", "c", "c.D * 2", "c"))
    (tmp_path / "3.dmn").write_bytes(_part("c", "", "7"))
    (tmp_path / "4.dmn").write_bytes(b"<kaputt")
    folder = Folder.of(tmp_path)
    assert folder.model("1.dmn").evaluate("D", {}).value == 21
    assert folder.model("1.dmn") is folder.model("1.dmn")
    for name, reason in (("5.dmn", "fehlt"), ("4.dmn", "XML")):
        with pytest.raises(DecisionError, match=reason):
            folder.model(name)


def test_models_that_import_each_other_are_refused() -> None:
    folder = Folder({"1.dmn": _part("a", "b", "1"), "2.dmn": _part("b", "a", "2")})
    with pytest.raises(DecisionError, match="bindet sich selbst ein"):
        folder.model("1.dmn")


def test_texts_become_what_the_inputs_are() -> None:
    types = (
        '<itemDefinition name="tTage" isCollection="true"><typeRef>date</typeRef></itemDefinition>'
        '<itemDefinition name="tFrist"><itemComponent name="bis"><typeRef>date and time</typeRef></itemComponent>'
        '<itemComponent name="dauer"><typeRef>days and time duration</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tFrueh"><typeRef>time</typeRef><allowedValues><text>&lt; @"12:00:00"</text>'
        "</allowedValues></itemDefinition>"
    )
    kinds = {
        "tage": "tTage",
        "frist": "tFrist",
        "um": "tFrueh",
        "name": "string",
        "monat": "years and months duration",
    }
    body = types + "".join(given(name, kind) for name, kind in kinds.items())
    model = decisions.load(definitions(body + decision("D", literal("1"))))
    inputs = {
        "tage": ["2026-11-25", "morgen"],
        "frist": {"bis": "2026-11-25T12:00:00", "dauer": "P1D", "anlass": "P1D"},
        "um": "08:00:00",
        "name": "2026-11-25",
        "monat": "P1M",
        "anderes": "2026-11-25",
    }
    assert feel.literal(decisions.fitted(model, inputs), source=True) == (
        '{tage: [@"2026-11-25", "morgen"], frist: {bis: @"2026-11-25T12:00:00", dauer: @"P1D", anlass: "P1D"}, '
        'um: @"08:00:00", name: "2026-11-25", monat: @"P1M", anderes: "2026-11-25"}'
    )
    assert decisions.fitted(model, {"tage": "2026-11-25"})["tage"] == feel.Date(2026, 11, 25)
