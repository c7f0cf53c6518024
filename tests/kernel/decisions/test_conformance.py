"""The public conformance kit of DMN, as far as it is at hand, and how its files are read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kernel.decisions.models import decision, definitions, given, literal
from leineweber.kernel.decisions import conformance
from leineweber.kernel.decisions.conformance import Report

KIT = Path(__file__).resolve().parents[4] / "shared" / "data" / "dmn-tck"
FLOOR = 2753
"""All cases at hand."""
SPACES = (
    'xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)
CASES = f"""<testCases {SPACES}><modelName>m.dmn</modelName>
<testCase id="1"><inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>
 <resultNode name="D" type="decision"><expected><value xsi:type="xsd:double">4.000000001</value></expected>
 </resultNode></testCase>
<testCase id="2"><inputNode name="x"><value xsi:nil="true"/></inputNode>
 <resultNode name="D" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
<testCase id="3"><inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>
 <resultNode name="D"><expected><value xsi:type="xsd:decimal">5</value></expected></resultNode></testCase>
<testCase id="4"><resultNode name="Fehlt"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
<testCase id="5"><resultNode name="L"><expected><list><item><component name="tag">
 <value xsi:type="xsd:date">2026-11-23</value></component></item></list></expected></resultNode></testCase>
</testCases>"""


def test_a_folder_of_the_kit_is_run(tmp_path: Path) -> None:
    topic = tmp_path / "compliance-level-2" / "0001-own"
    topic.mkdir(parents=True)
    body = given("x", "number") + decision("D", literal("x * 2"), inputs=("x",))
    (topic / "m.dmn").write_bytes(definitions(body + decision("L", literal('[{tag: @"2026-11-23"}]'))))
    (topic / "m-test-01.xml").write_text(CASES, encoding="utf-8")
    report = conformance.run(tmp_path)
    assert (report.passed, report.failed, report.errors) == (3, 1, 1)
    wrong, missing = report.failing
    assert wrong[0] == "compliance-level-2/0001-own/m-test-01#3/D/0"
    assert "expected 5, got 4" in wrong[1]
    assert "„Fehlt“" in missing[1]


def test_numbers_are_alike_up_to_the_rounding_of_the_kit() -> None:
    assert conformance.alike(Decimal("2.0816659994661327"), Decimal("2.0816659994661"))
    assert not conformance.alike(Decimal("2.08167"), Decimal("2.08166"))
    assert not conformance.alike(None, False)
    assert conformance.alike([{"a": None}], [{"a": None}])


@pytest.mark.slow
def test_the_kit() -> None:
    if not KIT.is_dir():
        pytest.skip("the conformance kit is not at hand (shared/data/dmn-tck beside the checkout)")
    report: Report = conformance.run(KIT)
    assert report.failing == []
    assert report.passed >= FLOOR
