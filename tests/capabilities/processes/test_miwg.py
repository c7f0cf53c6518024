"""The BPMN Model Interchange Working Group's reference models: understood or refused with reasons, never a crash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from capabilities.processes.building import ROOT
from leineweber.capabilities import processes

FOLDER = Path(os.environ.get("LEINEWEBER_SHARED_DATA", ROOT.parent / "shared" / "data")) / "bpmn-miwg"
FILES = sorted(FOLDER.glob("*.bpmn"))


@pytest.mark.parametrize("path", FILES or [None], ids=[path.name for path in FILES] or ["keine Dateien"])
def test_reference_models_give_findings_with_lines(path: Path | None) -> None:
    if path is None:
        pytest.skip("Die Referenzmodelle liegen nicht vor (LEINEWEBER_SHARED_DATA).")
    data = path.read_bytes()
    lines = data.count(b"\n") + 1
    findings = processes.check(data, roles=set(), actions=set())
    assert findings, "Die Modelle nennen weder Rollen noch Aktionen; ganz ohne Befund kann keines sein."
    for finding in findings:
        assert 1 <= finding.line <= lines
        assert finding.message
